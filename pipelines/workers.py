"""Extraction spread over workers: any `concurrent.futures.Executor` reads batches of briefs, the caller loads them.

A few briefs are read in this process, for a worker of its own costs seconds to start. Many are read by a process for
each core, or by a dask cluster where `BRIEFS_DASK` holds the address of its scheduler: the same code path. No more
batches are out at once than there are workers to read them, so that memory stays bounded whatever the inbox holds.
"""

from __future__ import annotations

import functools
import logging
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from types import FrameType

from pipelines import seeds
from pipelines.extraction.engine import Extractor
from pipelines.extraction.model import Extraction
from pipelines.text.brief import Brief

log = logging.getLogger("briefs")

#: From this many briefs on, starting workers pays.
MANY = 600
#: How often workers that died are replaced in one run.
_REPLACED = 3

#: Seconds of computing that one brief may take; what takes longer is put aside.
LONGEST_READ = 30.0

MakeExecutor = Callable[[], Executor]


class InProcess(Executor):
    """Reads in this process, at once."""

    def submit(self, fn, /, *args, **kwargs):  # type: ignore[no-untyped-def]  # the signature of the base
        """The result, or the error, as a future that is done."""
        future: Future[object] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


@functools.cache
def extractor(version: str) -> Extractor:
    """This process's extractor."""
    return Extractor(seeds.load_lexicon(), version)


def extract(version: str, briefs: list[Brief]) -> list[Extraction]:
    """Reads a batch, wherever it runs. Raises `RuntimeError` where another checkout would read it otherwise."""
    own = seeds.extractor_version()
    if own != version:
        raise RuntimeError(
            f"a worker has extractor {own}, {version} is wanted; bring its checkout up to date"
        )
    reading = extractor(version)
    return [_extracted(reading, brief) for brief in briefs]


def _extracted(reading: Extractor, brief: Brief) -> Extraction:
    """What is read out of a brief; an empty reading with its reason where the extractor fails on it or takes too long."""
    try:
        with bounded(LONGEST_READ):
            return reading.extract(brief)
    except TimeoutError:
        failure = f"took more than {LONGEST_READ:g} seconds to read; split it into the briefs that it holds"
    except Exception as error:
        log.exception("the extractor failed on brief %s", brief.brief_id)
        failure = f"the extractor failed on it ({type(error).__name__}: {error}); it is read again by the next version"
    return Extraction(brief.brief_id, reading.version, (), (), failure)


@contextmanager
def bounded(seconds: float) -> Iterator[None]:
    """Raises `TimeoutError` in a block that computes for longer. It bounds a process's main thread, where briefs are read."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def read_all(
    make: MakeExecutor, version: str, batches: Iterable[list[Brief]], ahead: int
) -> Iterator[tuple[list[Brief], list[Extraction]]]:
    """Each batch with what was read out of it, in order; `ahead` batches are out at once. Dead workers are replaced."""
    waiting = iter(batches)
    out: deque[tuple[list[Brief], Future[list[Extraction]]]] = deque()
    executor = make()
    replaced = 0
    try:
        while True:
            while len(out) < ahead and (batch := next(waiting, None)) is not None:
                out.append((batch, _submitted(executor, version, batch)))
            if not out:
                return
            batch, future = out[0]
            try:
                read = future.result()
            except BrokenExecutor:
                replaced += 1
                if replaced > _REPLACED:
                    raise
                log.warning("a worker died; its batches are read again")
                executor.shutdown(wait=False)
                executor = make()
                out = deque((b, _submitted(executor, version, b)) for b, _ in out)
                continue
            out.popleft()
            yield batch, read
    finally:
        for _, future in out:
            future.cancel()
        executor.shutdown(wait=False)


def _submitted(executor: Executor, version: str, batch: list[Brief]) -> Future[list[Extraction]]:
    try:
        return executor.submit(extract, version, batch)
    except BrokenExecutor as error:
        broken: Future[list[Extraction]] = Future()
        broken.set_exception(error)
        return broken


@contextmanager
def reading(count: int) -> Iterator[tuple[MakeExecutor, int]]:
    """How to make the executor for so many briefs, and how many batches it takes at once."""
    address = os.environ.get("BRIEFS_DASK")
    if address:
        from distributed import Client

        with Client(address) as client:
            yield client.get_executor, 2 * max(1, len(client.scheduler_info()["workers"]))
    elif count < MANY:
        yield InProcess, 1
    else:
        cores = len(os.sched_getaffinity(0))
        context = multiprocessing.get_context("forkserver")
        yield functools.partial(ProcessPoolExecutor, cores, mp_context=context), 2 * cores
