"""Guards of publishing: what moved by more than its share is told, by name, until somebody lets it pass."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from pipelines.seeds import PROJECT_ROOT, guards
from pipelines.store.guards import COLUMNS, GuardError, accept, moved, not_accepted, read_guards
from pipelines.store.migrate import migrate

ROWS = {"guard": "r", "mart": "mart_capacity_claims", "measure": "rows", "share": "0.2", "at_least": "10"}
SUMS = {**ROWS, "guard": "s", "measure": "sums", "share": "0.5"}
#: Ten claims of one brief: 5 of 100 pieces, 5 without a unit; and what one of a new brief may not hide.
TEN = "SELECT 'b1' AS brief_id, CASE WHEN n % 2 = 0 THEN 'piece' END AS unit, 100.0 AS value_low, NULL::DOUBLE AS value_high FROM range(10) t(n)"


def marts(connection: duckdb.DuckDBPyConnection, claims: str, briefs: str = "'b1'") -> None:
    connection.execute(
        "CREATE SCHEMA IF NOT EXISTS marts; CREATE SCHEMA IF NOT EXISTS star;"
        f"CREATE OR REPLACE TABLE marts.mart_capacity_claims AS {claims};"
        f"CREATE OR REPLACE TABLE star.dim_brief AS SELECT unnest([{briefs}]) AS brief_id;"
    )


@pytest.fixture
def live(tmp_path: Path) -> Path:
    path = tmp_path / "it's live.duckdb"
    with duckdb.connect(str(path)) as connection:
        marts(connection, TEN)
    return path


def told(claims: str, live: Path, *rows: dict[str, str], briefs: str = "'b1'") -> list[str]:
    with duckdb.connect() as connection:
        marts(connection, claims, briefs)
        found = [m.told() for m in moved(connection, live, read_guards(rows))]
        assert moved(connection, live, []) == [], "it may be looked at again"
        return found


def test_what_is_as_it_was_trips_nothing(live: Path) -> None:
    assert told(TEN, live, ROWS, SUMS) == []


def test_fewer_or_more_rows_than_the_share_trip_by_name(live: Path) -> None:
    assert told(f"{TEN} LIMIT 8", live, ROWS) == []
    assert told(f"{TEN} LIMIT 7", live, ROWS) == [
        "r: rows of mart_capacity_claims 10 -> 7 (-30%, at most 20%)"
    ]
    assert told(f"({TEN}) UNION ALL ({TEN})", live, ROWS) == [
        "r: rows of mart_capacity_claims 10 -> 20 (+100%, at most 20%)"
    ]


def test_news_is_not_held_against_what_was_known(live: Path) -> None:
    new = TEN.replace("'b1'", "'b2'")
    assert told(f"({TEN}) UNION ALL ({new})", live, ROWS, briefs="'b1', 'b2'") == []


def test_a_sum_that_moves_trips_for_its_unit(live: Path) -> None:
    small = {**SUMS, "at_least": "5"}
    assert told(TEN.replace("100.0", "120.0"), live, small) == []
    assert told(TEN.replace("100.0", "CASE WHEN n = 2 THEN 1000000.0 ELSE 100.0 END"), live, small) == [
        "s: sum of piece of mart_capacity_claims 500 -> 1,000,400 (+199980%, at most 50%)"
    ]
    assert told(TEN.replace("100.0", "CASE WHEN n % 2 = 1 THEN 1.0 ELSE 100.0 END"), live, small) == [
        "s: sum of values without a unit of mart_capacity_claims 500 -> 5 (-99%, at most 50%)"
    ]
    assert told(TEN.replace("100.0", "1.0"), live, SUMS) == [], "five rows are too few for it"


def test_what_is_accepted_passes_against_this_version_and_up_to_this_share(live: Path) -> None:
    given = read_guards([ROWS])
    with duckdb.connect() as connection:
        migrate(connection, PROJECT_ROOT / "warehouse" / "ddl")
        connection.execute("DROP TABLE star.dim_brief")
        marts(connection, f"{TEN} LIMIT 7")
        found = moved(connection, live, given)
        assert not_accepted(connection, found, "v1") == found
        accept(connection, found, "v1", "chen", datetime(2026, 2, 9))
        assert not_accepted(connection, found, "v1") == []
        assert not_accepted(connection, found, "v2") == found
        marts(connection, f"{TEN} LIMIT 6")
        worse = moved(connection, live, given)
        assert not_accepted(connection, worse, "v1") == worse


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ([{**ROWS, "share": "20%"}], "line 2: share is like 0.2"),
        ([{**ROWS, "share": "0"}], "line 2: share must be above 0"),
        ([{**ROWS, "at_least": "0"}], "line 2: share must be above 0, at_least 1 or more"),
        (
            [{**ROWS, "mart": "mart_supply_claims", "measure": "sums"}],
            "line 2: no sums of mart_supply_claims",
        ),
        ([{**ROWS, "mart": "other"}], "line 2: no rows of other"),
        ([ROWS, ROWS], "line 3: the name 'r' is empty or taken"),
        ([{"guard": "r"}], f"line 1: the columns must be {','.join(COLUMNS)}"),
    ],
)
def test_a_wrong_line_is_told(rows: list[dict[str, str]], problem: str) -> None:
    with pytest.raises(GuardError, match=rf"guards.csv {problem}"):
        read_guards(rows)


def test_the_projects_own_guards_watch_every_mart() -> None:
    assert {g.mart for g in guards() if g.measure == "rows"} == {
        "mart_capacity_claims", "mart_forecast_claims", "mart_supply_claims", "mart_observation_claims", "mart_company_mentions",
    }  # fmt: skip
    assert len({g.mart for g in guards() if g.measure == "sums"}) == 3
