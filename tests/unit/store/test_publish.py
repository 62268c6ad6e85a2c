"""Publishing: whole versions behind a link that moves in one step; whatever fails leaves the version before."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from pipelines.seeds import PROJECT_ROOT
from pipelines.store.connect import open_warehouse
from pipelines.store.publish import KEEP, LINK, PublishError, fingerprint, publish, published_manifest


def fill(folder: Path, rows: int) -> Path:
    """A warehouse whose one mart holds `rows` rows."""
    path = folder / "warehouse.duckdb"
    with open_warehouse(path) as connection:
        connection.execute("CREATE SCHEMA IF NOT EXISTS marts")
        connection.execute(f"CREATE OR REPLACE TABLE marts.mart_test AS SELECT * FROM range({rows}) t(n)")
        connection.execute("CHECKPOINT")
    return path


def rows_seen(folder: Path) -> int:
    with duckdb.connect(str(folder / LINK), read_only=True) as connection:
        return connection.execute("SELECT count(*) FROM marts.mart_test").fetchall()[0][0]


def test_readers_open_a_link_to_a_version_with_its_manifest(tmp_path: Path) -> None:
    manifest = publish(fill(tmp_path, 3), "f1", "e1", {"mart_test": 3})
    assert (tmp_path / LINK).is_symlink()
    assert (tmp_path / LINK).resolve() == tmp_path / "versions" / manifest.version / LINK
    assert not (tmp_path / LINK).readlink().is_absolute(), "the folder may be moved as a whole"
    assert published_manifest(tmp_path) == manifest
    assert (manifest.fingerprint, manifest.extractor_version, manifest.rows) == ("f1", "e1", {"mart_test": 3})
    assert rows_seen(tmp_path) == 3


def test_a_connection_opened_before_keeps_its_version_and_the_next_one_sees_the_new(tmp_path: Path) -> None:
    publish(fill(tmp_path, 3), "f1", "e1", {})
    with duckdb.connect(str(tmp_path / LINK), read_only=True) as before:
        publish(fill(tmp_path, 5), "f2", "e1", {})
        assert before.execute("SELECT count(*) FROM marts.mart_test").fetchall() == [(3,)]
        assert rows_seen(tmp_path) == 5, "in the same process, with the old connection open"


READER = """
import sys, duckdb
connection = duckdb.connect(sys.argv[1], read_only=True)
count = lambda c: c.execute("SELECT count(*) FROM marts.mart_test").fetchall()[0][0]
print(count(connection), flush=True)
sys.stdin.readline()
print(count(connection), count(duckdb.connect(sys.argv[1], read_only=True)), flush=True)
"""


def test_another_process_reads_on_across_the_swap(tmp_path: Path) -> None:
    publish(fill(tmp_path, 3), "f1", "e1", {})
    reader = subprocess.Popen(
        [sys.executable, "-c", READER, str(tmp_path / LINK)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert reader.stdout is not None and reader.stdout.readline() == "3\n"
    publish(fill(tmp_path, 5), "f2", "e1", {})
    assert reader.communicate("\n", timeout=60)[0] == "3 5\n"
    assert reader.returncode == 0


def test_the_last_versions_are_kept_for_going_back(tmp_path: Path) -> None:
    made = [publish(fill(tmp_path, n), f"f{n}", "e1", {}).version for n in range(1, KEEP + 3)]
    assert sorted(p.name for p in (tmp_path / "versions").iterdir()) == made[-KEEP:]
    assert rows_seen(tmp_path) == KEEP + 2


def test_an_older_client_opens_the_published_file(tmp_path: Path) -> None:
    older = PROJECT_ROOT / ".compat" / "duckdb14"
    assert older.is_dir(), "run the tests with `make test`, which installs the older client"
    publish(fill(tmp_path, 3), "f1", "e1", {})
    code = (
        "import sys, duckdb; c = duckdb.connect(sys.argv[1], read_only=True); "
        "print(duckdb.__version__, c.execute('SELECT sum(n) FROM marts.mart_test').fetchall())"
    )
    told = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / LINK)],
        env={**os.environ, "PYTHONPATH": str(older)},
        capture_output=True,
        text=True,
        check=True,
    )
    version, _, answer = told.stdout.strip().partition(" ")
    assert version.startswith("1.4.")
    assert answer == "[(3,)]"


def test_a_warehouse_that_was_not_closed_is_not_copied(tmp_path: Path) -> None:
    publish(fill(tmp_path, 3), "f1", "e1", {})
    warehouse = fill(tmp_path, 5)
    (tmp_path / "warehouse.duckdb.wal").write_bytes(b"pending")
    with pytest.raises(PublishError, match="was not closed"):
        publish(warehouse, "f2", "e1", {})
    assert rows_seen(tmp_path) == 3


def test_a_copy_without_marts_or_no_database_leaves_the_version_before(tmp_path: Path) -> None:
    publish(fill(tmp_path, 3), "f1", "e1", {})
    warehouse = tmp_path / "warehouse.duckdb"
    for content in (b"", b"no database at all" * 1000):
        warehouse.write_bytes(content)
        with pytest.raises(PublishError, match="the version before stays in place"):
            publish(warehouse, "f2", "e1", {})
    assert rows_seen(tmp_path) == 3
    assert len(list((tmp_path / "versions").iterdir())) == 1, "nothing half-made is left"


def test_what_a_killed_run_left_is_cleared_and_what_readers_have_is_not(tmp_path: Path) -> None:
    publish(fill(tmp_path, 3), "f1", "e1", {})
    half = tmp_path / "versions" / "20260101T000000.000000Z"
    half.mkdir()
    (half / LINK).write_bytes(b"half a copy")
    (tmp_path / f".{LINK}.123").symlink_to("nowhere")
    publish(fill(tmp_path, 4), "f2", "e1", {})
    assert not half.exists()
    assert not (tmp_path / f".{LINK}.123").is_symlink()
    assert rows_seen(tmp_path) == 4


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"version": "v", "unknown": 1}'])
def test_an_unreadable_manifest_counts_as_none(tmp_path: Path, text: str) -> None:
    manifest = publish(fill(tmp_path, 3), "f1", "e1", {})
    (tmp_path / "versions" / manifest.version / "manifest.json").write_text(text)
    assert published_manifest(tmp_path) is None


def test_the_manifest_is_plain_json(tmp_path: Path) -> None:
    manifest = publish(fill(tmp_path, 3), "f1", "e1", {"mart_test": 3})
    stored = json.loads((tmp_path / "versions" / manifest.version / "manifest.json").read_text("utf-8"))
    assert stored["rows"] == {"mart_test": 3}


def test_the_fingerprint_follows_rows_and_programs_and_not_their_order() -> None:
    with duckdb.connect() as connection:
        connection.execute(
            "CREATE SCHEMA star; CREATE TABLE star.t AS SELECT * FROM (VALUES (1, 'a'), (2, 'b')) t(n, s)"
        )
        first = fingerprint(connection, "models", "extractor")
        connection.execute(
            "CREATE OR REPLACE TABLE star.t AS SELECT * FROM (VALUES (2, 'b'), (1, 'a')) t(n, s)"
        )
        assert fingerprint(connection, "models", "extractor") == first
        assert fingerprint(connection, "models", "another") != first
        connection.execute("UPDATE star.t SET s = 'c' WHERE n = 2")
        assert fingerprint(connection, "models", "extractor") != first
