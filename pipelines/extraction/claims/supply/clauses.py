"""Who stands where in a masked sentence: the subject of a predicate, and the members of a list."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.extraction.claims.supply.rules import AND, BRACKET, LONGEST_LIST
from pipelines.extraction.claims.supply.words import SupplyWords
from pipelines.extraction.document import COMPANY, Sentence, unmasked
from pipelines.extraction.model import Company
from pipelines.extraction.parties import Mention
from pipelines.text.span import Span

#: 主要板廠客戶 says what those are that the sentence names.
_KIND_OF_CUSTOMER = re.compile(r"(?:主要|重要|最大|大型|多数|知名).{0,4}(?:客户|代工厂|供应商|设备商|组装厂)")
#: 前者 is the first of a pair, 後者 the second.
_ONE_OF_TWO = re.compile(r"前者|(后者)")
#: Longer clauses, and subjects farther away, are not looked for.
_LONGEST_CLAUSE, _CLAUSES_BACK = 160, 8
_MARKS = ",;:。!?"
_LISTED = re.compile(rf"{BRACKET}{AND}")


@dataclass(frozen=True, slots=True)
class Party:
    """A side of a delivery: the company, and the place of the body that names it."""

    company: Company
    span: Span
    #: Whether the brief names a product of the company instead of the company.
    is_owner: bool = False


class Clauses:
    """One masked sentence, asked for its subjects and groups of companies."""

    def __init__(
        self, sentence: Sentence, words: SupplyWords, owners: Owners, pair: Sequence[Party] = ()
    ) -> None:
        #: The two companies that 兩家公司 means where the sentence names no pair before it.
        self._pair = pair
        self.sentence = sentence
        self.masked = sentence.masked
        self._words = words
        self._owners = owners
        self._governing = words.governing
        self._places = [
            i
            for i, token in sentence.by_mask.items()
            if token.letter == COMPANY and isinstance(token.item, Mention)
        ]
        self._groups = self._listed()

    def start(self, at: int) -> int:
        """Where the clause that holds a place begins; a bracket is a clause of its own."""
        depth = 0
        for i in range(at - 1, max(at - _LONGEST_CLAUSE, 0) - 1, -1):
            char = self.masked[i]
            if char == ")":
                depth += 1
            elif char == "(":
                if depth == 0:
                    return i + 1
                depth -= 1
            elif depth == 0 and char in _MARKS:
                return i + 1
        return max(at - _LONGEST_CLAUSE, 0)

    def end(self, at: int) -> int:
        """Where the clause that holds a place ends."""
        last = min(len(self.masked), at + _LONGEST_CLAUSE)
        for i in range(at, last):
            if self.masked[i] in _MARKS or self.masked[i] == ")":
                return i
        return last

    def places(self, start: int, end: int) -> list[int]:
        """Where the companies of a stretch stand."""
        return self._places[bisect_left(self._places, start) : bisect_left(self._places, end)]

    def parties(self, start: int, end: int) -> list[Party]:
        """The companies of a stretch, else the owner of the product that it names, else what 兩家企業 stands for."""
        found = [self._party(i) for i in self.places(start, end)]
        if found:
            return found
        if self._words.found("both", self.masked[start:end]):
            return self._pair_before(start)
        return self._owner(start, end)

    def subject(self, before: int, within: str, may_be_owner: bool = False) -> list[Party] | None:
        """The subject of the predicate at a place: of its clause, else of the clauses before it in the sentence.

        Empty where another thing than a company is the subject (領先企業), None where none is said. Where it buys, it
        may be named by its product.
        """
        end, is_own = before, True
        for _ in range(_CLAUSES_BACK):
            start = self.start(end)
            group = self._group(start, end, is_own)
            if group:
                return [self._party(i) for i in group]
            if self._words.found("both", self.masked[start:end]):
                return self._pair_before(start)
            if m := _ONE_OF_TWO.search(self.masked, start, end):
                return self._pair_before(start)[m.lastindex == 1 : 2 if m.lastindex == 1 else 1]
            owner = self._owner(start, end) if may_be_owner else []
            if owner or self._has_other_subject(start, end):
                return owner
            label = start > 0 and self.masked[start - 1] == ":"
            if start == 0 or (within == "clause" and not (is_own and label)):
                return None
            end, is_own = start - 1, False
        return None

    def _has_other_subject(self, start: int, end: int) -> bool:
        """Whether a clause is about firms that it does not name: 領先企業."""
        m = self._words.pattern("other_subject").search(self.masked, start, min(end, start + 14))
        if m is None or self._words.governs.search(self.masked, start, m.start()):
            return False
        return not self._words.pattern("list").match(self.masked, m.end())  # 核心供應商是甲

    def opening(self) -> Party | None:
        """The company that the sentence opens with: the first subject of its first two clauses."""
        end = self.end(0)
        for _ in range(2):
            group = self._group(self.start(end), end, False)
            if group and len(self.masked[self.start(end) : group[0]].strip("Ⓟ ")) <= 8:
                return self._party(group[0])
            if end >= len(self.masked):
                break
            end = self.end(end + 1)
        return None

    def _group(self, start: int, end: int, is_own: bool) -> list[int]:
        """The list of companies that is the subject of a clause: the last one of its own, the first of another."""
        places = [i for i in self.places(start, end) if not self._in_bracket(start, i)]
        free = [i for i in places if not self._is_governed(i)]
        if len(free) > 1:
            free = [i for i in free if not self._speaks(i)] or free
        if not free:
            return []
        chosen = free[-1] if is_own else free[0]
        return [i for i in self._group_of(chosen) if start <= i < end]

    def _group_of(self, place: int) -> list[int]:
        """The companies that one list joins with the one at a place."""
        return self._groups[place]

    def _listed(self) -> dict[int, list[int]]:
        """The list that each company belongs to, by its place."""
        groups: dict[int, list[int]] = {}
        for left, place in zip([None, *self._places], self._places, strict=False):
            joins = left is not None and _LISTED.fullmatch(self.masked, left + 1, place)
            group = groups[left] if joins and left is not None and len(groups[left]) <= LONGEST_LIST else []
            group.append(place)
            groups[place] = group
        return groups

    def _in_bracket(self, start: int, place: int) -> bool:
        return self.masked.count("(", start, place) > self.masked.count(")", start, place)

    def _is_governed(self, place: int) -> bool:
        """Whether a company, or the list that it belongs to, is the object of a word before it."""
        left = self.masked[max(0, self._group_of(place)[0] - 6) : self._group_of(place)[0]].rstrip(
            " 了的“「『"
        )
        return left.endswith(self._governing)

    def _speaks(self, place: int) -> bool:
        return bool(
            self._words.pattern("speech").search(self.masked, place + 1, min(place + 9, self.end(place)))
        )

    def _pair_before(self, before: int) -> list[Party]:
        """The last two companies that were listed together before a place."""
        return self.last_pair(before) or list(self._pair)

    def last_pair(self, before: int | None = None) -> list[Party]:
        """The last two companies that the sentence lists together, before a place or at all."""
        places = self._places if before is None else self.places(0, before)
        for i in reversed(places[-LONGEST_LIST:]):
            group = self._group_of(i)
            if len(group) == 2:
                return [self._party(place) for place in group]
        return []

    def owners(self) -> list[Party]:
        """The owner of the first product of the sentence that stands for one."""
        return self._owner(0, len(self.masked))

    def _owner(self, start: int, end: int) -> list[Party]:
        m = self._owners.pattern.search(self.masked, start, end)
        if m is None:
            return []
        company = self._owners.company(m[0])
        offsets = self.sentence.offsets
        return [Party(company, Span(offsets[m.start()], offsets[m.end() - 1] + 1), True)] if company else []

    def _party(self, place: int) -> Party:
        item = self.sentence.by_mask[place].item
        assert isinstance(item, Mention)
        return Party(item.company, item.span)


def open_sentence(sentence: Sentence, text: str, words: SupplyWords) -> Sentence:
    """The sentence in which 主要客戶 and 兩家企業 are words, not parties: they point to those that are named."""
    pointing = [
        token
        for token in sentence.tokens
        if token.letter != COMPANY
        or (isinstance(token.item, Mention) and token.item.company.status == "anonymous")
        if (own := text[token.start : token.end])
        and (words.pattern("pointing").fullmatch(own) or _KIND_OF_CUSTOMER.fullmatch(own))
    ]
    return unmasked(sentence, text, pointing) if pointing else sentence


class Owners:
    """The firms behind product names that a brief uses in their stead (iPhone: 蘋果)."""

    def __init__(self, source: str, companies: dict[str, Company]) -> None:
        self.pattern = re.compile(source)
        self._companies = companies

    def company(self, product: str) -> Company | None:
        """The owner of a product as written, with or without its generation."""
        forms = [form for form in self._companies if product.startswith(form)]
        return self._companies[max(forms, key=len)] if forms else None
