"""The steps of a night as plain functions over an open warehouse. What is left to do is read from what is stored.

No orchestration here: the assets of `pipelines.defs` call these in order, and so may a notebook.
"""

from __future__ import annotations

import hashlib
import logging
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from pipelines import seeds
from pipelines.extraction.engine import Extractor
from pipelines.sources.inbox import read_delivery, read_inbox
from pipelines.store.connect import open_warehouse
from pipelines.store.load import briefs_of_delivery, is_stored, load_batch, pending_briefs, store_delivery
from pipelines.store.migrate import migrate
from pipelines.store.publish import fingerprint, published_manifest
from pipelines.store.reference import sync_reference

log = logging.getLogger("briefs")

#: Briefs read and loaded in one transaction.
BATCH = 200


@dataclass(frozen=True, slots=True)
class Layout:
    """Where things lie: the inbox, and the folder of the warehouse with its file."""

    inbox: Path
    folder: Path

    @property
    def warehouse(self) -> Path:
        """The writer's file; nobody else opens it."""
        return self.folder / "warehouse.duckdb"


@dataclass(slots=True)
class Intake:
    """What a night's inbox brought. `refused` holds the reasons, file and line in each."""

    files: int = 0
    new: int = 0
    seen: int = 0
    refused: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Read:
    """What was read out of the briefs: how many, claims by table, refused rows by check."""

    briefs: int = 0
    claims: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)


def utc_now() -> datetime:
    """Now in UTC, without the zone, as the warehouse stores it."""
    return datetime.now(UTC).replace(tzinfo=None)


def nothing_new(layout: Layout) -> Intake | None:
    """What the inbox holds, where all of it was taken in before and readers have what is stored; None where there is work.

    It only reads, so that a night without news leaves every file as it was. The caller holds the lock.
    """
    live = published_manifest(layout.folder)
    if live is None or not layout.warehouse.exists():
        return None
    intake = Intake()
    with open_warehouse(layout.warehouse, read_only=True) as connection:
        for delivery in read_inbox(layout.inbox):
            if delivery.error is not None or not is_stored(connection, delivery):
                return None
            intake.files += 1
            intake.seen += briefs_of_delivery(connection, delivery)
        current = current_fingerprint(connection)
    return intake if current == live.fingerprint else None


def current_fingerprint(connection: duckdb.DuckDBPyConnection) -> str:
    """What a version published now would be known by: the stored rows, the models, the extractor."""
    return fingerprint(connection, models_hash(), seeds.extractor_version())


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Brings the schema and the reference data of the dimensions up to date."""
    for name in migrate(connection, seeds.PROJECT_ROOT / "warehouse" / "ddl"):
        log.info("applied migration %s", name)
    changed = sync_reference(connection, seeds.reference_data(), utc_now().date())
    if changed:
        log.info("reference data: %s rows of the dimensions changed", f"{changed:,}")


def take_in(connection: duckdb.DuckDBPyConnection, inbox: Path) -> Intake:
    """Stores every file of the inbox that was not stored before, and the briefs in it. Raises `InboxError`."""
    intake = Intake()
    for delivery in read_inbox(inbox):
        intake.files += 1
        if delivery.error is None and is_stored(connection, delivery):
            intake.seen += briefs_of_delivery(connection, delivery)
            continue
        reading = read_delivery(delivery)
        intake.refused.extend(f"{delivery.name}: {refused.reason}" for refused in reading.rejected)
        if delivery.error is None:
            taken = store_delivery(connection, delivery, reading, utc_now())
            intake.new += taken.new
            intake.seen += taken.seen
            log.info(
                "%s: %s new briefs, %s seen before, %s refused",
                delivery.name,
                taken.new,
                taken.seen,
                taken.rejected,
            )
    return intake


def read_briefs(connection: duckdb.DuckDBPyConnection, extractor: Extractor) -> Read:
    """Reads and loads every brief that this extractor has not read yet, a batch in a transaction."""
    units, countries = seeds.unit_codes(), seeds.publisher_countries()
    done = Read()
    for batch in pending_briefs(connection, extractor.version, BATCH):
        loaded = load_batch(
            connection, batch, [extractor.extract(b) for b in batch], units, countries, utc_now()
        )
        done.briefs += len(batch)
        done.claims.update(loaded.claims)
        done.refused.update(loaded.rejected)
        log.info("read %s briefs", f"{done.briefs:,}")
    return done


def models_hash() -> str:
    """A hash of what shapes the marts beside the rows: the schema, and the dbt project's models, macros, tests, settings."""
    root = seeds.PROJECT_ROOT
    files = [
        *(root / "warehouse" / "ddl").glob("*.sql"),
        *(root / "dbt_project").glob("*.yml"),
        *(root / "dbt_project" / "models").rglob("*.*"),
        *(root / "dbt_project" / "macros").rglob("*.sql"),
        *(root / "tests" / "dbt").rglob("*.sql"),
    ]
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
