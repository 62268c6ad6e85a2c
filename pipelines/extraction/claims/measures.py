"""What a quantity measures: its metric, subject, direction and basis, from the words around it.

Families come from the tables: `metrics.csv` (營收, 月產能, 市佔率 ...) and `changes.csv` (年增, 下滑 ...). In their order: a
part of a whole (佔…的50%), a change (年增 13%), a level with its trigger word, and what has no word beside it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace

from pipelines.extraction.claims.context import SentenceContext, Tables, Trigger, kinds_of, triggers_of
from pipelines.extraction.claims.frame import CAPACITY_METRICS, Frame
from pipelines.extraction.claims.levels import Levels
from pipelines.extraction.claims.moves import Moves
from pipelines.extraction.claims.shares import part_of_whole
from pipelines.extraction.claims.subjects import Subjects
from pipelines.extraction.claims.unmarked import Unmarked
from pipelines.extraction.document import Document
from pipelines.extraction.lexicon import Lexicon
from pipelines.extraction.quantities import Quantity
from pipelines.text.span import Span

#: Kinds of quantities that measure something.
MEASURED = frozenset(
    {"percent", "pp", "ratio", "money", "count", "person", "measure", "rate_bit", "rate_byte", "duration"}
)
_SITES_BEFORE = re.compile(r"(?P<sites>(?:[\u4e00-\u9fff]{1,4}(?:工厂|厂|基地)(?:和|及|与|、|以及))+)$")
_EACH_PART = re.compile(
    r"(?P<others>[^,，。;；:：()\d%％]{1,24})(?:、|和|与|及)(?P<last>[^,，。;；、和与及]{2,10}?)(?:各|均|都|皆)约?占"
)
_HALVES = re.compile(
    r"(?P<others>[^,，。;；:：()\d%％成]{1,24})(?:、|和|与|及)(?P<last>[^,，。;；、和与及]{2,10}?)约?$"
)
_PHASES = frozenset({"期", "厂", "号", "线", "号线", "厂区"})
_RESPECTIVELY = re.compile(r"分别|各为|各达")
#: One amount for each of several, not for all together.
_SEPARATE = re.compile(r"各|均|都|皆|分别|则")
_TOLERANCE = re.compile(r"(?:正负|上下浮动|上下|±|加减)(?:约|各)?\s?$")
_AND = re.compile(r"\s?(?:和|及|与|、|以及)\s?")


class MeasureReader:
    """Finds what each quantity of a document measures."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._tables = Tables.of(lexicon)

    def read(self, document: Document) -> list[Frame]:
        """A frame for each measured quantity, in their order."""
        triggers = triggers_of(self._tables, document)
        starts = [t.start for t in triggers]
        frames: list[Frame] = []
        context: SentenceContext | None = None
        topic: str | None = None
        goods: str | None = None
        for sentence in document.sentences:
            measured = [q for q in sentence.quantities() if q.kind in MEASURED and not is_phase(q)]
            if not measured:
                continue
            low, high = bisect_left(starts, sentence.span.start), bisect_left(starts, sentence.span.end)
            words = self._tables.nouns.words(document.text, sentence)
            last = (
                context
                if document.text[sentence.span.start - 1 : sentence.span.start] in (";", "；")
                else None
            )
            context = SentenceContext(
                self._tables, document.text, sentence, triggers[low:high], words, topic, goods,
                last.carried if last else None, last.level if last else None,
            )  # fmt: skip
            reading = _SentenceReading(context)
            frames.extend(reading.frames(measured))
            topic, goods = reading.s.next_topic(), reading.s.next_goods()
        return frames


class _SentenceReading:
    """Gives each quantity of a sentence to the reader that it is for."""

    def __init__(self, context: SentenceContext) -> None:
        self.c = context
        self.s = Subjects(context)
        self.levels = Levels(context, self.s)
        self.moves = Moves(context, self.s)
        self.unmarked = Unmarked(context, self.s, self.levels)

    def frames(self, quantities: Sequence[Quantity]) -> list[Frame]:
        found: list[Frame] = []
        for q in quantities:
            frame = self._frame(q)
            if frame is None:
                continue
            found.extend(self._coordinated(frame))
            changed = (
                frame.direction is not None and q.kind in ("percent", "pp") and frame.subject is not None
            )
            if frame.trigger is not None or changed:
                self.c.carried = frame
                if frame.direction is None:
                    self.c.level = self.c.of_kind[q.kind] = frame
        return found

    def _coordinated(self, frame: Frame) -> list[Frame]:
        """One amount said of several measures is one claim for each: 毛利率和營業利益率估較上季持平."""
        frames = [*self._sites(frame), *self._parts(frame)]
        at = next(
            (i for i, t in enumerate(self.c.triggers) if frame.trigger and t.start == frame.trigger.start), 0
        )
        if frame.metric in ("share", "count") or frame.trigger is None:
            return frames
        if _RESPECTIVELY.search(self.c.text[frame.trigger.end : frame.quantity.outer.start]):
            return frames  # 毛利率、營益率分別為32.1%與18.4%: one value for each
        while at > 0 and _AND.fullmatch(self.c.text, self.c.triggers[at - 1].end, self.c.triggers[at].start):
            at -= 1
            other = self.c.triggers[at]
            if self._of_one_kind(other, frame):
                metric = frame.metric if frame.direction is not None else other.metric.metric
                frames.insert(
                    0, replace(frame, metric=metric, subject=other.form, trigger=Span(other.start, other.end))
                )
        return frames

    def _sites(self, frame: Frame) -> list[Frame]:
        """One amount said of several plants: 彰化廠、南京廠稼動率都超過9成."""
        if frame.site is None or frame.trigger is None or frame.metric not in CAPACITY_METRICS:
            return [frame]
        at = self.c.text.rfind(frame.site, self.c.sentence.span.start, frame.trigger.start)
        m = _SITES_BEFORE.search(self.c.text[self.c.sentence.span.start : at]) if at >= 0 else None
        return (
            [frame, *(replace(frame, site=site) for site in _AND.split(m["sites"]) if site)] if m else [frame]
        )

    def _parts(self, frame: Frame) -> list[Frame]:
        """One percentage said of several parts: 日本、韓國各占8%."""
        if frame.rule not in ("share.part", "unit.share") or frame.subject is None:
            return []
        left = self.c.text[
            self.c.sentence.clause_at(frame.quantity.span.start).start : frame.quantity.outer.start
        ]
        m = _EACH_PART.search(left) or (_HALVES.search(left) if frame.rule == "unit.share" else None)
        if m is None or not m["last"].endswith(frame.subject):
            return []
        return [replace(frame, subject=part.strip()) for part in _AND.split(m["others"]) if part.strip()]

    def _of_one_kind(self, other: Trigger, frame: Frame) -> bool:
        return frame.direction is not None or bool(kinds_of(frame.quantity) & other.metric.units)

    def _frame(self, q: Quantity) -> Frame | None:
        clause = self.c.clause_of(q)
        if _TOLERANCE.search(
            self.c.text, clause.start, q.span.start + self.c.text.startswith("负", q.span.start)
        ):
            return None  # 46%正負1.5個百分點: how exact the amount before is
        part = part_of_whole(self.c.sentence, q)
        if part is not None:
            return self._share(clause, q, part)
        change = self.c.tables.changes.of_amount(self.c.text, clause, q)
        if change is not None:
            return self.moves.frame(clause, q, change)
        trigger = self.levels.trigger(clause, q)
        level = self.c.level
        goes_on = level is not None and level.quantity.kind == "duration"
        if (
            q.kind == "duration"
            and trigger is None
            and not goes_on
            and not self.unmarked.is_stated_duration(clause, q)
        ):
            return None
        return (
            self.levels.frame(clause, q, trigger) if trigger is not None else self.unmarked.frame(clause, q)
        )

    def _share(self, clause: Span, q: Quantity, part: Span | int) -> Frame:
        """A part of a whole. `part` is the stretch that names it, or the offset that its noun phrase ends at."""
        if isinstance(part, Span):
            subject: str | None = part.of(self.c.text).strip()
            noun = self.c.noun_after(part.start, part.end)
            if noun is not None and len(noun) >= len(part) - 4:
                subject = noun.of(self.c.text)
        else:
            subject = (
                self.s.company_before(part) or self.s.of_row(q) or self.s.before_verb(part, clause.start) or self.s.described(clause, q)
                or self.s.carried() or self.s.whole(part, q) or self.s.heading()
            )  # fmt: skip
            if not _SEPARATE.search(self.c.text[part : q.outer.start]) and not _SEPARATE.search(
                self.c.text[max(clause.start, part - 2) : part]
            ):
                subject = self.s.joined(subject, part, self.c.stretch_of(clause, q).start)
        near = [
            t
            for t in self.c.triggers
            if 0 <= t.start - q.outer.end <= 4 and t.metric.metric == "market_share"
        ]
        if near:  # 占有22.4%的市場份額
            subject = self.s.heading() or self.c.topic or subject
        return Frame(
            q, self.c.sentence, "share.part", "market_share" if near else "share", subject, Span(q.span.start, q.span.end), q.per, q.low, q.high,
            "percent", confidence=0.75,
        )  # fmt: skip


def is_phase(q: Quantity) -> bool:
    """二期, 五廠: a number that names a phase or a plant."""
    return (
        q.kind == "count"
        and q.is_chinese
        and (q.unit_raw or "") in _PHASES
        and q.high is not None
        and q.high < 30
    )
