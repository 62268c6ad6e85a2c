"""Who says so: the speakers of a sentence, how far their words reach, and companies about themselves."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from pipelines.extraction.claims.frame import Frame
from pipelines.extraction.claims.stance import any_of
from pipelines.extraction.claims.who import CompanyScope
from pipelines.extraction.document import COMPANY, PERIOD, Document, Sentence, Token
from pipelines.extraction.lexicon import Lexicon
from pipelines.extraction.model import Company
from pipelines.extraction.parties import Mention

_QUOTE_END = re.compile(r"[」』”\"][,，。]?[^,，。「『“]{0,4}$")
_MARK = re.compile(r"[,，。;；:：]")
#: X的報告, X報告中: what follows is X's even where the verb comes clauses later.
_REPORT = re.compile(
    r"^[^,，。;；Ⓒ]{0,10}?(?:报告|研报|研究|调查|调研|预测|预估|模型|数据|资料|统计)(?:中|里|指出|显示|称|认为)?"
)
#: What banks and brokers do to a stock; a company that 維持 something forecasts nothing.
_GRADES = frozenset({"给予", "维持", "上调", "上修", "下修", "下调", "调升", "调降", "喊出", "喊", "看旺"})
_SOURCES = ("依据", "基于", "参考", "按照")
_GRADED = re.compile(r"目标价|评等|评级|合理价|投资建议|预估|预测|上调|下调")
_STOCK_METRICS = frozenset({"target_price", "valuation", "eps"})


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who speaks, and whether the words are a forecast's (預估) or only speech (表示); no name for 市場 and 業界."""

    name: str | None
    company: Company | None
    start: int
    is_forecast: bool
    is_third_party: bool


class ForecasterScope:
    """The speakers of one brief as reading goes on."""

    def __init__(
        self, lexicon: Lexicon, document: Document, who: CompanyScope, author: Company | None
    ) -> None:
        words = lexicon.words
        self._document = document
        self._who = who
        self._forecast = any_of(words["forecast_verb"])
        self._speech = any_of(words["speech_verb"])
        self._plan = any_of(words["company_plan"])
        self._groups = any_of(words["group"] | words["agency"])
        persons = _persons(document.text, words["officer"], lexicon.company_cues["surname"])
        self._officers = any_of(words["anaphor"] | words["officer"] | persons)
        self._nobody = any_of(words["nobody"])
        self._house = any_of(words["house_anaphor"])
        self._last_house: Speaker | None = None
        self._valuation = lexicon.words["valuation_basis"]
        self._author = author if author is not None and who.forecasts(author) else None
        self._carried: Speaker | None = None
        self._age = 0

    def speakers(self, sentence: Sentence) -> list[Speaker]:
        """Companies, groups and agencies with a verb of forecast or speech behind them, in their order."""
        text, body = self._document.text, self._document.body
        found: list[Speaker] = []
        for token in sentence.tokens:
            if token.letter == COMPANY and isinstance(token.item, Mention):
                verb = self._verb_after(token, sentence)
                if verb is not None:
                    company = token.item.company
                    judges = self._who.forecasts(company)
                    found.append(
                        Speaker(company.name, company, token.item.span.start, verb or judges, judges)
                    )
        names = [m.span for m in sentence.mentions()]
        for m in self._groups.finditer(text, sentence.span.start, sentence.span.end):
            if any(span.start < m.end() and m.start() <= span.end for span in names):
                continue  # 里昂證券分析師: the house speaks
            tail = text[m.end() : min(m.end() + 14, sentence.span.end)]
            if self._forecast.search(tail) or self._speech.search(tail[:8]) or _REPORT.match(tail):
                found.append(Speaker(body[m.start() : m.end()], None, m.start(), True, True))
        for m in self._nobody.finditer(text, sentence.span.start, sentence.span.end):
            tail = _MARK.split(text[m.end() : min(m.end() + 8, sentence.span.end)])[0]
            if self._forecast.match(tail) or self._speech.match(tail):
                found.append(Speaker(None, None, m.start(), True, True))
        found.extend(self._houses_again(sentence))
        found.extend(self._own_voices(sentence))
        return sorted(found, key=lambda s: s.start)

    def _own_voices(self, sentence: Sentence) -> list[Speaker]:
        """The company of the passage where 公司, its officers or a person named with an office before speak for it."""
        text, company = self._document.text, self._who.speaking_for(sentence)
        if company is None:
            return []
        names = [m.span for m in sentence.mentions()]
        voices = []
        for m in self._officers.finditer(text, sentence.span.start, sentence.span.end):
            if any(span.start < m.end() and m.start() <= span.end + 1 for span in names):
                continue  # 日月光財務長表示: the company stands with its officer; 中金公司預計: in the name
            tail = _MARK.split(text[m.end() : m.end() + 12])[0]
            if self._forecast.search(tail) or self._speech.search(tail):
                voices.append(Speaker(company.name, company, m.start(), True, False))
        return voices

    def _houses_again(self, sentence: Sentence) -> list[Speaker]:
        """The last research house once more, where 該行 or 該機構 forecasts."""
        text, house = self._document.text, self._last_house
        if house is None:
            return []
        again = self._house.finditer(text, sentence.span.start, sentence.span.end)
        forecasts = [m for m in again if self._forecast.search(text[m.end() : m.end() + 6])]
        return [replace(house, start=m.start(), is_forecast=True) for m in forecasts]

    def fill(self, frame: Frame, spoken: list[Speaker]) -> Frame:
        """The frame with its forecaster, None where the brief speaks in its own voice."""
        if not frame.is_future:
            return frame
        at = frame.quantity.span.start
        before = [s for s in spoken if s.start < at] or self._behind_quote(spoken, at)
        speaker = before[-1] if before else self._carried
        third = [s for s in before if s.is_third_party]
        if self._author is not None and not before and self._is_authors(frame):
            return replace(frame, forecaster=self._author.name)
        if third and frame.metric in _STOCK_METRICS:
            speaker = third[-1]
        elif frame.metric in ("target_price", "valuation") and (bank := self._bank_of(frame)):
            return replace(frame, forecaster=bank)
        if speaker is not None and (speaker.is_forecast or speaker.company == frame.company):
            return replace(frame, forecaster=speaker.name)
        if speaker is not None and speaker.name is None:
            return frame
        if frame.company is not None and self._plan.search(
            self._document.text[frame.clause.start : frame.quantity.span.start]
        ):
            return replace(frame, forecaster=frame.company.name)
        return frame

    def _behind_quote(self, spoken: list[Speaker], at: int) -> list[Speaker]:
        """The speaker named behind the closing mark of what he said: 「…」,高盛分析師在報告中寫道."""
        text = self._document.text
        return [s for s in spoken if s.start > at and _QUOTE_END.search(text[at : s.start])][:1]

    def _is_authors(self, frame: Frame) -> bool:
        """Whether the bank or research house that the title names says it itself: 我們, or a step of its valuation."""
        words = self._document.text[frame.clause.start : frame.quantity.outer.end + 10]
        valued = frame.metric in _STOCK_METRICS or any(word in words for word in self._valuation)
        return valued or "我们" in self._document.text[frame.sentence.span.start : frame.quantity.span.start]

    def leave(self, sentence: Sentence, spoken: list[Speaker], heads: list[Mention]) -> None:
        """Ends a sentence: the last speaker goes on speaking until another company becomes the topic."""
        houses = [s for s in spoken if s.is_third_party and s.name]
        if houses:
            self._last_house = houses[-1]
        if spoken:
            self._carried, self._age = spoken[-1], 0
            return
        self._age += 1
        opens = heads and heads[0].span.start - sentence.span.start <= 4
        changed = opens and self._carried is not None and heads[0].company != self._carried.company
        if self._carried is not None and ((changed and not self._carried.is_third_party) or self._age > 2):
            self._carried = None

    def _bank_of(self, frame: Frame) -> str | None:
        """The bank or broker that stands in the sentence before a target price."""
        banks = [
            m.company.name
            for m in frame.sentence.mentions()
            if m.span.start < frame.quantity.span.start and self._who.forecasts(m.company)
        ]
        return banks[-1] if banks else None

    def _verb_after(self, token: Token, sentence: Sentence) -> bool | None:
        """True for a verb of forecast, False for one of speech, None for neither, close behind a company."""
        text = self._document.text
        next_start = min(
            (t.start for t in sentence.tokens if t.start > token.start and t.letter != PERIOD),
            default=sentence.span.end,
        )
        mention = token.item
        firm = isinstance(mention, Mention) and mention.company.status != "anonymous"
        reach = text[token.end : min(token.end + 16, next_start)]
        if (
            firm
            and isinstance(mention, Mention)
            and self._who.forecasts(mention.company)
            and _REPORT.match(reach)
        ):
            return True
        tail = _MARK.split(reach)[0]
        if text[max(0, token.start - 2) : token.start] in _SOURCES:
            return None  # 依據台積電產能建模測算: the source, not the speaker
        judges = isinstance(mention, Mention) and self._who.forecasts(mention.company)
        if judges and _GRADED.search(text, token.end, sentence.span.end):
            return True
        m = self._forecast.search(tail)
        if m and tail[: m.start()][-1:] != "被" and (judges or m[0] not in _GRADES):
            return True
        return False if firm and self._speech.search(tail) else None


def _persons(text: str, offices: frozenset[str], surnames: frozenset[str]) -> frozenset[str]:
    """The persons of a brief that an office introduces: 董事長劉彥狄; the name alone speaks for the company later on."""
    name = f"(?:{any_of(offices).pattern})(?P<name>[{''.join(sorted(surnames))}][\u4e00-\u9fff]{{2}})"
    return frozenset(m["name"] for m in re.finditer(name, text))
