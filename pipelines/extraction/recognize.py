"""The recogniser on its own (contract section 8): numbers, units and dates of one text as plain items."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from pipelines.extraction.lexicon import Lexicon, normalize
from pipelines.extraction.periods import Period, PeriodReader
from pipelines.extraction.quantities import Quantity, QuantityReader

#: Seconds of a span of time, as the item form counts them: month 30 days, quarter 90, year 365.
_SECONDS = {
    "second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800, "month": 2592000, "quarter": 7776000,
    "year": 31536000,
}  # fmt: skip
_TYPES = {
    "number": "number", "percent": "percent", "pp": "percent", "ratio": "number", "money": "currency", "count": "number",
    "person": "number", "measure": "dimension", "rate_bit": "dimension", "rate_byte": "dimension", "model": "dimension",
    "duration": "duration", "ordinal": "ordinal", "fold": "percent",
}  # fmt: skip
_BARE = frozenset({"number", "count", "person", "ratio", "ordinal"})

Item = dict[str, object]


class Recognizer:
    """Finds numbers, units and dates in a text, for callers outside the claim engine."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._quantities = QuantityReader(lexicon)

    def recognize(self, text: str, reference_date: date | None = None, locale: str = "zh-TW") -> list[Item]:
        """The items of `text` in their order, with half-open code-point offsets.

        `reference_date` resolves relative dates; without it they keep null bounds. `locale` decides what a bare 元
        means and whether 114年 is a year of the Republic.
        """
        normal = normalize(text)
        country = locale.rpartition("-")[2].upper()
        periods = PeriodReader(normal, reference_date, country == "TW").read()
        quantities = self._quantities.read(
            normal, self._lexicon.currencies.get(country), [p.span for p in periods]
        )
        items = [
            *(_period_item(p) for p in periods),
            *(i for q in quantities for i in _quantity_items(q, normal)),
        ]
        return sorted(items, key=lambda item: (str(item["start"]).zfill(9), str(item["end"]).zfill(9)))


def _period_item(period: Period) -> Item:
    kind = "date" if period.start == period.end and period.grain == "day" else "date_period"
    return {
        "start": period.span.start,
        "end": period.span.end,
        "type": kind,
        "start_date": period.start.isoformat() if period.start else None,
        "end_date": period.end.isoformat() if period.end else None,
    }


def _quantity_items(q: Quantity, text: str) -> Iterator[Item]:
    kind = _TYPES.get(q.kind, "number")
    start, end = q.span.start, q.span.end
    if q.kind in _BARE and q.unit_raw and kind == "number":
        end = _numeral_end(q, text)
    if q.kind in ("percent", "pp") and q.is_fraction:
        kind = "number"
    low, high = q.low, q.high
    factor = Decimal(_SECONDS[q.unit]) if kind == "duration" and q.unit in _SECONDS else Decimal(1)
    if q.is_fraction:
        factor = Decimal("0.01")
    low, high = (None if v is None else v * factor for v in (low, high))
    item: Item = {"start": start, "end": end, "type": kind}
    if low is not None and low == high:
        item["value"] = _plain(low)
    else:
        item |= {"low": None if low is None else _plain(low), "high": None if high is None else _plain(high)}
        if kind == "number":
            item["type"] = "range"
            item["start"], item["end"] = q.outer.start, q.outer.end if end == q.span.end else end
    if kind in ("currency", "dimension"):
        item["unit"] = q.unit
    item["comparator"] = q.comparator
    if q.per:
        item["per"] = q.per
    yield item


def _numeral_end(q: Quantity, text: str) -> int:
    """Where the numeral ends inside a counted quantity: 三千輛 is the number 三千."""
    end = q.span.end
    raw = (q.unit_raw or "").lstrip("百千万亿兆")
    if raw and text[q.span.start : end].rstrip().endswith(raw):
        end -= len(raw)
    while end > q.span.start and text[end - 1] == " ":
        end -= 1
    return end


def _plain(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)
