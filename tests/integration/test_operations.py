"""What an operator does: look at what a change would do, let it pass or not, go back, read again."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import duckdb
import pytest

from pipelines.contracts.corrections import COLUMNS
from pipelines.seeds import PROJECT_ROOT
from tests.conftest import Night, briefs
from tests.warehouses import contents


def ask(folder: Path, sql: str) -> list[tuple]:
    with duckdb.connect(str(folder / "published.duckdb"), read_only=True) as connection:
        return connection.execute(sql).fetchall()


class Desk:
    """A night's warehouse of one's own, with seeds of one's own."""

    def __init__(self, night: Night, home: Path) -> None:
        self.night = night.copied(home)
        self.folder = self.night.folder
        self.seeds = home / "seeds"
        shutil.copytree(PROJECT_ROOT / "seeds", self.seeds)

    def call(self, *arguments: object, code: int = 0) -> str:
        done = briefs(*arguments, "--warehouse", self.folder, BRIEFS_SEEDS=str(self.seeds))
        assert done.returncode == code, done.stdout + done.stderr
        assert "Traceback" not in done.stdout + done.stderr
        return done.stdout if code == 0 else done.stdout + done.stderr

    def nightly(self, code: int = 0) -> str:
        return self.call("nightly", "--inbox", self.night.inbox, code=code)

    def correct(self, origin: str, *rows: dict[str, object]) -> None:
        signed = {"reason": "told by the firm", "author": "Chen", "decided_on": "2026-11-25"}
        with (self.seeds / "corrections" / origin).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS[origin], restval="")
            writer.writeheader()
            writer.writerows({**signed, **row} for row in rows)


@pytest.fixture
def desk(night: Night, tmp_path: Path) -> Desk:
    return Desk(night, tmp_path)


def test_corrections_reach_readers_with_author_and_reason_and_a_wrong_one_fails_alone(desk: Desk) -> None:
    place = "SELECT brief_id, span_start, span_end FROM marts.mart_capacity_claims WHERE value_low = 70000"
    brief_id, start, end = ask(desk.folder, place)[0]
    claim = {"kind": "capacity", "brief_id": brief_id, "span_start": start, "span_end": end}
    desk.correct(
        "claims.csv",
        {**claim, "action": "change", "column": "status", "expected": "current", "value": "past"},
        {**claim, "action": "drop", "column": "value_low", "expected": "60000"},
    )
    desk.correct(
        "companies.csv",
        {"action": "rename", "company_id": "tw-3008", "expected": "大立光", "value": "大立光電"},
    )
    assert "altered" in desk.call("diff")
    told = desk.nightly()
    assert "- failed: corrections/claims.csv line 3: value_low is 70000, not 60000 as expected" in told
    assert "(version " in told, "the others are published"
    changed = "SELECT status, corrected_by, correction_reason FROM marts.mart_capacity_claims WHERE value_low = 70000"
    assert ask(desk.folder, changed) == [("past", "Chen", "told by the firm")]
    assert ask(
        desk.folder, "SELECT DISTINCT supplier FROM marts.mart_supply_claims WHERE supplier_id = 'tw-3008'"
    ) == [("大立光電",)]
    assert "Nothing would change" in desk.call("diff")
    before = contents(desk.folder / "warehouse.duckdb", times=True)
    assert "(unchanged, nothing was new)" in desk.nightly()
    assert contents(desk.folder / "warehouse.duckdb", times=True) == before
    desk.correct("claims.csv", {**claim, "action": "drop", "column": "value", "expected": "1"})
    told = desk.nightly(code=1)
    assert "FAILED    corrections/claims.csv line 2: column 'value' is none of a capacity claim" in told
    assert "Error: corrections/claims.csv line 2: column 'value' is none" in desk.call("diff", code=1)


def test_a_change_that_moves_much_is_shown_refused_accepted_and_taken_back(desk: Desk) -> None:
    (desk.seeds / "guards.csv").write_text(
        "guard,mart,measure,share,at_least\ncapacity_rows,mart_capacity_claims,rows,0.2,1\n", encoding="utf-8"
    )
    planned = "SELECT brief_id, span_start, span_end FROM marts.mart_capacity_claims WHERE status = 'planned' ORDER BY ALL"
    drops = [
        {
            "action": "drop",
            "kind": "capacity",
            "brief_id": b,
            "span_start": s,
            "span_end": e,
            "column": "status",
            "expected": "planned",
        }
        for b, s, e in ask(desk.folder, planned)
    ]
    desk.correct("claims.csv", *drops)
    rows = "SELECT count(*) FROM marts.mart_capacity_claims"
    before = ask(desk.folder, rows)[0][0]
    shown = desk.call("diff")
    assert shown.splitlines()[0].split() == ["kind", "rule", "added", "removed", "altered"]
    (total,) = (line.split() for line in shown.splitlines() if line.startswith("all "))
    assert total == ["all", "0", str(len(drops)), "0"]
    assert "removed, for example\n  capacity (" in shown
    told = desk.nightly(code=1)
    assert "FAILED    publishing is refused: capacity_rows: rows of mart_capacity_claims " in told
    assert "readers keep" in told
    assert ask(desk.folder, rows)[0][0] == before
    assert desk.call("accept").startswith("capacity_rows: rows of mart_capacity_claims ")
    assert "'other' refuses nothing now" in desk.call("accept", "other", code=1)
    assert desk.call("accept", "capacity_rows") == "capacity_rows is accepted; `briefs nightly` publishes\n"
    assert "(version " in desk.nightly()
    assert ask(desk.folder, rows)[0][0] < before
    assert "Readers are back from " in desk.call("rollback")
    assert ask(desk.folder, rows)[0][0] == before
    assert "FAILED    publishing is refused: rollback: readers were taken back from " in desk.nightly(code=1)
    assert ask(desk.folder, rows)[0][0] == before
    assert desk.call("accept", "rollback") == "rollback is accepted; `briefs nightly` publishes\n"


def test_briefs_that_are_read_again_read_the_same(desk: Desk) -> None:
    before = contents(desk.folder / "warehouse.duckdb", times=True)
    told = desk.call("reextract", "--since", "2026-02-08", "--inbox", desk.night.inbox)
    assert "(from 2 briefs read)" in told
    after = contents(desk.folder / "warehouse.duckdb", times=True)
    differing = {table for table, rows in before.items() if after[table] != rows}
    assert {table for table in differing if table.startswith("star")} == set(), (
        "every claim is known since the first night"
    )
    assert "raw.extraction" in differing


@pytest.mark.parametrize("arguments", [["accept"], ["reextract"]], ids=lambda a: a[0])
def test_without_a_warehouse_there_is_nothing_to_do(tmp_path: Path, arguments: list[str]) -> None:
    done = briefs(*arguments, "--warehouse", tmp_path / "none")
    assert done.returncode == 1
    assert "there is no warehouse at " in done.stderr
    assert briefs("rollback", "--warehouse", tmp_path / "none").stderr.startswith(
        "Error: nothing is published"
    )


def test_invented_briefs_are_the_same_for_a_seed_and_never_overwrite_a_folder(tmp_path: Path) -> None:
    for name in ("one", "two"):
        done = briefs("generate", "--briefs", "20", "--seed", "7", "--to", tmp_path / name)
        assert done.returncode == 0 and "20 briefs with " in done.stdout, done.stderr
    files = [{p.name: p.read_bytes() for p in (tmp_path / n).rglob("*.jsonl")} for n in ("one", "two")]
    assert files[0] == files[1] and files[0]
    again = briefs("generate", "--briefs", "20", "--to", tmp_path / "one")
    assert again.returncode == 1 and "give the name of a new folder" in again.stderr
