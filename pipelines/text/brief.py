"""The brief: one news item as it was received, and the identity that its content gives it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Literal

#: How a publication date was found: stated by the source, by the page's data, by the file's name, or by the text itself.
DateSource = Literal["given", "page", "file name", "text"]


@dataclass(frozen=True, slots=True)
class Brief:
    """One news item. `body` is the original text; every offset in the system points into it."""

    title: str
    body: str
    publisher: str | None = None
    published_on: date | None = None
    date_source: DateSource | None = None
    url: str | None = None
    source_id: str | None = None
    tag: str | None = None

    @property
    def brief_id(self) -> str:
        """32 hex digits of what the brief says, who says it and when; the same on every machine.

        A day that is read out of the text adds nothing to it.
        """
        stated = self.published_on is not None and self.date_source != "text"
        day = self.published_on.isoformat() if self.published_on and stated else ""
        return content_key(self.title, self.body, self.publisher or "", day)


def content_key(*parts: str) -> str:
    """A stable key of the parts in their order: 32 hex digits of SHA-256 over their length-prefixed UTF-8."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        digest.update(f"{len(data)}:".encode())
        digest.update(data)
    return digest.hexdigest()[:32]
