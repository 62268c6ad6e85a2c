"""What is delivered, in a statement: what the rule caught, what stands before it, what the passage is about."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace

from pipelines.extraction.claims.supply.items import Item, ItemReader
from pipelines.extraction.claims.supply.statement import Statement
from pipelines.extraction.claims.supply.words import SupplyWords
from pipelines.extraction.model import Company

Names = Collection[Company]
#: Traits of rules whose item may stand before the predicate.
_LEFT = frozenset({"left", "before", "needs_left"})
#: Words behind 採用甲的 that leave the item to the subject (馬達採用甲的產品).
_NO_NAME = frozenset({"产品", "系列"})
#: Verbs that take goods only; 提供 and 開發 take help and plans as well.
_GOODS = re.compile(r"供应|供货|出货|供给|供料|交货|代工|组装|送样|打样|封装|封测|配套")
#: 甲採用乙在海外廠生產的電池: what follows 的 is the item.
_MAKING = re.compile(r"(?:生产|制造|供应|提供|开发|代工|设计|推出|打造)$")
_USED = re.compile(r"(?:使用|采用|搭载|导入)(?P<item>[^,。;:()Ⓒ]{2,16})")
_PURPOSE = re.compile(r"(?:采购|供应|供货|订购)(?!链|商)(?P<item>[^,。;:()Ⓒ]{2,20})")
_OWNED = re.compile(r"Ⓒ的(?P<item>[^Ⓒ,。;()]{2,12})$")


class ThingReader:
    """Reads the items of a statement whose parties are known."""

    def __init__(self, items: ItemReader, words: SupplyWords) -> None:
        self._items = items
        self._words = words

    def read(self, statement: Statement, suppliers: Names, customers: Names) -> list[Item] | None:
        """The items, one of them unsaid where there is none; None where the thing that the rule needs is none."""
        items = self._said(statement)
        if items is None:
            return None
        model = (statement.group("M") or "").strip() or None
        items = [replace(item, model=item.model or model) for item in items]
        noun = self._words.pattern("supplier_noun").search(statement.inside)
        if not items and noun and (work := self._words.value("supplier_noun", noun[0])):
            items = [Item(work, model)]
        if not items:
            return [Item(self._known(statement, suppliers, customers), model)]
        return [self._with_topic(item, statement, suppliers, customers) for item in items]

    def are_things(self, items: list[Item]) -> bool:
        """Whether there are items, and all are products."""
        return bool(items) and all(item.model or self._items.is_thing(item.name or "") for item in items)

    def _said(self, statement: Statement) -> list[Item] | None:
        """The items that the clause says."""
        traits, is_list = statement.rule.traits, statement.rule.subject == "supplier"
        caught = self._caught(statement)
        items = self._items.read(caught, is_list, "own" not in traits)
        if items and not self.are_things(items):
            if "thing" in traits or ("goods" in traits and not _GOODS.search(statement.inside)):
                return None
            items = items if "goods" in traits or "Ⓠ" in caught else []
        if "must" in traits and caught.endswith(self._words.forms("no_thing")):
            return None
        if "must" in traits and not self.are_things(items) and not (items and statement.claims_here()):
            return None
        left = self._left(statement, is_list) if _LEFT & traits else []
        if "needs_left" in traits and not self.are_things(left):
            return None
        if len(left) == len(items) == 1 and self._is_model_of(items[0], left[0]):
            return [Item(left[0].name, items[0].name)]
        unnamed = all(item.name in _NO_NAME and not item.model for item in items)
        if left and (unnamed or "before" in traits):
            return left
        if not items and statement.rule.subject == "either":
            m = _PURPOSE.search(statement.clauses.masked, statement.match.end())
            return self._items.read(m["item"], False) if m else []
        return items

    def _is_model_of(self, item: Item, left: Item) -> bool:
        """Whether what is adopted is only the model of the part in front (智駕晶片採用甲的 Orin)."""
        is_model = item.model is None and self._items.is_model(item.name or "")
        return is_model and self._items.is_component(left.name or "")

    def _caught(self, statement: Statement) -> str:
        """What the item's slot caught; of 搭載乙晶片的伺服器 the 晶片."""
        caught = statement.group("I") or ""
        if "first" not in statement.rule.traits:
            return caught
        before = statement.clauses.masked[statement.match.end("S") : statement.match.start("I")]
        part = caught.partition("的")[0]
        return caught if before.endswith("的") or _MAKING.search(part) else part

    def _left(self, statement: Statement, is_list: bool) -> list[Item]:
        """The item between the subject and its predicate, or in front of the bracket around both."""
        if own := _OWNED.search(statement.left):
            return self._items.read(own["item"], is_list)
        words = self._items.phrase_before(statement.left)
        masked, start = statement.clauses.masked, statement.start
        if not words and start and masked[start - 1] == "(":
            outer = masked[statement.clauses.start(start - 1) : start - 1]
            words = self._items.phrase_before(outer.rpartition(")")[2])
        return self._items.read(words, is_list) if words else []

    def _known(self, statement: Statement, suppliers: Names, customers: Names) -> str | None:
        """The item of a statement that names none: that of a claim near by, of its sentence, of the passage."""
        points_back = statement.group("it") is not None
        for claim in reversed(statement.claims_near() if points_back else statement.claims_here()):
            if claim.item and (claim.supplier in suppliers or claim.customer in customers):
                return claim.item
        used = [m for m in _USED.finditer(statement.clauses.masked) if self._items.is_thing(m["item"])]
        return used[-1]["item"].strip() if used else statement.topics.item

    def _with_topic(self, item: Item, statement: Statement, suppliers: Names, customers: Names) -> Item:
        """The passage's item instead of one that says no more than 晶片, unless the pair has an item already."""
        topics = statement.topics
        if topics.item is None or not (item.name is None or self._items.is_generic(item.name)):
            return item
        pairs = ((claim.supplier in suppliers, claim.customer in customers) for claim in statement.known)
        if not topics.item_is_here and (True, True) in pairs:
            return item
        return replace(item, name=topics.item)
