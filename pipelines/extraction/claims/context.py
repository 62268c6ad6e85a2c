"""One sentence as the readers of measures see it: its words, its trigger words, and what the sentences before left."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal

from pipelines.extraction.claims.changes import ChangeReader
from pipelines.extraction.claims.frame import Frame
from pipelines.extraction.claims.nouns import NounReader, Words
from pipelines.extraction.document import COMPANY, PERIOD, Document, Sentence
from pipelines.extraction.lexicon import Lexicon, Metric
from pipelines.extraction.matcher import PhraseMatcher
from pipelines.extraction.periods import Period
from pipelines.extraction.quantities import Quantity
from pipelines.text.span import Span

#: Words of the stock exchange: amounts of money beside them are prices of a share, changes are of its price.
QUOTED = re.compile(r"股价|盘中|终场|收盘|开盘|早盘|尾盘|盘后|涨停|跌停|天价|挂牌|上柜|[收开]\s?$")
_PER_REACH = 14
_LONGEST_LABEL = 16
#: A rate in front of an amount: 1天8000元.
_ONE = re.compile(r"(?:1|一)\s?(?P<word>天|日|周|个?月|年|台|件|片|颗|吨|公斤|度|小时|股|张)\s?$")


@dataclass(frozen=True, slots=True)
class Trigger:
    """A word that says what is measured (營收, 月產能), at its place of the text."""

    start: int
    end: int
    metric: Metric

    @property
    def form(self) -> str:
        """The word itself, in the normal form."""
        return self.metric.form


@dataclass(frozen=True, slots=True)
class Tables:
    """What the readers of measures need of the lexicon."""

    metrics: PhraseMatcher[Metric]
    changes: ChangeReader
    per: PhraseMatcher[str]
    nouns: NounReader
    generic: frozenset[str]
    places: frozenset[str]
    acts: frozenset[str]
    stops: frozenset[str]
    holders: frozenset[str]

    @classmethod
    def of(cls, lexicon: Lexicon) -> Tables:
        """The tables of a lexicon."""
        return cls(
            PhraseMatcher({m.form: m for m in lexicon.metrics}),
            ChangeReader.of(lexicon),
            PhraseMatcher(lexicon.per_words),
            NounReader(lexicon),
            lexicon.words["generic_noun"],
            lexicon.words["place"],
            lexicon.words["np_verb"],
            lexicon.words["np_stop"],
            lexicon.words["holder"],
        )


@dataclass(slots=True)
class SentenceContext:
    """A sentence on its way to frames.

    `topic` is the product that the sentence before left, `goods` what the last amounts of goods were of; `carried` is
    the last frame of this sentence that names a measure, `level` the last of them that is no change, `of_kind` the last
    level of each kind of amount, `last` the last frame of all.
    """

    tables: Tables
    text: str
    sentence: Sentence
    triggers: list[Trigger]
    words: Words
    topic: str | None = None
    goods: str | None = None
    carried: Frame | None = None
    level: Frame | None = None
    last: Frame | None = None
    of_kind: dict[str, Frame] = field(default_factory=dict)

    def noun_before(self, end: int, floor: int) -> Span | None:
        """The noun phrase that ends at an offset, no further back than `floor`."""
        return self.tables.nouns.before(self.text, self.words, end, floor)

    def noun_after(self, start: int, ceiling: int) -> Span | None:
        """The noun phrase that begins at an offset, up to `ceiling`."""
        return self.tables.nouns.after(self.text, self.words, start, ceiling)

    def stretch_of(self, clause: Span, q: Quantity) -> Span:
        """The part of its clause that is the amount's alone: behind the amount before it (伺服器62%、網通23%)."""
        ends = [
            t.end for t in self.sentence.tokens if isinstance(t.item, Quantity) and t.end <= q.outer.start
        ]
        return Span(min(max([clause.start, *ends]), clause.end), clause.end)

    def names_a_year(self, clause: Span, q: Quantity) -> bool:
        """Whether the clause gives the amount a whole year (2027年產能目標)."""
        periods = (t.item for t in self.sentence.tokens if clause.start <= t.start < q.span.start)
        return any(isinstance(p, Period) and p.grain == "year" and p.form == "plain" for p in periods)

    def clause_of(self, q: Quantity) -> Span:
        """The clause of an amount, with its label in front where it has one (營收：約107億美元)."""
        i = self.sentence.clause_index(q.span.start)
        clause = self.sentence.clauses[i]
        if i and self.text[clause.start - 1] in ":：" and len(self.sentence.clauses[i - 1]) <= _LONGEST_LABEL:
            return Span(self.sentence.clauses[i - 1].start, clause.end)
        return clause

    def has_company(self, clause: Span) -> bool:
        """Whether a company stands in the clause or right before it: 台積電,下跌2.08%."""
        return any(
            t.letter == COMPANY and clause.start - 2 <= t.end and t.start < clause.end
            for t in self.sentence.tokens
        )

    def names_product(self, start: int, end: int) -> bool:
        """Whether a product of the lexicon stands in a stretch."""
        return any(start <= s.start and s.end <= end for s in self.words.named)

    def after_mentions(self, clause: Span, q: Quantity) -> int:
        """Where the words begin that lead to an amount: behind the last mention before it in its clause."""
        inside = [t.end for t in self.sentence.tokens if clause.start <= t.start and t.end <= q.outer.start]
        return max([clause.start, *inside])

    def is_ratio(self, clause: Span, q: Quantity) -> bool:
        """成本僅為英特爾晶片的1/3: a ratio to another thing, not a part of a whole."""
        left = self.text[clause.start : q.outer.start].rstrip()
        return left.endswith("的") and any(word in left for word in ("为", "是", "有", "仅", "至"))

    def per_before(self, clause: Span, q: Quantity) -> str | None:
        """每月 5 萬片, 每股 31 元, 每噸 115 美元: what stands behind 每 before the amount."""
        if (m := _ONE.search(self.text[clause.start : q.outer.start])) and (
            found := self.tables.per.match(m["word"], 0)
        ):
            return found[1]
        at = self.text.rfind("每", clause.start, q.outer.start)
        if at < 0 or q.outer.start - at > _PER_REACH:
            return None
        if q.kind != "money" and any(
            isinstance(t.item, Quantity)
            and t.item.kind == "money"
            and at < t.start
            and t.end <= q.outer.start
            for t in self.sentence.tokens
        ):
            return None  # 以每股80元辦理1.5萬張釋股
        found = self.tables.per.match(self.text, at + 1)
        if found is None or (
            found[1] == "piece" and q.kind in ("count", "person") and q.outer.start - found[0] > 8
        ):
            return None
        return found[1]


def without_mentions(document: Document) -> str:
    """The text with periods and companies blanked: the 年 of 2025年產能 belongs to the period."""
    text = list(document.text)
    for sentence in document.sentences:
        for token in sentence.tokens:
            if token.letter in (PERIOD, COMPANY):
                text[token.start : token.end] = "\0" * (token.end - token.start)
    return "".join(text)


def triggers_of(tables: Tables, document: Document) -> list[Trigger]:
    """The words of a document that say what is measured, in their order."""
    return [
        Trigger(start, end, metric)
        for start, end, metric in tables.metrics.find(without_mentions(document))
        if metric.metric != "none"  # 供應商 is no 供應
    ]


def names_a_thing(t: Trigger) -> bool:
    """Whether a trigger word names what may change; 增幅 names the change, 擴產 the act."""
    return t.metric.metric not in ("growth", "price_change") and t.metric.subject != "verb"


def kinds_of(q: Quantity) -> set[str]:
    """The kinds of unit that a metric may ask for to take the quantity; a rate of bits is a measure, 百分點 a percent."""
    kind = "measure" if q.kind in ("rate_bit", "rate_byte") else "percent" if q.kind == "pp" else q.kind
    return {q.kind, kind}


def negated(value: Decimal | None) -> Decimal | None:
    """A loss is a negative profit (contract section 3); one written with a minus already stays as it is."""
    return None if value is None else -abs(value)


def scaled(value: Decimal | None) -> Decimal | None:
    """A percentage as a ratio."""
    return None if value is None else value / 100


def behind_amount(text: str, at: int) -> int:
    """The offset behind an amount and the bracket that follows it: 203億日圓（約44億元台幣）的損失."""
    m = re.match(r"\s?\([^()]{1,30}\)", text[at : at + 34])
    return at + m.end() if m else at
