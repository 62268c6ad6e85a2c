"""The recogniser on its own (contract section 8): numbers, units and dates of one text as plain items."""

from __future__ import annotations

import re
from datetime import date

from pipelines.extraction.items import Item, interval_items, period_item, quantity_items, reading_items
from pipelines.extraction.lexicon import Lexicon, normalize
from pipelines.extraction.numerals import Literal, NumeralReader
from pipelines.extraction.periods import PeriodReader
from pipelines.extraction.quantities import Quantity, QuantityReader
from pipelines.extraction.spacing import squeeze
from pipelines.extraction.spoken.reader import SpokenReader
from pipelines.text.span import Span


class Recognizer:
    """Finds numbers, units and dates in a text, for callers outside the claim engine."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._numerals = NumeralReader(lexicon.numerals)
        self._numeral = re.compile(f"[{self._numerals.first}]")
        self._quantities = QuantityReader(lexicon)
        self._spoken = SpokenReader(lexicon)

    def recognize(self, text: str, reference_date: date | None = None, locale: str = "zh-TW") -> list[Item]:
        """The items of `text` in their order, with half-open code-point offsets.

        `reference_date` resolves relative dates; without it they keep null bounds. `locale` decides what a bare 元
        means and whether 114年 is a year of the Republic.
        """
        squeezed = squeeze(normalize(text))
        normal = squeezed.text
        country = locale.rpartition("-")[2].upper()
        currency = self._currency(country, text)
        periods = PeriodReader(normal, reference_date, country == "TW").read()
        taken = [p.span for p in periods]
        spoken = self._spoken.read(normal, currency, taken)
        quantities = self._quantities.read(
            normal, currency, sorted([*taken, *(r.span for r in spoken if not r.is_extra)])
        )
        items = [
            *(period_item(p) for p in periods),
            *(item for r in spoken for item in reading_items(r)),
            *(item for q in quantities for item in quantity_items(q, self._literals(q, normal), normal)),
            *interval_items(quantities, normal),
        ]
        for item in items:
            span = squeezed.original(Span(int(str(item["start"])), int(str(item["end"]))))
            item["start"], item["end"] = span.start, span.end
        return sorted(items, key=lambda item: (int(str(item["start"])), int(str(item["end"]))))

    def _currency(self, country: str, text: str) -> str | None:
        """What a bare 元 is: the locale's money; an amount in 圓 is not written so on the mainland, but in Taiwan."""
        currencies = self._lexicon.currencies
        return currencies.get("TW" if country == "CN" and "圓" in text else country)

    def _literals(self, q: Quantity, text: str) -> list[Literal]:
        """The numerals inside a quantity with a unit; a bare number is one itself."""
        found: list[Literal] = []
        if not q.unit_raw:
            return found
        at, end = q.span.start, q.numeral_end or q.span.end
        while (m := self._numeral.search(text, at, end)) is not None:
            literal = self._numerals.read(text, m.start())
            if literal is not None and literal.end <= end:
                found.append(literal)
                at = literal.end
            else:
                at = m.end()
        return found
