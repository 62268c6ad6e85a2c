"""Extraction on a cluster: a real scheduler, two workers over TCP, one of them killed in the middle; the tables are the same.

Needs the optional extra `dask`.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines import nightly, seeds
from pipelines.nightly import Layout
from pipelines.store.connect import open_warehouse
from pipelines.synthetic import generate, write
from tests.conftest import environment
from tests.warehouses import contents

distributed = pytest.importorskip("distributed", reason="the optional extra `dask` is not installed")


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """The address of a scheduler, and its two workers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    variables = {**environment(), "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    run = [sys.executable, "-m"]
    log = (tmp_path / "cluster.log").open("wb")
    scheduler = subprocess.Popen(
        [*run, "distributed.cli.dask_scheduler", "--host", address, "--no-dashboard"], env=variables, stderr=log, cwd=tmp_path
    )  # fmt: skip
    workers = [
        subprocess.Popen(
            [*run, "distributed.cli.dask_worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard"],
            env=variables, stderr=log, cwd=tmp_path,
        )
        for _ in range(2)
    ]  # fmt: skip
    with distributed.Client(address, timeout=60) as client:
        client.wait_for_workers(2, timeout=60)
    yield address, workers
    for process in (*workers, scheduler):
        process.kill()
        process.wait()
    log.close()


def read(home: Path) -> dict[str, tuple[int, int]]:
    layout = Layout(home / "inbox", home / "warehouse")
    write(generate(1_500, 5, seeds.synthetic_names()), layout.inbox)
    with open_warehouse(layout.warehouse) as connection:
        nightly.prepare(connection)
        nightly.take_in(connection, layout.inbox)
        assert nightly.read_briefs(connection, seeds.extractor_version()).briefs == 1_500
    return contents(layout.warehouse)


def test_a_cluster_that_loses_a_worker_reads_the_same(
    cluster: tuple[str, list[subprocess.Popen[bytes]]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, workers = cluster
    expected = read(tmp_path / "here")
    loaded = nightly.load_batch
    batches = 0

    def load_and_kill(*arguments, **named):
        nonlocal batches
        batches += 1
        if batches == 2:
            os.kill(workers[0].pid, signal.SIGKILL)
            time.sleep(0.5)
        return loaded(*arguments, **named)

    monkeypatch.setattr(nightly, "load_batch", load_and_kill)
    monkeypatch.setenv("BRIEFS_DASK", address)
    assert read(tmp_path / "there") == expected
    assert workers[0].wait(timeout=10) == -signal.SIGKILL
    assert workers[1].poll() is None, "the other one did the rest"
    assert batches > 4
