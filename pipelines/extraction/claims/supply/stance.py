"""How sure and how far along a delivery is: status, role, denial, hearsay."""

from __future__ import annotations

import re

from pipelines.extraction.claims.supply.rules import SupplyRule
from pipelines.extraction.claims.supply.words import SupplyWords

#: 將 before a thing that is handed over (將封裝外包給) tells no time.
_OBJECT_MARK = re.compile(r"^[将把]")
_NOT_YET = re.compile(r"未(?!来|必)")
_STILL_TO_COME = re.compile(r"(?:将|预计|可望|预定)[^,。;Ⓒ]{0,10}(?:量产|出货|供货|交货|放量|交付)")
_BEGUN = re.compile(
    r"已(?:经)?(?:开始|陆续|正式|顺利)?[^,。;]{0,4}(?:出货|交货|供货|量产|供应|交付)|开始(?:小量|陆续)?(?:出货|供货)|陆续出货"
)


class Stance:
    """Reads the stance of a statement from the words of its clause."""

    def __init__(self, words: SupplyWords) -> None:
        self._words = words

    def denies(self, left: str, inside: str) -> bool:
        """Whether a clause denies the statement or only wonders about it."""
        said = left + inside
        return bool(self._words.found("deny", said) or _NOT_YET.search(said)) or self._words.found(
            "wonder", left
        )

    def is_refuted(self, after: str) -> bool:
        """Whether words behind the statement take it back: 公司否認."""
        return self._words.found("refute", after)

    def status(self, rule: SupplyRule, left: str, inside: str, right: str) -> str:
        """The status that the words say, else the rule's own, else active."""
        said = self._words.values("status", left + _OBJECT_MARK.sub("|", inside).split("Ⓒ")[0])
        late = [code for code in self._words.values("status", inside + right) if code == "trial"]
        found = {*said, *late}
        if rule.status in ("ended", "trial"):
            return rule.status
        for code in ("ended", "trial", "negotiating"):
            if code in found:
                return code
        if rule.status == "negotiating":
            return rule.status
        if not said and rule.status is None and _STILL_TO_COME.search(right):
            return "planned"
        if _BEGUN.search(left + inside + right) and not said:
            return "active"
        return "planned" if "planned" in found else rule.status or "active"

    def role(self, caught: str | None, inside: str) -> str | None:
        """The supplier's standing: of the word that a rule caught, else of the first that its stretch holds."""
        if caught:
            return self._words.value("role", caught)
        return next(iter(self._words.values("role", inside)), None)

    def is_hearsay(self, sentence: str) -> bool:
        """Whether a sentence only passes on what is said."""
        return self._words.found("hearsay", sentence) or self._words.found("self_reported", sentence)
