"""The `briefs` command: thin; it calls what the assets call and tells a person what came of it."""

from __future__ import annotations

import json
import logging
import sys
from datetime import date
from pathlib import Path

import click

_FOLDER = click.option(
    "--warehouse",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=None,
    help="Folder of the warehouse and its published file.  [default: warehouse/ of the project]",
)


class Told(click.ClickException):
    """An error that a person can act on."""


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Reads Traditional-Chinese supply-chain news into a warehouse that analysts query."""


@main.command()
@click.option(
    "--inbox",
    type=click.Path(file_okay=False, path_type=Path),
    default=None,
    help="Folder of digests (*.txt) and JSON lines (*.jsonl).  [default: seeds/briefs/ of the project]",
)
@_FOLDER
def nightly(inbox: Path | None, folder: Path | None) -> None:
    """Take in the inbox, read what is new, build the marts, publish a version for readers.

    Running it again changes nothing. A failed check leaves the published file as it was, and exits with 1.
    """
    from pipelines.nightly import Layout
    from pipelines.report import summary
    from pipelines.seeds import PROJECT_ROOT
    from pipelines.store.lock import WarehouseLockedError, warehouse_lock

    layout = Layout((inbox or PROJECT_ROOT / "seeds" / "briefs").resolve(), _folder(folder))
    if not layout.inbox.is_dir():
        raise Told(f"no inbox folder at {layout.inbox}; create it or name another with --inbox")
    try:
        with warehouse_lock(layout.folder):
            pass
    except WarehouseLockedError as error:
        raise Told(str(error)) from None
    _show_progress()
    from pipelines.launch import run_nightly

    run = run_nightly(layout)
    click.echo(summary(run, layout))
    sys.exit(1 if run.outcome == "failed" else 0)


@main.command()
def recognize() -> None:
    """Read JSON lines {"text", "reference_date", "locale"} on standard input; answer each with {"items": [...]}.

    A line that is no such object is answered with no items and told on standard error, so that answers stay in step.
    """
    from pipelines.extraction.recognize import Recognizer
    from pipelines.seeds import load_lexicon

    recognizer = Recognizer(load_lexicon())
    for number, line in enumerate(sys.stdin, 1):
        if not line.strip():
            continue
        try:
            asked = json.loads(line)
            day = asked.get("reference_date")
            items = recognizer.recognize(
                asked["text"], date.fromisoformat(day) if day else None, asked.get("locale") or "zh-TW"
            )
            answer: dict[str, object] = {"items": items}
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            problem = f'line {number}: {type(error).__name__}: {error}; write {{"text": "...", "reference_date": "2026-02-08"}}'
            click.echo(problem, err=True)
            answer = {"items": [], "error": problem}
        click.echo(json.dumps(answer, ensure_ascii=False))
        sys.stdout.flush()


@main.command()
@click.argument("brief")
@click.option("--all", "show_all", is_flag=True, help="Also show the sentences without a claim.")
@_FOLDER
def show(brief: str, show_all: bool, folder: Path | None) -> None:
    """Show a brief, found by the start of its id or a part of its title, with its claims under their sentences."""
    from pipelines.report import shown_brief
    from pipelines.store.connect import open_warehouse

    with open_warehouse(_published(folder), read_only=True) as connection:
        text = shown_brief(connection, brief, show_all)
    if text is None:
        raise Told(
            f"no brief whose id begins with or whose title holds '{brief}'; `briefs status` counts what there is"
        )
    click.echo(text)


@main.command()
@click.option("--runs", default=5, show_default=True, help="How many of the last runs to list.")
@_FOLDER
def status(runs: int, folder: Path | None) -> None:
    """Tell of the last runs, what the published version holds, and what was refused and why."""
    from pipelines.journal import last_runs
    from pipelines.report import shown_status
    from pipelines.store.connect import open_warehouse

    home = _folder(folder)
    journal = last_runs(home, runs)
    with open_warehouse(_published(folder), read_only=True) as connection:
        click.echo(shown_status(connection, home, journal))


def _folder(folder: Path | None) -> Path:
    from pipelines.seeds import PROJECT_ROOT

    return (folder or PROJECT_ROOT / "warehouse").resolve()


def _published(folder: Path | None) -> Path:
    path = _folder(folder) / "published.duckdb"
    if not path.exists():
        raise Told(f"nothing is published at {path}; run `briefs nightly` first")
    return path


def _show_progress() -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(message)s"))
    log = logging.getLogger("briefs")
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    log.propagate = False
