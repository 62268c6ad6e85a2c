"""A run of the job as a line of the journal, read from what its steps reported; no Dagster objects of its own."""

from collections.abc import Iterable, Sequence
from typing import Any

import dagster as dg

from pipelines.defs.metadata import lines_of
from pipelines.journal import Run
from pipelines.store.publish import Manifest

_CLAIMS = ("fact_capacity", "fact_forecast", "fact_supply", "fact_observation")


def run_of(
    events: Sequence[dg.DagsterEvent],
    run_id: str,
    started_at: str,
    seconds: float,
    before: Manifest | None,
    after: Manifest | None,
) -> Run:
    """What a run did; `before` and `after` are the versions that readers had then."""
    checks = [e.asset_check_evaluation_data for e in events if e.event_type_value == "ASSET_CHECK_EVALUATION"]
    not_passed = [c for c in checks if not c.passed]
    failed = any(event.is_failure for event in events)
    return Run(
        run_id=run_id,
        started_at=started_at,
        seconds=round(seconds, 1),
        outcome="failed" if failed else "published" if after != before else "unchanged",
        message=_reason(events) if failed else "",
        checks_passed=sum(c.passed for c in checks),
        checks_failed=[t for c in not_passed if c.severity == dg.AssetCheckSeverity.ERROR for t in _told(c)],
        checks_warned=[t for c in not_passed if c.severity == dg.AssetCheckSeverity.WARN for t in _told(c)],
        version=after.version if after else None,
        **_counts(events),
    )


def _counts(events: Iterable[dg.DagsterEvent]) -> dict[str, Any]:
    """The figures of the run out of what its assets reported."""
    done = [
        event.step_materialization_data.materialization
        for event in events
        if event.event_type_value == "ASSET_MATERIALIZATION"
    ]
    found = {made.asset_key.to_user_string(): made.metadata for made in done}

    def value(asset: str, name: str, default: object) -> Any:
        return found[asset][name].value if asset in found and name in found[asset] else default

    return {
        "new": value("raw/brief", "new", 0),
        "seen": value("raw/brief", "seen_before", 0),
        "refused": lines_of(value("raw/delivery", "reasons", None)),
        "briefs_read": value("raw/extraction", "briefs_read", 0),
        "repeats": value("star/dim_brief", "repeats", 0),
        "claims": {table.removeprefix("fact_"): value(f"star/{table}", "added", 0) for table in _CLAIMS},
    }


def _told(check: dg.AssetCheckEvaluation) -> list[str]:
    """What a check that did not pass found: a line, for corrections one for each that does not hold."""
    if "unfulfilled" in check.metadata:
        return lines_of(check.metadata["unfulfilled"].value)
    detail = "".join(
        f", {name.replace('_', ' ')}: {check.metadata[name].value}"
        for name in ("offences", "example", "refused_rows", "dagster_dbt/failed_row_count")
        if name in check.metadata
    )
    return [f"{check.check_name} on {check.asset_key.to_user_string()}{detail}"]


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
            # words for people need no name of a class before them
            named = error.message.startswith(("pipelines.", "dagster."))
            return " ".join(str(error.message.split(": ", 1)[-1] if named else error.message).split())
    return "the run failed before its first step"
