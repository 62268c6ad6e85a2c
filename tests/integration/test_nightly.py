"""A night from inbox to published version, through the command that people call, and a second one without news."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from pipelines.contracts.rows import FACT_TABLES
from pipelines.definitions import defs
from pipelines.defs.resources import Warehouse
from pipelines.journal import last_runs
from pipelines.seeds import PROJECT_ROOT
from tests.conftest import INBOX, NEW, REFUSED, Night, environment
from tests.warehouses import contents

MARTS = [f"mart_{kind}_claims" for kind in ("capacity", "forecast", "supply", "observation")]


def ask(folder: Path, sql: str) -> list[tuple]:
    with duckdb.connect(str(folder / "published.duckdb"), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_the_night_ends_well_and_sums_up_what_a_person_wants_to_know(night: Night) -> None:
    assert night.done.returncode == 0, night.done.stdout + night.done.stderr
    told = night.done.stdout
    assert f"Briefs    {NEW} new, 0 seen before, {REFUSED} refused" in told
    assert "2026-02-07-battery.jsonl: line 2: is no JSON" in told
    assert "2026-02-08-evening.txt: line 6: the file ends after a title" in told
    assert "notes.docx: is of no kind that is read here" in told
    assert re.search(
        r"Claims    \d+ capacity, \d+ forecast, \d+ supply, \d+ observation \(from 4 briefs read\)", told
    )
    passed, total = map(int, re.search(r"Checks    (\d+) of (\d+) passed", told).groups())
    assert passed == total > 100
    assert f"Published {night.folder / 'published.duckdb'} (version " in told
    assert "Traceback" not in night.done.stderr
    assert "Warning" not in night.done.stderr


def test_the_counts_of_the_summary_are_those_of_the_marts(night: Night) -> None:
    told = {
        kind: int(n)
        for n, kind in re.findall(r"(\d+) (capacity|forecast|supply|observation)", night.done.stdout)
    }
    stored = {m.split("_")[1]: ask(night.folder, f"SELECT count(*) FROM marts.{m}")[0][0] for m in MARTS}
    assert told == stored
    assert min(stored.values()) > 0


def test_every_example_query_works_as_it_is_printed(night: Night) -> None:
    commands = [line.strip() for line in night.done.stdout.partition("Try:")[2].splitlines() if line.strip()]
    assert len(commands) == 3
    for command in commands:
        done = subprocess.run(
            shlex.split(command), env=environment(), capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 0, done.stderr
        assert "┌" in done.stdout


def test_a_claim_reads_as_the_brief_says(night: Night) -> None:
    rows = ask(
        night.folder,
        "SELECT company, company_id, subject, metric, value_low, value_high, unit, per, value_per_year, status, period_end::VARCHAR, "
        "title, publisher, published_on::VARCHAR, sentence FROM marts.mart_capacity_claims WHERE value_low = 70000",
    )
    assert rows == [
        (
            "台積電", "tw-2330", "CoWoS", "capacity", 70000.0, 70000.0, "piece", "month", 840000.0, "current", "2026-02-08",
            "台積電先進封裝再擴產", "工商時報", "2026-02-08", "台積電目前CoWoS月產能7萬片,預計2026年底提升至13萬片。",
        )
    ]  # fmt: skip


@pytest.mark.parametrize("mart", MARTS)
def test_every_claim_leads_back_to_its_place_in_the_body(night: Night, mart: str) -> None:
    rows = ask(
        night.folder,
        f"SELECT m.sentence, m.span_start, m.span_end, b.body FROM marts.{mart} m JOIN raw.brief b USING (brief_id)",
    )
    assert rows
    for sentence, start, end, body in rows:
        assert sentence in body
        assert body.index(sentence) <= start < end <= body.index(sentence) + len(sentence)


def test_what_was_refused_is_kept_with_place_and_content(night: Night) -> None:
    rows = ask(
        night.folder, "SELECT origin, origin_line, check_name, content FROM raw.rejected ORDER BY origin"
    )
    assert rows == [
        ("2026-02-07-battery.jsonl", 2, "json", '{"title": "斷行的一則", "text": '),
        ("2026-02-08-evening.txt", 6, "body_missing", "這個標題沒有內文"),
        ("notes.docx", None, "file_kind", None),
    ]
    stored = dict(ask(night.folder, "SELECT origin, content FROM raw.delivery"))
    assert stored == {name: text.encode() for name, text in INBOX.items()}


def test_descriptions_reach_the_published_file(night: Night) -> None:
    (comment,) = ask(
        night.folder, "SELECT comment FROM duckdb_tables() WHERE table_name = 'mart_supply_claims'"
    )[0]
    assert comment.startswith("One row per ")
    columns = (
        "SELECT count(*) FROM duckdb_columns() WHERE schema_name = 'marts' AND coalesce(comment, '') = ''"
    )
    assert ask(night.folder, columns) == [(0,)]


def test_an_older_client_reads_the_marts(night: Night) -> None:
    code = (
        "import sys, duckdb; c = duckdb.connect(sys.argv[1], read_only=True); "
        "print(duckdb.__version__, c.execute('SELECT count(*) FROM marts.mart_capacity_claims').fetchall()[0][0])"
    )
    older = PROJECT_ROOT / ".compat" / "duckdb14"
    done = subprocess.run(
        [sys.executable, "-c", code, str(night.folder / "published.duckdb")],
        env={**environment(), "PYTHONPATH": str(older)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    version, count = done.stdout.split()
    assert version.startswith("1.4.")
    assert int(count) == ask(night.folder, "SELECT count(*) FROM marts.mart_capacity_claims")[0][0]


def test_dagster_has_recorded_the_run_with_counts_on_every_asset(
    night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(PROJECT_ROOT))
    monkeypatch.setenv("BRIEFS_DAGSTER_STORAGE", str(night.folder / ".dagster"))
    with dg.DagsterInstance.get() as instance:
        (run,) = instance.get_runs()
        assert (run.job_name, run.status) == ("nightly", dg.DagsterRunStatus.SUCCESS)
        for table in FACT_TABLES:
            event = instance.get_latest_materialization_event(dg.AssetKey(["star", table]))
            metadata = event.asset_materialization.metadata
            assert metadata["added"].value == metadata["dagster/row_count"].value > 0
        published = instance.get_latest_materialization_event(dg.AssetKey(["published", "warehouse"]))
        assert "| mart_supply_claims |" in published.asset_materialization.metadata["rows"].value
        refused = instance.get_latest_materialization_event(dg.AssetKey(["raw", "delivery"]))
        assert "- notes.docx: is of no kind" in refused.asset_materialization.metadata["reasons"].value


def test_a_second_night_without_news_ends_at_once_and_changes_no_row(night: Night, tmp_path: Path) -> None:
    mine = night.copied(tmp_path)
    before = {path: path.read_bytes() for path in mine.folder.rglob("*.duckdb")}
    rows = contents(mine.folder / "warehouse.duckdb", times=True)
    done = mine.again()
    assert done.returncode == 0, done.stderr
    assert f"Briefs    0 new, {NEW} seen before, 0 refused" in done.stdout
    assert "(unchanged, nothing was new)" in done.stdout
    assert {path: path.read_bytes() for path in mine.folder.rglob("*.duckdb")} == before
    assert contents(mine.folder / "warehouse.duckdb", times=True) == rows
    journal = [json.loads(line) for line in (mine.folder / "runs.jsonl").read_text("utf-8").splitlines()]
    assert [run["outcome"] for run in journal] == ["published", "unchanged"]
    assert journal[1]["seconds"] < 3
    assert journal[1]["version"] == journal[0]["version"]


def test_briefs_that_come_again_in_another_file_change_nothing_for_readers(
    night: Night, tmp_path: Path
) -> None:
    mine = night.copied(tmp_path)
    (mine.inbox / "2026-02-08-again.txt").write_text(
        INBOX["2026-02-08-evening.txt"], encoding="utf-8", newline=""
    )
    before = contents(mine.folder / "published.duckdb", times=True)
    done = mine.again()
    assert done.returncode == 0, done.stderr
    assert f"Briefs    0 new, {NEW + 2} seen before, 1 refused" in done.stdout
    assert "emitted no result" not in done.stderr
    star = {table: rows for table, rows in before.items() if table.startswith(("star", "marts"))}
    after = contents(mine.folder / "published.duckdb", times=True)
    assert {table: rows for table, rows in after.items() if table in star} == star


def test_a_run_that_dagster_starts_is_written_down_like_one_from_the_command(
    night: Night, tmp_path: Path
) -> None:
    mine = night.copied(tmp_path)
    warehouse = Warehouse(inbox=str(mine.inbox), folder=str(mine.folder))
    with dg.DagsterInstance.ephemeral() as instance:
        result = (
            defs()
            .resolve_job_def("nightly")
            .execute_in_process(instance=instance, resources={"warehouse": warehouse})
        )
    assert result.success
    run = last_runs(mine.folder, 1)[0]
    assert (run.run_id, run.outcome, run.new, run.seen) == (result.run_id, "unchanged", 0, NEW)
    assert run.checks_passed > 20
    assert contents(mine.folder / "warehouse.duckdb", times=True) == contents(
        night.folder / "warehouse.duckdb", times=True
    )
