"""Publishing by version: a copy of the warehouse for readers, behind a link that is swapped in one step.

The copy is complete and on disk before the link moves, so a reader sees the old version or the new one, never a part.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from pipelines.store.connect import open_warehouse

LINK = "published.duckdb"
#: Beside the link while readers were taken back to an earlier version: publishing waits for an operator.
HELD = "rollback.json"
#: Versions kept for going back, the live one among them.
KEEP = 5


class PublishError(Exception):
    """A version could not be published; the one before stays in place."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a published version holds."""

    version: str
    fingerprint: str
    extractor_version: str
    published_at: str
    rows: dict[str, int]


def fingerprint(connection: duckdb.DuckDBPyConnection, *programs: str) -> str:
    """A hash of what the marts are built from: the content of the star, and the versions of the programs."""
    parts = list(programs)
    tables = connection.execute(
        "SELECT table_schema || '.' || table_name FROM information_schema.tables "
        "WHERE table_schema IN ('raw', 'star') AND table_type = 'BASE TABLE' ORDER BY 1"
    ).fetchall()
    for (table,) in tables:
        if table in ("star.dim_date", "raw.delivery"):
            continue
        total = connection.execute(
            f"SELECT count(*), coalesce(bit_xor(hash(t)), 0) FROM {table} t"
        ).fetchall()[0]
        parts.append(f"{table}={total[0]}:{total[1]}")
    return _hash(connection, parts)


def _hash(connection: duckdb.DuckDBPyConnection, parts: Sequence[str]) -> str:
    """SHA-256 of the parts in their order."""
    return str(
        connection.execute("SELECT sha256(array_to_string(?, chr(10)))", [list(parts)]).fetchall()[0][0]
    )


def published_manifest(folder: Path) -> Manifest | None:
    """What the version behind the link holds; None where nothing is published or its manifest is unreadable."""
    try:
        return _manifest((folder / LINK).resolve(strict=True).parent / "manifest.json")
    except OSError:
        return None


def _manifest(path: Path) -> Manifest | None:
    try:
        return Manifest(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def publish(warehouse: Path, fingerprint: str, extractor_version: str, rows: dict[str, int]) -> Manifest:
    """Publishes the closed warehouse file and returns the manifest. Raises `PublishError`; the old version then stays.

    The file must have no `.wal` beside it: a copy without it would lack the last transactions.
    """
    folder = warehouse.parent
    if warehouse.with_name(warehouse.name + ".wal").exists():
        raise PublishError(
            f"{warehouse.name}.wal is there: the warehouse was not closed; run the nightly run again"
        )
    now = datetime.now(UTC)
    manifest = Manifest(
        now.strftime("%Y%m%dT%H%M%S.%fZ"),
        fingerprint,
        extractor_version,
        now.isoformat(timespec="seconds"),
        rows,
    )
    home = folder / "versions" / manifest.version
    try:
        _clear_leftovers(folder)
        home.mkdir(parents=True)
        copy = home / LINK
        shutil.copyfile(warehouse, copy)
        _check(copy)
        (home / "manifest.json").write_text(json.dumps(asdict(manifest), indent=1), encoding="utf-8")
        for path in (copy, home / "manifest.json", home, home.parent):
            _sync(path)
        _swap(folder, home)
    except (OSError, duckdb.Error, PublishError) as error:
        shutil.rmtree(home, ignore_errors=True)
        raise PublishError(f"not published, the version before stays in place: {error}") from error
    (folder / HELD).unlink(missing_ok=True)
    _drop_old(folder, home)
    return manifest


def versions(folder: Path) -> list[Manifest]:
    """The versions that are kept, newest first."""
    homes = sorted((folder / "versions").glob("*/manifest.json"), reverse=True)
    return [m for m in (_manifest(path) for path in homes) if m is not None]


def roll_back(folder: Path, to: str | None) -> tuple[Manifest, Manifest]:
    """Takes readers back to the version before the one that they have, or to the one named; returns both, the old one last.

    What is published next is held until `release`. Raises `PublishError` where there is no such version.
    """
    live = published_manifest(folder)
    kept = versions(folder)
    if live is None:
        raise PublishError("nothing is published; run `briefs nightly` first")
    listed = ", ".join(m.version for m in kept)
    if to is None:
        older = [m for m in kept if m.version < live.version]
        if not older:
            raise PublishError(f"no version is kept that is older than {live.version}; kept are: {listed}")
        target = older[0]
    else:
        named = [m for m in kept if m.version == to]
        if not named or to == live.version:
            raise PublishError(f"{to} is no other version that is kept; kept are: {listed}")
        target = named[0]
    _check(folder / "versions" / target.version / LINK)
    told = {"from": live.version, "to": target.version, "at": datetime.now(UTC).isoformat(timespec="seconds")}
    (folder / HELD).write_text(json.dumps(told), encoding="utf-8")
    _swap(folder, folder / "versions" / target.version)
    return live, target


def held(folder: Path) -> str | None:
    """Why nothing may be published, where readers were taken back to an earlier version."""
    try:
        told = json.loads((folder / HELD).read_text(encoding="utf-8"))
        return f"rollback: readers were taken back from {told['from']} to {told['to']} at {told['at']}"
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError):
        return "rollback: readers were taken back to an earlier version"


def release(folder: Path) -> None:
    """Lets publishing go on after readers were taken back."""
    (folder / HELD).unlink(missing_ok=True)


def _check(copy: Path) -> None:
    """Opens the copy as a reader does."""
    with open_warehouse(copy, read_only=True) as connection:
        marts = connection.execute(
            "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'marts'"
        ).fetchall()
    if not marts[0][0]:
        raise PublishError("the copy holds no marts; build them first")


def _swap(folder: Path, home: Path) -> None:
    """Moves the link to a version in one atomic step."""
    aside = folder / f".{LINK}.{os.getpid()}"
    aside.unlink(missing_ok=True)
    aside.symlink_to(Path("versions") / home.name / LINK)
    try:
        aside.replace(folder / LINK)
    except OSError:
        aside.unlink(missing_ok=True)
        raise
    _sync(folder)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _clear_leftovers(folder: Path) -> None:
    """Removes what a killed run left behind: versions without a manifest, links that were never swapped in."""
    live = (folder / LINK).resolve() if (folder / LINK).is_symlink() else None
    for home in (folder / "versions").glob("*"):
        if home.is_dir() and not (home / "manifest.json").exists() and (live is None or live.parent != home):
            shutil.rmtree(home, ignore_errors=True)
    for aside in folder.glob(f".{LINK}.*"):
        aside.unlink(missing_ok=True)


def _drop_old(folder: Path, live: Path) -> None:
    """Keeps the newest versions; the live one is always among them."""
    versions = sorted(
        (home for home in (folder / "versions").iterdir() if home.is_dir()), key=lambda home: home.name
    )
    for home in versions[:-KEEP]:
        if home.name != live.name:
            shutil.rmtree(home, ignore_errors=True)
