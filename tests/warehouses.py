"""Looking at whole warehouses: every row of every table, for comparing two states."""

from __future__ import annotations

from pathlib import Path

import duckdb


def contents(path: Path, times: bool = False) -> dict[str, tuple[int, int]]:
    """Count and hash of the rows of every table; without `times`, two runs at different moments compare alike."""
    found = {}
    with duckdb.connect(str(path), read_only=True) as connection:
        tables = connection.execute(
            "SELECT schema_name || '.' || table_name, list(column_name ORDER BY column_index), list(data_type ORDER BY column_index) "
            "FROM duckdb_columns() JOIN duckdb_tables() USING (database_name, schema_name, table_name) "
            "WHERE NOT duckdb_tables.internal GROUP BY ALL ORDER BY 1"
        ).fetchall()
        for table, names, types in tables:
            kept = ", ".join(n for n, t in zip(names, types, strict=True) if times or t != "TIMESTAMP")
            found[table] = connection.execute(
                f"SELECT count(*), coalesce(sum(hash(t)::HUGEINT), 0) FROM (SELECT {kept} FROM {table}) t"
            ).fetchall()[0]
    return found
