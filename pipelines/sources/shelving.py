"""Putting files away: what was taken in to the archive, by day; what could not be read to quarantine, with the reason."""

from __future__ import annotations

import filecmp
import shutil
from collections.abc import Sequence
from datetime import date
from pathlib import Path


def shelve(path: Path, to: Path, day: date, reasons: Sequence[str]) -> Path:
    """Moves a file to the folder of a day; `reasons`, where there are any, go into a `.reason.txt` beside it.

    Another file of that name stays: this one gets a number. The very same file takes its place.
    """
    folder = to / day.isoformat()
    folder.mkdir(parents=True, exist_ok=True)
    target, number = folder / path.name, 2
    while target.exists() and not filecmp.cmp(path, target, shallow=False):
        target, number = folder / f"{path.stem}-{number}{path.suffix}", number + 1
    if reasons:
        # first the reason: a crash in between leaves a file that is moved next time
        told = "".join(f"{reason}\n" for reason in reasons)
        target.with_name(f"{target.name}.reason.txt").write_text(told, encoding="utf-8")
    shutil.move(path, target)
    return target
