"""The `briefs` command: thin; it calls what the assets call and tells a person what came of it."""

from __future__ import annotations

import json
import logging
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    import duckdb

    from pipelines.journal import Run
    from pipelines.nightly import Layout

#: Rows that `briefs query` shows at most, and its width where nobody looks at a terminal.
_ROWS, _WIDE = 200, 10_000

_FOLDER = click.option(
    "--warehouse",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=None,
    help="Folder of the warehouse and its published file.  [default: warehouse/ of the project]",
)
_INBOX = click.option(
    "--inbox",
    type=click.Path(file_okay=False, path_type=Path),
    default=None,
    help="Take in this folder (digests, JSON lines, feeds, pages) instead of the sources.",
)
_SOURCES = click.option(
    "--sources",
    type=click.Path(dir_okay=False, path_type=Path),
    default=None,
    help="File that names inboxes, feeds, pages, functions.  [default: sources.yaml of the project]",
)


class Told(click.ClickException):
    """An error that a person can act on."""


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Reads Traditional-Chinese supply-chain news into a warehouse that analysts query."""


@main.command(short_help="Take in what is new and publish a version.")
@click.option(
    "--output",
    type=click.Choice(["text", "line", "json"]),
    default="text",
    show_default=True,
    help="How to tell what came of it: a summary, one line (for cron), an object (for machines).",
)
@_INBOX
@_SOURCES
@_FOLDER
def nightly(output: str, inbox: Path | None, sources: Path | None, folder: Path | None) -> None:
    """Take in what the sources have, read what is new, build the marts, publish a version for readers.

    Running it again changes nothing. A failed check leaves the published file as it was, and exits with 1. Whatever
    did not pass is told as an alert too (alerts.jsonl beside the warehouse; BRIEFS_ALERT_WEBHOOK, BRIEFS_ALERT_SMTP).
    """
    from pipelines.report import one_line, summary

    layout = _layout(inbox, sources, folder)
    _show_progress()
    run = _quiet_night(layout)
    if run is None:
        from pipelines.launch import run_nightly

        run = run_nightly(layout)
    told = {
        "text": lambda: summary(run, layout, sys.argv[0]),
        "line": lambda: one_line(run),
        "json": lambda: json.dumps(asdict(run), ensure_ascii=False),
    }
    click.echo(told[output]())
    sys.exit(1 if run.outcome == "failed" else 0)


@main.command(short_help="Read stored briefs again and go on as a night does.")
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    default=None,
    help="Only briefs published from this day on (undated ones: received).",
)
@_INBOX
@_SOURCES
@_FOLDER
def reextract(since: datetime | None, inbox: Path | None, sources: Path | None, folder: Path | None) -> None:
    """Read stored briefs again, from their originals, then go on as a nightly run does.

    A new extractor or lexicon needs no such command: every run reads what its version has not read.
    """
    from pipelines.launch import run_nightly
    from pipelines.nightly import read_again
    from pipelines.report import summary

    layout = _layout(inbox, sources, folder)
    with _written(layout.folder) as connection:
        again = read_again(connection, since.date() if since else None)
    click.echo(f"{again:,} briefs are read again", err=True)
    _show_progress()
    run = run_nightly(layout)
    click.echo(summary(run, layout, sys.argv[0]))
    sys.exit(1 if run.outcome == "failed" else 0)


@main.command(short_help="Show what this extractor and lexicon would change.")
@click.option(
    "--examples", default=5, show_default=True, help="How many to show of each: added, removed, altered."
)
@_FOLDER
def diff(examples: int, folder: Path | None) -> None:
    """Show which claims this extractor, lexicon and these corrections would add, remove or alter in what is published."""
    from pipelines.preview import changes, summary

    with _opened(folder) as connection, _in_words():
        click.echo(summary(list(changes(connection)), examples))


@main.command(short_help="Let publishing go on where a guard refused it.")
@click.argument("name", required=False)
@_FOLDER
def accept(name: str | None, folder: Path | None) -> None:
    """Let publishing go on where the guard NAME refused it (or `rollback`, after readers were taken back); without NAME, list what is refused."""
    import getpass

    from pipelines.nightly import Layout, tripped, utc_now
    from pipelines.store.guards import accept as let_pass
    from pipelines.store.publish import held, published_manifest, release

    home = _folder(folder)
    with _written(home) as connection, _in_words():
        back = held(home)
        found = tripped(connection, Layout(home, home))
        told = [*([back] if back else []), *(change.told() for change in found)]
        if name is None:
            click.echo("\n".join(told) or "Nothing is refused")
            return
        live = published_manifest(home)
        chosen = [change for change in found if change.guard.name == name]
        if name == "rollback" and back:
            release(home)
        elif chosen and live is not None:
            let_pass(connection, chosen, live.version, getpass.getuser(), utc_now())
        else:
            refused = "; ".join(told) or "nothing is"
            raise Told(f"'{name}' refuses nothing now; what is refused: {refused}")
    click.echo(f"{name} is accepted; `briefs nightly` publishes")


@main.command(short_help="Take readers back to an earlier version.")
@click.option("--to", "version", default=None, help="The version to go back to.  [default: the one before]")
@_FOLDER
def rollback(version: str | None, folder: Path | None) -> None:
    """Take readers back to an earlier published version; the next publishing then waits for `briefs accept rollback`."""
    from pipelines.store.lock import WarehouseLockedError, warehouse_lock
    from pipelines.store.publish import PublishError, roll_back

    home = _folder(folder)
    try:
        with warehouse_lock(home):
            before, now = roll_back(home, version)
    except (PublishError, WarehouseLockedError) as error:
        raise Told(str(error)) from None
    click.echo(f"Readers are back from {before.version} to {now.version}, extractor {now.extractor_version}")
    click.echo("Nothing is published until `briefs accept rollback`; repair the cause first")


@main.command(short_help="Write every table as Parquet.")
@click.argument("to", type=click.Path(path_type=Path))
@_FOLDER
def backup(to: Path, folder: Path | None) -> None:
    """Write every table to the new folder TO, as Parquet with the schema."""
    from pipelines.seeds import PROJECT_ROOT
    from pipelines.store.backup import BackupError, back_up

    try:
        with _written(_folder(folder)) as connection:
            made = back_up(connection, PROJECT_ROOT / "warehouse" / "ddl", to.resolve())
    except BackupError as error:
        raise Told(str(error)) from None
    click.echo(f"{made.rows:,} rows of {len(made.tables)} tables are in {to}")


@main.command(short_help="Make a warehouse out of a backup.")
@click.argument("backup_folder", type=click.Path(path_type=Path))
@_FOLDER
def restore(backup_folder: Path, folder: Path | None) -> None:
    """Make a warehouse out of a backup, where there is none; the next nightly run builds the marts and publishes."""
    from pipelines.store.backup import BackupError
    from pipelines.store.backup import restore as make_anew
    from pipelines.store.lock import WarehouseLockedError, warehouse_lock

    home = _folder(folder)
    try:
        with warehouse_lock(home):
            made = make_anew(backup_folder.resolve(), home / "warehouse.duckdb")
    except (BackupError, WarehouseLockedError) as error:
        raise Told(str(error)) from None
    click.echo(
        f"{made.rows:,} rows of {len(made.tables)} tables of {made.made_at} are back; `briefs nightly` publishes them"
    )


@main.command(short_help="Write invented briefs with their known claims.")
@click.option("--briefs", "count", type=click.IntRange(min=1), required=True, help="How many.")
@click.option("--seed", default=0, show_default=True, help="The same seed gives the same briefs.")
@click.option("--to", type=click.Path(file_okay=False, path_type=Path), required=True, help="A new folder.")
def generate(count: int, seed: int, to: Path) -> None:
    """Write an inbox of invented briefs, and beside it, in truth/, what each claims: for trials at scale."""
    from pipelines import synthetic
    from pipelines.seeds import synthetic_names

    if to.exists():
        raise Told(f"{to} is there already; give the name of a new folder")
    claims = synthetic.write(synthetic.generate(count, seed, synthetic_names()), to)
    click.echo(f"{count:,} briefs with {claims:,} claims; `briefs nightly --inbox {to}` reads them")


@main.command(short_help="Find numbers, units and dates in texts, as JSON lines.")
def recognize() -> None:
    """Read JSON lines {"text", "reference_date", "locale"} on standard input; answer each with {"items": [...]}.

    A line that is no such object is answered with no items and told on standard error, so that answers stay in step.
    """
    from pipelines.extraction.lexicon import LexiconError
    from pipelines.extraction.recognize import Recognizer
    from pipelines.seeds import load_lexicon

    try:
        recognizer = Recognizer(load_lexicon())
    except LexiconError as error:
        raise Told(str(error)) from None
    for number, line in enumerate(sys.stdin.buffer, 1):
        if not line.strip():
            continue
        try:
            asked = json.loads(line.decode("utf-8"))
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


@main.command(short_help="Show a brief with its claims.")
@click.argument("brief")
@click.option("--all", "show_all", is_flag=True, help="Also show the sentences without a claim.")
@click.option(
    "--explain",
    "is_explained",
    is_flag=True,
    help="Tell each claim's rule and the words it went by, and what came near the quantities that no rule placed.",
)
@_FOLDER
def show(brief: str, show_all: bool, is_explained: bool, folder: Path | None) -> None:
    """Show a brief, found by the start of its id or a part of its title, with its claims under their sentences."""
    from functools import partial

    from pipelines.explanation import explain
    from pipelines.report import shown_brief
    from pipelines.seeds import extractor_version, load_lexicon

    with _opened(folder) as connection, _in_words():
        explained = (
            partial(explain, connection, lexicon=load_lexicon(), version=extractor_version())
            if is_explained
            else None
        )
        text = shown_brief(connection, brief, show_all, explained)
    if text is None:
        raise Told(
            f"no brief whose id begins with or whose title holds '{brief}'; `briefs status` counts what there is"
        )
    click.echo(text)


@main.command(short_help="Tell of the last runs and what is published.")
@click.option("--runs", default=5, show_default=True, help="How many of the last runs to list.")
@_FOLDER
def status(runs: int, folder: Path | None) -> None:
    """Tell of the last runs, what the published version holds, and what was refused and why."""
    from pipelines.journal import last_runs
    from pipelines.report import shown_runs, shown_version

    home = _folder(folder)
    click.echo(shown_runs(last_runs(home, runs)))
    with _opened(folder) as connection:
        click.echo(shown_version(connection, home))


@main.command(short_help="Run a query on the published file.")
@click.argument("sql")
@_FOLDER
def query(sql: str, folder: Path | None) -> None:
    """Run a query on the published file, read-only, and show its rows: briefs query "SELECT * FROM marts.mart_supply_claims"."""
    import duckdb

    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else _WIDE
    try:
        with _opened(folder) as connection:
            answer = connection.sql(sql)
            if answer is not None:
                answer.show(max_width=width, max_rows=_ROWS, null_value="")
    except duckdb.Error as error:
        raise Told(str(error)) from None


@main.group()
def companies() -> None:
    """Keep the reference data of companies."""


@companies.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--exchange", help="Exchange of the companies, where the file does not say it: TWSE, TPEX, TPEX-ESB ..."
)
@click.option("--dry-run", is_flag=True, help="Tell what would be added; write nothing.")
def import_companies(file: Path, exchange: str | None, dry_run: bool) -> None:
    """Add the new companies of a CSV FILE downloaded from an exchange, and tell what differs from the seeds.

    Reads the open data of TWSE and TPEx (公司代號, 公司名稱, 公司簡稱, 英文簡稱, 產業別) and plain columns (ticker, name,
    full_name, name_en, exchange, country, industry). What is known is left as it is; nothing is added twice.
    """
    from pipelines.extraction.lexicon import LexiconError
    from pipelines.listings import ListingError, import_listings
    from pipelines.seeds import seeds_folder

    try:
        outcome = import_listings(file, seeds_folder() / "lexicon", exchange, dry_run)
    except (ListingError, LexiconError) as error:
        raise Told(str(error)) from None
    for row in outcome.companies:
        click.echo(f"new      {row['company_id']} {row['name_zh_hant']}")
    for line in outcome.changes:
        click.echo(f"differs  {line}")
    for line in outcome.refused:
        click.echo(f"refused  {line}")
    verb = "would be added" if dry_run else "added"
    click.echo(
        f"{len(outcome.companies)} companies {verb}, {outcome.unchanged} as they were, "
        f"{len(outcome.changes)} differences, {len(outcome.refused)} refused"
    )


def _folder(folder: Path | None) -> Path:
    from pipelines.seeds import PROJECT_ROOT

    return (folder or PROJECT_ROOT / "warehouse").resolve()


def _layout(inbox: Path | None, sources: Path | None, folder: Path | None) -> Layout:
    """Where a night reads and writes: the inbox that a person named, else the sources file."""
    from pipelines.nightly import Layout
    from pipelines.seeds import PROJECT_ROOT
    from pipelines.sources.ways import SourcesError

    if inbox is not None and sources is not None:
        raise Told("give either --inbox or --sources; an inbox stands in the place of the sources")
    if inbox is not None and not inbox.is_dir():
        raise Told(f"no inbox folder at {inbox.resolve()}; create it or name another with --inbox")
    if inbox is not None:
        return Layout(inbox.resolve(), _folder(folder))
    file = (sources or PROJECT_ROOT / "sources.yaml").resolve()
    layout = Layout(file.parent, _folder(folder), file)
    try:
        layout.ways_in()
    except SourcesError as error:
        raise Told(str(error)) from None
    return layout


@contextmanager
def _written(home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse itself, under its lock, with its schema up to date."""
    from pipelines.seeds import PROJECT_ROOT
    from pipelines.store.connect import open_warehouse
    from pipelines.store.lock import WarehouseLockedError, warehouse_lock
    from pipelines.store.migrate import MigrationError, migrate

    path = home / "warehouse.duckdb"
    if not path.exists():
        raise Told(f"there is no warehouse at {path}; run `briefs nightly` first")
    try:
        with warehouse_lock(home), open_warehouse(path) as connection:
            migrate(connection, PROJECT_ROOT / "warehouse" / "ddl")
            yield connection
    except (WarehouseLockedError, MigrationError) as error:
        raise Told(str(error)) from None


@contextmanager
def _in_words() -> Iterator[None]:
    """Errors of the project's own tables, and of a version that an older program made, told to a person."""
    import duckdb

    from pipelines.contracts.corrections import CorrectionError
    from pipelines.extraction.lexicon import LexiconError
    from pipelines.store.guards import GuardError

    try:
        yield
    except (CorrectionError, LexiconError, GuardError, duckdb.Error) as error:
        raise Told(str(error)) from None


@contextmanager
def _opened(folder: Path | None) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published file, opened as readers open it."""
    from pipelines.store.connect import open_warehouse

    path = _folder(folder) / "published.duckdb"
    if not path.exists():
        raise Told(f"nothing is published at {path}; run `briefs nightly` first")
    with open_warehouse(path, read_only=True) as connection:
        yield connection


def _quiet_night(layout: Layout) -> Run | None:
    """The record of a night without news, which needs no job; None where there is work to do."""
    from pipelines.alerts import conclude
    from pipelines.contracts.corrections import CorrectionError
    from pipelines.journal import Run
    from pipelines.nightly import nothing_new, utc_now
    from pipelines.store.lock import WarehouseLockedError, warehouse_lock
    from pipelines.store.publish import published_manifest

    started, clock = utc_now(), time.monotonic()
    try:
        with warehouse_lock(layout.folder):
            taken = nothing_new(layout)
    except CorrectionError:
        return None  # the job fails on it, and is written down
    except WarehouseLockedError as error:
        raise Told(str(error)) from None
    except OSError as error:
        raise Told(f"{layout.folder} cannot be written: {error.strerror}; check its permissions") from None
    live = published_manifest(layout.folder)
    if taken is None or live is None:
        return None
    run = Run(
        started_at=f"{started.isoformat(timespec='seconds')}+00:00",
        seconds=round(time.monotonic() - clock, 1),
        outcome="unchanged",
        seen=taken.seen,
        checks_warned=taken.unusual,
        version=live.version,
    )
    conclude(layout.folder, run)
    return run


def _show_progress() -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(message)s"))
    log = logging.getLogger("briefs")
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    log.propagate = False
