"""What a quantity measures: its metric, subject, direction and basis, from the trigger words around it.

Families come from the tables: `metrics.csv` (營收, 月產能, 市佔率 ...) and `changes.csv` (年增, 下滑 ...). A level takes its
metric from the nearest trigger word that takes its kind of unit; a change word right before the amount makes it a
change of the nearest thing named.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from decimal import Decimal

from pipelines.extraction.claims.frame import CAPACITY_METRICS, Frame
from pipelines.extraction.document import Document, Sentence
from pipelines.extraction.lexicon import Change, Lexicon, Metric
from pipelines.extraction.matcher import PhraseMatcher
from pipelines.extraction.quantities import Quantity
from pipelines.text.span import Span

_FILLERS = ("了", "约", "达", "达到", "高达", "为", "是", "幅度", "率", "共", "有", "将近", "将", "最多", "皆", "均", "各",
            "分别", "逾", "近", "超过", "仅", "估", "比例", "幅", "则", "的", "出", "逾", "预计", "可望", "至少", "一路", "数", "大幅")  # fmt: skip
_TO = ("至", "到", "成", "为", "来到", "来", "上", "回", "近")
_AFTER_CHANGE = re.compile(
    r"\s?的?(?:高|年|月|季|同比|正|负|大幅)?(?P<word>增长|成长|增幅|涨幅|跌幅|降幅|升幅|下滑|衰退|下跌|减幅|上涨|提升|增加|减少)(?!率?目标|机|商|空间)"
)
_MEASURED = frozenset(
    {"percent", "pp", "ratio", "money", "count", "person", "measure", "rate_bit", "rate_byte", "duration"}
)
_PER_BEFORE = re.compile(r"(?:每一?|单|平均每)\s?(?:个)?(?P<word>[^\s,，。Ⓠ]{1,4}?)$")
_DURATION_CUES = (
    "时间",
    "耗时",
    "需要",
    "需",
    "寿命",
    "周期",
    "交期",
    "保固",
    "预计",
    "历时",
    "长达",
    "可实现",
    "能见度",
    "可见度",
    "工作",
)
_DURATION_AFTER = re.compile(r"\s?(?:免维护|可交货|交货|保固|寿命|即可|交付|质保|的?交期|的?寿命)")
_MONEY_METRICS = frozenset(
    {"revenue", "profit", "market_cap", "capex", "investment", "funding", "market_size", "output_value"}
)
_CARRIED_COUNTS = CAPACITY_METRICS | {
    "shipments", "sales_volume", "production_volume", "supply", "demand", "orders", "inventory", "exports", "imports", "installed",
}  # fmt: skip
_NOUN_LIMIT = 14
_COUNTED = re.compile(
    r"\s?(?P<noun>(?:[A-Za-z\d.]+\s?)?[\u4e00-\u9fff]{2,8}|[A-Za-z][A-Za-z\d ]{2,12}[\u4e00-\u9fff]{0,6})(?=[,，。;；(]|$)"
)
_PART_HEADING = re.compile(r"(?:^|[,，。;；])(?P<part>[^,，。;；]{2,10}?)(?:部分|方面|合计|产品|产线)[,，]?")


@dataclass(frozen=True, slots=True)
class _Trigger:
    start: int
    end: int
    metric: Metric


class MeasureReader:
    """Finds what each quantity of a document measures."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._metrics = PhraseMatcher({m.form: m for m in lexicon.metrics})
        self._changes = {c.form: c for c in lexicon.changes}
        self._longest_change = max(map(len, self._changes))
        self._per = PhraseMatcher(lexicon.per_words)
        self._products = PhraseMatcher({form: p for p in lexicon.products for form in p.forms})
        self._stops = lexicon.words["np_stop"]
        self._longest_stop = max(map(len, self._stops))
        self._price_nouns = tuple(lexicon.words["price_noun"])

    def read(self, document: Document) -> list[Frame]:
        """A frame for each measured quantity, in their order."""
        triggers = [
            _Trigger(start, end, metric)
            for start, end, metric in self._metrics.find(document.text)
            if metric.metric != "none"  # 供應商 is no 供應
        ]
        starts = [t.start for t in triggers]
        frames: list[Frame] = []
        for sentence in document.sentences:
            low, high = bisect_left(starts, sentence.span.start), bisect_left(starts, sentence.span.end)
            carried: Frame | None = None
            for token in sentence.tokens:
                if isinstance(token.item, Quantity) and token.item.kind in _MEASURED:
                    frame = self._frame(document.text, sentence, token.item, triggers[low:high], carried)
                    if frame is not None:
                        frames.append(frame)
                        carried = frame if frame.trigger else carried
        return frames

    def _frame(
        self, text: str, sentence: Sentence, q: Quantity, triggers: list[_Trigger], carried: Frame | None
    ) -> Frame | None:
        clause = sentence.clause_at(q.span.start)
        change = self._change(text, clause, q)
        if change is not None:
            return self._change_frame(text, sentence, clause, q, change, triggers, carried)
        if q.kind == "duration" and not self._is_stated_duration(text, clause, q):
            return None
        trigger = self._trigger(clause, q, triggers, sentence)
        if trigger is None:
            return self._untriggered(text, sentence, clause, q, carried)
        return self._level_frame(text, sentence, clause, q, trigger)

    # -- levels --------------------------------------------------------------------------------------------------

    def _trigger(
        self, clause: Span, q: Quantity, triggers: list[_Trigger], sentence: Sentence
    ) -> _Trigger | None:
        """The word that says what q is: right behind it, else the nearest before it in its clause that takes its kind."""
        kinds = _kinds(q)
        others = [t.start for t in sentence.tokens if isinstance(t.item, Quantity)]
        for t in triggers:
            if 0 <= t.start - q.outer.end <= 2 and kinds & t.metric.units and t.start < clause.end:
                return t
        before = [
            t
            for t in triggers
            if clause.start <= t.start and t.end <= q.span.start and kinds & t.metric.units
        ]
        if before:
            return before[-1]
        for t in triggers:
            near = 0 <= t.start - q.outer.end <= 12 and t.start < clause.end
            if near and kinds & t.metric.units and not any(q.outer.end <= o < t.start for o in others):
                return t
        return None

    def _level_frame(self, text: str, sentence: Sentence, clause: Span, q: Quantity, t: _Trigger) -> Frame:
        metric, per = t.metric.metric, q.per or t.metric.per or self._per_before(text, clause, q)
        if metric == "price" and q.kind in ("percent", "ratio"):
            metric = "price_change"
        noun = self._noun_before(text, t.start, clause.start, sentence)
        subject, whole = self._subjects(text, clause, q, t, noun)
        low, high = q.low, q.high
        form = t.metric.form
        if metric in ("profit", "eps") and any(word in form for word in ("损", "亏")):
            low, high = _negated(high), _negated(low)
        if metric == "price" and q.unit and ("股价" in form or "收" in form):
            per = per or "share"
        return Frame(
            q, sentence, f"level.{metric}", metric, subject, whole, Span(t.start, t.end), per, low, high, q.unit,
            confidence=0.8 if clause.start <= t.start else 0.6,
        )  # fmt: skip

    def _untriggered(
        self, text: str, sentence: Sentence, clause: Span, q: Quantity, carried: Frame | None
    ) -> Frame | None:
        """No trigger word in the clause: the measure of the clause before, or one by the unit."""
        per = q.per or self._per_before(text, clause, q)
        subject = self._product_near(text, clause, q) or self._head_noun(text, sentence, clause, q)
        if carried is not None and carried.trigger and self._continues(q, carried):
            product = self._product_near(text, clause, q)
            return Frame(
                q, sentence, f"carried.{carried.metric}", carried.metric, product or carried.subject,
                product or carried.whole_subject, carried.trigger,
                per or carried.per, q.low, q.high, q.unit, confidence=0.6,
            )  # fmt: skip
        if q.kind in ("percent", "pp"):
            if q.is_fraction and self._is_ratio(text, clause, q):
                return Frame(
                    q,
                    sentence,
                    "unit.ratio",
                    "other",
                    subject,
                    None,
                    None,
                    per,
                    _scaled(q.low),
                    _scaled(q.high),
                    "multiple",
                    confidence=0.4,
                )
            follows = text[q.outer.end : q.outer.end + 3].lstrip()
            metric = "share" if q.is_fraction or follows.startswith(("来自", "的", "为")) else "other"
            return Frame(
                q,
                sentence,
                f"unit.{metric}",
                metric,
                subject,
                None,
                None,
                per,
                q.low,
                q.high,
                "percent" if q.kind == "percent" else "pp",
                confidence=0.4,
            )
        if q.kind in ("measure", "rate_bit", "rate_byte"):
            return Frame(
                q,
                sentence,
                "unit.spec",
                "spec" if q.unit != "t" else "other",
                subject,
                None,
                None,
                per,
                q.low,
                q.high,
                q.unit,
                confidence=0.45,
            )
        if q.kind == "duration":
            return Frame(
                q,
                sentence,
                "unit.duration",
                "duration",
                subject,
                None,
                None,
                per,
                q.low,
                q.high,
                q.unit,
                confidence=0.45,
            )
        if q.kind in ("count", "person"):
            if _is_small_count(q) and not per:
                return None
            return Frame(
                q,
                sentence,
                "unit.count",
                "count",
                self._noun_after(text, clause, q) or subject,
                None,
                None,
                per,
                q.low,
                q.high,
                q.unit,
                confidence=0.45,
            )
        return Frame(
            q,
            sentence,
            f"unit.{q.kind}",
            "other",
            subject,
            None,
            None,
            per,
            q.low,
            q.high,
            q.unit,
            confidence=0.35,
        )

    def _continues(self, q: Quantity, carried: Frame) -> bool:
        """Whether a clause without a trigger word goes on with the measure of the one before: the same kind of unit."""
        return (
            q.kind == carried.quantity.kind
            and q.unit == carried.quantity.unit
            and carried.direction is None
            and (q.kind != "count" or carried.metric in _CARRIED_COUNTS)
        )

    def _is_ratio(self, text: str, clause: Span, q: Quantity) -> bool:
        """成本僅為英特爾晶片的1/3: a ratio to another thing, not a part of a whole."""
        left = text[clause.start : q.outer.start]
        return left.endswith("的") and any(word in left for word in ("为", "是", "有", "仅", "至"))

    def _is_stated_duration(self, text: str, clause: Span, q: Quantity) -> bool:
        """Durations count only as a specification or a result (contract section 2)."""
        left = text[max(clause.start, q.outer.start - 10) : q.outer.start]
        return any(cue in left for cue in _DURATION_CUES) or bool(_DURATION_AFTER.match(text, q.outer.end))

    # -- changes -------------------------------------------------------------------------------------------------

    def _change(self, text: str, clause: Span, q: Quantity) -> Change | None:
        """The change word of an amount; None where the amount is a level (提升至 8 萬)."""
        if q.direction is not None:
            return Change("", q.direction, None)
        if q.kind == "duration":
            return None
        left = text[clause.start : q.outer.start].rstrip(' “"「')
        word = self._change_before(left)
        if word is not None:
            return word
        if q.kind in ("percent", "ratio", "pp") and (m := _AFTER_CHANGE.match(text, q.outer.end)):
            return self._changes.get(m["word"]) or self._changes.get(m["word"][:2])
        return None

    def _change_before(self, left: str) -> Change | None:
        while True:
            for size in range(min(self._longest_change, len(left)), 0, -1):
                change = self._changes.get(left[-size:])
                if change is not None:
                    return None if size == 1 and left[-2:-1] in ("提", "追", "加", "新") else change
            if left.endswith(_TO) and not left.endswith(_FILLERS):
                return None
            stripped = next(
                (left[: -len(f)] for f in sorted(_FILLERS, key=len, reverse=True) if left.endswith(f)), None
            )
            if stripped is None:
                break
            left = stripped.rstrip()
        # 提升產能約15%: the thing stands between the word and the amount
        for start in range(max(0, len(left) - 10), len(left)):
            found = self._metrics.match(left, start)
            if found and found[0] == len(left) and start:
                head = left[:start].rstrip("的其 ")
                for size in range(min(3, len(head)), 1, -1):
                    change = self._changes.get(head[-size:])
                    if change is not None and change.direction != "flat":
                        return change
        return None

    def _change_frame(
        self,
        text: str,
        sentence: Sentence,
        clause: Span,
        q: Quantity,
        change: Change,
        triggers: list[_Trigger],
        carried: Frame | None,
    ) -> Frame | None:
        low, high, unit = q.low, q.high, q.unit
        if q.kind == "ratio":
            low, high, unit = (
                _as_percent(q.low, change.direction),
                _as_percent(q.high, change.direction),
                "percent",
            )
        elif q.is_fraction or q.kind in ("percent", "pp"):
            unit = "pp" if q.kind == "pp" else "percent"
        if low is not None and low < 0 and high is not None:
            low, high = -high, -low
        left = text[clause.start : q.outer.start]
        named = [
            t for t in triggers if t.end <= q.span.start and t.metric.metric not in ("growth", "price_change")
        ]
        inside = [t for t in named if t.start >= clause.start]
        trigger = inside[-1] if inside else None
        metric, subject, whole = "growth", None, None
        if trigger is not None:
            noun = self._noun_before(text, trigger.start, clause.start, sentence)
            subject = trigger.metric.form
            whole = _slice(text, noun, trigger)
            if trigger.metric.subject == "self" and noun and len(noun) <= 6:
                subject = whole
        elif carried is not None:
            subject, whole, trigger = carried.subject, carried.whole_subject, None
        elif named:
            subject = named[-1].metric.form
        subject = subject or self._noun_before_change(text, clause, q)
        if change.form in ("上调", "上修", "下调", "下修", "调升", "调降") and re.search(
            r"预期|预估|预测|财测", left
        ):
            metric = "revision"
        elif self._is_price(text, clause, q, trigger, change, carried):
            metric = "price_change"
            if subject in ("收在", "收报", None):
                subject = "股价"
        elif change.direction == "flat" and trigger is not None and trigger.metric.metric == "margin":
            unit = "pp"
        if (
            trigger is not None
            and trigger.metric.metric in ("profit",)
            and "损" in trigger.metric.form
            and q.kind == "money"
        ):
            return None
        return Frame(
            q, sentence, f"change.{metric}", metric, subject, whole,
            Span(trigger.start, trigger.end) if trigger else (carried.trigger if carried else None),
            q.per, low, high, unit, change.direction, change.basis or self._basis(text, clause, q),
            confidence=0.75 if subject else 0.5,
        )  # fmt: skip

    def _is_price(
        self,
        text: str,
        clause: Span,
        q: Quantity,
        trigger: _Trigger | None,
        change: Change,
        carried: Frame | None,
    ) -> bool:
        if trigger is not None:
            return trigger.metric.metric in ("price", "target_price")
        left = text[clause.start : q.outer.start]
        if any(noun in left for noun in self._price_nouns):
            return True
        if change.form.startswith(("收", "大涨", "大跌", "下跌", "上涨", "涨", "跌", "重挫", "涨价", "降价")):
            return carried is None or carried.metric in ("price", "price_change")
        return carried is not None and carried.metric == "price_change"

    def _basis(self, text: str, clause: Span, q: Quantity) -> str | None:
        """What a change is measured against, where words other than the change word say it."""
        left = text[clause.start : q.outer.start]
        if re.search(r"周环比|较上周|比上周", left):
            return "wow"
        if re.search(
            r"同比|去年同期|上年同期|较上年|较去年|比去年|年同期|同期(?!测)|年增|今年成长|年度", left
        ):
            return "yoy"
        if re.search(r"较上季|上季度|较?第[一二三四1-4]季|季增|季减", left):
            return "qoq"
        if re.search(r"较上月|上个月|较\d{1,2}月|比\d{1,2}月|与\d{1,2}月|月跌|月涨", left):
            return "mom"
        if "环比" in left:
            return "qoq" if re.search(r"季", text[max(0, clause.start - 60) : q.outer.start]) else "mom"
        return None

    # -- subjects ------------------------------------------------------------------------------------------------

    def _subjects(
        self, text: str, clause: Span, q: Quantity, t: _Trigger, noun: str | None
    ) -> tuple[str | None, str]:
        """What the number is about, beside a company and standing alone, as the table says of the trigger word.

        A thing stands in front of its trigger (絲槓年產能), between it and the amount (年產晶片120萬片), or behind the
        amount (每週可產1,000櫃AI伺服器).
        """
        form = t.metric.form
        if t.metric.subject == "self":
            return form, _slice(text, noun, t)
        if t.metric.metric in CAPACITY_METRICS and t.metric.metric != "utilization":
            between = text[t.end : q.outer.start].strip() if t.end <= q.outer.start else ""
            thing = (
                between
                if 2 <= len(between) <= 10
                and not any(w in between for w in self._stops if len(w) > 1 or w in "达为至到约")
                else None
            )
            if noun is not None and not self._names_product(noun):
                noun = None
            thing = noun or thing or self._counted(text, clause, q) or self._product_near(text, clause, q)
            return thing or self._part_heading(text, clause, t) or form, thing or form
        thing = noun or self._product_near(text, clause, q)
        return thing or form, _slice(text, noun, t) if noun else (thing or "") + form

    def _names_product(self, noun: str) -> bool:
        """Whether a noun in front of 產能 is a product rather than a place or a plant (龍潭廠, 大陸)."""
        return not noun.endswith(
            (
                "厂",
                "工厂",
                "厂区",
                "基地",
                "大陆",
                "台湾",
                "海外",
                "全球",
                "相关",
                "一条",
                "整体",
                "总体",
                "公司",
                "期",
            )
        )

    def _counted(self, text: str, clause: Span, q: Quantity) -> str | None:
        """The noun that an amount counts: 1,000櫃AI伺服器."""
        m = _COUNTED.match(text, q.span.end, clause.end)
        return m["noun"] if m else None

    def _part_heading(self, text: str, clause: Span, t: _Trigger) -> str | None:
        """The part that heads the sentence: 十二吋部分,..."""
        m = _PART_HEADING.search(text, max(0, clause.start - 60), t.start)
        return m["part"] if m else None

    def _noun_before(self, text: str, end: int, floor: int, sentence: Sentence) -> str | None:
        """The noun phrase that ends at `end`: back to a mark, a mention or a word that no noun phrase holds."""
        while text[end - 1 : end] in (" ", "的") and end > floor:
            end -= 1
        edge = max((t.end for t in sentence.tokens if t.end <= end), default=floor)
        floor = max(floor, edge, end - _NOUN_LIMIT)
        at = end
        while at > floor:
            if text[at - 1] in ",，、。;；:：()（）「」『』“”\"'！!？?【】《》/|◆▲●":
                break
            size = next(
                (
                    n
                    for n in range(min(self._longest_stop, at - floor), 0, -1)
                    if text[at - n : at] in self._stops
                ),
                0,
            )
            if size:
                break
            at -= 1
        noun = text[at:end].strip()
        return noun or None

    def _product_near(self, text: str, clause: Span, q: Quantity) -> str | None:
        """The last product that the clause names before the quantity, else the first after it."""
        found = list(self._products.find(text[clause.start : clause.end]))
        before = [
            text[clause.start + s : clause.start + e]
            for s, e, _ in found
            if clause.start + e <= q.outer.start
        ]
        after = [
            text[clause.start + s : clause.start + e] for s, e, _ in found if clause.start + s >= q.outer.end
        ]
        return before[-1] if before else after[0] if after else None

    def _noun_after(self, text: str, clause: Span, q: Quantity) -> str | None:
        """What is counted: 11項新的礦產協議."""
        at = q.outer.end
        if text[at : at + 1] in ("的", " "):
            at += 1
        end = at
        while end < min(clause.end, at + 10) and text[end] not in ',，、。;；:：()（）「」“”"！!？?':
            if any(
                text.startswith(stop, end)
                for stop in ("的", "和", "与", "及", "在", "将", "为", "是", "并", "实", "都")
            ):
                break
            end += 1
        noun = text[at:end].strip()
        return noun if len(noun) >= 2 else None

    def _head_noun(self, text: str, sentence: Sentence, clause: Span, q: Quantity) -> str | None:
        """The noun phrase that opens the clause: 中國人口大約是我們的四倍."""
        at = max(
            [
                clause.start,
                *(t.end for t in sentence.tokens if clause.start <= t.start and t.end <= q.outer.start),
            ]
        )
        while at < q.outer.start and (size := self._stop_at(text, at)):
            at += size
        end = at
        while (
            end < q.outer.start and not self._stop_at(text, end) and text[end] not in ' ,，、。:：()“”"「」'
        ):
            end += 1
        noun = text[at:end].strip()
        return noun if 2 <= len(noun) <= _NOUN_LIMIT else self._noun_after(text, clause, q)

    def _stop_at(self, text: str, at: int) -> int:
        """Length of the word at a place that no noun phrase holds; 0 where there is none."""
        return next((n for n in range(self._longest_stop, 0, -1) if text[at : at + n] in self._stops), 0)

    def _noun_before_change(self, text: str, clause: Span, q: Quantity) -> str | None:
        left = text[clause.start : q.outer.start]
        m = re.match(
            r"\s*(?:其中|而|且|但|同时|预计|预估|此外)?([\u4e00-\u9fffA-Za-z]{2,10}?)(?:将|可望|有望|预计|年|月|季|同比|环比|较|比|大幅|亦|也|则|约|下|上|成|增|衰|减|跌|涨|持|维)",
            left,
        )
        return m[1] if m else None

    def _per_before(self, text: str, clause: Span, q: Quantity) -> str | None:
        """每月 5 萬片, 每股 31 元, 每噸 115 美元: what stands behind 每 before the amount."""
        at = text.rfind("每", clause.start, q.outer.start)
        if at < 0 or q.outer.start - at > 14:
            return None
        found = self._per.match(text, at + 1)
        if found is None:
            return None
        if found[1] == "piece" and q.kind in ("count", "person") and q.outer.start - found[0] > 8:
            return None
        return found[1]


def _slice(text: str, noun: str | None, trigger: _Trigger) -> str:
    """The trigger word with the noun phrase in front of it, as they stand (TPU的可用產量)."""
    start = text.rfind(noun, 0, trigger.start) if noun else trigger.start
    return text[start : trigger.end]


def _kinds(q: Quantity) -> set[str]:
    kind = "measure" if q.kind in ("rate_bit", "rate_byte") else "percent" if q.kind == "pp" else q.kind
    return {q.kind, kind}


def _negated(value: Decimal | None) -> Decimal | None:
    """A loss is a negative profit (contract section 3); one written with a minus already stays as it is."""
    return None if value is None else -abs(value)


def _scaled(value: Decimal | None) -> Decimal | None:
    return None if value is None else value / 100


def _as_percent(value: Decimal | None, direction: str) -> Decimal | None:
    """成長1.3倍 is 130 percent up; 下降10倍 is 90 percent down."""
    if value is None:
        return None
    return 100 - 100 / value if direction == "down" and value else value * 100


def _is_small_count(q: Quantity) -> bool:
    """三大, 兩家, 四款: a figure of speech rather than a measurement, unless written in digits."""
    return (
        q.is_chinese
        and q.high is not None
        and q.high < 10
        and (q.unit_raw or "") not in ("座", "条", "艘", "间")
    )
