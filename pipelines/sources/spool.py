"""What was fetched and is not in the warehouse yet, and what each source said last: files in a folder of their own.

A fetched answer is written here, whole, before its source is remembered as asked; it is taken away after the warehouse
has it. So a crash in between fetches something twice, and loses nothing.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from pipelines.sources.inbox import Delivery

_STATE, _INCOMING = "state.json", "incoming"


@dataclass(frozen=True, slots=True)
class Remembered:
    """What is known of a source from the last time that it was asked: seconds since the epoch, and what it said."""

    asked_at: float = 0.0
    etag: str | None = None
    last_modified: str | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Spool:
    """The folder."""

    folder: Path

    def remembered(self) -> dict[str, Remembered]:
        """What is known of each source; nothing where the file is not there or broken, so that all is asked anew."""
        try:
            data = json.loads((self.folder / _STATE).read_text(encoding="utf-8"))
            return {key: Remembered(**value) for key, value in data.items()}
        except (OSError, ValueError, TypeError, AttributeError):
            return {}

    def remember(self, known: Mapping[str, Remembered]) -> None:
        """Keeps what is known of each source."""
        content = json.dumps(
            {key: asdict(value) for key, value in known.items()}, ensure_ascii=False, indent=1
        )
        _write(self.folder / _STATE, content.encode("utf-8"))

    def put(self, delivery: Delivery) -> None:
        """Keeps an answer until the warehouse has it."""
        home = self.folder / _INCOMING / delivery.delivery_id
        told = {"name": delivery.name, "url": delivery.url, "publisher": delivery.publisher}
        _write(home.with_suffix(".json"), json.dumps(told, ensure_ascii=False).encode("utf-8"))
        _write(home.with_suffix(".body"), delivery.content)

    def deliveries(self) -> Iterator[Delivery]:
        """The answers that are kept, in the order of their names."""
        found = []
        for body in (self.folder / _INCOMING).glob("*.body"):
            with contextlib.suppress(OSError, ValueError, KeyError):
                told = json.loads(body.with_suffix(".json").read_text(encoding="utf-8"))
                delivery = Delivery(
                    told["name"], b"", url=told["url"], publisher=told["publisher"], path=body
                )
                found.append(delivery)
        for delivery in sorted(found, key=lambda d: (d.name, str(d.path))):
            if delivery.path is not None:
                yield replace(delivery, content=delivery.path.read_bytes())

    def take_away(self, delivery: Delivery) -> None:
        """Forgets an answer that the warehouse has."""
        for path in (self.folder / _INCOMING).glob(f"{delivery.delivery_id}.*"):
            path.unlink(missing_ok=True)


def _write(path: Path, content: bytes) -> None:
    """A file, whole or not at all, on the disk before anything else is done."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.new")
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
