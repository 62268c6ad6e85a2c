"""Columns are declared three times: the DDL is the truth, and pandera and dbt say the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import yaml
from pandera.polars import Column

from pipelines.contracts.common import POLARS_TYPES
from pipelines.contracts.rows import FACT_TABLES
from pipelines.contracts.validate import MODELS
from pipelines.seeds import PROJECT_ROOT
from pipelines.store.migrate import migrate

MODELS_FOLDER = PROJECT_ROOT / "dbt_project" / "models"
#: The loader finds the key that was valid on the day for the id that a model judges.
KEYS = {"company_id": "company_key", "supplier_id": "supplier_key", "customer_id": "customer_key"}
#: What the loader adds to a row, and what a row is judged by and not stored.
ADDED = {"known_from", "known_to", "product_key"}
JUDGED_ONLY = {"body_length", "span_text"}
#: Columns of the flat views that are not named after a fact's own.
DIMENSION_COLUMNS = {
    "brief_id", "title", "publisher", "published_on", "company", "company_id", "supplier", "supplier_id", "customer",
    "customer_id",
}  # fmt: skip
#: Places in the body, which the flat views word alike for every kind of claim.
WORDED_FOR_ALL_KINDS = {"span_start", "span_end"}


@pytest.fixture(scope="module")
def warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        migrate(connection, PROJECT_ROOT / "warehouse" / "ddl")
        yield connection


def columns(
    warehouse: duckdb.DuckDBPyConnection, schema: str, table: str
) -> dict[str, tuple[str, str, bool]]:
    """Type, comment and nullability of a table's columns."""
    rows = warehouse.execute(
        "SELECT column_name, data_type, comment, is_nullable FROM duckdb_columns() WHERE schema_name = ? AND table_name = ? "
        "ORDER BY column_index",
        [schema, table],
    ).fetchall()
    return {name: (kind, comment, nullable) for name, kind, comment, nullable in rows}


def tables(warehouse: duckdb.DuckDBPyConnection, *schemas: str) -> dict[tuple[str, str], str]:
    rows = warehouse.execute(
        "SELECT schema_name, table_name, comment FROM duckdb_tables() WHERE schema_name IN (SELECT unnest(?))",
        [list(schemas)],
    ).fetchall()
    return {(schema, table): comment for schema, table, comment in rows}


def dbt(name: str, kind: str) -> list[dict]:
    return yaml.safe_load((MODELS_FOLDER / name).read_text(encoding="utf-8"))[kind]


def codes(warehouse: duckdb.DuckDBPyConnection, table: str) -> dict[str, tuple[str, ...]]:
    """The codes that a CHECK of the DDL allows in a column."""
    checks = warehouse.execute(
        "SELECT constraint_text FROM duckdb_constraints() WHERE schema_name = 'star' AND table_name = ? AND constraint_type = 'CHECK'",
        [table],
    ).fetchall()
    found = {}
    for (text,) in checks:
        m = re.search(r'\(*"?(\w+)"? IN \((.*?)\)', text)
        if m is not None:
            found[m[1]] = tuple(re.findall(r"'([^']*)'", m[2]))
    return found


@pytest.mark.parametrize("table", FACT_TABLES)
def test_models_and_ddl_have_the_same_columns_types_and_gaps(
    warehouse: duckdb.DuckDBPyConnection, table: str
) -> None:
    stored = columns(warehouse, "star", table)
    judged = {
        KEYS.get(name, name): column
        for name, column in MODELS[table].columns.items()
        if name not in JUDGED_ONLY
    }
    assert set(stored) - ADDED == set(judged)
    for name, column in judged.items():
        kind, _, nullable = stored[name]
        assert isinstance(column, Column)
        assert column.dtype.type == POLARS_TYPES[kind], name
        assert column.nullable == nullable, name


@pytest.mark.parametrize("table", FACT_TABLES)
def test_models_and_ddl_allow_the_same_codes(warehouse: duckdb.DuckDBPyConnection, table: str) -> None:
    judged = {
        name: tuple(check.statistics["allowed_values"])
        for name, column in MODELS[table].columns.items()
        for check in column.checks
        if "allowed_values" in (check.statistics or {})
    }
    assert codes(warehouse, table) == judged


def test_the_reader_of_codes_finds_them(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert codes(warehouse, "fact_supply")["role"] == ("primary", "sole", "backup")


def test_dbt_sources_and_ddl_say_the_same(warehouse: duckdb.DuckDBPyConnection) -> None:
    (star,) = dbt("staging/sources.yml", "sources")
    described = {("star", table["name"]): table for table in star["tables"]}
    ddl = tables(warehouse, "star")
    assert set(described) == set(ddl)
    for key, table in described.items():
        assert table["description"] == ddl[key], key
        assert table["config"]["meta"]["dagster"]["asset_key"] == list(key)
        comments = {name: comment for name, (_, comment, _) in columns(warehouse, *key).items()}
        assert {column["name"]: column["description"] for column in table["columns"]} == comments, key


@pytest.mark.parametrize("kind", ["capacity", "forecast", "supply", "observation"])
def test_marts_take_types_and_words_of_the_facts(warehouse: duckdb.DuckDBPyConnection, kind: str) -> None:
    (mart,) = (m for m in dbt("marts/marts.yml", "models") if m["name"] == f"mart_{kind}_claims")
    stored = columns(warehouse, "star", f"fact_{kind}")
    for column in mart["columns"]:
        if column["name"] not in DIMENSION_COLUMNS:
            kind_of_value, comment, _ = stored[column["name"]]
            assert column["data_type"] == kind_of_value.lower(), column["name"]
            if column["name"] not in WORDED_FOR_ALL_KINDS:
                assert column["description"] == comment, column["name"]


def test_marts_allow_the_codes_of_the_ddl(warehouse: duckdb.DuckDBPyConnection) -> None:
    compared = 0
    for kind in ("capacity", "forecast", "supply", "observation"):
        (mart,) = (m for m in dbt("marts/marts.yml", "models") if m["name"] == f"mart_{kind}_claims")
        allowed = codes(warehouse, f"fact_{kind}")
        for column in mart["columns"]:
            for test in column.get("data_tests", []):
                if isinstance(test, dict) and "accepted_values" in test:
                    assert tuple(test["accepted_values"]["arguments"]["values"]) == allowed[column["name"]]
                    compared += 1
    assert compared >= 6


def test_every_table_and_model_says_its_grain_first(warehouse: duckdb.DuckDBPyConnection) -> None:
    described = {f"{s}.{t}": comment for (s, t), comment in tables(warehouse, "raw", "star").items()}
    for name in ("staging/staging.yml", "marts/marts.yml"):
        described |= {model["name"]: model["description"] for model in dbt(name, "models")}
    assert [name for name, text in described.items() if not (text or "").startswith("One row per ")] == []
    sql = {path.stem for path in MODELS_FOLDER.rglob("*.sql")}
    assert sql <= set(described), "every model is described"


def test_every_column_has_a_description(warehouse: duckdb.DuckDBPyConnection) -> None:
    bare = warehouse.execute(
        "SELECT schema_name, table_name, column_name FROM duckdb_columns() WHERE schema_name IN ('raw', 'star') "
        "AND coalesce(trim(comment), '') = ''"
    ).fetchall()
    assert bare == []
    for model in dbt("marts/marts.yml", "models"):
        assert all(column.get("description", "").strip() for column in model["columns"]), model["name"]


#: The flat views that readers and the scorer rely on, column by column.
CLAIM = "brief_id title publisher published_on sentence span_start span_end confidence rule extractor_version flags"
VALUE = "value_low value_high comparator unit unit_raw per"
PERIOD = "period_start period_end"
CONTRACT = {
    "mart_capacity_claims": f"{CLAIM} company company_id subject site metric {VALUE} value_per_year prior_low prior_high status {PERIOD}",
    "mart_forecast_claims": f"{CLAIM} forecaster company company_id subject metric {VALUE} basis direction prior_low prior_high {PERIOD}",
    "mart_supply_claims": f"{CLAIM} supplier supplier_id customer customer_id item model role status share_low share_high {PERIOD}",
    "mart_observation_claims": f"{CLAIM} company company_id subject metric {VALUE} basis direction {PERIOD}",
    "mart_company_mentions": "brief_id title company company_id status mentions first_span_start first_span_end",
}


@pytest.mark.parametrize("mart", CONTRACT)
def test_marts_promise_the_columns_of_the_contract(mart: str) -> None:
    (model,) = (m for m in dbt("marts/marts.yml", "models") if m["name"] == mart)
    assert set(CONTRACT[mart].split()) <= {column["name"] for column in model["columns"]}


def test_the_models_of_dbt_lie_where_this_test_looks() -> None:
    assert {Path(p).name for p in MODELS_FOLDER.iterdir()} == {"staging", "marts"}
