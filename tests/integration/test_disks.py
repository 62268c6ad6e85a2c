"""Disks that are full or cannot be written: the old file stays, the run says why, the next one goes on."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from pipelines.store.connect import open_warehouse
from pipelines.store.publish import LINK, PublishError, publish
from tests.conftest import Night, briefs
from tests.warehouses import contents


def fill(folder: Path, rows: int) -> Path:
    path = folder / "warehouse.duckdb"
    with open_warehouse(path) as connection:
        connection.execute("CREATE SCHEMA IF NOT EXISTS marts")
        connection.execute(
            f"CREATE OR REPLACE TABLE marts.mart_test AS SELECT n, hash(n) AS h FROM range({rows}) t(n)"
        )
        connection.execute("CHECKPOINT")
    return path


@pytest.fixture
def small_files() -> Iterator[int]:
    """No file of this process may grow beyond a size: a write that would fails as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    limit = 1_000_000
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, before[1]))
    yield limit
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
    signal.signal(signal.SIGXFSZ, ignored)


def test_a_copy_that_does_not_fit_leaves_the_version_before(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    before = publish(fill(tmp_path, 10), "f1", "e1", {})
    warehouse = fill(tmp_path, 300_000)
    assert warehouse.stat().st_size > request.getfixturevalue("small_files")
    with pytest.raises(PublishError, match="not published, the version before stays in place: "):
        publish(warehouse, "f2", "e1", {})
    with duckdb.connect(str(tmp_path / LINK), read_only=True) as connection:
        assert connection.execute("SELECT count(*) FROM marts.mart_test").fetchall() == [(10,)]
    assert [p.name for p in (tmp_path / "versions").iterdir()] == [before.version], (
        "nothing half-made is left"
    )


class Disk:
    """A small file system of its own, mounted."""

    def __init__(self, at: Path, size: int) -> None:
        self.at = at
        at.mkdir()
        self.do("mount", "-t", "tmpfs", "-o", f"size={size}", "none", str(at))

    def do(self, *command: str) -> None:
        subprocess.run(command, check=True, capture_output=True)

    def remount(self, options: str) -> None:
        self.do("mount", "-o", f"remount,{options}", str(self.at))

    def gone(self) -> None:
        self.do("umount", str(self.at))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small file system")
def test_a_full_disk_and_one_that_cannot_be_written_leave_the_old_file_and_the_next_night_goes_on(
    night: Night, tmp_path: Path
) -> None:
    used = sum(p.stat().st_size for p in night.folder.rglob("*") if p.is_file() and ".dagster" not in p.parts)
    try:
        disk = Disk(tmp_path / "disk", used + (night.folder / "warehouse.duckdb").stat().st_size // 2)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no file system can be mounted here")
    try:
        inbox, folder = tmp_path / "inbox", tmp_path / "disk" / "warehouse"
        shutil.copytree(night.inbox, inbox)
        shutil.copytree(night.folder, folder, symlinks=True, ignore=shutil.ignore_patterns(".dagster"))
        line = {"title": "新的一則", "text": "甲公司月產能達5萬片,良率為九成。", "published": "2026-02-09"}
        (inbox / "new.jsonl").write_text(json.dumps(line, ensure_ascii=False), encoding="utf-8")
        link, before = (folder / LINK).readlink(), contents(folder / LINK, times=True)

        def run() -> subprocess.CompletedProcess[str]:
            storage = str(tmp_path / "dagster")
            (tmp_path / "dagster").mkdir(exist_ok=True)
            return briefs("nightly", "--inbox", inbox, "--warehouse", folder, BRIEFS_DAGSTER_STORAGE=storage)

        full = run()
        assert full.returncode == 1, full.stdout
        assert "No space left on device" in full.stdout + full.stderr
        assert (folder / LINK).readlink() == link
        assert contents(folder / LINK, times=True) == before
        disk.remount("ro")
        closed = run()
        assert closed.returncode == 1
        assert "Error: " in closed.stderr and "cannot be written: Read-only file system" in closed.stderr
        assert contents(folder / LINK, times=True) == before
        disk.remount("rw,size=100m")
        again = run()
        assert again.returncode == 0, again.stdout + again.stderr
        assert contents(folder / LINK)["raw.brief"][0] == before["raw.brief"][0] + 1
        assert len(list((folder / "versions").iterdir())) == 2, "nothing half-made is left"
    finally:
        disk.gone()
