"""The warehouse as a resource: where it lies, and the lock that one run holds from its first step to its last."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg

from pipelines.alerts import conclude
from pipelines.defs.run_record import run_of
from pipelines.nightly import Layout
from pipelines.seeds import PROJECT_ROOT
from pipelines.store.lock import warehouse_lock
from pipelines.store.publish import published_manifest


class Warehouse(dg.ConfigurableResource):  # type: ignore[type-arg]
    """The writer's warehouse. Paths default to `BRIEFS_INBOX`, `BRIEFS_SOURCES`, `BRIEFS_WAREHOUSE`, else to the project's own.

    An inbox stands in the place of the sources file.
    """

    inbox: str = ""
    folder: str = ""
    sources: str = ""

    @property
    def layout(self) -> Layout:
        """The paths of this run."""
        inbox, sources = self.inbox, self.sources
        if not inbox and not sources:
            inbox = os.environ.get("BRIEFS_INBOX", "")
        if not inbox and not sources:
            sources = os.environ.get("BRIEFS_SOURCES") or str(PROJECT_ROOT / "sources.yaml")
        folder = self.folder or os.environ.get("BRIEFS_WAREHOUSE") or str(PROJECT_ROOT / "warehouse")
        return Layout(
            Path(inbox).resolve(), Path(folder).resolve(), Path(sources).resolve() if sources else None
        )

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["Warehouse"]:
        """Holds the lock for the whole run and writes the run down at its end, whoever started it.

        Raises `WarehouseLockedError` where another run has the lock.
        """
        folder = self.layout.folder
        with warehouse_lock(folder):
            started, clock = datetime.now(UTC).isoformat(timespec="seconds"), time.monotonic()
            before = published_manifest(folder)
            try:
                yield self
            finally:
                if context.run_id is not None and context.instance is not None:
                    logs = context.instance.all_logs(context.run_id)
                    events = [entry.dagster_event for entry in logs if entry.dagster_event is not None]
                    seconds, after = time.monotonic() - clock, published_manifest(folder)
                    conclude(folder, run_of(events, context.run_id, started, seconds, before, after))


@dg.definitions
def resources() -> dg.Definitions:
    """The resources by the names that assets ask for."""
    return dg.Definitions(resources={"warehouse": Warehouse()})
