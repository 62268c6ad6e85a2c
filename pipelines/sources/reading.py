"""What reading a delivery yields: briefs with their places, and what was refused with the cure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipelines.text.brief import Brief

_HALF_PAIR = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class ReadBrief:
    """A brief and the line of its file on which it starts, from 1.

    `part` is the file inside an archive; `cleaned` says what was taken out of its text, None where nothing was.
    """

    brief: Brief
    line: int
    part: str | None = None
    cleaned: str | None = None


@dataclass(frozen=True, slots=True)
class RejectedInput:
    """A file (`line` None) or a line that holds no brief: which check failed, on what value, why, and the cure."""

    reader: str
    check: str
    reason: str
    line: int | None = None
    value: str | None = None
    content: str | None = None
    part: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything that one delivery holds, and the encoding that it is in (None for an archive or what is no text)."""

    briefs: tuple[ReadBrief, ...] = ()
    rejected: tuple[RejectedInput, ...] = ()
    encoding: str | None = None


def refused_file(reader: str, check: str, reason: str) -> Reading:
    """A file that is refused as a whole."""
    return Reading(rejected=(RejectedInput(reader, check, reason),))


def unstorable(text: str) -> str | None:
    """Why a text cannot be kept as text: a NUL or half of a surrogate pair in it; None where it can."""
    if "\0" in text:
        return "holds a NUL character; remove it"
    if _HALF_PAIR.search(text):
        return "holds half of a surrogate pair (a broken emoji?); remove it"
    return None
