"""What a passage is about: the company of a heading or of the last sentence, the item, the customer of a list."""

from __future__ import annotations

import re

from pipelines.extraction.claims.supply.clauses import Clauses, Party
from pipelines.extraction.claims.supply.items import ItemReader
from pipelines.extraction.claims.supply.words import SupplyWords
from pipelines.extraction.lexicon import Lexicon
from pipelines.extraction.model import Company
from pipelines.extraction.parties import Mention

_NUMBERED = re.compile(
    r"^\s*(?:[一二三四五六七八九十]+[、.．]|\(?[一二三四五六七八九十\d]+[.、)](?!\d)|[▲●◆■*]\s?)\s*(?P<company>Ⓒ)?"
)
#: Firms that write about others: a report's author is not what its next sentences are about.
_AUTHORS = frozenset({"bank", "broker", "research", "investor"})


class Topics:
    """The topics of a document, carried from sentence to sentence."""

    def __init__(
        self, lexicon: Lexicon, words: SupplyWords, items: ItemReader, title_topic: Company | None
    ) -> None:
        self._companies = lexicon.companies
        self._items = items
        self._words = words
        self._title = title_topic if title_topic and self._can_be_topic(title_topic) else None
        self._head = re.compile(
            rf"^(?:而|先看|再看|至于|在)?\s?(?P<item>[^,。;:()ⒸⓅⓆ]{{2,12}}?)(?:{words.source('item_topic')}|是|的?(?:核心|主要|备选)供应商)"
        )
        self._bill_of_company = re.compile(rf"Ⓒ的?[^,。;:Ⓒ]{{0,8}}?{words.source('bill')}|^供应链")
        self._bill_head = re.compile(
            rf"Ⓒ的?[^,。;:Ⓒ]{{0,8}}?{words.source('bill')}[^,。;:Ⓒ]{{0,6}}(?:[,:。]|$)"
        )
        self._section: Party | None = None
        self._company: Party | None = None
        self._opening: Party | None = None
        self._listed: list[Party] = []
        self.item: str | None = None
        self.item_is_here = False
        self.bill: Company | None = None
        #: The last two companies that were listed, or that sentences opened with: what 兩家公司 means.
        self.pair: tuple[Party, ...] = ()

    def enter(self, clauses: Clauses, suppliers: set[Company]) -> None:
        """Takes in a sentence before its claims are read; `suppliers` are those that the brief named so far."""
        sentence = clauses.sentence
        mentions = sentence.mentions()
        self._opening, self._listed = clauses.opening(), clauses.last_pair()
        numbered = _NUMBERED.match(sentence.masked)
        if numbered and numbered[0].strip():
            self._section = self._party(mentions[0]) if numbered["company"] else None
            self.item, self.bill = None, None
            self._company = self._opening = None
        m = self._head.match(sentence.masked)
        self.item_is_here = bool(m and self._items.is_thing(m["item"]))
        if m and self.item_is_here:
            self.item = m["item"].strip()
        self.bill = self._bill_of(clauses) or self.bill
        if self.bill in suppliers:
            self.bill = None

    def _bill_of(self, clauses: Clauses) -> Company | None:
        """Whose suppliers the passage goes through: whose supply chain the sentence speaks of.

        It is the company of the title, named with its supply chain or by its product, or the one that heads the
        sentence (理想汽車的供應商體系中) where the title names none.
        """
        masked = clauses.masked
        if not self._words.found("bill", masked):
            return None
        owners = {party.company for party in clauses.owners()}
        if self._title in owners:
            return self._title
        m = self._bill_of_company.search(masked)
        if m is None:
            return next(iter(owners), None) if self._title is None else None
        named = {party.company for party in clauses.parties(0, len(masked))}
        if self._title is not None:
            is_said = (
                m[0].startswith("供") or clauses.parties(m.start(), m.start() + 1)[0].company == self._title
            )
            return self._title if is_said and self._title in named else None
        is_head = m.start() == 0 and masked.startswith("Ⓒ") and self._section is None
        return clauses.parties(0, 1)[0].company if is_head and self._bill_head.match(masked) else None

    def leave(self) -> None:
        """Makes what the sentence opened with the topic of those after it."""
        if self._listed:
            self.pair = tuple(self._listed)
        opening = self._opening
        if opening is None or not self._can_be_topic(opening.company):
            return
        if not self._listed and self._company is not None and self._company.company != opening.company:
            self.pair = (self._company, opening)
        self._company = opening

    @property
    def company(self) -> Party | None:
        """The company that the passage is about: its heading's, else the one that a sentence last opened with."""
        return self._section or self._company

    def _can_be_topic(self, company: Company) -> bool:
        row = self._companies.get(company.company_id)
        return company.status != "anonymous" and (row is None or row.kind not in _AUTHORS)

    @staticmethod
    def _party(mention: Mention) -> Party:
        return Party(mention.company, mention.span)
