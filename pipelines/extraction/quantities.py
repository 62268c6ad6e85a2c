"""Quantities: numerals with their unit, bounds and comparator, found in a text in one pass.

A numeral character is an anchor; from it the numeral is read, then what stands behind it (unit, range, suffix) and
in front of it (comparator, currency, sign). What is no measured quantity is dropped here by name: ordinals, model
names, codes. Offsets are those of the text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from pipelines.extraction.lexicon import Lexicon, UnitWord
from pipelines.extraction.matcher import PhraseMatcher
from pipelines.extraction.model import Comparator
from pipelines.extraction.numerals import Literal, NumeralReader
from pipelines.text.span import Span

_HUNDRED = Decimal(100)
_CONNECTOR = re.compile(r"\s*(?:[-–—−~〜～]|至|到)\s*")
_LIST = re.compile(r"\s*、\s*")
_FRACTION = re.compile(r"\s?分\s?之\s?")
_SLASH = re.compile(r"\s?/\s?")
_DETERMINERS = ("这", "该", "此", "那", "哪", "上述", "前述", "同", "每", "某", "另", "前", "后", "第")
#: two-figure and the like: the words fix the bounds (contract section 3)
_FIGURES = {"个": (1, 9), "单": (1, 9), "一": (1, 9), "两": (10, 99), "双": (10, 99), "二": (10, 99), "三": (100, 999),
            "四": (1000, 9999), "五": (10000, 99999)}  # fmt: skip
_FIGURE = re.compile(r"([个单一两双二三四五])位数(?:百分比|百分点)?")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit.

    `span` covers numeral and unit, `outer` also comparator and currency in front and suffixes behind. `kind` is the
    unit's: number (none), percent, pp, ratio, money, count, person, measure, duration, ordinal, model ...
    A bound that is open is None; `unit` is a contract code, `local` money already resolved.
    """

    span: Span
    outer: Span
    low: Decimal | None
    high: Decimal | None
    comparator: Comparator
    kind: str
    unit: str | None
    unit_raw: str | None
    per: str | None = None
    is_fraction: bool = False
    is_chinese: bool = False
    is_signed: bool = False
    implausible: bool = False
    direction: str | None = None


@dataclass(frozen=True, slots=True)
class _Suffix:
    """What stands behind a numeral: a unit and its end; `is_open` for 多 and 余, `tenths` for 半 and 三成五."""

    end: int
    word: UnitWord | None
    raw: str | None
    is_open: bool = False
    tenths: Decimal = Decimal(0)


class QuantityReader:
    """Finds quantities by the tables of numerals, units, comparators, currencies and per-words."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._numerals = NumeralReader(lexicon.numerals)
        self._units = PhraseMatcher({u.form: u for u in lexicon.units})
        self._per = PhraseMatcher(lexicon.per_words)
        self._after = PhraseMatcher(lexicon.comparators_after)
        self._idioms = PhraseMatcher(dict.fromkeys(lexicon.words["idiom"], True))
        self._before = lexicon.comparators_before
        self._currencies = lexicon.currency_prefixes
        words = sorted({*self._before, *self._currencies}, key=len, reverse=True)
        self._word_before = re.compile("|".join(re.escape(word[::-1]) for word in words))
        digits = "[" + "".join(w.form for w in lexicon.numerals if w.kind == "digit") + r"\d]"
        self._has_digit = re.compile(digits)
        self._changes = lexicon.fixed_changes
        fixed = sorted(self._changes, key=len, reverse=True)
        self._fixed = re.compile("|".join(fixed))
        self._anchor = re.compile(rf"[{self._numerals.first}]|[个单双](?=位数)|{'|'.join(fixed)}")

    def read(self, text: str, currency: str | None, taken: Sequence[Span] = ()) -> tuple[Quantity, ...]:
        """The quantities of `text` (normal form), outside the spans already taken (periods), in their order.

        `currency` is what a bare 元 means, or None where that is not known.
        """
        found: list[Quantity] = []
        starts = [span.start for span in taken]
        at = 0
        while (m := self._anchor.search(text, at)) is not None:
            start = m.start()
            if taken and (i := bisect_right(starts, start)) and start < taken[i - 1].end:
                at = taken[i - 1].end
                continue
            end = self._read_at(text, start, currency, found)
            at = max(end, start + 1)
        return tuple(found)

    def _read_at(self, text: str, start: int, currency: str | None, found: list[Quantity]) -> int:
        """Reads what begins at `start`, adds the quantities, and tells where to go on."""
        figure = _FIGURE.match(text, start)
        if figure:
            low, high = _FIGURES[figure[1]]
            span = Span(start, figure.end())
            found.append(
                Quantity(span, span, Decimal(low), Decimal(high), "vague", "percent", "percent", figure[0])
            )
            return figure.end()
        fixed = self._fixed.match(text, start)
        if fixed:
            found.append(self._fixed_change(text, fixed))
            return fixed.end()
        literal = self._numerals.read(text, start)
        if literal is None:
            return start + 1
        previous = text[start - 1] if start else ""
        if previous == "第":
            return self._ordinal(literal, found)
        if text.startswith("零下", start):
            return start + 1
        if (idiom := self._idioms.match(text, start)) and text[idiom[0] : idiom[0] + 1] != "之":
            return idiom[0]
        if _is_latin(previous) or (
            previous in "-_." and start > 1 and text[start - 2].isalnum() and text[start - 2].isascii()
        ):
            return _token_end(text, literal.end)
        quantity = self._quantity(text, literal, currency)
        if quantity is None:
            return literal.end if literal.is_chinese else _token_end(text, literal.end)
        found.append(self._joined(text, quantity, found))
        return quantity.outer.end

    def _fixed_change(self, text: str, m: re.Match[str]) -> Quantity:
        """翻倍, 腰斬, 持平 as a percentage with its direction."""
        change = self._changes[m[0]]
        start, comparator, _, _ = self._look_back(text, m.start())
        return Quantity(
            Span(*m.span()),
            Span(start, m.end()),
            *_bounds(change.value, change.value, comparator, False),
            "percent",
            "percent",
            None,
            direction=change.direction,
        )

    def _ordinal(self, literal: Literal, found: list[Quantity]) -> int:
        span = Span(literal.start - 1, literal.end)
        found.append(Quantity(span, span, literal.low, literal.high, "eq", "ordinal", None, None))
        return literal.end

    def _quantity(self, text: str, literal: Literal, currency: str | None) -> Quantity | None:
        fraction = self._half(text, literal) or self._fraction(text, literal)
        if fraction is not None:
            return self._finish(text, *fraction, currency)
        literal, suffix = self._suffix(text, literal)
        if suffix.word is None and _is_latin(text[suffix.end : suffix.end + 1]):
            return None  # 3D, 4K, A311D: a name, not a number
        shared, second = self._range(text, literal, suffix)
        if second is not None:
            first, suffix = literal, shared
            low, high = first.low, second.high
            if first.scale == 1 and second.scale > 1 and first.low < second.high / second.scale:
                low *= second.scale
            elif low > high:
                low, high = high, low
            return self._finish(text, first, suffix, currency, low, high)
        return self._finish(text, literal, suffix, currency)

    def _half(self, text: str, literal: Literal) -> tuple[Literal, _Suffix] | None:
        """一半 as one half of a whole; not 一年半, 一半天."""
        end = literal.end + 1
        if text[literal.start : end] != "一半":
            return None
        half = Literal(literal.start, end, Decimal("0.5"), Decimal("0.5"), is_chinese=True)
        return half, _Suffix(end, _FRACTION_UNIT, "一半")

    def _fraction(self, text: str, literal: Literal) -> tuple[Literal, _Suffix] | None:
        """三分之二, 百分之七八十, 1/3 as a literal of its value with a percent unit."""
        m = _FRACTION.match(text, literal.end)
        if m:
            top = self._numerals.read(text, m.end())
            if top is None or not literal.low:
                return None
            unit, bottom = (
                (_PERCENT, Decimal(1)) if literal.low == _HUNDRED else (_FRACTION_UNIT, literal.low)
            )
            whole = replace(top, start=literal.start, low=top.low / bottom, high=top.high / bottom)
            return whole, _Suffix(top.end, unit, text[literal.start : top.end])
        if text[literal.end : literal.end + 1] != "/" or literal.is_chinese:
            return None
        bottom_read = self._numerals.read(text, literal.end + 1)
        if (
            bottom_read is None
            or not 0 < literal.low < bottom_read.low <= 100
            or self._suffix(text, bottom_read)[1].word is not None
        ):
            return None
        value = literal.low / bottom_read.low
        whole = Literal(literal.start, bottom_read.end, value, value)
        return whole, _Suffix(whole.end, _FRACTION_UNIT, text[whole.start : whole.end])

    def _suffix(self, text: str, literal: Literal) -> tuple[Literal, _Suffix]:
        """The unit behind a numeral, with 多 or 余 in front of it and 半 or a digit of tenths (三成五) behind it.

        The numeral comes back too: without its 兆 where that belongs to the unit (5兆瓦).
        """
        at = literal.end
        if text[at - 1] == "兆" and at - 1 > literal.start and (unit := self._unit(text, at - 1, literal)):
            shorter = self._numerals.read(text[: at - 1], literal.start)
            if shorter is not None and shorter.end == at - 1:
                return shorter, _Suffix(unit[0], unit[1], text[at - 1 : unit[0]])
        is_open = text[at : at + 1] in ("多", "余") and at < len(text)
        if is_open:
            at += 1
        elif text[at : at + 1] == "半" and (unit := self._unit(text, at + 1, literal)):
            return literal, _Suffix(unit[0], unit[1], text[at + 1 : unit[0]], tenths=_HALF)
        unit = self._unit(text, at, literal)
        if unit is None:
            return literal, _Suffix(literal.end, None, None)
        end, word = unit
        scale_start = literal.end
        while scale_start > literal.start and text[scale_start - 1] in "百千万亿兆":
            scale_start -= 1
        raw = text[scale_start : literal.end] + text[at:end].strip()
        if text[end : end + 1] == "半":
            return literal, _Suffix(end + 1, word, raw, is_open, _HALF)
        if (
            word.form == "成"
            and (digit := self._numerals.read(text, end))
            and digit.is_chinese
            and digit.low < 10
        ):
            return literal, _Suffix(digit.end, word, raw, is_open, digit.low / 10)
        return literal, _Suffix(end, word, raw, is_open)

    def _unit(self, text: str, at: int, literal: Literal) -> tuple[int, UnitWord] | None:
        if text[at : at + 1] == " ":
            at += 1
        found = self._units.match(text, at)
        if found is None:
            return None
        end, word = found
        last = word.form[-1]
        if _is_latin(last) and (_is_latin(text[end : end + 1]) or text[end : end + 1].isdigit()):
            return None
        if (
            word.kind in ("count", "person")
            and literal.scale == 1
            and "." in text[literal.start : literal.end]
        ):
            return None  # 4.0架構, 3.0版
        if word.kind in ("count", "person", "duration") and not _is_counted(text, literal, word):
            return None
        return end, word

    def _range(self, text: str, first: Literal, suffix: _Suffix) -> tuple[_Suffix, Literal | None]:
        """The second half of a range and the unit that both share; the first half's own suffix where there is none."""
        m = _CONNECTOR.match(text, suffix.end)
        if m is None or first.is_vague:
            return suffix, None
        at = m.end()
        for prefix in self._currencies:
            if text.startswith(prefix, at):
                at += len(prefix)
                break
        second = self._numerals.read(text, at)
        if second is None or second.is_vague:
            return suffix, None
        second, shared = self._suffix(text, second)
        if suffix.word is None:
            spoken = m[0].strip() in ("至", "到")
            joined = first.low < second.high and (shared.word is not None or not spoken or second.scale > 1)
        else:
            joined = shared.word is not None and (shared.word.unit, shared.word.factor) == (
                suffix.word.unit,
                suffix.word.factor,
            )
        return (shared, second) if joined else (suffix, None)

    def _joined(self, text: str, quantity: Quantity, found: list[Quantity]) -> Quantity:
        """A bare number before 、 takes the unit of the next one (400、500 片); with 約 the two are a range."""
        last = found[-1] if found else None
        if (
            last is None
            or last.kind != "number"
            or quantity.unit is None
            or not _LIST.fullmatch(text, last.span.end, quantity.span.start)
        ):
            return quantity
        if (
            last.comparator == "approx"
            and last.high
            and quantity.low
            and last.high < quantity.low <= 2 * last.high
        ):
            found.pop()
            span, outer = Span(last.span.start, quantity.span.end), Span(last.outer.start, quantity.outer.end)
            return replace(quantity, span=span, outer=outer, low=last.low, comparator="range")
        found[-1] = replace(
            last, kind=quantity.kind, unit=quantity.unit, unit_raw=quantity.unit_raw, per=quantity.per
        )
        return quantity

    def _finish(
        self,
        text: str,
        literal: Literal,
        suffix: _Suffix,
        currency: str | None,
        low: Decimal | None = None,
        high: Decimal | None = None,
    ) -> Quantity | None:
        """Puts bounds, comparator, unit and per together; None where this is no quantity after all."""
        word = suffix.word
        low, high = (literal.low, literal.high) if low is None or high is None else (low, high)
        low, high = low + suffix.tenths, high + suffix.tenths
        start, comparator, prefix_currency, negative = self._look_back(text, literal.start)
        bare_power = literal.is_chinese and not self._has_digit.search(text, literal.start, literal.end)
        if bare_power and not literal.is_vague:
            form = text[literal.start : literal.end]
            if text[literal.start - 1 : literal.start] == "上" and literal.start:
                start, comparator = literal.start - 1, "gt"
            elif text[suffix.end : suffix.end + 1] == "级" or (
                comparator in (None, "eq") and not (word and (form == "十" or len(form) > 1))
            ):
                return None
            if form == "千" and word is not None and word.form == "瓦时":
                word = _WATT  # 功耗超過千瓦時: beyond a thousand watts, when ...
        unit, kind, factor = self._resolve(word, prefix_currency, currency)
        end, after = suffix.end, None
        per, end = self._per_after(text, end)
        if found := self._after.match(text, _skip_space(text, end)):
            end, after = found
        is_open = literal.is_open or suffix.is_open
        comparator = "gt" if is_open else after if after not in (None, "eq") else comparator
        low, high = low * factor, high * factor
        if negative:
            low, high = -high, -low
        raw = suffix.raw
        span = Span(literal.start, suffix.end)
        return Quantity(
            span,
            Span(start, end),
            *_bounds(low, high, comparator, literal.is_vague),
            kind,
            unit,
            raw,
            per,
            is_fraction=word is _FRACTION_UNIT,
            is_chinese=literal.is_chinese,
            is_signed=negative,
            implausible="万万" in text[literal.start : literal.end] and not literal.is_chinese,
        )

    def _resolve(
        self, word: UnitWord | None, prefix: str | None, currency: str | None
    ) -> tuple[str | None, str, Decimal]:
        if word is None:
            return (prefix, "money", Decimal(1)) if prefix else (None, "number", Decimal(1))
        if word.unit == "local":
            return prefix or currency, "money", word.factor
        return word.unit, word.kind, word.factor

    def _look_back(self, text: str, start: int) -> tuple[int, str | None, str | None, bool]:
        """Where the phrase begins in front of the numeral; its comparator, currency and sign."""
        comparator: str | None = None
        currency: str | None = None
        negative = False
        if (
            start
            and text[start - 1] in "-−–"
            and (start < 2 or not (text[start - 2].isascii() and text[start - 2] not in " (:"))
        ):
            negative, start = True, start - 1
        for sign in ("零下", "负"):
            if text.endswith(sign, 0, start):
                negative, start = True, start - len(sign)
        at = start
        window = text[max(0, start - 24) : start][::-1]
        offset = 0
        while True:
            while offset < len(window) and window[offset] in ' “"「了':
                offset += 1
            m = self._word_before.match(window, offset)
            if m is None:
                break
            form = m[0][::-1]
            follows = window[m.end() : m.end() + 1]
            if form in self._currencies:
                currency = currency or self._currencies[form]
            elif form == "近" and follows in ("最", "附", "靠", "将") and follows != "将":
                break
            else:
                code = self._before[form]
                if comparator in (None, "eq") or code in ("upto", "lt"):
                    comparator = code
            offset = m.end()
            if self._before.get(form) != "eq" or form in self._currencies:
                at = start - offset
        return at, comparator, currency, negative

    def _per_after(self, text: str, end: int) -> tuple[str | None, int]:
        """万片/月, 元/ 瓦, 5万片每月."""
        m = _SLASH.match(text, end)
        at = m.end() if m else end + 1 if text[end : end + 1] == "每" else None
        if at is None:
            return None, end
        found = self._per.match(text, at)
        if found is None or (_is_latin(text[found[0] - 1]) and _is_latin(text[found[0] : found[0] + 1])):
            return None, end
        return found[1], found[0]


_HALF = Decimal("0.5")
_WATT = UnitWord("瓦", "W", Decimal(1), "measure")
_PERCENT = UnitWord("百分之", "percent", Decimal(1), "percent")
_FRACTION_UNIT = UnitWord("分之", "percent", _HUNDRED, "percent")


def _bounds(
    low: Decimal, high: Decimal, comparator: str | None, is_vague: bool
) -> tuple[Decimal | None, Decimal | None, Comparator]:
    if is_vague:
        return None, None, "vague"
    if low != high:
        return low, high, "range"
    if comparator == "gt":
        return low, None, "gt"
    if comparator == "lt":
        return None, high, "lt"
    if comparator == "upto":
        return None, high, "upto"
    return low, high, "approx" if comparator == "approx" else "eq"


def _is_counted(text: str, literal: Literal, word: UnitWord) -> bool:
    """Whether a classifier or a span of time behind a numeral really counts: not 一个, 这两家, 三大, 一度."""
    if not literal.is_chinese:
        return True
    form = text[literal.start : literal.end]
    if form in ("一", "〇", "零") or (word.kind == "duration" and form == "千"):
        return False
    before = text[max(0, literal.start - 2) : literal.start]
    if literal.low < 10 and any(before.endswith(d) for d in _DETERMINERS):
        return False
    return not (word.kind == "person" and literal.low < 10 and word.form == "人")


def _is_latin(char: str) -> bool:
    return bool(char) and char.isascii() and char.isalpha()


def _token_end(text: str, at: int) -> int:
    """Where a run of Latin letters, digits and hyphens (a model name) ends."""
    size = len(text)
    while at < size and text[at].isascii() and (text[at].isalnum() or text[at] in "-_+"):
        at += 1
    return at


def _skip_space(text: str, at: int) -> int:
    return at + 1 if text[at : at + 1] == " " else at


def currency_of(country: str | None, currencies: Mapping[str, str]) -> str | None:
    """What a bare 元 means in a country's news; None where the country is not known."""
    return currencies.get(country) if country else None
