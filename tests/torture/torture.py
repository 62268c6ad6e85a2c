"""Torture: nightly runs killed with SIGKILL again and again, while a reader never stops and briefs keep coming.

    python -m tests.torture.torture --kills 500 --log torture.log

Every night is a process of its own, forked from one that has imported everything, so that most of its life is work on
the warehouse. Half of the kills fall at any moment of a night, half shortly after something was seen to change in the
warehouse's folder. At the end one night runs undisturbed, and every table must equal that of a warehouse that was never
disturbed; the published file must have been openable at every moment.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.warehouses import contents

#: A reader in a process of its own: opens the published file over and over, and tells of the first time that it could not.
READER = """
import os, sys, time, duckdb
path, stop = sys.argv[1:]
reads = 0
while not os.path.exists(stop):
    if reads or os.path.exists(path):
        with duckdb.connect(path, read_only=True) as connection:
            counts = connection.execute(
                "SELECT (SELECT count(*) FROM raw.brief), (SELECT count(*) FROM star.dim_brief), "
                "(SELECT count(DISTINCT brief_id) FROM marts.mart_company_mentions)"
            ).fetchall()[0]
            assert counts[0] == counts[1], counts
        reads += 1
    time.sleep(0.02)
print(reads)
"""
_TEXTS = (
    "台積電月產能{n}萬片,年底提升至{m}萬片。", "大立光供應蘋果潛望鏡頭,第一季出貨量年增{n}%。", "群創面板稼動率{n}%。",
    "法人預估台積電第三季營收季增{n}%。", "寧德時代計劃明年電池年產能達{m}GWh。",
)  # fmt: skip


@dataclass(slots=True)
class Outcome:
    """What the torture did and found."""

    kills: int = 0
    finished: int = 0
    stages: Counter[str] = field(default_factory=Counter)
    reads: int = 0
    seconds: float = 0.0
    problems: list[str] = field(default_factory=list)


def deliver(inbox: Path, number: int, chance: random.Random) -> None:
    """One more file with a few briefs of its own."""
    lines = []
    for n in range(chance.randint(1, 4)):
        text = chance.choice(_TEXTS).format(n=chance.randint(2, 90), m=chance.randint(100, 900))
        told = {"title": f"第{number}件之{n}", "text": text, "published": f"2026-02-{1 + number % 28:02}"}
        lines.append(json.dumps(told, ensure_ascii=False))
    (inbox / f"{number:05}.jsonl").write_text("\n".join(lines), encoding="utf-8")


def warm_up() -> None:
    """Imports what a night needs and builds its extractor, for every fork to find ready.

    dbt reads the project in a process of its own: its parser starts threads, and a fork of a process with threads can wait
    for them for ever.
    """
    read = "from pipelines.dbt_runner import ensure_manifest; ensure_manifest()"
    subprocess.run([sys.executable, "-c", read], check=True)
    import dbt.adapters.duckdb.connections
    import dbt.cli.main  # noqa: F401

    import pipelines.launch
    from pipelines import seeds, workers

    pipelines.launch.defs()
    workers.extractor(seeds.extractor_version())


def fork_night(inbox: Path, folder: Path) -> int:
    """Starts a night in a process of its own."""
    pid = os.fork()
    if pid:
        return pid
    try:
        from pipelines.launch import run_nightly
        from pipelines.nightly import Layout

        out = os.open(folder.parent / "night.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(out, 1), os.dup2(out, 2)
        run = run_nightly(Layout(inbox, folder))
        os.write(1, f"{run.outcome} {run.message} {run.checks_failed}\n".encode())
        os._exit(1 if run.outcome == "failed" else 0)
    except BaseException as error:
        os.write(1, f"{error!r}\n".encode())
        os._exit(2)


def ended(pid: int) -> int | None:
    """The exit code of a night; None while it runs."""
    done, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if done else None


def kill(pid: int) -> int:
    """Kills a night; its exit code tells whether it had ended by itself."""
    os.kill(pid, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def stage(folder: Path) -> str:
    """How far a night has come, by what stands in its folder."""
    found = {p.name for p in folder.rglob("*")} if folder.exists() else set()
    half = [v for v in (folder / "versions").glob("*") if not (v / "manifest.json").exists()]
    if half:
        return "copying a version"
    if any(name.startswith(".published") for name in found):
        return "swapping the link"
    if "warehouse.duckdb.wal" in found:
        return "writing, with a log to replay"
    return "before the lock or between writes"


def changes(folder: Path) -> Callable[[], int]:
    """A number that changes whenever something in the folder does."""

    def seen() -> int:
        total = 0
        for path in (
            folder,
            folder / "versions",
            *folder.glob("warehouse.duckdb*"),
            *(folder / "versions").glob("*/*"),
        ):
            try:
                stat = path.stat()
            except OSError:
                continue
            total ^= hash((str(path), stat.st_mtime_ns, stat.st_size))
        return total

    return seen


def torture(kills: int, seed: int, home: Path, say: Callable[[str], None]) -> Outcome:
    """Kills so many nights, then lets one end and compares."""
    chance, started = random.Random(seed), time.monotonic()
    inbox, folder, stop = home / "inbox", home / "warehouse", home / "stop"
    inbox.mkdir(), folder.mkdir()
    os.environ["BRIEFS_DAGSTER_STORAGE"] = str(home / ".dagster")
    warm_up()
    outcome, files = Outcome(), 0
    deliver(inbox, files, chance)
    os.waitpid(fork_night(inbox, folder), 0)  # something for the reader to read
    reader = subprocess.Popen(
        [sys.executable, "-c", READER, str(folder / "published.duckdb"), str(stop)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )  # fmt: skip
    longest = 12.0
    while outcome.kills < kills:
        if chance.random() < 0.4 or outcome.finished:
            files += 1
            deliver(inbox, files, chance)
        began = time.monotonic()
        pid = fork_night(inbox, folder)
        code = None
        if chance.random() < 0.5:
            until = began + chance.uniform(0.0, longest)
            while time.monotonic() < until and (code := ended(pid)) is None:
                time.sleep(0.002)
        else:
            seen = changes(folder)
            waited, state = chance.randint(1, 12), seen()
            while waited and (code := ended(pid)) is None:
                now = seen()
                waited, state = waited - (now != state), now
            time.sleep(chance.uniform(0.0, 0.02))
        if code is None:
            where = stage(folder)
            code = kill(pid)
        if code == -signal.SIGKILL:
            outcome.kills += 1
            outcome.stages[where] += 1
            say(f"kill {outcome.kills:4} after {time.monotonic() - began:5.2f} s, {where}")
        else:
            outcome.finished += 1
            longest = 0.8 * longest + 0.2 * (time.monotonic() - began)
            if code:
                outcome.problems.append(
                    f"a night failed: {(home / 'night.log').read_text('utf-8').splitlines()[-1]}"
                )
                break
        if reader.poll() is not None:
            outcome.problems.append("the reader failed")
            break
    code = os.waitstatus_to_exitcode(os.waitpid(fork_night(inbox, folder), 0)[1])
    if code:
        outcome.problems.append(
            f"the last night failed: {(home / 'night.log').read_text('utf-8').splitlines()[-1]}"
        )
    stop.touch()
    told, complaint = reader.communicate(timeout=60)
    if reader.returncode:
        outcome.problems.append(f"a reader could not read: {complaint.decode()[-500:]}")
    outcome.reads = int(told or 0)
    calm = home / "calm" / "warehouse"
    calm.mkdir(parents=True)
    os.waitpid(fork_night(inbox, calm), 0)
    for file in ("warehouse.duckdb", "published.duckdb"):
        killed, undisturbed = contents(folder / file), contents(calm / file)
        for table in sorted({*killed, *undisturbed}):
            mark = "=" if killed.get(table) == undisturbed.get(table) else "DIFFERS FROM"
            say(f"{file} {table}: {killed.get(table)} {mark} {undisturbed.get(table)}")
            if mark != "=":
                outcome.problems.append(
                    f"{file}: {table} is {killed.get(table)}, undisturbed {undisturbed.get(table)}"
                )
    left = [v.name for v in (folder / "versions").iterdir() if not (v / "manifest.json").exists()]
    if left:
        outcome.problems.append(f"half-made versions are left: {left}")
    outcome.seconds = time.monotonic() - started
    say(
        f"{outcome.kills} kills, {outcome.finished} nights that ended before their kill, {files + 1} files, {outcome.reads:,} reads "
        f"of the published file without a failure, {outcome.seconds:.0f} s; killed while: {dict(outcome.stages)}"
    )
    say(
        "every table equals that of an undisturbed warehouse"
        if not outcome.problems
        else "\n".join(outcome.problems)
    )
    return outcome


def main() -> int:
    """Runs it and writes the log."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--log", type=Path, default=Path("warehouse/torture.log"))
    asked = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="torture-"))
    asked.log.parent.mkdir(parents=True, exist_ok=True)
    with asked.log.open("w", encoding="utf-8") as log:

        def say(line: str) -> None:
            sys.stdout.write(line + "\n")
            log.write(line + "\n")
            log.flush()

        outcome = torture(asked.kills, asked.seed, home, say)
    if outcome.problems:
        sys.stdout.write(f"what it left is in {home}\n")
        return 1
    shutil.rmtree(home)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
