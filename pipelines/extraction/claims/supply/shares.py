"""A supplier's share of a customer's need: in brackets behind a name, or in a clause of its own."""

from __future__ import annotations

import re
from decimal import Decimal

from pipelines.extraction.claims.supply.clauses import Party
from pipelines.extraction.claims.supply.statement import Statement
from pipelines.extraction.document import Sentence
from pipelines.extraction.model import Company
from pipelines.extraction.parties import Mention
from pipelines.extraction.quantities import Quantity

Share = tuple[Decimal | None, Decimal | None]
_NOUN = r"(?:市占率|市占|份额|占比|比重|供应比例|供货比例|采购比例)"
_BRACKETED = re.compile(rf"\s?\([^()Ⓠ]{{0,8}}{_NOUN}[^()Ⓠ]{{0,4}}(?P<q>Ⓠ)[^()Ⓠ]{{0,4}}\)")
_OWN_CLAUSE = re.compile(
    r"(?:供货|供应|采购)(?:金额|数量|量)?(?:的)?(?:占比|比重|份额|比例)[^,。;Ⓒ]{0,8}?(?P<q>Ⓠ)"
    r"|(?<=[,;])(?:其)?(?:份额|占比|供货比例)[^,。;Ⓒ]{0,4}?(?P<o>Ⓠ)"
    r"|占(?:其|该公司|该客户|客户)(?:需求|采购|用量|供应)量?的?[^,。;Ⓒ]{0,8}?(?P<p>Ⓠ)"
)
NONE: Share = (None, None)


def share_of(statement: Statement, customer: Party | None) -> Share:
    """The share that a statement gives: its own, the one before a verb of buying, or one in brackets."""
    sentence, match, traits = statement.clauses.sentence, statement.match, statement.rule.traits
    if "share" in traits:
        return _first_share(sentence, match.start(), match.end())
    before = _first_share(sentence, statement.start, match.start()) if "mainly" in traits else NONE
    if before != NONE:
        return before
    if customer is not None:
        for i in statement.clauses.places(match.start(), match.end()):
            if sentence.by_mask[i].start == customer.span.start:
                behind = _share_behind(sentence, i + 1)
                if behind != NONE:
                    return behind
    return _share_behind(sentence, match.end())


def _share_behind(sentence: Sentence, at: int) -> Share:
    """The share in brackets right behind a place of the masked sentence."""
    m = _BRACKETED.match(sentence.masked, at)
    return _share(sentence, m.start("q")) if m else NONE


def share_of_sentence(sentence: Sentence) -> tuple[Share, Company | None, int]:
    """The share that a clause of the sentence states (供貨佔比超過60%), the company in front of it, and where it stands."""
    m = _OWN_CLAUSE.search(sentence.masked)
    if m is None or sentence.masked[m.end() : m.end() + 2].startswith(("、", "和Ⓠ", "及Ⓠ")):
        return NONE, None, 0  # one share for each of several periods
    clause = max(sentence.masked.rfind(mark, 0, m.start()) for mark in ",;:。")
    token = sentence.by_mask.get(sentence.masked.rfind("Ⓒ", clause + 1, m.start()))
    owner = token.item.company if token and isinstance(token.item, Mention) else None
    return _share(sentence, m.end() - 1), owner, sentence.offsets[m.start()]


def _first_share(sentence: Sentence, start: int, end: int) -> Share:
    """The share of the quantity inside a stretch of the masked sentence."""
    at = sentence.masked.find("Ⓠ", start, end)
    return _share(sentence, at) if at >= 0 else NONE


def _share(sentence: Sentence, at: int) -> Share:
    token = sentence.by_mask.get(at)
    quantity = token.item if token else None
    if not isinstance(quantity, Quantity) or quantity.unit not in ("percent", "multiple"):
        return NONE
    scale = 100 if quantity.unit == "multiple" else 1
    low = None if quantity.low is None else quantity.low * scale
    high = None if quantity.high is None else quantity.high * scale
    if any(bound is not None and not 0 <= bound <= 100 for bound in (low, high)):
        return NONE
    return low, high
