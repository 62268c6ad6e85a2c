"""Spans of time in more than one unit or in halves (27分7秒, 一個半小時, 半天, 一小時), and ages of weeks or months."""

from __future__ import annotations

import re
from decimal import Decimal

from pipelines.extraction.spoken.reading import HALF, Place, Reading

_SECONDS = {"year": 31536000, "quarter": 7776000, "month": 2592000, "week": 604800, "day": 86400, "hour": 3600,
            "minute": 60, "second": 1}  # fmt: skip
_SHORT = (("个钟", "hour"), ("钟", "hour"), ("月", "month"), ("时", "hour"), ("分", "minute"))
_NIGHTS = re.compile(r"[\d一二三四五六七八九十两]+[晚夜]")
_AGE = re.compile(r"个?(?P<unit>年|月|周|星期|天)大(?![约概致幅增减学小量多型陆])")
_AGE_UNITS = {"年": "year", "月": "month", "周": "week", "星期": "week", "天": "day"}
_NOT_BEHIND = frozenset("下前后大过多这那每另第同近")


def age(place: Place) -> Reading | None:
    """三周大, 六個月大."""
    literal = place.literal
    m = _AGE.match(place.text, literal.end) if literal is not None else None
    if literal is None or m is None or literal.low != literal.high:
        return None
    return place.value(m.end(), "dimension", literal.low, _AGE_UNITS[m["unit"]])


def duration(place: Place) -> Reading | None:
    """What quantities leave alone: compound, halved, or one of a unit."""
    if place.before in _NOT_BEHIND or (
        place.before == "上" and place.text[place.at - 2 : place.at - 1] != "马"
    ):
        return None
    if place.next(place.at, 3) == "大半天":
        return None
    first = _term(place, place.at, False)
    if first is None:
        return None
    end, count, unit = first
    if nights := _NIGHTS.match(place.text, end) if unit == "day" else None:
        return place.value(nights.end(), "duration", count * _SECONDS["day"])
    total, parts = count * _SECONDS[unit], 1
    while True:
        gap = end + 1 if place.next(end) in ("零", "又", ",", " ") else end
        term = None if place.next(gap) in ("半", "个") else _term(place, gap, True)
        if term is None or _SECONDS[term[2]] >= _SECONDS[unit]:
            break
        end, unit, parts = term[0], term[2], parts + 1
        total += term[1] * _SECONDS[unit]
    start = place.next(place.at)
    is_one = start == "一" and place.literal is not None and place.literal.end == place.at + 1
    if parts == 1 and not is_one and start not in ("半", "个") and "半" not in place.text[place.at : end]:
        return None
    if start == "个" and place.before:
        return None
    return place.value(end, "duration", total)


def most_of_a_day(place: Place) -> Reading | None:
    """大半天 is between half and nine tenths of a day."""
    if place.next(place.at, 3) != "大半天":
        return None
    reading = place.value(place.at + 3, "duration", Decimal(0))
    return Reading(reading.span, "duration", Decimal(43200), Decimal(77760))


def _term(place: Place, at: int, is_lesser: bool) -> tuple[int, Decimal, str] | None:
    """End, count and unit of one span of time: 27分, 一個半小時, 個半鐘, 半天, 兩年."""
    if place.next(at) == "半":
        end, count = at + 1, HALF
    elif place.next(at, 2) == "个半":
        end, count = at + 2, Decimal("1.5")
    else:
        literal = place.number(at)
        if literal is None or literal.is_vague or literal.low != literal.high:
            return None
        end, count = literal.end, literal.low
        if place.next(end, 2) == "分半":
            end = end + 3 if place.next(end + 2) == "钟" else end + 2
            return end, count + HALF, "minute"
        if place.next(end, 2) == "个半":
            end, count = end + 2, count + HALF
    word = _unit(place, end, is_lesser)
    if word is None:
        return None
    end, unit = word
    if place.next(end) == "半" and unit != "month" and place.next(end, 2) != "半导":
        end, count = end + 1, count + HALF
    return end, count, unit


def _unit(place: Place, at: int, is_lesser: bool) -> tuple[int, str] | None:
    """A unit of time; 時, 分 and 月 only in second place, or behind 半."""
    if place.next(at) == " ":
        at += 1
    found = place.unit(at)
    if found is not None and found[1].form == "个":
        found = place.unit(found[0]) or found
    if (
        found is not None
        and found[1].kind == "duration"
        and found[1].unit in _SECONDS
        and found[1].factor == 1
    ):
        return found[0], found[1].unit
    for form, unit in _SHORT:
        if place.text.startswith(form, at) and (
            is_lesser or form == "个钟" or (form != "时" and place.next(at - 1) == "半")
        ):
            return at + len(form), unit
    return None
