"""What every family of spoken forms works with: the place in the text, the tables, and the reading that it yields."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from pipelines.extraction.lexicon import UnitWord
from pipelines.extraction.matcher import PhraseMatcher
from pipelines.extraction.numerals import Literal, NumeralReader
from pipelines.text.span import Span

HALF = Decimal("0.5")


@dataclass(frozen=True, slots=True)
class Reading:
    """A spoken amount: its span, the type of its item, its bounds (equal for one value) and its unit.

    `outer` also covers a comparator in front or behind. `is_extra` marks one that stands beside what quantities read at the same place (五雙 is 10, and 五 a number).
    """

    span: Span
    kind: str
    low: Decimal | None
    high: Decimal | None
    unit: str | None = None
    is_extra: bool = False
    comparator: str | None = None
    outer: Span | None = None


@dataclass(frozen=True, slots=True)
class Tables:
    """The readers that the forms share."""

    numerals: NumeralReader
    units: PhraseMatcher[UnitWord]
    not_units: PhraseMatcher[bool]


@dataclass(frozen=True, slots=True)
class Place:
    """A place where a form may begin. `literal` is the numeral there, behind a 负 where one stands."""

    text: str
    at: int
    tables: Tables
    literal: Literal | None
    is_negative: bool
    currency: str | None

    @property
    def before(self) -> str:
        """The character in front, or the empty string."""
        return self.text[self.at - 1 : self.at] if self.at else ""

    def number(self, at: int) -> Literal | None:
        """The numeral at another place."""
        return self.tables.numerals.read(self.text, at)

    def unit(self, at: int) -> tuple[int, UnitWord] | None:
        """End and word of the unit at a place."""
        found = self.tables.units.match(self.text, at)
        other = self.tables.not_units.match(self.text, at) if found else None
        return None if found is None or (other and other[0] > found[0]) else found

    def next(self, at: int, size: int = 1) -> str:
        """The characters at a place; the empty string behind the end."""
        return self.text[at : at + size]

    def value(self, end: int, kind: str, value: Decimal, unit: str | None = None) -> Reading:
        """A reading of one value from this place to `end`, negative behind 负."""
        value = -value if self.is_negative else value
        return Reading(Span(self.at, end), kind, value, value, unit)

    def ends(self, at: int) -> bool:
        """Whether a word ends at a place: no letter or character follows."""
        return at >= len(self.text) or not self.text[at].isalnum()


def number_of(m: re.Match[str], value: Decimal) -> Reading:
    """A number that a pattern found."""
    return Reading(Span(*m.span()), "number", value, value)
