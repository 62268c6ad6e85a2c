"""Telling a person when a night went wrong: a file beside the warehouse always, a web address and mail where configured.

`BRIEFS_ALERT_WEBHOOK` takes an address that is sent JSON (`text` holds the words, as chat services expect). Mail goes out by
`BRIEFS_ALERT_SMTP` (`smtp://host:25`, or `smtps://user:password@host:465`) to `BRIEFS_ALERT_MAIL`.
"""

from __future__ import annotations

import json
import logging
import os
import smtplib
import urllib.request
from collections.abc import Callable
from dataclasses import asdict, dataclass
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import unquote, urlsplit

from pipelines.journal import Run, record

log = logging.getLogger("briefs")

#: The file beside the warehouse that keeps every alert.
FILE = "alerts.jsonl"
#: Seconds that a web or mail server may take.
_PATIENCE = 20


@dataclass(frozen=True, slots=True)
class Alert:
    """What a person must know: one line, and the details below it."""

    at: str
    subject: str
    details: tuple[str, ...] = ()
    run_id: str | None = None

    @property
    def text(self) -> str:
        """All of it, as words."""
        return "\n".join([self.subject, *(f"- {line}" for line in self.details)])


def alert_of(run: Run) -> Alert | None:
    """The alert that a run calls for; None where all is well. What was refused of the input is told by the summary."""
    if run.outcome == "failed":
        return Alert(
            run.started_at,
            f"supply-briefs: the run failed: {run.message}",
            tuple(run.checks_failed),
            run.run_id,
        )
    found = (*run.checks_failed, *run.checks_warned)
    if not found:
        return None
    checks = "a check" if len(found) == 1 else f"{len(found)} checks"
    return Alert(run.started_at, f"supply-briefs: {checks} did not pass", found, run.run_id)


def conclude(folder: Path, run: Run) -> None:
    """Writes a run down in the folder's journal, and alerts where it calls for that."""
    record(folder, run)
    alert = alert_of(run)
    if alert is not None:
        send(alert, folder)


def send(alert: Alert, folder: Path) -> None:
    """Sends an alert every way that is configured; a way that fails is logged and hinders no other."""
    log.warning(alert.text)
    _write(alert, folder)
    ways: dict[str, Callable[[Alert, str], None]] = {
        "BRIEFS_ALERT_WEBHOOK": _post,
        "BRIEFS_ALERT_SMTP": _mail,
    }
    for variable, way in ways.items():
        address = os.environ.get(variable)
        if not address:
            continue
        try:
            way(alert, address)
        except (OSError, ValueError, smtplib.SMTPException) as error:
            log.warning("the alert could not be sent by %s (%s: %s)", variable, type(error).__name__, error)


def _write(alert: Alert, folder: Path) -> None:
    with (folder / FILE).open("a", encoding="utf-8") as file:
        file.write(json.dumps(asdict(alert), ensure_ascii=False) + "\n")


def _post(alert: Alert, address: str) -> None:
    if urlsplit(address).scheme not in ("http", "https"):
        raise ValueError("needs an address that begins with http:// or https://")
    body = json.dumps({"text": alert.text, **asdict(alert)}, ensure_ascii=False).encode()
    request = urllib.request.Request(address, body, {"Content-Type": "application/json; charset=utf-8"})
    with urllib.request.urlopen(request, timeout=_PATIENCE):
        pass


def _mail(alert: Alert, address: str) -> None:
    server, to = urlsplit(address), os.environ.get("BRIEFS_ALERT_MAIL")
    if server.scheme not in ("smtp", "smtps") or not server.hostname:
        raise ValueError("needs smtp://host:port or smtps://user:password@host:port")
    if not to:
        raise ValueError("BRIEFS_ALERT_MAIL must say whom to write to")
    message = EmailMessage()
    message["Subject"] = alert.subject[:200].replace("\n", " ")
    message["From"] = f"supply-briefs@{server.hostname}"
    message["To"] = to
    message.set_content(alert.text)
    protocol = smtplib.SMTP_SSL if server.scheme == "smtps" else smtplib.SMTP
    with protocol(server.hostname, server.port or 0, timeout=_PATIENCE) as connection:
        if server.username:
            connection.login(unquote(server.username), unquote(server.password or ""))
        connection.send_message(message)
