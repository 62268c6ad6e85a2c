"""What the current extractor and corrections would change in the warehouse: claims added, removed, altered.

It reads the published version, as every reader does, and writes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import duckdb

from pipelines import seeds
from pipelines.contracts.corrections import Correction, correct
from pipelines.contracts.rows import SPAN_COLUMNS, Row, claim_rows
from pipelines.contracts.validate import MODELS, validate
from pipelines.extraction.model import Extraction
from pipelines.nightly import BATCH
from pipelines.store.load import batches_of, pending_ids
from pipelines.text.brief import Brief
from pipelines.workers import read_all, reading

_TABLES = ("fact_capacity", "fact_forecast", "fact_supply", "fact_observation")
_NOT_COMPARED = frozenset(
    {
        "claim_id",
        "extractor_version",
        "confidence",
        "body_length",
        "span_text",
        "sentence_start",
        *SPAN_COLUMNS,
    }
)
_COMPANIES = {"company_id": "company_key", "supplier_id": "supplier_key", "customer_id": "customer_key"}


@dataclass(frozen=True, slots=True)
class Change:
    """One claim that would differ: `before` is None where it is added, `after` where it is removed."""

    kind: str
    title: str
    before: Row | None
    after: Row | None

    @property
    def what(self) -> str:
        """added, removed or altered."""
        return "added" if self.before is None else "removed" if self.after is None else "altered"

    @property
    def rule(self) -> str:
        """The rule that reads it now, else the one that did."""
        row = self.after or self.before or {}
        return str(row["rule"])

    def differing(self) -> list[str]:
        """The columns of an altered claim that differ."""
        if self.before is None or self.after is None:
            return []
        return [c for c in self.before if c not in _NOT_COMPARED and self.before[c] != self.after[c]]


def changes(connection: duckdb.DuckDBPyConnection) -> Iterator[Change]:
    """What differs between an open published version and what would be read now, brief by brief."""
    version = seeds.extractor_version()
    units, corrections = seeds.unit_codes(), seeds.corrections()
    ids = _concerned(connection, version, corrections)
    of_companies = {str(c.company_id): c for c in corrections if c.action in ("merge", "reject")}
    with reading(len(ids)) as (executor, ahead):
        for batch, read in read_all(executor, version, batches_of(connection, ids, BATCH), ahead):
            stored = {table: _stored(connection, table, [b.brief_id for b in batch]) for table in _TABLES}
            for brief, extraction in zip(batch, read, strict=True):
                own = [c for c in corrections if c.brief_id == brief.brief_id]
                now = _now(brief, extraction, own, of_companies, units)
                for table in _TABLES:
                    yield from _differences(
                        table, brief.title, stored[table].get(brief.brief_id, []), now[table]
                    )


def _concerned(
    connection: duckdb.DuckDBPyConnection, version: str, corrections: Sequence[Correction]
) -> list[str]:
    """The briefs that were not read by this version, or all where the corrections are others than those applied."""
    applied = {
        row[0]
        for row in connection.execute(
            "SELECT correction_id FROM raw.correction WHERE known_to IS NULL"
        ).fetchall()
    }
    return pending_ids(connection, version if applied == {c.correction_id for c in corrections} else "")


def _now(
    brief: Brief,
    extraction: Extraction,
    own: Sequence[Correction],
    companies: dict[str, Correction],
    units: frozenset[str],
) -> dict[str, list[Row]]:
    def judge(table: str, row: Row) -> str | None:
        refused = validate(table, [row], units).rejected
        return refused[0].reason if refused else None

    rows = correct(
        claim_rows(extraction, brief), brief, own, companies, judge, extraction.extractor_version
    ).rows
    return {table: validate(table, rows[table], units).valid.to_dicts() for table in _TABLES}


def _stored(connection: duckdb.DuckDBPyConnection, table: str, ids: Sequence[str]) -> dict[str, list[Row]]:
    """The claims of some briefs that are believed now, by brief, with ids for companies as a model has them."""
    names = [c for c in MODELS[table].columns if c not in ("body_length", "span_text", *SPAN_COLUMNS)]
    columns = ", ".join(
        f"{_COMPANIES[c]}_of.company_id AS {c}" if c in _COMPANIES else f"f.{c}" for c in names
    )
    joins = " ".join(
        f"LEFT JOIN star.dim_company {key}_of ON {key}_of.company_key = f.{key}"
        for c, key in _COMPANIES.items()
        if c in names
    )
    rows = connection.execute(
        f"SELECT {columns} FROM star.{table} f {joins} WHERE f.known_to IS NULL AND f.brief_key IN (SELECT unnest(?)) ORDER BY f.claim_id",
        [list(ids)],
    ).fetchall()
    found: dict[str, list[Row]] = {}
    for values in rows:
        row: Row = dict(zip(names, values, strict=True))
        found.setdefault(str(row["brief_key"]), []).append(row)
    return found


def _differences(table: str, title: str, before: Sequence[Row], now: Sequence[Row]) -> Iterator[Change]:
    """Claims alike fall out; those at one place are one claim that was altered; the others came or went."""
    kind = table.removeprefix("fact_")
    known, read = {str(r["claim_id"]): r for r in before}, {str(r["claim_id"]): r for r in now}
    gone = [row for key, row in known.items() if key not in read]
    for key, row in read.items():
        if key in known:
            pair = Change(kind, title, known[key], row)
        else:
            at = (row["span_start"], row["span_end"])
            old = next((r for r in gone if (r["span_start"], r["span_end"]) == at), None)
            gone = [r for r in gone if r is not old]
            pair = Change(kind, title, old, row)
        if pair.before is None or pair.differing():
            yield pair
    for row in gone:
        yield Change(kind, title, row, None)


def summary(found: Sequence[Change], examples: int) -> str:
    """How much would change by kind and rule, and some of it in words."""
    if not found:
        return "Nothing would change: what is read now is what is published"
    counts: Counter[tuple[str, str, str]] = Counter((c.kind, c.rule, c.what) for c in found)
    lines = [f"{'kind':12} {'rule':40} {'added':>8} {'removed':>8} {'altered':>8}"]
    for kind, rule in sorted({key[:2] for key in counts}):
        numbers = " ".join(f"{counts[kind, rule, what]:>8,}" for what in ("added", "removed", "altered"))
        lines.append(f"{kind:12} {rule:40} {numbers}")
    totals = Counter(c.what for c in found)
    lines.append(f"{'all':53} " + " ".join(f"{totals[what]:>8,}" for what in ("added", "removed", "altered")))
    for what in ("added", "removed", "altered"):
        chosen = [c for c in found if c.what == what][:examples]
        lines += ["", f"{what}, for example"] if chosen else []
        lines += [line for change in chosen for line in _told(change)]
    return "\n".join(lines)


def _told(change: Change) -> list[str]:
    row = change.after or change.before or {}
    lines = [f"  {change.kind} ({change.rule}) in {change.title}: {row['sentence']}"]
    if change.before is not None and change.after is not None:
        lines += [
            f"      {c}: {_word(change.before[c])} -> {_word(change.after[c])}" for c in change.differing()
        ]
    else:
        shown = [
            c
            for c in row
            if c not in _NOT_COMPARED and c not in ("brief_key", "sentence", "rule", "span_start", "span_end")
        ]
        lines.append("      " + ", ".join(f"{c} {_word(row[c])}" for c in shown if row[c] not in (None, [])))
    return lines


def _word(value: object) -> str:
    return "empty" if value is None else f"{value:,.12g}" if isinstance(value, float) else str(value)
