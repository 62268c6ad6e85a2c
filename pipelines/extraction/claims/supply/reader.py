"""Reads the supply claims of a document, sentence by sentence, by the rules in their order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from pipelines.extraction.claims.supply.clauses import Clauses, Owners, Party, open_sentence
from pipelines.extraction.claims.supply.items import Item, ItemReader
from pipelines.extraction.claims.supply.merging import merged
from pipelines.extraction.claims.supply.rules import SupplyRule, brand_source, compile_rules
from pipelines.extraction.claims.supply.shares import NONE, Share, share_at, share_behind, share_of_sentence
from pipelines.extraction.claims.supply.stance import Stance
from pipelines.extraction.claims.supply.topics import Topics
from pipelines.extraction.claims.supply.words import SupplyWords
from pipelines.extraction.document import COMPANY, Document, Sentence
from pipelines.extraction.lexicon import Lexicon
from pipelines.extraction.model import Company, Evidence, PeriodBounds, SupplyClaim
from pipelines.text.span import Span

#: Countries whose firms a Chinese brief may call 國內.
_HOME = frozenset({"CN", "TW", "HK", "MO"})
_HOME_SUPPLIER = re.compile(r"(?:国内|国产|本土)[^,。;Ⓒ]{0,6}(?:供应商|厂商|企业|大厂)Ⓒ")
_BUYING = re.compile(r"采购|纳入|下单|订购|外购|供应商")
_SELLING = re.compile(r"供应(?!链|商|量)|供货(?!商)|出货|接单|送样|导入")
_USED = re.compile(r"(?:使用|采用|搭载|导入)(?P<item>[^,。;:()Ⓒ]{2,16})")
_PURPOSE = re.compile(r"(?:采购|供应|供货|订购)(?!链|商)(?P<item>[^,。;:()Ⓒ]{2,20})")


#: Flags of rules whose item may stand before the predicate.
_LEFT = frozenset({"left", "before", "needs_left"})
#: Words behind 採用甲的 that leave the item to the subject (馬達採用甲的產品).
#: Rules in which 主要 before the verb makes the supplier the primary one.
_MAINLY = frozenset({"supply.made_by", "supply.buys_from", "supply.comes_from"})
_NO_NAME = frozenset({"产品", "系列"})
#: Verbs that take goods only; 提供 and 開發 take help and plans as well.
_GOODS = re.compile(r"供应|供货|出货|供给|供料|交货|代工|组装|送样|打样|封装|封测|配套")


@dataclass(frozen=True, slots=True)
class _Match:
    """A rule's match in a sentence, with the words of its clause around it."""

    rule: SupplyRule
    m: re.Match[str]
    left: str
    inside: str
    right: str

    def group(self, name: str) -> str | None:
        return self.m.groupdict().get(name)


class SupplyReader:
    """Reads supply claims from the masked sentences of a document."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._words = SupplyWords(lexicon)
        self._rules = compile_rules(lexicon, self._words)
        named = {rule.name: rule for rule in self._rules}
        self._adopts, self._more = named["supply.adopts"], named["supply.adopts_more"]
        self._items = ItemReader(lexicon, self._words)
        self._stance = Stance(self._words)
        self._supplier_noun = self._words.pattern("supplier_noun")
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
        sentences = [open_sentence(sentence, document.text, self._words) for sentence in document.sentences]
        for n, sentence in enumerate(sentences):
            clauses = Clauses(sentence, self._words, self._owners, topics.pair)
            topics.enter(clauses, {claim.supplier for claim in claims})
            if self._words.found("self_reported", sentence.masked):
                continue
            following = document.sentences[n + 1].masked[:16] if n + 1 < len(document.sentences) else ""
            found = list(self._of_sentence(clauses, topics, claims, following))
            share, owner, at = share_of_sentence(sentence)
            if share != NONE:
                self._give_share(claims, found, share, owner, at)
            claims.extend(found)
            topics.leave()
        claims = merged(claims, self._items)
        return self._with_self_reports(document, claims)

    def owner_of(self, title: str) -> Company | None:
        """The firm whose product a title names, where it may stand for the firm."""
        m = self._owners.pattern.search(title)
        return self._owners.company(m[0]) if m else None

    # -- one sentence --------------------------------------------------------------------------------------------

    def _of_sentence(
        self, clauses: Clauses, topics: Topics, before: list[SupplyClaim], following: str
    ) -> Iterator[SupplyClaim]:
        sentence = clauses.sentence
        if COMPANY not in sentence.masked and topics.bill is None and not clauses.owners():
            return
        taken: list[tuple[int, int]] = []
        found: list[SupplyClaim] = []
        for rule in self._rules:
            if rule.reach == "after" or (rule.reach == "bill" and topics.bill is None):
                continue
            for m in rule.pattern.finditer(sentence.masked):
                if any(start < m.end() and m.start() < end for start, end in taken):
                    continue
                match = self._match(clauses, rule, m)
                if self._stance.denies(match.left, match.inside):
                    taken.append(m.span())
                    continue
                if self._stance.is_refuted(sentence.masked[m.end() :] + following):
                    continue
                claims = list(self._claims(clauses, match, topics, [*before, *found]))
                while claims:
                    taken.append(match.m.span())
                    found.extend(claims)
                    more = (
                        self._more.pattern.match(clauses.masked, match.m.end())
                        if rule is self._adopts
                        else None
                    )
                    if more is None:
                        break
                    match = self._match(clauses, self._more, more)
                    claims = list(self._claims(clauses, match, topics, [*before, *found]))
        yield from sorted(self._of_principals(clauses, found), key=lambda c: c.evidence.span.start)

    def _of_principals(self, clauses: Clauses, claims: list[SupplyClaim]) -> list[SupplyClaim]:
        """The claims with the principal in the place of the agent who sells for it (甲代理乙的光阻, 供應丙)."""
        for principal in [c for c in claims if c.evidence.rule == "supply.agent"]:
            place = next(
                i
                for i, t in clauses.sentence.by_mask.items()
                if t.item is not None and t.start <= principal.evidence.span.start < t.end
            )
            agents = {party.company for party in clauses.subject(place, "sentence") or []}
            sold = [c for c in claims if c.supplier in agents]
            if sold:
                claims = [
                    replace(c, supplier=principal.supplier, item=c.item or principal.item, evidence=replace(c.evidence, span=principal.evidence.span))
                    if c in sold else c
                    for c in claims if c is not principal
                ]  # fmt: skip
        return claims

    def _match(self, clauses: Clauses, rule: SupplyRule, m: re.Match[str]) -> _Match:
        start, end = clauses.start(m.start()), clauses.end(m.end())
        while end < len(clauses.masked) and clauses.masked[end] == ",":  # 已送樣乙, 目前驗證中
            following = clauses.end(end + 1)
            if COMPANY in clauses.masked[end:following]:
                break
            end = following
        return _Match(rule, m, clauses.masked[start : m.start()], m[0], clauses.masked[m.end() : end])

    def _claims(
        self, clauses: Clauses, match: _Match, topics: Topics, known: list[SupplyClaim]
    ) -> Iterator[SupplyClaim]:
        suppliers, customers = self._sides(clauses, match, topics, known)
        if not suppliers or (match.rule.subject == "customer" and not customers):
            return
        items = self._items_of(clauses, match, topics, suppliers, customers, known)
        if items is None:
            return
        if not customers and all(item.name is None or self._items.is_generic(item.name) for item in items):
            return
        status = self._stance.status(match.rule, match.left, match.inside, match.right)
        role = self._stance.role(match.group("R"), self._role_words(match))
        receivers: list[Party | None] = [*customers] or [None]
        for supplier, customer, item in self._rows(match, suppliers, receivers, items):
            if customer is not None and customer.company == supplier.company:
                continue
            share = self._share(clauses.sentence, match, customer)
            yield self._claim(clauses.sentence, match, supplier, customer, item, role, status, share)
        if match.group("L"):
            for loser, customer, item in product(self._group(clauses, match, "L"), receivers, items):
                if customer is not None:
                    yield self._claim(clauses.sentence, match, loser, customer, item, None, "ended", NONE)

    def _rows(
        self, match: _Match, suppliers: list[Party], customers: list[Party | None], items: list[Item]
    ) -> Iterator[tuple[Party, Party | None, Item]]:
        """Each supplier with each customer and item; one by one where 分別 pairs lists of one length."""
        sides: list[list[Any]] = [suppliers, customers, items]
        lists = [side for side in sides if len(side) > 1]
        if "分别" in match.left + match.inside and len(lists) > 1 and len({len(side) for side in lists}) == 1:
            sides = [side if len(side) > 1 else side * len(lists[0]) for side in sides]
            yield from zip(*sides, strict=True)
            return
        yield from product(suppliers, customers, items)

    def _claim(
        self, sentence: Sentence, match: _Match, supplier: Party, customer: Party | None, item: Item,
        role: str | None, status: str, share: Share,
    ) -> SupplyClaim:  # fmt: skip
        evidence = Evidence(
            supplier.span, sentence.span, match.rule.name, 0.7 if customer else 0.5,
            tuple(self._flags(sentence, match, supplier, customer)),
        )  # fmt: skip
        return SupplyClaim(
            evidence, supplier.company, customer.company if customer else None, item.name, status, item.model, role,
            *share, self._period(sentence, match),
        )  # fmt: skip

    # -- who -----------------------------------------------------------------------------------------------------

    def _group(self, clauses: Clauses, match: _Match, name: str) -> list[Party]:
        if match.group(name) is None:
            return []
        return clauses.parties(*match.m.span(name))

    def _sides(
        self, clauses: Clauses, match: _Match, topics: Topics, known: list[SupplyClaim]
    ) -> tuple[list[Party], list[Party]]:
        """Suppliers and customers: the rule's own, and its subject on the side that the rule says."""
        rule = match.rule
        suppliers, customers = self._group(clauses, match, "S"), self._group(clauses, match, "C")
        if rule.subject == "none":
            last = known[-1].customer if known and match.group("it") is not None else None
            return suppliers, [Party(last, suppliers[0].span)] if last and suppliers else customers
        subject = self._subject(clauses, match, topics)
        if match.group("it") is not None:
            is_bare = not match.group("it") and self._items.read(match.group("I") or "", False)
            here = [
                c.customer for c in known
                if c.customer and (c.evidence.sentence == clauses.sentence.span or not is_bare)
                and self._is_near(clauses.sentence, c)
            ]  # fmt: skip
            return (subject, [Party(here[-1], subject[0].span)]) if here and subject else ([], [])
        if rule.subject == "either":
            others = self._group(clauses, match, "O")
            side = self._side_of(clauses, match, subject, known)
            return (
                (subject, others)
                if side == "supplier"
                else (others, subject)
                if side == "customer"
                else ([], [])
            )
        if rule.name == "supply.order_goes_to":
            movers = [c.customer for c in known if c.supplier in {p.company for p in subject} and c.customer]
            subject = [replace(subject[0], company=movers[-1])] if movers else subject
        if rule.subject == "customer":
            return suppliers, subject
        if rule.reach == "bill" and topics.bill is not None:
            return subject, [Party(topics.bill, subject[0].span)] if subject else []
        if rule.name == "supply.supplies" and subject:
            named = [c.customer for c in known if c.evidence.sentence == clauses.sentence.span and c.customer]
            if named and known[-1].supplier == subject[0].company:
                return subject, [Party(named[-1], subject[0].span)]
        said = [c for c in known if c.evidence.sentence == clauses.sentence.span]
        if said and subject and all(party.company in {c.customer for c in said} for party in subject):
            subject = [Party(said[-1].supplier, subject[0].span)]  # 甲是乙的客戶, 丙則導入測試
        if not customers and topics.bill is not None and subject:
            return subject, [Party(topics.bill, subject[0].span)]
        return subject, customers

    @staticmethod
    def _is_near(sentence: Sentence, claim: SupplyClaim) -> bool:
        """Whether a claim stands in the sentence or the one right before it."""
        return claim.evidence.sentence.end >= sentence.span.start - 2

    def _subject(self, clauses: Clauses, match: _Match, topics: Topics) -> list[Party]:
        within = "clause" if match.rule.reach == "clause" else "sentence"
        subject = clauses.subject(match.m.start(), within, match.rule.subject == "customer")
        if subject is None and match.rule.reach == "topic":
            if match.rule.subject == "customer" and topics.bill is not None:
                return [Party(topics.bill, Span(*[clauses.sentence.span.start] * 2))]
            return [topics.company] if topics.company is not None else []
        return subject or []

    def _side_of(
        self,
        clauses: Clauses,
        match: _Match,
        subject: list[Party],
        known: list[SupplyClaim],
    ) -> str | None:
        """Which side the subject of a talk is on: told by what is talked about, else by what the brief said of it."""
        names = {party.company for party in subject}
        others = {party.company for party in self._group(clauses, match, "O")}
        if any(claim.supplier in names or claim.customer in others for claim in known):
            return "supplier"
        if any(claim.customer in names or claim.supplier in others for claim in known):
            return "customer"
        words = match.left + match.inside + clauses.masked[match.m.end() : match.m.end() + 40]
        if _BUYING.search(words):
            return "customer"
        if _SELLING.search(words):
            return "supplier"
        return None

    # -- what ----------------------------------------------------------------------------------------------------

    def _items_of(
        self, clauses: Clauses, match: _Match, topics: Topics, suppliers: list[Party], customers: list[Party],
        known: list[SupplyClaim],
    ) -> list[Item] | None:  # fmt: skip
        """The items of a match; None where the thing that a rule needs is none."""
        rule = match.rule
        is_list = rule.subject == "supplier"
        caught = match.group("I") or ""
        if rule.name == "supply.adopts" and not clauses.masked[
            match.m.end("S") : match.m.start("I")
        ].endswith("的"):
            caught = caught.partition("的")[0]  # 搭載乙晶片的伺服器: 晶片
        items = self._items.read(caught, is_list, "own" not in rule.item)
        if items and not self._all_things(items):
            if "thing" in rule.item or ("goods" in rule.item and not _GOODS.search(match.inside)):
                return None
            items = items if "goods" in rule.item or "Ⓠ" in caught else []
        if "must" in rule.item and not self._all_things(items) and not (items and customers):
            return None
        left = self._left_items(clauses, match, is_list) if _LEFT & rule.item else []
        if "needs_left" in rule.item and not self._all_things(left):
            return None
        if left and (
            not items or "before" in rule.item or all(i.name in _NO_NAME and not i.model for i in items)
        ):
            items = left
        if not items and rule.subject == "either":
            m = _PURPOSE.search(clauses.masked, match.m.end())
            items = self._items.read(m["item"], False) if m else []
        model = (match.group("M") or "").strip() or None
        items = [replace(item, model=item.model or model) for item in items]
        if not items and (noun := self._supplier_noun.search(match.inside)):
            work = self._words.value("supplier_noun", noun[0])
            items = [Item(work, model)] if work else []
        if not items:
            return [Item(self._known_item(clauses, match, topics, suppliers, customers, known), model)]
        return [self._with_topic(item, topics, suppliers, customers, known) for item in items]

    def _all_things(self, items: list[Item]) -> bool:
        return bool(items) and all(item.model or self._items.is_thing(item.name or "") for item in items)

    def _left_items(self, clauses: Clauses, match: _Match, is_list: bool) -> list[Item]:
        """The item that stands between the subject and its predicate, or in front of the bracket around it."""
        start = clauses.start(match.m.start())
        left = clauses.masked[start : match.m.start()]
        own = re.search(r"Ⓒ的([^Ⓒ,。;()]{2,12})$", left)
        if own:
            return self._items.read(own[1], is_list)
        words = self._items.phrase_before(left)
        if not words and start and clauses.masked[start - 1] == "(":
            words = clauses.masked[clauses.start(start - 1) : start - 1]
            words = self._items.phrase_before(words.rpartition(")")[2])
        return self._items.read(words, is_list) if words else []

    def _known_item(
        self, clauses: Clauses, match: _Match, topics: Topics, suppliers: list[Party], customers: list[Party],
        known: list[SupplyClaim],
    ) -> str | None:  # fmt: skip
        """The item of a match that names none: that of its sentence, else the passage's."""
        sentence, is_it = clauses.sentence, match.group("it") is not None
        names = {party.company for party in (*suppliers, *customers)}
        for claim in reversed(known):
            is_here = self._is_near(sentence, claim) if is_it else claim.evidence.sentence == sentence.span
            if is_here and claim.item and (claim.supplier in names or claim.customer in names):
                return claim.item
        used = [m for m in _USED.finditer(sentence.masked) if self._items.is_thing(m["item"])]
        return used[-1]["item"].strip() if used else topics.item

    def _with_topic(
        self,
        item: Item,
        topics: Topics,
        suppliers: list[Party],
        customers: list[Party],
        known: list[SupplyClaim],
    ) -> Item:
        """The passage's item instead of one that says no more than 晶片, unless the pair has an item already."""
        if topics.item is None or not (self._items.is_generic(item.name) or item.name is None):
            return item
        if not topics.item_is_here:
            pair = {p.company for p in suppliers}, {p.company for p in customers}
            if any(claim.supplier in pair[0] and claim.customer in pair[1] for claim in known):
                return item
        return replace(item, name=topics.item)

    # -- how -----------------------------------------------------------------------------------------------------

    def _role_words(self, match: _Match) -> str:
        """The words that tell the supplier's standing: those in front of 供應商, and 獨家 beside the verb."""
        words = match.left[-8:] + match.inside + match.right[:8]
        noun = self._supplier_noun.search(words)
        if noun:
            return words[max(0, noun.start() - 14) : noun.start()]
        near = match.left[-4:] + match.inside
        if "独家" in near or "独供" in near:
            return "独家"
        return "主要" if match.left.endswith("主要") and match.rule.name in _MAINLY else ""

    def _share(self, sentence: Sentence, match: _Match, customer: Party | None) -> Share:
        if match.rule.name == "supply.wins_share":
            return share_at(sentence, match.m.start(), match.m.end())
        if match.rule.name in _MAINLY:
            at = match.m.start() - len(match.left)
            share = share_at(sentence, at, match.m.start())
            if share != NONE:
                return share
        if customer is not None:
            for i, token in sentence.by_mask.items():
                if match.m.start() <= i < match.m.end() and token.start == customer.span.start:
                    share = share_behind(sentence, i + 1)
                    if share != NONE:
                        return share
        return share_behind(sentence, match.m.end())

    def _give_share(
        self,
        before: list[SupplyClaim],
        found: list[SupplyClaim],
        share: Share,
        owner: Company | None,
        at: int,
    ) -> None:
        """A share that a clause states belongs to its subject's claim, else to the one that stands before it."""
        claims = found or before
        own = [i for i, claim in enumerate(claims) if claim.supplier == owner]
        own = own or [i for i, claim in enumerate(claims) if claim.evidence.span.start < at]
        if own:
            i = max(own, key=lambda i: (claims[i].evidence.span.start, i))
            if claims[i].share_low is None and claims[i].share_high is None:
                claims[i] = replace(claims[i], share_low=share[0], share_high=share[1])

    def _period(self, sentence: Sentence, match: _Match) -> PeriodBounds:
        """The one period of the clause; none where it holds several."""
        start, end = match.m.start() - len(match.left), match.m.end() + len(match.right)
        periods = [
            token.item for i, token in sentence.by_mask.items() if start <= i < end and token.letter == "Ⓟ"
        ]
        if len(periods) != 1:
            return PeriodBounds()
        return PeriodBounds(getattr(periods[0], "start", None), getattr(periods[0], "end", None))

    def _flags(
        self, sentence: Sentence, match: _Match, supplier: Party, customer: Party | None
    ) -> Iterable[str]:
        if self._stance.is_hearsay(sentence.masked):
            yield "hearsay"
        row = self._lexicon.companies.get(supplier.company.company_id)
        if (
            _HOME_SUPPLIER.search(match.left + match.inside)
            and row
            and row.country
            and row.country not in _HOME
        ):
            yield "conflict"
        if supplier.is_owner or (customer is not None and customer.is_owner):
            yield "derived"

    def _with_self_reports(self, document: Document, claims: list[SupplyClaim]) -> list[SupplyClaim]:
        """The claims, those flagged that the brief says only the suppliers themselves report."""
        for sentence in document.sentences:
            if not self._words.found("self_reported", sentence.masked):
                continue
            named = {mention.company for mention in sentence.mentions()}
            claims = [
                replace(
                    c,
                    evidence=replace(c.evidence, flags=tuple(dict.fromkeys((*c.evidence.flags, "hearsay")))),
                )
                if not named or c.customer in named or c.supplier in named
                else c
                for c in claims
            ]
        return claims
