"""What a quantity measures: its metric, subject, direction and basis, from the words around it.

Families come from the tables: `metrics.csv` (營收, 月產能, 市佔率 ...) and `changes.csv` (年增, 下滑 ...). In their order: a
part of a whole (佔…的50%), a change (年增 13%), a level with its trigger word, the measure of the clause before, and at
last what the unit itself says.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from pipelines.extraction.claims.changes import ChangeReader, as_percent, basis_of
from pipelines.extraction.claims.frame import CAPACITY_METRICS, Frame
from pipelines.extraction.claims.nouns import NounReader, Words
from pipelines.extraction.claims.shares import part_of_whole
from pipelines.extraction.document import COMPANY, PERIOD, Document, Sentence
from pipelines.extraction.lexicon import Change, Lexicon, Metric
from pipelines.extraction.matcher import PhraseMatcher
from pipelines.extraction.quantities import Quantity
from pipelines.text.span import Span

_MEASURED = frozenset(
    {"percent", "pp", "ratio", "money", "count", "person", "measure", "rate_bit", "rate_byte", "duration"}
)
_PER_REACH = 14
_LONGEST_LABEL = 16
_DURATION_CUES = (
    "时间", "耗时", "需要", "需", "寿命", "周期", "交期", "保固", "预计", "历时", "长达", "可实现", "能见度", "可见度", "工作",
)  # fmt: skip
_DURATION_AFTER = re.compile(r"\s?(?:免维护|可交货|交货|保固|寿命|即可|交付|质保|的?交期|的?寿命)")
#: Counted things that a clause without a trigger word may go on counting.
_CARRIED_COUNTS = CAPACITY_METRICS | {
    "shipments", "sales_volume", "production_volume", "supply", "demand", "orders", "inventory", "exports", "imports", "installed",
}  # fmt: skip
#: The part that heads a sentence: 十二吋部分,... 在DRAM方面,... 產能方面 heads nothing that a number is about.
_HEADING = re.compile(
    r"^\W*(?:\d+[)）.、])?(?:至于|就|而|在|从|以|看|其中|另外|此外)*(?P<head>[^,，。;；:：Ⓒ在]{2,14}?)(?:部分|方面|领域|市场方面|业务方面|产品方面|产品线方面|产品线)\s?(?:来看|而言)?\s?[,，:：]"
)
_SITE = re.compile(r"^(?P<site>[^的]{1,8}?(?:工厂|厂区|厂房|新厂|[一二三四五六七八九十\d]厂|厂|基地|园区))的?(?P<rest>.*)$")
_SITES_BEFORE = re.compile(r"(?P<sites>(?:[\u4e00-\u9fff]{1,4}(?:工厂|厂|基地)(?:和|及|与|、|以及))+)$")
_AND = re.compile(r"\s?(?:和|及|与|、|以及)\s?")
#: A clause that begins like this goes on with the measure of the one before.
_GOES_ON = re.compile(r"^\s?(?:并|且|也|则|更|再|仍|大约|约)?\s?(?:预计|预估|估计?|可望|有望|将|是|已|进一步|分别)*\s?(?:为|至|达|较|比|从|由|低于|高于|超过|来到|降至|升至|增至|减至|扩大至|收于|仅)")
#: A rate in front of an amount: 1天8000元.
_ONE = re.compile(r"(?:1|一)\s?(?P<word>天|日|周|个?月|年|台|件|片|颗|吨|公斤|度|小时|股|张)\s?$")
_GROWN_TO = re.compile(r"(?:增|升|成长|扩|涨|提高|放大)[^,，]{0,4}?(?:至|到|为|成)[^,，]{0,8}$")
#: Words of the stock exchange: a bare amount of money beside them is a price a share.
_QUOTED = re.compile(r"股价|盘中|终场|收盘|开盘|早盘|尾盘|盘后|涨停|跌停|天价|挂牌首日|[收开]\s?$")
#: What raw materials and freight are priced by.
_TRADED = frozenset({"t", "kg", "g", "barrel", "L", "m2", "TEU", "kWh", "W", "m3"})
#: Amounts of goods: where a later statement names none, they are of the same goods.
_GOODS = frozenset({"shipments", "sales_volume"})
_PARTS = frozenset({"share", "market_share"})
_CLOSES = frozenset({"收在", "收报", "报收", "收于", "收", "开出"})
_SPENT = frozenset({"investment", "capex", "funding"})
_PURPOSE = re.compile(r"\s?(?:左右|以上)?(?:来|以|并)?(?:赴|在|于|用于|兴建|建设|建|扩建|设立|购置|购买|采购|收购|投入|投资|打造|新建)")
_SEGMENTED = frozenset({"revenue", "shipments", "sales_volume", "orders", "demand", "exports", "production_volume"})
_OPENERS = " ,，其中而且但则也全年单季单月合并累计整体并"
_REPEATED = re.compile(r"^\s?(?:的|之)")


@dataclass(frozen=True, slots=True)
class _Trigger:
    start: int
    end: int
    metric: Metric

    @property
    def form(self) -> str:
        return self.metric.form


class MeasureReader:
    """Finds what each quantity of a document measures."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._metrics = PhraseMatcher({m.form: m for m in lexicon.metrics})
        self._changes = ChangeReader.of(lexicon)
        self._per = PhraseMatcher(lexicon.per_words)
        self._nouns = NounReader(lexicon)
        self._generic = lexicon.words["generic_noun"]
        self._places = lexicon.words["place"]

    def read(self, document: Document) -> list[Frame]:
        """A frame for each measured quantity, in their order."""
        triggers = [
            _Trigger(start, end, metric)
            for start, end, metric in self._metrics.find(_without_mentions(document))
            if metric.metric != "none"  # 供應商 is no 供應
        ]
        starts = [t.start for t in triggers]
        frames: list[Frame] = []
        topic: str | None = None
        goods: str | None = None
        for sentence in document.sentences:
            measured = [q for q in sentence.quantities() if q.kind in _MEASURED]
            if not measured:
                continue
            low, high = bisect_left(starts, sentence.span.start), bisect_left(starts, sentence.span.end)
            reading = _SentenceReading(
                self, document.text, sentence, triggers[low:high], self._nouns.words(document.text, sentence), topic, goods
            )
            frames.extend(reading.frames(measured))
            topic, goods = reading.next_topic(), reading.next_goods()
        return frames


@dataclass(slots=True)
class _SentenceReading:
    """One sentence on its way to frames: its trigger words, its words, and the measure that carries on."""

    reader: MeasureReader
    text: str
    sentence: Sentence
    triggers: list[_Trigger]
    words: Words
    topic: str | None = None
    goods: str | None = None
    carried: Frame | None = None
    level: Frame | None = None

    def frames(self, quantities: Sequence[Quantity]) -> list[Frame]:
        found: list[Frame] = []
        for q in quantities:
            frame = self._frame(q)
            if frame is None:
                continue
            found.extend(self._coordinated(frame))
            if frame.trigger is not None:
                self.carried = frame
                if frame.direction is None:
                    self.level = frame
        return found

    def _coordinated(self, frame: Frame) -> list[Frame]:
        """One amount said of several measures is one claim for each: 毛利率和營業利益率估較上季持平."""
        frames = self._sites(frame)
        at = next((i for i, t in enumerate(self.triggers) if frame.trigger and t.start == frame.trigger.start), 0)
        if frame.metric in ("share", "count") or frame.trigger is None:
            return frames
        while at > 0 and _AND.fullmatch(self.text, self.triggers[at - 1].end, self.triggers[at].start):
            at -= 1
            other = self.triggers[at]
            if self._of_one_kind(other, frame):
                metric = frame.metric if frame.direction is not None else other.metric.metric
                frames.insert(0, replace(frame, metric=metric, subject=other.form, trigger=Span(other.start, other.end)))
        return frames

    def _sites(self, frame: Frame) -> list[Frame]:
        """One amount said of several plants: 彰化廠、南京廠稼動率都超過9成."""
        if frame.site is None or frame.trigger is None or frame.metric not in CAPACITY_METRICS:
            return [frame]
        at = self.text.rfind(frame.site, self.sentence.span.start, frame.trigger.start)
        m = _SITES_BEFORE.search(self.text[self.sentence.span.start : at]) if at >= 0 else None
        return [frame, *(replace(frame, site=site) for site in _AND.split(m["sites"]) if site)] if m else [frame]

    def _of_one_kind(self, other: _Trigger, frame: Frame) -> bool:
        return frame.direction is not None or bool(_kinds(frame.quantity) & other.metric.units)

    def _frame(self, q: Quantity) -> Frame | None:
        clause = self._clause(q)
        part = part_of_whole(self.sentence, q)
        if part is not None:
            return self._share(clause, q, part)
        change = self.reader._changes.of_amount(self.text, clause, q)
        if change is not None:
            return self._change(clause, q, change)
        trigger = self._trigger(clause, q)
        if q.kind == "duration" and trigger is None and not self._is_stated_duration(clause, q):
            return None
        return self._level(clause, q, trigger) if trigger is not None else self._untriggered(clause, q)

    def _clause(self, q: Quantity) -> Span:
        """The clause of an amount, with its label in front where it has one (營收：約107億美元)."""
        i = self.sentence.clause_index(q.span.start)
        clause = self.sentence.clauses[i]
        if i and self.text[clause.start - 1] in ":：" and len(self.sentence.clauses[i - 1]) <= _LONGEST_LABEL:
            return Span(self.sentence.clauses[i - 1].start, clause.end)
        return clause

    # -- shares --------------------------------------------------------------------------------------------------

    def _share(self, clause: Span, q: Quantity, part: Span | int) -> Frame:
        """A part of a whole. `part` is the stretch that names it, or the offset that its noun phrase ends at."""
        if isinstance(part, Span):
            subject: str | None = part.of(self.text).strip()
            noun = self._nouns.after(self.text, self.words, part.start, part.end)
            if noun is not None and len(noun) >= len(part) - 4:
                subject = noun.of(self.text)
        else:
            subject = (
                self._company_before(part) or self._subject_before(part, clause.start) or self._described(clause, q)
                or self._whole(part, q) or self._carried_subject() or self.heading()
            )  # fmt: skip
        return Frame(
            q, self.sentence, "share.part", "share", subject, Span(q.span.start, q.span.end), q.per, q.low, q.high,
            "percent", confidence=0.75,
        )  # fmt: skip

    def _company_before(self, at: int) -> str | None:
        """The company right before a verb: 亞馬遜占營收六成."""
        token = next((t for t in self.sentence.tokens if t.letter == COMPANY and 0 <= at - t.end <= 2), None)
        return self.text[token.start : token.end] if token is not None else None

    def _described(self, clause: Span, q: Quantity) -> str | None:
        """The thing behind a percentage and its 的: 佔了98%的鎵精煉."""
        if not _REPEATED.match(self.text[q.outer.end :]):
            return None
        noun = self._nouns.after(self.text, self.words, q.outer.end, clause.end)
        return noun.of(self.text) if noun is not None else None

    def _whole(self, verb: int, q: Quantity) -> str | None:
        """The whole that a part is of, where the brief names nothing else: 這只佔美國國土面積的1%."""
        noun = self._nouns.after(self.text, self.words, verb + 1, q.outer.start)
        return noun.of(self.text) if noun is not None else None

    # -- changes -------------------------------------------------------------------------------------------------

    def _change(self, clause: Span, q: Quantity, change: Change) -> Frame | None:
        low, high, unit = q.low, q.high, q.unit
        if q.kind == "ratio":
            low, high = as_percent(q.low, change.direction), as_percent(q.high, change.direction)
            unit = "percent"
        elif q.is_fraction or q.kind in ("percent", "pp"):
            unit = "pp" if q.kind == "pp" else "percent"
        if low is not None and low < 0 and high is not None:
            low, high = -high, -low
        left = self.text[clause.start : q.span.start]
        if change.direction == "up" and q.kind in ("count", "measure") and (added := self._added(clause, q)):
            return added
        trigger = self._changed_thing(clause, q)
        subject, origin = self._change_subject(clause, q, change, trigger)
        metric = "growth"
        if self.reader._changes.is_revision(change, left):
            metric = "revision"
        elif self._is_price(q, left, trigger, change, origin):
            metric = "price_change"
            if trigger is None and not self.reader._changes.speaks_of_price(subject or "") and self._has_company(clause):
                subject = "股价"
        elif change.direction == "flat" and trigger is not None and trigger.metric.metric == "margin":
            unit = "pp"
        if q.kind == "money" and trigger is not None and trigger.metric.metric == "profit" and "损" in trigger.form:
            return None
        where = Span(trigger.start, trigger.end) if trigger else origin.trigger if origin else None
        return Frame(
            q, self.sentence, f"change.{metric}", metric, subject, where,
            q.per or (None if unit in ("percent", "pp") else self._per_before(clause, q)), low, high, unit,
            change.direction, change.basis or basis_of(self.text, clause, q),
            confidence=0.75 if subject else 0.5,
        )  # fmt: skip

    def _added(self, clause: Span, q: Quantity) -> Frame | None:
        """An absolute amount of capacity that comes on top: 明年再增加2萬片."""
        level = self.level
        same = level is not None and level.metric in CAPACITY_METRICS and (level.quantity.unit_raw or "")[-1:] == (q.unit_raw or "")[-1:]
        if level is None or not same:
            return None
        return Frame(
            q, self.sentence, "change.capacity_addition", "capacity_addition", level.subject, level.trigger,
            q.per or level.per, q.low, q.high, q.unit, confidence=0.6,
        )  # fmt: skip

    def _has_company(self, clause: Span) -> bool:
        """Whether a company stands in the clause or right before it: 台積電,下跌2.08%."""
        return any(t.letter == COMPANY and clause.start - 2 <= t.end and t.start < clause.end for t in self.sentence.tokens)

    def _changed_thing(self, clause: Span, q: Quantity) -> _Trigger | None:
        """The trigger word of the clause that names what changes; 增幅 and 成長率 name the change itself."""
        named = [
            t
            for t in self.triggers
            if clause.start <= t.start and t.end <= q.span.start and _names_a_thing(t)
        ]
        return named[-1] if named else None

    def _change_subject(self, clause: Span, q: Quantity, change: Change, t: _Trigger | None) -> tuple[str | None, Frame | None]:
        """What changes, and the frame that it was taken from where the clause itself names nothing."""
        if t is not None:
            phrase = self._phrase(clause, t, self._noun(t, clause.start))
            heading = self.heading() if phrase == t.form else None
            return (heading or "") + phrase, None
        origin = self.carried
        own = self._before_change(clause, q, change) or self._head(clause, q)
        if own is not None and not self.reader._changes.names_change(own):
            return own, None
        if origin is not None:
            return origin.changed or origin.subject, origin
        earlier = [t for t in self.triggers if t.end <= q.span.start and _names_a_thing(t)]
        if earlier:
            return self._phrase(clause, earlier[-1], self._noun(earlier[-1], self.sentence.span.start)), None
        if (heading := self.heading()) is not None:
            return heading, None
        for before in reversed([c for c in self.sentence.clauses if c.end <= clause.start]):
            if (named := self._first_noun(before, before.end)) is not None and not self.reader._changes.names_change(named):
                return named, None
        return None, None

    def _before_change(self, clause: Span, q: Quantity, change: Change) -> str | None:
        """The noun phrase right before the change word: 國內生產毛額（GDP）成長率為5.3%."""
        at = self.text.rfind(change.form, clause.start, q.span.start) if change.form else q.outer.start
        noun = self._nouns.before(self.text, self.words, at, clause.start) if at > clause.start else None
        if noun is None or noun.of(self.text) in self.reader._generic:
            return None
        return noun.of(self.text)

    def _is_price(self, q: Quantity, left: str, trigger: _Trigger | None, change: Change, origin: Frame | None) -> bool:
        if trigger is not None:
            return trigger.metric.metric in ("price", "target_price")
        if self.reader._changes.speaks_of_price(left) or self.reader._changes.moves_price(change):
            return True
        if change.form.endswith(("涨幅", "跌幅")) and self.reader._changes.speaks_of_price(
            self.text[self.sentence.span.start : q.span.start]
        ):
            return True
        if origin is None:
            return change.form.startswith(("收", "大涨", "大跌", "下跌", "上涨", "涨", "跌", "重挫", "涨价", "降价"))
        return origin.metric in ("price", "price_change")

    # -- levels --------------------------------------------------------------------------------------------------

    def _trigger(self, clause: Span, q: Quantity) -> _Trigger | None:
        """The word that says what q is: right behind it, else the nearest before it in its clause that takes its kind."""
        kinds = _kinds(q)
        fitting = [t for t in self.triggers if kinds & t.metric.units and t.start < clause.end]
        behind = _behind(self.text, q.outer.end)
        before = [t for t in fitting if clause.start <= t.start and t.end <= q.span.start]
        for t in fitting:
            near = before[-1] if before and q.outer.start - before[-1].end <= 6 else None
            if 0 <= t.start - q.outer.end <= 2 and (near is None or near.metric.metric != t.metric.metric):
                return t
        if before:
            return before[-1]
        if q.kind == "count" and (counted := self._counted(clause, q)) is not None:
            return next((t for t in fitting if t.start >= q.outer.end and counted.endswith(t.form)
                         and t.end <= q.outer.end + len(counted) + 2), None)  # fmt: skip
        others = [t.start for t in self.sentence.tokens if isinstance(t.item, Quantity)]
        for t in fitting:
            near = 0 <= t.start - behind <= 12
            if near and not any(behind <= o < t.start for o in others):
                return t
        return None

    def _level(self, clause: Span, q: Quantity, t: _Trigger) -> Frame:
        clause = self.sentence.clause_at(t.start) if t.end <= clause.start else clause
        metric, per = t.metric.metric, q.per or t.metric.per or self._per_before(clause, q)
        if per is None and metric in CAPACITY_METRICS:
            per = self._capacity_per(clause, q, t)
        if metric == "capacity" and self._is_added(clause, t):
            metric = "capacity_addition"
        elif metric == "capacity_addition" and t.metric.subject == "verb" and self.text[t.end : t.end + 1] in tuple("至到为成"):
            metric = "capacity"
        if metric == "price" and q.kind in ("percent", "ratio"):
            metric = "price_change"
        low, high = q.low, q.high
        if metric in ("profit", "eps") and any(word in t.form for word in ("损", "亏")):
            low, high = _negated(high), _negated(low)
        if metric == "price" and "股价" in t.form:
            per = per or "share"
        subject, site = self._level_subject(clause, q, t)
        changed = self._phrase(clause, t, self._noun(t, clause.start))
        if metric == "price" and t.form in _CLOSES:
            quoted = per in (None, "share") or self._has_company(clause)
            subject = changed = "股价" if quoted else self._head(clause, q)
            per = "share" if quoted else per
        direction = self.reader._changes.direction_of(t.form) if metric in ("growth", "price_change") else None
        unit = q.unit
        noun = self._noun(t, clause.start)
        if metric == "growth" and (noun is None or noun.of(self.text) in self.reader._places) and len(t.form) > 3:
            subject = self._phrase(clause, t, noun)  # 台灣經濟成長率, 終端增長率
        elif metric in ("spec", "utilization"):
            subject = self._phrase(clause, t, noun)
        if q.kind == "ratio" and metric not in ("valuation", "price_change") and _GROWN_TO.search(self.text[clause.start : q.outer.start]):
            metric, direction, subject = "growth", "up", self._phrase(clause, t, noun)
        if q.is_fraction and self._is_ratio(clause, q):
            low, high, unit = _scaled(low), _scaled(high), "multiple"
        return Frame(
            q, self.sentence, f"level.{metric}", metric, subject, Span(t.start, t.end), per, low, high, unit,
            direction=direction, site=site, changed=changed,
            confidence=0.8 if clause.start <= t.start else 0.6,
        )  # fmt: skip

    def _level_subject(self, clause: Span, q: Quantity, t: _Trigger) -> tuple[str | None, str | None]:
        """What a level is about, and the site of a capacity.

        A word that is its own subject (營收) takes the phrase in front of it along. A thing stands in front of its
        trigger word (絲槓年產能), between it and the amount (年產晶片120萬片), behind the amount (1,000櫃AI伺服器), or heads
        the clause or the sentence.
        """
        noun = self._noun(t, clause.start)
        if t.metric.subject == "self":
            if t.metric.metric in _SPENT and (purpose := self._purpose(clause, q)):
                return purpose, None
            counted = self._counted(clause, q) if t.metric.metric in _CARRIED_COUNTS else None
            if counted is None and t.metric.metric in _CARRIED_COUNTS:
                counted = self._delivered(t, q)
            if noun is None and counted is None and t.metric.metric in _GOODS:
                counted = self.goods
            if noun is None and counted is not None:
                return counted, None
            phrase = self._phrase(clause, t, noun)
            if phrase == t.form and (heading := self.heading()) is not None:
                return (heading if t.metric.metric in _CARRIED_COUNTS else heading + t.form), None
            return phrase, None
        site, noun = self._split_site(noun)
        named = noun or self._between(t, q) or self._counted(clause, q)
        if t.metric.metric in CAPACITY_METRICS:
            if t.metric.metric != "utilization":
                named = named or self._capacity_thing(clause, q, t)
        elif named is None:
            named = self._product(clause, q) or self.heading() or self._carried_subject() or self._head(clause, q)
        if named is None and site is not None and t.metric.metric not in CAPACITY_METRICS:
            named = site
        return named or (t.form if t.metric.subject != "verb" else None), site

    def _purpose(self, clause: Span, q: Quantity) -> str | None:
        """What money is spent on: 斥資5億元在印度設廠."""
        m = _PURPOSE.match(self.text, q.outer.end, clause.end)
        noun = self._nouns.after(self.text, self.words, m.end(), clause.end) if m else None
        return noun.of(self.text) if noun is not None else None

    def _delivered(self, t: _Trigger, q: Quantity) -> str | None:
        """The thing between a verb of delivery and its amount: 供應的OLED數量為4000萬台."""
        if t.end > q.outer.start:
            return None
        noun = self._nouns.after(self.text, self.words, t.end, q.outer.start)
        inside = noun is not None and any(noun.start <= s.start and s.end <= noun.end for s in self.words.named)
        return noun.of(self.text).removesuffix("数量") if noun is not None and inside else None

    def _capacity_thing(self, clause: Span, q: Quantity, t: _Trigger) -> str | None:
        """What is made, where neither the trigger word nor the amount has it beside: the nearest place that tells."""
        if t.metric.subject == "verb" and (noun := self._capacity_before(clause, t)):
            return self._split_site(self._noun(noun, clause.start))[1] or self._carried_product(q)
        return (
            self.heading()
            or self._product(clause, q)
            or self._carried_product(q)
            or self._product(self.sentence.span, q)
        )

    def _capacity_per(self, clause: Span, q: Quantity, t: _Trigger) -> str | None:
        """What a step of a ramp is per: as its noun of capacity says, else as the step before."""
        noun = self._capacity_before(clause, t)
        if noun is not None and noun.metric.per:
            return noun.metric.per
        level = self.level
        same = level is not None and level.metric in CAPACITY_METRICS and level.quantity.kind == q.kind
        return level.per if level is not None and same else None

    def _is_added(self, clause: Span, t: _Trigger) -> bool:
        """Whether the capacity is new: 新增電視年產能."""
        noun = self._noun(t, clause.start)
        added = ("新增", "增加", "增添")
        start = noun.start if noun is not None else t.start
        return self.text.endswith(added, clause.start, t.start) or self.text[clause.start : start].rstrip().endswith(added)

    def _capacity_before(self, clause: Span, t: _Trigger) -> _Trigger | None:
        """The noun of capacity that a verb of expansion belongs to: 機床年產能目標年底前擴至500台."""
        nouns = [
            other
            for other in self.triggers
            if clause.start <= other.start and other.end <= t.start and other.metric.metric in CAPACITY_METRICS
            and other.metric.subject != "verb"
        ]  # fmt: skip
        return nouns[-1] if nouns else None

    def _phrase(self, clause: Span, t: _Trigger, noun: Span | None) -> str:
        """The trigger word with the noun phrase in front of it; with the heading of the sentence where there is none."""
        if noun is None:
            topic = self._clause_topic(clause, t)
            return topic + t.form if topic is not None else t.form
        if any(noun.end <= token.start and token.end <= t.start for token in self.sentence.tokens):
            return noun.of(self.text) + t.form  # 伺服器第3季營收
        return self.text[noun.start : t.end]

    def _clause_topic(self, clause: Span, t: _Trigger) -> str | None:
        """The product that a clause before opens with, where this one opens with its trigger word alone."""
        if t.metric.subject != "self" or t.metric.metric not in _SEGMENTED or self._opens_otherwise(clause, t):
            return None
        for earlier in reversed([c for c in self.sentence.clauses if c.end <= clause.start]):
            if any(t.letter == COMPANY and earlier.start <= t.start < earlier.end for t in self.sentence.tokens):
                return None
            first = next((s for s in self.words.named if earlier.start <= s.start < earlier.end), None)
            if first is not None and not self.text[earlier.start : first.start].strip(_OPENERS):
                return first.of(self.text)
        return None

    def _opens_otherwise(self, clause: Span, t: _Trigger) -> bool:
        """Whether something other than a period stands between the clause's start and its trigger word."""
        at = clause.start
        for token in self.sentence.tokens:
            if token.letter == PERIOD and clause.start <= token.start and token.end <= t.start:
                at = token.end
            elif token.letter != PERIOD and clause.start <= token.start and token.end <= t.start:
                return True
        return bool(self.text[at : t.start].strip(_OPENERS))

    def _noun(self, t: _Trigger, floor: int) -> Span | None:
        return self._nouns.before(self.text, self.words, t.start, floor)

    def _split_site(self, noun: Span | None) -> tuple[str | None, str | None]:
        """The plant or place at the head of a noun phrase, and the thing behind it: 越南工廠電視 is 越南工廠 and 電視."""
        if noun is None:
            return None, None
        phrase = noun.of(self.text)
        if phrase in self.reader._generic:
            return None, None
        place = next((p for p in self.reader._places if phrase.startswith(p)), "")
        rest = phrase.removeprefix(place).lstrip("的")
        if m := _SITE.match(rest):
            return m["site"] if place not in m["site"] else place + m["site"], self._thing(m["rest"])
        if place:
            return place, self._thing(rest)
        return None, phrase

    def _thing(self, words: str) -> str | None:
        return words if len(words) >= 2 and words not in self.reader._generic else None

    def _between(self, t: _Trigger, q: Quantity) -> str | None:
        """A thing between the trigger word and its amount: 年產晶片120萬片."""
        if t.end > q.outer.start:
            return None
        noun = self._nouns.after(self.text, self.words, t.end, q.outer.start)
        return noun.of(self.text) if noun is not None and noun.end == len(self.text[: q.outer.start].rstrip()) else None

    def _counted(self, clause: Span, q: Quantity) -> str | None:
        """The thing that an amount counts, right behind it: 1,000櫃AI伺服器."""
        if q.kind not in ("count", "measure", "person"):
            return None
        noun = self._nouns.after(self.text, self.words, q.outer.end, clause.end)
        if noun is None or noun.start - q.outer.end > 1:
            return None
        form = noun.of(self.text)
        return None if form in self.reader._generic else form

    def _product(self, within: Span, q: Quantity) -> str | None:
        found = self._nouns.product(self.words, within.start, within.end, q.outer.start)
        return found.of(self.text) if found else None

    def _head(self, clause: Span, q: Quantity) -> str | None:
        """The noun phrase that opens the clause: 中國人口大約是我們的四倍."""
        return self._first_noun(clause, q.outer.start)

    def _first_noun(self, clause: Span, before: int) -> str | None:
        inside = [t for t in self.sentence.tokens if clause.start <= t.start < before]
        for word in self.words.words:
            if any(t.start < word.end and word.start < t.end for t in self.triggers):
                continue
            if clause.start <= word.start < before and not any(t.start <= word.start < t.end for t in inside):
                noun = self._nouns.after(self.text, self.words, word.start, before)
                if noun is not None and noun.of(self.text) not in self.reader._generic:
                    return noun.of(self.text)
        return None

    def _subject_before(self, at: int, floor: int) -> str | None:
        """The noun phrase before a verb, over the adverbs between the two: 伺服器DRAM需求將佔."""
        spans = [w for w in self.words.words if floor <= w.start < at]
        while spans:
            noun = self._nouns.before(self.text, self.words, spans[-1].end, floor)
            if noun is not None:
                return noun.of(self.text)
            if len(self.text[spans[-1].end : at]) > 8:
                return None
            spans.pop()
        return None

    def heading(self) -> str | None:
        """The part that heads the sentence (十二吋部分,...), where it names a thing."""
        m = _HEADING.match(self.sentence.masked)
        if m is None or "Ⓠ" in m["head"] or "Ⓟ" in m["head"]:
            return None
        start, end = (self.sentence.offsets[m.start("head")], self.sentence.offsets[m.end("head") - 1] + 1)
        noun = self._nouns.before(self.text, self.words, end, start)
        head = noun.of(self.text) if noun is not None else None
        return None if head in self.reader._generic else head

    def _carried_subject(self) -> str | None:
        return self.carried.subject if self.carried is not None else None

    def _carried_product(self, q: Quantity) -> str | None:
        """The thing that the last amount of the same kind was of, in this sentence or the one before."""
        if self.level is not None and self.level.metric in _CARRIED_COUNTS and self.level.quantity.kind == q.kind:
            return self.level.subject
        if any(t.letter == COMPANY and t.start < q.span.start for t in self.sentence.tokens):
            return None
        return self.topic

    def next_topic(self) -> str | None:
        """The product that this sentence leaves to the next one: the last that it names."""
        named = [s for s in self.words.named if len(s) >= 2]
        return named[-1].of(self.text) if named else self.topic

    def next_goods(self) -> str | None:
        """The goods that the amounts of this sentence were of, for bare 出貨 and 銷量 in the next one."""
        level = self.level
        if level is not None and level.metric in _GOODS and level.trigger is not None:
            named = (level.subject or "").replace(self.text[level.trigger.start : level.trigger.end], "")
            return named if len(named) >= 2 and any(s.of(self.text) in named for s in self.words.named) else self.goods
        return self.goods

    # -- no trigger word -----------------------------------------------------------------------------------------

    def _untriggered(self, clause: Span, q: Quantity) -> Frame | None:
        """No trigger word in the clause: the measure of the clause before, or one by the unit."""
        per = q.per or self._per_before(clause, q)
        carried = self.level
        own = self._nouns.before(self.text, self.words, q.outer.start, clause.start)
        if carried is not None and self._continues(clause, q, carried, own):
            product = self._product(clause, q) or (own.of(self.text) if own and carried.metric in _PARTS else None)
            return Frame(
                q, self.sentence, f"carried.{carried.metric}", carried.metric, product or carried.subject,
                carried.trigger, per or carried.per, q.low, q.high, q.unit, site=self._site_before(clause, q),
                confidence=0.6,
            )  # fmt: skip
        if q.kind == "money" and per in (None, "share") and _QUOTED.search(self.text[self.sentence.span.start : q.outer.end + 4]):
            return Frame(
                q, self.sentence, "unit.price", "price", "股价", Span(q.span.start, q.span.end), "share", q.low, q.high, q.unit,
                changed="股价", confidence=0.5,
            )  # fmt: skip
        if q.kind == "money" and per in _TRADED:
            at = self.text.rfind("每", clause.start, q.outer.start)
            noun = self._nouns.before(self.text, self.words, at if at >= 0 else q.outer.start, clause.start)
            subject = noun.of(self.text) if noun is not None else self._product(clause, q)
            if subject is not None or (self.level is not None and self.level.metric == "price"):
                return Frame(
                    q, self.sentence, "unit.price", "price", subject or self._carried_subject(), Span(q.span.start, q.span.end),
                    per, q.low, q.high, q.unit, changed=subject, confidence=0.5,
                )  # fmt: skip
        goes_on = bool(_GOES_ON.match(self.text[self._after_tokens(clause, q) : q.span.start]))
        before = self.carried
        if (goes_on or self._has_company(clause)) and q.kind == "percent" and before is not None and before.direction is not None:
            return replace(
                before, quantity=q, rule=f"carried.{before.metric}", metric="growth" if before.metric == "revision" else before.metric,
                low=q.low, high=q.high, confidence=0.5,
            )  # fmt: skip
        if goes_on and q.kind == "ratio" and self.level is not None:
            return replace(
                self.level, quantity=q, rule="carried.growth", metric="growth", low=q.low, high=q.high, unit="multiple", per=None,
                direction="up", subject=self.level.changed or self.level.subject, confidence=0.5,
            )  # fmt: skip
        if goes_on and (earlier := self._earlier_trigger(clause, q)):
            return replace(self._level(clause, q, earlier), rule=f"carried.{earlier.metric.metric}", confidence=0.55)
        metric, low, high, unit, confidence = "other", q.low, q.high, q.unit, 0.4
        subject = self._product(clause, q) or self._head(clause, q)
        if q.kind == "percent":
            if q.is_fraction and self._is_ratio(clause, q):
                low, high, unit = _scaled(low), _scaled(high), "multiple"
            elif q.is_fraction:
                metric = "share"
            behind = self._nouns.after(self.text, self.words, q.outer.end, clause.end)
            if behind is not None and behind.start - q.outer.end <= 2:
                metric, subject = ("share" if unit == "percent" else metric), behind.of(self.text)
        elif q.kind in ("measure", "rate_bit", "rate_byte"):
            metric, confidence = ("other" if q.unit == "t" else "spec"), 0.45
            subject = subject or self._counted(clause, q)
        elif q.kind == "duration":
            metric, confidence = "duration", 0.45
            subject = subject or self._carried_subject()
        elif q.kind in ("count", "person"):
            if _is_small_count(q) and not per:
                return None
            metric, confidence = "count", 0.45
            subject = self._counted(clause, q) or _in_classifier(q) or subject
        return Frame(
            q, self.sentence, f"unit.{metric}", metric, subject, None, per, low, high, unit, confidence=confidence
        )

    def _after_tokens(self, clause: Span, q: Quantity) -> int:
        """Where the words begin that lead to an amount: behind the last mention before it in its clause."""
        inside = [t.end for t in self.sentence.tokens if clause.start <= t.start and t.end <= q.outer.start]
        return max([clause.start, *inside])

    def _earlier_trigger(self, clause: Span, q: Quantity) -> _Trigger | None:
        """The last trigger word of the clauses before that takes this kind of unit."""
        fitting = [t for t in self.triggers if t.end <= clause.start and _kinds(q) & t.metric.units]
        return fitting[-1] if fitting else None

    def _continues(self, clause: Span, q: Quantity, carried: Frame, own: Span | None) -> bool:
        """Whether a clause without a trigger word goes on with the measure of the one before: the same kind of unit,
        and no thing of its own beside the amount (匯損約4.2億元), unless it is a part, a product or a place."""
        if own is not None and q.kind in ("money", "percent") and carried.metric not in _PARTS:
            words = own.of(self.text)
            named = any(own.start <= s.start and s.end <= own.end for s in self.words.named)
            if not named and not words.startswith(tuple(self.reader._places)) and words not in self.reader._generic:
                return False
        if q.kind != carried.quantity.kind or q.unit != carried.quantity.unit or carried.direction is not None:
            return False
        if q.kind in ("count", "person"):
            same = (q.unit_raw or "")[-1:] == (carried.quantity.unit_raw or "")[-1:]
            return carried.metric in _CARRIED_COUNTS and same
        return True

    def _site_before(self, clause: Span, q: Quantity) -> str | None:
        """The place or plant right before an amount: 台灣33萬片、大陸25萬片."""
        noun = self._nouns.before(self.text, self.words, q.outer.start, clause.start)
        return self._split_site(noun)[0]

    def _is_ratio(self, clause: Span, q: Quantity) -> bool:
        """成本僅為英特爾晶片的1/3: a ratio to another thing, not a part of a whole."""
        left = self.text[clause.start : q.outer.start].rstrip()
        return left.endswith("的") and any(word in left for word in ("为", "是", "有", "仅", "至"))

    def _is_stated_duration(self, clause: Span, q: Quantity) -> bool:
        """Durations count only as a specification or a result (contract section 2)."""
        left = self.text[max(clause.start, q.outer.start - 10) : q.outer.start]
        return any(cue in left for cue in _DURATION_CUES) or bool(_DURATION_AFTER.match(self.text, q.outer.end))

    def _per_before(self, clause: Span, q: Quantity) -> str | None:
        """每月 5 萬片, 每股 31 元, 每噸 115 美元: what stands behind 每 before the amount."""
        if (m := _ONE.search(self.text[clause.start : q.outer.start])) and (found := self.reader._per.match(m["word"], 0)):
            return found[1]
        at = self.text.rfind("每", clause.start, q.outer.start)
        if at < 0 or q.outer.start - at > _PER_REACH:
            return None
        found = self.reader._per.match(self.text, at + 1)
        if found is None or (found[1] == "piece" and q.kind in ("count", "person") and q.outer.start - found[0] > 8):
            return None
        return found[1]

    @property
    def _nouns(self) -> NounReader:
        return self.reader._nouns


def _without_mentions(document: Document) -> str:
    """The text with periods and companies blanked: the 年 of 2025年產能 belongs to the period."""
    text = list(document.text)
    for sentence in document.sentences:
        for token in sentence.tokens:
            if token.letter in (PERIOD, COMPANY):
                text[token.start : token.end] = "\0" * (token.end - token.start)
    return "".join(text)


def _in_classifier(q: Quantity) -> str | None:
    """The noun that a classifier was read together with: 27個國家."""
    raw = (q.unit_raw or "").lstrip("百千万亿兆 ").lstrip("个")
    return raw if len(raw) >= 2 else None


def _names_a_thing(t: _Trigger) -> bool:
    """Whether a trigger word names what may change; 增幅 names the change, 擴產 the act."""
    return t.metric.metric not in ("growth", "price_change") and t.metric.subject != "verb"


def _behind(text: str, at: int) -> int:
    """The offset behind an amount and the bracket that follows it: 203億日圓（約44億元台幣）的損失."""
    m = re.match(r"\s?\([^()]{1,30}\)", text[at : at + 34])
    return at + m.end() if m else at


def _kinds(q: Quantity) -> set[str]:
    kind = "measure" if q.kind in ("rate_bit", "rate_byte") else "percent" if q.kind == "pp" else q.kind
    return {q.kind, kind}


def _negated(value: Decimal | None) -> Decimal | None:
    """A loss is a negative profit (contract section 3); one written with a minus already stays as it is."""
    return None if value is None else -abs(value)


def _scaled(value: Decimal | None) -> Decimal | None:
    return None if value is None else value / 100


def _is_small_count(q: Quantity) -> bool:
    """三大, 兩家, 四款: a figure of speech rather than a measurement, unless written in digits."""
    return (
        q.is_chinese
        and q.high is not None
        and q.high < 10
        and (q.unit_raw or "") not in ("座", "条", "艘", "间")
    )
