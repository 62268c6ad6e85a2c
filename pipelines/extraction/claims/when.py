"""When a number holds: the period that governs it, not the nearest date.

The periods of its own clause come first, then those of the clauses before it in its sentence, then what the sentences
before carry over. Words that mean nothing by themselves (屆時, 同期, 去年同期, 本季度 in a report on the last quarter)
are resolved here, where the text before them is known.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from pipelines.extraction import calendar as cal
from pipelines.extraction.claims.frame import CAPACITY_METRICS, Frame
from pipelines.extraction.claims.stance import StanceReader
from pipelines.extraction.document import Document, Sentence
from pipelines.extraction.model import PeriodBounds
from pipelines.extraction.periods import Period
from pipelines.text.span import Span

#: Metrics of a stretch of time: where no period stands by, that of the statement before goes on.
_FLOWS = frozenset({
    "revenue", "profit", "margin", "eps", "growth", "shipments", "share", "utilization", "production_volume", "output",
    "sales_volume", "output_value", "market_share", "exports", "imports", "trade_volume",
})  # fmt: skip
#: Flows that only go on with a sentence that measured something in its own period, or shares, right before.
_SHARES = frozenset({"share", "market_share"})
#: What happened in a period, not how long it lasts: 已於8月投產 says nothing of the yield behind it.
_HAPPENED = re.compile(
    r"(?:中旬|上旬|下旬|底|初|已|就|才|便|正式|开始|陆续|份)*(?:投产|启用|完工|落成|竣工|开工|动工|量产|成立|上市|上柜|挂牌|推出|加征|收购|并购|交付首|下单|接获|取得认证|通过认证|通过验证)"
)
#: One thing against another, not against itself at an earlier time: 價格也高出兩倍.
_BESIDE = re.compile(r"(?:(?<![提调拉走升增])高|(?<![降调减走])低|贵|便宜)(?:出|了|约|近|逾|达)*\s?$")
#: A ranking of firms, whose period holds for the shares of the whole report.
_RANKED = re.compile(r"(?:份额|市占率?|出货量?|销售[量额]?|销量|营收)[^,，。]{0,4}(?:排名|排行|名次)")
_SAME_AS = re.compile(r"(?:与|和|跟|同)\s?$")
_FROM = re.compile(r"(?:从|由|自)\s?$")
_MOVES = re.compile(r"增|减|成长|下滑|衰退|下降|上升|提升|涨|跌|翻|持平")
#: An event of a day that only tells when something was said.
_SAID = re.compile(
    r"^[,，]?\s?(?:记者|笔者|本报)|^[^,，。]{0,4}?(?:宣布|公布|公告|通过|决议|核准|表示|指出|召开|举行|举办|发布|发表|签署|释出|消息|讯息|报导|报道|电\)|快讯|盘中|编制|编製|出具|披露|透露)"
)
_DRAWN_UP = re.compile(r"^\s?(?:签署|编制|编製|出具|披露|发布|公布)的")
#: How far orders reach, and what a launch is followed by: no period of any other number.
_REACH = re.compile(
    r"(?:看到|看至|排到|排至|满到|延伸至|延伸到|能见度(?:达|到|至|已达)|上市|开卖|推出|发售|上线)后?\s?$"
)
_HORIZON = re.compile(r"^(?:的|之)?(?:自由)?(?:现金流|盈余流)")
#: 德州新廠6月啟用後，…: when something happened after which the number holds.
_AFTERWARDS = re.compile(
    r"(?<![前此今])(?<!投产)(?<!完工)(?<!启用)(?<!量产)(?<!完成)(?<!扩产)(?<!到位)(?:后|之后)\s?[,，]\s?$"
)
#: 挑戰2023年全年營收23億元的水準: only what one measures oneself by.
_BENCHMARK = re.compile(r"的(?:水准|水平|纪录|记录|高点|高峰|高标)")
_EXPECTED = re.compile(r"(?:市场|分析师|华尔街|外界|法人)(?:原)?(?:预估|预期|预测|估)")
_AT_PRICE = re.compile(r"(?:目前|当前|现|昨日?)(?:的)?(?:股价|收盘价|价位)")
_FUTURES = re.compile(r"^(?:交割|到期)?(?:期油|期货|期金|期铜|合约月)")
_SIGNED = re.compile(r"(?:(?:签署|编制|发布|公布|出具|披露)(?:日|日期)?(?:于|为)|日期为?)\s?$")
_CONTRAST = re.compile(r"\s?(?:而(?!且)|至于|另外?|反之|相较之下|该(?!公司|企业|集团|行|季|月|年))")
_COMPARED = re.compile(r"^[^,，]{0,8}?(?:相比|比较|相较)")
_RATES = re.compile(r"复合|年化|CAGR")
#: What is assumed to last for ever is of no year.
_FOR_EVER = re.compile(r"终端|永续")
#: A month or quarter without its year is the coming one where that begins within so much time, else the last one.
_NEAR = timedelta(days=125)
_LAST_YEAR = re.compile(r"去年|上年|前一年")


@dataclass(slots=True)
class PeriodScope:
    """The periods of one brief as reading goes on."""

    document: Document
    published_on: date | None
    stance: StanceReader
    resolved: dict[int, Period] = field(default_factory=dict)
    used: Period | None = None
    mentioned: Period | None = None
    reported: Period | None = None
    _opening: Period | None = None
    _first: Period | None = None
    _now: Period | None = None
    joined: bool = False
    _shared: bool = False
    _shares: bool = False
    _ranking: bool = False
    listed: bool = False  # a bullet below a heading of guidance

    def enter(self, sentence: Sentence) -> None:
        """Begins a sentence; one behind a semicolon goes on with the statement before it."""
        text = self.document.text
        self.joined = text[max(0, sentence.span.start - 1) : sentence.span.start] in (";", "；")
        measured = self._shares or self._first is not None
        self._shared, self._shares = measured or (self.joined and self._shared), False
        self._first = None
        for period in sentence.periods():
            self.resolved[period.span.start] = self._resolved(period, sentence, period.span.start)

    def leave(self, sentence: Sentence) -> None:
        """Ends a sentence: its periods are what the next one may refer to."""
        plain = [
            p
            for p in sentence.periods()
            if p.form in ("plain", "deadline", "open")
            and p.grain != "day"
            and not _FUTURES.match(self.document.text[p.span.end : p.span.end + 8])  # 8月期油
        ]
        if plain:
            self.mentioned = plain[-1]
            self._ranking = self._ranking or _RANKED.search(sentence.span.of(self.document.text)) is not None
        for period in plain:
            past = period.end is not None and self.published_on is not None and period.end < self.published_on
            if period.grain == "quarter" and self.reported is None and (past or period.is_floating):
                self.reported = self._floating_back(period, sentence, len(sentence.masked))
        opening = [
            p for p in plain if p.form == "plain" and p.start and sentence.clause_index(p.span.start) == 0
        ]
        if self._first is not None:
            self._opening = self._first
        elif opening and opening[0].end == self.published_on:
            self._opening = self.used = None  # 自2023年初至今 holds for its own sentence only
        elif opening:  # 相較於2021年的高點 tells no year
            is_base = opening[0].grain == "year" and self._is_base(sentence, opening[0])
            self._opening = None if is_base else opening[0]
        now = [p for p in sentence.periods() if p.form == "now" and sentence.clause_index(p.span.start) == 0]
        if now or plain or not all(m.points_back for m in sentence.mentions()):
            self._now = now[0] if now else None

    def fill(self, frame: Frame) -> Frame:
        """The frame with the period that governs its number."""
        if _FOR_EVER.search(frame.subject or ""):
            return frame
        chosen = self._chosen(frame)
        is_carried = chosen is None
        if chosen is not None:
            chosen = self._resolved(chosen, frame.sentence, frame.quantity.span.start)
        elif frame.metric in CAPACITY_METRICS and self._now is not None:
            chosen = None if self.stance.looks_ahead(frame.sentence, frame.quantity) is True else self._now
        elif (frame.metric in _FLOWS or (self.joined and self.used and frame.metric == "price_change")) and (
            "在手" not in (frame.subject or "")
            and (self._shared or self._shares or self._ranking or frame.metric not in _SHARES)
        ):
            chosen = None if self._stands_alone(frame) else self._carried(frame)
        self._shares = self._shares or frame.metric in _SHARES
        if chosen is None or chosen.form == "unresolved":
            return frame
        if not self.listed:
            chosen = self._floating_back(chosen, frame.sentence, frame.quantity.span.start)
        if frame.trigger is not None and _RATES.search(
            self.document.text, frame.trigger.start, frame.quantity.span.start
        ):
            chosen = self._span_of_rate(frame, chosen)
        if (
            chosen.form == "plain"
            and not _BENCHMARK.match(self.document.text, frame.quantity.outer.end)
            and bracket_of(self.document.text, chosen.span.start, frame.sentence.span) is None
        ):
            self.used = chosen
            if self._first is None and frame.metric in _FLOWS:
                self._first = chosen
        return replace(
            frame, period=PeriodBounds(chosen.start, chosen.end, chosen.span), is_period_carried=is_carried
        )

    def _stands_alone(self, frame: Frame) -> bool:
        """Whether a number takes no period from what was said before: a share in brackets, a comparison of two things."""
        text, q = self.document.text, frame.quantity
        if frame.metric in _SHARES and frame.trigger is not None:
            bracket = bracket_of(text, q.span.start, frame.sentence.span)
            return bracket is not None and bracket.covers(frame.trigger)
        return (
            frame.direction is not None
            and _BESIDE.search(text[frame.clause.start : q.outer.start]) is not None
        )

    def _span_of_rate(self, frame: Frame, chosen: Period) -> Period:
        """A rate a year over a span: from the first year of the sentence to the last (contract section 4)."""
        years = [
            p
            for p in frame.sentence.periods()
            if p.grain == "year" and p.start and p.end and p.span.end <= frame.quantity.span.start
        ]
        if len(years) < 2:
            return chosen
        starts, ends = [p.start for p in years if p.start], [p.end for p in years if p.end]
        return replace(chosen, start=min(starts), end=max(ends))

    # -- which one -----------------------------------------------------------------------------------------------

    def _chosen(self, frame: Frame) -> Period | None:
        sentence, q, clause = frame.sentence, frame.quantity, frame.clause
        text = self.document.text
        periods = [p for p in sentence.periods() if self._governs(sentence, p, frame)]
        if frame.subject == "股价":  # a quotation holds on a day, not in the quarter that the results are of
            periods = [
                p
                for p in periods
                if p.grain in ("day", "week", "span") or (frame.direction and clause.covers(p.span))
            ]
        if any(p.form == "now" for p in periods) and self.stance.own_words_look_ahead(text, frame) is True:
            periods = [
                p
                for p in periods
                if p.form != "now" or (p.span.start >= clause.start and p.span.of(text) != "现有")
            ]  # 將推升現有產能再增加五成
        bracket = bracket_of(text, q.span.start, sentence.span)
        if bracket is not None:
            own = [p for p in periods if bracket.covers(p.span)]
            periods = own or [p for p in periods if p.span.end <= bracket.start]
        else:
            periods = [p for p in periods if bracket_of(text, p.span.start, sentence.span) is None]
        if frame.metric in ("target_price", "valuation") and self.published_on is not None:
            # when it was set, and what the earnings before it are of, is not when it holds
            periods = [p for p in periods if p.end is None or p.end > self.published_on]
            if frame.metric == "target_price" or _AT_PRICE.search(text, sentence.span.start, q.span.start):
                periods = [p for p in periods if p.span.start >= clause.start]
        before = [p for p in periods if p.span.end <= q.span.start]
        same = [p for p in before if p.span.start >= clause.start]
        if same:
            return same[-1]
        after = [p for p in periods if q.span.end <= p.span.start < clause.end]
        if after and not before:
            return after[0]
        if frame.metric == "spec":
            return None
        reaching = [p for p in before if self._reaches(sentence, p, q.span.start)]
        if frame.direction is not None and not any(
            p.span.end <= other.span.start < q.span.start for p in reaching for other in sentence.quantities()
        ):
            reaching = [
                p for p in reaching if p.form != "now"
            ]  # a change by itself is none of the present moment
        return reaching[-1] if reaching else None

    def _reaches(self, sentence: Sentence, period: Period, at: int) -> bool:
        """Whether the period of an earlier clause still holds: the head of the sentence does, others until another
        company or a contrast (而, 至於) begins a statement of its own."""
        first = sentence.clause_at(period.span.start)
        over = period.end is not None and self.published_on is not None and period.end <= self.published_on
        happened = over and _HAPPENED.match(self.document.text, period.span.end, first.end) is not None
        if (happened and not first.start <= at < first.end) or _AFTERWARDS.search(
            self.document.text, first.start, first.end
        ):
            return False
        if sentence.clause_index(period.span.start) == 0 and period.form != "deadline":
            return True
        for clause in sentence.clauses:
            if period.span.end <= clause.start <= at:
                if _CONTRAST.match(self.document.text, clause.start):
                    return False
                if any(
                    m.span.start - clause.start <= 2
                    for m in sentence.mentions()
                    if clause.start <= m.span.start < at and not m.points_back
                ):
                    return False
        return True

    def _governs(self, sentence: Sentence, period: Period, frame: Frame) -> bool:
        """Whether a period can be the claim's: a base of comparison (較2021年高點) is only its own number's."""
        text, q = self.document.text, frame.quantity
        before = text[max(sentence.span.start, period.span.start - 6) : period.span.start].rstrip("了于 ")
        behind = text[period.span.end : sentence.span.end]
        gap = text[period.span.end : q.outer.start]
        own = 0 <= q.outer.start - period.span.end <= 10
        if behind.startswith("的") and any(
            t.start == period.span.end + 1 and t.item in sentence.quantities() and getattr(t.item, "kind", "") == "ratio"
            for t in sentence.tokens
        ):  # fmt: skip
            return False  # 大增至目前的6倍
        if (
            _SAID.match(behind)
            and (period.grain == "day" or _DRAWN_UP.match(behind))
            and frame.metric != "count"
        ):
            return False
        if _SIGNED.search(before) or _FUTURES.match(behind) or _HORIZON.match(behind):
            return False
        if _REACH.search(before) and (
            behind[:1] == "内" or period.span.of(text).endswith("内") or before.endswith(("到", "至", "达"))
        ):
            return False
        if _SAME_AS.search(before) and behind.startswith(("持平", "相当")):
            return False
        if _FROM.search(before) and not any(p.span.start > period.span.start for p in sentence.periods() if p.span.end <= q.span.start) and _reaches_its_own(sentence, period, q):  # fmt: skip
            return False  # 從現階段的550台提升至750台: the first number's only
        if not self._is_base(sentence, period) or _FROM.search(before):
            return True
        return frame.direction is None and own and not _MOVES.search(gap)

    # -- words that need the text before them -------------------------------------------------------------------

    def _resolved(self, period: Period, sentence: Sentence, before: int) -> Period:
        words = period.span.of(self.document.text)
        if period.form == "unresolved":
            if words == "届时":
                return self._last_mentioned(sentence, before) or period
            base = self.used or self.reported
            if base is not None and "同" in words:
                return (
                    _years_back(base, period.span)
                    if _LAST_YEAR.search(words)
                    else replace(base, span=period.span)
                )
            return period
        used = self.used
        if words in ("当月", "该月") and used is not None and used.grain == "month":
            return replace(period, start=used.start, end=used.end, form=used.form)
        if words == "全年" and (named := self._year_before(sentence, period.span.start)) is not None:
            low, high = cal.year_bounds(named.start.year) if named.start is not None else (None, None)
            return replace(period, start=low, end=high)
        reported = self.reported
        if words.startswith(("上季", "上一季", "前一季")) and self._is_base(sentence, period):
            quarters = [
                p.start
                for p in sentence.periods()
                if p.span.end <= period.span.start and p.grain == "quarter"
            ]
            if quarters and quarters[-1] is not None:  # 第一季毛利率22%，優於上季的20.5%
                day = cal.shift(quarters[-1], -1, "quarter")
                low, high = cal.quarter_bounds(day.year, (day.month + 2) // 3)
                return replace(period, start=low, end=high)
        if reported is None or reported.start is None or self.published_on is None:
            return period
        is_past = reported.end is not None and reported.end < self.published_on
        compared = words.startswith("上季") and self._is_base(sentence, period)
        if is_past and (words.startswith(("本季度", "上季度")) or compared) and period.grain == "quarter":
            day = cal.shift(
                reported.start, -1 if words.startswith(("上季", "上一季", "前一季")) else 0, "quarter"
            )
            low, high = cal.quarter_bounds(day.year, (day.month + 2) // 3)
            return replace(period, start=None if period.form == "deadline" else low, end=high)
        if is_past and words == "全年" and self.stance.looks_ahead(sentence, None) is not True:
            low, high = cal.year_bounds(reported.start.year)
            return replace(period, start=low, end=high)
        return period

    def _year_before(self, sentence: Sentence, before: int) -> Period | None:
        """The year that the sentence named before a bare 全年, not to compare with."""
        years = [
            p
            for p in sentence.periods()
            if p.span.end <= before and p.grain == "year" and p.start and p.end
            and p.span.of(self.document.text) != "全年" and not self._is_base(sentence, p)
        ]  # fmt: skip
        return years[-1] if years else None

    def _last_mentioned(self, sentence: Sentence, before: int) -> Period | None:
        earlier = [
            p
            for p in sentence.periods()
            if p.span.end <= before and p.form in ("plain", "deadline", "open") and p.grain != "day"
        ]
        return earlier[-1] if earlier else self.mentioned

    def _floating_back(self, period: Period, sentence: Sentence, before: int) -> Period:
        """A period whose year was not said: 四季度, reported in February, is last year's."""
        if not (period.is_floating and self.published_on and period.start and period.end):
            return period
        if period.start <= self.published_on or self.stance.looks_ahead_before(sentence, before) is True:
            return period
        return _years_back(period, period.span) if period.start - self.published_on > _NEAR else period

    def _carried(self, frame: Frame) -> Period | None:
        at = frame.quantity.span.start
        goes_on = self.joined or self._first is not None
        opening = (self.used or self._opening) if goes_on else self._opening
        resolved = [
            p
            for p in frame.sentence.periods()
            if p.form != "unresolved" and p.grain != "day" and p.span.end <= at
        ]
        if not goes_on and any(not self._is_base(frame.sentence, p) for p in resolved):
            return None
        if opening is None or opening.end is None or self.published_on is None:
            return opening
        if opening.end <= self.published_on:  # a plan does not hold in a period that is over
            if goes_on and _EXPECTED.search(self.document.text, frame.clause.start, at):
                return opening  # 營收93億美元，市場預估88.7億美元
            return None if self.stance.own_words_look_ahead(self.document.text, frame) is True else opening
        return (
            opening
            if goes_on or self.listed or self.stance.looks_ahead_before(frame.sentence, at) is True
            else None
        )

    def _is_base(self, sentence: Sentence, period: Period) -> bool:
        """Whether a period is only what something is compared with."""
        before = self.document.text[
            max(sentence.span.start, period.span.start - 6) : period.span.start
        ].rstrip("了于 ")
        behind = self.document.text[period.span.end : period.span.end + 10]
        return before.endswith(self.stance.comparison) or (
            before.endswith(("与", "和", "跟")) and _COMPARED.search(behind) is not None
        )


def _reaches_its_own(sentence: Sentence, period: Period, q: object) -> bool:
    """Whether another quantity stands right behind the period: the period is that one's."""
    behind = [t for t in sentence.tokens if t.start >= period.span.end and t.letter == "Ⓠ"]
    return bool(behind) and behind[0].item is not q and behind[0].start - period.span.end <= 3


def _years_back(period: Period, span: Span) -> Period:
    start, end = (None if day is None else cal.add_months(day, -12) for day in (period.start, period.end))
    return replace(period, span=span, start=start, end=end, form="plain")


def bracket_of(text: str, at: int, within: Span) -> Span | None:
    """The innermost pair of brackets around an offset, inside its sentence."""
    start = text.rfind("(", within.start, at)
    if start < 0 or ")" in text[start:at]:
        return None
    end = text.find(")", at, within.end)
    return Span(start, end + 1) if end >= 0 else None


__all__: Sequence[str] = ["PeriodScope", "bracket_of"]
