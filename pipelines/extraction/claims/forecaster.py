"""Who says so: the speakers of a sentence, how far their words reach, and companies about themselves."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from pipelines.extraction.claims.frame import Frame
from pipelines.extraction.claims.stance import any_of
from pipelines.extraction.claims.who import CompanyScope
from pipelines.extraction.document import COMPANY, PERIOD, Document, Sentence, Token
from pipelines.extraction.lexicon import Lexicon, normalize
from pipelines.extraction.model import Company
from pipelines.extraction.parties import Mention

_QUOTE_END = re.compile(r"[」』”\"][,，。]?[^,，。「『“]{0,4}$")
_MARK = re.compile(r"[,，。;；:：]")
#: X的報告, X報告中: what follows is X's even where the verb comes clauses later.
_REPORT = re.compile(
    r"^[^,，。;；Ⓒ]{0,10}?(?:报告|研报|研究|调查|调研|预测|预估|模型|数据|资料|统计)(?:中|里|指出|显示|称|认为)?"
)
#: A forecast as a thing (產量預期，; 獲利預估值): what is said of it is another's words.
_NOUN_OF_FORECAST = re.compile(r"(?:[量收利价额率求本值模润余货能度]|EPS|财务|获利)(?:的)?$")
_BEHIND_NOUN = re.compile(
    r"\s?(?:[,，。;；:：)]|值|数|从|由|自|为|达|至|上调|下调|上修|下修|调升|调降|调高|调低|$)"
)
_AS_NOUN = frozenset({"预期", "预估", "预测", "评估", "估算", "推估", "估计"})
#: Bodies that forecast, by the end of their names, where they open a clause: 國際銅研究組織預測.
_BODY = re.compile(
    r"(?P<name>[\u4e00-\u9fff]{2,12}?(?:协会|公会|研究组织|组织|总署|署|委员会|研究院|研究所|研究中心|学会|商会|统计局|统计处|基金会|联盟|工业会))"
    r"(?=(?:最新)?(?:的)?(?:预估|预计|预期|预测|预料|推估|估计|估算|预警|指出|表示|报告|数据显示|资料显示|认为|统计))"
)
#: What banks and brokers do to a stock; a company that 維持 something forecasts nothing.
_GRADES = frozenset({"给予", "维持", "上调", "上修", "下修", "下调", "调升", "调降", "喊出", "喊", "看旺"})
#: Research houses by Latin names that no table knows, where they open a clause: IDC最新報告.
_LATIN_BODY = re.compile(
    r"(?P<name>[A-Z][A-Za-z]{1,20}(?: [A-Z][A-Za-z]{1,20})?)\s?(?=(?:最新)?(?:的)?(?:报告|研究报告|调查|数据|资料)(?:显示|指出|预|认)|预测)"
)
#: 他說, 她並指出: the one who spoke last.
_HE = re.compile(r"(?<![其])[他她](?!们)(?:并|也|还|则|另|同时|进一步)?(?=[\u4e00-\u9fff])")
_BESIDE = re.compile(r"(?:优于|高于|低于|不如|不及|超越|超过|超出|符合|逊于|胜过|好于|较|比|跟|与)\s?$")
_REVISED = re.compile(r"(?:值|数)?(?:上调|下调|上修|下修|调升|调降|调高|调低|由|从)")
_SOURCES = ("依据", "基于", "参考", "按照")
_GRADED = re.compile(r"目标价|评等|评级|合理价|投资建议|预估|预测|上调|下调")
_STOCK = re.compile(r"目标价|评等|评级|合理价|投资建议")
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
        self._announced = any_of(words["announced_plan"])
        self._groups = any_of(words["group"] | words["agency"])
        self._agencies = words["agency"]
        persons = _persons(document.text, words["officer"], lexicon.company_cues["surname"])
        self._officers = any_of(words["anaphor"] | words["officer"] | persons)
        self._people = any_of(words["person"] - persons)
        self._nobody = any_of(words["nobody"])
        self._house = any_of(words["house_anaphor"])
        self._last_house: Speaker | None = None
        self._last: Speaker | None = None
        self._valuation = lexicon.words["valuation_basis"]
        self._author = author if author is not None and who.forecasts(author) else None
        self._carried: Speaker | None = None
        self._age = 0
        self.listed = False  # a bullet below a heading of guidance

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
            if text[m.start() - 1 : m.start()] == "该" or _BESIDE.search(text, m.start() - 6, m.start()):
                continue  # 該外資: the one named before; 優於分析師預估的: only compared with
            if self._speaks(m[0], text[m.end() : min(m.end() + 14, sentence.span.end)]):
                found.append(Speaker(body[m.start() : m.end()], None, m.start(), True, True))
        found.extend(
            Speaker(body[m.start("name") : m.end("name")], None, m.start("name"), True, True)
            for m in self._bodies(sentence)
        )
        for m in self._nobody.finditer(text, sentence.span.start, sentence.span.end):
            tail = _MARK.split(text[m.end() : min(m.end() + 8, sentence.span.end)])[0]
            if self._forecast.match(tail) or self._speech.match(tail):
                found.append(Speaker(None, None, m.start(), True, True))
        for m in self._people.finditer(text, sentence.span.start, sentence.span.end):
            tail = _MARK.split(text[m.end() : min(m.end() + 8, sentence.span.end)])[0]
            officer = any(
                span.end <= m.start() <= span.end + 8 for span in names
            )  # 輝達執行長黃仁勳: for the company
            if not officer and (self._forecast.search(tail) or self._speech.search(tail)):
                found.append(Speaker(body[m.start() : m.end()], None, m.start(), True, False))
        found.extend(self._houses_again(sentence))
        found.extend(self._own_voices(sentence))
        if self._last is not None:
            found.extend(
                replace(self._last, start=m.start(), is_forecast=True)
                for m in _HE.finditer(text, sentence.span.start, sentence.span.end)
                if self._tells(_MARK.split(text[m.end() : m.end() + 8])[0])
            )
        return sorted(found, key=lambda s: s.start)

    def surveys(self, spoken: list[Speaker]) -> list[int]:
        """Where speakers begin who look at markets: research houses, agencies, unnamed institutes."""
        return [
            s.start for s in spoken if s.name is not None and s.is_third_party and self._looks_at_markets(s)
        ]

    def _looks_at_markets(self, speaker: Speaker) -> bool:
        if speaker.company is not None:
            return self._who.surveys(speaker.company)
        name = speaker.name or ""
        return (
            name.endswith(("機構", "机构", "研究所", "研究院", "協會", "公會", "組織"))
            or normalize(name) in self._agencies
        )

    def _speaks(self, name: str, tail: str) -> bool:
        """Whether an unnamed group or an agency forecasts, reports or plans, by the words behind it."""
        near = _MARK.split(tail)[0]
        if self._forecast.search(near) or self._speech.search(near[:8]) or _REPORT.match(tail):
            return True
        return name in self._agencies and self._announced.search(near[:4]) is not None

    def _bodies(self, sentence: Sentence) -> list[re.Match[str]]:
        """Institutes and associations that no table knows, where they open a clause: 國際銅研究組織預測."""
        text = self._document.text
        opens = {clause.start for clause in sentence.clauses} | {
            t.end for t in sentence.tokens if t.letter == PERIOD
        }
        names = [m.span for m in sentence.mentions()]
        found = []
        for m in (
            *_BODY.finditer(text, sentence.span.start, sentence.span.end),
            *_LATIN_BODY.finditer(text, sentence.span.start, sentence.span.end),
        ):
            start = m.start("name")
            lead = text[max(sentence.span.start, start - 2) : start]
            if any(n.start < m.end("name") and start < n.end for n in names):
                continue
            if (start in opens or lead.endswith(("据", "根据", "而", " "))) and not any(
                known.start() < m.end("name") and m.start("name") < known.end()
                for known in self._groups.finditer(text, sentence.span.start, m.end())
            ):
                found.append(m)
        return found

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
        """The last research house once more, where 該行, 該機構 or its report forecasts."""
        text, house = self._document.text, self._last_house
        if house is None:
            return []
        taken = [m.span.end for m in sentence.mentions()]
        again = [
            m
            for m in self._house.finditer(text, sentence.span.start, sentence.span.end)
            if not any(0 <= m.start() - end <= 4 for end in taken)
            and not self._groups.search(text, m.start() - 4, m.start())
        ]
        forecasts = [m for m in again if self._tells(_MARK.split(text[m.end() : m.end() + 20])[0])]
        return [replace(house, start=m.start(), is_forecast=True) for m in forecasts]

    def _tells(self, tail: str) -> bool:
        """Whether 該行, 報告 or 研究團隊 is followed by a verb of forecast, or closely by one of speech."""
        return self._forecast.search(tail) is not None or self._speech.search(tail[:6]) is not None

    def fill(self, frame: Frame, spoken: list[Speaker]) -> Frame:
        """The frame with its forecaster, None where the brief speaks in its own voice."""
        if not frame.is_future:
            return frame
        at = frame.quantity.span.start
        before = [s for s in spoken if s.start < at] or self._behind_quote(spoken, at)
        speaker = before[-1] if before else self._still_speaking(frame)
        third = [s for s in before if s.is_third_party]
        if self._author is not None and not before and self._is_authors(frame):
            return replace(frame, forecaster=self._author.name)
        if frame.metric in ("target_price", "valuation") and (
            bank := self._bank_of(frame, frame.clause.start)
        ):
            return replace(frame, forecaster=bank)
        if third and frame.metric in _STOCK_METRICS:
            speaker = third[-1]
        elif frame.metric in ("target_price", "valuation") and (
            bank := self._bank_of(frame, frame.sentence.span.start)
        ):
            return replace(frame, forecaster=bank)
        planned = self._plans(frame)
        if speaker is not None and (
            speaker.is_forecast
            or before
            or speaker.company == frame.company
            or (planned and frame.company is None)
        ):
            return replace(frame, forecaster=speaker.name)
        if speaker is not None and speaker.name is None:
            return frame
        if frame.company is not None and planned:
            return replace(frame, forecaster=frame.company.name)
        return frame

    def _still_speaking(self, frame: Frame) -> Speaker | None:
        """The speaker of an earlier sentence; one who forecasts others falls silent where a company acts for itself."""
        speaker = self._carried
        if speaker is None or not speaker.is_third_party or frame.metric in _STOCK_METRICS:
            return speaker
        text, sentence, at = self._document.text, frame.sentence, frame.quantity.span.start
        if _STOCK.search(text, sentence.span.start, at):
            return speaker  # 聯發科目標價調降，理由是…
        if (
            speaker.company is not None
            and self._who.surveys(speaker.company)
            and frame.metric == "market_share"
        ):
            return speaker
        acting = any(m.span.start < at and not self._who.forecasts(m.company) for m in sentence.mentions())
        return None if acting or self._who.refers_back(text, sentence, at) else speaker

    def _plans(self, frame: Frame) -> bool:
        """Whether the clause speaks of a company's own plan; 可望 and 預計 alone are the brief's own voice."""
        sentence, at = frame.sentence, frame.quantity.span.start
        named = {m.company for m in sentence.mentions() if m.span.start < at}
        start = sentence.span.start if named == {frame.company} else frame.clause.start
        words = self._document.text[start:at]
        own = self._who.refers_back(self._document.text, sentence, at)
        return (
            self.listed
            or self._announced.search(words) is not None
            or (own and self._plan.search(words) is not None)
        )

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
            self._last = spoken[-1] if spoken[-1].name else self._last
            alone = spoken[-1].company is None and not spoken[-1].is_third_party  # a person by name
            self._carried, self._age = None if alone else spoken[-1], 0
            return
        self._age += 1
        opens = heads and heads[0].span.start - sentence.span.start <= 4
        changed = opens and self._carried is not None and heads[0].company != self._carried.company
        if self._carried is not None and ((changed and not self._carried.is_third_party) or self._age > 2):
            self._carried = None

    def _bank_of(self, frame: Frame, floor: int) -> str | None:
        """The bank or broker that stands between an offset and a target price: 高盛為420美元，花旗為440美元."""
        banks = [
            m.company.name
            for m in frame.sentence.mentions()
            if floor <= m.span.start < frame.quantity.span.start and self._who.forecasts(m.company)
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
        for m in self._forecast.finditer(tail):
            behind = token.end + m.end()
            if m[0] in _AS_NOUN and (
                _REVISED.match(text, behind)
                or (_NOUN_OF_FORECAST.search(tail[: m.start()]) and _BEHIND_NOUN.match(text, behind))
            ):
                continue  # 上調谷歌TPU產量預期; 特斯拉交車預估下修
            if tail[: m.start()][-1:] != "被" and (judges or m[0] not in _GRADES):
                return True
            break
        return False if firm and self._speech.search(tail) else None


def _persons(text: str, offices: frozenset[str], surnames: frozenset[str]) -> frozenset[str]:
    """The persons of a brief that an office introduces: 董事長劉彥狄; the name alone speaks for the company later on."""
    name = f"(?:{any_of(offices).pattern})(?P<name>[{''.join(sorted(surnames))}][\u4e00-\u9fff]{{2}})"
    return frozenset(m["name"] for m in re.finditer(name, text))
