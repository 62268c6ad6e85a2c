"""What is delivered: the item's shortest phrase, and the model names in front of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from pipelines.extraction.claims.supply.words import SupplyWords
from pipelines.extraction.lexicon import Lexicon, Product
from pipelines.extraction.matcher import PhraseMatcher

_AND = re.compile(r"、|以及|及|和|与|暨|&")
#: A Latin name with a digit, a small letter or a blank inside, or two Han characters with a number: H616, HiLink, 征程3.
_LATIN = r"[A-Za-z][A-Za-z\d.\-+]*(?: [A-Za-z\d][A-Za-z\d.\-+]*)*"
_MODELS = re.compile(
    rf"(?P<models>(?:{_LATIN}|[\u4e00-\u9fff]{{2}}\d+[A-Z]?)(?:\s?(?:和|、|及|与)\s?{_LATIN})*)\s?(?=[\u4e00-\u9fff])"
)
_MODEL_ONLY = re.compile(rf"{_LATIN}|[\u4e00-\u9fff]{{2}}\d+[A-Z]?")
_KIND = re.compile(r"(?:[A-Z]{1,4}|\d?[A-Z]{1,3}|[345]G|AIoT)")


#: What ends in these is a firm that receives, no thing: 送樣予車廠之代工廠.
_FIRMS = ("厂", "厂商", "业者", "客户", "品牌商", "公司")
_BLANK = " 、“”\"'「」‘’的"


@dataclass(frozen=True, slots=True)
class Item:
    """A delivered thing; both parts may be unsaid."""

    name: str | None
    model: str | None = None


class ItemReader:
    """Reads items out of the words that a rule caught."""

    def __init__(self, lexicon: Lexicon, words: SupplyWords) -> None:
        self._words = words
        self._products = PhraseMatcher({form: p for p in lexicon.products for form in p.forms})
        self._start = words.pattern("thing_start")
        self._cut = words.pattern("thing_cut")
        lead, trail, role = (words.source(name) for name in ("thing_lead", "thing_trail", "role"))
        self._lead = re.compile(rf"(?:{lead}|{role})+")
        self._trail = re.compile(rf"(?:{trail}|{role})$")
        self._role = re.compile(rf"(?:{role}|{trail})+")
        self._components = words.forms("component")
        self._brands = tuple(lexicon.product_owners)
        self._kinds = frozenset(words.forms("kind"))
        self._generic = frozenset(words.forms("generic"))
        self._things = words.forms("thing")
        self._not = (*words.forms("not_item"), *words.forms("no_thing"))

    def read(self, words: str, is_list: bool, has_model: bool = True) -> list[Item]:
        """The items of a phrase: one for each member of a list where each is a delivery of its own."""
        words = self._shortened(words)
        if not words:
            return []
        parts = _AND.split(words) if is_list else [words]
        if len(parts) > 1 and not all(self.is_thing(part.strip()) for part in parts):
            parts = [words] if self.is_thing(parts[0].strip()) else parts[-1:]
        items = [self._item(part) for part in parts]
        if not has_model:
            items = [replace(item, model=None) for item in items]
        return [
            item for item in items if (item.name or item.model) and not (item.name or "").endswith(_FIRMS)
        ]

    def is_thing(self, words: str) -> bool:
        """Whether words name a product: a known one, or one by its last word."""
        return not words.endswith(self._not) and bool(
            words.endswith(self._things)
            or re.search(r"[A-Z]|\d$", words)
            or any(True for _ in self._products.find(words))
        )

    def is_component(self, name: str) -> bool:
        """Whether a name is of a part that goes into another product."""
        return name.endswith(self._components)

    def is_model(self, name: str) -> bool:
        """Whether a name is that of a model alone: RK3588, 征程6."""
        return _MODEL_ONLY.fullmatch(name) is not None and not self._is_kind(name)

    def is_generic(self, name: str | None) -> bool:
        """Whether a name says no more than 晶片 or 零件."""
        return name in self._generic

    def is_same(self, first: str, second: str) -> bool:
        """Whether two names are of one product: one holds the other, or both are names of it (OLED, 有機發光二極體)."""
        if first in second or second in first:
            return True
        product = self._product(first)
        return product is not None and product == self._product(second)

    def _product(self, name: str) -> Product | None:
        """The known product that a name ends with."""
        return next((product for _, end, product in self._products.find(name) if end == len(name)), None)

    def phrase_before(self, words: str) -> str:
        """The noun phrase at the end of the words between a subject and its predicate."""
        words = re.split(r"[Ⓒ()]", re.sub(r"\s?\([^()]*\)", "", words))[-1]
        started = [m.end() for m in self._start.finditer(words) if len(words) - m.end() > 1]
        words = self._shortened(words[started[-1] :] if started else words)
        return words if self.is_thing(words) else ""

    def _shortened(self, words: str) -> str:
        """The phrase without what leads in or follows: 高階的鏡頭產品 is 鏡頭."""
        words = re.sub(r"[ⓆⓅ]", "", words.rpartition("Ⓠ")[2].strip(_BLANK) or words).strip(_BLANK)
        cut = self._cut.search(words, 2)
        words = words[: cut.start()] if cut else words
        before = None
        while words != before:
            before = words
            if m := self._lead.match(words):
                words = words[m.end() :]
            shorter = self._trail.sub("", words).strip(_BLANK)
            words = shorter if len(shorter) > 1 or shorter == words else words
        _, of, last = words.rpartition("的")
        words = last if of and len(last) > 1 and self.is_thing(last) else words
        return words if len(words) > 1 and not self._role.fullmatch(words) else ""

    def _item(self, words: str) -> Item:
        words = words.strip()
        m = _MODELS.match(words)
        if m and not self._is_kind(m["models"]):
            if m["models"].startswith(self._brands):  # Optimus關節模組 is a part of it
                return Item(words[m.end() :].strip(_BLANK) or None)
            return Item(
                words[m.end() :].strip(" 的") or None, re.sub(r"\s?(?:和|及|与)\s?", "、", m["models"])
            )
        return Item(words or None)

    def _is_kind(self, latin: str) -> bool:
        """Whether a Latin word is a kind of thing (AI, OLED, 5G), not a model of one."""
        if all(_KIND.fullmatch(word) or word in self._kinds for word in latin.split()):
            return True
        return self._product(latin) is not None and not re.search(r"\d", latin)
