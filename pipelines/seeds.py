"""The project's own tables, read from seeds/: the lexicon, and the version of what extraction would do with it."""

from __future__ import annotations

import csv
import functools
import hashlib
import os
from pathlib import Path

import pipelines
from pipelines.contracts.corrections import COLUMNS, Correction, CorrectionError, read_corrections
from pipelines.extraction.lexicon import Lexicon, LexiconError, Rows, build_lexicon
from pipelines.store.guards import Guard, read_guards
from pipelines.store.reference import ReferenceData
from pipelines.synthetic import Names

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


@functools.cache
def corrections() -> tuple[Correction, ...]:
    """The analysts' corrections of seeds/corrections. Raises `CorrectionError` that names file, line and cure."""
    folder = seeds_folder() / "corrections"
    found: list[Correction] = []
    for path in sorted(folder.glob("*.csv")):
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                reader = csv.reader(file, strict=True)
                rows = [(reader.line_num, row) for row in reader if row]
        except (UnicodeDecodeError, csv.Error) as error:
            raise CorrectionError(
                f"corrections/{path.name}: is no CSV in UTF-8 ({error}); save it as such"
            ) from None
        if not rows:
            raise CorrectionError(
                f"corrections/{path.name} line 1: the columns are missing: {','.join(COLUMNS.get(path.name, ()))}"
            )
        found += read_corrections(path.name, rows[0][1], rows[1:])
    return tuple(found)


def corrections_hash() -> str:
    """What changes when a correction does."""
    return hashlib.sha256("".join(sorted(c.correction_id for c in corrections())).encode()).hexdigest()


def guards() -> list[Guard]:
    """The guards of publishing; none where there is no table. Raises `GuardError` that names line and cure."""
    path = seeds_folder() / "guards.csv"
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return read_guards(list(csv.DictReader(file)))


def synthetic_names() -> Names:
    """Whom and what synthetic briefs are about: makers of the reference data, plain products, real publishers."""
    data = reference_data()
    makers = [
        str(row["name_zh_hant"])
        for row in data.companies
        if row["kind"] == "maker" and row["country"] == "TW" and row["ticker"]
    ]
    return Names(
        sorted(name for name in makers if len(name) >= 3)[:400],
        ("DRAM", "矽晶圓", "面板", "碳化矽基板", "連接器", "被動元件"),
        ("鏡頭", "散熱模組", "電源供應器", "連接器", "載板", "軸承"),
        ("中央社", "工商時報", "經濟日報"),
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
