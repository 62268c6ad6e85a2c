"""All the ways in of a night: inbox folders, and what feeds, pages and functions gave. One that fails stops no other."""

from __future__ import annotations

import functools
import importlib
import json
import logging
import re
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

from pipelines.sources.config import (
    HttpSettings,
    PageSource,
    PythonSource,
    Remote,
    SourcesError,
    SourcesFile,
    read_sources,
)
from pipelines.sources.inbox import Delivery, Inbox, InboxError, read_inbox
from pipelines.sources.spool import Remembered, Spool

if TYPE_CHECKING:
    from pipelines.sources.fetching import Fetcher

log = logging.getLogger("briefs")

#: Briefs that a function may yield in a night.
_MOST = 100_000


class BriefsFunction(Protocol):
    """A source of one's own: called with its `settings`, it yields objects as a line of a *.jsonl file holds.

    Such an object has `title` and `text`, and optionally `published` (a date or its text), `source`, `url`, `id`.
    """

    def __call__(self, settings: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
        """The briefs that there are now; those given before may be among them."""
        ...


@dataclass(frozen=True, slots=True)
class Ways:
    """Where a night's news comes from. Without remote sources it needs no folder."""

    inboxes: tuple[Inbox, ...]
    remote: tuple[Remote, ...] = ()
    http: HttpSettings = field(default_factory=HttpSettings)
    home: Path = Path()
    spool: Spool | None = None
    #: Whether a folder that is not there is an error, as for the one that a person named, or the problem of one source.
    strict: bool = False

    def gather(self) -> list[str]:
        """Asks what is due of the web and of functions; returns what is wrong now, a line for each source."""
        if self.spool is None or not self.remote:
            return []
        known, problems = self.spool.remembered(), []
        with ExitStack() as stack:
            fetcher = functools.cache(lambda: stack.enter_context(_fetcher(self.http)))
            for source in self.remote:
                before = known.get(source.key, Remembered())
                if not before.asked_at <= time.time() < before.asked_at + source.every:
                    before = self._ask(source, before, fetcher, self.spool)
                    known[source.key] = before
                    self.spool.remember(known)
                if before.problem:
                    problems.append(f"{source.key}: {before.problem}")
        return problems

    def deliveries(self) -> Iterator[Delivery]:
        """The files of all inboxes, then what was fetched. A folder that is not there is told as a delivery's error."""
        for inbox in self.inboxes:
            try:
                yield from read_inbox(inbox)
            except InboxError as error:
                if self.strict:
                    raise
                yield Delivery(str(inbox.folder), b"", str(error))
        if self.spool is not None:
            yield from self.spool.deliveries()

    def inbox_of(self, delivery: Delivery) -> Inbox | None:
        """The inbox in which a delivery lies; None for what was fetched."""
        parent = delivery.path.parent if delivery.path is not None else None
        return next((inbox for inbox in self.inboxes if inbox.folder == parent), None)

    def _ask(self, source: Remote, before: Remembered, fetcher: Any, spool: Spool) -> Remembered:
        from pipelines.sources.fetching import (  # slow to import, and most nights need none of it
            FetchError,
            Seen,
        )

        asked = Remembered(asked_at=time.time())
        if isinstance(source, PythonSource):
            try:
                content = _called(source, self.home)
            except Exception as error:  # it is not our code: whatever it raises is its problem
                log.exception("the source %s failed", source.key)
                return replace(asked, problem=f"failed ({type(error).__name__}: {error}); the others went on")
            if content:
                spool.put(Delivery(f"{_slug(source.key)}.jsonl", content, publisher=source.publisher))
            return asked
        url = source.page if isinstance(source, PageSource) else source.feed
        try:
            answer = fetcher().fetch(url, Seen(before.etag, before.last_modified))
        except FetchError as error:
            return replace(asked, problem=str(error), etag=before.etag, last_modified=before.last_modified)
        if answer.content is not None:
            suffix = ".html" if isinstance(source, PageSource) else _suffix(answer.kind, answer.content)
            name = f"{source.name or _slug(url)}{suffix}"
            spool.put(Delivery(name, answer.content, url=answer.url, publisher=source.publisher))
            log.info("%s: %s bytes", source.key, f"{len(answer.content):,}")
        else:
            log.info("%s: nothing has changed", source.key)
        seen = answer.seen
        return replace(
            asked, etag=seen.etag or before.etag, last_modified=seen.last_modified or before.last_modified
        )


def ways_of(path: Path, folder: Path) -> Ways:
    """The ways in of a sources file; `folder` is the warehouse's, where what was fetched waits. Raises `SourcesError`."""
    file: SourcesFile = read_sources(path)
    inboxes = tuple(Inbox(s.inbox, s.settle, s.archive, s.quarantine) for s in file.inboxes)
    return Ways(inboxes, file.remote, file.http, file.folder, Spool(folder / "sources"))


def _fetcher(http: HttpSettings) -> Fetcher:
    from pipelines.sources.fetching import Fetcher

    return Fetcher(http)


def _called(source: PythonSource, home: Path) -> bytes:
    """What a function yields, as JSON lines."""
    module, _, name = source.python.partition(":")
    sys.path.insert(0, str(home))
    try:
        function: BriefsFunction = getattr(importlib.import_module(module), name)
    finally:
        sys.path.remove(str(home))
    rows = islice(function(source.settings), _MOST)
    return b"".join(json.dumps(dict(row), default=_plain).encode("utf-8") + b"\n" for row in rows)


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is neither text nor a date")


def _suffix(kind: str, content: bytes) -> str:
    """The kind of a feed: by its media type, and where that tells nothing, by how it begins."""
    if "json" in kind or (not kind.endswith("xml") and content.lstrip()[:1] == b"{"):
        return ".json"
    return ".xml"


def _slug(address: str) -> str:
    """A name for a file out of an address."""
    parts = urlsplit(address)
    readable = f"{parts.netloc}{parts.path}" if parts.netloc else address
    return (
        re.sub(r"[^\w.-]+", "-", re.sub(r"\.(?:xml|json|html?)$", "", readable)).strip("-.")[:80] or "source"
    )


__all__ = ["BriefsFunction", "SourcesError", "Ways", "ways_of"]
