"""Imports point one way, and the pure packages touch nothing outside the text that they are given."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from pipelines.seeds import PROJECT_ROOT

PACKAGE = PROJECT_ROOT / "pipelines"
#: What a package may import of the others; a module at the top counts as a package of its own.
ALLOWED = {
    "text": set(),
    "extraction": {"text"},
    "sources": {"text"},
    "contracts": {"text", "extraction"},
    "store": {"text", "extraction", "sources", "contracts"},
    "defs": {
        "text",
        "extraction",
        "sources",
        "contracts",
        "store",
        "nightly",
        "journal",
        "alerts",
        "seeds",
        "dbt_runner",
    },
}
#: All that text in, frozen values out needs of the standard library and of others.
PURE = {
    "__future__", "bisect", "calendar", "collections", "dataclasses", "datetime", "decimal", "enum", "fractions",
    "functools", "hashlib", "heapq", "itertools", "logging", "math", "operator", "re", "string", "types", "typing",
    "unicodedata", "jieba", "opencc",
}  # fmt: skip
IMPURE_CALLS = {"open", "print", "input", "today", "now", "utcnow", "getenv", "eval", "exec"}


def modules(folder: str) -> list[Path]:
    return sorted((PACKAGE / folder).rglob("*.py"))


def imported(path: Path) -> set[str]:
    """The modules that a file imports anywhere in it, by their full names."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            found.update(
                f"{node.module}.{alias.name}" if node.module == "pipelines" else str(node.module)
                for alias in node.names
            )
    return found


@pytest.mark.parametrize("folder", ALLOWED)
def test_a_package_imports_only_what_lies_below_it(folder: str) -> None:
    for path in modules(folder):
        ours = {name.split(".")[1] for name in imported(path) if name.startswith("pipelines.")}
        assert ours <= ALLOWED[folder] | {folder}, path.name


@pytest.mark.parametrize("path", [*modules("text"), *modules("extraction")], ids=lambda p: p.stem)
def test_pure_modules_know_no_files_clock_or_frames(path: Path) -> None:
    others = {name.split(".")[0] for name in imported(path)} - {"pipelines"}
    assert others <= PURE, f"{path.name} imports {others - PURE}"
    calls = {
        node.func.id if isinstance(node.func, ast.Name) else node.func.attr
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute)
    }
    assert not calls & IMPURE_CALLS, f"{path.name} calls {calls & IMPURE_CALLS}"


def test_dagster_is_known_in_its_own_place_only() -> None:
    knowing = {
        path.relative_to(PACKAGE).parts[0]
        for path in PACKAGE.rglob("*.py")
        if any(name.split(".")[0] in ("dagster", "dagster_dbt") for name in imported(path))
    }
    assert knowing == {"defs", "definitions.py", "launch.py"}


def test_the_reader_of_imports_sees_what_it_should(tmp_path: Path) -> None:
    path = tmp_path / "m.py"
    path.write_text(
        "import os.path\nfrom pipelines import seeds\ndef f():\n    from pipelines.store.load import x\n"
    )
    assert imported(path) == {"os.path", "pipelines.seeds", "pipelines.store.load"}
