"""Amounts of money in more than one unit: 十塊三毛, 壹圓零伍分, 十二塊五, 兩美元又三美分, 五元六角-五元七毛八."""

from __future__ import annotations

from decimal import Decimal

from pipelines.extraction.spoken.reading import Place, Reading
from pipelines.text.span import Span

#: value and rank of the units: a lesser one may follow a greater one
_UNITS = {
    "元": ("1", 2), "块": ("1", 2), "圆": ("1", 2), "蚊": ("1", 2), "角": ("0.1", 1), "毛": ("0.1", 1), "毫": ("0.1", 1),
    "分": ("0.01", 0),
}  # fmt: skip
_CANTONESE = ("蚊", "毫")
_TOP = 3


def amount(place: Place) -> Reading | None:
    """An amount, or the range of two."""
    first = _amount(place, place.at)
    if first is None or place.next(first.span.end) not in ("-", "~", "至", "到"):
        return first
    second = _amount(place, first.span.end + 1)
    if second is None or second.unit != first.unit:
        return first
    return Reading(Span(place.at, second.span.end), "currency", first.low, second.high, first.unit)


def _amount(place: Place, at: int) -> Reading | None:
    is_negative = place.next(at) == "负"
    literal = place.number(at + is_negative)
    code, total, end, parts, rank = place.currency, Decimal(0), at, 0, _TOP
    while literal is not None and rank:
        step = _step(place, literal.end, rank, code)
        if step is not None:
            end, factor, rank, code = step
            total += literal.low * factor
        elif (
            parts
            and rank in (1, 2)
            and literal.is_chinese
            and _is_tail(place, literal.start, literal.end, end)
        ):
            below = 1 if rank == 2 and place.next(end) != "零" else 2
            total, end, rank = total + literal.low.scaleb(-below), literal.end, 0
        else:
            break
        parts += 1
        gap = end + 1 if place.next(end) in ("零", "又", " ") and place.number(end + 1) else end
        literal = place.number(gap)
    if not parts or (parts == 1 and not _is_told_apart(place, at, end)):
        return None
    if place.next(end) in ("整", "正", "钱"):
        end += 1
    value = -total if is_negative else total
    return Reading(Span(at, end), "currency", value, value, code)


def _step(place: Place, at: int, rank: int, code: str | None) -> tuple[int, Decimal, int, str | None] | None:
    """End, factor, rank and currency of a unit of money that may stand at `at` behind one of a greater rank."""
    unit = place.unit(at)
    if (
        unit is not None
        and unit[1].kind == "money"
        and unit[1].unit != "local"
        and place.next(at) not in _CANTONESE
    ):
        is_whole = unit[1].factor == 1
        if (rank == _TOP) if is_whole else (rank == _TOP or unit[1].unit == code):
            return unit[0], unit[1].factor, 2 if is_whole else 0, unit[1].unit
        return None
    char = place.next(at)
    if char not in _UNITS or (unit is not None and len(unit[1].form) > 1 and unit[1].kind == "measure"):
        return None
    factor, own = _UNITS[char]
    if own >= rank or place.next(at, 2) == "分之":
        return None
    return at + 1, Decimal(factor), own, "HKD" if char in _CANTONESE else code


def _is_tail(place: Place, start: int, end: int, behind: int) -> bool:
    """A last digit without its unit: 十二塊五, 三塊零四."""
    return (
        start in (behind, behind + 1)
        and end - start == 1
        and place.next(end) not in tuple("十百千万亿个月年")
    )


def _is_told_apart(place: Place, at: int, end: int) -> bool:
    """One unit alone is left to quantities, but for 整 behind it, Cantonese, and 分 where nothing else is said."""
    return (
        place.next(end) in ("整", "正")
        or place.next(end - 1) in _CANTONESE
        or (place.next(end - 1) == "分" and at == 0 and end == len(place.text))
    )
