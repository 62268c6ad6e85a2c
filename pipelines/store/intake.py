"""Intake: a file's bytes first, in a transaction of their own; then the briefs in it, and what of it was refused.

A file whose bytes are kept and whose briefs are not read yet (`read_at` is null) waits for the next run, so that a crash
in between, or a reader that fails on it, loses nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import duckdb
import polars as pl

from pipelines.contracts.rows import Row
from pipelines.sources.inbox import Delivery
from pipelines.sources.reading import Reading
from pipelines.store.connect import transaction
from pipelines.store.frames import REJECTED, count, insert, registered
from pipelines.text.brief import content_key

_BRIEF = {
    "brief_id": pl.String, "title": pl.String, "body": pl.String, "publisher": pl.String, "published_on": pl.Date,
    "date_source": pl.String, "url": pl.String, "source_id": pl.String, "tag": pl.String, "delivery_id": pl.String,
    "origin_line": pl.Int64, "origin_part": pl.String, "cleaned": pl.String, "received_at": pl.Datetime,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What one delivery brought: briefs never seen before, briefs seen before, refused files and lines."""

    new: int
    seen: int
    rejected: int


def is_read(connection: duckdb.DuckDBPyConnection, delivery: Delivery) -> bool:
    """Whether these very bytes under this name were taken in before, and their briefs read out of them."""
    sql = "SELECT count(*) FROM raw.delivery WHERE delivery_id = ? AND read_at IS NOT NULL"
    return bool(count(connection, sql, [delivery.delivery_id]))


def briefs_of_delivery(connection: duckdb.DuckDBPyConnection, delivery: Delivery) -> int:
    """How many briefs first came in with a delivery."""
    return count(connection, "SELECT count(*) FROM raw.brief WHERE delivery_id = ?", [delivery.delivery_id])


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a delivery: whether anything could be read of it, and what of it was refused."""

    read: bool
    reasons: list[str]


def outcome_of(connection: duckdb.DuckDBPyConnection, delivery: Delivery) -> Outcome | None:
    """What became of a delivery; None where it is not kept, or waits to be read."""
    sql = "SELECT briefs FROM raw.delivery WHERE delivery_id = ? AND read_at IS NOT NULL"
    found = connection.execute(sql, [delivery.delivery_id]).fetchall()
    if not found:
        return None
    sql = "SELECT reason FROM raw.rejected WHERE stage = 'intake' AND delivery_id = ? ORDER BY origin_line, reason"
    reasons = [reason for (reason,) in connection.execute(sql, [delivery.delivery_id]).fetchall()]
    return Outcome(found[0][0] != 0 or not reasons, reasons)


def keep_delivery(connection: duckdb.DuckDBPyConnection, delivery: Delivery, received_at: datetime) -> None:
    """Keeps the bytes of a file with their hash, name and time of arrival; once."""
    connection.execute(
        "INSERT INTO raw.delivery (delivery_id, origin, content, size_bytes, received_at, sha256, url, publisher) "
        "SELECT $id, $name, $content::BLOB, $size, $at, sha256($content::BLOB), $url, $publisher "
        "WHERE NOT EXISTS (SELECT 1 FROM raw.delivery WHERE delivery_id = $id)",
        {
            "id": delivery.delivery_id,
            "name": delivery.name,
            "content": delivery.content,
            "size": len(delivery.content),
            "at": received_at,
            "url": delivery.url,
            "publisher": delivery.publisher,
        },
    )


def waiting_deliveries(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[Delivery, datetime]]:
    """The files that are kept and not read yet, in the order of their names, one in memory at a time."""
    ids = connection.execute(
        "SELECT delivery_id FROM raw.delivery WHERE read_at IS NULL ORDER BY origin, delivery_id"
    ).fetchall()
    for (delivery_id,) in ids:
        sql = "SELECT origin, content, received_at, url, publisher FROM raw.delivery WHERE delivery_id = ?"
        name, content, received_at, url, publisher = connection.execute(sql, [delivery_id]).fetchall()[0]
        yield Delivery(name, content, url=url, publisher=publisher), received_at


def store_reading(
    connection: duckdb.DuckDBPyConnection,
    delivery: Delivery,
    reading: Reading,
    received_at: datetime,
    now: datetime,
) -> TakenIn:
    """Keeps a delivery's unseen briefs and what of it was refused, and marks it as read, in one transaction."""
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
                "origin_part": read.part, "cleaned": read.cleaned, "received_at": received_at,
            },
        )  # fmt: skip
    rejected = [
        {
            "rejected_id": content_key("intake", delivery_id, r.reader, r.check, str(r.line), *([r.part] if r.part else [])),
            "stage": "intake", "model": r.reader, "check_name": r.check, "value": r.value,
            "reason": f"{delivery.name}: {r.reason}", "brief_id": None, "delivery_id": delivery_id,
            "origin": delivery.name, "origin_line": r.line, "content": r.content, "extractor_version": None,
            "rejected_at": now,
        }
        for r in reading.rejected
    ]  # fmt: skip
    with transaction(connection):
        connection.execute(
            "UPDATE raw.delivery SET read_at = ?, encoding = ?, briefs = ? WHERE delivery_id = ?",
            [now, reading.encoding, len(reading.briefs), delivery_id],
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
        insert(connection, "raw.rejected", pl.DataFrame(rejected, schema=REJECTED))
    new = len(rows) - len(seen)
    return TakenIn(new, len(reading.briefs) - new, len(rejected))
