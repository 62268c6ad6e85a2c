"""The item form of a recognised amount or period (contract section 8): plain dictionaries with offsets.

Each type of item reads the text for itself, so items may nest: an amount with a comparator is given as the bare amount and
as the whole phrase with its bounds, and a measure also gives its numeral as a number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from pipelines.extraction.numerals import Literal
from pipelines.extraction.periods import Period
from pipelines.extraction.quantities import Quantity
from pipelines.extraction.spoken.reading import Reading

#: Seconds of a span of time, as the item form counts them: month 30 days, quarter 90, year 365.
_SECONDS = {
    "second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800, "month": 2592000, "quarter": 7776000,
    "year": 31536000,
}  # fmt: skip
_TYPES = {
    "percent": "percent", "pp": "percent", "fold": "percent", "money": "currency", "measure": "dimension",
    "rate_bit": "dimension", "rate_byte": "dimension", "model": "dimension", "duration": "duration", "ordinal": "ordinal",
}  # fmt: skip
#: Codes of the item form where they differ from the lexicon's.
_CODES = {"degF": "F", "age": "year"}
_OPEN = frozenset({"gt", "lt", "upto"})
_AND = re.compile(r"[,，]?\s*(?:并且|并)?")

Item = dict[str, object]


def period_item(period: Period) -> Item:
    """A day as a date, anything else as a period."""
    start, end = period.whole or (period.start, period.end)
    kind = "date" if start == end and period.grain == "day" else "date_period"
    return {
        "start": period.phrase.start,
        "end": period.phrase.end,
        "type": kind,
        "start_date": start.isoformat() if start else None,
        "end_date": end.isoformat() if end else None,
    }


def reading_items(reading: Reading) -> Iterator[Item]:
    """A spoken amount, and the phrase with its comparator."""
    extra: Item = {"unit": reading.unit} if reading.unit else {}
    low, high = reading.low, reading.high
    yield _item(reading.span.start, reading.span.end, reading.kind, low, high, extra)
    if reading.comparator in (*_OPEN, "approx") and reading.outer is not None and low == high:
        low = None if reading.comparator in ("lt", "upto") else low
        high = None if reading.comparator == "gt" else high
        yield _item(reading.outer.start, reading.outer.end, reading.kind, low, high, extra)


def quantity_items(q: Quantity, literals: Sequence[Literal], text: str) -> Iterator[Item]:
    """A quantity, the phrase with its comparator, and its numerals (`literals`) as numbers."""
    kind = "number" if q.is_fraction else _TYPES.get(q.kind, "number")
    start = q.span.start if q.sign is None else q.sign
    numeral_end = q.numeral_end or q.span.end
    end = numeral_end if kind == "number" and q.unit_raw and not q.is_fraction else q.span.end
    if q.symbol is not None and kind == "currency":
        start = min(start, q.symbol)
    factor = Decimal("0.01") if q.is_fraction else Decimal(1)
    if kind == "duration" and q.unit in _SECONDS:
        factor = Decimal(_SECONDS[q.unit])
    extra: Item = {"unit": _CODES.get(q.unit or "", q.unit)} if kind in ("currency", "dimension") else {}
    if kind == "number" and q.unit and not q.is_fraction:
        extra["unit"] = q.unit
    extra |= {"comparator": q.comparator} | ({"per": q.per} if q.per else {})
    low, high = _times(q.low, factor), _times(q.high, factor)
    interval = "range" if kind == "number" else kind
    stated = _times(q.stated, factor)
    if q.comparator == "range" or stated is None:
        single = low is not None and low == high
        yield _item(start, end, kind if single else interval, low, high, extra)
    else:
        yield _item(start, end, kind, stated, stated, extra)
    is_behind = q.outer.end > q.span.end
    if q.comparator in _OPEN or (q.comparator == "approx" and kind in ("currency", "dimension", "duration")):
        stop = q.outer.end if is_behind else end
        if kind == "number" and not is_behind and text[end : end + 1] in ("多", "余", "几"):
            stop = end + 1
        yield _item(q.outer.start, stop, interval, low, high, extra)
        if kind in ("dimension", "duration") and q.comparator != "approx" and not is_behind and literals:
            number = literals[0].low
            bounds = (None if low is None else number, None if high is None else number)
            stop = numeral_end + (text[numeral_end : numeral_end + 1] in ("多", "余", "几"))
            yield _item(q.outer.start, stop, "range", bounds[0], bounds[1], {})
    if kind in ("number", "ordinal"):
        return
    for literal in literals:
        if kind in ("dimension", "duration") or literal.end - literal.start > 1:
            bounds = (None, None) if literal.is_vague else (literal.low, literal.high)
            nested = "number" if bounds[0] == bounds[1] else "range"
            yield _item(literal.start, literal.end, nested, bounds[0], bounds[1], {})


def interval_items(quantities: Sequence[Quantity], text: str) -> Iterator[Item]:
    """Two bounds side by side as one interval: 大于10小于20, 1000以上,1500以下."""
    for first, second in pairwise(quantities):
        kinds = {first.comparator, second.comparator}
        if "gt" not in kinds or not kinds & {"lt", "upto"}:
            continue
        above, below = (first, second) if first.comparator == "gt" else (second, first)
        low, high = above.low, below.high
        if (
            low is None
            or high is None
            or low >= high
            or not _AND.fullmatch(text, first.outer.end, second.outer.start)
        ):
            continue
        kind = "range" if second.kind in ("number", "count", "person") else _TYPES.get(second.kind, "range")
        factor = (
            Decimal(_SECONDS[second.unit]) if kind == "duration" and second.unit in _SECONDS else Decimal(1)
        )
        end = second.outer.end
        if kind == "range" and end == second.span.end and second.unit_raw:
            end = second.numeral_end or end
        yield _item(first.outer.start, end, kind, low * factor, high * factor, {})


def _item(start: int, end: int, kind: str, low: Decimal | None, high: Decimal | None, extra: Item) -> Item:
    item: Item = {"start": start, "end": end, "type": kind}
    if low is not None and low == high and kind != "range":
        item["value"] = _plain(low)
    else:
        item |= {"low": _plain(low), "high": _plain(high)}
    return item | extra


def _times(value: Decimal | None, factor: Decimal) -> Decimal | None:
    return None if value is None else value * factor


def _plain(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)
