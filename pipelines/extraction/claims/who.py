"""Whose a number is: the subject of its clause, else of the sentence, else the company that the passage is about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from pipelines.extraction.claims.frame import CAPACITY_METRICS, Frame
from pipelines.extraction.document import Sentence
from pipelines.extraction.lexicon import CompanyRow, Lexicon, normalize
from pipelines.extraction.model import Company
from pipelines.extraction.parties import Mention
from pipelines.text.span import Span

#: Metrics that are always some company's: the topic carries over to them.
_OWN = CAPACITY_METRICS | {
    "shipments", "sales_volume", "orders", "revenue", "profit", "eps", "dividend", "margin", "capex", "investment",
    "funding", "target_price", "valuation", "market_cap", "inventory", "production_volume", "market_share", "cost",
    "revision", "vs_consensus",
}  # fmt: skip
#: Metrics that are a company's where it stands in the same sentence.
_SENTENCE = _OWN | {
    "trade_volume",
    "exports",
    "imports",
    "output_value",
    "rate",
    "spec",
    "count",
    "share",
    "growth",
    "price_change",
    "price",
    "duration",
    "other",
}
#: Metrics of a market, never of a company that is merely the topic.
#: Metrics that are the company's where the title names it and the passage is still about it.
_ABOUT = frozenset(
    {"share", "count", "rate", "trade_volume", "exports", "imports", "growth", "output_value", "other"}
)
#: Rates that no company sets.
_PUBLIC_RATES = ("关税", "税率", "利率", "通膨", "失业率", "汇率", "倾销")
#: What 全球 in the same clause does not make a market's figure: 全球共有23座廠房.
_NEVER_MARKET = frozenset({"market_share", "count", "spec", "duration", "share"})
#: 其 opens these without pointing back to a company.
_NO_ANAPHORS = ("其中", "其他", "其余", "其它", "其次")
_MARKET = frozenset({"market_size", "shortage", "demand", "supply"})
_OWN_NOUNS = (
    "营收", "获利", "净利", "毛利", "营益", "EPS", "出货", "产能", "股价", "业绩", "订单", "纯益", "收入", "利润", "股利", "盈余",
    "利用率", "稼动率", "目标价", "本益比", "市盈率",
)  # fmt: skip
#: In front of a company: it receives, is compared with, or is what another one is said to be.
_OBJECT = re.compile(
    r"(?:向|给|替|与|和|跟|对|以|是|为|系|成为|作为|供应|供货|采用|搭载|使用|交由|委由|来自|相较|针对|通过|透过|由于|受惠|打入|切入|进入|拿下|取得|收购|并购|入股|投资|获得|出售给|卖给|的是|支援|支持|协助|带动|服务|赶上|超越|领先|落后|采购)\s?$"
)
#: 第二名為三星: the copula begins with a new owner.
_RANKED = re.compile(
    r"(?:第[一二三四五六七八九十\d]+名?|其次|居次|亚军|榜首|龙头)(?:则|仍|依旧|依然)?(?:为|是)\s?$"
)
_ATTRIBUTE = re.compile(r"的?(?:新[\u4e00-\u9fff]|[A-Z]|最新|次世代|下一代|旗舰)")
_OF = re.compile(
    r"^的?[\u4e00-\u9fffA-Za-z]{0,10}?(?:供应商|供应链|客户|子公司|代工厂|竞争对手|合作伙伴|采购名单)"
)
#: Between two companies of which the first only describes the second: 集團旗下, 持股的, 競爭對手.
_APPOSITION = re.compile(
    r"\s?(?:集团|持股|入股|投资|转投资)?[A-Za-z\d ]{0,12}[\u4e00-\u9fff]{0,6}?(?:的)?(?:主要|核心|独家|最大|长期)?[\u4e00-\u9fff]{0,6}"
    r"(?:供应商|子公司|孙公司|旗下|代工厂|客户|母公司|关系企业|合作伙伴|对手|转投资|大股东|同业|代理商|持股的|入股的|投资的|集团)(?:的)?\s?$"
)
#: Members of a list of subjects, and what follows the list where each of them is meant.
_LISTED = re.compile(r"\s?(?:、|和|与|及|以及|跟|/)\s?")
_EACH = re.compile(r"^[^,，。;；]{0,12}?(?:皆|均|都|各|也|同步|双双|齐|将)")
_TOGETHER = re.compile(r"合计|合共|共同|合作|联手|合资|两者|总计|合组|分别|结盟")
_QUOTED_FROM = re.compile(r"据|根据|引述|报导|报道|[,，]")
_HEADED = re.compile(r"[^,，。]{2,12}(?:方面|部分|领域|上)[,，]\s?")
_FORECASTING_KINDS = frozenset({"bank", "broker", "research"})
_FORECASTING_NAME = re.compile(r"(?:证券|投顾|研究|研究院|咨询|谘询|顾问|资本|银行|期货|Research)$")


def forecasts(known: Mapping[str, CompanyRow], company: Company) -> bool:
    """Whether a company is one that forecasts others: a bank, broker or research house, by its row or its name."""
    row = known.get(company.company_id)
    return (
        row.kind in _FORECASTING_KINDS
        if row is not None
        else bool(_FORECASTING_NAME.search(normalize(company.name)))
    )


class CompanyScope:
    """The companies of one brief as reading goes on: who the passage is about."""

    def __init__(self, lexicon: Lexicon, comparison: tuple[str, ...], named: Sequence[Company]) -> None:
        self._rows = lexicon.companies
        self._market = lexicon.words["market"]
        self._comparison = comparison
        self._anaphors = tuple(lexicon.words["anaphor"])
        #: The one company that the title names, forecasters of others aside: what the brief as a whole is about.
        own = [company for company in named if not self.forecasts(company)]
        self._about = own[0] if len(own) == 1 else None
        self.topic = self._about

    def forecasts(self, company: Company) -> bool:
        """Whether a company is one that forecasts others: a bank, broker or research house."""
        return forecasts(self._rows, company)

    def surveys(self, company: Company) -> bool:
        """Whether a company is a research house that counts markets."""
        row = self._rows.get(company.company_id)
        if row is not None:
            return row.kind == "research"
        return bool(re.search(r"(?:研究院|研究所|咨询|谘询|Research)$", normalize(company.name)))

    def subjects(self, text: str, sentence: Sentence, forecasters: Iterable[int]) -> list[Mention]:
        """The mentions that can be a subject: no forecasters of others, no receivers, no objects of comparison."""
        mentions = sentence.mentions()
        speaking = set(forecasters)
        found: list[Mention] = []
        for mention in mentions:
            before = text[max(sentence.span.start, mention.span.start - 6) : mention.span.start].rstrip("了 ")
            forecasts = self.forecasts(mention.company)
            if mention.span.start in speaking and (forecasts or len(mentions) > 1):
                continue
            if forecasts and len(mentions) > 1:
                continue
            if before.endswith(self._comparison):
                continue
            i = mentions.index(mention)
            listed = (
                i > 0 and _LISTED.fullmatch(text[mentions[i - 1].outer.end : mention.span.start]) is not None
            )
            if listed and mentions[i - 1] not in found:
                continue  # a further member of a list of objects
            if (
                i > 0
                and not listed
                and _OBJECT.search(before)
                and not _RANKED.search(text, sentence.span.start, mention.span.start)
            ):
                continue
            if len(mentions) > 1 and _OF.match(text[mention.outer.end : mention.outer.end + 16]) and found:
                continue
            found.append(mention)
        return found

    def fill(self, text: str, frame: Frame, heads: list[Mention], surveys: Sequence[int] = ()) -> Frame:
        """The frame with its company, None where the number is a market's or nobody's.

        `surveys` are the offsets where a research house or an agency begins to speak of markets.
        """
        at = frame.quantity.span.start
        sentence, clause = frame.sentence, frame.clause
        inside = [m for m in heads if clause.start <= m.span.start < at]
        if frame.rule == "share.part" and (owner := self._owner(text, frame)) is not None:
            return replace(frame, company=owner)
        if inside:
            ends = [q.outer.end for q in sentence.quantities() if q.outer.end <= at]
            nearer = [m for m in inside if m.span.start >= max(ends, default=0)]  # 台積電9萬片、日月光2.2萬片
            return replace(frame, company=self._nearest(text, nearer or inside).company)
        if self._is_markets(text, frame, any(start < at for start in surveys)):
            return frame
        left = text[(clause if any(m.span.start < clause.start for m in heads) else sentence.span).start : at]
        own = any(noun in left or noun in (frame.subject or "") for noun in _OWN_NOUNS)
        of_market = (
            any(word in left for word in self._market)
            and not own
            and (frame.metric not in _NEVER_MARKET or "渗透率" in left)
        )
        if frame.metric in _MARKET or of_market:
            return frame
        named = (frame.subject or "") + (frame.trigger.of(text) if frame.trigger is not None else "")
        if frame.metric == "rate" and any(word in named for word in _PUBLIC_RATES):
            return frame
        earlier = [m for m in heads if m.span.start < clause.start]
        if (referred := self._referred(text, sentence, clause, heads)) is not None:
            return replace(frame, company=referred)
        if (frame.metric in _OWN or own) and any(m.company.status != "anonymous" for m in earlier):
            earlier = [m for m in earlier if m.company.status != "anonymous"]  # 美國客戶下單強勁，營收…
        if earlier and frame.metric in _SENTENCE:
            index = sentence.clause_index(earlier[-1].span.start)
            same = [m for m in earlier if sentence.clause_index(m.span.start) == index]
            return replace(frame, company=self._nearest(text, same).company)
        if frame.metric == "share":
            own = own or any(noun in text[clause.start : clause.end] for noun in _OWN_NOUNS)
        carries = frame.metric in _OWN or frame.metric in ("spec", "duration")
        if self._about is not None and self.topic == self._about:
            carries = carries or frame.metric in _ABOUT
        if self.topic is not None and (
            carries or (own and frame.metric in ("growth", "price_change", "share", "price"))
        ):
            return replace(frame, company=self.topic, confidence=frame.confidence - 0.1)
        return frame

    def _is_markets(self, text: str, frame: Frame, surveyed: bool) -> bool:
        """Whether a number with no company in its clause is a market's: 全球DRAM營收, 滲透率, what a research house
        says of a thing (記憶體營收) rather than of a bare 營收."""
        trigger, subject = frame.trigger, frame.subject or ""
        form = text[trigger.start : trigger.end] if trigger is not None else ""
        if "渗透率" in form:
            return True
        thing = subject.replace(form, "") if form in subject else subject
        if frame.metric in _NEVER_MARKET or frame.metric in CAPACITY_METRICS:
            return False
        return (surveyed and len(thing) >= 2) or (subject.startswith("全球") and len(thing) > 2)

    def speaking_for(self, sentence: Sentence) -> Company | None:
        """The company that an officer or 公司 in the sentence speaks for: one named before in it, else the topic."""
        own = [
            m.company
            for m in sentence.mentions()
            if m.company.status != "anonymous" and not self.forecasts(m.company)
        ]
        return self.topic or (own[0] if own else None)

    def _referred(self, text: str, sentence: Sentence, clause: Span, heads: list[Mention]) -> Company | None:
        """The company that 公司 or 該公司 stands for up to a clause: one that the sentence named before, else the topic."""
        back = [c for c in sentence.clauses if c.start <= clause.start and self._refers(text, c)]
        if not back:
            return None
        named = [m.company for m in heads if m.span.end <= back[-1].start and m.company.status != "anonymous"]
        return named[0] if named else self.topic

    def refers_back(self, text: str, sentence: Sentence, at: int) -> bool:
        """Whether 公司, 該公司 or 集團 opens a clause of the sentence up to an offset."""
        return any(self._refers(text, clause) for clause in sentence.clauses if clause.start <= at)

    def _refers(self, text: str, clause: Span) -> bool:
        """Whether a clause opens with 公司, 該公司, 集團: the company of the passage, not one named beside it."""
        words = text[clause.start : clause.end].lstrip(' ,，「“"')
        return words.startswith(self._anaphors) and not words.startswith(_NO_ANAPHORS)

    def leave(self, text: str, sentence: Sentence, heads: list[Mention], joined: bool) -> None:
        """Ends a sentence: a company that opened it is what the passage is about, unless a report is quoted from it.

        In a brief about one company, another one behind a semicolon (`joined`) is only mentioned beside it.
        """
        if joined and self._about is not None:
            return
        for mention in heads:
            lead = text[sentence.span.start : mention.span.start]
            if mention.company.status == "anonymous" or self.forecasts(mention.company):
                continue
            houses = [m for m in sentence.mentions() if m.span.end <= mention.span.start]
            told = bool(houses) and all(self.forecasts(m.company) for m in houses)  # 大摩預期，聯發科…
            headed = _HEADED.fullmatch(lead) is not None  # 儲存晶片方面,松延動力選擇…
            if (
                self.topic is not None
                and _ATTRIBUTE.match(text, mention.outer.end)
                and not sentence.quantities()
            ):
                continue  # 輝達新平台將放量: the company only describes the thing
            if headed or (len(lead) <= 12 and not _QUOTED_FROM.search(lead)) or (told and len(lead) <= 16):
                self.topic = mention.company
                return

    def _owner(self, text: str, frame: Frame) -> Company | None:
        """Whose the whole is, where a company is the part: 美系客戶占台燿營收35%."""
        inside = [
            m
            for m in frame.sentence.mentions()
            if frame.clause.covers(m.span) and m.span.end <= frame.quantity.span.start
        ]
        if not inside or inside[0].span.of(text) != frame.subject:
            return None
        if len(inside) > 1:
            return inside[1].company
        earlier = [m.company for m in frame.sentence.mentions() if m.span.end <= inside[0].span.start]
        return next((company for company in earlier if company.status != "anonymous"), self.topic)

    def others(self, text: str, frame: Frame, heads: list[Mention]) -> list[Company]:
        """The further companies that one amount is said of: 華邦電與南亞科營收皆年增五成."""
        at, clause = frame.quantity.span.start, frame.clause
        inside = [m for m in heads if clause.start <= m.span.start < at]
        i = next((i for i, m in enumerate(inside) if m.company == frame.company), None)
        if i is None or _TOGETHER.search(text[clause.start : at]):
            return []
        if inside[i].others:
            return list(inside[i].others)  # 兩家企業營收
        last = i
        while last + 1 < len(inside) and _LISTED.fullmatch(
            text[inside[last].outer.end : inside[last + 1].span.start]
        ):
            last += 1
        if last == i or not _EACH.match(text[inside[last].outer.end : at]):
            return []
        return [m.company for m in inside[i + 1 : last + 1] if m.company != frame.company]

    def _nearest(self, text: str, mentions: list[Mention]) -> Mention:
        """The first company of the clause; where two are parted by a full statement, the nearer one."""
        chosen = mentions[0]
        for mention in mentions[1:]:
            before = text[chosen.outer.end : mention.span.start]
            if _APPOSITION.fullmatch(before) or before.endswith(("把", "将", "而")):
                chosen = mention
        return chosen
