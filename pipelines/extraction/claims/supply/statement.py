"""A rule's match in a sentence, with all that reading it needs: the words around it, the topics, the claims so far."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.extraction.claims.supply.clauses import Clauses, Party
from pipelines.extraction.claims.supply.rules import SupplyRule
from pipelines.extraction.claims.supply.topics import Topics
from pipelines.extraction.document import COMPANY
from pipelines.extraction.model import SupplyClaim

#: Clauses behind a statement that still tell how far along it is.
_CLAUSES_ON = 3


@dataclass(frozen=True, slots=True)
class Statement:
    """A match; `left`, `inside` and `right` are its clause, `right` with the clauses behind that name no company."""

    rule: SupplyRule
    match: re.Match[str]
    clauses: Clauses
    topics: Topics
    known: Sequence[SupplyClaim]
    left: str
    inside: str
    right: str

    def group(self, name: str) -> str | None:
        """What a slot of the rule caught; None where the rule has no such slot."""
        return self.match.groupdict().get(name)

    def parties(self, name: str) -> list[Party]:
        """The companies that a slot caught."""
        return self.clauses.parties(*self.match.span(name)) if self.group(name) is not None else []

    @property
    def start(self) -> int:
        """Where the clause of the match begins in the masked sentence."""
        return self.match.start() - len(self.left)

    def claims_here(self) -> list[SupplyClaim]:
        """The claims that the sentence made so far."""
        return [claim for claim in self.known if claim.evidence.sentence == self.clauses.sentence.span]

    def claims_near(self) -> list[SupplyClaim]:
        """The claims of the sentence and of the one right before it."""
        start = self.clauses.sentence.span.start
        return [claim for claim in self.known if claim.evidence.sentence.end >= start - 2]


def state(
    rule: SupplyRule, match: re.Match[str], clauses: Clauses, topics: Topics, known: Sequence[SupplyClaim]
) -> Statement:
    """The statement of a match."""
    masked = clauses.masked
    start, end = clauses.start(match.start()), clauses.end(match.end())
    for _ in range(_CLAUSES_ON):  # 已送樣乙, 目前驗證中
        if masked[end : end + 1] != ",":
            break
        following = clauses.end(end + 1)
        if COMPANY in masked[end:following]:
            break
        end = following
    left, right = masked[start : match.start()], masked[match.end() : end]
    return Statement(rule, match, clauses, topics, known, left, match[0], right)
