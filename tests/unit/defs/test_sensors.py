"""The inbox sensor asks for one run for each change of the inbox; the failure sensor speaks for runs that could not."""

from __future__ import annotations

import os
import time
from pathlib import Path

import dagster as dg
import pytest

from pipelines.alerts import FILE
from pipelines.defs.sensors import failure_sensor, inbox_sensor
from pipelines.journal import Run, record


@pytest.fixture
def inbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    monkeypatch.setenv("BRIEFS_INBOX", str(inbox))
    monkeypatch.setenv("BRIEFS_WAREHOUSE", str(tmp_path / "warehouse"))
    return inbox


def put(inbox: Path, name: str, text: str, age: float = 60) -> None:
    (inbox / name).write_text(text, encoding="utf-8")
    os.utime(inbox / name, (time.time() - age,) * 2)


def ask(cursor: str | None) -> tuple[str | None, list[dg.RunRequest], str | None]:
    """The cursor, the runs and the reason for none, after one look."""
    with dg.build_sensor_context(cursor=cursor) as context:
        result = inbox_sensor.evaluate_tick(context)
    return result.cursor, list(result.run_requests), result.skip_message


def test_a_change_asks_for_a_run_once(inbox: Path) -> None:
    put(inbox, "a.txt", "標題\n內文。\n")
    cursor, runs, _ = ask(None)
    assert len(runs) == 1
    _, again, why = ask(cursor)
    assert (again, why) == ([], "the inbox is as it was")
    put(inbox, "b.txt", "另一則\n內文。\n")
    _, third, _ = ask(cursor)
    assert len(third) == 1 and third[0].run_key != runs[0].run_key


def test_a_file_that_is_still_written_waits(inbox: Path) -> None:
    put(inbox, "a.txt", "標題\n", age=0)
    cursor, runs, why = ask(None)
    assert (cursor, runs, why) == (None, [], "a file of the inbox is still being written")


def test_every_inbox_of_the_sources_is_looked_at(
    inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    (tmp_path / "sources.yaml").write_text(
        "sources:\n  - inbox: one\n  - inbox: two\n  - inbox: none\n", encoding="utf-8"
    )
    monkeypatch.delenv("BRIEFS_INBOX")
    monkeypatch.setenv("BRIEFS_SOURCES", str(tmp_path / "sources.yaml"))
    put(tmp_path / "one", "a.txt", "標題\n內文。\n")
    cursor, runs, _ = ask(None)
    assert len(runs) == 1
    put(tmp_path / "two", "a.txt", "標題\n內文。\n")
    assert len(ask(cursor)[1]) == 1


def test_a_missing_inbox_is_told(inbox: Path) -> None:
    inbox.rmdir()
    assert "no inbox folder at" in str(ask(None)[2])


@dg.op
def dies() -> None:
    raise RuntimeError("killed by the machine")


@dg.job
def night() -> None:
    dies()


def fail(instance: dg.DagsterInstance, folder: Path, writes_down: bool) -> str:
    """A run that fails, and what the sensor then does; returns the run's id."""
    result = night.execute_in_process(instance=instance, raise_on_error=False)
    if writes_down:
        folder.mkdir()
        record(folder, Run("2026-02-08T02:30:00+00:00", 1.0, "failed", run_id=result.run_id))
    (event,) = [e for e in result.all_events if e.event_type_value == "PIPELINE_FAILURE"]
    context = dg.build_run_status_sensor_context(
        sensor_name="failure_sensor",
        dagster_event=event,
        dagster_instance=instance,
        dagster_run=result.dagster_run,
    )
    failure_sensor(context.for_run_failure())
    return result.run_id


@pytest.mark.parametrize("writes_down", [False, True])
def test_a_run_that_told_nothing_is_told_of(inbox: Path, writes_down: bool) -> None:
    folder = inbox.parent / "warehouse"
    with dg.DagsterInstance.ephemeral() as instance:
        run_id = fail(instance, folder, writes_down)
    alerts = (folder / FILE).read_text("utf-8") if (folder / FILE).exists() else ""
    assert (run_id in alerts) is not writes_down
