"""The rules of seeds/lexicon/supply_rules.csv as patterns over masked sentences.

A rule's template describes the predicate of a supply statement, not its subject: 甲向乙供應鏡頭 is `{to}{C}{deliver}{I}`
with the supplier as its subject. The subject is found by the clause (`clauses`) or carried over (`topics`), so no
pattern reaches far. In a template Ⓒ is a company, Ⓠ a quantity, and

    {C} {S}    customers, suppliers: one company or a list          {O}  the other side, whichever it is
    {L}        the supplier who loses what {S} gets                 {it} the customer that was named last
    {M}        a model name
    {I}        the item, to the end of its clause                   {i}  the item, between two other parts
    {etc}      what may trail a list (等客戶)                         {own} what a customer's own product may be called
    {desc}     what may stand before a name (國內龍頭企業)              {gap} a few words
    {brand}    a product whose owner is known (iPhone)              {deliver} and the like: words of that class
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipelines.extraction.claims.supply.words import SupplyWords, alternation
from pipelines.extraction.lexicon import Lexicon, SupplyRuleRow, normalize

#: A list of more companies than this is no statement that anybody reads.
LONGEST_LIST = 24
BRACKET = r"(?:\s?\([^()]{0,24}\))?"
_REGION = r"(?:其他|另一|另|韩国|日本|美国|德国|法国|荷兰|中国|台湾|大陆|日商|美商|韩商|港商|德商|陆企|台厂)?"
AND = rf"\s?(?:、|和|及|与|以及|/|跟|暨)\s?{_REGION}\s?"
_QUOTE, _UNQUOTE = r"[\s“「『]{0,2}", r"(?:(?:公司)?[”」』])?"
_VERBS = frozenset({"deliver", "deliver_direct", "make", "supply_verb"})
_NO_END = r"[^,。;:!?、Ⓒ()]"


@dataclass(frozen=True, slots=True)
class SupplyRule:
    """A predicate, whose subject it has, how far that subject may stand, and what else is particular about it.

    `reach`: `clause`, `sentence`, `topic` (carried over sentences), `bill` (only where the passage lists one
    customer's suppliers), `after` (only right behind a chained rule), `none` (both sides stand in the template).

    `traits` of the item: `left` (it may stand before the predicate), `before` (what stands there comes first),
    `needs_left` (it must stand there), `thing` (what the pattern catches must be a product), `goods` (so it must where
    the verb takes other objects too: 提供), `must` (a product must be said), `own` (a name in front of it is of the
    customer's product), `first` (it ends at its first 的). Other traits: `mainly` (主要 before it makes the supplier
    primary), `moves` (an order leaves its supplier), `same_customer` (of the claim before it in the sentence), `share`
    (it states one), `chained` (more suppliers may follow), `principal` (its supplier is who an agent sells for).
    """

    name: str
    pattern: re.Pattern[str]
    subject: str
    reach: str
    traits: frozenset[str]
    status: str | None


def compile_rules(lexicon: Lexicon, words: SupplyWords) -> tuple[SupplyRule, ...]:
    """The rules in the order of the table: a stretch that one has read is closed to those after it."""
    slots = _slots(lexicon, words)
    return tuple(_compiled(row, slots, words) for row in lexicon.supply_rules)


def brand_source(lexicon: Lexicon) -> str:
    """A product whose owner is known, with its generation: iPhone 17 Pro."""
    return rf"{alternation(lexicon.product_owners)}(?![A-Za-z])(?:\s?\d+[A-Za-z]*)?(?:\s?(?:和|、|与|/)\s?\d+)*(?:\s?(?:Pro|Max|Ultra|Plus|SE\d?))*(?:系列)?"


def _slots(lexicon: Lexicon, words: SupplyWords) -> dict[str, str]:
    one = rf"Ⓒ{BRACKET}"
    companies = rf"{one}(?:{AND}{one}){{0,{LONGEST_LIST}}}"
    brand = brand_source(lexicon)
    both = words.source("both")
    return {
        "S": rf"{_QUOTE}(?:Ⓒ(?:集团)?(?:旗下|子公司|转投资)的?)?(?P<S>{companies}|{both}){_UNQUOTE}",
        "C": rf"{_QUOTE}(?P<C>{companies}|{brand}|{both}){_UNQUOTE}",
        "O": rf"{_QUOTE}(?P<O>{companies}){_UNQUOTE}",
        "it": r"(?P<it>其|它|该公司|该客户|对方)",
        "L": rf"{_QUOTE}(?P<L>{companies}){_UNQUOTE}",
        "I": r"(?P<I>[^,。;:!?Ⓒ()]{0,26})",
        "i": r"(?P<I>[^,。;:、Ⓒ]{0,30}?)",
        "M": r"(?P<M>\s?[A-Za-z][A-Za-z\d .\-]*)?",
        "to": rf"(?<![成作因视认身较]){words.source('to')}",
        "etc": rf"(?:等Ⓒ|等)?(?:{_NO_END}{{0,6}}?(?:客户|企业|厂商|业者|公司|大厂|车厂|品牌|厂))?",
        "own": rf"(?P<own>{_NO_END}{{0,14}}?)",
        "gap": rf"{_NO_END}{{0,10}}?",
        "desc": rf"{_NO_END}{{0,8}}?",
        "brand": brand,
    }


def _compiled(row: SupplyRuleRow, slots: dict[str, str], words: SupplyWords) -> SupplyRule:
    tail = rf"(?!{words.source('noun_tail')})"

    def filled(m: re.Match[str]) -> str:
        name = m[1]
        if name in slots:
            return slots[name]
        return words.source(name) + (tail if name in _VERBS else "")

    source = re.sub(r"\{([A-Za-z_]+)\}", filled, normalize(row.template))
    return SupplyRule(
        row.name,
        re.compile(source),
        row.subject,
        row.reach,
        frozenset(row.traits.split()),
        row.status or None,
    )
