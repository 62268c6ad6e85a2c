"""One writer at a time: a lock on a file beside the warehouse, with a note of who holds it.

The operating system frees the lock when its process ends, however it ends; a note left behind by a killed run blocks
nobody.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout


class WarehouseLockedError(Exception):
    """Another run holds the warehouse; the message says which and since when."""


@contextmanager
def warehouse_lock(folder: Path) -> Iterator[None]:
    """Holds the warehouse of `folder` for the block. Raises `WarehouseLockedError` at once where another run has it."""
    folder.mkdir(parents=True, exist_ok=True)
    note = folder / "warehouse.lock.json"
    lock = FileLock(folder / "warehouse.lock", timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise WarehouseLockedError(_holder(note)) from None
    try:
        note.write_text(json.dumps(_self()), encoding="utf-8")
        yield
    finally:
        note.unlink(missing_ok=True)
        lock.release()


def _self() -> dict[str, str | int]:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return {"pid": os.getpid(), "host": socket.gethostname(), "since": now}


def _holder(note: Path) -> str:
    try:
        held = json.loads(note.read_text(encoding="utf-8"))
        who = f"process {held['pid']} on {held['host']}, since {held['since']}"
    except (OSError, ValueError, KeyError):
        who = "another process"
    return f"a nightly run holds the warehouse ({who}); wait for it to end, then run again"
