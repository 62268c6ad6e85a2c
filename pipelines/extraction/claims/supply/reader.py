"""Reads the supply claims of a document, sentence by sentence, by the rules in their order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Any

from pipelines.extraction.claims.supply.clauses import Clauses, Owners, Party, open_sentence
from pipelines.extraction.claims.supply.items import Item, ItemReader
from pipelines.extraction.claims.supply.merging import merged
from pipelines.extraction.claims.supply.rules import brand_source, compile_rules
from pipelines.extraction.claims.supply.shares import NONE, Share, share_of, share_of_sentence
from pipelines.extraction.claims.supply.sides import SideReader
from pipelines.extraction.claims.supply.stance import Stance
from pipelines.extraction.claims.supply.statement import Statement, state
from pipelines.extraction.claims.supply.things import ThingReader
from pipelines.extraction.claims.supply.topics import Topics
from pipelines.extraction.claims.supply.words import SupplyWords
from pipelines.extraction.document import COMPANY, Document, Sentence
from pipelines.extraction.lexicon import Lexicon
from pipelines.extraction.model import Company, Evidence, PeriodBounds, SupplyClaim, SupplySpans
from pipelines.extraction.periods import Period

#: Characters of the next sentence in which a denial still belongs to the statement.
_DENIAL_WINDOW = 16
#: Characters behind a statement in which its own sentence may take it back.
_REFUTAL_WINDOW = 160
#: Claims that later ones look back to.
_MEMORY = 64


class SupplyReader:
    """Reads supply claims from the masked sentences of a document."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._words = SupplyWords(lexicon)
        rules = compile_rules(lexicon, self._words)
        self._rules = [rule for rule in rules if rule.reach != "after"]
        self._follower = next(rule for rule in rules if rule.reach == "after")
        self._items = ItemReader(lexicon, self._words)
        self._sides = SideReader(self._items)
        self._things = ThingReader(self._items, self._words)
        self._stance = Stance(self._words)
        self._owners = Owners(
            brand_source(lexicon),
            {
                form: Company(company_id, lexicon.companies[company_id].name_zh_hant, "curated")
                for form, company_id in lexicon.product_owners.items()
            },
        )

    def read(self, document: Document, title_topic: Company | None) -> list[SupplyClaim]:
        """The supply claims in their order; one for each supplier, customer and item."""
        topics = Topics(self._lexicon, self._words, self._items, title_topic)
        claims: list[SupplyClaim] = []
        for n, sentence in enumerate(document.sentences):
            sentence = open_sentence(sentence, document.text, self._words)
            clauses = Clauses(sentence, self._words, self._owners, topics.pair)
            topics.enter(clauses, {claim.supplier for claim in claims})
            if self._words.found("self_reported", sentence.masked):
                continue
            next_words = "".join(s.masked[:_DENIAL_WINDOW] for s in document.sentences[n + 1 : n + 2])
            found = self._of_sentence(clauses, topics, claims, next_words)
            share, owner, at = share_of_sentence(sentence)
            if share != NONE:
                _give_share(found or claims, share, owner, at)
            claims.extend(found)
            topics.leave()
        return self._with_self_reports(document, merged(claims, self._items))

    def owner_of(self, title: str) -> Company | None:
        """The firm whose product a title names, where it may stand for the firm."""
        m = self._owners.pattern.search(title)
        return self._owners.company(m[0]) if m else None

    # -- one sentence --------------------------------------------------------------------------------------------

    def _of_sentence(
        self, clauses: Clauses, topics: Topics, before: list[SupplyClaim], next_words: str
    ) -> list[SupplyClaim]:
        """The claims of a sentence; a stretch that one rule has read or found denied is closed to those after it."""
        masked = clauses.masked
        if COMPANY not in masked and topics.bill is None and not clauses.owners():
            return []
        taken = bytearray(len(masked))
        found: list[SupplyClaim] = []
        for rule in self._rules:
            if rule.reach == "bill" and topics.bill is None:
                continue
            for match in rule.pattern.finditer(masked):
                if taken.find(1, match.start(), match.end()) >= 0:
                    continue
                statement = state(rule, match, clauses, topics, [*before, *found][-_MEMORY:])
                if self._stance.denies(statement):
                    _close(taken, match)
                elif not self._stance.is_refuted(masked[match.end() :][:_REFUTAL_WINDOW] + next_words):
                    claims = list(self._claims(statement))
                    found.extend(claims)
                    if claims:
                        _close(taken, match)
                        for following in self._read_on(statement, found, before):
                            _close(taken, following)
        found = self._of_principals(clauses, found)
        return sorted(found, key=lambda claim: claim.evidence.span.start)

    def _read_on(
        self, statement: Statement, found: list[SupplyClaim], before: list[SupplyClaim]
    ) -> Iterator[re.Match[str]]:
        """Adds the claims of a chain (採用甲的晶片、乙的面板與丙的鏡頭) to those found; yields its matches."""
        masked, end = statement.clauses.masked, statement.match.end()
        is_chain = "chained" in statement.rule.traits
        while is_chain and (match := self._follower.pattern.match(masked, end)):
            known = [*before, *found][-_MEMORY:]
            claims = list(
                self._claims(state(self._follower, match, statement.clauses, statement.topics, known))
            )
            if not claims:
                return
            found.extend(claims)
            yield match
            end = match.end()

    def _claims(self, statement: Statement) -> Iterator[SupplyClaim]:
        """The claims of a statement, and those of the suppliers who lose what it gives to others."""
        suppliers, customers = self._sides.read(statement)
        if not suppliers or (statement.rule.subject == "customer" and not customers):
            return
        items = self._things.read(statement, [p.company for p in suppliers], [p.company for p in customers])
        if items is None:
            return
        if not customers and all(item.name is None or self._items.is_generic(item.name) for item in items):
            return
        status, role = self._stance.status(statement), self._stance.role(statement)
        receivers: list[Party | None] = [*customers] or [None]
        for supplier, customer, item in _rows(statement, suppliers, receivers, items):
            if customer is None or customer.company != supplier.company:
                share = share_of(statement, customer)
                yield self._claim(statement, supplier, customer, item, role, status, share)
        for loser, customer, item in product(statement.parties("L"), customers, items):
            yield self._claim(statement, loser, customer, item, None, "ended", NONE)

    def _claim(
        self, statement: Statement, supplier: Party, customer: Party | None, item: Item, role: str | None,
        status: str, share: Share,
    ) -> SupplyClaim:  # fmt: skip
        sentence = statement.clauses.sentence
        evidence = Evidence(
            supplier.span, sentence.span, statement.rule.name, _confidence(sentence, supplier, customer),
            tuple(self._flags(statement, supplier, customer)),
        )  # fmt: skip
        return SupplyClaim(
            evidence, supplier.company, customer.company if customer else None, item.name, status, item.model, role,
            *share, _period(statement), SupplySpans(customer.span if customer else None),
        )  # fmt: skip

    def _flags(self, statement: Statement, supplier: Party, customer: Party | None) -> Iterator[str]:
        if self._stance.is_hearsay(statement.clauses.masked):
            yield "hearsay"
        if supplier.is_owner or (customer is not None and customer.is_owner):
            yield "derived"

    # -- the whole -----------------------------------------------------------------------------------------------

    def _of_principals(self, clauses: Clauses, claims: list[SupplyClaim]) -> list[SupplyClaim]:
        """The claims with the principal in the place of the agent who sells for it (甲代理乙的光阻, 供應丙)."""
        names = {rule.name for rule in self._rules if "principal" in rule.traits}
        for deal in [claim for claim in claims if claim.evidence.rule in names]:
            place = clauses.sentence.offsets.index(deal.evidence.span.start)
            agents = {party.company for party in clauses.subject(place, "sentence") or []}
            sold = [claim for claim in claims if claim.supplier in agents]
            if sold:
                claims = [_sold_for(deal, c) if c in sold else c for c in claims if c is not deal]
        return claims

    def _with_self_reports(self, document: Document, claims: list[SupplyClaim]) -> list[SupplyClaim]:
        """The claims, those flagged that the brief says only the suppliers themselves report."""
        for sentence in document.sentences:
            if self._words.found("self_reported", sentence.masked):
                named = {mention.company for mention in sentence.mentions()}
                claims = [
                    _as_hearsay(c) if not named or c.customer in named or c.supplier in named else c
                    for c in claims
                ]
        return claims


def _rows(
    statement: Statement, suppliers: list[Party], customers: list[Party | None], items: list[Item]
) -> Iterator[tuple[Party, Party | None, Item]]:
    """Each supplier with each customer and item; one by one where 分別 pairs lists of one length."""
    sides: list[list[Any]] = [suppliers, customers, items]
    lists = [side for side in sides if len(side) > 1]
    is_paired = len(lists) > 1 and len({len(side) for side in lists}) == 1
    if is_paired and "分别" in statement.left + statement.inside:
        yield from zip(*(side if len(side) > 1 else side * len(lists[0]) for side in sides), strict=True)
    else:
        yield from product(suppliers, customers, items)


def _confidence(sentence: Sentence, supplier: Party, customer: Party | None) -> float:
    """How sure a claim is: both sides in its sentence, one carried over from another, one unsaid."""
    if customer is None:
        return 0.5
    is_whole = sentence.span.covers(supplier.span) and sentence.span.covers(customer.span)
    return 0.7 if supplier.is_owner or customer.is_owner or not is_whole else 0.85


def _close(taken: bytearray, match: re.Match[str]) -> None:
    """Marks the stretch of a match as read."""
    taken[match.start() : match.end()] = b"\x01" * (match.end() - match.start())


def _period(statement: Statement) -> PeriodBounds:
    """The one period of the clause; none where it holds several."""
    end = statement.match.end() + len(statement.right)
    tokens = statement.clauses.sentence.by_mask
    items = [tokens[i].item for i in range(statement.start, end) if i in tokens]
    periods = [item for item in items if isinstance(item, Period)]
    if len(periods) != 1:
        return PeriodBounds()
    return PeriodBounds(periods[0].start, periods[0].end, periods[0].span)


def _give_share(claims: list[SupplyClaim], share: Share, owner: Company | None, at: int) -> None:
    """A share that a clause states goes to its subject's claim, else to the one that stands before it."""
    own = [i for i, claim in enumerate(claims) if claim.supplier == owner]
    own = own or [i for i, claim in enumerate(claims) if claim.evidence.span.start < at]
    if own:
        i = max(own, key=lambda i: (claims[i].evidence.span.start, i))
        if claims[i].share_low is None and claims[i].share_high is None:
            claims[i] = replace(claims[i], share_low=share[0], share_high=share[1])


def _sold_for(deal: SupplyClaim, claim: SupplyClaim) -> SupplyClaim:
    evidence = replace(claim.evidence, span=deal.evidence.span)
    return replace(claim, supplier=deal.supplier, item=claim.item or deal.item, evidence=evidence)


def _as_hearsay(claim: SupplyClaim) -> SupplyClaim:
    flags = tuple(dict.fromkeys((*claim.evidence.flags, "hearsay")))
    return replace(claim, evidence=replace(claim.evidence, flags=flags))
