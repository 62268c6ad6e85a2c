"""What a number is about: the shortest phrase of the brief that names the thing, and the site where it is made."""

from __future__ import annotations

import re

from pipelines.extraction.claims.context import SentenceContext, Trigger, behind_amount, names_a_thing
from pipelines.extraction.claims.frame import CAPACITY_METRICS, CARRIED_COUNTS
from pipelines.extraction.document import COMPANY, PERIOD
from pipelines.extraction.quantities import Quantity
from pipelines.text.span import Span

#: The part that heads a sentence: 十二吋部分,... 在DRAM方面,... 產能方面 heads nothing that a number is about.
_HEADING = re.compile(
    r"^\W*(?:\d+[)）.、])?(?:至于|就|而|在|从|以|看|其中|另外|此外)*(?P<head>[^,，。;；:：Ⓒ在]{2,14}?)(?:部分|方面|领域|市场方面|业务方面|产品方面|产品线方面|产品线)\s?(?:来看|而言)?\s?[,，:：]"
)
_SITE = re.compile(
    r"^(?P<site>[^的]{1,8}?(?:工厂|厂区|厂房|新厂|[一二三四五六七八九十\d]厂|厂|基地|园区))的?(?P<rest>.*)$"
)
#: Amounts of goods: where a later statement names none, they are of the same goods.
_GOODS = frozenset({"shipments", "sales_volume"})
_SPENT = frozenset({"investment", "capex", "funding"})
_PURPOSE = re.compile(
    r"\s?(?:左右|以上)?(?:来|以|并)?(?:赴|在|于|用于|兴建|建设|建|扩建|设立|购置|购买|采购|收购|投入|投资|打造|新建)"
)
_SEGMENTED = frozenset(
    {"revenue", "shipments", "sales_volume", "orders", "demand", "exports", "production_volume"}
)
_SHARES = frozenset({"share", "market_share"})
_LONGEST_BETWEEN = 12
_WITHIN = re.compile(r"在(?:[^,，在]{2,14}?)(?P<inside>中的?|内的?|当中的?|的)?$")
_REST = re.compile(r"(?:其他|其余|其它)[^,，、]{0,4}$")
_CLASSIFIERS = "座家个台艘条栋间"
_WORDS = re.compile(r"(?:[\u4e00-\u9fffA-Za-z\d ](?<![约达为至到近逾超仅共将可有约]))+")
_OPENERS = " ,，其中而且但则也全年单季单月合并累计整体并"
_REPEATED = re.compile(r"^\s?(?:的|之)")


class Subjects:
    """Finds the subject of an amount in its sentence, by where the language puts it."""

    def __init__(self, context: SentenceContext) -> None:
        self.c = context

    def company_before(self, at: int) -> str | None:
        """The company right before a verb: 亞馬遜占營收六成."""
        token = next(
            (t for t in self.c.sentence.tokens if t.letter == COMPANY and 0 <= at - t.end <= 2), None
        )
        return self.c.text[token.start : token.end] if token is not None else None

    def company_in(self, clause: Span, q: Quantity) -> str | None:
        """The company that opens the clause of an amount: 微軟則從一成降到5%."""
        tokens = [
            t
            for t in self.c.sentence.tokens
            if t.letter == COMPANY and clause.start <= t.start < q.span.start
        ]
        return self.c.text[tokens[0].start : tokens[0].end] if tokens else None

    def member(self, stretch: Span, q: Quantity) -> str | None:
        """The member of a list that an amount is of (網通23%, 外資僅15%, 其他15%)."""
        rest = _REST.search(self.c.text[stretch.start : q.outer.start])
        if rest is not None:
            return rest[0].rstrip("约则仅占为 ")
        return (
            self.before_verb(q.outer.start, stretch.start)
            or self.first_noun(stretch, q.outer.start)
            or self.company_in(stretch, q)
        )

    def described(self, clause: Span, q: Quantity) -> str | None:
        """The thing behind a percentage and its 的: 佔了98%的鎵精煉."""
        at = behind_amount(self.c.text, q.outer.end)
        if not _REPEATED.match(self.c.text[at:]):
            return None
        noun = self.c.noun_after(at, clause.end)
        return noun.of(self.c.text) if noun is not None else None

    def whole(self, verb: int, q: Quantity) -> str | None:
        """The whole that a part is of, where the brief names nothing else: 這只佔美國國土面積的1%."""
        noun = self.c.noun_after(verb + 1, q.outer.start)
        return noun.of(self.c.text) if noun is not None else None

    def of_level(self, clause: Span, q: Quantity, t: Trigger) -> tuple[str | None, str | None]:
        """What a level is about, and the site of a capacity.

        A word that is its own subject (營收) takes the phrase in front of it along. A thing stands in front of its
        trigger word (絲槓年產能), between it and the amount (年產晶片120萬片), behind the amount (1,000櫃AI伺服器), or heads
        the clause or the sentence.
        """
        noun = self.noun(t, clause.start)
        if t.metric.subject == "self":
            if t.metric.metric in _SPENT and (purpose := self._purpose(clause, q)):
                return purpose, None
            counted = self.counted(clause, q) if t.metric.metric in CARRIED_COUNTS else None
            if counted is None and t.metric.metric in CARRIED_COUNTS:
                counted = self._delivered(t, q)
            if noun is None and counted is None and t.metric.metric in _GOODS:
                counted = self.c.goods
            if noun is None and counted is not None:
                return counted, None
            phrase = self.phrase(clause, t, noun)
            if phrase == t.form and (heading := self.heading()) is not None:
                return (heading if t.metric.metric in CARRIED_COUNTS else heading + t.form), None
            return phrase, None
        site, thing = (
            self._split_site(noun) if t.metric.metric in CAPACITY_METRICS else (None, self._named(noun))
        )
        if t.metric.metric in _SHARES:
            thing = self._part(clause, t, noun, thing)
        named = thing or self._between(t, q) or self.counted(clause, q)
        if t.metric.metric in CAPACITY_METRICS:
            if t.metric.metric != "utilization":
                named = named or self._capacity_thing(clause, q, t)
        elif named is None and t.metric.metric == "market_share":
            named = self.product(clause, q) or self.heading() or self.c.topic
        elif named is None:
            named = self.product(clause, q) or self.heading() or self.carried() or self.head(clause, q)
        return named or (t.form if t.metric.subject != "verb" else None), site

    def _part(self, clause: Span, t: Trigger, noun: Span | None, thing: str | None) -> str | None:
        """The part that a share is of, where the words before 佔比 name the whole or only the act."""
        text = self.c.text
        before = text[noun.start - 1 : noun.start] if noun is not None else ""
        if noun is not None and before == "占":
            return self.before_verb(noun.start - 1, clause.start) or thing  # 企業級SSD占營收比重
        if noun is not None and before == "其":
            return self._possessor(clause) or thing  # 一手房的供應量下降，其成交佔比
        if whole := _WITHIN.search(text[clause.start : t.start]):
            part = self.before_verb(
                clause.start + whole.start(), clause.start
            )  # 鈉離子電池在電動車電池市占率
            return part or (self.carried() if whole["inside"] else None) or thing
        if thing is not None and thing in self.c.tables.acts:
            return thing + t.form  # 供貨佔比
        return thing if thing is not None or t.metric.metric == "market_share" else self._possessor(clause)

    def _possessor(self, clause: Span) -> str | None:
        """What the clause before is about: 二手房 of 二手房的供應量和成交量均上升."""
        earlier = [c for c in self.c.sentence.clauses if c.end <= clause.start]
        noun = self.first_noun(earlier[-1], earlier[-1].end) if earlier else None
        return noun.split("的")[0] if noun is not None else None

    def _purpose(self, clause: Span, q: Quantity) -> str | None:
        """What money is spent on: 斥資5億元在印度設廠."""
        m = _PURPOSE.match(self.c.text, q.outer.end, clause.end)
        noun = self.c.noun_after(m.end(), clause.end) if m else None
        return noun.of(self.c.text) if noun is not None else None

    def _delivered(self, t: Trigger, q: Quantity) -> str | None:
        """The thing between a verb of delivery and its amount: 供應的OLED數量為4000萬台."""
        if t.end > q.outer.start:
            return None
        noun = self.c.noun_after(t.end, q.outer.start)
        if noun is not None and t.metric.metric in ("imports", "exports"):
            return noun.of(self.c.text)  # 進口液化天然氣2300萬噸
        inside = noun is not None and any(
            noun.start <= s.start and s.end <= noun.end for s in self.c.words.named
        )
        return noun.of(self.c.text).removesuffix("数量") if noun is not None and inside else None

    def _capacity_thing(self, clause: Span, q: Quantity, t: Trigger) -> str | None:
        """What is made, where neither the trigger word nor the amount has it beside: the nearest place that tells."""
        if t.metric.subject == "verb" and (noun := self.capacity_before(clause, t)):
            named = self._split_site(self.noun(noun, clause.start))[1] or self._carried_product(q)
            return named or self.product(self.c.sentence.span, q)
        return (
            self.heading()
            or self.product(clause, q)
            or self._carried_product(q)
            or self.product(self.c.sentence.span, q)
        )

    def capacity_before(self, clause: Span, t: Trigger) -> Trigger | None:
        """The noun of capacity that a verb of expansion belongs to: 機床年產能目標年底前擴至500台."""
        nouns = [
            other
            for other in self.c.triggers
            if clause.start <= other.start and other.end <= t.start and other.metric.metric in CAPACITY_METRICS
            and other.metric.subject != "verb"
        ]  # fmt: skip
        return nouns[-1] if nouns else None

    def phrase(self, clause: Span, t: Trigger, noun: Span | None) -> str:
        """The trigger word with the noun phrase in front of it; with the heading of the sentence where there is none."""
        if noun is None:
            topic = self._clause_topic(clause, t)
            return topic + t.form if topic is not None else t.form
        if any(noun.end <= token.start and token.end <= t.start for token in self.c.sentence.tokens):
            return noun.of(self.c.text) + t.form  # 伺服器第3季營收
        return self.c.text[noun.start : t.end]

    def _clause_topic(self, clause: Span, t: Trigger) -> str | None:
        """The product that a clause before opens with, where this one opens with its trigger word alone."""
        if (
            t.metric.subject != "self"
            or t.metric.metric not in _SEGMENTED
            or self._opens_otherwise(clause, t)
        ):
            return None
        for earlier in reversed([c for c in self.c.sentence.clauses if c.end <= clause.start]):
            if any(
                t.names_company and earlier.start <= t.start < earlier.end for t in self.c.sentence.tokens
            ):
                return None
            first = next((s for s in self.c.words.named if earlier.start <= s.start < earlier.end), None)
            if first is not None and not self.c.text[earlier.start : first.start].strip(_OPENERS):
                return first.of(self.c.text)
        return None

    def _opens_otherwise(self, clause: Span, t: Trigger) -> bool:
        """Whether something other than a period stands between the clause's start and its trigger word."""
        at = clause.start
        for token in self.c.sentence.tokens:
            if token.letter == PERIOD and clause.start <= token.start and token.end <= t.start:
                at = token.end
            elif token.letter != PERIOD and clause.start <= token.start and token.end <= t.start:
                return True
        return bool(self.c.text[at : t.start].strip(_OPENERS))

    def noun(self, t: Trigger, floor: int) -> Span | None:
        """The noun phrase in front of a trigger word."""
        return self.c.noun_before(t.start, floor)

    def _split_site(self, noun: Span | None) -> tuple[str | None, str | None]:
        """The plant or place at the head of a noun phrase, and the thing behind it: 越南工廠電視 is 越南工廠 and 電視."""
        if noun is None or self._is_measure(noun):
            return None, None
        phrase = noun.of(self.c.text)
        if phrase in self.c.tables.generic:
            return None, None
        place = max((p for p in self.c.tables.places if phrase.startswith(p)), key=len, default="")
        if place and (whole := _SITE.match(phrase)) and len(whole["site"]) <= len(place) + 3:
            return whole["site"], self._thing(whole["rest"])
        rest = phrase.removeprefix(place).lstrip("的")
        if m := _SITE.match(rest):
            return m["site"] if place not in m["site"] else place + m["site"], self._thing(m["rest"])
        if place:
            return place, self._thing(rest)
        return None, phrase

    def _named(self, noun: Span | None) -> str | None:
        return None if noun is None else self._thing(noun.of(self.c.text))

    def _is_measure(self, noun: Span) -> bool:
        """Whether a noun phrase ends in a word of capacity: 年產能目標 is no thing that is made."""
        return any(
            t.start < noun.end <= t.end and t.metric.metric in CAPACITY_METRICS and t.metric.subject != "verb"
            for t in self.c.triggers
        )

    def _thing(self, words: str) -> str | None:
        return words if len(words) >= 2 and words not in self.c.tables.generic else None

    def _between(self, t: Trigger, q: Quantity) -> str | None:
        """A thing between the trigger word and its amount: 年產晶片120萬片."""
        if t.end > q.outer.start:
            return None
        words = self.c.text[t.end : q.outer.start].strip()
        noun = self.c.noun_before(q.outer.start, t.end)
        if noun is None or not 2 <= len(words) <= _LONGEST_BETWEEN:
            return None
        return words if _WORDS.fullmatch(words) else noun.of(self.c.text)

    def counted(self, clause: Span, q: Quantity, generic: bool = False) -> str | None:
        """The thing that an amount counts, right behind it: 1,000櫃AI伺服器; 廠商 and its like only where asked for."""
        if q.kind not in ("count", "measure", "person"):
            return None
        noun = self.c.noun_after(q.outer.end, clause.end)
        if noun is None or noun.start - q.outer.end > 1 or self._is_measure(noun):
            return None
        form = noun.of(self.c.text)
        if form[0] in _CLASSIFIERS and len(form) > 2:
            form = form[1:]
        return None if form in self.c.tables.generic and not generic else form

    def product(self, within: Span, q: Quantity) -> str | None:
        """The product of the lexicon that stands nearest to an amount in a stretch, before it rather than behind."""
        found = self.c.tables.nouns.product(self.c.words, within.start, within.end, q.outer.start)
        return found.of(self.c.text) if found else None

    def head(self, clause: Span, q: Quantity) -> str | None:
        """The noun phrase that opens the clause: 中國人口大約是我們的四倍."""
        return self.first_noun(clause, q.outer.start)

    def first_noun(self, clause: Span, before: int) -> str | None:
        """The first noun phrase of a clause before an offset, outside mentions and trigger words."""
        inside = [t for t in self.c.sentence.tokens if clause.start <= t.start < before]
        for word in self.c.words.words:
            if any(t.start < word.end and word.start < t.end for t in self.c.triggers):
                continue
            if clause.start <= word.start < before and not any(t.start <= word.start < t.end for t in inside):
                noun = self.c.noun_after(word.start, before)
                if noun is not None and noun.of(self.c.text) not in self.c.tables.generic:
                    return noun.of(self.c.text)
        return None

    def earlier_thing(self, clause: Span, q: Quantity) -> str | None:
        """What the clauses before name as a thing that changes: by a trigger word, a heading or their first noun."""
        earlier = [t for t in self.c.triggers if t.end <= q.span.start and names_a_thing(t)]
        if earlier:
            return self.phrase(clause, earlier[-1], self.noun(earlier[-1], self.c.sentence.span.start))
        if (heading := self.heading()) is not None:
            return heading
        for before in reversed([c for c in self.c.sentence.clauses if c.end <= clause.start]):
            named = self.first_noun(before, before.end)
            if named is not None and not self.c.tables.changes.names_change(named):
                return named
        return None

    def before_comparison(self, clause: Span, left: str) -> str | None:
        """The thing that is compared: 營收較市場共識高出6%."""
        at = max(left.rfind(word) for word in ("较", "比", "优于", "高于", "低于", "超出", "超越"))
        return self.before_verb(clause.start + at, clause.start) if at > 0 else None

    def before_verb(self, at: int, floor: int) -> str | None:
        """The noun phrase before a verb, over the adverbs between the two: 伺服器DRAM需求將佔."""
        spans = [w for w in self.c.words.words if floor <= w.start < at]
        while spans:
            noun = self.c.noun_before(spans[-1].end, floor)
            if noun is not None:
                return noun.of(self.c.text)
            if len(self.c.text[spans[-1].end : at]) > 8:
                return None
            spans.pop()
        return None

    def heading(self) -> str | None:
        """The part that heads the sentence (十二吋部分,...), where it names a thing."""
        m = _HEADING.match(self.c.sentence.masked)
        if m is None or "Ⓠ" in m["head"] or "Ⓟ" in m["head"]:
            return None
        start, end = (
            self.c.sentence.offsets[m.start("head")],
            self.c.sentence.offsets[m.end("head") - 1] + 1,
        )
        noun = self.c.noun_before(end, start)
        head = noun.of(self.c.text) if noun is not None else None
        return None if head in self.c.tables.generic else head

    def carried(self) -> str | None:
        """The subject of the last measure of the sentence."""
        return self.c.carried.subject if self.c.carried is not None else None

    def _carried_product(self, q: Quantity) -> str | None:
        """The thing that the last amount of the same kind was of, in this sentence or the one before."""
        if (
            self.c.level is not None
            and self.c.level.metric in CARRIED_COUNTS
            and self.c.level.quantity.kind == q.kind
        ):
            return self.c.level.subject
        if any(t.names_company and t.start < q.span.start for t in self.c.sentence.tokens):
            return None
        return self.c.topic

    def next_topic(self) -> str | None:
        """The product that this sentence leaves to the next one: the last that it names."""
        named = [s for s in self.c.words.named if len(s) >= 2]
        return named[-1].of(self.c.text) if named else self.c.topic

    def next_goods(self) -> str | None:
        """The goods that the amounts of this sentence were of, for bare 出貨 and 銷量 in the next one."""
        level = self.c.level
        if level is not None and level.metric in _GOODS and level.trigger is not None:
            named = (level.subject or "").replace(self.c.text[level.trigger.start : level.trigger.end], "")
            return (
                named
                if len(named) >= 2 and any(s.of(self.c.text) in named for s in self.c.words.named)
                else self.c.goods
            )
        return self.c.goods

    def site_before(self, clause: Span, q: Quantity) -> str | None:
        """The place or plant right before an amount: 台灣33萬片、大陸25萬片."""
        noun = self.c.noun_before(q.outer.start, clause.start)
        return self._split_site(noun)[0]
