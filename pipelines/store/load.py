"""Loading: deliveries and briefs as received, then what was read out of them, a batch in a transaction.

A brief is loaded by closing what the warehouse said of it and adding what it says now, keyed by the brief: loading it
again with the same extractor version is not even on the work list, and a new version replaces every row of it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb
import polars as pl

from pipelines.contracts.rows import FACT_TABLES, Row, claim_rows, companies_of
from pipelines.contracts.validate import Checked, RejectedRow, validate
from pipelines.extraction.model import Extraction
from pipelines.sources.inbox import Delivery
from pipelines.sources.reading import Reading
from pipelines.store.connect import transaction
from pipelines.store.frames import count, insert, registered
from pipelines.store.reference import BEGINNING, country_of
from pipelines.text.brief import Brief, content_key

_REJECTED = {
    "rejected_id": pl.String, "stage": pl.String, "model": pl.String, "check_name": pl.String, "value": pl.String,
    "reason": pl.String, "brief_id": pl.String, "delivery_id": pl.String, "origin": pl.String, "origin_line": pl.Int64,
    "content": pl.String, "extractor_version": pl.String, "rejected_at": pl.Datetime,
}  # fmt: skip
_BRIEF = {
    "brief_id": pl.String, "title": pl.String, "body": pl.String, "publisher": pl.String, "published_on": pl.Date,
    "date_source": pl.String, "url": pl.String, "source_id": pl.String, "tag": pl.String, "delivery_id": pl.String,
    "origin_line": pl.Int64, "received_at": pl.Datetime,
}  # fmt: skip
#: Columns that a model judges by and no table keeps.
_JUDGED_ONLY = ("body_length", "span_text")


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What one delivery brought: briefs never seen before, briefs seen before, refused files and lines."""

    new: int
    seen: int
    rejected: int


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a batch brought: claims by fact table, rows refused, by check."""

    claims: Mapping[str, int]
    rejected: Mapping[str, int]


def is_stored(connection: duckdb.DuckDBPyConnection, delivery: Delivery) -> bool:
    """Whether these very bytes under this name were taken in before."""
    return bool(
        count(connection, "SELECT count(*) FROM raw.delivery WHERE delivery_id = ?", [delivery.delivery_id])
    )


def briefs_of_delivery(connection: duckdb.DuckDBPyConnection, delivery: Delivery) -> int:
    """How many briefs first came in with a delivery."""
    return count(connection, "SELECT count(*) FROM raw.brief WHERE delivery_id = ?", [delivery.delivery_id])


def store_delivery(
    connection: duckdb.DuckDBPyConnection, delivery: Delivery, reading: Reading, received_at: datetime
) -> TakenIn:
    """Keeps a delivery's bytes, its unseen briefs and what of it was refused, in one transaction."""
    delivery_id = delivery.delivery_id
    rows: dict[str, Row] = {}
    for read in reading.briefs:
        brief = read.brief
        rows.setdefault(
            brief.brief_id,
            {
                "brief_id": brief.brief_id, "title": brief.title, "body": brief.body, "publisher": brief.publisher,
                "published_on": brief.published_on, "date_source": brief.date_source, "url": brief.url,
                "source_id": brief.source_id, "tag": brief.tag, "delivery_id": delivery_id, "origin_line": read.line,
                "received_at": received_at,
            },
        )  # fmt: skip
    rejected = [
        {
            "rejected_id": content_key("intake", delivery_id, r.reader, r.check, str(r.line)),
            "stage": "intake", "model": r.reader, "check_name": r.check, "value": r.value,
            "reason": f"{delivery.name}: {r.reason}", "brief_id": None, "delivery_id": delivery_id,
            "origin": delivery.name, "origin_line": r.line, "content": r.content, "extractor_version": None,
            "rejected_at": received_at,
        }
        for r in reading.rejected
    ]  # fmt: skip
    with transaction(connection):
        connection.execute(
            "INSERT INTO raw.delivery VALUES (?, ?, ?, ?, ?)",
            [delivery_id, delivery.name, delivery.content, len(delivery.content), received_at],
        )
        frame = pl.DataFrame(list(rows.values()), schema=_BRIEF)
        with registered(connection, frame):
            seen = {
                r[0]
                for r in connection.execute(
                    "SELECT brief_id FROM raw.brief WHERE brief_id IN (SELECT brief_id FROM incoming)"
                ).fetchall()
            }
        insert(connection, "raw.brief", frame.filter(~pl.col("brief_id").is_in(list(seen))))
        insert(connection, "raw.rejected", pl.DataFrame(rejected, schema=_REJECTED))
    new = len(rows) - len(seen)
    return TakenIn(new, len(reading.briefs) - new, len(rejected))


def pending_briefs(
    connection: duckdb.DuckDBPyConnection, extractor_version: str, size: int
) -> Iterator[list[Brief]]:
    """The briefs that this version has not read yet, in batches of at most `size`, oldest first.

    The list of ids is taken once; a batch's texts are fetched when it is asked for, so that memory stays bounded.
    """
    ids = [
        row[0]
        for row in connection.execute(
            "SELECT brief_id FROM raw.brief b WHERE NOT EXISTS "
            "(SELECT 1 FROM raw.extraction e WHERE e.brief_id = b.brief_id AND e.extractor_version = ?) "
            "ORDER BY received_at, delivery_id, origin_line",
            [extractor_version],
        ).fetchall()
    ]
    for start in range(0, len(ids), size):
        rows = connection.execute(
            "SELECT title, body, publisher, published_on, date_source, url, source_id, tag FROM raw.brief "
            "WHERE brief_id IN (SELECT unnest(?)) ORDER BY received_at, delivery_id, origin_line",
            [ids[start : start + size]],
        ).fetchall()
        yield [Brief(*row) for row in rows]


def load_batch(
    connection: duckdb.DuckDBPyConnection,
    briefs: Sequence[Brief],
    extractions: Sequence[Extraction],
    units: Collection[str],
    countries: Mapping[str, str | None],
    now: datetime,
) -> Loaded:
    """Validates a batch and puts it in the place of what the warehouse said of these briefs, in one transaction.

    `countries` maps publishers to their country. Rows that fail a check go to raw.rejected with their reason.
    """
    rows: dict[str, list[Row]] = {table: [] for table in FACT_TABLES}
    for brief, extraction in zip(briefs, extractions, strict=True):
        for table, found in claim_rows(extraction, brief).items():
            rows[table].extend(found)
    checked = {table: validate(table, found, units) for table, found in rows.items()}
    ids = [brief.brief_id for brief in briefs]
    with transaction(connection):
        _add_publishers(connection, briefs, countries)
        _add_briefs(connection, ids)
        _add_companies(connection, extractions)
        for table, result in checked.items():
            connection.execute(
                f"UPDATE star.{table} SET known_to = ? WHERE known_to IS NULL AND brief_key IN (SELECT unnest(?))",
                [now, ids],
            )
            _insert_facts(connection, table, result.valid, now)
        _add_rejected(connection, [r for result in checked.values() for r in result.rejected], now)
        _record_extractions(connection, extractions, checked, now)
    reasons: dict[str, int] = {}
    for result in checked.values():
        for refused in result.rejected:
            reasons[f"{refused.model}: {refused.check}"] = (
                reasons.get(f"{refused.model}: {refused.check}", 0) + 1
            )
    return Loaded({table: result.valid.height for table, result in checked.items()}, reasons)


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
        "INSERT INTO star.dim_brief SELECT b.brief_id, b.brief_id, b.title, p.publisher_key, b.published_on, b.date_source, "
        "b.url, b.tag, length(b.body), b.received_at FROM raw.brief b LEFT JOIN star.dim_publisher p ON p.name = b.publisher "
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


def _insert_facts(
    connection: duckdb.DuckDBPyConnection, table: str, frame: pl.DataFrame, now: datetime
) -> None:
    """Appends the valid rows of a fact table with the keys of the dimension rows that held on the brief's day."""
    if frame.is_empty():
        return
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
            INSERT INTO star.{table} BY NAME
            WITH company_on_day AS (
                SELECT p.brief_key, p.company_id, arg_max(c.company_key, (valid_on_day, c.valid_from)) AS company_key
                FROM ({pairs}) p
                JOIN star.dim_brief b USING (brief_key)
                JOIN (SELECT * FROM star.dim_company) c USING (company_id),
                LATERAL (SELECT coalesce(b.published_on, current_date) BETWEEN c.valid_from
                         AND coalesce(c.valid_to, DATE '9999-12-31') AS valid_on_day)
                GROUP BY p.brief_key, p.company_id
            )
            SELECT {plain}{keys}{product}, ?::TIMESTAMP AS known_from
            FROM incoming i{joins}{product_join}
            """,
            [now],
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
        schema=_REJECTED,
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
