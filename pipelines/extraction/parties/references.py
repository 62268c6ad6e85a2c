"""Words that refer back to companies: 該公司, 公司, 該廠 and 其 to one, 該行 to a bank, 兩家企業, 雙方 and 三者 to several.

A word for one company stands for the company that the sentence so far, or the sentence before it, is about: the one
that begins a clause, else the last one named. Houses that write about others (banks, brokers, research) are meant by
該行, and by 該公司 only where no other company stands there. A word for several stands for the last list of as many;
前者 and 後者 for the one and the other of two.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from pipelines.extraction.lexicon import normalize
from pipelines.extraction.model import Company
from pipelines.extraction.parties.mention import Mention, Reference
from pipelines.text.span import Span

#: What a word that refers back stands behind where it is no part of a compound (子公司, 上市公司, 收購兩家公司).
_BOUNDARY = re.compile(
    normalize(
        r"(?:[\s,，。;；:：!！?？()「」“”、而但由對與和向為使讓在是將把給]|預[期估計]|表示|指出|目前|[今明去]年|[上下本]季)$"
    )
)
#: 應該公司 is no 該公司.
_OUGHT = normalize("應")
_FIRM = r"(?:公司|廠商|(?<!工)廠|企業|集團|業者|大廠|巨頭)"
_ONE = re.compile(
    normalize(
        rf"(?P<this>該|這家)(?:(?P<house>行|券商|投行|機構|研究機構|大行)|{_FIRM})"
        r"|本(?:公司|集團)|(?:公司|集團)(?![法股]|總|的?股|名稱|治理|債|旗下子)|其(?![中他它餘次實])|它(?!們)"
    )
)
_SEVERAL = re.compile(
    normalize(
        r"(?P<this>這|該|上述)?(?:(?P<count>[兩二三四五])"
        rf"(?P<firms>大(?:公司|企業|廠商|集團|巨頭|龍頭)|家(?![\u3400-\u9fff]{{0,3}}[子孫母]公司)[\u3400-\u9fff]{{0,4}}?{_FIRM}|強)(?!之間)"
        r"|(?P<both>雙方|[兩二三]者))"
    )
)
_OF_TWO = re.compile(normalize(r"(?P<first>前者)|後者"))
#: A product's name behind its maker's: what 後者 stands for is the product.
_OWNS_A_PRODUCT = re.compile(r"的?\s?[A-Za-z\d]|的|[\u3400-\u9fff]{2,3}\d")
#: 輝達新平台將放量: the company only describes the thing that the sentence is about.
_DESCRIBES = re.compile(normalize(r"的?(?:新(?:平台|款|一代|世代|機|品)|最新|次世代|下一代|旗艦)"))
_BOTH = normalize("雙方")
_NUMBERS = {"两": 2, "二": 2, "三": 3, "四": 4, "五": 5}
_SENTENCE_END = re.compile(r"[。！？!?\n]")
_CLAUSE_START = frozenset(" ,，。;；:：!！?？\n「“(（、")
_TOGETHER = re.compile(r"\s?(?:[、/,，]|以及|[与和及跟])\s?")
#: How many sentences before its own a word for several looks back.
_SENTENCES_BACK = 2
_LONGEST_LIST = 12


class ReferenceReader:
    """Resolves them against the mentions before them. Products and people do not count, anonymous parties only in lists.

    `is_house` tells the companies that write about others.
    """

    def __init__(self, is_house: Callable[[Company], bool]) -> None:
        self._is_house = is_house

    def read(self, text: str, mentions: Sequence[Mention]) -> tuple[Reference, ...]:
        """The references in `text` in their order; one that nothing before it explains is left out."""
        if not mentions:
            return ()
        ends = [m.outer.end for m in mentions]
        found: list[Reference] = []
        for m, companies in self._resolved(text, mentions):
            span = Span(*m.span())
            i = bisect_right(ends, span.start)
            if companies and not (i < len(mentions) and span.overlaps(mentions[i].outer)):
                found.append(Reference(span, companies))
        return tuple(sorted(found, key=lambda r: r.span))

    def _resolved(
        self, text: str, mentions: Sequence[Mention]
    ) -> Iterator[tuple[re.Match[str], tuple[Company, ...]]]:
        first, sentences = mentions[0].outer.end, _Sentences(text)
        named = [m for m in mentions if m.company.status != "anonymous"]
        named = [m for i, m in enumerate(named) if not i or not _DESCRIBES.match(text, m.outer.end)]
        houses = [m for m in named if self._is_house(m.company)]
        firms = _Topics(text, sentences, [m for m in named if not self._is_house(m.company)])
        anyone = _Topics(text, sentences, named)
        for m in _ONE.finditer(text, first):
            if not _stands_free(text, m.start(), m["this"]):
                continue
            if m["house"] is None:
                yield m, firms.at(m.start()) or anyone.at(m.start())
            else:
                yield m, tuple(x.company for x in _before(houses, m.start())[-1:])
        for m in _SEVERAL.finditer(text, first):
            if not _stands_free(text, m.start(), m["this"]):
                continue
            near = sentences.near(mentions, m.start())
            count = 2 if m["both"] == _BOTH else _NUMBERS[m["count"] or m["both"][0]]
            yield m, _listed(text, near, count) or (_last_two(near) if count == 2 and m["firms"] else ())
        for m in _OF_TWO.finditer(text, first):
            if not _stands_free(text, m.start(), None):
                continue
            whole = [m for m in mentions if not _OWNS_A_PRODUCT.match(text, m.outer.end)]
            near = sentences.near(whole, m.start())
            pair = _listed(text, near, 2) or _last_two(near)
            yield m, pair[:1] if m["first"] else pair[1:]


def _stands_free(text: str, at: int, this: str | None) -> bool:
    """Whether a word that refers back begins at a place, and no compound ends with it (子公司)."""
    if this is not None:
        return text[at - 1 : at] != _OUGHT
    return at == 0 or _BOUNDARY.search(text, max(0, at - 2), at) is not None


class _Sentences:
    """Where the sentences of a text begin."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(m.end() for m in _SENTENCE_END.finditer(text))]

    def start(self, at: int, back: int = 0) -> int:
        """The beginning of the sentence that holds the character before a place, or of one so many before it."""
        return self._starts[max(0, bisect_left(self._starts, at) - 1 - back)]

    def near(self, mentions: Sequence[Mention], at: int) -> Sequence[Mention]:
        """The last mentions before a place, in its sentence and those right before it."""
        start = self.start(at, _SENTENCES_BACK)
        return [m for m in _before(mentions, at)[-_LONGEST_LIST:] if m.span.start >= start]


class _Topics:
    """What each sentence is about, by the mentions in it: the one that begins a clause, else the last one."""

    def __init__(self, text: str, sentences: _Sentences, mentions: Sequence[Mention]) -> None:
        self._sentences = sentences
        self._mentions = mentions
        self._heads: dict[int, Mention] = {}
        for m in mentions:
            start = sentences.start(m.span.start + 1)
            if m.span.start == start or text[m.span.start - 1] in _CLAUSE_START:
                self._heads.setdefault(start, m)

    def at(self, at: int) -> tuple[Company, ...]:
        """The topic where a word refers back: of its own sentence so far, else of the last one that has any."""
        before = _before(self._mentions, at)
        if not before:
            return ()
        start = self._sentences.start(before[-1].span.start + 1)
        head = self._heads.get(start)
        return (head.company if head and head.outer.end <= at else before[-1].company,)


def _before(mentions: Sequence[Mention], at: int) -> Sequence[Mention]:
    return mentions[: bisect_right(mentions, at, key=lambda m: m.outer.end)]


def _listed(text: str, near: Sequence[Mention], count: int) -> tuple[Company, ...]:
    """The last list of so many companies."""
    lists: list[list[Company]] = [[m.company] for m in near[:1]]
    for before, mention in pairwise(near):
        if not _TOGETHER.fullmatch(text[before.outer.end : mention.span.start]):
            lists.append([])
        lists[-1].append(mention.company)
    return next((tuple(one) for one in reversed(lists) if len(set(one)) == len(one) == count), ())


def _last_two(near: Sequence[Mention]) -> tuple[Company, ...]:
    """The last two different companies, in their order."""
    named = (m.company for m in reversed(near) if m.company.status != "anonymous")
    different = list(dict.fromkeys(named))[:2]
    return tuple(reversed(different)) if len(different) == 2 else ()
