"""Running the nightly job from the command line: the same job that the schedule starts, in this process."""

import logging
import os
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dagster as dg

from pipelines.definitions import defs
from pipelines.defs.resources import Warehouse
from pipelines.journal import Run, record
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
    """Runs the job on a layout, records it in the journal and tells how it went."""
    use_dagster_home(layout.folder)
    started, clock = datetime.now(UTC).isoformat(timespec="seconds"), time.monotonic()
    before = published_manifest(layout.folder)
    job = defs().resolve_job_def("nightly")
    warehouse = Warehouse(inbox=str(layout.inbox), folder=str(layout.folder))
    with dg.DagsterInstance.get() as instance:
        result = job.execute_in_process(
            instance=instance, raise_on_error=False, run_config=_QUIET, resources={"warehouse": warehouse}
        )
    after = published_manifest(layout.folder)
    checks = [
        e.asset_check_evaluation_data
        for e in result.all_events
        if e.event_type_value == "ASSET_CHECK_EVALUATION"
    ]
    not_passed = [c for c in checks if not c.passed]
    outcome = "failed" if not result.success else "published" if after != before else "unchanged"
    run = Run(
        started_at=started,
        seconds=round(time.monotonic() - clock, 1),
        outcome=outcome,
        message="" if result.success else _reason(result.all_events),
        checks_passed=sum(c.passed for c in checks),
        checks_failed=[_told(c) for c in not_passed if c.severity == dg.AssetCheckSeverity.ERROR],
        checks_warned=[_told(c) for c in not_passed if c.severity == dg.AssetCheckSeverity.WARN],
        version=after.version if after else None,
        **_counts(result),
    )
    record(layout.folder, run)
    return run


def _counts(result: dg.ExecuteInProcessResult) -> dict[str, Any]:
    """The figures of the run out of what its steps reported."""
    done = [
        event.step_materialization_data.materialization for event in result.get_asset_materialization_events()
    ]
    found = {made.asset_key.to_user_string(): made.metadata for made in done}

    def value(asset: str, name: str, default: object) -> Any:
        return found[asset][name].value if asset in found and name in found[asset] else default

    reasons = str(value("raw/delivery", "reasons", ""))
    tables = ("fact_capacity", "fact_forecast", "fact_supply", "fact_observation")
    return {
        "new": value("raw/brief", "new", 0),
        "seen": value("raw/brief", "seen_before", 0),
        "refused": [line[2:] for line in reasons.splitlines() if line.startswith("- ")],
        "briefs_read": value("raw/extraction", "briefs_read", 0),
        "claims": {table.removeprefix("fact_"): value(f"star/{table}", "added", 0) for table in tables},
    }


def _told(check: dg.AssetCheckEvaluation) -> str:
    detail = "".join(
        f", {name.replace('_', ' ')}: {check.metadata[name].value}"
        for name in ("offences", "example", "refused_rows", "dagster_dbt/failed_row_count")
        if name in check.metadata
    )
    return f"{check.check_name} on {check.asset_key.to_user_string()}{detail}"


def _reason(events: Iterable[dg.DagsterEvent]) -> str:
    """The innermost cause of the first failure, in its own words."""
    for event in events:
        data = event.event_specific_data
        error = getattr(data, "error", None)
        if event.is_failure and error is not None:
            while error.cause is not None:
                error = error.cause
            failure = getattr(data, "user_failure_data", None)
            if failure and failure.description:
                return str(failure.description).strip()
            ours = error.message.startswith("pipelines.")  # written for people: without the name of its class
            return str(error.message.split(": ", 1)[-1] if ours else error.message).strip()
    return "the run failed before its first step"
