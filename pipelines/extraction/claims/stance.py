"""Stance: whether a number lies ahead, by the words around it and its period (contract section 2)."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import replace
from datetime import date, timedelta

from pipelines.extraction.claims.frame import CAPACITY_METRICS, Frame
from pipelines.extraction.document import Sentence
from pipelines.extraction.lexicon import Lexicon
from pipelines.extraction.quantities import Quantity

#: With this much of a period still to come, a number about it is a forecast even where no word says so.
_MOST_OF_A_YEAR = timedelta(days=180)
#: 從現階段的550台提升至750台: what stands in front of the move says nothing about where it leads.
#: A base of comparison: 較去年的16億美元 says nothing about when the number itself holds.
_COMPARED = re.compile(
    r"(?:较|比|相较|相比|符合|达成|与|和|跟|高于|低于|优于|超越|超过|从|由|自)\s?(?:市场|法人|分析师|外资|公司)?(?:去年|前年|上年|上月|上季|昨日|前一年|上一季|财测|预期|预估|预测|估计|指引|目标)(?:同期|底|全年|上缘|下缘|高标|低标)?的?"
)
#: What somebody sets: from when it holds is announced, not forecast.
_ANNOUNCED = frozenset({"price", "price_change", "rate", "duration", "spec", "growth", "share"})
_FIXED = re.compile(
    r"(?:承销|认购|转换|发行|申购|竞拍底|拍卖底|配售|挂牌|询圈|得标)价|底价|拍卖|竞拍|得标|承销|公开申购|释股"
)
_ONCE_EXPECTED = re.compile(r"(?:原本|原先|原|先前|此前)(?:预估|预期|预测|预计|估计|预料)(?!的)")
#: A clause with a subject of its own, which the 將 of the clause before does not reach.
_OWN_SUBJECT = re.compile(r"\s?(?:该(?!公司|企业|集团|行|机构)|此一?(?!举)|这)")
#: 600萬戶為目標; 4億元已掛牌; 一台車使用80顆: said behind the number, or of its use.
_AIM = re.compile(r"[^,，。Ⓠ]{0,8}(?:为目标|当目标|的(?:目标(?!价)|预估|预测|财测))")
_DONE = re.compile(r"[^,，。]{0,6}已(?:经)?(?:挂牌|完成|到位|入账|生效|发行|投产|出货|实现|募集)")
_USAGE = re.compile(
    r"(?:每|一)(?:台|辆|颗|片|座|部|个|套)[^,，\d]{0,8}(?:使用|需要|需|搭载|配备|采用|用)[^,，]{0,3}[\d一二三四五六七八九十]"
)
_RESOLVED = re.compile(r"董事会|股东会|股东常会|决议|通过|拟配|拟派")
#: How far behind its amount an input of a valuation is named: 以11%的加權平均資本成本.
_INPUT_REACH = 12
_MARKS = re.compile(r"[,，。;；]|Ⓠ")
_BRACKET = re.compile(r"\([^()]*\)")
_ORIGIN = re.compile(
    r"(?:从|由|自)[^,，]{1,24}?(?=(?:提升|增|扩|降|升|下滑|攀升|成长|提高|减|涨|跌|拉|倍增|调)[^,，]{0,4}(?:至|到|为))"
)


#: 將盤價調漲: 將 only marks the object; in 將近 it is part of another word.
_OBJECT_MARKER = r"(?![近士军])(?!(?!进一步|再|逐步|持续|大幅|陆续|全面|于|在|从|会|有)[^,，。]{2,10}?(?:调涨|调降|调升|上调|下调|调高|调低|喊到|喊至|翻倍(?![至到成]))|[^,，。]{2,20}?调整)"
#: Words of one character that are part of others: 將近, 估值, 材料, 模擬. What may not stand before and behind them.
_NOT_BEHIND = {
    "将": "已",
    "料": "资材原塑燃饮涂面布肥废用",
    "拟": "模虚",
    "恐": "惊",
    "估": "低高",
    "欲": "食",
}
_NOT_BEFORE = {
    "将": _OBJECT_MARKER,
    "估": "值",
    "料": "号件理",
    "目标": r"(?!价|生效|达成|已)",
    "可再": "生利循制",
    "恐": "怖慌惧",
    "拟": "真",
}


class StanceReader:
    """Reads stance from the lexicon's words of looking ahead and back."""

    def __init__(self, lexicon: Lexicon) -> None:
        words = lexicon.words
        self._future = any_of(words["future"])
        self._past = any_of(words["past"])
        self._present = any_of(words["present"])
        self._reaching = any_of(words["reaching"])
        self._endings = tuple(words["reaching"])
        self._valuation = frozenset(words["valuation_basis"])
        self.comparison = tuple(words["comparison"])

    def fill(self, text: str, frame: Frame, published_on: date | None, goes_on: bool = False) -> Frame:
        """The frame with `is_future`: the words of its clause, those that reach into it, then its period.

        `goes_on` is the stance of the statement before, where a semicolon joins this one to it.
        """
        own = _own_words(text, frame)
        funded = frame.metric == "valuation" and frame.quantity.kind == "money" and frame.per is None
        behind = text[frame.quantity.outer.end : frame.quantity.outer.end + _INPUT_REACH]
        named = own + _MARKS.split(behind)[0]
        if not funded and (
            frame.metric in ("target_price", "valuation") or any(word in named for word in self._valuation)
        ):
            rate = frame.metric == "growth" and any(word in (frame.subject or "") for word in self._valuation)
            return replace(frame, is_future=True, direction=None if rate else frame.direction)
        settled = self._settled(text, frame, own)
        if settled is not None:
            return replace(frame, is_future=settled)
        is_future = self._ahead(own, self._future)
        if is_future is None:
            is_future = self._reached(text, frame.sentence, frame.quantity)
        if is_future is None:
            is_future = goes_on
        return replace(frame, is_future=self._by_period(frame, own, is_future, published_on))

    def _settled(self, text: str, frame: Frame, own: str) -> bool | None:
        """What the statement itself says, whatever its period: expected once, an aim, fixed, resolved, done, described."""
        behind = text[frame.quantity.outer.end : frame.clause.end]
        if _ONCE_EXPECTED.search(own) or _AIM.match(behind):
            return True
        paid = frame.metric == "dividend" or (frame.metric == "rate" and "配" in (frame.subject or ""))
        if paid and _RESOLVED.search(text[frame.sentence.span.start : frame.quantity.span.end]):
            return False  # a board's resolution is an observation (contract section 5)
        priced = frame.metric == "price" or (frame.quantity.unit_raw or "").endswith("张")
        if (priced and _FIXED.search(own)) or _DONE.match(behind):
            return False  # a price or a lot that is already fixed
        if self._ahead(own, self._future) is not None:
            return None
        described = behind.startswith("的") and frame.metric == "share"  # 持股逾92%的子公司
        return (
            False if described or _OWN_SUBJECT.match(text, frame.clause.start) or _USAGE.search(own) else None
        )

    def _by_period(self, frame: Frame, own: str, is_future: bool, published_on: date | None) -> bool:
        """The stance once the period is known: what is over is no forecast, what is still to come is one."""
        end, start = frame.period.end, frame.period.start
        if published_on is None:
            return is_future
        if end is None:  # 自2027年起每年供應2萬噸
            begins = start is not None and start > published_on and frame.metric not in _ANNOUNCED
            return is_future or begins
        if end <= published_on:
            return is_future and frame.is_period_carried
        if frame.metric in CAPACITY_METRICS and start is None and not self._past.search(own):
            return True  # 年中前擴至6萬台: a deadline to come
        if start is not None and start > published_on:
            return True
        if frame.metric == "capex" and not self._past.search(own) and not self._present.search(own):
            return True  # money not yet spent (contract section 5)
        far = end - published_on > _MOST_OF_A_YEAR and not frame.is_period_carried
        return is_future or (far and not self._past.search(own) and not self._present.search(own))

    def looks_ahead(self, sentence: Sentence, q: Quantity | None) -> bool | None:
        """True where the last word of stance before q (or in the sentence) looks ahead, False where it looks back."""
        return self.looks_ahead_before(sentence, sentence.span.end if q is None else q.span.start)

    def looks_ahead_before(self, sentence: Sentence, offset: int) -> bool | None:
        """The same for the words before an offset of the text."""
        return self._ahead(sentence.masked[: bisect_left(sentence.offsets, offset)], self._future)

    def own_words_look_ahead(self, text: str, frame: Frame) -> bool | None:
        """The same for the words of the number's own clause."""
        return self._ahead(_own_words(text, frame), self._future)

    def _reached(self, text: str, sentence: Sentence, q: Quantity) -> bool | None:
        """What the clauses before say: 預估 reaches on until a clause has a subject of its own or looks back."""
        for clause in reversed(
            [c for c in sentence.clauses if c.end <= sentence.clause_at(q.span.start).start]
        ):
            following = [
                t
                for t in sentence.tokens
                if t.names_company and t.start >= clause.end and t.end <= q.span.start
            ]
            words = text[clause.start : clause.end]
            back = [m.start() for m in self._past.finditer(words)]
            ahead = [m.start() for m in self._reaching.finditer(words)]
            if ahead and (not back or ahead[-1] > back[-1]):
                speaks = words.rstrip(" ,，:：").endswith(self._endings)  # 法人預估，欣興…
                return not following or (speaks and len({t.item for t in following}) == 1)
            if back:
                return None
        return None

    def _ahead(self, words: str, future: re.Pattern[str]) -> bool | None:
        ahead = max((m.start() for m in future.finditer(words)), default=-1)
        back = max((m.start() for m in self._past.finditer(words)), default=-1)
        if ahead < 0 and back < 0:
            return False if self._present.search(words) else None
        return ahead > back


def _own_words(text: str, frame: Frame) -> str:
    """The words of the number's clause that may tell its stance: no brackets, no origins of a move, no comparisons."""
    words = text[frame.clause.start : frame.quantity.span.end]
    return _COMPARED.sub("", _BRACKET.sub("", _ORIGIN.sub("", words)))


def any_of(words: frozenset[str]) -> re.Pattern[str]:
    """A pattern of the words, longest first."""

    def guarded(word: str) -> str:
        behind, before = _NOT_BEHIND.get(word), _NOT_BEFORE.get(word, "")
        ahead = before if before.startswith("(") or not before else f"(?![{before}])"
        return (f"(?<![{behind}])" if behind else "") + re.escape(word) + ahead

    return re.compile("|".join(guarded(w) for w in sorted(words, key=len, reverse=True)))
