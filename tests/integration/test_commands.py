"""The `briefs` command as people use it: what it shows, what it answers, how it says that something is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from tests.conftest import Night, briefs

BRIEF = "台積電先進封裝再擴產"


def shown(night: Night, *arguments: str) -> str:
    done = briefs(*arguments, "--warehouse", night.folder)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_help_lists_the_commands_with_what_they_do() -> None:
    done = briefs("--help")
    assert done.returncode == 0
    for command in ("nightly", "recognize", "show", "status", "query"):
        assert f"  {command} " in done.stdout
        assert briefs(command, "-h").returncode == 0


def test_show_puts_claims_under_their_sentences(night: Night) -> None:
    lines = shown(night, "show", "先進封裝").splitlines()
    assert lines[0] == BRIEF
    assert lines[1].startswith("工商時報, 2026-02-08, ")
    at = lines.index("台積電目前CoWoS月產能7萬片,預計2026年底提升至13萬片。")
    assert lines[at + 1].startswith("    capacity: 台積電 · CoWoS · capacity · 70,000 piece/month · current")
    assert lines[at + 2].startswith("    capacity: 台積電 · CoWoS · capacity · 130,000 piece/month · planned")


def test_show_finds_a_brief_by_the_start_of_its_id(night: Night) -> None:
    brief_id = shown(night, "show", BRIEF).splitlines()[1].rsplit(", ", 1)[1]
    assert shown(night, "show", brief_id[:8]).splitlines()[0] == BRIEF


def test_show_tells_of_other_briefs_that_fit(night: Night) -> None:
    told = shown(night, "show", "擴產")
    assert "'擴產' fits other briefs too (1):" in told
    assert "電池廠宣布擴產" in told


def test_show_all_shows_sentences_without_a_claim_too(night: Night) -> None:
    assert len(shown(night, "show", "電池", "--all").splitlines()) >= len(
        shown(night, "show", "電池").splitlines()
    )
    assert "特斯拉向LG新能源採購儲能電池。" in shown(night, "show", "電池", "--all")


def test_show_explains_each_claim_by_its_rule_and_the_words_it_went_by(night: Night) -> None:
    lines = shown(night, "show", "先進封裝", "--explain").splitlines()
    at = next(i for i, line in enumerate(lines) if "130,000 piece/month" in line)
    assert [line.strip() for line in lines[at + 1 : at + 7]] == [
        "rule      carried.capacity: the measure of the statement before goes on",
        "measure   「月產能」 10..13",
        "value     「13萬片」 28..32",
        "unit      「萬片」 30..32",
        "period    「2026年底」 19..25",
        "company   「台積電」 0..3",
    ]
    assert "Every quantity was placed by a rule" in lines


def test_show_explains_supply_by_the_pattern_of_its_rule(night: Night) -> None:
    told = shown(night, "show", "鏡頭廠接單", "--explain")
    assert "supplier  「大立光」 0..3" in told and "customer  「蘋果」 5..7" in told
    assert "item      「潛望鏡頭」 7..11" in told
    assert "rule      supply." in told


def test_show_without_explain_stays_short(night: Night) -> None:
    assert "rule      " not in shown(night, "show", "先進封裝")


def test_show_says_when_no_brief_fits(night: Night) -> None:
    done = briefs("show", "無此標題", "--warehouse", night.folder)
    assert done.returncode == 1
    assert done.stderr.startswith("Error: no brief whose id begins with or whose title holds '無此標題'")


def test_status_tells_runs_counts_and_what_was_refused(night: Night) -> None:
    told = shown(night, "status")
    assert told.startswith("Last runs\n  20")
    assert "  published  4 new briefs, " in told
    with duckdb.connect(str(night.folder / "published.duckdb"), read_only=True) as connection:
        for kind in ("capacity", "forecast", "supply", "observation"):
            count = connection.execute(f"SELECT count(*) FROM marts.mart_{kind}_claims").fetchall()[0][0]
            assert f"  {kind + ' claims':28}{count:>9,}" in told
    assert "  1 × jsonl: json; for example 2026-02-07-battery.jsonl: line 2: is no JSON" in told
    assert "  1 × inbox: file_kind; for example notes.docx: " in told


def test_query_shows_rows(night: Night) -> None:
    told = shown(
        night, "query", "SELECT company, value_low FROM marts.mart_capacity_claims WHERE value_low = 70000"
    )
    assert "台積電" in told and "70000.0" in told


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("SELECT * FROM marts.nothing", "Table with name nothing does not exist"),
        ("DELETE FROM star.dim_brief", "read-only"),
        ("SELEC 1", "syntax error"),
    ],
)
def test_query_says_what_is_wrong_and_changes_nothing(night: Night, sql: str, told: str) -> None:
    done = briefs("query", sql, "--warehouse", night.folder)
    assert done.returncode == 1
    assert done.stderr.startswith("Error: ")
    assert told in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", [["status"], ["show", "x"], ["query", "SELECT 1"]], ids=lambda a: a[0])
def test_before_the_first_night_readers_are_told_what_to_do(tmp_path: Path, arguments: list[str]) -> None:
    done = briefs(*arguments, "--warehouse", tmp_path / "none")
    assert done.returncode == 1
    assert "nothing is published at " in done.stderr
    assert "run `briefs nightly` first" in done.stderr


def test_a_missing_inbox_is_told_before_anything_is_made(tmp_path: Path) -> None:
    done = briefs("nightly", "--inbox", tmp_path / "nowhere", "--warehouse", tmp_path / "w")
    assert done.returncode == 1
    assert (
        done.stderr
        == f"Error: no inbox folder at {tmp_path}/nowhere; create it or name another with --inbox\n"
    )
    assert not (tmp_path / "w").exists()


def test_a_warehouse_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    (tmp_path / "file").touch()
    done = briefs("nightly", "--inbox", tmp_path / "inbox", "--warehouse", tmp_path / "file" / "w")
    assert done.returncode == 1
    assert (
        done.stderr == f"Error: {tmp_path}/file/w cannot be written: Not a directory; check its permissions\n"
    )


def test_recognize_answers_each_line_in_its_place() -> None:
    asked = [
        '{"text": "產能達七萬片", "reference_date": "2026-02-08"}',
        "no json",
        '{"text": 5}',
        '{"text": "明年增三成", "reference_date": "2026-02-08", "locale": "zh-TW"}',
        '{"text": "x", "reference_date": "tomorrow"}',
        '["text"]',
    ]
    given = "\n".join(asked).encode() + b'\n{"text": "\xff"}\n\n{"text": "\xe4\xb8\x80\xe6\x88\x90"}\n'
    done = briefs("recognize", given=given)
    assert done.returncode == 0
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [bool(answer["items"]) for answer in answers] == [
        True,
        False,
        False,
        True,
        False,
        False,
        False,
        True,
    ]
    assert done.stderr.count("\n") == 5
    assert done.stderr.startswith("line 2: JSONDecodeError: ")
    item = answers[0]["items"][0]
    assert "產能達七萬片"[item["start"] : item["end"]] in ("七萬", "七萬片")


def test_recognize_of_nothing_answers_nothing() -> None:
    done = briefs("recognize", given="")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
