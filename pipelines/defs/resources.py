"""The warehouse as a resource: where it lies, and the lock that one run holds from its first step to its last."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg

from pipelines.nightly import Layout
from pipelines.seeds import PROJECT_ROOT
from pipelines.store.lock import warehouse_lock


class Warehouse(dg.ConfigurableResource):  # type: ignore[type-arg]
    """The writer's warehouse. Paths default to `BRIEFS_INBOX` and `BRIEFS_WAREHOUSE`, else to the project's own."""

    inbox: str = ""
    folder: str = ""

    @property
    def layout(self) -> Layout:
        """The paths of this run."""
        inbox = self.inbox or os.environ.get("BRIEFS_INBOX") or str(PROJECT_ROOT / "seeds" / "briefs")
        folder = self.folder or os.environ.get("BRIEFS_WAREHOUSE") or str(PROJECT_ROOT / "warehouse")
        return Layout(Path(inbox).resolve(), Path(folder).resolve())

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["Warehouse"]:  # noqa: ARG002 - Dagster's signature
        """Holds the lock for the whole run; raises `WarehouseLockedError` where another run has it."""
        with warehouse_lock(self.layout.folder):
            yield self


@dg.definitions
def resources() -> dg.Definitions:
    """The resources by the names that assets ask for."""
    return dg.Definitions(resources={"warehouse": Warehouse()})
