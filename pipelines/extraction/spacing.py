"""Blanks inside Chinese: `2025 年 4 月`, `三 百 五` and `5 至 6%` read like their closed forms, with offsets kept."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from pipelines.text.span import Span

_HAN = "〇○\u3400-\u9fff"
_POWERS = "十百千万亿兆"
#: Blanks between Chinese characters, or between one and a digit. A numeral is not lengthened (两千 30), but 7万 5千 is one;
#: digits stay apart but in a discount (7 2 折).
_BLANKS = re.compile(
    rf"(?<=[{_HAN}])[ \t]+(?=[{_HAN}])|(?<=[0-9a-zA-Z%])[ \t]+(?=[{_HAN}])|(?<=[{_HAN}])(?<![{_POWERS}])[ \t]+(?=\d)"
    rf"|(?<=[{_POWERS}])[ \t]+(?=\d+[ \t]?[{_POWERS}])|(?<=\d)[ \t](?=\d[ \t]?折)|(?<=[<>])[ \t](?==)"
)


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
    for m in _BLANKS.finditer(text):
        pieces.append(text[at : m.start()])
        left_out += m.end() - m.start()
        starts.append(m.end() - left_out)
        shifts.append(left_out)
        at = m.end()
    pieces.append(text[at:])
    return Squeezed("".join(pieces), tuple(starts), tuple(shifts))
