"""Chinese, Arabic and mixed numerals: where one stands in a text, and its exact value.

The text is the normal form (half-width, Simplified). A literal is one numeral with its multipliers:
`3.5`, `1,100万`, `三千五百`, `66万1636`, `3兆9439亿`, `二十万亿`, `百八`, `七八十` (which is two values).
It ends where the grammar ends: `二十五千克` is 25 of 千克, `五十千` is 50, `一百一百` are two numerals.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from pipelines.extraction.lexicon import NumeralWord

_ARABIC = r"(?:\d{1,3}(?:,\d{3})+(?![\d,])|\d+)(?:\.\d+)?"
_ZERO = Decimal(0)
_ONE = Decimal(1)
_TEN = Decimal(10)
_ZEROS = "零〇○"
#: a run of more digits than this is a code, not a number
_MOST_DIGITS = 28


@dataclass(frozen=True, slots=True)
class Literal:
    """A numeral at `start..end` of the text.

    `high` differs from `low` where two neighbouring digits name an interval (七八十 is 70 to 80). `scale` is the
    product of the trailing multipliers (百, 万, k), which a range may share with its first number; `myriads` that of
    万, 亿, 兆 and the Latin ones alone. `is_open` marks 余, 多 and 几 inside (十余万): at least `low`. `is_vague` marks
    数 and 几 in front (数十亿): such words fix no bounds.
    """

    start: int
    end: int
    low: Decimal
    high: Decimal
    scale: Decimal = _ONE
    is_chinese: bool = False
    is_open: bool = False
    is_vague: bool = False
    myriads: Decimal = _ONE


class _Token(NamedTuple):
    """A piece of a numeral. `kind`: number, zero, digit (one Chinese digit), pair (low and high differ), decimals, fixed
    (廿), ten (十百千), myriad (万亿兆)."""

    kind: str
    low: Decimal
    high: Decimal
    end: int


class _Sum:
    """Adds up the tokens of a numeral, and knows where its grammar would be broken.

    Multipliers of ten build a section, downwards; a myriad closes it. A greater myriad also multiplies the lesser
    sections right before it (二十万亿). A last digit after a multiplier without 零 stands one power below it (三万五 is
    35,000).
    """

    __slots__ = ("_bare", "_closed", "_is_gap", "_last", "_number", "_power", "_section", "_short")

    def __init__(self) -> None:
        self._closed: list[tuple[Decimal, Decimal]] = []
        self._section = _ZERO
        self._power: Decimal | None = None  # the last multiplier of ten in this section
        self._number: Decimal | None = None
        self._last = _ZERO  # the multiplier right before the number
        self._short = False  # the number is a digit right after a multiplier, so may stand one power below it
        self._is_gap = False  # the number is a 零 that only marks a power left out: 十万零十
        self._bare = False  # the section began with a multiplier: 百二

    def accepts(self, token: _Token) -> bool:
        """Whether the numeral goes on with `token`."""
        kind = token.kind
        if kind == "decimals":
            return True
        if kind in ("number", "digit", "zero", "pair"):
            return self._number is None or not self._number
        if kind == "fixed":
            return not self._number and (self._power is None or self._power > _TEN)
        if kind == "ten":
            return self._power is None or token.low < self._power
        current = self._section + (self._number or _ZERO)
        return not (self._closed and self._closed[-1][1] == token.low and current)

    def repeats(self, token: _Token) -> bool:
        """Whether the number before `token` begins another numeral: the second 一 of 一百一百."""
        return bool(self._number) and (
            (token.kind == "ten" and token.low == self._power) or token.kind == "myriad"
        )

    def add(self, token: _Token, value: Decimal) -> None:
        """Takes the next token, with the value to use for it."""
        kind = token.kind
        if kind in ("number", "digit", "zero", "pair"):
            self._number = value
            self._is_gap = kind == "zero"
            self._short = kind in ("digit", "pair") and self._last > _TEN
        elif kind == "decimals":
            self._number = self._settled() + value
            self._short = self._is_gap = False
        elif kind == "fixed":
            self._section, self._power, self._number = self._section + value, _TEN, None
        elif kind == "ten":
            self._bare = self._bare or (self._power is None and self._number is None and not self._closed)
            self._section += (_ONE if self._number is None or self._is_gap else self._number) * value
            self._power, self._number = value, None
        else:
            self._close(value)
        self._last = value if kind in ("ten", "myriad") else _ZERO

    def _close(self, factor: Decimal) -> None:
        if self._bare and self._short and self._number and self._power:
            self._number *= self._power / _TEN  # 百二万 is 120 万
        is_bare = self._number is None and not self._section and not self._closed
        current = self._section + (self._number or _ZERO)
        while self._closed and (self._closed[-1][1] < factor or not current):
            current += self._closed.pop()[0]
        self._closed.append(((_ONE if is_bare else current) * factor, factor))
        self._section, self._power, self._number, self._short, self._bare = _ZERO, None, None, False, False

    def _settled(self) -> Decimal:
        number = self._number or _ZERO
        if self._short and number:
            below = self._power or self._closed[-1][1]
            number *= below / _TEN
        return number

    def total(self) -> Decimal:
        """The value so far."""
        return sum((value for value, _ in self._closed), self._section) + self._settled()


class NumeralReader:
    """Reads numerals by the table of numeral words (`seeds/lexicon/numerals.csv`)."""

    def __init__(self, words: Iterable[NumeralWord]) -> None:
        words = list(words)
        self._digits = {w.form: int(w.value) for w in words if w.kind == "digit"}
        self._tens = {w.form: w.value for w in words if w.kind == "ten"}
        self._fixed = {w.form: w.value for w in words if w.kind == "tens"}
        self._myriads = {w.form: w.value for w in words if w.kind == "myriad"}
        self._scales = {w.form: w.value for w in words if w.kind == "scale"}
        power = "".join([*self._tens, *self._myriads])
        tens = "".join([*self._tens, *self._fixed])
        digit = "".join(self._digits)
        decimal = "".join(form for form in self._digits if form not in "两俩仨")
        chinese = digit + "".join(self._fixed) + power
        counted = "".join(form for form, value in self._digits.items() if value)
        scales = "|".join(sorted(map(re.escape, self._scales), key=len, reverse=True))
        #: the characters at which a numeral can begin, for a character class
        self.first = rf"\d数几{chinese}"
        point = rf"点(?=[{decimal}]+(?![{digit}{tens}]|分(?!钟)|刻))|(?<=[{chinese}])点(?=\d+(?![\d分:]))"
        self._run = re.compile(
            rf"(?P<vague>[数几](?=[{power}]))?"
            rf"(?:{_ARABIC}|[{chinese}])"
            rf"(?:(?!零[部组件售配]|(?<=[{counted}十拾])[两俩仨])[{chinese}]"
            rf"|(?<=[{power}零]){_ARABIC}(?![年\d])"
            rf"|[余多几](?=\ ?[{power}])"
            rf"|{point}|(?<=点)\d+"
            rf"|(?<=\d)\ (?=[{power}](?![{power}]*分))){{0,48}}"
            rf"(?P<scale>(?<=[\d零〇○])\ ?(?:{scales})(?![A-Za-z]))?"
        )
        #: by far the most numerals of news: digits, and at most one multiplier
        self._simple = re.compile(
            rf"(?P<digits>{_ARABIC})(?P<power>[{power}])?(?![\d{chinese}余多几点]|[.,]\d|\ ?[{power}]|\ ?(?:{scales})(?![A-Za-z]))"
        )
        self._powers = self._tens | self._myriads
        self._pieces = re.compile(
            rf"(?P<arabic>{_ARABIC})|点(?P<decimals>[{digit}\d]+)|(?P<digits>[{digit}]+)|."
        )

    def read(self, text: str, start: int) -> Literal | None:
        """The longest literal that begins at `start`, or None."""
        simple = self._simple.match(text, start)
        if simple is not None:
            return self._simple_literal(simple)
        m = self._run.match(text, start)
        if m is None:
            return None
        begin = m.end("vague") if m["vague"] else start
        stop = m.start("scale") if m["scale"] else m.end()
        tokens = self._tokens(text, begin, stop)
        if not tokens or self._is_spelled_out(text, begin, tokens):
            return None
        used, low, high = self._evaluate(tokens)
        if not used:
            return None
        end = tokens[used - 1].end
        scale, myriads = self._trailing_scales(tokens[:used])
        if m["scale"] and end == stop:
            factor = self._scales[m["scale"].strip()]
            low, high, scale, myriads = low * factor, high * factor, scale * factor, myriads * factor
            end = m.end()
        body = text[begin:end]
        is_open = any(char in body for char in "余多几")
        return Literal(
            start, end, low, high, scale, not body[0].isascii(), is_open, bool(m["vague"]), myriads
        )

    def _simple_literal(self, m: re.Match[str]) -> Literal | None:
        digits, power = m["digits"], m["power"]
        if len(digits) > _MOST_DIGITS:
            return None
        value = Decimal(digits.replace(",", "") if "," in digits else digits)
        if power is None:
            return Literal(m.start(), m.end(), value, value)
        factor = self._powers[power]
        value *= factor
        myriads = factor if power in self._myriads else _ONE
        return Literal(m.start(), m.end(), value, value, _ONE if factor == _TEN else factor, myriads=myriads)

    def _evaluate(self, tokens: Sequence[_Token]) -> tuple[int, Decimal, Decimal]:
        """How many of the tokens make a numeral, and its bounds."""
        used = self._length(tokens)
        if not used:
            return 0, _ZERO, _ZERO
        low = _Sum()
        for token in tokens[:used]:
            low.add(token, token.low)
        if all(token.low == token.high for token in tokens[:used]):
            return used, low.total(), low.total()
        high = _Sum()
        for token in tokens[:used]:
            high.add(token, token.high)
        return used, low.total(), high.total()

    def _length(self, tokens: Sequence[_Token]) -> int:
        """How many of the tokens the grammar takes as one numeral."""
        checked = _Sum()
        number_at = 0
        for i, token in enumerate(tokens):
            if not checked.accepts(token):
                return number_at if number_at and checked.repeats(token) else i
            if token.kind in ("number", "digit", "zero", "pair"):
                number_at = i
            checked.add(token, token.low)
        return len(tokens)

    def _tokens(self, text: str, start: int, stop: int) -> list[_Token]:
        """The pieces of a run; runs of digit characters are one number."""
        tokens: list[_Token] = []
        for m in self._pieces.finditer(text, start, stop):
            piece, end = m[0], m.end()
            if m["arabic"]:
                if len(piece) > _MOST_DIGITS:
                    return []
                value = Decimal(piece.replace(",", ""))
                is_digit = len(piece) == 1 and bool(tokens) and tokens[-1].kind == "myriad"
                tokens.append(_Token("digit" if is_digit else "number", value, value, end))
            elif m["decimals"]:
                digits = "".join(str(self._digits.get(c, c)) for c in m["decimals"])
                value = Decimal(f"0.{digits}")
                tokens.append(_Token("decimals", value, value, end))
            elif m["digits"]:
                tokens.append(self._number(text, m.start(), end, stop))
            elif piece in self._fixed:
                tokens.append(_Token("fixed", self._fixed[piece], self._fixed[piece], end))
            elif piece in self._tens:
                tokens.append(_Token("ten", self._tens[piece], self._tens[piece], end))
            elif piece in self._myriads:
                tokens.append(_Token("myriad", self._myriads[piece], self._myriads[piece], end))
        return tokens

    def _number(self, text: str, start: int, end: int, stop: int) -> _Token:
        """A run of Chinese digits: 二〇二六, one digit, or an interval of two neighbours (七八; 三五 before 百)."""
        digits = [self._digits[char] for char in text[start:end]]
        if len(digits) == 2 and all(digits):
            first, second = digits
            if second == first + 1 or ((first, second) == (3, 5) and end < stop and text[end] != "点"):
                return _Token("pair", Decimal(first), Decimal(second), end)
        value = Decimal("".join(map(str, digits)))
        kind = "zero" if not value else "digit" if len(digits) == 1 else "number"
        return _Token(kind, value, value, end)

    def _is_spelled_out(self, text: str, start: int, tokens: Sequence[_Token]) -> bool:
        """Two digits side by side that make no number: 一一, 唯一一; but 二○, 二〇二六 and 九九折 do."""
        first = tokens[0]
        if len(tokens) != 1 or first.kind != "number" or first.end - start != 2 or text[start].isascii():
            return False
        return (
            not any(char in _ZEROS for char in text[start : first.end])
            and text[first.end : first.end + 1] != "折"
        )

    def _trailing_scales(self, tokens: Sequence[_Token]) -> tuple[Decimal, Decimal]:
        """The product of the multipliers at the end (without 十), and that of the myriads among them."""
        scale = myriads = _ONE
        for token in reversed(tokens):
            if token.kind == "myriad":
                myriads *= token.low
            elif token.kind != "ten" or token.low == _TEN:
                break
            scale *= token.low
        return scale, myriads
