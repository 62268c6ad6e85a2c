"""The steps of a night as plain functions over an open warehouse. What is left to do is read from what is stored.

No orchestration here: the assets of `pipelines.defs` call these in order, and so may a notebook.
"""

from __future__ import annotations

import hashlib
import logging
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

from pipelines import seeds
from pipelines.sources.dates import TAIPEI
from pipelines.sources.inbox import Delivery, Inbox, read_delivery
from pipelines.sources.shelving import shelve
from pipelines.sources.ways import Ways, ways_of
from pipelines.store.arrivals import unusual_arrivals
from pipelines.store.connect import open_warehouse, transaction
from pipelines.store.corrections import InForce, forget, settle
from pipelines.store.guards import Moved, moved, not_accepted
from pipelines.store.intake import (
    briefs_of_delivery,
    is_read,
    keep_delivery,
    outcome_of,
    store_reading,
    waiting_deliveries,
)
from pipelines.store.load import batches_of, load_batch, pending_ids
from pipelines.store.migrate import migrate
from pipelines.store.publish import LINK, fingerprint, held, published_manifest
from pipelines.store.reference import sync_reference
from pipelines.store.stories import tell_stories
from pipelines.workers import read_all, reading

log = logging.getLogger("briefs")

#: Briefs read and loaded in one transaction.
BATCH = 200


@dataclass(frozen=True, slots=True)
class Layout:
    """Where things lie: the inbox, and the folder of the warehouse with its file.

    Where there is a sources file, news comes from what it names instead of the inbox.
    """

    inbox: Path
    folder: Path
    sources: Path | None = None

    def ways_in(self) -> Ways:
        """Where news comes from. Raises `SourcesError`."""
        if self.sources is None:
            return Ways((Inbox(self.inbox),), strict=True)
        return ways_of(self.sources, self.folder)

    @property
    def warehouse(self) -> Path:
        """The writer's file; nobody else opens it."""
        return self.folder / "warehouse.duckdb"


@dataclass(slots=True)
class Intake:
    """What a night's inbox brought. `refused` holds the reasons, file and line in each; `unusual` what is out of the usual."""

    files: int = 0
    new: int = 0
    seen: int = 0
    refused: list[str] = field(default_factory=list)
    unusual: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Read:
    """What was read out of the briefs: how many, how many of them repeat another, claims by table, refused rows by check."""

    briefs: int = 0
    repeats: int = 0
    claims: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)


def taipei_today() -> date:
    """The day of the news: today in Taipei."""
    return datetime.now(TAIPEI).date()


def utc_now() -> datetime:
    """Now in UTC, without the zone, as the warehouse stores it."""
    return datetime.now(UTC).replace(tzinfo=None)


def nothing_new(layout: Layout) -> Intake | None:
    """What the inbox holds, where all of it was taken in before and readers have what is stored; None where there is work.

    It only reads, so that a night without news leaves every file as it was; what it fetches waits in the folder for the run
    that takes it in. The caller holds the lock. Raises `SourcesError`.
    """
    live = published_manifest(layout.folder)
    if live is None or not layout.warehouse.exists():
        return None
    ways = layout.ways_in()
    if ways.gather():
        return None
    intake = Intake()
    with open_warehouse(layout.warehouse, read_only=True) as connection:
        for delivery in ways.deliveries():
            if delivery.unfinished:
                continue
            inbox = ways.inbox_of(delivery)
            if inbox is None or inbox.archive is not None:
                return None  # it is there to be moved or taken away
            if delivery.error is not None or not is_read(connection, delivery):
                return None
            intake.files += 1
            intake.seen += briefs_of_delivery(connection, delivery)
        current = current_fingerprint(connection)
        intake.unusual = unusual_arrivals(connection, taipei_today())
    return intake if current == live.fingerprint else None


def current_fingerprint(connection: duckdb.DuckDBPyConnection) -> str:
    """What a version published now would be known by: the stored rows, the models, the extractor."""
    return fingerprint(connection, models_hash(), seeds.extractor_version(), seeds.corrections_hash())


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Brings the schema, the corrections and the reference data of the dimensions up to date."""
    for name in migrate(connection, seeds.PROJECT_ROOT / "warehouse" / "ddl"):
        log.info("applied migration %s", name)
    holding = settled(connection)
    changed = sync_reference(connection, holding.reference(seeds.reference_data()), utc_now().date())
    if changed:
        log.info("reference data: %s rows of the dimensions changed", f"{changed:,}")


def settled(connection: duckdb.DuckDBPyConnection, final: bool = False) -> InForce:
    """The corrections that hold, with the warehouse brought up to them."""
    version, data = seeds.extractor_version(), seeds.reference_data()
    return settle(connection, seeds.corrections(), data, version, utc_now(), final)


def take_in(connection: duckdb.DuckDBPyConnection, inbox: Path | Ways) -> Intake:
    """Keeps every file of the inbox that was not kept before, then stores the briefs in those not read before.

    A file on which its reader fails is told as refused and tried again in the next run. Raises `InboxError` where the inbox
    is a folder that is not there; of several sources, one that fails is told as refused.
    """
    ways = inbox if isinstance(inbox, Ways) else Ways((Inbox(inbox),), strict=True)
    intake = Intake(refused=ways.gather())
    to_shelve: list[tuple[Delivery, Inbox]] = []
    for delivery in ways.deliveries():
        if delivery.unfinished:
            log.info("%s: is still being written; left for the next run", delivery.name)
            continue
        intake.files += 1
        if delivery.error is not None:
            intake.refused.append(f"{delivery.name}: {delivery.error}")
        elif is_read(connection, delivery):
            intake.seen += briefs_of_delivery(connection, delivery)
        else:
            keep_delivery(connection, delivery, utc_now())
        home = ways.inbox_of(delivery)
        if home is None and ways.spool is not None and delivery.error is None:
            ways.spool.take_away(delivery)
        elif home is not None and home.archive is not None and delivery.error is None:
            to_shelve.append((delivery.without_content(), home))
    _read_waiting(connection, intake)
    for delivery, home in to_shelve:
        _shelve(connection, delivery, home)
    return intake


def _read_waiting(connection: duckdb.DuckDBPyConnection, intake: Intake) -> None:
    """Stores the briefs of every file that is kept and not read yet."""
    for delivery, received_at in waiting_deliveries(connection):
        try:
            reading = read_delivery(delivery)
        except Exception as error:
            problem = f"{delivery.name}: its reader failed ({type(error).__name__}: {error}); it is kept and tried again"
            log.exception(problem)
            intake.refused.append(problem)
            continue
        intake.refused.extend(f"{delivery.name}: {refused.reason}" for refused in reading.rejected)
        for read in reading.briefs:
            if read.cleaned:
                place = f"{delivery.name}: {read.part + ': ' if read.part else ''}line {read.line}"
                log.info("%s: %s characters were taken out of the text", place, read.cleaned)
        taken = store_reading(connection, delivery, reading, received_at, utc_now())
        intake.new += taken.new
        intake.seen += taken.seen
        told = "%s: %s new briefs, %s seen before, %s refused"
        log.info(told, delivery.name, taken.new, taken.seen, taken.rejected)


def _shelve(connection: duckdb.DuckDBPyConnection, delivery: Delivery, inbox: Inbox) -> None:
    """Moves a file that was read to its inbox's archive, one of which nothing could be read to its quarantine."""
    outcome = outcome_of(connection, delivery)
    if outcome is None or delivery.path is None or inbox.archive is None:
        return  # it waits to be read
    to = inbox.archive if outcome.read else inbox.quarantine or inbox.archive / "quarantine"
    try:
        moved_to = shelve(delivery.path, to, utc_now().date(), outcome.reasons)
    except OSError as error:
        log.warning("%s: cannot be moved to %s: %s; check its permissions", delivery.name, to, error.strerror)
    else:
        log.info("%s: moved to %s", delivery.name, moved_to)


def read_briefs(connection: duckdb.DuckDBPyConnection, version: str) -> Read:
    """Reads, corrects and loads every brief that this version has not read yet, a batch in a transaction; then tells the stories.

    A correction that comes to hold by what was read puts briefs on the list again; so it goes on until none is left.
    """
    units, countries = seeds.unit_codes(), seeds.publisher_countries()
    done = Read()
    corrections = settled(connection)
    while True:
        ids = pending_ids(connection, version)
        with reading(len(ids)) as (executor, ahead):
            batches = batches_of(connection, ids, BATCH)
            for batch, read in read_all(executor, version, batches, ahead):
                loaded = load_batch(connection, batch, read, units, countries, utc_now(), corrections)
                done.briefs += len(batch)
                done.claims.update(loaded.claims)
                done.refused.update(loaded.rejected)
                log.info("read %s briefs", f"{done.briefs:,}")
        corrections = settled(connection, final=True)
        if not ids:
            done.repeats = tell_stories(connection)
            return done


def read_again(connection: duckdb.DuckDBPyConnection, since: date | None) -> int:
    """Puts stored briefs back on the work list of this extractor, all or those from a day on; returns how many."""
    rows = connection.execute(
        "SELECT brief_id FROM raw.brief WHERE coalesce(published_on, received_at::DATE) >= ?",
        [since or date.min],
    ).fetchall()
    with transaction(connection):
        forget(connection, [brief_id for (brief_id,) in rows], seeds.extractor_version())
    return len(rows)


def tripped(connection: duckdb.DuckDBPyConnection, layout: Layout) -> list[Moved]:
    """What moved by more than a guard lets pass, against the version that readers have, and was not accepted."""
    live = published_manifest(layout.folder)
    if live is None:
        return []
    found = moved(connection, (layout.folder / LINK).resolve(), seeds.guards())
    return not_accepted(connection, found, live.version)


def refusals(connection: duckdb.DuckDBPyConnection, layout: Layout) -> list[str]:
    """Why the marts may not be published, each beginning with the name to accept it by; none where they may."""
    why = held(layout.folder)
    return [*([why] if why else []), *(change.told() for change in tripped(connection, layout))]


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
