"""Quantities: numerals with their unit, bounds and comparator, found in a text in one pass.

A numeral character is an anchor; from it the numeral is read, then what stands behind it (unit, range, suffix) and
in front of it (comparator, currency, sign). What is no measured quantity is dropped here by name: ordinals, model
names, codes. Offsets are those of the text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from pipelines.extraction.lexicon import Lexicon, UnitWord
from pipelines.extraction.matcher import PhraseMatcher
from pipelines.extraction.model import Comparator
from pipelines.extraction.numerals import Literal, NumeralReader
from pipelines.extraction.surroundings import BackReader, FrontReader, is_latin
from pipelines.text.span import Span

_HUNDRED = Decimal(100)
_CONNECTOR = re.compile(r"\s*(?:[-–—−~〜～]{1,2}|至|到)\s*")
_LIST = re.compile(r"\s*、\s*")
_FRACTION = re.compile(r"\s?分\s?之\s?(?P<sign>负\s?)?")
#: kinds of unit that a bare 内 bounds, and that a 个 may stand in front of
_MEASURED = frozenset({"percent", "measure", "money", "duration", "rate_bit", "rate_byte", "pp"})
#: digits of the formal writing that are more often part of a word: 大陆, 参与, 队伍, 放肆, 收拾
_FORMAL = "陆参伍肆拾"
_RESOLUTION = re.compile(r"(?:2|4|6|8|16)K$")
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
    A bound that is open is None; `unit` is a contract code, `local` money already resolved. `sign` is where a minus
    sign begins, `symbol` where a currency in front does, `numeral_end` where the (last) numeral ends, `stated` the number as written where the comparator opens a bound (不到五成 is 50).
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
    sign: int | None = None
    symbol: int | None = None
    numeral_end: int | None = None
    stated: Decimal | None = None


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
        self._not_units = PhraseMatcher(dict.fromkeys(lexicon.words["not_unit"], True))
        idioms = lexicon.words["idiom"]
        self._idioms = PhraseMatcher(dict.fromkeys(idioms, True))
        self._front = FrontReader(lexicon)
        self._back = BackReader(lexicon)
        self._currencies = sorted(lexicon.currency_prefixes, key=len, reverse=True)
        digits = "[" + "".join(w.form for w in lexicon.numerals if w.kind == "digit") + r"\d]"
        self._has_digit = re.compile(digits)
        self._numeral_inside = re.compile(rf"(?<=.)[{self._numerals.first}]", re.DOTALL)
        self._inside = self._words_around_numerals(idioms)
        self._changes = lexicon.fixed_changes
        fixed = sorted(self._changes, key=len, reverse=True)
        self._fixed = re.compile("|".join(fixed))
        self._anchor = re.compile(
            rf"[{self._numerals.first}]|[个单双](?=位数)|{'|'.join(fixed)}|https?://[!-~]+|www\.[!-~]+"
        )

    def _words_around_numerals(self, idioms: frozenset[str]) -> dict[str, tuple[str, ...]]:
        """Words with a numeral inside or at the end (大陆, 进一步, 唯一), by that numeral's character."""
        found: dict[str, list[str]] = {}
        for word in idioms:
            for m in self._numeral_inside.finditer(word):
                found.setdefault(m[0], []).append(word)
        return {char: tuple(words) for char, words in found.items()}

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
            if m.end() - start > 6 and text[start] in "hw":
                at = m.end()
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
        if several := _SEVERAL.match(text, start):
            span = Span(start, several.end())
            unit, kind = ("multiple", "ratio") if several[0][1] == "倍" else ("percent", "percent")
            found.append(Quantity(span, span, None, None, "vague", kind, unit, several[0]))
            return several.end()
        fixed = self._fixed.match(text, start)
        if fixed:
            found.append(self._fixed_change(text, fixed))
            return fixed.end()
        word_end = self._word_end(text, start)
        if word_end is not None:
            return word_end
        literal = self._numerals.read(text, start)
        if literal is None:
            return _token_end(text, start) if text[start].isdigit() else start + 1
        previous = text[start - 1] if start else ""
        if previous == "第" or (previous == " " and start > 1 and text[start - 2] == "第"):
            return self._ordinal(text, literal, found)
        if text.startswith("零下", start):
            return start + 1
        if is_latin(previous) or (
            previous in "-_." and start > 1 and text[start - 2].isalnum() and text[start - 2].isascii()
        ):
            return _token_end(text, literal.end)
        quantity = self._quantity(text, literal, currency)
        if quantity is None:
            return literal.end if literal.is_chinese else _token_end(text, literal.end)
        found.append(self._joined(text, quantity, found))
        return quantity.outer.end

    def _word_end(self, text: str, start: int) -> int | None:
        """The end of an ordinary word that holds the numeral character at `start`: 一般, 大陆, 进一步."""
        if (idiom := self._idioms.match(text, start)) and text[idiom[0] : idiom[0] + 1] != "之":
            return idiom[0]
        for word in self._inside.get(text[start], ()):
            at = word.index(text[start], 1)
            if text.startswith(word, max(0, start - at)) and start >= at:
                return start - at + len(word)
        return None

    def _fixed_change(self, text: str, m: re.Match[str]) -> Quantity:
        """翻倍, 腰斬, 持平 as a percentage with its direction; 各半 as one half."""
        change = self._changes[m[0]]
        front = self._front.read(text, m.start())
        return Quantity(
            Span(*m.span()),
            Span(front.start, m.end()),
            *_bounds(change.value, change.value, front.comparator, False),
            "percent",
            "percent",
            None,
            direction=change.direction or None,
        )

    def _ordinal(self, text: str, literal: Literal, found: list[Quantity]) -> int:
        span = Span(text.rindex("第", 0, literal.start), literal.end)
        found.append(Quantity(span, span, literal.low, literal.high, "eq", "ordinal", None, None))
        return literal.end

    def _quantity(self, text: str, literal: Literal, currency: str | None) -> Quantity | None:
        fraction = self._half(text, literal) or self._fraction(text, literal)
        if fraction is not None:
            return self._finish(text, *fraction, currency)
        literal, suffix = self._suffix(text, literal)
        if suffix.word is None:
            if is_latin(text[suffix.end : suffix.end + 1]):
                return None  # 3D, 4K, A311D: a name, not a number
            if (
                text[literal.start] in _FORMAL
                and literal.end == literal.start + 1
                and not _is_alone(text, literal)
            ):
                return None
        shared, second = self._range(text, literal, suffix)
        if second is not None:
            return self._finish(text, literal, shared, currency, second)
        return self._finish(text, literal, suffix, currency)

    def _half(self, text: str, literal: Literal) -> tuple[Literal, _Suffix] | None:
        """一半 as one half of a whole; not 一年半, 一半天."""
        end = literal.end + 1
        if text[literal.start : end] != "一半":
            return None
        half = Literal(literal.start, end, Decimal("0.5"), Decimal("0.5"), is_chinese=True)
        return half, _Suffix(end, _FRACTION_UNIT, "一半")

    def _fraction(self, text: str, literal: Literal) -> tuple[Literal, _Suffix] | None:
        """三分之二, 百分之七八十, 千分之五, 1/3 as a literal of its value with a percent unit."""
        m = _FRACTION.match(text, literal.end)
        if m:
            top = self._numerals.read(text, m.end())
            if top is None or not literal.low:
                return None
            if m["sign"]:
                top = replace(top, low=-top.high, high=-top.low)
            is_bare = literal.is_chinese and not self._has_digit.search(text, literal.start, literal.end)
            unit, bottom = (
                (_PERCENT, literal.low / _HUNDRED)
                if is_bare and literal.low >= _HUNDRED
                else (_FRACTION_UNIT, literal.low)
            )
            whole = replace(top, start=literal.start, low=top.low / bottom, high=top.high / bottom)
            return whole, _Suffix(top.end, unit, text[literal.start : top.end])
        if text[literal.end : literal.end + 1] != "/" or literal.is_chinese:
            return None
        bottom_read = self._numerals.read(text, literal.end + 1)
        if (
            bottom_read is None
            or not 0 < literal.low < bottom_read.low <= 100
            or text[bottom_read.end : bottom_read.end + 1] == "/"
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
        following = text[at : at + 1]
        is_open = following in ("多", "余") or (following == "几" and text[at - 1] in "十廿卅百千万")
        if is_open:
            at += 1
        elif following == "半" and (unit := self._unit(text, at + 1, literal)):
            return literal, _Suffix(unit[0], unit[1], text[at + 1 : unit[0]], tenths=_HALF)
        elif text[at : at + 2] in ("个多", "个半") and (unit := self._counted_time(text, at, literal)):
            tenths = _HALF if text[at + 1] == "半" else Decimal(0)
            return literal, _Suffix(unit[0], unit[1], text[at : unit[0]], text[at + 1] == "多", tenths)
        unit = self._unit(text, at, literal)
        if unit is None:
            return literal, _Suffix(at if following == "几" else literal.end, None, None, is_open)
        end, word = unit
        scale_start = literal.end
        while scale_start > literal.start and text[scale_start - 1] in "百千万亿兆":
            scale_start -= 1
        raw = text[scale_start : literal.end] + text[at:end].strip()
        if _HALF_BEHIND.match(text, end):
            return literal, _Suffix(end + 1, word, raw, is_open, _HALF)
        if (
            word.form == "成"
            and (digit := self._numerals.read(text, end))
            and digit.is_chinese
            and digit.low < 10
            and digit.end == end + 1
        ):
            return literal, _Suffix(digit.end, word, raw, is_open, digit.low / 10)
        if word.form == "折" and literal.low > 10:
            word = _PERCENT_OF  # 75折 is 75 percent
        return literal, _Suffix(end, word, raw, is_open)

    def _unit(self, text: str, at: int, literal: Literal) -> tuple[int, UnitWord] | None:
        """End and word of the unit at `at`; None where none counts there."""
        if text[at : at + 1] == " ":
            at += 1
        found = self._units.match(text, at)
        if found is None:
            return None
        end, word = found
        if (other := self._not_units.match(text, at)) and other[0] > end:
            return None  # 2成果, 由3升至5
        if word.form == "个" and (behind := self._units.match(text, end)) and _takes_classifier(behind[1]):
            end, word = behind
        last = word.form[-1]
        if is_latin(last) and (is_latin(text[end : end + 1]) or text[end : end + 1].isdigit()):
            return None
        if (
            word.kind in ("count", "person")
            and literal.scale == 1
            and "." in text[literal.start : literal.end]
        ):
            return None  # 4.0架構, 3.0版
        if word.form == "两" and text[end : end + 1].isalnum():
            return None  # 4、5两厂
        if word.kind in ("count", "person", "duration") and not self._is_counted(text, literal, word, end):
            return None
        return end, word

    def _counted_time(self, text: str, at: int, literal: Literal) -> tuple[int, UnitWord] | None:
        """The span of time in 5个多月, 两个半小时: 多 or 半 stands inside the unit."""
        found = self._units.match("个" + text[at + 2 : at + 6], 0)
        if found is None or found[1].kind != "duration":
            return None
        end = at + 1 + found[0]
        return (end, found[1]) if self._is_counted(text, literal, found[1], end) else None

    def _is_counted(self, text: str, literal: Literal, word: UnitWord, end: int) -> bool:
        """Whether a classifier or a span of time behind a numeral really counts: not 一个, 这两家, 三大, 一度."""
        if not literal.is_chinese:
            return word.form not in _NUMBERED
        form = text[literal.start : literal.end]
        if form in ("〇", "零") or (word.kind == "duration" and form == "千"):
            return False
        if form == "一":
            return word.kind == "duration" and self._is_bounded(text, literal.start, end)
        if word.form in _NUMBERED and form != "两":
            return False
        if form in _FORMAL and word.kind in ("count", "person"):
            return False
        before = text[max(0, literal.start - 2) : literal.start]
        if literal.low < 10 and any(before.endswith(d) for d in _DETERMINERS):
            return False
        is_small_group = word.form == "人" and literal.low < 10
        return not is_small_group or self._is_bounded(text, literal.start, end)

    def _is_bounded(self, text: str, start: int, end: int) -> bool:
        """Whether a comparator stands in front of a number or behind its unit."""
        if self._front.read(text, start).comparator in ("approx", "gt", "lt", "upto"):
            return True
        return self._back.comparator(text, end, False)[0] in ("approx", "gt", "lt", "upto")

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
        sign = _SIGNED.match(text, at)
        second = self._numerals.read(text, sign.end() if sign else at)
        if second is None or second.is_vague:
            return suffix, None
        second, shared = self._suffix(text, second)
        if sign:
            second = replace(second, low=-second.high, high=-second.low)
        if suffix.word is None:
            spoken = m[0].strip() in ("至", "到")
            likely = (
                shared.word is not None
                or not spoken
                or second.scale > 1
                or first.is_chinese == second.is_chinese
            )
            joined = (first.low < second.high or sign is not None) and likely
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
        second: Literal | None = None,
    ) -> Quantity | None:
        """Puts bounds, comparator, unit and per together; None where this is no quantity after all."""
        word = suffix.word
        front = self._front.read(text, literal.start)
        start, comparator = front.start, front.comparator
        if literal.is_chinese and not literal.is_vague and second is None:
            power = self._power(text, literal, suffix, comparator)
            if power is None:
                return None
            start, comparator = (literal.start - 1, "gt") if power == "gt" else (start, comparator)
            if text[literal.start : literal.end] == "千" and word is not None and word.form == "瓦时":
                word = _WATT  # 功耗超過千瓦時: beyond a thousand watts, when ...
        if (
            comparator in (None, "eq")
            and word is not None
            and (word.kind == "ratio" or word is _FRACTION_UNIT)
        ):
            distant = self._front.distant(text, start)
            comparator = distant[1] if distant else comparator
        unit, kind, factor = self._resolve(word, front.currency, currency)
        if word is None and kind == "number" and text[suffix.end - 1] in "kK":
            is_name = (
                second is None and comparator is None and _RESOLUTION.match(text, literal.start, literal.end)
            )
            kind = "model" if is_name else "count"  # 8K 光學; 月產能 40-45K
        low, high = _both(literal, second, suffix.tenths, front.sign is not None)
        per, end = self._back.per(text, suffix.end)
        after, end = self._back.comparator(text, end, kind in _MEASURED)
        is_open = literal.is_open or suffix.is_open
        comparator = "gt" if is_open else after if after not in (None, "eq") else comparator
        low, high = low * factor, high * factor
        return Quantity(
            Span(literal.start, suffix.end),
            Span(start, end),
            *_bounds(low, high, comparator, literal.is_vague),
            kind,
            unit,
            suffix.raw,
            per,
            is_fraction=word is _FRACTION_UNIT,
            is_chinese=literal.is_chinese,
            is_signed=front.sign is not None,
            implausible="万万" in text[literal.start : literal.end] and not literal.is_chinese,
            sign=front.sign,
            symbol=front.symbol,
            numeral_end=literal.end if second is None else second.end,
            stated=None if literal.is_vague else low,
        )

    def _power(self, text: str, literal: Literal, suffix: _Suffix, comparator: str | None) -> str | None:
        """What a multiplier without a digit is: "gt" behind 上 (上千), "number" where it counts (十台, 破百萬), else None."""
        if self._has_digit.search(text, literal.start, literal.end) or suffix.word in (
            _PERCENT,
            _FRACTION_UNIT,
        ):
            return "number"
        form = text[literal.start : literal.end]
        if literal.start and text[literal.start - 1] == "上":
            return "gt"
        if text[suffix.end : suffix.end + 1] == "级":
            return None
        bounded = comparator not in (None, "eq") or suffix.is_open
        is_amount = form[0] in "十拾廿卅卌" or (suffix.word is not None and len(form) > 1)
        return "number" if bounded or is_amount else None

    def _resolve(
        self, word: UnitWord | None, prefix: str | None, currency: str | None
    ) -> tuple[str | None, str, Decimal]:
        if word is None:
            return (prefix, "money", Decimal(1)) if prefix else (None, "number", Decimal(1))
        if word.unit == "local":
            return prefix or currency, "money", word.factor
        return word.unit, word.kind, word.factor


_HALF = Decimal("0.5")
#: 三成半, 兩年半; not 半固态, 半导体
_HALF_BEHIND = re.compile(r"半(?![固导自成制程数透])")
#: 三厂, 二期, 5线: a plant, a phase, a line by its number; but 两厂
_NUMBERED = frozenset({"厂", "期", "线"})
#: 数倍, 几成: fixed by no bounds
_SEVERAL = re.compile(r"[数几](?:倍|成(?![长本果功就]))")
_SIGNED = re.compile(r"(?:负|零下|[-−–])\s?")
_WATT = UnitWord("瓦", "W", Decimal(1), "measure")
_PERCENT = UnitWord("百分之", "percent", Decimal(1), "percent")
_PERCENT_OF = UnitWord("折", "percent", Decimal(1), "fold")
_FRACTION_UNIT = UnitWord("分之", "percent", _HUNDRED, "percent")


def _both(
    first: Literal, second: Literal | None, tenths: Decimal, is_negative: bool
) -> tuple[Decimal, Decimal]:
    """The bounds of one number or of a range, whose ends may share a multiplier (5-10萬, 一千到兩千萬)."""
    low, high = first.low + tenths, first.high + tenths
    if second is None:
        return (-high, -low) if is_negative else (low, high)
    high = second.high + tenths
    low = first.low
    if first.myriads == 1 and second.myriads > 1 and low < second.high / second.myriads:
        low *= second.myriads
    elif first.scale == 1 and second.scale > 1 and low < second.high / second.scale:
        low *= second.scale
    if is_negative:
        low = -low
    return (low, high) if low <= high else (high, low)


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


def _takes_classifier(word: UnitWord) -> bool:
    """Units that 个 may stand in front of: 六个加仑, 两个平方; not 个米."""
    return word.kind in ("measure", "duration", "person") and len(word.form) > 1


def _is_alone(text: str, literal: Literal) -> bool:
    """Whether no other character of a word stands beside a numeral."""
    return not any(
        c.isalnum()
        for c in text[max(0, literal.start - 1) : literal.start] + text[literal.end : literal.end + 1]
    )


def _token_end(text: str, at: int) -> int:
    """Where a run of Latin letters, digits and hyphens (a model name) ends."""
    size = len(text)
    while at < size and text[at].isascii() and (text[at].isalnum() or text[at] in "-_+"):
        at += 1
    return at
