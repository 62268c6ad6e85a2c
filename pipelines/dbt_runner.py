"""dbt in this process: its own command line would cost a new interpreter for every call."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

from pipelines.seeds import PROJECT_ROOT
from pipelines.store.lock import WarehouseLockedError, warehouse_lock

PROJECT = PROJECT_ROOT / "dbt_project"


class DbtError(Exception):
    """dbt failed; the message holds what it said."""


def run_dbt(
    arguments: list[str], warehouse: Path, artifacts: Path, on_event: Callable[[object], None] | None = None
) -> list[str]:
    """Runs one dbt command on a warehouse file; returns the messages of nodes that failed (none: all went well).

    `artifacts` takes dbt's target and logs. Raises `DbtError` where dbt itself could not run.
    """
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    places = [
        "--project-dir",
        str(PROJECT),
        "--profiles-dir",
        str(PROJECT),
        "--target-path",
        str(artifacts / "target"),
    ]
    with _environment(BRIEFS_WAREHOUSE_FILE=str(warehouse), DBT_TARGET_PATH=str(artifacts / "target")):
        try:
            runner = dbtRunner(callbacks=[on_event] if on_event else [])
            result = runner.invoke(
                ["--log-path", str(artifacts / "logs"), "--log-level", "none", *arguments, *places]
            )
        finally:
            DuckDBConnectionManager.close_all_connections()
    if result.exception is not None:
        raise DbtError(str(result.exception)) from result.exception
    if result.success:
        return []
    nodes = getattr(result.result, "results", [])
    return [
        f"{node.node.name}: {node.message}"
        for node in nodes
        if str(node.status) in ("error", "fail", "runtime error")
    ]


def ensure_manifest() -> Path:
    """The manifest of the dbt project, parsed anew where a file of the project is younger than it."""
    manifest = PROJECT / "target" / "manifest.json"
    sources = [
        *PROJECT.glob("*.yml"),
        *PROJECT.glob("models/**/*.*"),
        *PROJECT.glob("macros/*.sql"),
        *(PROJECT_ROOT / "tests" / "dbt").glob("*.sql"),
    ]
    newest = max(path.stat().st_mtime for path in sources)
    if not manifest.exists() or manifest.stat().st_mtime < newest:
        run_dbt(["parse"], PROJECT / "target" / "parse.duckdb", PROJECT)
        manifest.touch()
    return manifest


def main() -> int:
    """`python -m pipelines.dbt_runner parse`, `... docs generate`: dbt on the project's own warehouse, warnings as errors."""
    arguments = sys.argv[1:]
    folder = PROJECT_ROOT / "warehouse"
    warehouse = folder / "warehouse.duckdb"
    alone: AbstractContextManager[None] = warehouse_lock(folder)
    if arguments[:1] == ["parse"]:
        warehouse, alone = PROJECT / "target" / "parse.duckdb", nullcontext()
    elif not warehouse.exists():
        print("no warehouse yet; run `make nightly` first", file=sys.stderr)
        return 1
    try:
        with alone:
            failures = run_dbt(["--warn-error", *arguments], warehouse, folder / ".dbt")
    except (DbtError, WarehouseLockedError) as error:
        failures = [str(error)]
    print("\n".join(failures) or f"dbt {' '.join(arguments)}: fine")
    return 1 if failures else 0


@contextmanager
def _environment(**variables: str) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


if __name__ == "__main__":
    raise SystemExit(main())
