"""What every test shares: the specs as data, and the project's own lexicon."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipelines.extraction.lexicon import Lexicon
from pipelines.seeds import load_lexicon

SPECS = Path(__file__).parent / "specs"


def read_spec(name: str) -> list[dict]:
    """The cases of tests/specs/<name>.jsonl."""
    return [
        json.loads(line) for line in (SPECS / f"{name}.jsonl").read_text("utf-8").splitlines() if line.strip()
    ]


@pytest.fixture(scope="session")
def lexicon() -> Lexicon:
    return load_lexicon()
