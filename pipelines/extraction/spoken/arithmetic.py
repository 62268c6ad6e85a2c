"""Numbers calculated with: powers, mixed and short fractions, dozens and pairs, comparisons."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from pipelines.extraction.spoken.reading import HALF, Place, Reading, number_of
from pipelines.extraction.surroundings import sign_before
from pipelines.text.span import Span

_POWER = re.compile(r"([-−]?\d+(?:\.\d+)?)\^([-+]*)(\d{1,3})")
_SCIENTIFIC = re.compile(r"[-−]?(?:\d+(?:\.\d+)?|\.\d+)[eE][-+]?\d{1,3}(?![A-Za-z\d])")
_LEADING_POINT = re.compile(r"([-−]?\.\d+)(?P<scale>[KMGTB])?(?![\dA-Za-z])")
_SCALES = {"K": 10**3, "M": 10**6, "G": 10**9, "B": 10**9, "T": 10**12}
_MIXED = re.compile(r"(\d+) (\d+)/(\d+)(?![\d/])")
_IMPROPER = re.compile(r"[-−](\d+)/(\d+)(?![\d/])")
_OVER = re.compile(r"分之|[分份]")
_GROUPS = {"打": 12, "对": 2, "双": 2, "个": 1}
_NOT_DOZENS = ("打造", "打入", "打开", "打算", "打折", "打破", "打击", "打进")
_COMPARED = re.compile(r"\s?(?:(?P<less>[低少小矮短轻])|[高大多长重])")
_BETWEEN = re.compile(r"之间|间(?![接隔距])")


def calculated(place: Place) -> Reading | None:
    """2e5, -1.1^+23, -.5, 1 4/3."""
    text, at = place.text, place.at
    if not (text[at].isascii() or text[at] == "−") or (place.before and place.before in "-−"):
        return None
    if m := _SCIENTIFIC.match(text, at):
        return number_of(m, Decimal(_plain(m[0])))
    if m := _POWER.match(text, at):
        exponent = int(m[3]) * (-1 if m[2].count("-") % 2 else 1)
        base = Decimal(_plain(m[1]))
        if not base:
            return None
        return number_of(m, -(abs(base) ** exponent) if base < 0 else base**exponent)
    if m := _LEADING_POINT.match(text, at):
        return number_of(m, Decimal(_plain(m[1])) * _SCALES.get(m["scale"] or "", 1))
    if (m := _MIXED.match(text, at)) and int(m[3]):
        return number_of(m, Decimal(m[1]) + Decimal(m[2]) / Decimal(m[3]))
    if (m := _IMPROPER.match(text, at)) and int(m[2]):
        return number_of(m, -Decimal(m[1]) / Decimal(m[2]))
    return None


def fraction(place: Place) -> Reading | None:
    """三又十分之一, 一又十分一; without 之: 二份一, 四分一升, 百分三十, 百分百."""
    whole = place.literal
    if whole is None:
        return None
    if place.next(whole.end) == "又":
        bottom = place.number(whole.end + 1)
        over = _OVER.match(place.text, bottom.end) if bottom else None
        top = place.number(over.end()) if over else None
        if bottom is None or top is None or not bottom.low:
            return None
        return place.value(top.end, "number", whole.low + top.low / bottom.low)
    if (
        place.next(whole.end) not in ("分", "份")
        or place.next(whole.end, 2) == "分之"
        or not whole.is_chinese
    ):
        return None
    top = place.number(whole.end + 1)
    if top is None or not top.is_chinese or place.next(top.end) in ("秒", "分", "钟", "点"):
        return None
    if place.text[place.at : whole.end] == "百":
        return place.value(top.end, "percent", top.low)
    if not 2 <= whole.low <= 10 or top.low >= 100:
        return None
    unit = place.unit(top.end)
    if unit is not None and unit[1].kind == "measure":
        return place.value(unit[0], "dimension", top.low / whole.low * unit[1].factor, unit[1].unit)
    return place.value(top.end, "number", top.low / whole.low)


def grouped(place: Place) -> Reading | None:
    """五打 is 60, 五雙 is 10, 兩個 is 2."""
    literal = place.literal
    group = place.next(literal.end) if literal is not None else ""
    if literal is None or group not in _GROUPS or literal.is_vague or literal.low != literal.high:
        return None
    if group == "打":
        is_word = place.text.startswith(_NOT_DOZENS, literal.end)
        return None if is_word else place.value(literal.end + 1, "number", literal.low * 12)
    if not place.ends(literal.end + 1):
        return None
    return replace(place.value(literal.end + 1, "number", literal.low * _GROUPS[group]), is_extra=True)


def half_of_number(place: Place) -> Reading | None:
    """半百 is 50, 半個 is one half, 半成 5 percent, 半折 and 對折 50."""
    if place.next(place.at, 2) in ("半折", "对折") or (
        place.next(place.at, 2) == "半成" and place.ends(place.at + 2)
    ):
        return place.value(place.at + 2, "percent", Decimal(5 if place.next(place.at + 1) == "成" else 50))
    if place.next(place.at, 2) == "半百":
        return place.value(place.at + 2, "number", Decimal(50))
    if place.next(place.at, 2) == "半个" and place.ends(place.at + 2):
        return place.value(place.at + 2, "number", HALF)
    return None


def compared(place: Place) -> Reading | None:
    """比 170 低; 10000與20000之間."""
    if place.next(place.at) == "比":
        literal = place.number(place.at + (2 if place.next(place.at + 1) == " " else 1))
        m = _COMPARED.match(place.text, literal.end) if literal is not None else None
        if literal is None or m is None:
            return None
        low, high = (None, literal.low) if m["less"] else (literal.low, None)
        return Reading(Span(place.at, m.end()), "range", low, high)
    literal = place.literal
    if literal is None or place.next(literal.end) not in ("与", "和", "到", "至", "-", "~"):
        return None
    second = place.number(literal.end + 1)
    m = _BETWEEN.match(place.text, second.end) if second is not None else None
    if second is None or m is None:
        return None
    start = place.at if place.is_negative else sign_before(place.text, place.at)
    low = literal.low if start is None else -literal.low
    return Reading(Span(place.at if start is None else start, m.end()), "range", low, second.high)


def _plain(written: str) -> str:
    return written.replace("−", "-")
