"""Alerts reach a person by every way that is configured, over real sockets, and a broken way hinders no other."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message

from pipelines.alerts import FILE, alert_of, conclude
from pipelines.journal import Run, last_runs
from tests.web import Web, failing, web

FAILED = Run("2026-02-08T02:30:00+00:00", 9.0, "failed", "units.csv line 212: needs 4 cells", run_id="r1")
WARNED = Run(
    "2026-02-08T02:30:00+00:00",
    9.0,
    "published",
    checks_warned=["中央社: 0 briefs arrived today"],
    run_id="r2",
)
FINE = Run("2026-02-08T02:30:00+00:00", 9.0, "published", run_id="r3")


@pytest.fixture
def chat() -> Iterator[Web]:
    with web({"/hook": lambda handler: handler.answer(b"")}) as server:
        yield server


class Letters(Message):
    def __init__(self) -> None:
        super().__init__()
        self.kept: list = []

    def handle_message(self, message: object) -> None:
        self.kept.append(message)


@pytest.fixture
def post() -> Iterator[tuple[Controller, Letters]]:
    letters = Letters()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(letters, hostname="127.0.0.1", port=port)
    controller.start()
    yield controller, letters
    controller.stop()


def smtp(controller: Controller) -> str:
    return f"smtp://127.0.0.1:{controller.port}"


def written(folder: Path) -> list[dict]:
    path = folder / FILE
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []


def test_a_failed_run_reaches_the_file_the_address_and_the_mail(
    tmp_path: Path, chat: Web, post: tuple[Controller, Letters], monkeypatch: pytest.MonkeyPatch
) -> None:
    controller, letters = post
    monkeypatch.setenv("BRIEFS_ALERT_WEBHOOK", f"{chat.address}/hook")
    monkeypatch.setenv("BRIEFS_ALERT_SMTP", smtp(controller))
    monkeypatch.setenv("BRIEFS_ALERT_MAIL", "operator@example.org")
    conclude(tmp_path, FAILED)
    assert [run.run_id for run in last_runs(tmp_path, 5)] == ["r1"]
    (alert,) = written(tmp_path)
    assert alert["subject"] == "supply-briefs: the run failed: units.csv line 212: needs 4 cells"
    (posted,) = chat.posted
    body = json.loads(posted)
    assert (body["text"], body["run_id"]) == (alert["subject"], "r1")
    (letter,) = letters.kept
    assert (letter["To"], letter["Subject"]) == ("operator@example.org", alert["subject"])


def test_a_check_that_did_not_pass_is_told_in_its_own_script(
    tmp_path: Path, post: tuple[Controller, Letters], monkeypatch: pytest.MonkeyPatch
) -> None:
    controller, letters = post
    monkeypatch.setenv("BRIEFS_ALERT_SMTP", smtp(controller))
    monkeypatch.setenv("BRIEFS_ALERT_MAIL", "operator@example.org")
    conclude(tmp_path, WARNED)
    (letter,) = letters.kept
    assert "中央社: 0 briefs arrived today" in letter.get_payload(decode=True).decode()


def test_where_all_is_well_nobody_is_told(tmp_path: Path, chat: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIEFS_ALERT_WEBHOOK", f"{chat.address}/hook")
    conclude(tmp_path, FINE)
    assert (written(tmp_path), chat.posted, alert_of(FINE)) == ([], [], None)
    assert last_runs(tmp_path, 1) == [FINE]


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("http://127.0.0.1:1/hook", "Connection refused"),
        ("ftp://example.org/hook", "needs an address that begins with http"),
    ],
)
def test_a_way_that_fails_is_logged_and_the_others_go_on(
    tmp_path: Path,
    post: tuple[Controller, Letters],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    address: str,
    told: str,
) -> None:
    controller, letters = post
    monkeypatch.setenv("BRIEFS_ALERT_WEBHOOK", address)
    monkeypatch.setenv("BRIEFS_ALERT_SMTP", smtp(controller))
    monkeypatch.setenv("BRIEFS_ALERT_MAIL", "operator@example.org")
    conclude(tmp_path, FAILED)
    assert len(letters.kept) == 1
    assert told in caplog.text


def test_an_address_that_answers_with_an_error_is_logged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with web({"/hook": failing(9, "")}) as server:
        monkeypatch.setenv("BRIEFS_ALERT_WEBHOOK", f"{server.address}/hook")
        conclude(tmp_path, FAILED)
    assert "HTTP Error 500" in caplog.text
    assert len(written(tmp_path)) == 1


def test_mail_without_an_addressee_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("BRIEFS_ALERT_SMTP", "smtp://127.0.0.1:1")
    conclude(tmp_path, FAILED)
    assert "BRIEFS_ALERT_MAIL must say whom to write to" in caplog.text
