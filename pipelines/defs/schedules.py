"""The one job of the night and its schedule: 02:30, or the cron expression in BRIEFS_SCHEDULE."""

import os

import dagster as dg

nightly_job = dg.define_asset_job(
    "nightly",
    selection=dg.AssetSelection.all(),
    executor_def=dg.in_process_executor,
    description="Takes in the inbox, reads new briefs, builds the marts, publishes a version for readers.",
)

nightly_schedule = dg.ScheduleDefinition(
    name="nightly_schedule",
    job=nightly_job,
    cron_schedule=os.environ.get("BRIEFS_SCHEDULE", "30 2 * * *"),
    execution_timezone="Asia/Taipei",
    default_status=dg.DefaultScheduleStatus.RUNNING,
)
