"""Amounts with no word beside them that says what they measure: the statement before goes on, or the unit decides."""

from __future__ import annotations

import re
from dataclasses import replace

from pipelines.extraction.claims.context import QUOTED, SentenceContext, Trigger, kinds_of, scaled
from pipelines.extraction.claims.frame import CAPACITY_METRICS, CARRIED_COUNTS, Frame
from pipelines.extraction.claims.levels import Levels
from pipelines.extraction.claims.subjects import Subjects
from pipelines.extraction.quantities import Quantity
from pipelines.text.span import Span

_DURATION_CUES = (
    "时间", "耗时", "需要", "需", "寿命", "周期", "交期", "保固", "预计", "历时", "长达", "可实现", "能见度", "可见度", "工作",
)  # fmt: skip
_DURATION_AFTER = re.compile(r"\s?(?:免维护|可交货|交货|保固|寿命|即可|交付|质保|的?交期|的?寿命)")
#: A clause that begins like this goes on with the measure of the one before.
_GOES_ON = re.compile(
    r"^\s?(?:并|且|也|则|更|再|仍|大约|约)?\s?(?:预计|预估|估计?|可望|有望|将|是|已|进一步|分别)*\s?(?:为|至|达|较|比|从|由|低于|高于|超过|来到|降至|升至|增至|减至|扩大至|收于|仅|落在|介于|突破|站上|跌破|市场预期|跨过|维持)"
)
#: The same change said once more: 漲12美分或0.2%.
_REACHED = re.compile(r"^\s?(?:分别)?(?:至|达|来到|降至|升至|增至|减至)")
_OR = re.compile(r"(?:或|即)\s?$")
_STRUCTURE = re.compile(r"结构|比重|占比|组成|构成|分布|贡献")
#: A price that moved there: 漲至65.12美元, 報67.8美元.
_MOVED_TO = re.compile(r"(?:[涨跌升降](?:至|到)|反弹至|回落至|开[高低]至|报)(?:每[^,，]{1,3})?\s?$")
_LEADS = re.compile(r"(?:为|约|达|至|则|涨|跌|增|减)\s?$")
#: Words that only repeat that there is an amount: 近50%的水準.
_LEVELS = frozenset({"水准", "水平", "高水准", "区间"})
#: A supplier takes a part: 鏡頭由甲供應六成、乙供應四成.
_TAKES = re.compile(r"(?:供应|供货|拿下|包办|包下|分食|掌握|囊括)(?:了|其中|约)*\s?$")
#: No share costs so much: 中籤者現賺26萬元.
_DEAREST = 100_000
#: What raw materials and freight are priced by.
_TRADED = frozenset({"t", "kg", "g", "barrel", "L", "m2", "TEU", "kWh", "W", "m3"})
_PARTS = frozenset({"share", "market_share"})


class Unmarked:
    """Reads what is left: amounts whose measure is carried over, or told by the unit alone."""

    def __init__(self, context: SentenceContext, subjects: Subjects, levels: Levels) -> None:
        self.c = context
        self.s = subjects
        self.levels = levels

    def frame(self, clause: Span, q: Quantity) -> Frame | None:
        """The first reading that fits: carried levels, quoted and traded prices, carried changes, the unit."""
        per = q.per or self.c.per_before(clause, q)
        left = self.c.text[clause.start : q.span.start]
        goes_on = "分别" in left or bool(
            _GOES_ON.match(self.c.text[self.c.after_mentions(clause, q) : q.span.start])
            or (q.kind == "ratio" and _GOES_ON.match(left))
        )
        return (
            self._reached_level(clause, q)
            or self._share_price(clause, q, per)
            or self._carried_level(clause, q, per)
            or self._traded_price(clause, q, per)
            or self._carried_change(clause, q, goes_on)
            or (self._carried_measure(clause, q) if goes_on or self.s.in_company_row(q) else None)
            or self._by_unit(clause, q, per)
        )

    def _reached_level(self, clause: Span, q: Quantity) -> Frame | None:
        """The level that the change before led to: 每股盈餘預估上修5%，至78.2元."""
        change = self.c.carried
        if change is None or change.direction is None or change.trigger is None:
            return None
        if not _REACHED.match(self.c.text[self.c.after_mentions(clause, q) : q.span.start]):
            return None
        for t in self.c.triggers:
            if t.start == change.trigger.start and kinds_of(q) & t.metric.units:
                rule = f"reached.{t.metric.metric}"
                return replace(
                    self.levels.frame(clause, q, t), rule=rule, subject=change.subject, confidence=0.6
                )
        return None

    def _carried_level(self, clause: Span, q: Quantity, per: str | None) -> Frame | None:
        """The measure of the clause before goes on: 台灣33萬片、大陸25萬片."""
        level = self.c.level
        if level is not None and level.quantity.kind != q.kind and self.s.names_company(q):
            level = self.c.of_kind.get(q.kind)  # 蘋果5580萬支、市占18.7%，小米4150萬支、市占13.9%
        stretch = self.c.stretch_of(clause, q)
        own = self.c.noun_before(q.outer.start, stretch.start)
        if level is None or not self._continues(q, level, own):
            return None
        subject = self.s.product(stretch, q)
        if level.metric in _PARTS:
            subject = self.s.member(stretch, q)
        elif level.metric not in CAPACITY_METRICS and not self.c.has_company(stretch):
            subject = subject or self.s.of_row(q)
        return Frame(
            q, self.c.sentence, f"carried.{level.metric}", level.metric, subject or level.subject, level.trigger,
            per or level.per, q.low, q.high, q.unit, site=self._site(stretch, q, level),
            changed=level.changed or level.subject, confidence=0.6,
        )  # fmt: skip

    def _site(self, stretch: Span, q: Quantity, level: Frame) -> str | None:
        """The plant or place that a further amount of capacity is of."""
        own = self.s.site_before(stretch, q)
        if own is not None or level.metric not in CAPACITY_METRICS:
            return own
        plant = self.s.plant_of(q.outer.start, goes_on=False)
        if plant is not None or self.c.has_company(stretch) or self.s.is_of_whole(stretch, q.outer.start):
            return plant
        return level.site

    def _share_price(self, clause: Span, q: Quantity, per: str | None) -> Frame | None:
        """A bare amount of money beside words of the stock exchange (盤中最高來到597元), or behind a move of the share."""
        if q.kind != "money" or per not in (None, "share"):
            return None
        last = self.c.carried
        quoted = QUOTED.search(self.c.text[clause.start : q.outer.end + 8]) is not None
        moved = last is not None and last.metric == "price_change" and last.subject == "股价"
        named = self.c.level is None and QUOTED.search(
            self.c.text[self.c.sentence.span.start : q.outer.start]
        )
        if not (quoted or moved or named) or (q.high or 0) >= _DEAREST:
            return None
        return Frame(
            q, self.c.sentence, "unit.price", "price", "股价", q.span, "share", q.low, q.high, q.unit, changed="股价",
            confidence=0.5,
        )  # fmt: skip

    def _traded_price(self, clause: Span, q: Quantity, per: str | None) -> Frame | None:
        """Money for an amount of goods: 鐵礦砂每噸104美元."""
        moved = _MOVED_TO.search(self.c.text[clause.start : q.outer.start]) is not None
        if q.kind != "money" or (per not in _TRADED and not moved):
            return None
        at = self.c.text.rfind("每", clause.start, q.outer.start)
        noun = self.c.noun_before(at if at >= 0 else q.outer.start, clause.start)
        subject = noun.of(self.c.text) if noun is not None else self.s.product(clause, q)
        subject = subject or self.s.earlier_thing(clause, q)
        return Frame(
            q, self.c.sentence, "unit.price", "price", subject, q.span, per, q.low, q.high, q.unit,
            changed=subject, confidence=0.5,
        )  # fmt: skip

    def _carried_change(self, clause: Span, q: Quantity, goes_on: bool) -> Frame | None:
        """A percentage that goes on with a change, of the same thing or of another company's."""
        change = self.c.carried
        if q.kind != "percent" or change is None:
            return None
        if q.low is not None and q.low < 0 and (signed := self._signed_change(q, change)) is not None:
            return signed
        if change.direction is None:
            return None
        product = self.s.product(self.c.stretch_of(clause, q), q)
        place = max(
            (p for p in self.c.tables.places if self.c.text.startswith(p, clause.start)),
            key=len,
            default=None,
        )
        product = product or place
        listed = product is not None and _LEADS.search(self.c.text[clause.start : q.outer.start]) is not None
        again = _OR.search(self.c.text[self.c.sentence.span.start : q.outer.start]) is not None
        if not goes_on and not listed and not again and not self.c.has_company(clause):
            return None
        metric = "growth" if change.metric == "revision" else change.metric
        return replace(
            change,
            quantity=q,
            rule=f"carried.{metric}",
            metric=metric,
            per=None,
            low=q.low,
            high=q.high,
            unit="percent",
            confidence=0.5,
            subject=product if listed else change.subject,
        )

    def _signed_change(self, q: Quantity, level: Frame) -> Frame | None:
        """A percentage with a minus in brackets behind a level: 228美元（-15.6%）."""
        if q.high is None or q.low is None or self.c.text[q.outer.start - 1 : q.outer.start] != "(":
            return None
        metric = "price_change" if level.metric in ("price", "price_change") else "growth"
        return replace(
            level, quantity=q, rule=f"signed.{metric}", metric=metric, subject=level.changed or level.subject,
            per=None, low=-q.high, high=-q.low, unit="percent", direction="down", confidence=0.6,
        )  # fmt: skip

    def _carried_measure(self, clause: Span, q: Quantity) -> Frame | None:
        """A clause that goes on without a measure of its own: 同比下降6.5%，至115億美元; 為去年的2.1倍."""
        level = self.c.level
        if q.kind == "ratio" and level is not None:
            return replace(
                level, quantity=q, rule="carried.growth", metric="growth", low=q.low, high=q.high, unit="multiple", per=None,
                direction="up", subject=level.changed or level.subject, confidence=0.5,
            )  # fmt: skip
        earlier = self._earlier_trigger(clause, q)
        if earlier is None:
            return None
        frame = self.levels.frame(clause, q, earlier)
        change = self.c.carried
        if (
            change is not None
            and change.direction is not None
            and change.clause == frame.clause
            and change.subject
        ):
            frame = replace(frame, subject=change.subject)  # 歐洲增長21%至25萬輛
        return replace(frame, rule=f"carried.{frame.metric}", confidence=0.55)

    def _by_unit(self, clause: Span, q: Quantity, per: str | None) -> Frame | None:
        """What the unit itself says; None for a small count in words, a figure of speech (三大, 兩家)."""
        metric, low, high, unit = "other", q.low, q.high, q.unit
        subject = self.s.product(clause, q) or self.s.head(clause, q)
        if q.kind == "percent":
            if q.is_fraction and self.c.is_ratio(clause, q):
                low, high, unit = scaled(low), scaled(high), "multiple"
            elif q.is_fraction or _TAKES.search(self.c.text[clause.start : q.outer.start]):
                metric = "share"
            stretch = self.c.stretch_of(clause, q)
            before = self.c.noun_before(q.outer.start, stretch.start)
            if before is not None and (
                self._is_structure(q) or self.c.text[q.span.start : q.span.end].endswith("半")
            ):
                metric, subject = "share", before.of(self.c.text)
            behind = self.c.noun_after(q.outer.end, clause.end)
            if behind is not None and behind.of(self.c.text) in _LEVELS:
                if (earlier := self._earlier_trigger(clause, q)) is not None:
                    return replace(
                        self.levels.frame(clause, q, earlier),
                        rule=f"carried.{earlier.metric.metric}",
                        confidence=0.5,
                    )  # 毛利率恢復，也就是近50%的水準
                behind = None
            if behind is not None and behind.start - q.outer.end <= 2:
                metric, subject = ("share" if unit == "percent" else metric), behind.of(self.c.text)
        elif q.kind == "rate_byte" or q.unit in ("byte", "bit"):
            if self.s.counted(clause, q) is not None and self._names_more(q):
                return None  # 64GB 伺服器 DDR5 的價格: a size in a product's name
            metric = "spec"
        elif q.kind in ("measure", "rate_bit"):
            metric = "other" if q.unit == "t" else "spec"
            subject = subject or self.s.counted(clause, q)
        elif q.kind == "duration":
            metric, subject = "duration", subject or self.s.carried()
        elif q.kind in ("count", "person"):
            if is_small_count(q) and not per:
                return None
            before = self.c.noun_before(q.outer.start, clause.start)
            thing = before.of(self.c.text) if before is not None else subject
            metric, subject = "count", self.s.counted(clause, q, generic=True) or _in_classifier(q) or thing
        return Frame(
            q, self.c.sentence, f"unit.{metric}", metric, subject, None, per, low, high, unit, confidence=0.4
        )

    def _names_more(self, q: Quantity) -> bool:
        """Whether the clause goes on to measure the thing that the amount stands in front of."""
        return any(
            q.outer.end <= t.start < self.c.sentence.clause_at(q.span.start).end for t in self.c.triggers
        )

    def _is_structure(self, q: Quantity) -> bool:
        """Whether a percentage is one of a list of parts: 結構中:純電動58%、插混34%."""
        text = self.c.text
        said = _STRUCTURE.search(text[self.c.sentence.span.start : q.outer.start]) is not None
        listed = (
            text[q.outer.end : q.outer.end + 1] == "、"
            or "、" in text[max(0, q.outer.start - 10) : q.outer.start]
        )
        others = [o for o in self.c.sentence.quantities() if o is not q and o.kind == "percent"]
        return said or (listed and len(others) > 1)

    def _earlier_trigger(self, clause: Span, q: Quantity) -> Trigger | None:
        """The last trigger word of the clauses before that takes this kind of unit."""
        fitting = [
            t
            for t in self.c.triggers
            if t.end <= clause.start and kinds_of(q) & t.metric.units and t.metric.metric != "vs_consensus"
        ]
        return fitting[-1] if fitting else None

    def _continues(self, q: Quantity, carried: Frame, own: Span | None) -> bool:
        """Whether a clause without a trigger word goes on with the measure of the one before: the same kind of unit,
        and no thing of its own beside the amount (匯損約4.2億元), unless it is a part, a product or a place."""
        if own is not None and q.kind in ("money", "percent") and carried.metric not in _PARTS:
            words = own.of(self.c.text)
            named = any(own.start <= s.start and s.end <= own.end for s in self.c.words.named)
            if (
                not named
                and not words.startswith(tuple(self.c.tables.places))
                and words not in self.c.tables.generic
            ):
                return False
        if (
            q.kind != carried.quantity.kind
            or q.unit != carried.quantity.unit
            or carried.direction is not None
        ):
            return False
        if carried.per == "share" and (q.high or 0) >= _DEAREST:
            return False
        if q.kind in ("count", "person"):
            same = (q.unit_raw or "")[-1:] == (carried.quantity.unit_raw or "")[-1:]
            return carried.metric in CARRIED_COUNTS and same
        return True

    def is_stated_duration(self, clause: Span, q: Quantity) -> bool:
        """Durations count only as a specification or a result (contract section 2)."""
        left = self.c.text[max(clause.start, q.outer.start - 10) : q.outer.start]
        return any(cue in left for cue in _DURATION_CUES) or bool(
            _DURATION_AFTER.match(self.c.text, q.outer.end)
        )


def _in_classifier(q: Quantity) -> str | None:
    """The noun that a classifier was read together with: 27個國家."""
    raw = (q.unit_raw or "").lstrip("百千万亿兆 ").lstrip("个")
    return raw if len(raw) >= 2 else None


def is_small_count(q: Quantity) -> bool:
    """三大, 兩家, 四款: a figure of speech rather than a measurement, unless written in digits."""
    return (
        q.is_chinese
        and q.high is not None
        and q.high < 10
        and (q.unit_raw or "") not in ("座", "条", "艘", "间")
    )
