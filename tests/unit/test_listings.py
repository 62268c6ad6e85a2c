"""Newer listings from a downloaded file: what is added, what is told, and that nothing is added twice."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipelines import seeds
from pipelines.cli import main
from pipelines.extraction.lexicon import build_lexicon
from pipelines.listings import ListingError, import_listings

OPEN_DATA = (
    "出表日期,公司代號,公司名稱,公司簡稱,產業別,英文簡稱\n"
    "1141125,2330,台灣積體電路製造股份有限公司,台積電,24,TSMC\n"
    "1141125,7998,瓏璟精密股份有限公司,瓏璟,28,LongJing\n"
    "1141125,7998,瓏璟精密股份有限公司,瓏璟,28,LongJing\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = tmp_path / "seeds" / "lexicon"
    shutil.copytree(seeds.PROJECT_ROOT / "seeds" / "lexicon", copy)
    return copy


def write(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder.parent / "listings.csv"
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp950"])
def test_a_new_company_is_added_once_with_its_names(folder: Path, encoding: str) -> None:
    outcome = import_listings(write(folder, OPEN_DATA, encoding), folder, "TWSE")
    assert [row["company_id"] for row in outcome.companies] == ["tw-7998"]
    assert (outcome.unchanged, outcome.changes, outcome.refused) == (1, [], [])
    lexicon = build_lexicon(seeds.read_tables(folder))
    assert lexicon.companies["tw-7998"].industry == "connector"
    forms = {a.form: a.needs_evidence for a in lexicon.aliases if a.company_id == "tw-7998"}
    assert forms == {"珑璟": True, "珑璟精密": False, "LongJing": False}


def test_a_second_import_changes_nothing(folder: Path) -> None:
    path = write(folder, OPEN_DATA)
    import_listings(path, folder, "TWSE")
    before = (folder / "companies.csv").read_bytes()
    outcome = import_listings(path, folder, "TWSE")
    assert (outcome.companies, outcome.unchanged) == ([], 2)
    assert (folder / "companies.csv").read_bytes() == before


def test_a_dry_run_writes_nothing(folder: Path) -> None:
    before = (folder / "companies.csv").read_bytes()
    outcome = import_listings(write(folder, OPEN_DATA), folder, "TWSE", dry_run=True)
    assert len(outcome.companies) == 1
    assert (folder / "companies.csv").read_bytes() == before


def test_a_new_name_and_a_move_are_told_and_left(folder: Path) -> None:
    text = "ticker,name,exchange\n2330,環宇矽晶,TWSE\n2303,聯電,TPEX\n"
    outcome = import_listings(write(folder, text), folder)
    assert outcome.companies == []
    assert [line.split(":")[0] for line in outcome.changes] == ["tw-2330", "tw-2303"]


def test_a_name_that_another_company_bears_is_refused(folder: Path) -> None:
    text = "ticker,name,exchange,country\nZZZZ,台積電,NASDAQ,US\n"
    outcome = import_listings(write(folder, text), folder)
    assert outcome.companies == []
    assert "tw-2330" in outcome.refused[0]
    assert "company_context.csv" in outcome.refused[0]


@pytest.mark.parametrize(
    ("text", "cure"),
    [
        ("代碼,名稱\n2330,台積電\n", "公司代號"),
        ("ticker,name\n7998,瓏璟\n", "--exchange"),
        ("ticker,name,exchange\nABC,瓏璟,XETRA\n", "column country"),
    ],
)
def test_a_file_that_cannot_be_used_says_what_to_do(folder: Path, text: str, cure: str) -> None:
    with pytest.raises(ListingError, match=cure):
        import_listings(write(folder, text), folder)


def test_the_command_tells_what_it_did(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIEFS_SEEDS", str(folder.parent))
    path = str(write(folder, OPEN_DATA))
    result = CliRunner().invoke(main, ["companies", "import", path, "--exchange", "TWSE"])
    assert result.exit_code == 0, result.output
    assert "new      tw-7998 瓏璟" in result.output
    assert "1 companies added, 1 as they were, 0 differences, 0 refused" in result.output
    wrong = CliRunner().invoke(main, ["companies", "import", path, "--exchange", "TWSE", "--dry-run"])
    assert "0 companies would be added, 2 as they were" in wrong.output


def test_a_wrong_ticker_is_refused_before_anything_is_written(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BRIEFS_SEEDS", str(folder.parent))
    before = (folder / "companies.csv").read_bytes()
    path = str(write(folder, "ticker,name,exchange\n79X8,瓏璟,TWSE\n"))
    result = CliRunner().invoke(main, ["companies", "import", path])
    assert result.exit_code == 1
    assert "no ticker of TWSE" in result.output
    assert (folder / "companies.csv").read_bytes() == before
