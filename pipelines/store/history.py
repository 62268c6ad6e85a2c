"""What the warehouse believed when: rows of a brief that no longer hold are closed, new ones opened, the others left alone.

Every fact carries `known_from` and `known_to`, half-open, in UTC: it was believed from the one up to the other, and is
believed now where `known_to` is null. A closed row is never written again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import duckdb

#: Columns that say when and by which version something was read; they make no row a different one.
_BOOKKEEPING = ("extractor_version", "known_from", "known_to")


def believe(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    key: str,
    staged: str,
    read_before: Sequence[str],
    now: datetime,
) -> None:
    """Puts the rows of `staged`, a table of the fact's columns, in the place of what is believed of these briefs.

    A row that is believed already, alike in every column that tells of the brief, keeps its `known_from`. Rows of briefs
    that were never read before are only added: the cost does not grow with what is stored. The caller holds a transaction.
    """
    kept = "SELECT NULL WHERE false"
    if read_before:
        told = [c for c in _columns(connection, table) if c not in _BOOKKEEPING]
        same = " AND ".join(f"f.{c} IS NOT DISTINCT FROM s.{c}" for c in told)
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE kept AS SELECT s.{key} AS id FROM {staged} s JOIN star.{table} f ON {same} "
            "WHERE f.known_to IS NULL AND f.brief_key IN (SELECT unnest(?))",
            [list(read_before)],
        )
        connection.execute(
            f"UPDATE star.{table} SET known_to = greatest(known_from, ?) WHERE known_to IS NULL "
            f"AND brief_key IN (SELECT unnest(?)) AND {key} NOT IN (SELECT id FROM kept)",
            [now, list(read_before)],
        )
        kept = "SELECT id FROM kept"
    connection.execute(
        f"INSERT INTO star.{table} BY NAME SELECT *, ?::TIMESTAMP AS known_from FROM {staged} WHERE {key} NOT IN ({kept})",
        [now],
    )


def _columns(connection: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    rows = connection.execute(
        "SELECT column_name FROM duckdb_columns() WHERE schema_name = 'star' AND table_name = ? ORDER BY column_index",
        [table],
    ).fetchall()
    return [name for (name,) in rows]
