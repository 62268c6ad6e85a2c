"""Dagster's objects: the assets by the words of the warehouse, checks that block, one job, one schedule."""

from __future__ import annotations

import dagster as dg
import pytest
import yaml

from pipelines.definitions import defs as load_defs
from pipelines.seeds import PROJECT_ROOT
from pipelines.store.checks import CHECKS

ASSETS = {
    "raw/delivery", "raw/brief", "raw/extraction", "raw/rejected", "raw/correction",
    "star/dim_brief", "star/dim_company", "star/dim_product", "star/dim_publisher", "star/dim_unit", "star/dim_date",
    "star/fact_capacity", "star/fact_forecast", "star/fact_supply", "star/fact_observation", "star/fact_company_mention",
    "staging/stg_brief", "staging/stg_company", "staging/stg_capacity", "staging/stg_forecast", "staging/stg_supply",
    "staging/stg_observation", "staging/stg_company_mention", "staging/stg_unit",
    "marts/mart_capacity_claims", "marts/mart_forecast_claims", "marts/mart_supply_claims", "marts/mart_observation_claims",
    "marts/mart_company_mentions", "marts/mart_unplaced", "marts/mart_company_candidates",
    "published/warehouse",
}  # fmt: skip


@pytest.fixture(scope="module")
def defs() -> dg.Definitions:
    return load_defs()


def graph(defs: dg.Definitions) -> dg.AssetGraph:
    return defs.resolve_asset_graph()


def test_the_assets_are_these_and_no_others(defs: dg.Definitions) -> None:
    assert {key.to_user_string() for key in graph(defs).executable_asset_keys} == ASSETS
    assert {key.to_user_string() for key in graph(defs).get_all_asset_keys()} == ASSETS, "no stray source"


def test_every_set_check_blocks_and_hangs_on_its_table(defs: dg.Definitions) -> None:
    specs = {key: graph(defs).get_check_spec(key) for key in graph(defs).asset_check_keys}
    blocking = {(key.asset_key.to_user_string(), key.name) for key, spec in specs.items() if spec.blocking}
    assert {(check.table.replace(".", "/"), check.name) for check in CHECKS} <= blocking
    warning = {key.name for key, spec in specs.items() if not spec.blocking}
    assert warning == {"rows_pass_their_model", "corrections_hold", "news_arrived"}


def test_every_mart_has_tests_of_dbt_that_block(defs: dg.Definitions) -> None:
    checked = {
        key.asset_key.to_user_string()
        for key in graph(defs).asset_check_keys
        if graph(defs).get_check_spec(key).blocking
    }
    assert {name for name in ASSETS if name.startswith(("marts/", "star/fact", "staging/"))} <= checked


def test_publishing_comes_after_every_mart(defs: dg.Definitions) -> None:
    parents = graph(defs).get(dg.AssetKey(["published", "warehouse"])).parent_keys
    assert {key.to_user_string() for key in parents} == {name for name in ASSETS if name.startswith("marts/")}


def test_facts_follow_briefs_and_briefs_follow_deliveries(defs: dg.Definitions) -> None:
    def parents(*path: str) -> set[str]:
        return {key.to_user_string() for key in graph(defs).get(dg.AssetKey(list(path))).parent_keys}

    assert parents("star", "fact_supply") == {"raw/brief"}
    assert parents("raw", "brief") == {"raw/delivery"}
    assert parents("staging", "stg_supply") == {"star/fact_supply"}


def test_one_job_in_one_process_takes_in_everything(defs: dg.Definitions) -> None:
    job = defs.resolve_job_def("nightly")
    assert job.executor_def is dg.in_process_executor
    assert {key.to_user_string() for key in job.asset_layer.executable_asset_keys} == ASSETS


def test_one_schedule_runs_it_at_night_in_taipei(defs: dg.Definitions) -> None:
    (schedule,) = defs.get_repository_def().schedule_defs
    assert (schedule.job_name, schedule.cron_schedule, schedule.execution_timezone) == (
        "nightly", "30 2 * * *", "Asia/Taipei",
    )  # fmt: skip
    assert schedule.default_status == dg.DefaultScheduleStatus.RUNNING


def test_dagsters_own_settings() -> None:
    settings = yaml.safe_load((PROJECT_ROOT / "dagster.yaml").read_text(encoding="utf-8"))
    assert settings["telemetry"]["enabled"] is False
    assert settings["concurrency"]["runs"]["max_concurrent_runs"] == 1
    assert settings["run_monitoring"]["max_runtime_seconds"] > 0
    flags = yaml.safe_load((PROJECT_ROOT / "dbt_project" / "dbt_project.yml").read_text(encoding="utf-8"))[
        "flags"
    ]
    assert flags["send_anonymous_usage_stats"] is False


def test_the_lock_names_no_host_and_hashes_everything() -> None:
    for name in ("requirements.lock", "requirements-older.lock"):
        text = (PROJECT_ROOT / name).read_text(encoding="utf-8")
        assert "://" not in text
        pinned = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
        assert pinned and all("==" in line and line.endswith("\\") for line in pinned), name
