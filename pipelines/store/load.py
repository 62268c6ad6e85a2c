"""Loading: what was read out of briefs, corrected and judged, a batch in a transaction.

A brief is loaded by putting what it says now in the place of what the warehouse believed of it (`store.history`): loading
it again with the same extractor version is not even on the work list, and changes no row if it is done all the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb
import polars as pl

from pipelines.contracts.corrections import Corrected, Correction, Judge, correct
from pipelines.contracts.rows import FACT_TABLES, Row, claim_rows, companies_of
from pipelines.contracts.validate import Checked, RejectedRow, validate
from pipelines.extraction.model import Extraction
from pipelines.store.connect import transaction
from pipelines.store.corrections import InForce, record_outcomes
from pipelines.store.frames import REJECTED, insert, registered
from pipelines.store.history import believe
from pipelines.store.reference import BEGINNING, country_of
from pipelines.text.brief import Brief, content_key

#: Columns that a model judges by and no table keeps.
_JUDGED_ONLY = ("body_length", "span_text")


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a batch brought: claims by fact table, rows refused, by check."""

    claims: Mapping[str, int]
    rejected: Mapping[str, int]


def pending_ids(connection: duckdb.DuckDBPyConnection, extractor_version: str) -> list[str]:
    """The briefs that this version has not read yet, oldest first."""
    rows = connection.execute(
        "SELECT brief_id FROM raw.brief b WHERE NOT EXISTS "
        "(SELECT 1 FROM raw.extraction e WHERE e.brief_id = b.brief_id AND e.extractor_version = ?) "
        "ORDER BY received_at, delivery_id, origin_line",
        [extractor_version],
    ).fetchall()
    return [brief_id for (brief_id,) in rows]


def batches_of(connection: duckdb.DuckDBPyConnection, ids: Sequence[str], size: int) -> Iterator[list[Brief]]:
    """Stored briefs in batches of at most `size`; a batch's texts are fetched when it is asked for: memory stays bounded."""
    for start in range(0, len(ids), size):
        rows = connection.execute(
            "SELECT title, body, publisher, published_on, date_source, url, source_id, tag FROM raw.brief "
            "WHERE brief_id IN (SELECT unnest(?)) ORDER BY received_at, delivery_id, origin_line",
            [ids[start : start + size]],
        ).fetchall()
        yield [Brief(*row) for row in rows]


def pending_briefs(
    connection: duckdb.DuckDBPyConnection, extractor_version: str, size: int
) -> Iterator[list[Brief]]:
    """The briefs that this version has not read yet, in batches of at most `size`, oldest first."""
    return batches_of(connection, pending_ids(connection, extractor_version), size)


def load_batch(
    connection: duckdb.DuckDBPyConnection,
    briefs: Sequence[Brief],
    extractions: Sequence[Extraction],
    units: Collection[str],
    countries: Mapping[str, str | None],
    now: datetime,
    corrections: InForce | None = None,
) -> Loaded:
    """Corrects and validates a batch and puts it in the place of what was believed of these briefs, in one transaction.

    `countries` maps publishers to their country. Rows that fail a check go to raw.rejected with their reason.
    """
    ids = [brief.brief_id for brief in briefs]
    corrections = corrections or InForce()
    rows: dict[str, list[Row]] = {table: [] for table in FACT_TABLES}
    outcomes: dict[str, tuple[Sequence[Correction], Corrected]] = {}
    judge = (
        _judge(connection, extractions, units)
        if any(i in corrections.claims for i in ids)
        else _nothing_to_say
    )
    for brief, extraction in zip(briefs, extractions, strict=True):
        read = claim_rows(extraction, brief)
        own = corrections.claims.get(brief.brief_id, ())
        if own or corrections.facts:
            result = correct(read, brief, own, corrections.facts, judge, extraction.extractor_version)
            read = result.rows
            if own or result.used:
                outcomes[brief.brief_id] = own, result
        for table, found in read.items():
            rows[table].extend(found)
    checked = {table: validate(table, found, units) for table, found in rows.items()}
    unread = [
        RejectedRow(
            "extractor",
            "read",
            brief.title,
            extraction.failure,
            brief.brief_id,
            f"{brief.title}\n{brief.body}",
            extraction.extractor_version,
        )
        for brief, extraction in zip(briefs, extractions, strict=True)
        if extraction.failure is not None
    ]
    refused = [*(r for parted in checked.values() for r in parted.rejected), *unread]
    with transaction(connection):
        read_before = _loaded_before(connection, ids)
        _add_publishers(connection, briefs, countries)
        _add_briefs(connection, ids)
        _add_companies(connection, extractions)
        for table, parted in checked.items():
            if read_before or not parted.valid.is_empty():
                _stage_facts(connection, parted.valid)
                key = "mention_id" if table == "fact_company_mention" else "claim_id"
                believe(connection, table, key, "staged", read_before, now)
        if read_before:
            connection.execute(
                "DELETE FROM raw.correction_use WHERE brief_id IN (SELECT unnest(?))", [read_before]
            )
        for brief_id, (own, result) in outcomes.items():
            record_outcomes(connection, brief_id, own, result.used, result.failed)
        _add_rejected(connection, refused, now)
        _record_extractions(connection, extractions, checked, now)
    reasons = Counter(f"{r.model}: {r.check}" for r in refused)
    return Loaded({table: parted.valid.height for table, parted in checked.items()}, reasons)


def _nothing_to_say(table: str, row: Row) -> str | None:  # noqa: ARG001 - a judge's signature
    return None


def _judge(
    connection: duckdb.DuckDBPyConnection, extractions: Sequence[Extraction], units: Collection[str]
) -> Judge:
    """Judges one corrected row by its model, and by whether its companies are known or found in this batch."""
    known = {row[0] for row in connection.execute("SELECT company_id FROM star.dim_company").fetchall()}
    known |= {company.company_id for company in companies_of(extractions)}

    def judge(table: str, row: Row) -> str | None:
        for column in ("company_id", "supplier_id", "customer_id"):
            if row.get(column) is not None and row[column] not in known:
                return f"there is no company {row[column]}"
        refused = validate(table, [row], units).rejected
        return refused[0].reason if refused else None

    return judge


def _loaded_before(connection: duckdb.DuckDBPyConnection, ids: Sequence[str]) -> list[str]:
    """Those of some briefs that have been loaded before, by whatever version."""
    rows = connection.execute(
        "SELECT brief_key FROM star.dim_brief WHERE brief_key IN (SELECT unnest(?))", [list(ids)]
    ).fetchall()
    return [brief_id for (brief_id,) in rows]


def _add_publishers(
    connection: duckdb.DuckDBPyConnection, briefs: Sequence[Brief], countries: Mapping[str, str | None]
) -> None:
    names = sorted({b.publisher for b in briefs if b.publisher})
    frame = pl.DataFrame(
        {
            "publisher_key": [content_key("publisher", n) for n in names],
            "name": names,
            "country": [country_of(n, countries) for n in names],
        },
        schema={"publisher_key": pl.String, "name": pl.String, "country": pl.String},
    )
    with registered(connection, frame):
        connection.execute(
            "INSERT INTO star.dim_publisher SELECT * FROM incoming WHERE publisher_key NOT IN (SELECT publisher_key FROM star.dim_publisher)"
        )


def _add_briefs(connection: duckdb.DuckDBPyConnection, ids: Sequence[str]) -> None:
    connection.execute(
        "INSERT INTO star.dim_brief BY NAME SELECT b.brief_id AS brief_key, b.brief_id, b.title, p.publisher_key, b.published_on, "
        "coalesce(b.published_on, star.arrival_day(b.received_at)) AS dated_on, coalesce(b.date_source, 'arrival') AS date_source, "
        "star.date_confidence(b.published_on, b.date_source, b.received_at) AS date_confidence, "
        "star.is_date_suspect(b.published_on, b.received_at) AS is_date_suspect, "
        "b.url, b.tag, length(b.body) AS body_length, b.received_at "
        "FROM raw.brief b LEFT JOIN star.dim_publisher p ON p.name = b.publisher "
        "WHERE b.brief_id IN (SELECT unnest(?)) AND b.brief_id NOT IN (SELECT brief_key FROM star.dim_brief)",
        [list(ids)],
    )


def _add_companies(connection: duckdb.DuckDBPyConnection, extractions: Sequence[Extraction]) -> None:
    """Candidates and anonymous parties that the dimension does not know yet."""
    found = [c for c in companies_of(extractions) if c.status != "curated"]
    frame = pl.DataFrame(
        [
            {
                "company_key": content_key(c.company_id, BEGINNING.isoformat()), "company_id": c.company_id,
                "name_zh_hant": c.name, "status": c.status, "valid_from": BEGINNING, "is_current": True,
            }
            for c in found
        ],
        schema={
            "company_key": pl.String, "company_id": pl.String, "name_zh_hant": pl.String, "status": pl.String,
            "valid_from": pl.Date, "is_current": pl.Boolean,
        },
    )  # fmt: skip
    with registered(connection, frame):
        connection.execute(
            "INSERT INTO star.dim_company BY NAME SELECT * FROM incoming "
            "WHERE company_id NOT IN (SELECT company_id FROM star.dim_company)"
        )


def _stage_facts(connection: duckdb.DuckDBPyConnection, frame: pl.DataFrame) -> None:
    """The valid rows of a fact table as `staged`, with the keys of the dimension rows that held on the brief's day."""
    frame = frame.drop([c for c in _JUDGED_ONLY if c in frame.columns])
    roles = {"company_id": "company_key", "supplier_id": "supplier_key", "customer_id": "customer_key"}
    used = {column: key for column, key in roles.items() if column in frame.columns}
    plain = ", ".join(f"i.{c}" for c in frame.columns if c not in used)
    keys = "".join(f", {key}_of.company_key AS {key}" for key in used.values())
    joins = "".join(
        f" LEFT JOIN company_on_day {key}_of ON {key}_of.company_id = i.{column} AND {key}_of.brief_key = i.brief_key"
        for column, key in used.items()
    )
    subject = "item" if "item" in frame.columns else "subject" if "subject" in frame.columns else None
    product = ", product_of.product_key AS product_key" if subject else ""
    product_join = (
        f" LEFT JOIN star.dim_product product_of ON product_of.is_current AND product_of.name_zh_hant = i.{subject}"
        if subject
        else ""
    )
    pairs = " UNION ".join(
        f"SELECT brief_key, {column} AS company_id FROM incoming WHERE {column} IS NOT NULL"
        for column in used
    )
    with registered(connection, frame):
        connection.execute(
            f"""
            CREATE OR REPLACE TEMP TABLE staged AS
            WITH company_on_day AS (
                SELECT p.brief_key, p.company_id, arg_max(c.company_key, (valid_on_day, c.valid_from)) AS company_key
                FROM ({pairs}) p
                JOIN star.dim_brief b USING (brief_key)
                JOIN (SELECT * FROM star.dim_company) c USING (company_id),
                LATERAL (SELECT coalesce(b.published_on, current_date) BETWEEN c.valid_from
                         AND coalesce(c.valid_to, DATE '9999-12-31') AS valid_on_day)
                GROUP BY p.brief_key, p.company_id
            )
            SELECT {plain}{keys}{product} FROM incoming i{joins}{product_join}
            """
        )


def _add_rejected(
    connection: duckdb.DuckDBPyConnection, rejected: Sequence[RejectedRow], now: datetime
) -> None:
    frame = pl.DataFrame(
        [
            {
                "rejected_id": content_key("validation", r.model, r.check, r.content), "stage": "validation",
                "model": r.model, "check_name": r.check, "value": r.value, "reason": r.reason, "brief_id": r.brief_id,
                "content": r.content, "extractor_version": r.extractor_version, "rejected_at": now,
            }
            for r in rejected
        ],
        schema=REJECTED,
    ).unique("rejected_id", maintain_order=True)  # fmt: skip
    with registered(connection, frame):
        connection.execute(
            "INSERT INTO raw.rejected BY NAME SELECT * FROM incoming WHERE rejected_id NOT IN (SELECT rejected_id FROM raw.rejected)"
        )


def _record_extractions(
    connection: duckdb.DuckDBPyConnection,
    extractions: Sequence[Extraction],
    checked: Mapping[str, Checked],
    now: datetime,
) -> None:
    kept: dict[str, int] = {}
    for table, result in checked.items():
        if table != "fact_company_mention":
            for brief_key in result.valid["brief_key"]:
                kept[brief_key] = kept.get(brief_key, 0) + 1
    refused: dict[str, set[str]] = {}
    for result in checked.values():
        for row in result.rejected:
            refused.setdefault(row.brief_id, set()).add(row.content)
    insert(
        connection,
        "raw.extraction",
        pl.DataFrame(
            [
                {
                    "brief_id": e.brief_id, "extractor_version": e.extractor_version, "extracted_at": now,
                    "claims": kept.get(e.brief_id, 0), "rejected": len(refused.get(e.brief_id, ())),
                }
                for e in extractions
            ],
            schema={
                "brief_id": pl.String, "extractor_version": pl.String, "extracted_at": pl.Datetime, "claims": pl.Int64,
                "rejected": pl.Int64,
            },
        ),
    )  # fmt: skip
