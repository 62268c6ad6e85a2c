"""Why no rule took a quantity: the words of its sentence that might have said what it measures, each with what kept it.

It asks what the readers ask (`levels`, `moves`, `shares`), with their own tables and predicates, and says the answer in
words. What a reader did with a quantity that it took is not asked here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pipelines.extraction.claims.changes import LEVEL_REACHED
from pipelines.extraction.claims.context import Tables, Trigger, behind_amount, kinds_of, triggers_of
from pipelines.extraction.claims.frame import Frame
from pipelines.extraction.claims.levels import FARTHEST_BEHIND
from pipelines.extraction.claims.measures import MEASURED, is_phase
from pipelines.extraction.claims.shares import part_of_whole
from pipelines.extraction.claims.unmarked import is_small_count
from pipelines.extraction.document import Document, Sentence
from pipelines.extraction.lexicon import Change, Lexicon
from pipelines.extraction.matcher import PhraseMatcher
from pipelines.extraction.quantities import Quantity
from pipelines.text.span import Span

_SHARE_VERBS = ("占", "佔")


@dataclass(frozen=True, slots=True)
class Near:
    """A word that came near a quantity: its place, the rule that it would have been (`level.revenue`), and what kept it."""

    span: Span
    rule: str
    kept: str


@dataclass(frozen=True, slots=True)
class Leftover:
    """A measured quantity that no rule placed: a claim of metric `other`, or none at all, with what came near it."""

    quantity: Quantity
    sentence: Sentence
    is_claim: bool
    why: str
    near: tuple[Near, ...]


class NearReader:
    """Finds what is left over in a brief, and what came near."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._tables = Tables.of(lexicon)
        self._changes: PhraseMatcher[Change] = PhraseMatcher({c.form: c for c in lexicon.changes})

    def leftovers(
        self, document: Document, measured: Mapping[int, Frame], frames: Mapping[int, Frame]
    ) -> tuple[Leftover, ...]:
        """The leftovers in their order; the frames by the start of their quantity, before the rules and after them."""
        triggers = triggers_of(self._tables, document)
        found: list[Leftover] = []
        for sentence in document.sentences:
            own = [t for t in triggers if sentence.span.start <= t.start and t.end <= sentence.span.end]
            for q in sentence.quantities():
                frame = frames.get(q.span.start)
                if q.kind not in MEASURED or (frame is not None and frame.metric != "other"):
                    continue
                why = _why(q, frame, measured.get(q.span.start))
                near = tuple(self._near(document, sentence, q, own)) if frame is not None else ()
                found.append(Leftover(q, sentence, frame is not None, why, near))
        return tuple(found)

    def _near(
        self, document: Document, sentence: Sentence, q: Quantity, triggers: list[Trigger]
    ) -> Iterator[Near]:
        """The words of measures, of changes and of shares in the clause, and those elsewhere in the sentence that would
        take the quantity's kind of unit, in their order."""
        text, clause = document.text, sentence.clause_at(q.span.start)
        near = [
            Near(Span(t.start, t.end), f"level.{t.metric.metric}", _kept_level(text, sentence, clause, q, t))
            for t in triggers
            if not q.span.overlaps(Span(t.start, t.end))
            and (clause.start <= t.start < clause.end or kinds_of(q) & t.metric.units)
        ]
        words = text[clause.start : clause.end]
        for start, end, _ in self._changes.find(words):
            span = Span(clause.start + start, clause.start + end)
            if not span.overlaps(q.outer) and not any(n.span.overlaps(span) for n in near):
                near.append(Near(span, "change", _kept_change(document, q, span)))
        for verb in _SHARE_VERBS:
            at = text.find(verb, clause.start, clause.end)
            if at >= 0 and not any(n.span.overlaps(Span(at, at + 1)) for n in near):
                near.append(Near(Span(at, at + 1), "share.part", _kept_share(sentence, q, at)))
        yield from sorted(near, key=lambda n: n.span)


def _why(q: Quantity, frame: Frame | None, before: Frame | None) -> str:
    if frame is not None and frame.rule.startswith("unit."):
        return "no word of a measure, a change or a share took it, and its unit alone says no more"
    if frame is not None:
        return "it goes on from another amount whose measure no word says"
    if before is not None:
        return "a rule took it into another claim: as its earlier value, or as the same amount said again"
    if is_phase(q):
        return "names a phase or a plant"
    if q.kind == "duration":
        return "a duration that is no specification and no result"
    if q.kind in ("count", "person") and is_small_count(q):
        return "a small count in words, which is a figure of speech"
    if q.kind == "rate_byte" or q.unit in ("byte", "bit"):
        return "the size in a product's name, whose own measure follows"
    if q.kind == "money":
        return "the size of a loss that changed, which is no profit"
    return "says nothing that can be measured by itself"


def _kept_level(text: str, sentence: Sentence, clause: Span, q: Quantity, t: Trigger) -> str:
    """What kept a word of measure, in the order in which levels ask."""
    if not kinds_of(q) & t.metric.units:
        return f"goes with {' or '.join(sorted(t.metric.units))}, this is {q.kind}"
    if t.end <= clause.start:
        return "stands in a clause before, and this clause does not go on from it"
    if t.start >= clause.end:
        return "stands in a clause behind"
    if t.start >= q.outer.end:
        behind = behind_amount(text, q.outer.end)
        others = [o.outer.start for o in sentence.quantities() if behind <= o.outer.start < t.start]
        if others:
            return "stands behind, with another amount between the two"
        if t.start - behind > FARTHEST_BEHIND:
            return f"stands {t.start - behind} characters behind; {FARTHEST_BEHIND} are looked at"
        return "stands behind what the amount counts"
    return "would have fitted, but another rule came first"


def _kept_change(document: Document, q: Quantity, span: Span) -> str:
    if span.start >= q.outer.end:
        far = q.kind not in ("percent", "ratio", "pp")
        return (
            "stands behind; only a percentage takes a change from there"
            if far
            else "does not stand right behind"
        )
    if q.kind == "duration":
        return "a duration takes no change"
    between = document.body[span.end : q.outer.start].strip()
    if not between or document.text[span.end : q.outer.start].strip() in LEVEL_REACHED:
        return "leads to the level that was reached, which no word says the measure of"
    return f"stands before, but not right before: 「{between}」 is between"


def _kept_share(sentence: Sentence, q: Quantity, at: int) -> str:
    if q.kind != "percent":
        return f"goes with percent, this is {q.kind}"
    if part_of_whole(sentence, q) is not None:
        return "would have fitted, but another rule came first"
    return "stands behind" if at >= q.outer.end else "stands too far before"
