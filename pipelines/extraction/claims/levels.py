"""Levels: amounts with a word beside them that says what they measure (營收, 月產能, 市佔率)."""

from __future__ import annotations

import re

from pipelines.extraction.claims.context import (
    SentenceContext,
    Trigger,
    behind_amount,
    kinds_of,
    negated,
    scaled,
)
from pipelines.extraction.claims.frame import CAPACITY_METRICS, Frame
from pipelines.extraction.claims.subjects import Subjects
from pipelines.extraction.document import COMPANY, PERIOD
from pipelines.extraction.quantities import Quantity
from pipelines.text.span import Span

_GROWN_TO = re.compile(r"(?:增|升|成长|扩|涨|提高|放大)[^,，]{0,4}?(?:至|到|为|成)[^,，]{0,8}$")
_QUOTATIONS = frozenset({"收盘价", "开盘价"})
_SEPARATE = re.compile(r"各|均|都|皆|分别|则")
#: 年增率, 月減率: what the rate is measured against.
_RATE_BASES = {"年": "yoy", "季": "qoq", "月": "mom"}
_CLOSES = frozenset({"收在", "收报", "报收", "收于", "收", "开出"})

#: How far behind its amount a word may stand that says what it measures.
FARTHEST_BEHIND = 12


class Levels:
    """Reads levels: the metric of the trigger word, its subject, its site and what it is per."""

    def __init__(self, context: SentenceContext, subjects: Subjects) -> None:
        self.c = context
        self.s = subjects

    def trigger(self, clause: Span, q: Quantity) -> Trigger | None:
        """The word that says what q is: right behind it, else the nearest before it in its clause that takes its kind."""
        kinds = kinds_of(q)
        fitting = [t for t in self.c.triggers if kinds & t.metric.units and t.start < clause.end]
        behind = behind_amount(self.c.text, q.outer.end)
        before = [t for t in fitting if clause.start <= t.start and t.end <= q.span.start]
        for t in fitting:
            rival = before[-1] if before and q.outer.start - before[-1].end <= 6 else None
            if 0 <= t.start - q.outer.end <= 2 and (rival is None or rival.metric.metric != t.metric.metric):
                return t
        if before:
            return _noun_rather_than_verb(before)
        if q.kind == "count" and (counted := self.s.counted(clause, q)) is not None:
            return next((t for t in fitting if t.start >= q.outer.end and (counted.endswith(t.form) or t.start >= q.outer.end + len(counted) - 1)
                         and t.end <= q.outer.end + len(counted) + 2), None)  # fmt: skip
        others = [t.start for t in self.c.sentence.tokens if isinstance(t.item, Quantity)]
        for t in fitting:
            near = 0 <= t.start - behind <= FARTHEST_BEHIND
            if near and not any(behind <= o < t.start for o in others):
                return t
        return None

    def frame(self, clause: Span, q: Quantity, t: Trigger) -> Frame:
        """The level that a trigger word makes of an amount; the word may stand in a clause before."""
        clause = self.c.sentence.clause_at(t.start) if t.end <= clause.start else clause
        metric, per = t.metric.metric, q.per or t.metric.per or self.c.per_before(clause, q)
        if per is None and metric in CAPACITY_METRICS:
            per = self._capacity_per(clause, q, t)
        if metric == "capacity" and self._is_added(clause, q, t):
            metric = "capacity_addition"
        elif (
            metric == "capacity_addition"
            and t.metric.subject == "verb"
            and self.c.text[t.end : t.end + 1] in tuple("至到为成")
        ):
            metric = "capacity"
        if metric == "price" and q.kind in ("percent", "ratio"):
            metric = "price_change"
        if metric == "growth" and self.c.tables.changes.speaks_of_price(
            self.c.text[max(clause.start, t.start - 4) : t.start]
        ):
            metric = "price_change"  # 價格降幅
        low, high = q.low, q.high
        if metric in ("profit", "eps") and any(word in t.form for word in ("损", "亏")):
            low, high = negated(high), negated(low)
        is_share = metric == "price" and "股价" in t.form
        subject, site = self.s.of_level(clause, q, t)
        if metric in CAPACITY_METRICS:
            plant = self.s.plant_of(q.outer.start, goes_on=metric != "utilization" and site is None)
            if plant is not None and (site is None or plant.endswith(site.strip())):
                site = plant  # 德州12吋廠, not 12吋廠 alone
        changed = self.s.phrase(clause, t, self.s.noun(t, clause.start))
        if is_share or (t.form in _QUOTATIONS and metric == "price" and self._is_of_a_share(per)):
            per = per or "share"
        if is_share:
            subject = changed = "股价"
        if metric == "price" and t.form in _CLOSES:
            quoted = per in (None, "share") or self.c.has_company(clause)
            subject = "股价" if quoted else self.s.head(clause, q)
            changed, per = subject or changed, "share" if quoted else per
        direction = (
            self.c.tables.changes.direction_of(t.form) if metric in ("growth", "price_change") else None
        )
        unit = q.unit
        noun = self.s.noun(t, clause.start)
        if (
            metric == "growth"
            and (noun is None or noun.of(self.c.text) in self.c.tables.places)
            and len(t.form) > 3
        ):
            subject = self.s.phrase(clause, t, noun)  # 台灣經濟成長率, 終端增長率
        elif (
            metric == "price_change"
            and noun is None
            and self.c.has_company(clause)
            and self._is_bare(clause, t)
        ):
            subject = changed = "股价"  # 環球晶本周漲幅高達29.99%
        elif metric in ("growth", "price_change") and noun is None:
            subject = self.s.earlier_thing(clause, q) or subject
        elif metric in ("spec", "utilization", "duration"):
            subject = self.s.phrase(clause, t, noun)
        if (
            q.kind == "ratio"
            and metric not in ("valuation", "price_change")
            and _GROWN_TO.search(self.c.text[clause.start : q.outer.start])
        ):
            metric, direction, subject = "growth", "up", self.s.phrase(clause, t, noun)
        if (
            metric == "share"
            and not _SEPARATE.search(self.c.text[clause.start : q.outer.start])
            and not self._is_listed(q)
        ):
            subject = self.s.joined(subject, q.outer.start, self.c.stretch_of(clause, q).start)
        if q.is_fraction and self.c.is_ratio(clause, q):
            low, high, unit = scaled(low), scaled(high), "multiple"
        basis = (
            _RATE_BASES.get(t.form[:1])
            if direction is not None and t.form[1:2] in tuple("增减成涨跌")
            else None
        )
        return Frame(
            q, self.c.sentence, f"level.{metric}", metric, subject, Span(t.start, t.end), per, low, high, unit,
            direction=direction, basis=basis, site=site, changed=changed,
            confidence=0.8 if clause.start <= t.start else 0.6,
        )  # fmt: skip

    def _is_listed(self, q: Quantity) -> bool:
        """Whether further amounts stand right behind: 塑料、化工占比分別為40%、35%."""
        return any(
            t.item is not q
            and isinstance(t.item, Quantity)
            and (0 <= t.start - q.outer.end <= 1 or 0 <= q.outer.start - t.end <= 1)
            for t in self.c.sentence.tokens
        )

    def _is_of_a_share(self, per: str | None) -> bool:
        """Whether a closing price is that of a share: of a company's, or behind another price of one."""
        last = self.c.level
        return per is None and (
            self.c.has_company(self.c.sentence.span) or (last is not None and last.per == "share")
        )

    def _is_bare(self, clause: Span, t: Trigger) -> bool:
        """Whether the word stands right behind a company or a period: the move is that of the company's share."""
        ends = [x.end for x in self.c.sentence.tokens if x.letter in (COMPANY, PERIOD) and x.end <= t.start]
        return bool(ends) and t.start - max(ends) <= 2 and not self.c.names_product(clause.start, t.start)

    def _capacity_per(self, clause: Span, q: Quantity, t: Trigger) -> str | None:
        """What a step of a ramp is per: as its noun of capacity says, else as the step before."""
        noun = self.s.capacity_before(clause, t)
        if noun is not None and noun.metric.per:
            return noun.metric.per
        if t.metric.subject != "verb" and self.c.names_a_year(clause, q):
            return None
        level = self.c.level
        same = level is not None and level.metric in CAPACITY_METRICS and level.quantity.kind == q.kind
        return level.per if level is not None and same else None

    def _is_added(self, clause: Span, q: Quantity, t: Trigger) -> bool:
        """Whether the capacity is new: 新增電視年產能."""
        noun = self.s.noun(t, clause.start)
        added = ("新增", "增加", "增添", "再增", "擴增", "扩增", "增设")
        start = noun.start if noun is not None else t.start
        if t.start >= q.outer.end:
            start = q.outer.start  # 新增60萬張產能
        return self.c.text.endswith(added, clause.start, t.start) or self.c.text[
            clause.start : start
        ].rstrip().endswith(added)


def _noun_rather_than_verb(triggers: list[Trigger]) -> Trigger:
    """The last trigger word, but a noun of another measure before a verb of expansion: 缺口擴大至4200噸 is a shortage."""
    last = triggers[-1]
    if (
        last.metric.subject == "verb"
        and len(triggers) > 1
        and triggers[-2].metric.metric not in CAPACITY_METRICS
    ):
        return triggers[-2]
    return last
