"""What a number is about: the shortest phrase of the brief that names the thing, and the site where it is made."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from pipelines.extraction.claims.context import SentenceContext, Trigger, behind_amount, names_a_thing
from pipelines.extraction.claims.frame import CAPACITY_METRICS, CARRIED_COUNTS
from pipelines.extraction.document import COMPANY, PERIOD
from pipelines.extraction.quantities import Quantity
from pipelines.text.segmentation import Word
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
#: Goods of the exchanges that one character names.
_GOODS_OF_ONE = frozenset("铜铝锌镍锡铅钴锂金银钯铂钢铁煤油糖米")
_REPEATED = re.compile(r"^\s?(?:的|之)")


#: A member of a row before its amount: 伺服器62%、網通23%; 材料佔六成、人工佔兩成五.
_ROW_LED = re.compile(
    r"(?:^|Ⓟ|(?P<after>Ⓠ\)?)(?:、|,|，|;|；|和|及|与|而|以及|其中)+|为|:|：|,|，|是|\(|其中)\s?(?P<name>[^,，、;；:：。()ⓆⓅⒸ为是]{1,10}?)\s?"
    r"(?:方面|部分|者)?(?:则|也|仍|就|会|将|约|仅|只|占|达|有|近|逾|各|为|是|剩|的|超过|将近|上升至|增至|降至|升至|达到|\()*\s?$"
)
_ROW_GOES_ON = re.compile(
    r"\)?\s?(?:、|,|，|;|；|和|及|与|而|以及)+\s?[^,，、;；:：。()ⓆⓅ]{1,10}?(?:则|也|仍|约|仅|只|占|达|有|近|逾|为|是|\()*\s?Ⓠ"
)
_MAINLY = re.compile(r"以(?P<part>[^,，。;；]{2,14}?)(?:业务|产品)?为(?:主要|主|大宗|最大宗|核心)")
#: A plant by its name: 光復廠, 林口二廠, 合肥基地.
_PLANT = re.compile(
    r"(?:^|[,，、;；:：()“”「」\s和及与而]|其中|加上|连同|另)(?P<plant>[\u4e00-\u9fffA-Za-z\d ]{1,10}?(?:[一二三四五六七八九十\d]厂|厂区|新厂|工厂|厂房|厂|生产基地|基地|园区|产线))(?=的|[,，、]|$|[^商房家务])"
)
_NO_PLANT = re.compile(
    r"^(?:家|该|此|各|两|三|本|工|晶圆|代工|组装|原|大|同|供应|封测|面板|记忆体|电池|系统|整车|新|旧|其|建|设|扩|每|多|有|在|为|是|一座|海外|国内|全国|当地)+(?:工厂|厂|基地|园区|产线|厂区)"
)
_STARTED = re.compile(r"投产|完工|启用|量产|开出|落成|扩建|动工|开工|试产|竣工|建成|达产")
_OF_WHOLE = re.compile(r"总|合计|公司|集团|全球|整体|全年")
_JOINED = re.compile(r"\s?(?:、|和|及|与|以及)\s?$")
_COMPANY_LED = re.compile(
    r"(?:^|[,，、;；:：和及与而])\s?Ⓒ\s?(?:则|也|仍|约|仅|只|占|达|有|近|逾|各|为|是)*\s?$"
)


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
            self.of_row(q, holders=True)
            or self.before_verb(q.outer.start, stretch.start)
            or self.first_noun(stretch, q.outer.start)
            or self.company_in(stretch, q)
        )

    def row_member(self, q: Quantity) -> Span | None:
        """The name that an amount has in a row of names and amounts of one kind; None outside rows."""
        masked = self.c.sentence.masked
        at = self._place(q)
        led = _ROW_LED.search(masked[:at]) if at is not None else None
        if at is None or led is None or not self._in_row(at, q, led.start("name") if led["after"] else 0):
            return None
        offsets = self.c.sentence.offsets
        start, end = offsets[led.start("name")], offsets[led.end("name") - 1] + 1
        if any(start < t.end and t.start < end for t in self.c.triggers if t.metric.subject == "self"):
            return None
        return Span(start, end)

    def of_row(self, q: Quantity, holders: bool = False) -> str | None:
        """The member of a row as a subject: its noun phrase, else the words as they stand (折舊佔一成五)."""
        row = self.row_member(q)
        if row is None:
            return None
        name = row.of(self.c.text).split("占")[0].strip()
        noun = self.c.noun_before(row.start + len(name), row.start) if name else None
        if noun is not None:
            return noun.of(self.c.text)
        inside = [w for w in self.c.words.words if row.start <= w.start < row.start + len(name)]
        if holders and name in self.c.tables.holders:
            return name  # 散戶占成交量七成，外資僅15%
        is_word = len(inside) == 1 and 2 <= len(name) <= 4 and name not in self.c.tables.stops
        return name if is_word else None

    def names_company(self, q: Quantity) -> bool:
        """Whether nothing but a company stands before an amount in its clause."""
        masked = self.c.sentence.masked
        at = self._place(q)
        return at is not None and _COMPANY_LED.search(masked[:at]) is not None

    def in_company_row(self, q: Quantity) -> bool:
        """Whether an amount stands in a row of companies and amounts: 台塑148億元、南亞215億元."""
        at = self._place(q)
        masked = self.c.sentence.masked
        led = _COMPANY_LED.search(masked[:at]) if at is not None else None
        return at is not None and led is not None and self._in_row(at, q, led.start())

    def _place(self, q: Quantity) -> int | None:
        return next((i for i, t in self.c.sentence.by_mask.items() if t.item is q), None)

    def _in_row(self, at: int, q: Quantity, before: int) -> bool:
        """Whether the amount before a place, or the one that a further member has, is of the same kind."""
        sentence = self.c.sentence
        i = sentence.masked.rfind("Ⓠ", 0, before)
        m = _ROW_GOES_ON.match(sentence.masked, at + 1)
        others = [sentence.by_mask[i].item for i in (i, m.end() - 1 if m else -1) if i >= 0]
        return any(isinstance(o, Quantity) and (o.kind, o.unit) == (q.kind, q.unit) for o in others)

    def joined(self, subject: str | None, at: int, floor: int) -> str | None:
        """A part with those it is joined to: 記憶卡、隨身碟與其他產品 have one share together. `at`: where it ends."""
        if subject is None or (start := self.c.text.rfind(subject, floor, at)) < 0:
            return subject
        end = start + len(subject)
        while (m := _JOINED.search(self.c.text[floor:start])) is not None:
            noun = self.c.noun_before(floor + m.start(), floor)
            if noun is None or floor + m.start() - noun.end > 1:
                break
            start = noun.start
        return self.c.text[start:end]

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
            if t.metric.metric == "trade_volume" and (holder := self._holder(clause, t)):
                return holder, None
            counted = self.counted(clause, q) if t.metric.metric in CARRIED_COUNTS else None
            if counted is None and t.metric.metric in CARRIED_COUNTS:
                counted = self._delivered(t, q)
            if noun is None and counted is None and t.metric.metric in _GOODS:
                counted = self.c.goods
            if noun is None and counted is not None:
                return counted, None
            phrase = self.phrase(clause, t, noun)
            if phrase == t.form and (heading := self.heading()) is not None:
                whole = t.metric.metric in CARRIED_COUNTS or heading.endswith(t.form)
                return (heading if whole else heading + t.form), None
            return phrase, None
        site, thing = (
            self._split_site(noun) if t.metric.metric in CAPACITY_METRICS else (None, self._named(noun))
        )
        if t.metric.metric in _SHARES:
            thing = self._part(clause, q, t, noun, thing)
        named = thing or self._between(t, q) or self.counted(clause, q)
        if t.metric.metric in CAPACITY_METRICS:
            if t.metric.metric != "utilization":
                named = named or self._capacity_thing(clause, q, t)
        elif named is None and t.metric.metric == "market_share":
            earlier = Span(self.c.sentence.span.start, clause.start)
            told = self.product(earlier, q) if self.c.has_company(clause) else None
            named = self.product(clause, q) or self.heading() or told or self.c.topic
        elif named is None:
            named = self.product(clause, q) or self.heading() or self.carried() or self.head(clause, q)
        if named is None and t.metric.metric == "output":
            return None, site  # 月產 names no thing
        return named or (t.form if t.metric.subject != "verb" else None), site

    def _part(
        self, clause: Span, q: Quantity, t: Trigger, noun: Span | None, thing: str | None
    ) -> str | None:
        """The part that a share is of, where the words before 佔比 name the whole or only the act."""
        text = self.c.text
        before = text[noun.start - 1 : noun.start] if noun is not None else ""
        if noun is not None and self._is_whole(noun) and (main := self._mainly(clause)) is not None:
            return main
        row = self.row_member(q)
        if row is not None and row.start >= t.end:
            return self.of_row(q)  # 主要產品比重為遊戲機35%
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

    def _is_whole(self, noun: Span) -> bool:
        """Whether a noun is only what the parts are parts of: 營收占比."""
        return any(
            t.end == noun.end and noun.start >= t.start and t.metric.subject == "self"
            for t in self.c.triggers
        )

    def _mainly(self, clause: Span) -> str | None:
        """The part that the words before name as the main one: 營收以智能移動為主，營收占比65%."""
        found = list(_MAINLY.finditer(self.c.text, self.c.sentence.span.start, clause.start))
        return found[-1]["part"].strip() if found else None

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

    def _holder(self, clause: Span, t: Trigger) -> str | None:
        """Who buys or sells, of the holders of the lexicon: 投信買超45億元."""
        left = self.c.text[clause.start : t.start]
        found = [(left.rfind(group), group) for group in self.c.tables.holders if group in left]
        at, group = max(found, key=lambda f: (f[0] + len(f[1]), len(f[1])), default=(-1, ""))
        return group if at >= 0 else None

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
        if noun is None and t.start > clause.start and self.c.text[t.start - 1] in _GOODS_OF_ONE:
            return self.c.text[t.start - 1 : t.end]  # 銅均價
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
        if _NO_PLANT.match(phrase):
            return None, self._thing(phrase.split("厂")[-1].lstrip("的"))
        if place and (whole := _SITE.match(phrase)) and len(whole["site"]) <= len(place) + 3:
            return whole["site"], self._thing(whole["rest"])
        for named in self.c.tables.places if not place else ():  # 水冷板越南廠
            at = phrase.find(named, 2)
            if at > 0 and (whole := _SITE.match(phrase[at:])) and not whole["rest"]:
                return whole["site"], self._thing(phrase[:at])
        rest = phrase.removeprefix(place).lstrip("的")
        if (m := _SITE.match(rest)) and not _NO_PLANT.match(m["site"]):
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

    def plant_of(self, at: int, goes_on: bool) -> str | None:
        """The plant that a capacity is of: the last that its clause names before `at`; where `goes_on`, also one of the
        clauses before that spoke of capacity, as long as no other company begins between the two."""
        clauses = [c for c in self.c.sentence.clauses if c.start < at]
        if clauses and (not goes_on or self.is_of_whole(clauses[-1], at)):
            clauses = clauses[-1:]
        for clause in reversed(clauses):
            if clause is not clauses[-1] and not self._speaks_of_capacity(clause):
                continue
            edges = [t.end for t in self.c.sentence.tokens if clause.start <= t.start and t.end <= at]
            for low, high in _stretches(clause.start, min(clause.end, at), edges):
                found = [m for m in _PLANT.finditer(self.c.text[low:high]) if self._is_plant(m, low)]
                if found:
                    return re.sub("^(?:其中|另外?|而|加上|连同)", "", found[-1]["plant"])
            if any(t.letter == COMPANY and clause.start <= t.start < at for t in self.c.sentence.tokens):
                return None
        return None

    def is_of_whole(self, clause: Span, at: int) -> bool:
        """Whether an amount is of a whole company, not of one plant: 年底集團可達585萬張."""
        return _OF_WHOLE.search(self.c.text[clause.start : at]) is not None

    def _speaks_of_capacity(self, clause: Span) -> bool:
        return _STARTED.search(clause.of(self.c.text)) is not None or any(
            clause.start <= t.start < clause.end and t.metric.metric in CAPACITY_METRICS
            for t in self.c.triggers
        )

    def _is_plant(self, m: re.Match[str], offset: int) -> bool:
        """Whether a name of a plant is none of a kind of firm: 光復廠, but not 封測廠 or 散熱大廠."""
        start, end = offset + m.start("plant"), offset + m.end("plant")
        if _NO_PLANT.match(m["plant"]) or m["plant"].endswith(("大厂", "原厂")):
            return False
        if any(
            start < s.end and s.start < end and not s.of(self.c.text)[0].isdigit() for s in self.c.words.named
        ):
            return False
        return not any(
            start <= w.start < end and w.of(self.c.text) in self.c.tables.acts
            for w in _spans(self.c.words.words)
        )

    def site_before(self, clause: Span, q: Quantity) -> str | None:
        """The place or plant right before an amount: 台灣33萬片、大陸25萬片."""
        noun = self.c.noun_before(q.outer.start, clause.start)
        return self._split_site(noun)[0]


def _stretches(start: int, end: int, edges: list[int]) -> list[tuple[int, int]]:
    """The stretches of a clause between its mentions, the last one first."""
    cuts = [start, *sorted(e for e in edges if start < e < end), end]
    return list(pairwise(cuts))[::-1]


def _spans(words: Sequence[Word]) -> list[Span]:
    return [Span(w.start, w.end) for w in words]
