"""A warehouse written by an earlier schema: it migrates, keeps every row, and the next run goes on with it."""

from __future__ import annotations

import gzip
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from pipelines import nightly, seeds
from pipelines.seeds import PROJECT_ROOT
from pipelines.store.checks import CHECKS, run_check
from pipelines.store.connect import open_warehouse
from pipelines.store.migrate import migrate

#: Made by the program of schema 003: two briefs, read by two versions.
STORED = Path(__file__).parents[1] / "data" / "warehouse-003.duckdb.gz"
FACTS = ("capacity", "forecast", "supply", "observation", "company_mention")


@pytest.fixture
def older(tmp_path: Path) -> Path:
    path = tmp_path / "warehouse.duckdb"
    path.write_bytes(gzip.decompress(STORED.read_bytes()))
    return path


def test_every_row_is_there_afterwards(older: Path) -> None:
    with open_warehouse(older) as connection:
        before = {}
        for fact in FACTS:
            cursor = connection.execute(f"FROM star.fact_{fact} ORDER BY ALL")
            names = ", ".join(column[0] for column in cursor.description)
            before[fact] = names, cursor.fetchall()
            assert before[fact][1]
        assert migrate(connection, PROJECT_ROOT / "warehouse" / "ddl")[0] == "history", "it was of schema 003"
        for fact, (names, rows) in before.items():
            kept = connection.execute(f"SELECT {names} FROM star.fact_{fact} ORDER BY ALL").fetchall()
            assert kept == rows
        delivery = "SELECT size_bytes = octet_length(content), sha256 = sha256(content), read_at = received_at FROM raw.delivery"
        assert connection.execute(delivery).fetchall() == [(True, True, True)]


def test_it_has_the_schema_of_a_new_one(older: Path) -> None:
    described = "SELECT table_name, column_name, data_type, is_nullable, comment FROM duckdb_columns() WHERE schema_name IN ('raw', 'star', 'meta') ORDER BY ALL"
    with open_warehouse(older) as connection, duckdb.connect() as new:
        migrate(connection, PROJECT_ROOT / "warehouse" / "ddl")
        migrate(new, PROJECT_ROOT / "warehouse" / "ddl")
        assert connection.execute(described).fetchall() == new.execute(described).fetchall()


def test_the_next_run_reads_its_briefs_and_remembers_what_was_believed(older: Path, tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    with open_warehouse(older) as connection:
        nightly.prepare(connection)
        nightly.take_in(connection, tmp_path / "inbox")
        assert nightly.read_briefs(connection, seeds.extractor_version()).briefs == 2
        failed = [c.name for c in CHECKS if not run_check(connection, c, seeds.extractor_version()).passed]
        assert failed == []
        said = connection.execute(
            "SELECT count(*) FROM star.as_known_on('star.fact_capacity', DATE '2026-02-09')"
        ).fetchall()
        assert said == [(2,)]
        known = "SELECT min(known_from) FROM star.fact_capacity"
        assert connection.execute(known).fetchall() == [(datetime(2026, 2, 9, 2, 30),)]
