"""The dbt project on an empty warehouse: it builds under warnings as errors, and its unit tests hold."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipelines.dbt_runner import DbtError, run_dbt
from pipelines.seeds import PROJECT_ROOT
from pipelines.store.connect import open_warehouse
from pipelines.store.migrate import migrate


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse with every model in it and no row."""
    folder = tmp_path_factory.mktemp("dbt")
    warehouse = folder / "warehouse.duckdb"
    with open_warehouse(warehouse) as connection:
        migrate(connection, PROJECT_ROOT / "warehouse" / "ddl")
    assert run_dbt(["--warn-error", "run", "--empty"], warehouse, folder / ".dbt") == []
    return warehouse


def test_unit_tests_with_rows_in_chinese_hold(built: Path) -> None:
    artifacts = built.parent / ".dbt"
    assert run_dbt(["test", "--select", "test_type:unit"], built, artifacts) == []
    results = json.loads((artifacts / "target" / "run_results.json").read_text("utf-8"))["results"]
    assert len(results) >= 2
    assert {result["status"] for result in results} == {"pass"}


def test_what_dbt_says_of_a_failing_node_is_handed_on(built: Path) -> None:
    with open_warehouse(built) as connection:
        connection.execute("DROP VIEW staging.stg_supply")
    (failure,) = run_dbt(["run", "--select", "mart_supply_claims"], built, built.parent / ".dbt")
    assert failure.startswith("mart_supply_claims: ")
    assert "stg_supply does not exist" in failure


def test_a_command_that_dbt_does_not_know_is_an_error(built: Path) -> None:
    with pytest.raises(DbtError, match="nonsense"):
        run_dbt(["nonsense"], built, built.parent / ".dbt")
