"""Dimensions with their history: a change closes a row and opens another, and no fact loses its company."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import duckdb
import pytest

from pipelines.seeds import PROJECT_ROOT
from pipelines.store.migrate import migrate
from pipelines.store.reference import ReferenceData, country_of, sync_reference

MONDAY, TUESDAY = date(2026, 3, 2), date(2026, 3, 3)
FOUNDRY = {"company_id": "tw-1", "name_zh_hant": "甲電", "industry": "foundry", "status": "curated"}


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        migrate(connection, PROJECT_ROOT / "warehouse" / "ddl")
        yield connection


def reference(*companies: dict, publishers: tuple[dict, ...] = ()) -> ReferenceData:
    units = [{"unit": "piece", "dimension": "count", "name_zh_hant": "個", "name_en": "pieces"}]
    return ReferenceData(companies, [], units, publishers)


def history(connection: duckdb.DuckDBPyConnection) -> list[tuple]:
    return connection.execute(
        "SELECT name_zh_hant, valid_from, valid_to, is_current FROM star.dim_company ORDER BY valid_from"
    ).fetchall()


def keys(connection: duckdb.DuckDBPyConnection) -> set[str]:
    return {row[0] for row in connection.execute("SELECT company_key FROM star.dim_company").fetchall()}


def test_a_company_is_valid_from_the_beginning(connection: duckdb.DuckDBPyConnection) -> None:
    sync_reference(connection, reference(FOUNDRY), MONDAY)
    assert history(connection) == [("甲電", date(1900, 1, 1), None, True)]


def test_the_same_data_again_changes_nothing(connection: duckdb.DuckDBPyConnection) -> None:
    sync_reference(connection, reference(FOUNDRY), MONDAY)
    assert sync_reference(connection, reference(FOUNDRY), TUESDAY) == 0
    assert len(history(connection)) == 1


def test_a_renamed_company_keeps_its_past(connection: duckdb.DuckDBPyConnection) -> None:
    sync_reference(connection, reference(FOUNDRY), MONDAY)
    sync_reference(connection, reference({**FOUNDRY, "name_zh_hant": "新甲電"}), TUESDAY)
    assert history(connection) == [
        ("甲電", date(1900, 1, 1), MONDAY, False),
        ("新甲電", TUESDAY, None, True),
    ]


def test_a_company_that_left_is_closed_and_may_come_back(connection: duckdb.DuckDBPyConnection) -> None:
    sync_reference(connection, reference(FOUNDRY), MONDAY)
    sync_reference(connection, reference(), TUESDAY)
    assert history(connection) == [("甲電", date(1900, 1, 1), MONDAY, False)]
    sync_reference(connection, reference(FOUNDRY), date(2026, 3, 9))
    assert history(connection)[-1] == ("甲電", date(2026, 3, 9), None, True)


@pytest.mark.parametrize(
    "later",
    [
        pytest.param((), id="taken out"),
        pytest.param(({**FOUNDRY, "name_zh_hant": "再改"},), id="changed again"),
        pytest.param((FOUNDRY,), id="changed back"),
    ],
)
def test_no_key_vanishes_when_a_company_changes_twice_in_a_day(
    connection: duckdb.DuckDBPyConnection, later: tuple[dict, ...]
) -> None:
    sync_reference(connection, reference(FOUNDRY), MONDAY)
    sync_reference(connection, reference({**FOUNDRY, "name_zh_hant": "新甲電"}), TUESDAY)
    in_use = keys(connection)
    sync_reference(connection, reference(*later), TUESDAY)
    assert in_use <= keys(connection)
    sync_reference(connection, reference({**FOUNDRY, "name_zh_hant": "末名"}), TUESDAY)
    assert in_use == keys(connection)
    assert history(connection)[-1] == ("末名", TUESDAY, None, True)


def test_candidates_are_left_alone(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        "INSERT INTO star.dim_company BY NAME SELECT repeat('a', 32) AS company_key, 'c-1' AS company_id, '某廠' AS name_zh_hant, "
        "'candidate' AS status, DATE '1900-01-01' AS valid_from, true AS is_current"
    )
    sync_reference(connection, reference(FOUNDRY), MONDAY)
    sync_reference(connection, reference(), TUESDAY)
    assert ("某廠", date(1900, 1, 1), None, True) in history(connection)


def test_units_are_replaced_as_a_whole(connection: duckdb.DuckDBPyConnection) -> None:
    sync_reference(connection, reference(), MONDAY)
    units = [{"unit": "t", "dimension": "mass", "name_zh_hant": "公噸", "name_en": "tonnes"}]
    sync_reference(connection, ReferenceData([], [], units, []), MONDAY)
    assert connection.execute("SELECT unit FROM star.dim_unit").fetchall() == [("t",)]


def test_publishers_get_the_country_that_the_reference_data_learns(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    connection.execute("INSERT INTO star.dim_publisher VALUES (repeat('b', 32), '某報', NULL)")
    sync_reference(connection, reference(publishers=({"name": "某報", "country": "TW"},)), MONDAY)
    assert connection.execute("SELECT country FROM star.dim_publisher").fetchall() == [("TW",)]


def test_a_channel_in_brackets_belongs_to_its_publisher() -> None:
    assert country_of("某報(影音)", {"某報": "TW"}) == "TW"
    assert country_of("某報影音", {"某報": "TW"}) is None


def test_a_failing_sync_changes_nothing(connection: duckdb.DuckDBPyConnection) -> None:
    sync_reference(connection, reference(FOUNDRY), MONDAY)
    broken = ReferenceData(
        [], [], [{"unit": None, "dimension": "x", "name_zh_hant": "x", "name_en": "x"}], []
    )
    with pytest.raises(duckdb.ConstraintException):
        sync_reference(connection, broken, TUESDAY)
    assert history(connection) == [("甲電", date(1900, 1, 1), None, True)]
