"""Words that refer back to companies: 該公司, 公司, 該廠 and 其 to one, 兩家企業, 雙方 and 兩者 to two.

A word for one company stands for the company that the sentence so far, or the sentence before it, is about: the one
that begins a clause, else the last one named. A word for two stands for the last two that are named together.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines.extraction.lexicon import normalize
from pipelines.extraction.model import Company
from pipelines.extraction.parties.mention import Mention, Reference
from pipelines.text.span import Span

_BOUNDARY = normalize(r"(?:(?<=[\s,，。;；:：!！?？()「」“”、])|(?<=^)|(?<=[而但由對對與和向為使讓在是]))")
_ONE = re.compile(
    normalize(
        _BOUNDARY
        + r"(?:(?:該|这家|這家|本)(?:公司|廠商|廠|企業|集團|業者|行|大廠)|(?:公司|集團)(?![法股]|總|的?股|名稱|治理|債|旗下子)|其(?![中他它餘次實])|它(?!們))"
    )
)
_TWO = re.compile(
    normalize(r"(?:這|該)?[兩二](?:家|大)?(?:公司|企業|廠商|業者|大廠|巨頭|集團|者|強)|雙方|兩者|二者")
)
_SENTENCE_END = re.compile(r"[。！？!?\n]")
_CLAUSE_START = frozenset(" ,，。;；:：!！?？\n「“(（、")
_TOGETHER = re.compile(r"[、/,，]|以及|[與和及跟]|[与]")


class ReferenceReader:
    """Resolves them against the mentions before them. Anonymous parties count, products and people do not."""

    def read(self, text: str, mentions: Sequence[Mention]) -> tuple[Reference, ...]:
        """The references in `text` in their order; one that nothing before it explains is left out."""
        found: list[Reference] = []
        for pattern, count in ((_ONE, 1), (_TWO, 2)):
            for m in pattern.finditer(text):
                span = Span(*m.span())
                if any(span.overlaps(other.outer) for other in mentions):
                    continue
                companies = (
                    self._topic(text, span.start, mentions)
                    if count == 1
                    else _pair(text, span.start, mentions)
                )
                if companies:
                    found.append(Reference(span, companies))
        return tuple(sorted(found, key=lambda r: r.span))

    def _topic(self, text: str, at: int, mentions: Sequence[Mention]) -> tuple[Company, ...]:
        before = [m for m in mentions if m.outer.end <= at and m.company.status != "anonymous"]
        if not before:
            return ()
        end = at
        while end > 0:
            ends = [m.end() for m in _SENTENCE_END.finditer(text, 0, end - 1)]
            start = ends[-1] if ends else 0
            inside = [m for m in before if start <= m.span.start < end]
            heads = [m for m in inside if m.span.start == start or text[m.span.start - 1] in _CLAUSE_START]
            if heads:
                return (heads[-1].company if start + 1 >= at else heads[0].company,)
            if inside:
                return (inside[-1].company,)
            end = start
        return ()


def _pair(text: str, at: int, mentions: Sequence[Mention]) -> tuple[Company, ...]:
    """The last two companies that stand beside one another, else the last two different ones."""
    before = [m for m in mentions if m.outer.end <= at]
    for first, second in zip(reversed(before[:-1]), reversed(before[1:]), strict=True):
        between = text[first.outer.end : second.span.start]
        if first.company != second.company and _TOGETHER.fullmatch(between.strip()):
            return first.company, second.company
    different = list(dict.fromkeys(m.company for m in reversed(before)))[:2]
    return tuple(reversed(different)) if len(different) == 2 else ()
