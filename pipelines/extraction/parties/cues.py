"""Words beside a name that tell whether a firm is meant: what it is called before it, what it does after it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipelines.extraction.lexicon import FirmTail, Lexicon

_PUNCTUATION = re.compile(r"[\s,，。;；:：、!！?？()（）【】「」『』“”\"'‘’/|－\-—《》〈〉…·*>\]\[▲●■◆]")
#: What may stand between a firm and its verb: times, and small words of speech.
_BETWEEN = re.compile(
    r"(?:\((?:[^()]{1,30})\)|[今昨明前](?:日|天|年|\(\d+\)日|晚|早)?|日前|近日|近期|稍早|最新|先前|同时|周[一二三四五六日]|星期[一二三四五六日]"
    r"|[上下本](?:个?月|周|季)|\d+月(?:\d+日)?|\d+日|上午|下午|盘[前中后]|[则也亦并已将正还另再又仍均都]|因此|于|当地时间|第[一二三四]季度?|[上下]半年|首季|上季|本季|单月|[Qq][1-4]|:|,|，)*"
)
_REPORT_BEFORE = re.compile(
    r"(?:根据|依据|据|引述|援引)(?:研究机构|研调机构|市调机构|调研机构|机构|市场研究机构)?$"
)
_REPORT_AFTER = re.compile(
    r"(?:最新|[今昨]?日|近日|的|发布|公布|发表|所做|产业|市场|\d{4}年?|第.季)*(?:调查|报告|数据|资料|统计|预估|预测|研究|分析|估计|指出)"
)
#: A share's price or move: 達36.45元, 勁揚5%.
_PRICED = re.compile(
    r"(?:[达收报涨跌飙扬弹]|来到|勁扬|重挫|小[涨跌])(?:至|到|逾|近)?\d[\d.]*(?:元|%|美元|港元)"
)


#: What a name is said to be one of: 等多檔記憶體股, 等三家廠商.
_ONE_OF_FIRMS = re.compile(
    r"等(?:[多数两二三四五六七八九十]|\d+)?[家档大间]?[\u3400-\u9fff]{0,4}?(?:股(?![份权东])|大?厂|公司|企业|业者|供应商|集团|券商|投行)"
)
#: What announces a list of firms: 客戶包括, 競爭對手則有.
_LIST_OF_FIRMS = re.compile(
    r"(?:客户|供应商|大厂|厂商|厂|业者|伙伴|企业|公司|品牌|对手|股东)[则主要另还更分别也中]{0,3}(?:有|包括|包含|涵盖|例如|如|为)了?[:：]?$"
)


class WordSet:
    """A set of words that can be asked for at a place of a text, from either side."""

    def __init__(self, words: Iterable[str]) -> None:
        self.words = frozenset(words)
        self._lengths = tuple(sorted({len(w) for w in self.words}, reverse=True))

    def before(self, text: str, at: int) -> int:
        """Length of the longest of the words that ends at a place; 0 if none does."""
        for length in self._lengths:
            if length <= at and text[at - length : at] in self.words:
                return length
        return 0

    def after(self, text: str, at: int) -> int:
        """Length of the longest of the words that begins at a place; 0 if none does."""
        for length in self._lengths:
            if text[at : at + length] in self.words:
                return length
        return 0

    def inside(self, text: str) -> bool:
        """Whether the text holds one of the words."""
        return any(word in text for word in self.words)

    def __contains__(self, word: str) -> bool:
        return word in self.words


class Cues:
    """The lexicon's words of evidence, asked at the two edges of a name."""

    def __init__(self, lexicon: Lexicon) -> None:
        cues = lexicon.company_cues
        self._apposition = WordSet(cues["apposition"])
        self._boundary = WordSet(cues["boundary"])
        self._speech = WordSet(cues["speech"])
        self._trait = WordSet(cues["trait"])
        self._report = WordSet(cues["report"])
        self._deed = WordSet(cues["deed"])
        self._state = WordSet(cues["state"])
        #: Characters that a time, a verb of speech, a trait or a deed can begin with.
        self.first_of_deeds = frozenset(
            word[0] for kind in ("speech", "trait", "deed") for word in cues[kind]
        ) | frozenset(
            "今昨前明日近稍最先同周星第上下首本单0123456789Qq(盘当于则也亦并已将正还另再又仍均都达收报涨跌飙扬弹来勁重小"
        )
        self._light = WordSet(cues["light"])
        self.not_name = WordSet(cues["not_name"] | lexicon.words["company_stop"])
        self._tails = {tail.form: tail for tail in lexicon.firm_tails}
        self._tail_set = WordSet(self._tails)

    def is_apposed(self, text: str, start: int, least: int = 1) -> bool:
        """Whether a word for a kind of firm, of `least` characters or more, stands right before: 面板大廠|友達."""
        return self._apposition.before(text, start) >= least

    def begins_clause(self, text: str, start: int) -> bool:
        """Whether nothing stands before but a mark or a blank."""
        return start == 0 or bool(_PUNCTUATION.match(text, start - 1))

    def is_bounded(self, text: str, start: int) -> bool:
        """Whether what stands before ends a word: a mark, a preposition, a verb, a word for a kind of firm."""
        return self.begins_clause(text, start) or bool(
            self._boundary.before(text, start) or self._apposition.before(text, start)
        )

    def follows_verb(self, text: str, start: int) -> bool:
        """Whether a verb of two characters or more, as 看好 or 預估, stands right before."""
        return self._boundary.before(text, start) > 1

    def is_timed(self, text: str, end: int) -> bool:
        """Whether a time or a small word stands between a name and what is said of it: 全新|今年|營收, never 全新產能."""
        return _after(text, end) > end

    def acts(self, text: str, end: int) -> bool:
        """Whether what follows is said of firms alone or of speakers: 表示, 法說會, 股價."""
        after = _after(text, end)
        return bool(
            self._speech.after(text, after) or self._trait.after(text, after) or _PRICED.match(text, after)
        )

    def begins_a_list(self, text: str, start: int, end: int) -> bool:
        """Whether a name is the first of a list that is said to be of firms: 客戶包括|奇異|、."""
        return text[end : end + 1] in ("、", "与", "和", "及") and bool(
            _LIST_OF_FIRMS.search(text, max(0, start - 12), start)
        )

    def heads_a_kind(self, text: str, end: int) -> bool:
        """Whether what follows says what kind of firm the name is one of: 等多檔記憶體股."""
        return _ONE_OF_FIRMS.match(text, end) is not None

    def is_cited(self, text: str, start: int, end: int) -> bool:
        """Whether a name is a source of figures: 根據|X|報告."""
        return bool(_REPORT_BEFORE.search(text, max(0, start - 12), start) and _REPORT_AFTER.match(text, end))

    def reports(self, text: str, end: int) -> bool:
        """Whether what follows only listed firms have, so that one place is enough: 法說會, 合併營收, 自結."""
        return bool(self._report.after(text, _after(text, end)))

    def does(self, text: str, end: int) -> bool:
        """Whether what follows is what firms do (簽署, 擴產, 調漲), and not the state of something (供應吃緊)."""
        at = _after(text, end)
        length = self._deed.after(text, at)
        return bool(length) and not self._state.after(text, at + length)

    def has_trait(self, text: str, end: int) -> bool:
        """Whether what follows is said of firms alone: 法說會, 董事長, 股價."""
        return bool(self._trait.after(text, _after(text, end)))

    def goes_on(self, text: str, end: int) -> bool:
        """Whether what follows can follow a name: a mark, a verb, 與."""
        if end >= len(text) or _PUNCTUATION.match(text, end) or text[end] == "的":
            return True
        return bool(self._light.after(text, end)) or self.acts(text, end) or self.does(text, end)

    def holds_verb(self, name: str) -> bool:
        """Whether a string holds a verb of speech: it is a piece of a sentence, not a name."""
        return any(len(verb) > 1 and verb in name for verb in self._speech.words)

    def tail_behind(self, text: str, at: int) -> FirmTail | None:
        """The longest word at a place that ends firms' names."""
        length = self._tail_set.after(text, at)
        return self._tails[text[at : at + length]] if length else None

    def tail_of(self, name: str) -> FirmTail | None:
        """The longest such word that a name ends with, and that is not all of it."""
        length = self._tail_set.before(name, len(name))
        return self._tails[name[-length:]] if 0 < length < len(name) else None


def _after(text: str, end: int) -> int:
    m = _BETWEEN.match(text, end)
    return m.end() if m else end
