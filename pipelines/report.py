"""What people read: the summary of a run, a brief with its claims, the state of the warehouse."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import duckdb

from pipelines.explanation import Explanation
from pipelines.journal import Run
from pipelines.nightly import Layout
from pipelines.seeds import PROJECT_ROOT
from pipelines.store.publish import LINK, published_manifest
from pipelines.text.brief import Brief
from pipelines.text.sentences import split_sentences

#: Explains a brief that is shown.
Explainer = Callable[[Brief], Explanation]
_QUERIES = (
    "SELECT company, subject, value_low, unit, per, status, period_end FROM marts.mart_capacity_claims ORDER BY value_per_year DESC NULLS LAST LIMIT 10",
    "SELECT supplier, customer, item, role, status FROM marts.mart_supply_claims WHERE customer IS NOT NULL LIMIT 10",
    "SELECT forecaster, company, subject, metric, prior_low, value_low, unit, period_end FROM marts.mart_forecast_claims LIMIT 10",
)
_KINDS = ("capacity", "forecast", "supply", "observation")
#: Other briefs that fit, as many as `briefs show` lists.
_OTHERS = 5


def summary(run: Run, layout: Layout, command: str) -> str:
    """The outcome of a nightly run in a few lines; `command` is how the reader calls `briefs`."""
    lines = [
        "",
        f"Briefs    {run.new:,} new, {run.seen:,} seen before, {len(run.refused):,} refused",
        *(f"          - {reason}" for reason in run.refused),
    ]
    if run.repeats:
        told = "tells a story" if run.repeats == 1 else "tell stories"
        lines.append(f"          {run.repeats:,} {told} that another brief told in nearly the same words")
    if run.briefs_read:
        claims = ", ".join(f"{count:,} {kind}" for kind, count in run.claims.items())
        lines.append(f"Claims    {claims} (from {run.briefs_read:,} briefs read)")
    elif run.outcome != "failed":
        lines.append("Claims    nothing to read: every brief was read by this version before")
    total = run.checks_passed + len(run.checks_failed) + len(run.checks_warned)
    if total:
        lines.append(f"Checks    {run.checks_passed} of {total} passed")
    elif run.outcome == "unchanged":
        lines.append("Checks    not run again: nothing changed since they passed")
    lines.extend(f"          - failed: {failure}" for failure in run.checks_failed)
    lines.extend(f"          - warned: {warning}" for warning in run.checks_warned)
    published = layout.folder / LINK
    if run.outcome == "failed":
        kept = f"readers keep {published}" if published.exists() else "nothing was published"
        return "\n".join([*lines, f"FAILED    {run.message}", f"          {kept}"])
    state = "unchanged, nothing was new" if run.outcome == "unchanged" else f"version {run.version}"
    lines += [f"Published {published} ({state})", f"Took      {run.seconds} s", "", "Try:"]
    where = "" if layout.folder == PROJECT_ROOT / "warehouse" else f" --warehouse {layout.folder}"
    lines += [f'  {command} query{where} "{query}"' for query in _QUERIES]
    return "\n".join(lines)


def one_line(run: Run) -> str:
    """The outcome of a run in one line, for a log."""
    if run.outcome == "failed":
        return f"failed: {run.message}"
    warned = len(run.checks_failed) + len(run.checks_warned)
    parts = [
        f"{run.outcome} {run.version}", f"{run.new:,} new briefs", f"{len(run.refused):,} refused",
        f"{sum(run.claims.values()):,} claims", f"{warned} checks not passed", f"{run.seconds} s",
    ]  # fmt: skip
    return ", ".join(parts)


def shown_brief(
    connection: duckdb.DuckDBPyConnection, wanted: str, show_all: bool, explained: Explainer | None = None
) -> str | None:
    """A brief's sentences, each with the claims that it states; None where no brief fits.

    With `explained`, each claim also with its rule and places, and at the end the quantities that no rule placed.
    """
    found = connection.execute(
        "SELECT brief_id, title, body, publisher, published_on FROM raw.brief WHERE starts_with(brief_id, ?) OR contains(title, ?) "
        "ORDER BY published_on DESC NULLS LAST, brief_id",
        [wanted, wanted],
    ).fetchall()
    if not found:
        return None
    brief_id, title, body, publisher, published_on = found[0]
    why = explained(Brief(title, body, publisher, published_on)) if explained is not None else None
    claims = _claims_of(connection, brief_id)
    lines = [title, f"{publisher or 'publisher unknown'}, {published_on or 'date unknown'}, {brief_id}", ""]
    for sentence in split_sentences(body):
        own = [claim for claim in claims if sentence.start <= claim[0] < sentence.end]
        if own or show_all:
            lines.append(sentence.of(body))
        for _, text, claim_id in own:
            lines.append(f"    {text}")
            lines.extend(f"        {line}" for line in (why.claims.get(claim_id, ()) if why else ()))
    lines += ["", f"{len(claims)} claims"]
    if why is not None:
        lines += [
            "",
            "Quantities that no rule placed" if why.leftovers else "Every quantity was placed by a rule",
        ]
        lines += [f"  {line}" for line in why.leftovers]
        lines += ["", *why.notes] if why.notes else []
    if len(found) > 1:
        others = [f"  {row[0][:8]}  {row[1]}" for row in found[1 : _OTHERS + 1]]
        lines += ["", f"'{wanted}' fits other briefs too ({len(found) - 1}):", *others]
    return "\n".join(lines)


def _claims_of(connection: duckdb.DuckDBPyConnection, brief_id: str) -> list[tuple[int, str, str]]:
    """Place, wording and id of each claim of a brief."""
    claims: list[tuple[int, str, str]] = []
    for kind in _KINDS:
        cursor = connection.execute(f"SELECT * FROM marts.mart_{kind}_claims WHERE brief_id = ?", [brief_id])
        names = [column[0] for column in cursor.description or ()]
        for row in cursor.fetchall():
            claim = dict(zip(names, row, strict=True))
            words = _supply(claim) if kind == "supply" else _quantity(kind, claim)
            claims.append((claim["span_start"], words, claim["claim_id"]))
    return sorted(claims)


def _supply(claim: dict[str, object]) -> str:
    parts = [
        f"{claim['supplier']} → {claim['customer'] or '?'}: {claim['item'] or '?'}",
        claim["model"],
        claim["role"],
        claim["status"],
    ]
    share = _bounds(claim["share_low"], claim["share_high"])
    return _line("supply", [*parts, f"{share} %" if share else None, _period(claim)], claim)


def _quantity(kind: str, claim: dict[str, object]) -> str:
    value = _bounds(claim["value_low"], claim["value_high"]) or "?"
    unit = f"{claim['unit'] or ''}{'/' + str(claim['per']) if claim['per'] else ''}"
    prior = _bounds(claim.get("prior_low"), claim.get("prior_high"))
    parts = [
        claim["company"], claim["subject"], claim["metric"], f"{claim['comparator']} {value} {unit}".replace("eq ", ""),
        claim.get("direction"), claim.get("basis"), f"before {prior}" if prior else None, claim.get("status"),
        f"by {claim['forecaster']}" if claim.get("forecaster") else None, _period(claim),
    ]  # fmt: skip
    return _line(kind, parts, claim)


def _line(kind: str, parts: Sequence[object], claim: dict[str, object]) -> str:
    flags = claim["flags"]
    told = f" [{', '.join(flags)}]" if isinstance(flags, list) and flags else ""
    return f"{kind}: {' · '.join(str(p) for p in parts if p)}  ({claim['rule']}, {claim['confidence']:.2f}){told}"


def _bounds(low: object, high: object) -> str:
    if low is None and high is None:
        return ""
    if low == high:
        return _plain(low)
    return f"{_plain(low)}..{_plain(high)}"


def _plain(value: object) -> str:
    if not isinstance(value, float):
        return ""
    return f"{value:,.0f}" if value.is_integer() else f"{value:,.10g}"


def _period(claim: dict[str, object]) -> str | None:
    start, end = claim["period_start"], claim["period_end"]
    if not isinstance(start, date) and not isinstance(end, date):
        return None
    return f"{start or ''}..{end or ''}"


def shown_runs(runs: Sequence[Run]) -> str:
    """The last runs, one a line."""
    lines = ["Last runs" if runs else "No run yet"]
    for run in runs:
        claims = sum(run.claims.values())
        lines.append(
            f"  {run.started_at}  {run.outcome:9}  {run.new:,} new briefs, {claims:,} claims, {run.seconds} s  {run.message}".rstrip()
        )
    return "\n".join(lines)


def shown_version(connection: duckdb.DuckDBPyConnection, folder: Path) -> str:
    """The published version with its counts, and what was refused."""
    manifest = published_manifest(folder)
    lines = [
        "",
        f"Published {manifest.version if manifest else 'unknown'}, extractor {manifest.extractor_version if manifest else 'unknown'}",
    ]
    counted = {
        "briefs": "star.dim_brief",
        "publishers": "star.dim_publisher",
        **{f"{kind} claims": f"marts.mart_{kind}_claims" for kind in _KINDS},
    }
    lines.extend(f"  {name:28}{_count(connection, table):>9,}" for name, table in counted.items())
    companies = connection.execute(
        "SELECT status, count(DISTINCT company_id) FROM marts.mart_company_mentions GROUP BY status ORDER BY status"
    ).fetchall()
    lines.extend(f"  {state + ' companies named':28}{number:>9,}" for state, number in companies)
    refused = connection.execute(
        "SELECT model, check_name, count(*), min(reason) FROM raw.rejected GROUP BY model, check_name ORDER BY count(*) DESC"
    ).fetchall()
    lines += ["", "Refused" if refused else "Nothing was refused"]
    lines.extend(
        f"  {number:,} × {model}: {check}; for example {reason}" for model, check, number, reason in refused
    )
    return "\n".join(lines)


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    return int(connection.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0])
