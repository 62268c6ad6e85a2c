"""The project's own tables, read from seeds/: the lexicon, and the version of what extraction would do with it."""

from __future__ import annotations

import csv
import functools
import hashlib
import os
from pathlib import Path

import pipelines
from pipelines.extraction.lexicon import Lexicon, LexiconError, Rows, build_lexicon
from pipelines.store.reference import ReferenceData

#: Root of the checkout: the package is installed in place, its tables lie beside it.
PROJECT_ROOT = Path(pipelines.__file__).resolve().parent.parent


def seeds_folder() -> Path:
    """Where the tables are: `BRIEFS_SEEDS`, else seeds/ of the checkout."""
    return Path(os.environ.get("BRIEFS_SEEDS", PROJECT_ROOT / "seeds"))


def read_tables(folder: Path) -> dict[str, Rows]:
    """Every CSV file of a folder as rows of cells, by file stem. Raises `LexiconError` on a ragged row."""
    tables: dict[str, Rows] = {}
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            rows = list(reader)
        for row in rows:
            if None in row or None in row.values():
                line = rows.index(row) + 2
                raise LexiconError(
                    f"{path.name} line {line}: needs {len(reader.fieldnames or ())} cells; count the commas"
                )
        tables[path.stem] = rows
    return tables


@functools.cache
def load_lexicon() -> Lexicon:
    """The lexicon of seeds/lexicon, checked. Raises `LexiconError` that names table, row and cure."""
    return build_lexicon(read_tables(seeds_folder() / "lexicon"))


@functools.cache
def reference_data() -> ReferenceData:
    """The rows of the dimensions that come from the seeds."""
    tables = read_tables(seeds_folder() / "lexicon")
    return ReferenceData(
        companies=[{**row, "status": "curated"} for row in tables["companies"]],
        products=[dict(row) for row in tables["products"]],
        units=[dict(row) for row in tables["unit_codes"]],
        publishers=[dict(row) for row in tables["publishers"]],
    )


def unit_codes() -> frozenset[str]:
    """The codes that a claim's unit may be."""
    return frozenset(row["unit"] or "" for row in reference_data().units)


def publisher_countries() -> dict[str, str | None]:
    """Publishers by name with their country."""
    return {str(row["name"]): row["country"] for row in reference_data().publishers}


@functools.cache
def extractor_version() -> str:
    """Release, and a hash of all that decides which claims are stored: the code that reads and judges, and the lexicon."""
    package = Path(pipelines.__file__).resolve().parent
    files = [
        *(package / "text").rglob("*.py"),
        *(package / "extraction").rglob("*.py"),
        *(package / "contracts").rglob("*.py"),
        *(seeds_folder() / "lexicon").glob("*.csv"),
    ]
    digest = hashlib.sha256()
    for path in sorted(files, key=lambda p: (p.name, str(p))):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return f"{pipelines.__version__}+{digest.hexdigest()[:10]}"
