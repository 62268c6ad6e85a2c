"""Workers: whoever reads, the same is read, in order; a worker that dies is replaced."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, Executor, ProcessPoolExecutor
from datetime import date
from functools import cache
from multiprocessing import get_context
from pathlib import Path

import pytest

from pipelines import seeds, workers
from pipelines.extraction.model import Extraction
from pipelines.text.brief import Brief
from pipelines.workers import MANY, InProcess, extract, read_all, reading

TEXTS = (
    "台積電月產能7萬片。",
    "大立光供應蘋果潛望鏡頭。",
    "DRAM合約價第一季季增30%。",
    "群創面板稼動率八成五。",
)
BATCHES = [[Brief(f"第{n}則", text)] for n, text in enumerate(TEXTS)]


@cache
def expected() -> list[list[Extraction]]:
    return [extract(seeds.extractor_version(), batch) for batch in BATCHES]


def pool() -> Executor:
    return ProcessPoolExecutor(1, mp_context=get_context("forkserver"))


@pytest.mark.parametrize("make", [InProcess, pool], ids=["in process", "a process"])
def test_every_executor_reads_the_same_in_order(make: type[Executor]) -> None:
    read = list(read_all(make, seeds.extractor_version(), BATCHES, 2))
    assert [batch for batch, _ in read] == BATCHES
    assert [found for _, found in read] == expected()
    assert all(found[0].claims for found in expected())


class Dying(ProcessPoolExecutor):
    """A pool whose worker is killed with its first batch still to read."""

    started = 0

    def __init__(self) -> None:
        super().__init__(1, mp_context=get_context("forkserver"))
        Dying.started += 1
        if Dying.started == 1:
            os.kill(self.submit(os.getpid).result(), signal.SIGKILL)


def test_a_worker_that_is_killed_is_replaced_and_no_batch_is_lost() -> None:
    read = list(read_all(Dying, seeds.extractor_version(), BATCHES, 2))
    assert Dying.started == 2
    assert [batch for batch, _ in read] == BATCHES
    assert [found for _, found in read] == expected()


class Dead(InProcess):
    def submit(self, fn, /, *args, **kwargs):
        raise BrokenExecutor("no worker lives")


def test_workers_that_keep_dying_end_the_run() -> None:
    with pytest.raises(BrokenExecutor):
        list(read_all(Dead, "v", BATCHES, 2))


def test_no_more_batches_are_out_than_asked_for() -> None:
    taken = 0

    def batches() -> Iterator[list[Brief]]:
        nonlocal taken
        for batch in BATCHES:
            taken += 1
            yield batch

    read = read_all(InProcess, seeds.extractor_version(), batches(), 2)
    next(read)
    assert taken == 2


def test_an_error_of_the_reader_is_raised_where_it_is_loaded() -> None:
    with pytest.raises(RuntimeError, match=r"a worker has extractor .*, v0 is wanted"):
        list(read_all(InProcess, "v0", BATCHES, 2))


def test_few_briefs_are_read_here_and_many_by_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BRIEFS_DASK", raising=False)
    with reading(MANY - 1) as (make, ahead):
        assert (make, ahead) == (InProcess, 1)
    with reading(MANY) as (make, ahead):
        assert ahead == 2 * len(os.sched_getaffinity(0))
        with make() as executor:
            assert isinstance(executor, ProcessPoolExecutor)
            assert executor.submit(Path.cwd).result() == Path.cwd()


def test_a_brief_that_takes_too_long_is_put_aside_and_the_others_are_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    version = seeds.extractor_version()
    extract(version, BATCHES[0])  # the lexicon is loaded before the clock runs
    monkeypatch.setattr(workers, "LONGEST_READ", 0.2)
    long = Brief("長", "台積電月產能7萬片，大立光供應鏡頭。" * 3000)
    slow, quick = extract(version, [long, *BATCHES[0]])
    assert (slow.brief_id, slow.claims, slow.companies) == (long.brief_id, (), ())
    assert slow.failure == "took more than 0.2 seconds to read; split it into the briefs that it holds"
    assert [quick] == expected()[0]


def test_a_brief_on_which_the_extractor_fails_is_put_aside_and_the_others_are_read() -> None:
    version = seeds.extractor_version()
    broken = Brief("年曆的盡頭", "台積電明年月產能7萬片。", published_on=date.max, date_source="given")
    failed, read = extract(version, [broken, *BATCHES[0]])
    assert failed.failure is not None and "the extractor failed on it (" in failed.failure
    assert [read] == expected()[0]
