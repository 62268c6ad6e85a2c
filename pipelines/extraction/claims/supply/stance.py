"""How sure and how far along a delivery is: status, role, denial, hearsay."""

from __future__ import annotations

import re

from pipelines.extraction.claims.supply.statement import Statement
from pipelines.extraction.claims.supply.words import SupplyWords
from pipelines.extraction.document import COMPANY

#: 將 before a thing that is handed over (將封裝外包給) tells no time.
_OBJECT_MARK = re.compile(r"^[将把]")
_SOLELY = ("独家", "独供")
_NOT_YET = re.compile(r"未(?!来|必)")
_STILL_TO_COME = re.compile(r"(?:将|预计|可望|预定)[^,。;Ⓒ]{0,10}(?:量产|出货|供货|交货|放量|交付)")
_BEGUN = re.compile(
    r"已(?:经)?(?:开始|陆续|正式|顺利)?[^,。;]{0,2}(?:出货|交货|供货|量产|供应|交付)|开始(?:小量|陆续)?(?:出货|供货)|陆续出货"
)


class Stance:
    """Reads the stance of a statement from the words of its clause."""

    def __init__(self, words: SupplyWords) -> None:
        self._words = words

    def denies(self, statement: Statement) -> bool:
        """Whether a clause denies the statement or only wonders about it."""
        said = statement.left + statement.inside
        is_denied = self._words.found("deny", said) or _NOT_YET.search(said) is not None
        return is_denied or self._words.found("wonder", statement.left)

    def is_refuted(self, after: str) -> bool:
        """Whether words behind the statement take it back: 公司否認."""
        return self._words.found("refute", after)

    def status(self, statement: Statement) -> str:
        """The status that the words say, else the rule's own, else active."""
        own, inside, right = statement.rule.status, statement.inside, statement.right
        if own in ("ended", "trial"):
            return own
        said = self._words.values("status", statement.left + _OBJECT_MARK.sub("|", inside).split(COMPANY)[0])
        is_on_trial = "trial" in self._words.values("status", inside + right)
        for code in ("ended", "trial", "negotiating"):
            if code in said or (code == "trial" and is_on_trial):
                return code
        if own == "negotiating":
            return own
        if not said and own is None and _STILL_TO_COME.search(right):
            return "planned"
        if not said and _BEGUN.search(statement.left + inside + right):
            return "active"
        return "planned" if "planned" in said else own or "active"

    def role(self, statement: Statement) -> str | None:
        """The supplier's standing: of the word that a rule caught, else of those before 供應商 and beside the verb."""
        if caught := statement.group("R"):
            return self._words.value("role", caught)
        words = statement.left[-8:] + statement.inside + statement.right[:8]
        if noun := self._words.pattern("supplier_noun").search(words):
            return next(
                iter(self._words.values("role", words[max(0, noun.start() - 14) : noun.start()])), None
            )
        if any(word in statement.left[-4:] + statement.inside for word in _SOLELY):
            return "sole"
        return "primary" if "mainly" in statement.rule.traits and statement.left.endswith("主要") else None

    def is_hearsay(self, sentence: str) -> bool:
        """Whether a sentence only passes on what is said."""
        return self._words.found("hearsay", sentence)
