"""A brief prepared for the claim rules: sentences, clauses and mentions, and a masked form of each sentence.

In the masked form every quantity, period and company is one letter (Ⓠ, Ⓟ, Ⓒ), so that a rule is a readable pattern
over recognised spans and the words between them.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from pipelines.extraction.parties import Mention
from pipelines.extraction.periods import Period
from pipelines.extraction.quantities import Quantity
from pipelines.text.span import Span

QUANTITY, PERIOD, COMPANY = "Ⓠ", "Ⓟ", "Ⓒ"
#: Kinds that are no measured quantity: bare numbers, ordinals, model and generation names (12吋, 5G).
_UNMEASURED = frozenset({"number", "ordinal", "model"})
_CLAUSE_END = re.compile(r"[,，;；:：。!！?？\n]|——")


@dataclass(frozen=True, slots=True)
class Token:
    """A mention in a sentence: its letter, its outer stretch of the body, and what it is."""

    letter: str
    start: int
    end: int
    item: Quantity | Period | Mention

    @property
    def names_company(self) -> bool:
        """Whether a company is named here, not pointed back to (公司, 該廠)."""
        return isinstance(self.item, Mention) and not self.item.points_back


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence: its span, the clauses inside, the mentions, and the masked text with the offset of each character."""

    index: int
    span: Span
    clauses: tuple[Span, ...]
    tokens: tuple[Token, ...]
    masked: str
    offsets: tuple[int, ...]
    by_mask: dict[int, Token] = field(compare=False)

    def quantities(self) -> list[Quantity]:
        """The quantities in their order."""
        return [t.item for t in self.tokens if isinstance(t.item, Quantity)]

    def periods(self) -> list[Period]:
        """The periods in their order."""
        return [t.item for t in self.tokens if isinstance(t.item, Period)]

    def mentions(self) -> list[Mention]:
        """The company mentions in their order."""
        return [t.item for t in self.tokens if isinstance(t.item, Mention)]

    def clause_at(self, offset: int) -> Span:
        """The clause that holds an offset of the body."""
        i = bisect_right([c.start for c in self.clauses], offset) - 1
        return self.clauses[max(i, 0)]

    def clause_index(self, offset: int) -> int:
        """The number of that clause."""
        return max(bisect_right([c.start for c in self.clauses], offset) - 1, 0)


@dataclass(frozen=True, slots=True)
class Document:
    """A brief's body with its normal form and its sentences."""

    body: str
    text: str
    sentences: tuple[Sentence, ...]


def build_document(
    body: str,
    text: str,
    sentences: Sequence[Span],
    quantities: Sequence[Quantity],
    periods: Sequence[Period],
    mentions: Sequence[Mention],
) -> Document:
    """Puts the mentions into their sentences; where two overlap, the one that begins first stays."""
    tokens = sorted(
        [
            *(
                Token(QUANTITY, q.outer.start, q.outer.end, q)
                for q in quantities
                if q.kind not in _UNMEASURED
            ),
            *(Token(PERIOD, p.span.start, p.span.end, p) for p in periods),
            *(Token(COMPANY, m.outer.start, m.outer.end, m) for m in mentions),
        ],
        key=lambda t: (t.start, -t.end),
    )
    kept: list[Token] = []
    for token in tokens:
        if not kept or token.start >= kept[-1].end:
            kept.append(token)
        elif isinstance(token.item, Quantity) and token.item.span.start >= kept[-1].end:
            kept.append(Token(QUANTITY, token.item.span.start, token.end, token.item))
    starts = [t.start for t in kept]
    built = []
    for index, span in enumerate(sentences):
        inside = tuple(
            t
            for t in kept[bisect_left(starts, span.start) : bisect_left(starts, span.end)]
            if t.end <= span.end
        )
        built.append(_sentence(index, span, text, inside))
    return Document(body, text, tuple(built))


def unmasked(sentence: Sentence, text: str, dropped: Sequence[Token]) -> Sentence:
    """A sentence in which some tokens are words again."""
    kept = tuple(token for token in sentence.tokens if token not in dropped)
    return _sentence(sentence.index, sentence.span, text, kept)


def _sentence(index: int, span: Span, text: str, tokens: tuple[Token, ...]) -> Sentence:
    masked: list[str] = []
    offsets: list[int] = []
    by_mask: dict[int, Token] = {}
    at = span.start
    for token in tokens:
        low, high = _without_blanks(text, at, token.start, behind=bool(offsets))
        masked.append(text[low:high])
        offsets.extend(range(low, high))
        by_mask[len(offsets)] = token
        masked.append(token.letter)
        offsets.append(token.start)
        at = token.end
    low, high = _without_blanks(text, at, span.end, behind=bool(offsets))
    masked.append(text[low:high])
    offsets.extend(range(low, high))
    return Sentence(
        index, span, _clauses(text, span, tokens), tokens, "".join(masked), tuple(offsets), by_mask
    )


def _without_blanks(text: str, low: int, high: int, behind: bool) -> tuple[int, int]:
    """The stretch between two mentions without the blanks that some newsrooms set around numbers and Latin names."""
    while high > low and text[high - 1] == " ":
        high -= 1
    while behind and low < high and text[low] == " ":
        low += 1
    return low, high


def _clauses(text: str, span: Span, tokens: Sequence[Token]) -> tuple[Span, ...]:
    """The stretches between commas, colons and the like; a mark inside a mention or a pair of brackets parts nothing."""
    inside = [(t.start, t.end) for t in tokens]
    clauses: list[Span] = []
    start, depth = span.start, 0
    at = span.start
    for m in _CLAUSE_END.finditer(text, span.start, span.end):
        depth += text.count("(", at, m.start()) - text.count(")", at, m.start())
        at = m.start()
        if depth > 0 or any(a < m.start() < b for a, b in inside) or _in_number(text, m.start()):
            continue
        clauses.append(Span(start, m.end()))
        start = m.end()
    if start < span.end or not clauses:
        clauses.append(Span(start, span.end))
    return tuple(clauses)


def _in_number(text: str, at: int) -> bool:
    return text[at] in ",:" and text[at - 1 : at].isdigit() and text[at + 1 : at + 2].isdigit()
