"""Chinese, Arabic and mixed numerals: where one stands in a text, and its exact value.

The text is the normal form (half-width, Simplified). A literal is one numeral with its multipliers:
`3.5`, `1,100万`, `三千五百`, `66万1636`, `3兆9439亿`, `二十万亿`, `百八`, `七八十` (which is two values).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from pipelines.extraction.lexicon import NumeralWord

_ARABIC = r"(?:\d{1,3}(?:,\d{3})+(?![\d,])|\d+)(?:\.\d+)?"
_ZERO = Decimal(0)
_ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Literal:
    """A numeral at `start..end` of the text.

    `high` differs from `low` where two neighbouring digits name an interval (七八十 is 70 to 80). `scale` is the
    product of the trailing multipliers (万, 亿, k), which a range may share with its first number.
    `is_open` marks 余 and 多 inside (十余万): at least `low`. `is_vague` marks 数 and 几 in front (数十亿): such
    words fix no bounds.
    """

    start: int
    end: int
    low: Decimal
    high: Decimal
    scale: Decimal = _ONE
    is_chinese: bool = False
    is_open: bool = False
    is_vague: bool = False


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
        chinese = "".join([*self._digits, *self._fixed]) + power
        scales = "|".join(sorted(map(re.escape, self._scales), key=len, reverse=True))
        #: the characters at which a numeral can begin, for a character class
        self.first = rf"\d数几{chinese}"
        self._run = re.compile(
            rf"(?P<vague>[数几](?=[{power}]))?"
            rf"(?:{_ARABIC}|[{chinese}])"
            rf"(?:(?!零[部组件售])[{chinese}]"
            rf"|(?<=[{power}]){_ARABIC}(?![年\d])"
            rf"|[余多](?=\ ?[{power}])"
            rf"|点(?=[{chinese}])"
            rf"|(?<=\d)\ (?=[{power}](?![{power}]*分)))*"
            rf"(?P<scale>(?<=[\d零〇○])\ ?(?:{scales})(?![A-Za-z]))?"
        )
        self._tokens = re.compile(rf"{_ARABIC}|.", re.DOTALL)

    def read(self, text: str, start: int) -> Literal | None:
        """The longest literal that begins at `start`, or None."""
        m = self._run.match(text, start)
        if m is None:
            return None
        scale_word = (m["scale"] or "").strip()
        body = text[start : m.start("scale")] if scale_word else m[0]
        body = body[1:] if m["vague"] else body
        is_open = "余" in body or "多" in body
        body = body.replace(" ", "").replace(",", "").replace("余", "").replace("多", "")
        if self._is_spelled_out(body):
            return None
        bounds = self._pair(body) or self._single(body)
        if bounds is None:
            return None
        low, high = bounds
        scale = self._trailing_scale(body)
        if scale_word:
            factor = self._scales[scale_word]
            low, high, scale = low * factor, high * factor, scale * factor
        is_chinese = not body[0].isascii()
        return Literal(start, m.end(), low, high, scale, is_chinese, is_open, bool(m["vague"]))

    def _is_spelled_out(self, body: str) -> bool:
        """Digits side by side that make no number: 一一, 唯一一; but 二○ and 二〇二六 do, and 七八 is an interval."""
        if len(body) != 2 or any(c not in self._digits for c in body):
            return False
        first, second = (self._digits[c] for c in body)
        return second != first + 1 and body[1] not in "零〇○" and body[0] not in "零〇○"

    def _single(self, body: str) -> tuple[Decimal, Decimal] | None:
        value = self._value(body)
        return None if value is None else (value, value)

    def _pair(self, body: str) -> tuple[Decimal, Decimal] | None:
        """The interval of two neighbouring digits: 两三 2 to 3, 七八十 70 to 80, 十七八 17 to 18, 三五百 300 to 500."""
        for i in range(len(body) - 1):
            first, second = self._digits.get(body[i]), self._digits.get(body[i + 1])
            if not first or second is None:
                continue
            before, after = body[:i], body[i + 2 :]
            if after[:1] in self._digits or before[-1:] in self._digits:
                return None
            if second != first + 1 and not ((first, second) == (3, 5) and after):
                return None
            low, high = self._value(before + body[i] + after), self._value(before + body[i + 1] + after)
            return None if low is None or high is None else (low, high)
        return None

    def _trailing_scale(self, body: str) -> Decimal:
        scale = _ONE
        for char in reversed(body):
            factor = self._myriads.get(char) or (self._tens.get(char) if char not in "十拾" else None)
            if factor is None:
                break
            scale *= factor
        return scale

    def _value(self, body: str) -> Decimal | None:
        """The value of a numeral in one piece; None where its characters make no number.

        Multipliers of ten build a section, a myriad closes it; a greater myriad also multiplies the lesser
        sections right before it (二十万亿). A last digit after a multiplier without 零 stands one power below
        it (三万五 is 35,000).
        """
        closed: list[tuple[Decimal, Decimal]] = []
        section, last = _ZERO, _ZERO
        number: Decimal | None = None
        may_omit = False  # the number is a single digit right after a multiplier
        for token in self._grouped(body):
            if isinstance(token, Decimal):
                if number is not None:
                    return None
                number = token
                continue
            if token == "digit":  # the next number is one digit
                may_omit = last >= 100
                continue
            may_omit = False
            if token in self._fixed:
                section, last, number = section + self._fixed[token], Decimal(10), None
            elif token in self._tens:
                last = self._tens[token]
                section += (_ONE if number is None else number) * last
                number = None
            elif token in self._myriads:
                last = self._myriads[token]
                current = section + (number or _ZERO)
                while closed and (closed[-1][1] < last or not current):
                    current += closed.pop()[0]
                closed.append(((current or _ONE) * last, last))
                section, number = _ZERO, None
            else:
                return None
        if number is not None and may_omit:
            number *= last / 10
        return sum((value for value, _ in closed), section) + (number or _ZERO)

    def _grouped(self, body: str) -> Iterator[Decimal | str]:
        """The tokens of a numeral: Arabic numbers and runs of digit characters as one number, multipliers as such."""
        tokens = self._tokens.findall(body)
        i = 0
        while i < len(tokens):
            token = tokens[i]
            if token[0].isascii():
                yield Decimal(token)
                i += 1
            elif token in self._digits:
                start = i
                digits = ""
                while i < len(tokens) and (
                    tokens[i] in self._digits or (tokens[i] == "点" and "." not in digits)
                ):
                    digits += "." if tokens[i] == "点" else str(self._digits[tokens[i]])
                    i += 1
                if i - start == 1 and tokens[start] not in "零〇○":
                    yield "digit"
                yield Decimal(digits.rstrip("."))
            else:
                yield token
                i += 1
