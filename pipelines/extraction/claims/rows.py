"""Rows of numbers that share the unit behind the last one: 歸母淨利潤為32.1/41.5/52.7億元."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from pipelines.extraction.quantities import Quantity

#: Two whole numbers alone may be a date or a fraction (3/4); so many, or a decimal point, are neither.
_SURE = 3
_DIGITS = re.compile(r"\d[\d,]*(?:\.\d+)?")


def with_shared_units(text: str, quantities: Sequence[Quantity]) -> tuple[Quantity, ...]:
    """The quantities, where a row of bare numbers joined by slashes takes the unit and the scale of its last one."""
    read = list(quantities)
    for i in range(len(read) - 1, 0, -1):
        last = read[i]
        if last.kind == "number" or last.unit is None or text[last.span.start - 1 : last.span.start] != "/":
            continue
        first = i
        while first > 0 and _joined(text, read[first - 1], read[first]):
            first -= 1
        row = read[first:i]
        scale = _scale(text, last)
        if scale is None or not row or not (len(row) + 1 >= _SURE or any(q.low != q.low.to_integral_value() for q in row if q.low)):  # fmt: skip
            continue
        for k, number in enumerate(row, first):
            value = None if number.low is None else number.low * scale
            read[k] = replace(
                last, span=number.span, outer=number.outer, low=value, high=value, numeral_end=number.numeral_end,
                comparator="eq", sign=None, symbol=None, stated=None,
            )  # fmt: skip
    return tuple(read)


def _joined(text: str, number: Quantity, following: Quantity) -> bool:
    """Whether a bare number stands before the next one with only a slash between them."""
    return number.kind == "number" and text[number.span.end : following.span.start] == "/"


def _scale(text: str, q: Quantity) -> Decimal | None:
    """What one of the written numeral is worth: 億 in 52.7億元; None where the amount is not one exact number."""
    m = _DIGITS.match(text, q.span.start)
    if m is None or q.low is None or q.low != q.high:
        return None
    written = Decimal(m[0].replace(",", ""))
    return q.low / written if written else None
