"""Backup and restore: the same rows, checks and comments, or nothing."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest

from pipelines.seeds import PROJECT_ROOT
from pipelines.sources.inbox import Delivery, read_delivery
from pipelines.store.backup import BackupError, back_up, restore
from pipelines.store.connect import open_warehouse
from pipelines.store.intake import keep_delivery, store_reading
from pipelines.store.load import load_batch, pending_briefs
from pipelines.store.migrate import migrate
from pipelines.store.reference import ReferenceData, sync_reference
from tests.builders import brief, capacity, extraction, supply
from tests.warehouses import contents

DDL = PROJECT_ROOT / "warehouse" / "ddl"
NOW, LATER = datetime(2026, 2, 9, 2, 30), datetime(2026, 2, 10, 2, 30)


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    """One brief, read by two versions, so that something is closed."""
    path = tmp_path / "it's" / "warehouse.duckdb"
    companies = [
        {"company_id": i, "name_zh_hant": n, "status": "curated"}
        for i, n in (("tw-2330", "台積電"), ("tw-3008", "大立光"))
    ]
    with open_warehouse(path) as connection:
        migrate(connection, DDL)
        sync_reference(connection, ReferenceData(companies, [], [], []), date(2026, 1, 1))
        delivery = Delivery("2026-02-08-a.txt", f"\ufeff{brief().title}\n{brief().body}\n".encode())
        keep_delivery(connection, delivery, NOW)
        store_reading(connection, delivery, read_delivery(delivery), NOW, NOW)
        for version, now, claims in (("v1", NOW, (capacity(), supply())), ("v2", LATER, (supply(),))):
            (batch,) = pending_briefs(connection, version, 9)
            load_batch(
                connection, batch, [extraction(batch[0], *claims, version=version)], {"piece"}, {}, now
            )
    return path


def made(warehouse: Path) -> Path:
    with open_warehouse(warehouse) as connection:
        back_up(connection, DDL, warehouse.parent / "backup")
    return warehouse.parent / "backup"


def test_a_restored_warehouse_has_the_same_tables_row_for_row(warehouse: Path, tmp_path: Path) -> None:
    backup = made(warehouse)
    again = tmp_path / "new" / "warehouse.duckdb"
    again.parent.mkdir()
    restored = restore(backup, again)
    before, after = contents(warehouse, times=True), contents(again, times=True)
    assert {t: n for t, (n, _) in before.items() if t in restored.tables} == {
        t: n for t, (n, _) in restored.tables.items()
    }
    before.pop("meta.migration"), after.pop("meta.migration")
    assert after == before
    schema = "SELECT sql, comment FROM duckdb_tables() ORDER BY sql"
    with (
        duckdb.connect(str(warehouse), read_only=True) as one,
        duckdb.connect(str(again), read_only=True) as other,
    ):
        assert one.execute(schema).fetchall() == other.execute(schema).fetchall()
        assert migrate_nothing(other)


def migrate_nothing(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether all migrations of the project are recorded."""
    return connection.execute("SELECT count(*) FROM meta.migration").fetchall() == [
        (len(list(DDL.glob("*.sql"))),)
    ]


def test_the_tables_are_plain_parquet(warehouse: Path) -> None:
    backup = made(warehouse)
    with duckdb.connect() as connection:
        sql = "SELECT status, known_to FROM read_parquet(?)"
        file = str(backup / "tables" / "star.fact_capacity.parquet")
        assert connection.execute(sql, [file]).fetchall() == [("current", LATER)]
    assert json.loads((backup / "manifest.json").read_text("utf-8"))["tables"]["raw.brief"][0] == 1


def test_nothing_is_written_over(warehouse: Path) -> None:
    backup = made(warehouse)
    with (
        open_warehouse(warehouse) as connection,
        pytest.raises(BackupError, match="exists already; name a folder"),
    ):
        back_up(connection, DDL, backup)
    with pytest.raises(BackupError, match="exists already; move it away first"):
        restore(backup, warehouse)


@pytest.mark.parametrize("damage", ["rows", "bytes", "missing", "no manifest"])
def test_a_damaged_backup_restores_nothing(warehouse: Path, tmp_path: Path, damage: str) -> None:
    backup = made(warehouse)
    file = backup / "tables" / "star.fact_supply.parquet"
    if damage == "rows":
        with duckdb.connect() as connection:
            connection.execute("CREATE TABLE t AS FROM read_parquet(?)", [str(file)])
            connection.execute("UPDATE t SET item = '鏡片'")
            connection.sql("FROM t").write_parquet(str(file))
    elif damage == "bytes":
        file.write_bytes(b"PAR1" + b"\0" * 50)
    elif damage == "missing":
        file.unlink()
    else:
        (backup / "manifest.json").unlink()
    with pytest.raises(BackupError, match=r"nothing was restored|is no complete backup"):
        restore(backup, tmp_path / "warehouse.duckdb")
    assert [p.name for p in tmp_path.iterdir() if p.is_file()] == []


def test_a_backup_that_cannot_be_written_leaves_nothing(warehouse: Path) -> None:
    (warehouse.parent / "file").touch()
    with open_warehouse(warehouse) as connection, pytest.raises(BackupError, match="no backup was made"):
        back_up(connection, DDL, warehouse.parent / "file" / "backup")
    assert sorted(p.name for p in warehouse.parent.iterdir()) == ["file", "warehouse.duckdb"]
