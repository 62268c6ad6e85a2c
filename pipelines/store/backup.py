"""Backup and restore: every table as Parquet with its schema, readable without this program or DuckDB.

A backup is a folder: `ddl/` (the migrations that made the schema), `tables/*.parquet`, `manifest.json` (rows and a hash of
each table). It appears under its name only when it is complete, and so does a restored warehouse.
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from pipelines.store.connect import open_warehouse, transaction
from pipelines.store.migrate import migrate, read_migrations


class BackupError(Exception):
    """A backup could not be made or used; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds: rows and hash of each table, and what made it (hashes compare within one version of DuckDB)."""

    made_at: str
    duckdb_version: str
    tables: dict[str, tuple[int, str]]

    @property
    def rows(self) -> int:
        """Rows of all tables."""
        return sum(rows for rows, _ in self.tables.values())


def back_up(connection: duckdb.DuckDBPyConnection, ddl: Path, to: Path) -> Backup:
    """Writes an open warehouse to the folder `to`, which must not exist yet. Raises `BackupError`."""
    if to.exists():
        raise BackupError(f"{to} exists already; name a folder that does not")
    partial = to.with_name(f".{to.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    try:
        (partial / "tables").mkdir(parents=True)
        (partial / "ddl").mkdir()
        applied = {row[0] for row in connection.execute("SELECT number FROM meta.migration").fetchall()}
        for migration in read_migrations(ddl):
            if migration.number in applied:
                name = f"{migration.number:03}_{migration.name}.sql"
                (partial / "ddl" / name).write_text(migration.sql, encoding="utf-8")
        with transaction(connection):
            made = Backup(
                datetime.now(UTC).isoformat(timespec="seconds"), duckdb.__version__, _tables(connection)
            )
            for table in made.tables:
                file = str(partial / "tables" / f"{table}.parquet").replace("'", "''")
                connection.execute(f"COPY {table} TO '{file}' (FORMAT parquet, COMPRESSION zstd)")
        (partial / "manifest.json").write_text(json.dumps(asdict(made), indent=1), encoding="utf-8")
        for path in [*partial.rglob("*"), partial]:
            _sync(path)
        partial.rename(to)
        _sync(to.parent)
    except (OSError, duckdb.IOException) as error:
        shutil.rmtree(partial, ignore_errors=True)
        raise BackupError(f"no backup was made: {error}") from error
    return made


def restore(folder: Path, warehouse: Path) -> Backup:
    """Makes a warehouse file out of a backup, with every row compared; the file must not exist yet. Raises `BackupError`."""
    if warehouse.exists():
        raise BackupError(f"{warehouse} exists already; move it away first")
    try:
        held = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        backup = Backup(
            held["made_at"], held["duckdb_version"], {t: (n, h) for t, (n, h) in held["tables"].items()}
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BackupError(
            f"{folder} is no complete backup ({error}); name a folder that `briefs backup` made"
        ) from None
    partial = warehouse.with_name(f".{warehouse.name}.partial")
    for leftover in (partial, partial.with_name(partial.name + ".wal")):
        leftover.unlink(missing_ok=True)
    try:
        with open_warehouse(partial) as connection:
            migrate(connection, folder / "ddl")
            with transaction(connection):
                for table in backup.tables:
                    connection.execute(f"DELETE FROM {table}")
                    file = str(folder / "tables" / f"{table}.parquet")
                    connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM read_parquet(?)", [file])
            _compare(backup, _tables(connection))
            connection.execute("CHECKPOINT")
        partial.rename(warehouse)
    except (OSError, duckdb.Error, BackupError) as error:
        partial.unlink(missing_ok=True)
        raise BackupError(f"nothing was restored: {error}") from error
    return backup


def _tables(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple[int, str]]:
    """Rows and hash of every table that is not made out of others."""
    names = connection.execute(
        "SELECT schema_name || '.' || table_name FROM duckdb_tables() WHERE schema_name IN ('raw', 'star', 'meta') "
        "AND table_name <> 'migration' ORDER BY 1"
    ).fetchall()
    found = {}
    for (table,) in names:
        rows, digest = connection.execute(
            f"SELECT count(*), coalesce(sum(hash(t)::HUGEINT), 0)::VARCHAR FROM {table} t"
        ).fetchall()[0]
        found[table] = (int(rows), str(digest))
    return found


def _compare(backup: Backup, found: dict[str, tuple[int, str]]) -> None:
    for table, (rows, digest) in backup.tables.items():
        here_rows, here_digest = found[table]
        if rows != here_rows or (digest != here_digest and backup.duckdb_version == duckdb.__version__):
            raise BackupError(
                f"{table}.parquet is not what was backed up ({here_rows:,} rows, {rows:,} expected)"
            )


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
