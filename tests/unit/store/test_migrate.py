"""Migrations: each once, in order, all or nothing, and never a changed one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from pipelines.seeds import PROJECT_ROOT
from pipelines.store.migrate import MigrationError, migrate, read_migrations


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


@pytest.fixture
def ddl(tmp_path: Path) -> Path:
    write(tmp_path, "001_shelf.sql", "CREATE TABLE shelf (name VARCHAR);")
    write(
        tmp_path,
        "002_height.sql",
        "ALTER TABLE shelf ADD COLUMN height INTEGER; INSERT INTO shelf VALUES ('a', 1);",
    )
    return tmp_path


def write(folder: Path, name: str, sql: str) -> None:
    (folder / name).write_text(sql, encoding="utf-8")


def recorded(connection: duckdb.DuckDBPyConnection) -> list[tuple]:
    return connection.execute("SELECT number, name FROM meta.migration ORDER BY number").fetchall()


def test_each_is_applied_once_and_in_order(connection: duckdb.DuckDBPyConnection, ddl: Path) -> None:
    assert migrate(connection, ddl) == ["shelf", "height"]
    assert migrate(connection, ddl) == []
    assert connection.execute("SELECT * FROM shelf").fetchall() == [("a", 1)]
    assert recorded(connection) == [(1, "shelf"), (2, "height")]


def test_a_new_one_is_applied_alone(connection: duckdb.DuckDBPyConnection, ddl: Path) -> None:
    migrate(connection, ddl)
    write(ddl, "003_more.sql", "INSERT INTO shelf VALUES ('b', 2);")
    assert migrate(connection, ddl) == ["more"]
    assert connection.execute("SELECT count(*) FROM shelf").fetchall() == [(2,)]


def test_a_failing_one_leaves_nothing_behind_and_those_before_it_stay(
    connection: duckdb.DuckDBPyConnection, ddl: Path
) -> None:
    write(
        ddl,
        "003_broken.sql",
        "CREATE TABLE box (id INTEGER); INSERT INTO shelf VALUES ('b', 2); SELECT nonsense;",
    )
    with pytest.raises(duckdb.Error, match="nonsense"):
        migrate(connection, ddl)
    assert recorded(connection) == [(1, "shelf"), (2, "height")]
    assert connection.execute("SELECT * FROM shelf").fetchall() == [("a", 1)]
    assert connection.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = 'box'").fetchall() == []
    write(ddl, "003_broken.sql", "CREATE TABLE box (id INTEGER);")
    assert migrate(connection, ddl) == ["broken"]


def test_an_applied_one_must_not_change(connection: duckdb.DuckDBPyConnection, ddl: Path) -> None:
    migrate(connection, ddl)
    write(ddl, "001_shelf.sql", "CREATE TABLE shelf (name VARCHAR, colour VARCHAR);")
    with pytest.raises(MigrationError, match=r"001_shelf.sql was changed after it was applied"):
        migrate(connection, ddl)


def test_a_warehouse_from_the_future_is_not_touched(connection: duckdb.DuckDBPyConnection, ddl: Path) -> None:
    migrate(connection, ddl)
    (ddl / "002_height.sql").unlink()
    with pytest.raises(MigrationError, match="the warehouse is at migration 002"):
        migrate(connection, ddl)


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        pytest.param("004_gap.sql", "number 003 is missing or doubled", id="gap"),
        pytest.param("002_again.sql", "number 002 is missing|number 003 is missing", id="double"),
        pytest.param("next.sql", "name it NNN_what_it_does.sql", id="no number"),
    ],
)
def test_file_names_are_checked(ddl: Path, name: str, complaint: str) -> None:
    write(ddl, name, "SELECT 1;")
    with pytest.raises(MigrationError, match=complaint):
        read_migrations(ddl)


def test_the_projects_own_schema_applies_from_nothing(connection: duckdb.DuckDBPyConnection) -> None:
    migrate(connection, PROJECT_ROOT / "warehouse" / "ddl")
    days = connection.execute("SELECT min(date_key), max(date_key), count(*) FROM star.dim_date").fetchall()[
        0
    ]
    assert (days[1] - days[0]).days + 1 == days[2]


def test_the_schema_refuses_a_value_whose_bounds_are_turned_round(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    migrate(connection, PROJECT_ROOT / "warehouse" / "ddl")
    with pytest.raises(duckdb.ConstraintException, match="CHECK"):
        connection.execute(
            "INSERT INTO star.fact_observation BY NAME SELECT repeat('a', 32) AS claim_id, 'b' AS brief_key, 'price' AS metric, "
            "2.0 AS value_low, 1.0 AS value_high, 'range' AS comparator, 's' AS sentence, 0 AS sentence_start, 0 AS span_start, "
            "1 AS span_end, 0.5 AS confidence, 'r' AS rule, 'v' AS extractor_version, [] AS flags, now()::TIMESTAMP AS known_from"
        )
