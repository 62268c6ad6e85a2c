"""What is found: a company at a place of the body, and a word that refers back to companies."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipelines.extraction.model import Company
from pipelines.text.span import Span


@dataclass(frozen=True, slots=True)
class Mention:
    """A company at a place of the body. `span` covers the name, `outer` also the brackets that belong to it.

    `points_back`: a word stands there (該公司) for a company named before; `others` are the further companies of a word
    that stands for several (兩家企業).
    """

    span: Span
    outer: Span
    company: Company
    points_back: bool = False
    others: tuple[Company, ...] = ()


@dataclass(frozen=True, slots=True)
class Reference:
    """A word that stands for companies named before it: 該公司 for one, 兩家企業 for two."""

    span: Span
    companies: tuple[Company, ...]

    def as_mention(self) -> Mention:
        """The word as a mention of what it stands for."""
        return Mention(self.span, self.span, self.companies[0], True, self.companies[1:])


#: A stock code as briefs write it: 2330, 2330-TW, 300750.SZ, NVDA-US, 股票代碼:02577.
CODE = r"(?:[A-Z]{1,5}|\d{4,6}[A-Z]?)(?:[-.:](?:TWO?|US|HK|SZ|SH|SS|KS|KQ|JP|T|BJ|DE|FR|NL|UK))?"
BRACKET = re.compile(r"[(【\[](?P<inside>[^()【】\[\]\n]{1,40}?)[)】\]]")
_CODE_LIST = re.compile(rf"(?:股票代[码号]:?)?(?P<code>{CODE})(?:[,，、/](?:简称)?[A-Za-z\d.\-]+)*")


def code_behind(text: str, end: int) -> str | None:
    """The stock code in brackets right behind a name: 2330 for (2330-TW), None where there is none."""
    for _ in range(2):  # 輝達(Nvidia)(NVDA-US)
        bracket = BRACKET.match(text, end)
        if bracket is None:
            return None
        code = _CODE_LIST.fullmatch(bracket["inside"])
        if code and (code["code"][0].isdigit() or "-" in code["code"] or "." in code["code"]):
            return re.split(r"[-.:]", code["code"])[0]
        end = bracket.end()
    return None


def bracket_end(text: str, end: int) -> int:
    """The end of the brackets that hold only a name in Latin or a code, right behind a name; else `end`."""
    for _ in range(2):
        bracket = BRACKET.match(text, end)
        if bracket is None:
            break
        inside = bracket["inside"]
        if not (_CODE_LIST.fullmatch(inside) or inside.isascii()) or inside.endswith("%"):
            break
        if inside.isdigit() and len(inside) < 4:
            break
        end = bracket.end()
    return end
