"""A day is told as unusual against the same weekday of the weeks before, by publisher and altogether."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import duckdb
import pytest

from pipelines.seeds import PROJECT_ROOT
from pipelines.store.arrivals import unusual_arrivals
from pipelines.store.migrate import migrate
from pipelines.text.brief import content_key

TODAY = date(2026, 5, 29)


def told(weeks: dict[int, dict[str | None, int]], hour: int = 1) -> list[str]:
    """What is unusual where so many briefs of each publisher arrived so many weeks ago (0 is today), at an hour UTC."""
    with duckdb.connect() as connection:
        migrate(connection, PROJECT_ROOT / "warehouse" / "ddl")
        for week, counts in weeks.items():
            at = datetime.combine(TODAY - timedelta(weeks=week), datetime.min.time()) + timedelta(hours=hour)
            for publisher, count in counts.items():
                for n in range(count):
                    connection.execute(
                        "INSERT INTO raw.brief (brief_id, title, body, publisher, delivery_id, origin_line, received_at) "
                        "VALUES (?, '', '', ?, '', 1, ?)",
                        [content_key(str(week), str(publisher), str(n)), publisher, at],
                    )
        return unusual_arrivals(connection, TODAY)


def usual(weeks: int, counts: dict[str | None, int]) -> dict[int, dict[str | None, int]]:
    return dict.fromkeys(range(1, weeks + 1), counts)


@pytest.mark.parametrize(
    ("weeks", "expected"),
    [
        ({0: {"甲報": 10}} | usual(8, {"甲報": 10}), []),
        ({0: {"甲報": 5}} | usual(8, {"甲報": 10}), []),
        (
            usual(8, {"甲報": 10, "乙報": 10}) | {0: {"甲報": 10}},
            ["乙報: 0 briefs arrived today, where this weekday had 10 to 10"],
        ),
        (
            usual(8, {None: 4}) | {0: {None: 9}},
            [
                "all publishers: 9 briefs arrived today, where this weekday had 4 to 4",
                "publisher unknown: 9 briefs arrived today, where this weekday had 4 to 4",
            ],
        ),
        (usual(8, {"甲報": 2}), []),
        (usual(3, {"甲報": 10}), []),
        (usual(8, {"甲報": 10}) | {2: {}}, []),
        ({}, []),
    ],
    ids=["as ever", "half", "one is missing", "too many", "few ever", "no history", "had none before", "new"],
)
def test_a_day_against_its_weekday(weeks: dict[int, dict[str | None, int]], expected: list[str]) -> None:
    assert told(weeks) == expected


def test_the_day_is_that_of_taipei() -> None:
    """17:00 UTC of the day before is 01:00 in Taipei."""
    assert told({0: {"甲報": 10}} | usual(8, {"甲報": 10}), hour=-7) == []
    assert told({0: {}} | usual(8, {"甲報": 10}), hour=-7) != []
