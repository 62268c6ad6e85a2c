"""Who delivers and who receives, in a statement."""

from __future__ import annotations

import re
from dataclasses import replace

from pipelines.extraction.claims.supply.clauses import Party
from pipelines.extraction.claims.supply.items import ItemReader
from pipelines.extraction.claims.supply.statement import Statement
from pipelines.extraction.document import COMPANY
from pipelines.text.span import Span

Sides = tuple[list[Party], list[Party]]
_NOBODY: Sides = ([], [])
_BUYING = re.compile(r"采购|纳入|下单|订购|外购|供应商")
_SELLING = re.compile(r"供应(?!链|商|量)|供货(?!商)|出货|接单|送样|导入")


class SideReader:
    """Reads the suppliers and the customers of a statement: the rule's own, and its subject on the side it says."""

    def __init__(self, items: ItemReader) -> None:
        self._items = items

    def read(self, statement: Statement) -> Sides:
        """Suppliers and customers; both empty where the statement is none."""
        rule, topics = statement.rule, statement.topics
        suppliers, customers = statement.parties("S"), statement.parties("C")
        points_back = statement.group("it") is not None
        if rule.subject == "none":
            last = statement.known[-1].customer if statement.known and points_back else None
            return suppliers, [Party(last, suppliers[0].span)] if last and suppliers else customers
        subject = self._subject(statement)
        if points_back:
            return self._with_last_customer(statement, subject)
        if rule.subject == "either":
            return self._of_talks(statement, subject)
        if rule.subject == "customer":
            return suppliers, self._moved(statement, subject) if "moves" in rule.traits else subject
        if not subject:
            return _NOBODY
        here = [claim for claim in statement.claims_here() if claim.customer]
        if here and {party.company for party in subject} <= {claim.customer for claim in here}:
            subject = [Party(here[-1].supplier, here[-1].evidence.span)]  # 甲是乙的客戶, 丙則導入測試
        if "same_customer" in rule.traits and here and here[-1].supplier == subject[0].company:
            return subject, [Party(claim.customer, subject[0].span) for claim in here[-1:] if claim.customer]
        if not customers and here and rule.subject == "supplier" and self._goes_on(statement):
            buyers = {claim.customer for claim in here if claim.supplier != subject[0].company}
            if len(buyers) == 1 and (buyer := buyers.pop()) is not None:
                return subject, [Party(buyer, subject[0].span)]  # 甲為丙供應鏡頭, 乙供應面板
        if not customers and topics.bill is not None:
            customers = [Party(topics.bill, subject[0].span)]
        return subject, customers

    def _goes_on(self, statement: Statement) -> bool:
        """Whether the statement is one more of a row: its subject opens its clause, right before the verb."""
        return statement.left.lstrip(",、;而") in ("Ⓒ", "Ⓒ则", "Ⓒ也", "Ⓒ负责", "Ⓒ主要", "Ⓒ则独家", "Ⓒ独家")

    def _subject(self, statement: Statement) -> list[Party]:
        """The subject: of the clause, of the sentence, or carried over, as far as the rule reaches."""
        rule, clauses, topics = statement.rule, statement.clauses, statement.topics
        within = "clause" if rule.reach == "clause" else "sentence"
        subject = clauses.subject(statement.match.start(), within, rule.subject == "customer")
        if subject is None and rule.reach == "topic":
            if rule.subject == "customer" and topics.bill is not None:
                return [Party(topics.bill, Span(clauses.sentence.span.start, clauses.sentence.span.start))]
            if rule.subject == "customer" and (customer := self._customer_of_topic(statement)):
                return [customer]
            return [topics.company] if topics.company is not None else []
        if subject and rule.subject == "customer" and "left" in rule.traits and COMPANY not in statement.left:
            buyers = {c.customer for c in statement.claims_here() if c.supplier == subject[0].company}
            if len(buyers) == 1 and (buyer := buyers.pop()) is not None:
                return [Party(buyer, subject[0].span)]  # 丙的鏡頭由甲供應, 螢幕採用乙的面板
        return subject or []

    def _customer_of_topic(self, statement: Statement) -> Party | None:
        """Who buys where the passage's company is itself a supplier of the claim before: that claim's customer."""
        company = statement.topics.company
        for claim in reversed(statement.claims_near()):
            if claim.customer and company is not None and claim.supplier == company.company:
                return Party(claim.customer, claim.evidence.span)
        return None

    def _with_last_customer(self, statement: Statement, subject: list[Party]) -> Sides:
        """The subject supplies 其, 該品牌 or nobody that it names: the customer of the last claim near by.

        A bare 為水冷板供應商 with its own item points back no further than its sentence.
        """
        is_bare = not statement.group("it") and self._items.read(statement.group("I") or "", False)
        claims = statement.claims_here() if is_bare else statement.claims_near()
        customers = [claim.customer for claim in claims if claim.customer]
        return (subject, [Party(customers[-1], subject[0].span)]) if customers and subject else _NOBODY

    def _moved(self, statement: Statement, subject: list[Party]) -> list[Party]:
        """Whose order it is that moves: where its supplier is the subject, that supplier's customer."""
        names = {party.company for party in subject}
        customers = [
            claim.customer for claim in statement.known if claim.supplier in names and claim.customer
        ]
        return [replace(subject[0], company=customers[-1])] if customers else subject

    def _of_talks(self, statement: Statement, subject: list[Party]) -> Sides:
        """The sides of a talk: told by what the brief said of them, else by what is talked about."""
        others = statement.parties("O")
        names = {party.company for party in subject}
        other_names = {party.company for party in others}
        if any(claim.supplier in names or claim.customer in other_names for claim in statement.known):
            return subject, others
        if any(claim.customer in names or claim.supplier in other_names for claim in statement.known):
            return others, subject
        end = statement.match.end()
        words = statement.left + statement.inside + statement.clauses.masked[end : end + 40]
        if _BUYING.search(words):
            return others, subject
        return (subject, others) if _SELLING.search(words) else _NOBODY
