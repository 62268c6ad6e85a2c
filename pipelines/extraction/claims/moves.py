"""Moves: amounts that a change word makes the size of a change (年增13%, 調漲300元, 再增加2萬片)."""

from __future__ import annotations

import re

from pipelines.extraction.claims.changes import as_percent, basis_of
from pipelines.extraction.claims.context import QUOTED, SentenceContext, Trigger, names_a_thing
from pipelines.extraction.claims.frame import CAPACITY_METRICS, Frame
from pipelines.extraction.claims.subjects import Subjects
from pipelines.extraction.lexicon import Change
from pipelines.extraction.quantities import Quantity
from pipelines.text.span import Span

#: A change against what others expected: 較市場共識高出10%.
_CONSENSUS = re.compile(
    r"(?:较|比|优于|高于|低于|超出|超越)[^,，]{0,6}?(?:(?:市场|分析师|法人|外资|华尔街)[^,，]{0,3}?(?:共识|预期|预估|预测)|共识)[^,，]{0,4}?$"
)


class Moves:
    """Reads changes: what changes, which way, and whether it is a growth, a price's move or a forecast's revision."""

    def __init__(self, context: SentenceContext, subjects: Subjects) -> None:
        self.c = context
        self.s = subjects

    def frame(self, clause: Span, q: Quantity, change: Change) -> Frame | None:
        """The change that a change word makes of an amount; None for the size of a loss that grew (contract section 3)."""
        low, high, unit = q.low, q.high, q.unit
        if q.kind == "ratio":
            low, high = as_percent(q.low, change.direction), as_percent(q.high, change.direction)
            unit = "percent"
        elif q.is_fraction or q.kind in ("percent", "pp"):
            unit = "pp" if q.kind == "pp" else "percent"
        if low is not None and low < 0 and high is not None:
            low, high = -high, -low
        left = self.c.text[clause.start : q.span.start]
        if change.direction == "up" and q.kind in ("count", "measure") and (added := self._added(q)):
            return added
        trigger = self._changed_thing(clause, q)
        subject, origin = self._change_subject(clause, q, change, trigger)
        metric = "growth"
        if _CONSENSUS.search(left):
            metric = "vs_consensus"
            subject = (
                self.s.before_comparison(clause, left) or self.s.carried() or self.s.earlier_thing(clause, q)
            )
        elif self.c.tables.changes.is_revision(change, left):
            metric = "revision"
        elif self._is_price(q, left, trigger, change, origin):
            metric = "price_change"
            if (
                trigger is None
                and not self.c.tables.changes.speaks_of_price(subject or "")
                and (self.c.has_company(clause) or QUOTED.search(left))
            ):
                subject = "股价"
        elif change.direction == "flat" and trigger is not None and trigger.metric.metric == "margin":
            unit = "pp"
        if (
            q.kind == "money"
            and trigger is not None
            and trigger.metric.metric == "profit"
            and "损" in trigger.form
        ):
            return None
        where = Span(trigger.start, trigger.end) if trigger else origin.trigger if origin else None
        if metric == "price_change" and (where is None or subject == "股价"):
            where = q.span
        return Frame(
            q, self.c.sentence, f"change.{metric}", metric, subject, where,
            q.per or (None if unit in ("percent", "pp") else self.c.per_before(clause, q)), low, high, unit,
            change.direction, None if metric == "revision" else change.basis or basis_of(self.c.text, clause, q),
            confidence=0.75 if subject else 0.5,
        )  # fmt: skip

    def _added(self, q: Quantity) -> Frame | None:
        """An absolute amount of capacity that comes on top: 明年再增加2萬片."""
        level = self.c.level
        same = (
            level is not None
            and level.metric in CAPACITY_METRICS
            and (level.quantity.unit_raw or "")[-1:] == (q.unit_raw or "")[-1:]
        )
        if level is None or not same:
            return None
        return Frame(
            q, self.c.sentence, "change.capacity_addition", "capacity_addition", level.subject, level.trigger,
            q.per or level.per, q.low, q.high, q.unit, site=self.s.plant_of(q.outer.start, goes_on=False), confidence=0.6,
        )  # fmt: skip

    def _changed_thing(self, clause: Span, q: Quantity) -> Trigger | None:
        """The trigger word of the clause that names what changes; 增幅 and 成長率 name the change itself."""
        named = [
            t
            for t in self.c.triggers
            if clause.start <= t.start and t.end <= q.span.start and names_a_thing(t)
        ]
        return named[-1] if named else None

    def _change_subject(
        self, clause: Span, q: Quantity, change: Change, t: Trigger | None
    ) -> tuple[str | None, Frame | None]:
        """What changes, and the frame that it was taken from where the clause itself names nothing."""
        if t is not None:
            phrase = self.s.phrase(clause, t, self.s.noun(t, clause.start))
            heading = self.s.heading() if phrase == t.form else None
            return phrase if heading is None or heading.endswith(phrase) else heading + phrase, None
        origin = self.c.carried
        own = self._before_change(clause, q, change) or self.s.head(clause, q)
        if own is not None and self._is_compared(clause, q, own):
            own = None  # 較HBM3E高出三成
        if own is not None and not self.c.tables.changes.names_change(own):
            return own, None
        if (described := self.s.described(clause, q)) is not None:
            return described, None  # 增加25%的庫存
        if origin is not None:
            return origin.changed or origin.subject, origin
        return self.s.earlier_thing(clause, q), None

    def _is_compared(self, clause: Span, q: Quantity, noun: str) -> bool:
        """Whether a noun is only what the amount is compared with, or what it comes from (受工作天數影響)."""
        at = self.c.text.find(noun, clause.start, q.span.start)
        return at > clause.start and self.c.text[at - 1] in "较比受因"

    def _before_change(self, clause: Span, q: Quantity, change: Change) -> str | None:
        """The noun phrase right before the change word: 國內生產毛額（GDP）成長率為5.3%."""
        at = self.c.text.rfind(change.form, clause.start, q.span.start) if change.form else q.outer.start
        noun = self.c.noun_before(at, clause.start) if at > clause.start else None
        if noun is None:
            return None
        named = noun.of(self.c.text)
        if named not in self.c.tables.generic:
            return named
        rate = change.form.endswith("率") or self.c.text[at + len(change.form) :].startswith("率")
        return named + change.form.removesuffix("率") + "率" if rate else None  # 經濟成長率

    def _is_price(
        self, q: Quantity, left: str, trigger: Trigger | None, change: Change, origin: Frame | None
    ) -> bool:
        if trigger is not None:
            return trigger.metric.metric in ("price", "target_price")
        if self.c.tables.changes.speaks_of_price(left) or self.c.tables.changes.moves_price(change):
            return True
        if change.form.endswith(("涨幅", "跌幅")) and self.c.tables.changes.speaks_of_price(
            self.c.text[self.c.sentence.span.start : q.span.start]
        ):
            return True
        if origin is None:
            return change.form.startswith(
                ("收", "大涨", "大跌", "下跌", "上涨", "涨", "跌", "重挫", "涨价", "降价")
            )
        return origin.metric in ("price", "price_change")
