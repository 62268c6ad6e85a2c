"""The inbox: a folder of files, each a delivery, read by its suffix."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from pipelines.sources.dateline import dated
from pipelines.sources.digest import read_digest
from pipelines.sources.jsonl import read_jsonl
from pipelines.sources.lines import wrong_encoding
from pipelines.sources.reading import Reading, RejectedInput
from pipelines.text.brief import content_key

#: How each kind of file is read; the inbox takes nothing else.
READERS: Mapping[str, Callable[[str, bytes], Reading]] = {".txt": read_digest, ".jsonl": read_jsonl}


class InboxError(Exception):
    """The inbox itself cannot be read; the message says which folder and what to do."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A file as received: its name and bytes. `error` tells why the bytes could not be had."""

    name: str
    content: bytes
    error: str | None = None

    @property
    def delivery_id(self) -> str:
        """32 hex digits of the name and the bytes."""
        return content_key(self.name, self.content.decode("latin-1"))


def read_inbox(folder: Path) -> Iterator[Delivery]:
    """The files of a folder by name; hidden files and subfolders are left alone. Raises `InboxError` if there is none."""
    if not folder.is_dir():
        raise InboxError(f"no inbox folder at {folder}; create it or name another with --inbox")
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or not path.is_file():
            continue
        try:
            yield Delivery(path.name, path.read_bytes())
        except OSError as error:
            yield Delivery(path.name, b"", f"cannot be read: {error.strerror}; check its permissions")


def read_delivery(delivery: Delivery) -> Reading:
    """The briefs of a delivery, and what of it was refused."""
    if delivery.error is not None:
        return _refused("inbox", "readable", delivery.error)
    reader = READERS.get(PurePath(delivery.name).suffix.lower())
    if reader is None:
        kinds = ", ".join(f"*{suffix}" for suffix in READERS)
        return _refused(
            "inbox", "file_kind", f"is of no kind that is read here ({kinds}); convert it or take it out"
        )
    encoding = wrong_encoding(delivery.content)
    if encoding is not None:
        return _refused("inbox", "encoding", f"looks like {encoding}; save it as UTF-8")
    if not delivery.content.strip():
        return _refused("inbox", "empty", "is empty; send it again or take it out")
    reading = reader(delivery.name, delivery.content)
    briefs = tuple(replace(read, brief=dated(read.brief)) for read in reading.briefs)
    return replace(reading, briefs=briefs)


def _refused(reader: str, check: str, reason: str) -> Reading:
    return Reading(rejected=(RejectedInput(reader, check, reason),))
