"""Stories: briefs with nearly the same text share one, and the first to be published stands for it.

Which pairs tell the same story depends on the two texts and their dates alone, and a story is all that such pairs connect;
so the same briefs make the same stories in whatever order they came.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

import duckdb
import polars as pl

from pipelines.sources.near_duplicates import SHARED_BANDS, Fingerprint, bands, containment, fingerprint
from pipelines.store.connect import transaction
from pipelines.store.frames import insert, registered

#: Days between two publications beyond which like text is a new story (a monthly notice in the same words).
_DAYS = 10
_BATCH = 1000


def tell_stories(connection: duckdb.DuckDBPyConnection) -> int:
    """Gives every brief that has none its story, a batch in a transaction; returns how many repeat another."""
    rows = connection.execute(
        "SELECT brief_key FROM star.dim_brief WHERE story_id IS NULL ORDER BY received_at, brief_key"
    ).fetchall()
    ids, repeats = [brief_id for (brief_id,) in rows], 0
    for start in range(0, len(ids), _BATCH):
        batch = ids[start : start + _BATCH]
        with transaction(connection):
            texts = _texts(connection, batch)
            _keep_sketches(connection, texts)
            _keep_pairs(connection, texts)
            _assign(connection, batch)
        sql = "SELECT count(*) FROM star.dim_brief WHERE brief_key IN (SELECT unnest(?)) AND NOT is_first"
        repeats += connection.execute(sql, [batch]).fetchall()[0][0]
    return repeats


def _texts(connection: duckdb.DuckDBPyConnection, ids: Sequence[str]) -> dict[str, Fingerprint]:
    rows = connection.execute(
        "SELECT brief_id, body FROM raw.brief WHERE brief_id IN (SELECT unnest(?)) ORDER BY brief_id",
        [list(ids)],
    ).fetchall()
    return {brief_id: fingerprint(body) for brief_id, body in rows}


def _keep_sketches(connection: duckdb.DuckDBPyConnection, texts: dict[str, Fingerprint]) -> None:
    schema: dict[str, pl.DataType | type[pl.DataType]] = {"brief_id": pl.String, "bands": pl.List(pl.UInt32)}
    frame = pl.DataFrame({"brief_id": list(texts), "bands": bands(list(texts.values()))}, schema=schema)
    connection.execute("DELETE FROM raw.brief_sketch WHERE brief_id IN (SELECT unnest(?))", [list(texts)])
    insert(connection, "raw.brief_sketch", frame)


def _keep_pairs(connection: duckdb.DuckDBPyConnection, texts: dict[str, Fingerprint]) -> None:
    met = connection.execute(
        """
        WITH candidate AS (
            SELECT one.brief_id, other.brief_id AS other_id
            FROM (SELECT brief_id, unnest(bands) AS band FROM raw.brief_sketch WHERE brief_id IN (SELECT unnest($ids))) one
            JOIN (SELECT brief_id, unnest(bands) AS band FROM raw.brief_sketch) other USING (band)
            WHERE one.brief_id <> other.brief_id
            GROUP BY ALL HAVING count(*) >= $shared
        )
        SELECT c.brief_id, c.other_id FROM candidate c
        JOIN star.dim_brief a ON a.brief_key = c.brief_id JOIN star.dim_brief b ON b.brief_key = c.other_id
        WHERE coalesce(abs(a.published_on - b.published_on), 0) <= $days
        """,
        {"ids": list(texts), "shared": SHARED_BANDS, "days": _DAYS},
    ).fetchall()
    meets: dict[str, list[str]] = {}
    for one, other in met:
        meets.setdefault(other, []).append(one)
    others, found = list(meets), dict[tuple[str, str], float]()
    for start in range(0, len(others), _BATCH):
        for other, text in _texts(connection, others[start : start + _BATCH]).items():
            for one in meets[other]:
                if share := containment(texts[one], text):
                    found[min(one, other), max(one, other)] = share
    frame = pl.DataFrame(
        [(*pair, share) for pair, share in sorted(found.items())],
        schema={"brief_id": pl.String, "other_id": pl.String, "containment": pl.Float64},
        orient="row",
    )
    insert(connection, "raw.near_duplicate", frame)


def _assign(connection: duckdb.DuckDBPyConnection, ids: Sequence[str]) -> None:
    """Tells the stories of some briefs anew, with all that their pairs connect them to."""
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE member AS
        WITH met AS (
            SELECT unnest($ids) AS brief_id
            UNION SELECT other_id FROM raw.near_duplicate WHERE brief_id IN (SELECT unnest($ids))
            UNION SELECT brief_id FROM raw.near_duplicate WHERE other_id IN (SELECT unnest($ids))
        ),
        told AS (SELECT story_id FROM star.dim_brief WHERE brief_key IN (FROM met) AND story_id IS NOT NULL)
        SELECT brief_key AS brief_id, published_on FROM star.dim_brief
        WHERE brief_key IN (FROM met) OR story_id IN (FROM told)
        """,
        {"ids": list(ids)},
    )
    members: dict[str, date | None] = dict(connection.execute("FROM member").fetchall())
    pairs = connection.execute(
        "SELECT brief_id, other_id FROM raw.near_duplicate WHERE brief_id IN (SELECT brief_id FROM member)"
    ).fetchall()
    rows = []
    for story in connected(members, pairs):
        first = min(story, key=lambda i: (members[i] or date.max, i))
        rows += [(brief_id, first, brief_id == first) for brief_id in story]
    frame = pl.DataFrame(
        rows,
        schema={"brief_id": pl.String, "story_id": pl.String, "is_first": pl.Boolean},
        orient="row",
    )
    with registered(connection, frame):
        connection.execute(
            "UPDATE star.dim_brief b SET story_id = i.story_id, is_first = i.is_first FROM incoming i "
            "WHERE b.brief_key = i.brief_id"
        )


def connected(nodes: Iterable[str], pairs: Iterable[tuple[str, str]]) -> Iterator[list[str]]:
    """The groups of nodes that pairs connect; a node without a pair is a group of its own."""
    head = {node: node for node in nodes}

    def find(node: str) -> str:
        while head[node] != node:
            head[node] = head[head[node]]
            node = head[node]
        return node

    for one, other in pairs:
        head[find(one)] = find(other)
    groups: dict[str, list[str]] = {}
    for node in head:
        groups.setdefault(find(node), []).append(node)
    yield from groups.values()
