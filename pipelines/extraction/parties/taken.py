"""Stretches of a text that a finder has read: what lies in one is no part of another name."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

from pipelines.text.span import Span


class Taken:
    """Stretches that are already read."""

    def __init__(self, spans: Iterable[Span]) -> None:
        self._spans = sorted((s.start, s.end) for s in spans)

    def add(self, start: int, end: int) -> None:
        """Takes a stretch in."""
        self._spans.insert(bisect_right(self._spans, (start, end)), (start, end))

    def place(self, at: int) -> tuple[int, int] | None:
        """The stretch that holds a place."""
        i = bisect_right(self._spans, (at + 1, -1))
        return next(((s, e) for s, e in self._spans[max(0, i - 3) : i] if s <= at < e), None)

    def has(self, start: int, end: int) -> bool:
        """Whether a stretch shares a character with one of them."""
        i = bisect_right(self._spans, (end, -1))
        return any(s < end and e > start for s, e in self._spans[max(0, i - 3) : i])
