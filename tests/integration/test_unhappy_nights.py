"""Nights that go wrong: killed runs, failing checks, two at once, wrong tables; readers never notice."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from tests.conftest import BRIEFS, PROJECT_ROOT, Night, briefs, environment, write_inbox
from tests.warehouses import contents


def start(inbox: Path, folder: Path, log: Path) -> subprocess.Popen[bytes]:
    with log.open("wb") as file:
        return subprocess.Popen(
            [str(BRIEFS), "nightly", "--inbox", str(inbox), "--warehouse", str(folder)],
            stdout=file,
            stderr=subprocess.STDOUT,
            env=environment(),
        )


#: Moments of a night in their order, each told by what can be seen from outside.
MOMENTS: dict[str, Callable[[Path, str], bool]] = {
    "the first file is stored": lambda folder, log: "2026-02-07-battery.jsonl: " in log,
    "claims are loaded": lambda folder, log: "read 4 briefs" in log,
    "dbt is building": lambda folder, log: (folder / ".dbt" / "target" / "partial_parse.msgpack").exists(),
    "a version is being made": lambda folder, log: (folder / "versions").exists(),
}


def test_a_night_killed_again_and_again_ends_like_an_undisturbed_one(night: Night, tmp_path: Path) -> None:
    inbox, folder = write_inbox(tmp_path / "inbox"), tmp_path / "warehouse"
    for moment, reached in MOMENTS.items():
        log = tmp_path / "log"
        run = start(inbox, folder, log)
        try:
            deadline = time.monotonic() + 300
            while not reached(folder, log.read_text("utf-8")):
                assert run.poll() is None, f"ended before '{moment}': {log.read_text('utf-8')}"
                assert time.monotonic() < deadline, f"never came to '{moment}'"
                time.sleep(0.005)
        finally:
            run.kill()
            run.wait()
    done = briefs("nightly", "--inbox", inbox, "--warehouse", folder)
    assert done.returncode == 0, done.stdout + done.stderr
    for file in ("warehouse.duckdb", "published.duckdb"):
        assert contents(folder / file) == contents(night.folder / file)
    assert len(list((folder / "versions").iterdir())) == 1, "what the killed runs left is gone"


READER = """
import os, sys, time, duckdb
path, stop = sys.argv[1:]
seen = []
while True:
    with duckdb.connect(path, read_only=True) as connection:
        counts = connection.execute(
            "SELECT (SELECT count(*) FROM star.dim_brief), (SELECT count(*) FROM marts.mart_capacity_claims), "
            "(SELECT count(*) FROM marts.mart_observation_claims), (SELECT count(*) FROM marts.mart_company_mentions)"
        ).fetchall()[0]
    seen.append(counts)
    if os.path.exists(stop):
        break
    time.sleep(0.05)
print(len(seen), sorted(set(seen)))
"""


def test_a_reader_who_never_stops_sees_whole_versions_and_a_second_run_is_turned_away(
    night: Night, tmp_path: Path
) -> None:
    mine = night.copied(tmp_path)
    published, stop = mine.folder / "published.duckdb", tmp_path / "stop"
    before = contents(published)
    reader = subprocess.Popen(
        [sys.executable, "-c", READER, str(published), str(stop)], stdout=subprocess.PIPE, text=True
    )
    text = "甲公司月產能達5萬片,良率為九成。"
    line = json.dumps({"title": "新的一則", "text": text, "published": "2026-02-09"}, ensure_ascii=False)
    (mine.inbox / "new.jsonl").write_text(line, encoding="utf-8")
    writer = start(mine.inbox, mine.folder, tmp_path / "log")
    while "new.jsonl: 1 new briefs" not in (tmp_path / "log").read_text("utf-8"):
        assert writer.poll() is None
        time.sleep(0.05)
    second = mine.again()
    assert writer.wait(timeout=300) == 0, (tmp_path / "log").read_text("utf-8")
    stop.touch()
    told, _ = reader.communicate(timeout=120)
    assert "Briefs    1 new, 4 seen before" in (tmp_path / "log").read_text("utf-8")
    assert second.returncode == 1
    assert f"Error: a nightly run holds the warehouse (process {writer.pid} on " in second.stderr
    assert reader.returncode == 0
    reads, _, states = told.strip().partition(" ")
    assert int(reads) > 50
    after = contents(published)
    names = (
        "star.dim_brief",
        "marts.mart_capacity_claims",
        "marts.mart_observation_claims",
        "marts.mart_company_mentions",
    )
    whole = [tuple(state[name][0] for name in names) for state in (before, after)]
    assert states == str(sorted(set(whole)))
    assert whole[0] != whole[1]


DAMAGE = {
    "set check": (
        "INSERT INTO star.fact_capacity SELECT * FROM star.fact_capacity",
        "fact_capacity_rows_are_unique on star/fact_capacity",
    ),
    "dbt test": (
        "UPDATE star.fact_observation SET unit = 'furlong'",
        "relationships_mart_observation_claims_unit__unit__source_star_dim_unit_",
    ),
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_a_failing_check_leaves_the_version_before_and_says_so(
    night: Night, tmp_path: Path, kind: str
) -> None:
    damage, told = DAMAGE[kind]
    mine = night.copied(tmp_path)
    link = (mine.folder / "published.duckdb").readlink()
    published = contents(mine.folder / "published.duckdb", times=True)
    with duckdb.connect(str(mine.folder / "warehouse.duckdb")) as connection:
        connection.execute(damage)
    done = mine.again()
    assert done.returncode == 1
    assert f"- failed: {told}" in done.stdout
    assert "FAILED    " in done.stdout
    assert f"readers keep {mine.folder / 'published.duckdb'}" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    assert (mine.folder / "published.duckdb").readlink() == link
    assert contents(mine.folder / "published.duckdb", times=True) == published
    status = briefs("status", "--warehouse", mine.folder)
    assert "  failed  " in status.stdout
    assert "  published  " in status.stdout


def test_a_wrong_row_of_the_lexicon_is_named_and_readers_keep_what_they_have(
    night: Night, tmp_path: Path
) -> None:
    mine = night.copied(tmp_path)
    shutil.copytree(PROJECT_ROOT / "seeds" / "lexicon", tmp_path / "seeds" / "lexicon")
    with (tmp_path / "seeds" / "lexicon" / "units.csv").open("a", encoding="utf-8") as file:
        file.write("too,few\n")
    seeds = str(tmp_path / "seeds")
    done = briefs("nightly", "--inbox", mine.inbox, "--warehouse", mine.folder, BRIEFS_SEEDS=seeds)
    assert done.returncode == 1
    assert "FAILED    units.csv line " in done.stdout
    assert "readers keep" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    asked = briefs("recognize", given='{"text": "三萬片"}\n', BRIEFS_SEEDS=seeds)
    assert asked.returncode == 1
    assert asked.stderr.startswith("Error: units.csv line ")
