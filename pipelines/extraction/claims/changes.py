"""Changes: the word that makes an amount a change (年增, 下滑), what the change is measured against, and of what kind.

Families come from `changes.csv`; a change word stands right before its amount, or right behind a percentage.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pipelines.extraction.lexicon import Change, Lexicon
from pipelines.extraction.matcher import PhraseMatcher
from pipelines.extraction.quantities import Quantity
from pipelines.text.span import Span

#: Words that may stand between the change word and the amount.
_FILLERS = (
    "了", "约", "达", "达到", "高达", "为", "是", "幅度", "率", "共", "有", "将近", "将", "最多", "皆", "均", "各", "分别", "逾",
    "近", "超过", "仅", "中", "呈", "幅度达", "幅度为", "甚至", "更", "可达", "有望达", "估", "比例", "幅", "则", "的", "出", "预计", "可望", "至少", "一路", "数", "大幅",
)  # fmt: skip
_LONGEST_FIRST = tuple(sorted(_FILLERS, key=len, reverse=True))
#: Words that make the amount the level reached (提升至 8 萬), not the size of the change.
LEVEL_REACHED = ("至", "到", "成", "为", "来到", "来", "上", "回", "近")
_AFTER = re.compile(
    r"\s?的?(?:高|年|月|季|同比|正|负|大幅)?(?P<word>增长|成长|增幅|涨幅|跌幅|降幅|升幅|下滑|衰退|下跌|减幅|上涨|提升|增加|减少|折让|折扣)"
    r"(?!率?目标|机|商|空间)"
)
#: 較市場共識低8%: above or below what is compared.
_ABOVE = re.compile(r"(?:较|比)[^,，。]{1,14}?(?P<way>[高低])(?:出|了|约|近|逾|达)*\s?$")
#: 上修明年營收預測12%: the size stands behind the forecast that is revised.
_REVISED = re.compile(
    r"(?P<word>上修|下修|上调|下调|调升|调降)[^,，。]{0,14}?(?:预测|预估|预期|财测)(?:值|数)?(?:幅度)?(?:约|达|了|逾|近)?\s?$"
)
_SET_TO = re.compile(r"(?:上修|下修|上调|下调|调升|调降|调高|调低|修正|调整)为$")
#: What a change is measured against, where words other than the change word say it; the first that is found.
_BASES = (
    ("wow", re.compile(r"周环比|较上周|比上周|周[增减涨跌]")),
    ("mom", re.compile(r"月环比|按月|[较与]上月|较上个月|比上月|[较比与]\d{1,2}月|月[增减涨跌]")),
    ("qoq", re.compile(r"季[增减]|按季|[较与]上一?季|[较与]前一?季|比上季|上季度|较?第[一二三四1-4]季度?(?:持平|增|减|成长|下滑|衰退|提升)")),
    ("yoy", re.compile(r"同比|按年|去年同期|[与较]前一年|上年同期|同期(?!测)|[较比]上年|[较比]去年|[较比]今年|[较比]\d{4}年|上年度|年[增减]|今年成长")),
)  # fmt: skip
#: 環比 is against the period before; how long that is, only the claim's period tells.
SEQUENTIAL = "sequential"
_EXPECTATION = re.compile(r"预期|预估|预测|财测|目标价")
_PRICE_MOVES = frozenset(
    {
        "调涨",
        "涨价",
        "降价",
        "小涨",
        "小跌",
        "收涨",
        "收跌",
        "调降售价",
        "跌价",
        "微涨",
        "微跌",
        "大涨",
        "大跌",
        "重挫",
        "飙涨",
    }
)
_REVISIONS = ("上调", "上修", "下调", "下修", "调升", "调降")


@dataclass(frozen=True, slots=True)
class ChangeReader:
    """Reads change words by the lexicon's table."""

    changes: dict[str, Change]
    metrics: PhraseMatcher[object]
    price_nouns: tuple[str, ...]

    @classmethod
    def of(cls, lexicon: Lexicon) -> ChangeReader:
        """The reader of a lexicon."""
        metrics: PhraseMatcher[object] = PhraseMatcher({m.form: m for m in lexicon.metrics})
        return cls({c.form: c for c in lexicon.changes}, metrics, tuple(lexicon.words["price_noun"]))

    def of_amount(self, text: str, clause: Span, q: Quantity) -> Change | None:
        """The change word of an amount; None where the amount is a level (提升至 8 萬)."""
        if q.direction is not None:
            return Change("", q.direction, None)
        if q.kind == "duration":
            return None
        for end in dict.fromkeys((q.outer.start, q.span.start)):
            left = text[clause.start : end].rstrip(' “"「')
            if left.endswith(("升", "涨", "跌")) and text[end : end + 1] == "破":
                return None  # 升破30%: a mark that was passed
            if _SET_TO.search(left):
                return None  # 由3.1%調升為3.3%: the new forecast
            if left.endswith("为") and q.kind not in ("percent", "pp", "ratio"):
                return None  # 擴增為5萬台: the level reached
            word = self._before(left)
            if word is not None:
                return word
        if q.kind in ("percent", "pp") and (m := _REVISED.search(text, clause.start, q.outer.start)):
            return self.changes.get(m["word"])
        if q.kind == "percent" and (m := _ABOVE.search(text, clause.start, q.span.start)):
            return Change("", "up" if m["way"] == "高" else "down", None)
        if q.kind in ("percent", "ratio", "pp") and (m := _AFTER.match(text, q.outer.end)):
            return self.changes.get(m["word"]) or self.changes.get(m["word"][:2])
        return None

    def _before(self, left: str) -> Change | None:
        longest = max(map(len, self.changes))
        while True:
            for size in range(min(longest, len(left)), 0, -1):
                change = self.changes.get(left[-size:])
                if change is not None:
                    return None if size == 1 and left[-2:-1] in ("提", "追", "加", "新") else change
            if left.endswith(LEVEL_REACHED) and not left.endswith(_FILLERS):
                return None
            stripped = next((left[: -len(f)] for f in _LONGEST_FIRST if left.endswith(f)), None)
            if stripped is None:
                return self._before_thing(left)
            left = stripped.rstrip()

    def _before_thing(self, left: str) -> Change | None:
        """提升產能約15%: the thing stands between the change word and the amount."""
        for start in range(max(1, len(left) - 10), len(left)):
            found = self.metrics.match(left, start)
            if found and found[0] == len(left):
                head = left[:start].rstrip("的其 ")
                for size in range(min(3, len(head)), 1, -1):
                    change = self.changes.get(head[-size:])
                    if change is not None and change.direction != "flat":
                        return change
        return None

    def names_change(self, phrase: str) -> bool:
        """Whether a phrase names the change itself (年增率) rather than the thing that changes."""
        return any(form in phrase for form in self.changes if len(form) > 1)

    def direction_of(self, form: str) -> str:
        """Where a rate of change points by its name: 成長率 up, 降幅 down."""
        change = self.changes.get(form) or self.changes.get(form[-2:])
        return change.direction if change is not None else "down" if re.search(r"减|跌|降|衰", form) else "up"

    def is_revision(self, change: Change, left: str) -> bool:
        """Whether the change is of a forecast rather than of the thing: 需求預期上調 6%."""
        return change.form in _REVISIONS and bool(_EXPECTATION.search(left))

    def moves_price(self, change: Change) -> bool:
        """Whether the word is said of prices only: 調漲, 漲價."""
        return change.form in _PRICE_MOVES

    def speaks_of_price(self, left: str) -> bool:
        """Whether the words in front of a change name a price."""
        return any(noun in left for noun in self.price_nouns)


def basis_of(text: str, clause: Span, q: Quantity) -> str | None:
    """What a change is measured against, by the words of its clause; `SEQUENTIAL` for a bare 環比."""
    left = text[clause.start : q.span.end]
    for basis, pattern in _BASES:
        if pattern.search(left):
            return basis
    return SEQUENTIAL if "环比" in left else None


def settled_basis(basis: str | None, start: date | None, end: date | None) -> str | None:
    """A basis with `SEQUENTIAL` resolved by the length of the claim's period; a month where that is not known."""
    if basis != SEQUENTIAL:
        return basis
    days = (end - start).days + 1 if start is not None and end is not None else 30
    return "wow" if days <= 10 else "mom" if days <= 40 else "qoq"


def as_percent(value: Decimal | None, direction: str) -> Decimal | None:
    """成長1.3倍 is 130 percent up; 下降10倍 is 90 percent down (contract section 3)."""
    if value is None:
        return None
    return 100 - 100 / value if direction == "down" and value else value * 100
