"""The stretch of days that words name: what the readers of dates and of relative words both yield."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from pipelines.extraction.calendar import Bounds
from pipelines.text.span import Span

Grain = Literal["year", "half", "quarter", "month", "week", "day", "span"]
#: What the words do to the period: a plain stretch, an end only (年底前), a start only (起), now (目前), a look back or
#: ahead of some length (近十年, 36個月內), or none that can be resolved (2024財年, 屆時).
Form = Literal["plain", "deadline", "open", "now", "past_span", "future_span", "unresolved"]


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of days that the text names.

    `is_floating`: the year was not said and is the publication's. `outer` also covers the words around the period that
    belong to it (從, 左右). `whole` is the full stretch of a week that the contract lets end at the publication date.
    """

    span: Span
    start: date | None
    end: date | None
    grain: Grain
    form: Form = "plain"
    is_floating: bool = False
    outer: Span | None = None
    whole: Bounds | None = None

    @property
    def phrase(self) -> Span:
        """The period with the words around it that belong to it."""
        return self.outer or self.span


@dataclass(frozen=True, slots=True)
class DatePart:
    """A date in parts, with the place where its text ends."""

    end: int
    bounds: Bounds
    grain: Grain
    year: int | None
    month: int | None = None
    is_floating: bool = False
    is_relative: bool = False
    form: Form = "plain"


#: Characters of Chinese numerals, for patterns of small numbers.
DIGIT_CHARS = "零〇○一二三四五六七八九十两"
_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2, "元": 1, "正": 1}


def small_number(word: str) -> int:
    """A small Chinese or Arabic number (up to 2999): 十二, 廿四, 一百一十四, 两千零四, 26, 二六."""
    if word.isdigit() and word.isascii():
        return int(word)
    total, digit = 0, None
    for char in word:
        if char in _DIGITS:
            digit = _DIGITS[char] if not digit else digit * 10 + _DIGITS[char]
        elif char in "十百千":
            total += (1 if digit is None else digit) * {"十": 10, "百": 100, "千": 1000}[char]
            digit = None
        elif char in "廿卅":
            total += 20 if char == "廿" else 30
    return total + (digit or 0)
