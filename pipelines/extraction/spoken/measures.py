"""Temperatures, heights and measures in more than one unit: 攝氏37度, 三米九, 3斤5兩, 8', 四分之一公升, 半公升."""

from __future__ import annotations

import re
from decimal import Decimal

from pipelines.extraction.spoken.reading import HALF, Place, Reading
from pipelines.extraction.surroundings import sign_before
from pipelines.text.span import Span

_NAMED = re.compile(r"(?P<name>摄氏|华氏)(?:温度)?\s?")
_SIGN = re.compile(r"零下|负|[-−]")
_DEGREE = re.compile(r"\s?(?P<before>摄氏|华氏)?[度°](?P<after>[CF](?![A-Za-z]))?|℃|℉")
_FEET = re.compile(r"\s?(['\"′″])")
_TENTH = re.compile(r"米([一二三四五六七八九])(?![\u4e00-\u9fff]?[路厂十百千万])")
_BEFORE_BARE_METRE = " 到至约有是高-~"
_NOT_BEFORE_HALF = "上下前后大一多过年月周个倍成折季对"


def temperature(place: Place) -> Reading | None:
    """攝氏37度, 華氏70°, 45°, 70華氏度; a bare 度 is left to quantities."""
    named = _NAMED.match(place.text, place.at)
    start = named.end() if named else place.at
    sign = _SIGN.match(place.text, start)
    literal = place.number(sign.end() if sign else start)
    degree = _DEGREE.match(place.text, literal.end) if literal is not None else None
    if literal is None or degree is None:
        return None
    names = {named["name"] if named else None, degree["before"], degree["after"]}
    if names == {None} and degree[0].strip() == "度":
        return None
    unit = "F" if names & {"华氏", "F"} or "℉" in degree[0] else "degC"
    minus = place.at if sign else sign_before(place.text, place.at)
    low, high = (literal.low, literal.high) if minus is None else (-literal.high, -literal.low)
    return Reading(Span(place.at if minus is None else minus, degree.end()), "dimension", low, high, unit)


def length(place: Place) -> Reading | None:
    """三米九, 米九, 米六到三米九, 8', 5\"."""
    first = _metres(place, place.at)
    if first is not None:
        end, value = first
        second = _metres(place, end + 1) if place.next(end) in ("到", "至", "-", "~") else None
        if second is not None:
            return Reading(Span(place.at, second[0]), "dimension", value, second[1], "m")
        return place.value(end, "dimension", value, "m")
    literal = place.literal
    m = _FEET.match(place.text, literal.end) if literal is not None else None
    if literal is None or m is None or literal.is_chinese or not place.ends(m.end()):
        return None
    return place.value(m.end(), "dimension", literal.low, "foot" if m[1] in "'′" else "inch")


def compound(place: Place) -> Reading | None:
    """3斤5兩: two units of one measure; 四分之一公升: a part of a unit."""
    literal = place.literal
    if literal is None:
        return None
    if place.next(literal.end, 2) == "分之" and literal.low:
        top = place.number(literal.end + 2)
        unit = place.unit(top.end) if top else None
        if top is None or unit is None or unit[1].kind != "measure":
            return None
        return place.value(unit[0], "dimension", top.low / literal.low * unit[1].factor, unit[1].unit)
    first = place.unit(literal.end)
    second = place.number(first[0]) if first and first[1].kind == "measure" else None
    lesser = place.unit(second.end) if second else None
    if first is None or second is None or lesser is None:
        return None
    if lesser[1].unit != first[1].unit or lesser[1].factor >= first[1].factor:
        return None
    value = literal.low * first[1].factor + second.low * lesser[1].factor
    return place.value(lesser[0], "dimension", value, first[1].unit)


def half_of_measure(place: Place) -> Reading | None:
    """半公升, 半斤."""
    if place.next(place.at) != "半" or (place.before and place.before in _NOT_BEFORE_HALF):
        return None
    found = place.unit(place.at + 1)
    if found is None or found[1].kind != "measure":
        return None
    return place.value(found[0], "dimension", HALF * found[1].factor, found[1].unit)


def _metres(place: Place, at: int) -> tuple[int, Decimal] | None:
    """Metres with their tenths; without a number one metre."""
    literal = place.number(at)
    m = _TENTH.match(place.text, literal.end if literal is not None else at)
    if m is None or (literal is None and at and place.text[at - 1] not in _BEFORE_BARE_METRE):
        return None
    tenth = place.number(m.start(1))
    if tenth is None or tenth.low >= 10 or place.unit(tenth.end) is not None:
        return None
    return tenth.end, (literal.low if literal is not None else Decimal(1)) + tenth.low / 10
