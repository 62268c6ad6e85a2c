"""Whether the news of a day really arrived: counts by publisher against those of the same weekday in the weeks before."""

from __future__ import annotations

from datetime import date

import duckdb

#: Weeks of the same weekday that are looked back at, and the fewest that say what is usual.
_WEEKS, _ENOUGH = 8, 4
#: A day is unusual with less than half of the least, or more than twice the most, that these weeks had.
_LESS, _MORE = 0.5, 2.0
#: Publishers that usually send less than this on a weekday may well send nothing.
_FEW = 3

_COUNTS = """
WITH arrived AS (
    SELECT star.arrival_day(received_at) AS day, coalesce(publisher, 'publisher unknown') AS publisher, count(*) AS briefs
    FROM raw.brief WHERE star.arrival_day(received_at) > $today::DATE - 7 * ($weeks + 1)::INTEGER GROUP BY ALL
),
told AS (SELECT day, publisher, briefs FROM arrived UNION ALL SELECT day, 'all publishers', sum(briefs) FROM arrived GROUP BY day),
began AS (SELECT min(star.arrival_day(received_at)) AS first_day FROM raw.brief),
weekday AS (
    SELECT publisher, day FROM (SELECT DISTINCT publisher FROM told),
    (SELECT unnest([($today::DATE - 7 * n::INTEGER)::DATE FOR n IN range(0, $weeks + 1)]) AS day), began WHERE day >= first_day
)
SELECT publisher, coalesce(max(briefs) FILTER (day = $today::DATE), 0) AS today,
    min(coalesce(briefs, 0)) FILTER (day < $today::DATE) AS least, max(coalesce(briefs, 0)) FILTER (day < $today::DATE) AS most
FROM weekday LEFT JOIN told USING (publisher, day) GROUP BY publisher
HAVING count(*) FILTER (day < $today::DATE) >= $enough ORDER BY publisher <> 'all publishers', publisher
"""


def unusual_arrivals(connection: duckdb.DuckDBPyConnection, today: date) -> list[str]:
    """What of today's arrivals (Taipei) is out of the usual, in words; none while there is no history of four weeks."""
    rows = connection.execute(_COUNTS, {"today": today, "weeks": _WEEKS, "enough": _ENOUGH}).fetchall()
    return [
        f"{publisher}: {count:,} briefs arrived today, where this weekday had {least:,} to {most:,}"
        for publisher, count, least, most in rows
        if most >= _FEW and (count < _LESS * least or count > _MORE * most)
    ]
