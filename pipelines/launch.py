"""Running the nightly job from the command line: the same job that the schedule starts, in this process."""

import logging
import os
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg

from pipelines.alerts import conclude
from pipelines.definitions import defs
from pipelines.defs.resources import Warehouse
from pipelines.defs.run_record import run_of
from pipelines.journal import Run, last_runs
from pipelines.nightly import Layout
from pipelines.seeds import PROJECT_ROOT
from pipelines.store.publish import published_manifest

#: A night that has nothing for dbt leaves its checks without a result; Dagster would warn of each of them.
logging.getLogger("dagster._core.execution.plan.active").setLevel(logging.ERROR)
_QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


def use_dagster_home(folder: Path) -> None:
    """Points Dagster at the project's settings, and its storage at the folder's, where the caller has not."""
    storage = folder / ".dagster"
    storage.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("DAGSTER_HOME", str(PROJECT_ROOT))
    os.environ.setdefault("BRIEFS_DAGSTER_STORAGE", str(storage))


def run_nightly(layout: Layout) -> Run:
    """Runs the job on a layout and tells how it went, in the time that it took altogether."""
    use_dagster_home(layout.folder)
    started, clock = datetime.now(UTC).isoformat(timespec="seconds"), time.monotonic()
    job = defs().resolve_job_def("nightly")
    ways = {"sources": str(layout.sources)} if layout.sources else {"inbox": str(layout.inbox)}
    warehouse = Warehouse(folder=str(layout.folder), **ways)
    with dg.DagsterInstance.get() as instance:
        result = job.execute_in_process(
            instance=instance, raise_on_error=False, run_config=_QUIET, resources={"warehouse": warehouse}
        )
    seconds = time.monotonic() - clock
    for run in last_runs(layout.folder, 1):
        if run.run_id == result.run_id:
            return replace(run, seconds=round(seconds, 1))
    # it failed before it held the warehouse, so that nobody has written it down
    live = published_manifest(layout.folder)
    run = run_of(result.all_events, result.run_id, started, seconds, live, live)
    conclude(layout.folder, run)
    return run
