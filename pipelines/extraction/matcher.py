"""Longest match of many phrases at a place of a text, in time that does not grow with their number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Generic, TypeVar

T = TypeVar("T")


class PhraseMatcher(Generic[T]):
    """Finds the longest of its phrases at a position. Phrases are looked up by first character, then length."""

    def __init__(self, phrases: Mapping[str, T]) -> None:
        self._phrases = dict(phrases)
        lengths: dict[str, set[int]] = {}
        for phrase in self._phrases:
            lengths.setdefault(phrase[0], set()).add(len(phrase))
        self._lengths = {char: tuple(sorted(sizes, reverse=True)) for char, sizes in lengths.items()}

    def match(self, text: str, start: int) -> tuple[int, T] | None:
        """End and payload of the longest phrase that begins at `start`, or None."""
        for length in self._lengths.get(text[start : start + 1], ()):
            end = start + length
            payload = self._phrases.get(text[start:end])
            if payload is not None and end <= len(text):
                return end, payload
        return None

    def find(self, text: str) -> Iterator[tuple[int, int, T]]:
        """All matches from left to right, longest first, without overlaps: start, end, payload."""
        at, size, lengths = 0, len(text), self._lengths
        while at < size:
            found = self.match(text, at) if text[at] in lengths else None
            if found is None:
                at += 1
            else:
                yield at, found[0], found[1]
                at = found[0]
