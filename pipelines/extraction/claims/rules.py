"""Rules over the masked sentence: a name, a pattern over recognised spans, and a production on the frames.

A pattern is written in Traditional Chinese and matched in the normal form; Ⓠ is a quantity, Ⓟ a period, Ⓒ a company.
A production takes the frames of the quantities in its named groups and returns the frames that replace them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from pipelines.extraction.claims.frame import CAPACITY_METRICS, Frame
from pipelines.extraction.claims.parallel import Parallels
from pipelines.extraction.document import Sentence
from pipelines.extraction.lexicon import normalize
from pipelines.extraction.model import PeriodBounds
from pipelines.extraction.periods import Period
from pipelines.extraction.quantities import Quantity

#: Frames by the start of their quantity; a production returns those that change, None for one that goes.
Production = Callable[["Match"], dict[int, "Frame | None"]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A named pattern over a masked sentence with its production."""

    name: str
    pattern: re.Pattern[str]
    produce: Production


class Match:
    """A pattern's match in a sentence, with the frames at hand."""

    def __init__(self, sentence: Sentence, m: re.Match[str], frames: dict[int, Frame]) -> None:
        self.sentence = sentence
        self.m = m
        self.frames = frames

    def quantities(self, group: str) -> list[Frame]:
        """The frames of the quantities inside a group."""
        start, end = self.m.span(group)
        tokens = [self.sentence.by_mask[i] for i in range(start, end) if i in self.sentence.by_mask]
        starts = [t.item.span.start for t in tokens if isinstance(t.item, Quantity)]
        return [self.frames[s] for s in starts if s in self.frames]

    def periods(self, group: str) -> list[Period]:
        """The periods inside a group."""
        start, end = self.m.span(group)
        tokens = [self.sentence.by_mask[i] for i in range(start, end) if i in self.sentence.by_mask]
        return [t.item for t in tokens if isinstance(t.item, Period)]


#: A figure that is revised is a forecast where the sentence speaks of one.
_GUIDED = re.compile(normalize("預期|預估|預測|財測|指引|目標|展望|預計|估計"))


#: What is so at a time, not over a stretch of it.
_STATES = CAPACITY_METRICS | {"market_share", "share", "duration", "count", "inventory", "spec"}


def _rule(name: str, pattern: str, produce: Production) -> Rule:
    return Rule(name, re.compile(normalize(pattern)), produce)


def _key(frame: Frame) -> int:
    return frame.quantity.span.start


def _revised(match: Match) -> dict[int, Frame | None]:
    """由3.3%上調至4.9%: one forecast of 4.9 with a prior of 3.3."""
    priors, values = match.quantities("prior"), match.quantities("value")
    if len(priors) != len(values) or not values:
        return {}
    changed: dict[int, Frame | None] = {}
    for prior, value in zip(priors, values, strict=True):
        if prior.quantity.kind != value.quantity.kind or (
            prior.unit != value.unit and prior.unit and value.unit
        ):
            return {}
        changed[_key(prior)] = None
        guided = _GUIDED.search(value.sentence.masked) is not None
        changed[_key(value)] = replace(
            value, prior_low=prior.low, prior_high=prior.high, rule="prior." + value.rule,
            is_future=value.is_future or guided,
        )  # fmt: skip
    return changed


def _prior_by_factor(match: Match) -> dict[int, Frame | None]:
    """較原先規劃的2萬片腰斬: the 2萬片 is the prior of the value before it, 腰斬 says no more."""
    changed = _revised(match)
    if changed:
        for frame in match.quantities("change"):
            changed[_key(frame)] = None
    return changed


def _from_to(match: Match) -> dict[int, Frame | None]:
    """從80%降至50%: two levels of one thing, not a change and not a range; the first one is past or present."""
    firsts, seconds = match.quantities("first"), match.quantities("second")
    if len(firsts) != 1 or len(seconds) != 1:
        return {}
    first, second = firsts[0], seconds[0]
    if first.quantity.kind != second.quantity.kind:
        return {}
    measure = second if second.confidence >= first.confidence and second.metric != "other" else first
    own = match.periods("first")
    period = PeriodBounds(own[-1].start, own[-1].end, own[-1].span) if own else PeriodBounds()
    shared = [
        replace(
            frame, metric=measure.metric, subject=measure.subject, per=measure.per,
            rule="from_to." + measure.metric, direction=None, basis=None, company=first.company or second.company,
        )
        for frame in (first, second)
    ]  # fmt: skip
    changed_first = replace(
        shared[0],
        is_future=first.is_future
        and bool(own)
        and own[-1].grain in ("year", "quarter")
        and own[-1].form == "plain",
        period=period,
        forecaster=None,
        status="current" if second.is_future else "past",
    )
    repeats = (bool(own) and second.period == period) or (
        measure.metric in _STATES and not second.is_future and not _in_clause(first)
    )
    changed_second = replace(shared[1], period=PeriodBounds() if repeats else second.period)
    if (
        second.quantity.comparator == "upto" and not second.is_future
    ):  # 漲至最高117元: a peak that was reached
        reached = second.quantity.high
        exact = replace(second.quantity, low=reached, comparator="eq")
        changed_second = replace(changed_second, quantity=exact, low=reached)
    return {_key(first): changed_first, _key(second): changed_second}


def _in_clause(frame: Frame) -> bool:
    """Whether a period stands in the clause of a number: 市占率已由三成升至四成 is of now, whatever the clauses before say."""
    return any(frame.clause.covers(p.span) for p in frame.sentence.periods())


def _expected(match: Match) -> dict[int, Frame | None]:
    """3.2元，優於市場預期的2.8元: what was expected is a forecast of the same measure; 市場 is no forecaster."""
    expected = match.quantities("expected")
    before = [
        frame
        for q in match.sentence.quantities()
        if expected
        and q.span.end <= expected[0].quantity.span.start
        and (frame := match.frames.get(q.span.start)) is not None
    ]
    alike = [f for f in before if (f.quantity.kind, f.unit) == (expected[0].quantity.kind, expected[0].unit)]
    if not alike:
        return {}  # 營收100億元，季減2%，優於預期的98億元: compared with the last amount of its kind
    first, second = alike[-1], expected[0]
    who = _EXPECTING.get(match.m["who"] or "") if "who" in match.m.re.groupindex else None
    taken = replace(
        second, metric=first.metric, subject=first.subject, per=first.per, direction=first.direction, basis=first.basis,
        company=first.company, period=first.period if first.period != PeriodBounds() else second.period, is_future=True, forecaster=who, low=second.quantity.low,
        high=second.quantity.high, rule="expected." + first.metric, confidence=0.6,
    )  # fmt: skip
    return {_key(second): taken}


def _precised(match: Match) -> dict[int, Frame | None]:
    """約中個位數百分比（約5%）: the figure in brackets says the same more exactly and takes the place of the words."""
    loose, exact = match.quantities("loose"), match.quantities("exact")
    if len(loose) != 1 or len(exact) != 1 or loose[0].quantity.kind != exact[0].quantity.kind:
        return {}
    first, second = loose[0], exact[0]
    if first.quantity.comparator != "vague":
        return {}
    taken = replace(first, quantity=second.quantity, low=second.low, high=second.high, unit=second.unit)
    return {_key(first): None, _key(second): taken}


def _converted(match: Match) -> dict[int, Frame | None]:
    """203億日圓（約44億元台幣）: an amount repeated in another currency is no second claim."""
    amount, again = match.quantities("amount"), match.quantities("again")
    if len(amount) == len(again) == 1 and amount[0].quantity.kind == again[0].quantity.kind == "money":
        return {_key(again[0]): None} if amount[0].unit != again[0].unit else {}
    return {}


#: Who expected, as the brief writes it; the others (市場, 外界) are no forecasters.
_EXPECTING = {normalize(word): word for word in ("分析師", "法人", "外資", "券商", "機構")}

_LIST = r"Ⓠ(?:\s?(?:、|和|及|與|/|以及)\s?Ⓠ)*"

RULES: tuple[Rule, ...] = (
    _rule("prior.revised", rf"(?:從|由|自)(?:原本的?|原先的?|先前的?|此前的?|原估的?|原預估的?|原先預估的?|先前預估的?|原定的?|原目標的?|年初的?)?(?:年增|年減|季增|成長|增長)?(?:每[^Ⓠ,，]{{1,3}})?(?P<prior>{_LIST})[^。Ⓠ]{{0,6}}?(?:上調|下調|上修|下修|調升|調降|調高|調低|修正)[^。Ⓠ]{{0,3}}?(?:至|到|為)(?:年增|年減|季增|成長|增長)?(?:每[^Ⓠ,，]{{1,3}})?(?P<value>{_LIST})", _revised),
    _rule("prior.planned", r"(?:從|由|自)(?:原本|原先|原|先前|此前|年初)的?(?:規劃|規畫|計畫|計劃|預估|預期|預計|估計|設定|目標|訂|定)的?(?P<prior>Ⓠ)[^。Ⓠ]{0,6}?(?:提高|提升|增加|擴大|調整|拉高|上調|上修|調高|縮減|縮小|降|下修|下調|減)[^。Ⓠ]{0,3}?(?:至|到|為)(?P<value>Ⓠ)", _revised),
    _rule("prior.set", r"(?P<value>Ⓠ)\s?[,，(]?[^。Ⓠ,，]{0,6}?(?:高於|低於|優於|超過|較|比)(?:原訂|原定|原編|原編列|原先訂)(?:的|之)?(?:年增|年減)?(?P<prior>Ⓠ)", _revised),
    _rule("prior.beyond", rf"(?P<value>{_LIST})\s?[,，(]?[^。Ⓠ,，]{{0,6}}?(?:高於|低於|優於|超過|超出|高出|遠超|不如|較)[^。Ⓠ]{{0,4}}?(?:此前|先前|原先|之前|原本|稍早|前次|年初|原|Ⓟ)[^。Ⓠ]{{0,4}}?(?:預期|預估|預測|估計|預計|規劃|規畫|計畫|計劃|指引|目標)(?:值|數)?的?(?P<prior>{_LIST})", _revised),
    _rule("prior.original", r"(?P<value>Ⓠ)\s?[(,，]\s?(?:原|原先|此前|先前|原本)(?:預估|預計|預期|規劃|規畫|計畫|目標|預測)(?:為|的)?(?P<prior>Ⓠ)", _revised),
    _rule("prior.once", r"(?:原先|原本|先前|此前|原)(?:估計|預估|預計|預期|規劃|目標|預測)[^。Ⓠ]{0,10}?(?P<prior>Ⓠ)\s?[,，][^。Ⓠ]{0,14}?(?:擴大|上修|上調|調高|調整|提高|提升|增|下修|下調|縮減|降)[^。Ⓠ]{0,4}?(?:到|至|為)(?P<value>Ⓠ)", _revised),
    _rule("prior.halved", r"(?P<value>Ⓠ)\s?[,，]\s?較(?:原先|原本|此前|先前)[^。Ⓠ]{0,6}?的?(?P<prior>Ⓠ)(?P<change>Ⓠ)", _prior_by_factor),
    _rule("from_to", r"(?:從|由|自)(?P<first>[^。Ⓠ,，]{0,12}?Ⓠ)[^。Ⓠ,，]{0,10}?(?:提升|增加|增|倍增|翻倍|翻番|降|升|下滑|攀升|成長|擴大|擴增|擴充|擴產|提高|減少|上漲|下跌|跌|漲|縮減|縮短|上升|下降|變|轉|躍升|拉長|拉高|延長|收斂|調高|調降|調升)[^。Ⓠ,，]{0,8}?(?:至|到|為|成)[^。Ⓠ,，]{0,8}?(?P<second>Ⓠ)", _from_to),
    _rule("expected", r"(?P<actual>Ⓠ)[^。Ⓠ]{0,8}?(?:優於|高於|低於|不如|不及|超過|超越|超出|遠超|遜於|符合|勝過|好於|大於|小於|強於|落後)[^。Ⓠ,，]{0,8}?(?P<who>市場|分析師|法人|外資|華爾街|券商|機構|業界|外界)[^。Ⓠ,，]{0,8}?(?:預期|預估|預測|共識|估計)(?:值|數|均值|的|為)*(?:減少|增加|成長|下滑|年增|年減|季增|季減)?(?P<expected>Ⓠ)", _expected),
    _rule("expected.versus", r"(?P<actual>Ⓠ)\s?(?:[(][^()]{0,16}[)])?\s?(?:vs|VS|Vs)[.]?\s?(?P<expected>Ⓠ)", _expected),
    _rule("precised", r"(?P<loose>Ⓠ)\s?[(](?P<exact>Ⓠ)[)]", _precised),
    _rule("converted", r"(?P<amount>Ⓠ)\s?[(][^()]{0,12}?(?P<again>Ⓠ)[)]", _converted),
)  # fmt: skip


def apply_rules(
    sentences: Sequence[Sentence], frames: list[Frame], periods: Mapping[int, Period]
) -> list[Frame]:
    """The frames after every rule has had its turn, in the order of the table; `periods` by their offset, resolved."""
    by_start: dict[int, Frame] = {}
    siblings: list[Frame] = []  # further claims of one amount: 毛利率和營益率持平
    for each in frames:
        if by_start.setdefault(_key(each), each) is not each:
            siblings.append(each)  # noqa: PERF401
    parallels = Parallels(periods)
    for sentence in sentences:
        if len(sentence.quantities()) == 0:
            continue
        parallels.apply(sentence, by_start)
        for rule in RULES:
            for m in rule.pattern.finditer(sentence.masked):
                for start, frame in rule.produce(Match(sentence, m, by_start)).items():
                    if frame is None:
                        by_start.pop(start, None)
                    else:
                        by_start[start] = frame
    kept = [*by_start.values(), *(frame for frame in siblings if _key(frame) in by_start)]
    return sorted(kept, key=_key)
