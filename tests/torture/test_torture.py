"""A dozen kills, in two warehouses at a time; `make torture` does five hundred."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from pipelines.seeds import PROJECT_ROOT
from tests.conftest import environment


def test_a_dozen_kills_lose_and_double_nothing(tmp_path: Path) -> None:
    logs = [tmp_path / "one.log", tmp_path / "two.log"]
    runs = [
        subprocess.Popen(
            [
                sys.executable,
                "-m",
                "tests.torture.torture",
                "--kills",
                "6",
                "--seed",
                str(seed),
                "--log",
                str(log),
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment(),
            cwd=PROJECT_ROOT,
        )
        for seed, log in enumerate(logs)
    ]
    for run, log in zip(runs, logs, strict=True):
        told, _ = run.communicate(timeout=500)
        assert run.returncode == 0, told
        assert "6 kills, " in log.read_text("utf-8")
        assert "every table equals that of an undisturbed warehouse" in log.read_text("utf-8")
