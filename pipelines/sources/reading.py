"""What reading a delivery yields: briefs with their lines, and what was refused with the cure."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.text.brief import Brief


@dataclass(frozen=True, slots=True)
class ReadBrief:
    """A brief and the line of its delivery on which it starts, from 1."""

    brief: Brief
    line: int


@dataclass(frozen=True, slots=True)
class RejectedInput:
    """A file (`line` None) or a line that holds no brief: which check failed, on what value, why, and the cure."""

    reader: str
    check: str
    reason: str
    line: int | None = None
    value: str | None = None
    content: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything that one delivery holds."""

    briefs: tuple[ReadBrief, ...] = ()
    rejected: tuple[RejectedInput, ...] = ()


def unstorable(text: str) -> str | None:
    """Why a text cannot be kept as text: a NUL or half of a surrogate pair in it; None where it can."""
    if "\0" in text:
        return "holds a NUL character; remove it"
    if any("\ud800" <= char <= "\udfff" for char in text):
        return "holds half of a surrogate pair (a broken emoji?); remove it"
    return None
