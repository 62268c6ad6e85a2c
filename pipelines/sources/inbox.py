"""The inbox: a folder of files, each a delivery, read by its suffix; archives are read file by file."""

from __future__ import annotations

import os
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath
from typing import Any

from pipelines.sources.cleaning import clean
from pipelines.sources.dateline import dated
from pipelines.sources.digest import read_digest
from pipelines.sources.encoding import EncodingError
from pipelines.sources.feed import read_json_feed, read_xml
from pipelines.sources.jsonl import read_jsonl
from pipelines.sources.packed import MIB, SUFFIXES, unpack
from pipelines.sources.page import read_page
from pipelines.sources.reading import ReadBrief, Reading, RejectedInput, refused_file
from pipelines.text.brief import content_key

#: How each kind of file is read; beside these the inbox takes archives of them.
READERS: Mapping[str, Callable[[str, bytes], Reading]] = {
    ".txt": read_digest, ".jsonl": read_jsonl, ".xml": read_xml, ".html": read_page, ".htm": read_page,
    ".json": read_json_feed,
}  # fmt: skip
#: A file larger than this is refused unread, a brief longer than this (in characters) is kept aside.
LARGEST_FILE, LONGEST_BODY, LONGEST_TITLE = 512 * MIB, 50_000, 1_000
#: Names that programs give a file while they write it.
_PARTIAL = re.compile(r"(?:\.(?:part|partial|filepart|crdownload|download|tmp|temp|swp|lock)|~)$", re.I)
_SHOWN = 4_000


class InboxError(Exception):
    """The inbox itself cannot be read; the message says which folder and what to do."""


@dataclass(frozen=True, slots=True)
class Inbox:
    """A folder that files are put into. A file that changed within the last `settle` seconds is given time to end.

    Where there is an archive, files that were taken in move there, those that could not be read to the quarantine.
    """

    folder: Path
    settle: float = 2.0
    archive: Path | None = None
    quarantine: Path | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """A file as received: its name and bytes. `error` tells why the bytes could not be had.

    `unfinished`: still being written; it is left where it is and taken in by the next run. `url` and `publisher` are those of
    the source that it was fetched from, `path` is where it lies now.
    """

    name: str
    content: bytes
    error: str | None = None
    unfinished: bool = False
    url: str | None = None
    publisher: str | None = None
    path: Path | None = field(default=None, compare=False)
    known_as: str | None = field(default=None, compare=False)

    @property
    def delivery_id(self) -> str:
        """32 hex digits of the name and the bytes."""
        return self.known_as or content_key(self.name, self.content.decode("latin-1"))

    def without_content(self) -> Delivery:
        """The same, known by the same id, with its bytes forgotten."""
        return replace(self, content=b"", known_as=self.delivery_id)


def read_inbox(inbox: Path | Inbox) -> Iterator[Delivery]:
    """The files of a folder by name; hidden files and subfolders are left alone. Raises `InboxError` if there is none."""
    inbox = inbox if isinstance(inbox, Inbox) else Inbox(inbox)
    if not inbox.folder.is_dir():
        raise InboxError(f"no inbox folder at {inbox.folder}; create it or name another with --inbox")
    for path in sorted(inbox.folder.iterdir()):
        if path.name.startswith(".") or not path.is_file():
            continue
        try:
            yield _delivery(path, inbox.settle)
        except OSError as error:
            yield Delivery(_name(path), b"", f"cannot be read: {error.strerror}; check its permissions")


def read_delivery(delivery: Delivery) -> Reading:
    """The briefs of a delivery, and what of it was refused, each reason in one line."""
    if delivery.error is not None:
        reading = refused_file("inbox", "readable", delivery.error)
    elif PurePath(delivery.name).suffix.lower() in SUFFIXES:
        reading = _read_archive(delivery)
    else:
        reading = _checked(_read_file(delivery.name, delivery.content))
    if delivery.url is not None or delivery.publisher is not None:
        reading = replace(reading, briefs=tuple(_of_source(read, delivery) for read in reading.briefs))
    told = tuple(replace(r, reason=clean(" ".join(r.reason.split()))[0]) for r in reading.rejected)
    return replace(reading, rejected=told)


def _of_source(read: ReadBrief, delivery: Delivery) -> ReadBrief:
    """A brief with what its source knows of it: who publishes it, and for a page without an address of its own, that."""
    is_page = PurePath(delivery.name).suffix.lower() in (".html", ".htm")
    brief = replace(
        read.brief,
        publisher=delivery.publisher or read.brief.publisher,
        url=read.brief.url or (delivery.url if is_page else None),
    )
    return replace(read, brief=brief)


def _read_archive(delivery: Delivery) -> Reading:
    """The briefs of all files in an archive, with the file in the place of each."""
    briefs: list[ReadBrief] = []
    rejected: list[RejectedInput] = []
    for packed in unpack(delivery.name, delivery.content):
        if packed.content is None:
            reading = refused_file("archive", packed.check, packed.reason)
        else:
            reading = _checked(_read_file(packed.name, packed.content))
        briefs.extend(replace(read, part=packed.name) for read in reading.briefs)
        at = f"{packed.name}: " if packed.name else ""
        rejected.extend(replace(r, part=packed.name, reason=at + r.reason) for r in reading.rejected)
    if not briefs and not rejected:
        return refused_file("archive", "empty", "holds no file; pack it again or take it out")
    return Reading(tuple(briefs), tuple(rejected))


def _delivery(path: Path, settle: float) -> Delivery:
    """A file, unless a program is still writing it: its name says so, or it changes while we look."""
    name = _name(path)
    if _PARTIAL.search(path.name):
        return Delivery(name, b"", unfinished=True)
    before = path.stat()
    young = settle - (time.time() - before.st_mtime)
    if 0 < young <= settle:
        time.sleep(young)
    if before.st_size > LARGEST_FILE:
        told = f"is larger than {LARGEST_FILE // MIB} MiB; split it"
        return Delivery(name, b"", told, path=path)
    content = path.read_bytes()
    after = path.stat()
    if (before.st_mtime_ns, before.st_size) != (after.st_mtime_ns, after.st_size):
        return Delivery(name, b"", unfinished=True)
    return Delivery(name, content, path=path)


def _name(path: Path) -> str:
    """A file's name as text that can be stored and shown: what is no UTF-8, or no sign to be seen, as escapes."""
    readable = os.fsencode(path.name).decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in readable)


def _read_file(name: str, content: bytes) -> Reading:
    """The briefs of a file that is no archive."""
    reader = READERS.get(PurePath(name).suffix.lower())
    if reader is None:
        kinds = ", ".join(f"*{suffix}" for suffix in (*READERS, *SUFFIXES))
        return refused_file(
            "inbox", "file_kind", f"is of no kind that is read here ({kinds}); convert it or take it out"
        )
    if not content.strip():
        return refused_file("inbox", "empty", "is empty; send it again or take it out")
    try:
        return reader(name, content)
    except EncodingError as error:
        return refused_file("inbox", "encoding", f"looks like {error}; save it as UTF-8")


def _checked(reading: Reading) -> Reading:
    """The same with briefs cleaned, dated by their text where nothing else dates them, and those too long to be one put aside."""
    briefs: list[ReadBrief] = []
    rejected = list(reading.rejected)
    for read in reading.briefs:
        checked = _cleaned(read)
        reason = _unfit(checked)
        if reason is None:
            briefs.append(replace(checked, brief=dated(checked.brief)))
        else:
            check, told = reason
            rejected.append(
                RejectedInput(
                    "brief", check, f"line {read.line}: {told}", read.line, read.brief.title[:80],
                    f"{read.brief.title}\n{read.brief.body}"[:_SHOWN],
                )
            )  # fmt: skip
    return Reading(tuple(briefs), tuple(rejected), reading.encoding)


def _cleaned(read: ReadBrief) -> ReadBrief:
    brief, counts = read.brief, Counter[str]()
    texts: dict[str, Any] = {}
    for name in ("title", "body", "publisher", "url", "source_id", "tag"):
        value = getattr(brief, name)
        if value is not None:
            texts[name], found = clean(value)
            counts.update(found)
    if not counts:
        return read
    told = ", ".join(f"{n} {kind}" for kind, n in sorted(counts.items()))
    return replace(read, brief=replace(brief, **texts), cleaned=told)


def _unfit(read: ReadBrief) -> tuple[str, str] | None:
    """Why a text is no brief, with the check's name; None where it is one."""
    title, body = read.brief.title, read.brief.body
    if not title.strip() or not body.strip():
        return "blank", "has nothing in its title or its text but marks that nobody sees; repair it"
    if len(body) > LONGEST_BODY or len(title) > LONGEST_TITLE:
        return "too_long", (
            f"has {len(title):,} characters of title and {len(body):,} of text, more than {LONGEST_TITLE:,} and "
            f"{LONGEST_BODY:,}; split it into the briefs that it holds"
        )
    return None
