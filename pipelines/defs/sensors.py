"""Sensors: minutes instead of nights for those who want them, and an alert for a run that could tell of nothing itself."""

import hashlib
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import dagster as dg

from pipelines.alerts import Alert, send
from pipelines.defs.resources import Warehouse
from pipelines.defs.schedules import nightly_job
from pipelines.journal import last_runs

#: A file that changed within these seconds may still be written.
_SETTLED = 10
#: Journal lines that are looked through for a failed run.
_RECENT = 50


@dg.sensor(
    job=nightly_job,
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.STOPPED,
    description="Starts a run a minute after an inbox changed. Off by default: the schedule runs every night.",
)
def inbox_sensor(context: dg.SensorEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
    """Asks for a run when the files of the inboxes are other ones than at the run before and none is still written."""
    inboxes = [inbox.folder for inbox in Warehouse().layout.ways_in().inboxes]
    if not any(inbox.is_dir() for inbox in inboxes):
        named = ", ".join(str(inbox) for inbox in inboxes) or "the sources name none"
        yield dg.SkipReason(f"no inbox folder at {named}; create it or set BRIEFS_SOURCES or BRIEFS_INBOX")
        return
    paths = [path for inbox in inboxes if inbox.is_dir() for path in sorted(inbox.iterdir())]
    stats = [(str(path), path.stat()) for path in paths if path.is_file()]
    seen = hashlib.sha256(repr([(n, s.st_size, s.st_mtime_ns) for n, s in stats]).encode()).hexdigest()
    if seen == context.cursor:
        yield dg.SkipReason("the inbox is as it was")
    elif any(time.time() - stat.st_mtime < _SETTLED for _, stat in stats):
        yield dg.SkipReason("a file of the inbox is still being written")
    else:
        context.update_cursor(seen)
        yield dg.RunRequest(run_key=seen)


@dg.run_failure_sensor(
    monitor_all_code_locations=False,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Alerts when a run failed before it could write itself down (killed, out of memory).",
)
def failure_sensor(context: dg.RunFailureSensorContext) -> None:
    """A run that ends by itself is written down and alerts by itself; this is for those that do not."""
    folder, run_id = Warehouse().layout.folder, context.dagster_run.run_id
    if any(run.run_id == run_id for run in last_runs(folder, _RECENT)):
        return
    folder.mkdir(parents=True, exist_ok=True)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    message = f"supply-briefs: the run {run_id} ended without a word: {context.failure_event.message}"
    send(Alert(now, message, ("the next run goes on where it stopped",), run_id), folder)
