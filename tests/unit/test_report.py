"""The summary of a night tells what a person wants to know, and nothing that did not happen."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.journal import Run
from pipelines.nightly import Layout
from pipelines.report import summary


@pytest.mark.parametrize(
    ("repeats", "told"),
    [
        (1, "1 tells a story that another brief told in nearly the same words"),
        (1200, "1,200 tell stories that another brief told in nearly the same words"),
    ],
)
def test_repeats_are_told(tmp_path: Path, repeats: int, told: str) -> None:
    run = Run("2026-02-08T02:30:00+00:00", 9.0, "published", new=2000, briefs_read=2000, repeats=repeats)
    assert told in summary(run, Layout(tmp_path, tmp_path), "briefs")


def test_where_none_repeats_nothing_is_said_of_it(tmp_path: Path) -> None:
    run = Run("2026-02-08T02:30:00+00:00", 9.0, "published", new=2, briefs_read=2)
    assert "same words" not in summary(run, Layout(tmp_path, tmp_path), "briefs")
