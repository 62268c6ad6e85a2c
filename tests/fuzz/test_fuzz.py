"""A small run of the fuzz program with every test run; and that it finds what it is there to find."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from pipelines.sources.inbox import Delivery
from pipelines.sources.reading import Reading
from tests.fuzz import fuzz


def test_odd_inputs_are_read_or_refused(tmp_path: Path) -> None:
    outcome = fuzz.run_range(20_261_125, 150, tmp_path)
    assert outcome.failures == []
    assert outcome.counts["inputs"] == 150
    assert min(outcome.counts["extracted"], outcome.counts["claims"], outcome.counts["refused"]) > 20


def test_a_seed_makes_the_same_input_again() -> None:
    texts = fuzz.sample_texts()
    assert [fuzz.make_input(n, texts) for n in range(20)] == [fuzz.make_input(n, texts) for n in range(20)]
    assert len({fuzz.make_input(n, texts)[1] for n in range(20)}) > 15


def test_what_raises_and_what_takes_too_long_is_told_and_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def raises(_: Delivery) -> Reading:
        raise KeyError("x")

    monkeypatch.setattr(fuzz, "read_delivery", raises)
    monkeypatch.setattr(fuzz, "sample_texts", lambda: [("題", "內文。")])
    fuzz.prepared.cache_clear()
    assert "KeyError: 'x'" in fuzz.run_range(1, 1, tmp_path).failures[0]

    def hangs(_: Delivery) -> Reading:
        until = time.process_time() + 20
        while time.process_time() < until:
            pass
        raise AssertionError("nobody stopped it")

    monkeypatch.setattr(fuzz, "read_delivery", hangs)
    monkeypatch.setattr(fuzz, "LIMIT", 0.1)
    assert "TimeoutError" in fuzz.run_range(2, 1, tmp_path).failures[0]
    assert [path.name.split("-")[0] for path in sorted(tmp_path.iterdir())] == ["1", "2"]
    fuzz.prepared.cache_clear()
