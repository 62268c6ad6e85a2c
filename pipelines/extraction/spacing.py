"""Blanks inside Chinese: `2025 年 4 月`, `三 百 五` and `5 至 6%` read like their closed forms, with offsets kept."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from pipelines.text.span import Span

_RUN = re.compile(r"[ \t]+")
_POWERS = frozenset("十百千万亿兆")
#: What stands behind a blank inside one numeral (7万 5千), and behind one inside a discount (7 2 折).
_NEXT_POWER = re.compile(r"\d+[ \t]?[十百千万亿兆]")
_DISCOUNT = re.compile(r"\d[ \t]?折")


@dataclass(frozen=True, slots=True)
class Squeezed:
    """A text without such blanks. `starts` and `shifts` say from which place on how many were left out."""

    text: str
    starts: tuple[int, ...] = ()
    shifts: tuple[int, ...] = ()

    def original(self, span: Span) -> Span:
        """A span of this text as a span of the original."""
        return Span(self.offset(span.start), self.offset(span.end - 1) + 1) if self.starts else span

    def offset(self, at: int) -> int:
        """A place of this text as a place of the original."""
        i = bisect_right(self.starts, at)
        return at + self.shifts[i - 1] if i else at


def squeeze(text: str) -> Squeezed:
    """`text` without the blanks that Chinese does not need."""
    if " " not in text and "\t" not in text:
        return Squeezed(text)
    pieces: list[str] = []
    starts: list[int] = []
    shifts: list[int] = []
    at = left_out = 0
    for m in _RUN.finditer(text):
        start, end = m.span()
        if not start or end == len(text) or not _is_needless(text, start, end):
            continue
        pieces.append(text[at:start])
        left_out += end - start
        starts.append(end - left_out)
        shifts.append(left_out)
        at = end
    pieces.append(text[at:])
    return Squeezed("".join(pieces), tuple(starts), tuple(shifts))


def _is_needless(text: str, start: int, end: int) -> bool:
    """Whether a blank stands between Chinese characters, or between one and a digit or letter.

    A numeral is not lengthened (两千 30), but 7万 5千 is one; digits stay apart but in a discount (7 2 折).
    """
    before, after = text[start - 1], text[end]
    if _is_han(after):
        return _is_han(before) or (before.isascii() and before.isalnum()) or before == "%"
    if after.isascii() and after.isdigit():
        if before in _POWERS:
            return _NEXT_POWER.match(text, end) is not None
        return _is_han(before) or (before.isdigit() and _DISCOUNT.match(text, end) is not None)
    return after == "=" and before in "<>"


def _is_han(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff" or char in "〇○"
