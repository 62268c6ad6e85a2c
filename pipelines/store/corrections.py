"""Corrections in the warehouse: which stand in seeds/corrections now, which of them hold, what they change.

Claims are corrected when their brief is loaded, so a correction that is new, changed or gone puts the briefs that it
concerns back on the work list. Names and states of companies are corrected in the dimension.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import duckdb
import polars as pl

from pipelines.contracts.corrections import Correction
from pipelines.store.connect import transaction
from pipelines.store.frames import insert
from pipelines.store.reference import Cells, ReferenceData

_FACT_COMPANIES = (
    ("fact_company_mention", "company_key"), ("fact_capacity", "company_key"), ("fact_forecast", "company_key"),
    ("fact_observation", "company_key"), ("fact_supply", "supplier_key"), ("fact_supply", "customer_key"),
)  # fmt: skip
_ROW = {
    "correction_id": pl.String, "origin": pl.String, "origin_line": pl.Int64, "action": pl.String, "brief_id": pl.String,
    "company_id": pl.String, "content": pl.String, "reason": pl.String, "author": pl.String, "decided_on": pl.Date,
    "state": pl.String, "known_from": pl.Datetime,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class InForce:
    """The corrections that hold: of claims by brief, of companies that facts name (merged, rejected) by their id."""

    claims: Mapping[str, Sequence[Correction]] = field(default_factory=dict)
    facts: Mapping[str, Correction] = field(default_factory=dict)
    names: Mapping[str, Correction] = field(default_factory=dict)

    def reference(self, data: ReferenceData) -> ReferenceData:
        """The reference data with the names that corrections give, and the candidates that they promote."""
        known = {row["company_id"] for row in data.companies}
        companies: list[Cells] = [
            {**row, "name_zh_hant": str(self.names[str(row["company_id"])].value)}
            if row["company_id"] in self.names
            else row
            for row in data.companies
        ]
        companies += [
            {"company_id": company_id, "name_zh_hant": str(c.value), "status": "curated"}
            for company_id, c in self.names.items()
            if c.action == "promote" and company_id not in known
        ]
        return replace(data, companies=companies)


def settle(
    connection: duckdb.DuckDBPyConnection,
    corrections: Sequence[Correction],
    data: ReferenceData,
    version: str,
    now: datetime,
    final: bool = False,
) -> InForce:
    """Brings raw.correction and the dimension up to the corrections of the seeds, in one transaction.

    Briefs that a change concerns are forgotten as read by `version`. Before the briefs of a night are read, a company
    or brief that is not there yet is waited for; afterwards (`final`) its correction has failed.
    """  # fmt: skip
    with transaction(connection):
        stored = {
            row[0]: (row[1], row[2])
            for row in connection.execute(
                "SELECT correction_id, state, message FROM raw.correction WHERE known_to IS NULL"
            ).fetchall()
        }
        given = {c.correction_id: c for c in corrections}
        gone = [i for i in stored if i not in given]
        new = [c for i, c in given.items() if i not in stored]
        forget(connection, _used_on(connection, gone), version)
        forget(connection, [c.brief_id for c in new if c.brief_id], version)
        names = _names(connection, data)
        _close(connection, gone, now)
        _open(connection, new, now)
        _follow_lines(connection, corrections)
        holding = _judge_companies(connection, corrections, stored, names, data, version, final)
        _correct_dimension(connection, holding, names, data)
        if final:
            connection.execute(
                "UPDATE raw.correction SET state = 'failed', message = 'no brief with this id was taken in; repair brief_id or "
                "take the line out' WHERE known_to IS NULL AND state = 'waiting' AND brief_id NOT IN (SELECT brief_id FROM raw.brief)"
            )
    claims: dict[str, list[Correction]] = {}
    for correction in corrections:
        if correction.brief_id is not None:
            claims.setdefault(correction.brief_id, []).append(correction)
    return InForce(
        claims,
        {str(c.company_id): c for c in holding if c.action in ("merge", "reject")},
        {str(c.company_id): c for c in holding if c.action in ("rename", "promote")},
    )


def record_outcomes(
    connection: duckdb.DuckDBPyConnection,
    brief_id: str,
    tried: Iterable[Correction],
    used: Iterable[str],
    failed: Mapping[str, str],
) -> None:
    """What became of the corrections of a brief when it was loaded. The caller holds a transaction."""
    for correction in tried:
        message = failed.get(correction.correction_id)
        connection.execute(
            "UPDATE raw.correction SET state = ?, message = ? WHERE correction_id = ? AND known_to IS NULL",
            ["failed" if message else "applied", message, correction.correction_id],
        )
    for correction_id in sorted(used):
        connection.execute("INSERT INTO raw.correction_use VALUES (?, ?)", [correction_id, brief_id])


def forget(connection: duckdb.DuckDBPyConnection, briefs: Iterable[str], version: str) -> None:
    """Puts briefs back on the work list of a version. The caller holds a transaction."""
    ids = sorted(set(briefs))
    if ids:
        connection.execute(
            "DELETE FROM raw.extraction WHERE extractor_version = ? AND brief_id IN (SELECT unnest(?))",
            [version, ids],
        )


def failed_corrections(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """The corrections that do not hold, each with file, line and why."""
    rows = connection.execute(
        "SELECT origin, origin_line, message FROM raw.correction WHERE known_to IS NULL AND state = 'failed' ORDER BY ALL"
    ).fetchall()
    return [f"corrections/{origin} line {line}: {message}" for origin, line, message in rows]


def _close(connection: duckdb.DuckDBPyConnection, gone: Sequence[str], now: datetime) -> None:
    if gone:
        connection.execute(
            "UPDATE raw.correction SET known_to = greatest(known_from, ?) WHERE known_to IS NULL "
            "AND correction_id IN (SELECT unnest(?))",
            [now, list(gone)],
        )


def _open(connection: duckdb.DuckDBPyConnection, new: Sequence[Correction], now: datetime) -> None:
    rows = [
        {
            "correction_id": c.correction_id, "origin": c.origin, "origin_line": c.line, "action": c.action, "brief_id": c.brief_id,
            "company_id": c.company_id, "content": c.content, "reason": c.reason, "author": c.author, "decided_on": c.decided_on,
            "state": "waiting", "known_from": now,
        }
        for c in new
    ]  # fmt: skip
    insert(connection, "raw.correction", pl.DataFrame(rows, schema=_ROW))


def _follow_lines(connection: duckdb.DuckDBPyConnection, corrections: Sequence[Correction]) -> None:
    """Lines move when others are put before them; that makes no correction a new one."""
    at = dict(
        connection.execute(
            "SELECT correction_id, origin_line FROM raw.correction WHERE known_to IS NULL"
        ).fetchall()
    )
    for c in corrections:
        if at.get(c.correction_id) != c.line:
            connection.execute(
                "UPDATE raw.correction SET origin_line = ? WHERE correction_id = ? AND known_to IS NULL",
                [c.line, c.correction_id],
            )


def _used_on(connection: duckdb.DuckDBPyConnection, corrections: Sequence[str]) -> list[str]:
    """Briefs whose rows some corrections changed."""
    if not corrections:
        return []
    rows = connection.execute(
        "SELECT DISTINCT brief_id FROM raw.correction_use WHERE correction_id IN (SELECT unnest(?))",
        [list(corrections)],
    ).fetchall()
    return [brief_id for (brief_id,) in rows]


def _naming(connection: duckdb.DuckDBPyConnection, company_ids: Sequence[str]) -> list[str]:
    """Briefs of which facts that are believed now name some companies."""
    if not company_ids:
        return []
    selects = " UNION ".join(
        f"SELECT brief_key FROM star.{table} WHERE known_to IS NULL AND {key} IN (SELECT company_key FROM named)"
        for table, key in _FACT_COMPANIES
    )
    rows = connection.execute(
        f"WITH named AS (SELECT company_key FROM star.dim_company WHERE company_id IN (SELECT unnest(?))) {selects}",
        [list(company_ids)],
    ).fetchall()
    return [brief_id for (brief_id,) in rows]


def _names(connection: duckdb.DuckDBPyConnection, data: ReferenceData) -> dict[str, str]:
    """The name of every company as it is without corrections."""
    names: dict[str, str] = dict(
        connection.execute(
            "SELECT company_id, name_zh_hant FROM star.dim_company WHERE is_current"
        ).fetchall()
    )
    renamed = connection.execute(
        "SELECT company_id, content FROM raw.correction WHERE known_to IS NULL AND state = 'applied' AND action IN ('rename', 'promote')"
    ).fetchall()
    names.update({company_id: json.loads(content)["expected"] for company_id, content in renamed})
    names.update({str(row["company_id"]): str(row["name_zh_hant"]) for row in data.companies})
    return names


def _judge_companies(
    connection: duckdb.DuckDBPyConnection,
    corrections: Sequence[Correction],
    stored: Mapping[str, tuple[str, str | None]],
    names: Mapping[str, str],
    data: ReferenceData,
    version: str,
    final: bool,
) -> list[Correction]:
    """The corrections of companies that hold. What begins or ceases to hold puts the briefs concerned on the work list."""  # fmt: skip
    of_companies = [c for c in corrections if c.company_id is not None]
    merged = {str(c.company_id) for c in of_companies if c.action == "merge"}
    curated = {str(row["company_id"]) for row in data.companies}
    first: dict[tuple[str, bool], Correction] = {}
    holding: list[Correction] = []
    for c in of_companies:
        on_facts = c.action in ("merge", "reject")
        other = first.setdefault((str(c.company_id), on_facts), c)
        problem = None
        if other is not c:
            problem = f"{other.place} corrects the same company; keep one of them"
        elif c.company_id in names and names[str(c.company_id)] != c.expected:
            problem = f"the company is called {names[str(c.company_id)]}, not {c.expected} as expected; repair the line or take it out"
        elif c.action == "promote" and c.company_id in curated:
            problem = "the company stands in the reference data already; take the line out"
        elif c.action == "merge" and str(c.value) not in names:
            problem = f"there is no company {c.value} to merge it with; repair value"
        elif c.action == "merge" and str(c.value) in merged:
            problem = f"{c.value} is merged itself; give the company that remains as value"
        unknown = c.company_id not in names
        if unknown and final and problem is None:
            problem = f"there is no company {c.company_id}; repair the line or take it out"
        state = "failed" if problem else "waiting" if unknown else "applied"
        if problem is None and (on_facts or not unknown):
            holding.append(c)
        before, told = stored.get(c.correction_id, ("waiting", None))
        if (state, problem) != (before, told):
            connection.execute(
                "UPDATE raw.correction SET state = ?, message = ? WHERE correction_id = ? AND known_to IS NULL",
                [state, problem, c.correction_id],
            )
        was_holding = c.correction_id in stored and before != "failed"
        if on_facts and problem is None and not was_holding:
            forget(connection, _naming(connection, [str(c.company_id)]), version)
        elif on_facts and problem is not None and was_holding:
            forget(connection, _used_on(connection, [c.correction_id]), version)
    return holding


def _correct_dimension(
    connection: duckdb.DuckDBPyConnection,
    holding: Sequence[Correction],
    names: Mapping[str, str],
    data: ReferenceData,
) -> None:
    """Today's rows of corrected companies, in place: a correction says what was wrong all along."""
    by_id: dict[str, list[Correction]] = {}
    for c in holding:
        by_id.setdefault(str(c.company_id), []).append(c)
    curated = {str(row["company_id"]) for row in data.companies}
    rows = connection.execute(
        "SELECT company_id, name_zh_hant, status, corrected_by, correction_reason FROM star.dim_company "
        "WHERE is_current AND (corrected_by IS NOT NULL OR company_id IN (SELECT unnest(?)))",
        [list(by_id)],
    ).fetchall()
    for company_id, *found in rows:
        own = by_id.get(company_id, [])
        named = next((c for c in own if c.action in ("rename", "promote")), None)
        promoted = any(c.action == "promote" for c in own)
        status = (
            "curated"
            if promoted or company_id in curated
            else "candidate"
            if found[1] == "curated"
            else found[1]
        )
        wanted = [
            str(named.value) if named else names[company_id],
            status,
            own[0].author if own else None,
            own[0].reason if own else None,
        ]
        if wanted != found:
            connection.execute(
                "UPDATE star.dim_company SET name_zh_hant = ?, status = ?, corrected_by = ?, correction_reason = ? "
                "WHERE is_current AND company_id = ?",
                [*wanted, company_id],
            )
