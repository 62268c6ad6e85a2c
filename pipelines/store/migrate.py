"""The schema: the files of warehouse/ddl in their order, each applied once and recorded."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipelines.store.connect import transaction

_NAME = re.compile(r"(\d{3})_([a-z0-9_]+)\.sql")


class MigrationError(Exception):
    """The migrations on disk and those applied do not agree; the message names the file and the cure."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One file of DDL."""

    number: int
    name: str
    sql: str

    @property
    def sha256(self) -> str:
        """Hash of the file's text."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


def read_migrations(folder: Path) -> list[Migration]:
    """The migrations of a folder in their order; numbers run 001, 002 ... without gap or double."""
    found = []
    for path in sorted(folder.glob("*.sql")):
        m = _NAME.fullmatch(path.name)
        if m is None:
            raise MigrationError(f"{path.name}: name it NNN_what_it_does.sql")
        found.append(Migration(int(m[1]), m[2], path.read_text(encoding="utf-8")))
    for expected, migration in enumerate(found, 1):
        if migration.number != expected:
            raise MigrationError(
                f"{migration.number:03}_{migration.name}.sql: number {expected:03} is missing or doubled"
            )
    return found


def migrate(connection: duckdb.DuckDBPyConnection, folder: Path) -> list[str]:
    """Applies what has not been applied yet, each file in a transaction of its own; returns their names."""
    migrations = read_migrations(folder)
    connection.execute("CREATE SCHEMA IF NOT EXISTS meta")
    connection.execute(
        "CREATE TABLE IF NOT EXISTS meta.migration (number INTEGER NOT NULL, name VARCHAR NOT NULL, "
        "sha256 VARCHAR NOT NULL, applied_at TIMESTAMP NOT NULL DEFAULT (now()::TIMESTAMP))"
    )
    applied = dict(connection.execute("SELECT number, sha256 FROM meta.migration").fetchall())
    if applied and max(applied) > len(migrations):
        raise MigrationError(
            f"the warehouse is at migration {max(applied):03}, this program only knows {len(migrations):03}; upgrade it"
        )
    done = []
    for migration in migrations:
        known = applied.get(migration.number)
        if known == migration.sha256:
            continue
        if known is not None:
            raise MigrationError(
                f"{migration.number:03}_{migration.name}.sql was changed after it was applied; undo the change and add "
                "a new migration"
            )
        with transaction(connection):
            connection.execute(migration.sql)
            connection.execute(
                "INSERT INTO meta.migration (number, name, sha256) VALUES (?, ?, ?)",
                [migration.number, migration.name, migration.sha256],
            )
        done.append(migration.name)
    return done
