"""One writer: a second run is told who holds the warehouse, and a dead one holds nothing."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.store.lock import WarehouseLockedError, warehouse_lock

HOLD = """
import sys
from pathlib import Path
from pipelines.store.lock import warehouse_lock
with warehouse_lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def holder(folder: Path) -> subprocess.Popen:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None and process.stdout.readline() == "held\n"
    return process


def test_a_second_run_is_told_who_holds_it_and_since_when(tmp_path: Path) -> None:
    process = holder(tmp_path)
    try:
        with pytest.raises(WarehouseLockedError) as told, warehouse_lock(tmp_path):
            pass
    finally:
        process.communicate()
    assert f"process {process.pid} on {os.uname().nodename}" in str(told.value)
    assert re.search(r"since \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", str(told.value))
    with warehouse_lock(tmp_path):
        pass


def test_a_killed_run_blocks_nobody(tmp_path: Path) -> None:
    process = holder(tmp_path)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert (tmp_path / "warehouse.lock.json").exists()
    with warehouse_lock(tmp_path):
        pass


def test_the_lock_is_let_go_when_the_run_fails(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="broken"), warehouse_lock(tmp_path):
        raise ValueError("broken")
    with warehouse_lock(tmp_path):
        pass


def test_two_warehouses_do_not_hinder_each_other(tmp_path: Path) -> None:
    with warehouse_lock(tmp_path / "a"), warehouse_lock(tmp_path / "b"):
        pass
