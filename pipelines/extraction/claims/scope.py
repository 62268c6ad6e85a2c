"""Scope: whose a number is, when it holds, whether it lies ahead, and who says so, for all frames of a brief.

A clause's own words come first, then the clauses before it in its sentence, then what the sentences before carry over.
Each question has a module of its own; here they are asked in the order in which their answers depend on each other.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from pipelines.extraction.claims.forecaster import ForecasterScope
from pipelines.extraction.claims.frame import Frame
from pipelines.extraction.claims.stance import StanceReader
from pipelines.extraction.claims.when import PeriodScope
from pipelines.extraction.claims.who import CompanyScope
from pipelines.extraction.document import Document, Sentence
from pipelines.extraction.lexicon import Lexicon
from pipelines.extraction.model import Company
from pipelines.extraction.periods import Period

#: 第四季財測重點, with bullets below it: what they say is ahead, in that quarter.
_GUIDANCE = re.compile(r"财测|展望|指引|预测|预估|目标")
_BULLET = re.compile(r"(?:[*•·‧◆●▪■○►➤-]|[(]?\d{1,2}[.)、])\s?")


def _is_heading(sentence: Sentence, words: str) -> bool:
    """Whether a line names guidance and nothing else."""
    return (
        not sentence.quantities()
        and words[-1] not in "。！？!?；;，,"
        and _GUIDANCE.search(words) is not None
    )


class ScopeReader:
    """Gives frames their company, period, stance and forecaster."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._stance = StanceReader(lexicon)

    def apply(
        self, document: Document, frames: list[Frame], published_on: date | None, named: Sequence[Company]
    ) -> tuple[list[Frame], Mapping[int, Period]]:
        """The frames with their scopes filled, in their order, and the periods by offset as the text resolves them."""
        text = document.text
        by_sentence: dict[int, list[Frame]] = {}
        for frame in frames:
            by_sentence.setdefault(frame.sentence.index, []).append(frame)
        who = CompanyScope(self._lexicon, self._stance.comparison, named)
        when = PeriodScope(document, published_on, self._stance)
        says = ForecasterScope(self._lexicon, document, who, named[0] if named else None)
        scoped: list[Frame] = []
        opening: Frame | None = None  # the first statement of the last sentence that measures something
        guides = False
        for sentence in document.sentences:
            words = text[sentence.span.start : sentence.span.end]
            guides = _is_heading(sentence, words) or (guides and _BULLET.match(words) is not None)
            when.listed = says.listed = guides
            spoken = says.speakers(sentence)
            heads = who.subjects(text, sentence, [s.start for s in spoken if s.is_forecast])
            surveys = says.surveys(spoken)
            when.enter(sentence)
            last = opening if when.joined else None
            if by_sentence.get(sentence.index):
                opening = None
            for frame in by_sentence.get(sentence.index, []):
                filled = when.fill(who.fill(text, frame, heads, surveys))
                goes_on = guides or (
                    last is not None
                    and last.is_future
                    and last.period == filled.period
                    and last.company == filled.company
                )
                last = says.fill(self._stance.fill(text, filled, published_on, goes_on), spoken)
                opening = opening or last
                scoped.append(last)
                scoped.extend(replace(last, company=other) for other in who.others(text, last, heads))
            who.leave(text, sentence, heads, when.joined)
            when.leave(sentence)
            says.leave(sentence, spoken, heads)
        return scoped, when.resolved
