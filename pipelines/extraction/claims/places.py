"""Where the body says the parts of a claim: its subject, its unit, its company, and for supply the item.

Rules work on words of the normal form; here the words are found again in the text, nearest to the claim's value, and
given back in the brief's own script. What no single stretch of the text says has no place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.extraction.model import Company
from pipelines.extraction.parties import Mention
from pipelines.text.span import Span


@dataclass(frozen=True, slots=True)
class Places:
    """One brief's body, its normal form and its company mentions, asked where a claim's parts stand."""

    body: str
    text: str
    mentions: Sequence[Mention]

    def words(self, words: str | None, sentence: Span, at: Span) -> Span | None:
        """Where words stand: in the sentence, before the value at `at` rather than behind; else nearest before, else first."""
        if not words:
            return None
        places = (
            self.text.rfind(words, sentence.start, at.end),
            self.text.find(words, at.start, sentence.end),
            self.text.rfind(words, 0, at.end),
            self.text.find(words),
        )
        start = next((place for place in places if place >= 0), None)
        return None if start is None else Span(start, start + len(words))

    def written(self, words: str | None, sentence: Span, at: Span) -> tuple[str | None, Span | None]:
        """Words in the brief's own script, and their place; words put together of several pieces have none."""
        whole = self.words(words, sentence, at)
        if words is None or whole is not None:
            return (whole.of(self.body) if whole is not None else None), whole
        pieces: list[str] = []
        while words:
            size = len(words)
            while size > 1 and self.words(words[:size], sentence, at) is None:
                size -= 1
            place = self.words(words[:size], sentence, at)
            pieces.append(place.of(self.body) if place is not None else words[:size])
            words = words[size:]
        return "".join(pieces), None

    def behind(self, words: str | None, sentence: Span, at: Span) -> Span | None:
        """Where words stand from the start of the value on: its unit, which a list may name once, at its end (26和33萬片)."""
        start = self.text.find(words, at.start, sentence.end) if words else -1
        return Span(start, start + len(words or "")) if start >= 0 else None

    def company(self, company: Company | None, sentence: Span, at: Span) -> Span | None:
        """The name nearest to the value: before it in the sentence, else behind it there, else before, else the first."""
        if company is None:
            return None
        own = [m.span for m in self.mentions if m.company.company_id == company.company_id]
        before = [span for span in own if span.start < at.end]
        inside = [span for span in own if sentence.covers(span)]
        near = [span for span in inside if span in before][-1:] or inside[:1] or before[-1:] or own[:1]
        return near[0] if near else None
