"""What stands around a numeral: comparator, currency and sign in front, comparator and per-word behind."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipelines.extraction.lexicon import Lexicon
from pipelines.extraction.matcher import PhraseMatcher

_SLASH = re.compile(r"\s?/\s?")
_SIGN = re.compile(r"负\s?|零下\s?|[-−–](?=[\d.])")
_OPENING = ' “"「了'
_MAY_STAND_BEFORE = _OPENING + "秒时日天周月季年钟"
#: 3%内, 10分钟内, but not 3%内部, 5%内销
_WITHIN = re.compile(r"\s?内(?![部容需销外含建地政存资线衣置的])")
#: 超过美国的三倍: the comparator stands before the thing compared with
_DISTANT = re.compile(r"(超过|高于|多于|大于|逾|不到|低于|不足|不及)[^，。；、：,;:!?？！\d]{1,12}的$")
#: 最高可达每秒3GB: what the amount is per may stand between, written backwards here
_PER_BETWEEN = re.compile(r"(?:[秒时日天周月季年]|钟分|时小)每")
_CONTRACT = ("合", "契", "签", "条", "预")
_NOT_BEFORE_NEAR = ("最", "附", "靠")


@dataclass(frozen=True, slots=True)
class Front:
    """What stands in front of a numeral; `start` is where the phrase begins, `sign` where a sign does, `symbol` where
    a currency does."""

    start: int
    comparator: str | None
    currency: str | None
    sign: int | None
    symbol: int | None = None


class FrontReader:
    """Reads backwards from a numeral by the tables of comparators and currencies."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._before = lexicon.comparators_before
        self._currencies = lexicon.currency_prefixes
        words = sorted({*self._before, *self._currencies}, key=len, reverse=True)
        self._word = re.compile("|".join(re.escape(word[::-1]) for word in words))
        self._last = frozenset(word[-1] for word in words)

    def read(self, text: str, start: int) -> Front:
        """The words right before `start`: the strongest comparator, the nearest currency, a sign."""
        sign = sign_before(text, start)
        at = start if sign is None else sign
        if not at or (text[at - 1] not in self._last and text[at - 1] not in _MAY_STAND_BEFORE):
            return Front(at, None, None, sign)
        comparator: str | None = None
        currency: str | None = None
        symbol: int | None = None
        window = text[max(0, at - 24) : at][::-1]
        begin, offset, size, is_parted = at, 0, len(window), False
        while True:
            while offset < size and window[offset] in _OPENING:
                offset += 1
            m = self._word.match(window, offset)
            if m is None:
                per = None if is_parted else _PER_BETWEEN.match(window, offset)
                if per is None:
                    break
                is_parted, offset = True, per.end()
                continue
            form = m[0][::-1]
            if form in self._currencies:
                if currency is None:
                    currency, symbol = self._currencies[form], at - m.end()
            elif form == "近" and window[m.end() : m.end() + 1] in _NOT_BEFORE_NEAR and m.end() < size:
                break
            elif form == "约" and window[m.end() : m.end() + 1] in _CONTRACT and m.end() < size:
                break  # 主力合约9.8万元
            else:
                code = self._before[form]
                if comparator in (None, "eq") or code in ("upto", "lt"):
                    comparator = code
            offset = m.end()
            if not is_parted and (self._before.get(form) != "eq" or form in self._currencies):
                begin = at - offset
        return Front(begin, comparator, currency, sign, symbol)

    def distant(self, text: str, start: int) -> tuple[int, str] | None:
        """Start and code of a comparator that the thing compared with parts from the number: 超过美国的三倍."""
        if not start or text[start - 1] != "的":
            return None
        m = _DISTANT.search(text, max(0, start - 18), start)
        return (m.start(), self._before[m[1]]) if m and m[1] in self._before else None


class BackReader:
    """Reads on behind a quantity by the tables of per-words and comparators."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._per = PhraseMatcher(lexicon.per_words)
        self._after = PhraseMatcher(lexicon.comparators_after)

    def per(self, text: str, end: int) -> tuple[str | None, int]:
        """万片/月, 元/ 瓦, 5万片每月: what the amount is per, and where that ends."""
        m = _SLASH.match(text, end)
        at = m.end() if m else end + 1 if text[end : end + 1] == "每" else None
        if at is None:
            return None, end
        found = self._per.match(text, at)
        if found is None or (is_latin(text[found[0] - 1]) and is_latin(text[found[0] : found[0] + 1])):
            return None, end
        return found[1], found[0]

    def comparator(self, text: str, end: int, within: bool) -> tuple[str | None, int]:
        """以上, 左右, 以内; with `within` also a bare 内: the code and where it ends."""
        at = end + 1 if text[end : end + 1] == " " else end
        found = self._after.match(text, at)
        if found is not None:
            return found[1], found[0]
        if within and (m := _WITHIN.match(text, end)):
            return "upto", m.end()
        return None, end


def sign_before(text: str, start: int) -> int | None:
    """Where a minus sign right before `start` begins (-, 负, 零下); None where there is none, or it is a dash."""
    if not start:
        return None
    char = text[start - 1]
    if char in "-−–":
        before = text[start - 2] if start > 1 else ""
        return (
            None
            if before and (before in "-−–)年月日" or (before.isascii() and before not in " (:,"))
            else start - 1
        )
    at = start - 1 if char == " " else start
    if at and text[at - 1] == "负":
        return at - 1
    return at - 2 if text.endswith("零下", 0, at) else None


def is_latin(char: str) -> bool:
    """Whether `char` is a letter of ASCII; the empty string is not."""
    return bool(char) and char.isascii() and char.isalpha()
