"""Scope: whose a number is, when it holds, whether it lies ahead, and who says so. The one place for reach.

A clause's own words come first, then the clauses before it in its sentence, then what the sentences before carry over.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta

from pipelines.extraction.calendar import add_months
from pipelines.extraction.claims.frame import CAPACITY_METRICS, Frame
from pipelines.extraction.document import COMPANY, PERIOD, Document, Sentence, Token
from pipelines.extraction.lexicon import Lexicon
from pipelines.extraction.model import Company, PeriodBounds
from pipelines.extraction.parties import Mention
from pipelines.extraction.periods import Period
from pipelines.text.span import Span

#: Metrics that are always some company's: the topic carries over to them.
_COMPANY_METRICS = CAPACITY_METRICS | {
    "shipments", "sales_volume", "orders", "revenue", "profit", "eps", "dividend", "margin", "capex", "investment",
    "funding", "target_price", "valuation", "market_cap", "inventory", "production_volume", "rate", "spec", "count",
    "market_share", "share", "cost", "growth", "price_change", "price", "duration",
}  # fmt: skip
_TOPIC_METRICS = _COMPANY_METRICS - {
    "rate",
    "price",
    "count",
    "spec",
    "cost",
    "share",
    "duration",
}
_COMPANY_NOUNS = (
    "营收",
    "获利",
    "净利",
    "毛利",
    "营益",
    "EPS",
    "出货",
    "产能",
    "股价",
    "业绩",
    "订单",
    "纯益",
    "收入",
    "利润",
    "股利",
    "盈余",
)
_TARGET = re.compile(r"(?:向|给|替|与|和|跟|对|以)\s?$")
_APPOSITION = re.compile(
    r"(?:的)?(?:主要|核心|独家)?[\u4e00-\u9fff]{0,6}(?:供应商|子公司|旗下|代工厂|客户|母公司|关系企业|合作伙伴)$"
)
_SAME_AS = re.compile(r"(?:与|和|跟|同)\s?$")
#: With this much of a period still to come, a number about it is a forecast even where no word says so.
_MOST_OF_A_YEAR = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class _Speaker:
    """Who speaks, and whether the words are a forecast's (預估) or only speech (表示)."""

    name: str
    company: Company | None
    start: int
    is_forecast: bool


class ScopeReader:
    """Gives frames their company, period, stance and forecaster."""

    def __init__(self, lexicon: Lexicon) -> None:
        words = lexicon.words
        self._future = _any_of(words["future"])
        self._past = _any_of(words["past"])
        self._forecast = _any_of(words["forecast_verb"])
        self._speech = _any_of(words["speech_verb"])
        self._plan = _any_of(words["company_plan"])
        self._groups = _any_of(words["group"] | words["agency"])
        self._market = _any_of(words["market"])
        self._comparison = tuple(words["comparison"])
        self._valuation = frozenset(words["valuation_basis"])

    def apply(
        self, document: Document, frames: list[Frame], published_on: date | None, title_topic: Company | None
    ) -> list[Frame]:
        """The frames with their scopes filled, in their order."""
        by_sentence: dict[int, list[Frame]] = {}
        for frame in frames:
            by_sentence.setdefault(frame.sentence.index, []).append(frame)
        topic = title_topic
        speaker: _Speaker | None = None
        period: Period | None = None
        scoped: list[Frame] = []
        for sentence in document.sentences:
            spoken = self._speakers(document.body, document.text, sentence)
            speaker = spoken[-1] if spoken else speaker
            heads = self._subjects(document.text, sentence, spoken)
            joined = document.text[max(0, sentence.span.start - 1) : sentence.span.start] in (";", "；")
            carried_period = (
                period if joined or not any(p.form != "unresolved" for p in sentence.periods()) else None
            )
            for frame in by_sentence.get(sentence.index, []):
                frame = self._with_company(document.text, frame, heads, topic)
                frame = self._with_period(document.text, frame, carried_period, published_on)
                frame = self._with_stance(document.text, frame, published_on)
                scoped.append(self._with_forecaster(document.text, frame, spoken, speaker))
            topic = self._next_topic(document.text, sentence, heads, topic)
            own = [
                p
                for p in sentence.periods()
                if p.start is not None
                and p.form == "plain"
                and p.grain in ("quarter", "month", "year", "half")
            ]
            if own and sentence.clause_index(own[0].span.start) == 0:
                period = own[0]
        return scoped

    def _next_topic(
        self, text: str, sentence: Sentence, heads: list[Mention], topic: Company | None
    ) -> Company | None:
        """The company that a sentence is about carries over: one that opens it, not one that a report is quoted from."""
        for mention in heads:
            lead = text[sentence.span.start : mention.span.start]
            if len(lead) <= 12 and not re.search(r"据|根据|引述|报导|报道|[,，]", lead):
                return mention.company
        return topic

    # -- who -----------------------------------------------------------------------------------------------------

    def _subjects(self, text: str, sentence: Sentence, spoken: list[_Speaker]) -> list[Mention]:
        """The mentions that can be a subject: no speakers of forecasts, no objects of comparison, no receivers."""
        forecasters = {s.start for s in spoken if s.is_forecast}
        found = []
        for mention in sentence.mentions():
            before = text[max(sentence.span.start, mention.span.start - 4) : mention.span.start].rstrip("了 ")
            if mention.span.start in forecasters and len(sentence.mentions()) > 1:
                continue
            if before.endswith(self._comparison) or _TARGET.search(before):
                continue
            found.append(mention)
        return found

    def _with_company(self, text: str, frame: Frame, heads: list[Mention], topic: Company | None) -> Frame:
        at = frame.quantity.span.start
        sentence, clause = frame.sentence, frame.clause
        inside = [m for m in heads if clause.start <= m.span.start < at]
        if inside:
            return replace(frame, company=self._nearest_subject(text, inside))
        left = text[clause.start : at]
        is_market = bool(self._market.search(left)) and not any(n in left for n in _COMPANY_NOUNS)
        earlier = [m for m in heads if m.span.start < clause.start]
        if frame.metric in ("market_size", "shortage", "demand", "supply") or is_market:
            return frame
        if earlier and frame.metric in _COMPANY_METRICS:
            index = sentence.clause_index(earlier[-1].span.start)
            same = [m for m in earlier if sentence.clause_index(m.span.start) == index]
            return replace(frame, company=same[0].company)
        is_company = frame.metric in _TOPIC_METRICS and (
            frame.metric not in ("growth", "price_change")
            or any(n in (frame.subject or "") for n in _COMPANY_NOUNS)
        )
        if topic is not None and is_company:
            return replace(frame, company=topic, confidence=frame.confidence - 0.1)
        return frame

    def _nearest_subject(self, text: str, mentions: list[Mention]) -> Company:
        """The first company of the clause; where two are parted by a full statement, the nearer one."""
        chosen = mentions[0]
        for mention in mentions[1:]:
            before = text[chosen.outer.end : mention.span.start]
            if _APPOSITION.fullmatch(before) or before.endswith(("把", "将")):
                chosen = mention
                continue
            if "、" not in text[chosen.span.end : mention.span.start] and text[
                mention.span.start - 1 : mention.span.start
            ] in ("、", "而"):
                chosen = mention
        return chosen.company

    # -- when ----------------------------------------------------------------------------------------------------

    def _with_period(
        self, text: str, frame: Frame, carried: Period | None, published_on: date | None
    ) -> Frame:
        sentence, q, clause = frame.sentence, frame.quantity, frame.clause
        bracket = _bracket_of(text, q.span.start, sentence.span)
        periods = [p for p in sentence.periods() if self._governs(text, sentence, p, frame)]
        if bracket is not None:
            own = [p for p in periods if bracket.covers(p.span)]
            periods = own or [p for p in periods if p.span.end <= bracket.start]
        else:
            periods = [p for p in periods if _bracket_of(text, p.span.start, sentence.span) is None]
        before = [p for p in periods if p.span.end <= q.span.start]
        same = [p for p in before if p.span.start >= clause.start]
        after = [p for p in periods if q.span.end <= p.span.start < clause.end]
        chosen = same[-1] if same else after[0] if after and not before else before[-1] if before else None
        if chosen is None:
            flows = frame.metric in (
                "revenue",
                "profit",
                "margin",
                "eps",
                "growth",
                "shipments",
                "share",
                "utilization",
            )
            chosen = carried if flows else None
        if chosen is None or chosen.form == "unresolved":
            return frame
        return replace(frame, period=self._settled(text, chosen, frame, published_on))

    def _settled(self, text: str, period: Period, frame: Frame, published_on: date | None) -> PeriodBounds:
        """The bounds of a period whose year was not said: 四季度, reported in February, is last year's."""
        start, end = period.start, period.end
        if period.is_floating and published_on and start and start > published_on and end:
            words = text[frame.sentence.span.start : frame.quantity.span.end]
            if self._stands_ahead(words) is not True:
                return PeriodBounds(_year_back(start), _year_back(end))
        return PeriodBounds(start, end)

    def _governs(self, text: str, sentence: Sentence, period: Period, frame: Frame) -> bool:
        """Whether a period can be the claim's: a base of comparison (較2021年高點) is only its own number's."""
        q = frame.quantity
        before = text[max(sentence.span.start, period.span.start - 6) : period.span.start].rstrip("了 ")
        if q.kind == "ratio" and text[period.span.end : q.outer.start] == "的":
            return False  # 大增至目前的6倍
        if _SAME_AS.search(before) and text.startswith(("持平", "相当"), period.span.end):
            return False
        if not before.endswith(self._comparison) or before.endswith(("从", "自")):
            return True
        if frame.direction is not None:
            return False
        gap = text[period.span.end : q.outer.start]
        return 0 <= q.outer.start - period.span.end <= 10 and not re.search(
            r"增|减|成长|下滑|衰退|下降|上升|提升|涨|跌|翻|持平", gap
        )

    def _with_stance(self, text: str, frame: Frame, published_on: date | None) -> Frame:
        """Forecast or observation: the words of the clause, those before it in the sentence, then the period."""
        clause, sentence = frame.clause, frame.sentence
        at = frame.quantity.span.end
        if any(word in text[clause.start : at] for word in self._valuation) or frame.metric in (
            "target_price",
            "valuation",
        ):
            return replace(frame, is_future=True)
        end = frame.period.end
        own = text[clause.start : at]
        is_future = self._stands_ahead(own)
        if is_future is None:
            is_future = self._stands_ahead(text[sentence.span.start : at]) or False
        if end is not None and published_on is not None:
            start = frame.period.start
            if end <= published_on:
                is_future = False
            elif (start is not None and start > published_on) or (
                end - published_on > _MOST_OF_A_YEAR and not self._past.search(own)
            ):
                is_future = True
        return replace(frame, is_future=is_future)

    def _stands_ahead(self, words: str) -> bool | None:
        """True where the last word of stance looks ahead, False where it looks back, None where there is none."""
        ahead = max((m.start() for m in self._future.finditer(words)), default=-1)
        back = max((m.start() for m in self._past.finditer(words)), default=-1)
        if ahead < 0 and back < 0:
            return None
        return ahead > back

    # -- who says so ---------------------------------------------------------------------------------------------

    def _speakers(self, body: str, text: str, sentence: Sentence) -> list[_Speaker]:
        """Companies, groups and agencies with a verb of forecast or speech behind them, in their order."""
        found: list[_Speaker] = []
        for token in sentence.tokens:
            if token.letter == COMPANY and isinstance(token.item, Mention):
                verb = self._verb_after(text, token, sentence)
                if verb is not None:
                    found.append(
                        _Speaker(token.item.company.name, token.item.company, token.item.span.start, verb)
                    )
        names = [m.span for m in sentence.mentions()]
        for m in self._groups.finditer(text, sentence.span.start, sentence.span.end):
            if any(span.start < m.end() and m.start() < span.end for span in names):
                continue
            tail = text[m.end() : min(m.end() + 14, sentence.span.end)]
            if self._forecast.search(tail) or self._speech.search(tail[:8]):
                found.append(_Speaker(body[m.start() : m.end()], None, m.start(), True))
        return sorted(found, key=lambda s: s.start)

    def _verb_after(self, text: str, token: Token, sentence: Sentence) -> bool | None:
        """True for a verb of forecast, False for one of speech, None for neither, close behind a company."""
        next_start = min(
            (t.start for t in sentence.tokens if t.start > token.start and t.letter != PERIOD),
            default=sentence.span.end,
        )
        tail = re.split(r"[,，。;；:：]", text[token.end : min(token.end + 16, next_start)])[0]
        mention = token.item
        firm = isinstance(mention, Mention) and mention.company.status == "curated"
        forecast = self._forecast.search(tail)
        if forecast:
            return True
        return False if firm and self._speech.search(tail) else None

    def _with_forecaster(
        self, text: str, frame: Frame, spoken: list[_Speaker], carried: _Speaker | None
    ) -> Frame:
        if not frame.is_future:
            return frame
        before = [s for s in spoken if s.start < frame.quantity.span.start]
        speaker = before[-1] if before else carried
        if speaker is not None and (speaker.is_forecast or speaker.company == frame.company):
            return replace(frame, forecaster=speaker.name)
        clause = frame.clause
        if frame.company is not None and self._plan.search(text[clause.start : frame.quantity.span.start]):
            return replace(frame, forecaster=frame.company.name)
        return frame


def _year_back(day: date) -> date:
    return add_months(day, -12)


def _any_of(words: frozenset[str]) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(w) for w in sorted(words, key=len, reverse=True)))


def _bracket_of(text: str, at: int, within: Span) -> Span | None:
    """The innermost pair of brackets around an offset, inside its sentence."""
    start = text.rfind("(", within.start, at)
    if start < 0 or ")" in text[start:at]:
        return None
    end = text.find(")", at, within.end)
    return Span(start, end + 1) if end >= 0 else None
