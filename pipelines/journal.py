"""The journal of runs: a line for each nightly run, beside the warehouse; what `briefs status` tells of them."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

_NAME = "runs.jsonl"


@dataclass(frozen=True, slots=True)
class Run:
    """One nightly run. `outcome`: published, unchanged, or failed with the reason in `message`.

    `run_id` is Dagster's; a night without news needs no job and has none.
    """

    started_at: str
    seconds: float
    outcome: str
    message: str = ""
    new: int = 0
    seen: int = 0
    refused: list[str] = field(default_factory=list)
    briefs_read: int = 0
    repeats: int = 0
    claims: dict[str, int] = field(default_factory=dict)
    checks_passed: int = 0
    checks_failed: list[str] = field(default_factory=list)
    checks_warned: list[str] = field(default_factory=list)
    version: str | None = None
    run_id: str | None = None


def record(folder: Path, run: Run) -> None:
    """Appends a run to the journal."""
    with (folder / _NAME).open("a", encoding="utf-8") as file:
        file.write(json.dumps(asdict(run), ensure_ascii=False) + "\n")


def last_runs(folder: Path, count: int) -> list[Run]:
    """The last runs, newest first; lines that a crash cut short are passed over."""
    path = folder / _NAME
    if not path.exists():
        return []
    runs = []
    for line in reversed(path.read_text(encoding="utf-8").splitlines()):
        try:
            runs.append(Run(**json.loads(line)))
        except (ValueError, TypeError):
            continue
        if len(runs) == count:
            break
    return runs
