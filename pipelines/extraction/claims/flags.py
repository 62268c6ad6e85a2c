"""Flags: what a reader should know before he relies on a claim. A flagged claim is kept like any other.

`hearsay`: only passed on (據傳, 市場傳出), said to be unverified, or reported by the supplier alone. `conditional`: holds
only if something else comes about (若…則). What contradicts the brief or the reference data stands in `conflicts`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipelines.extraction.claims.stance import any_of
from pipelines.extraction.document import COMPANY, Document, Sentence
from pipelines.extraction.lexicon import Lexicon
from pipelines.extraction.model import Company, QuantityClaim, SupplyClaim
from pipelines.text.span import Span

Claim = QuantityClaim | SupplyClaim

#: What makes a word of hearsay a part of another: 宣傳出, 對外傳達, 業界傳統.
_NOT_BEHIND, _NOT_BEFORE = (
    "宣流遺失对向",
    "统达输递感播真媒授承导遞捷佳喜火",
)
#: Words behind 若 that only say how something is counted (若以營收計, 若加計…), and 若干.
_COUNTED = "干以从按依就与和跟扣计含包换对较看论非"
#: Conditions that only say what is counted in or looked at: 如果將HBM計算在內, 如果你看看.
_LOOKED_AT = r"[^,，。;；]{0,12}?(?:计算在内|算在内|算进|算入|计入|纳入|看看|来看|观察|比较|相比|对比)"
_LONGEST_POINTER = 6
#: Another voice takes the word: 市場傳出…,公司則表示目前…
_ANSWERS = re.compile(
    r"(?:公司|官方|发言人|厂商|业者|当事人|Ⓒ)[^,，。;；]{0,8}?(?:表示|指出|证实|澄清|强调|回应|说明|公告|否认)"
)
_CONSEQUENCE = re.compile(r"^\W{0,2}[^,，]{0,8}?(?:则|就|将|便|才|可望|有望|恐|会|可能)")


class FlagReader:
    """Reads the flags of claims from the words around them."""

    def __init__(self, lexicon: Lexicon) -> None:
        words = lexicon.words
        self._hearsay = re.compile(
            rf"(?<![{_NOT_BEHIND}])(?:{any_of(words['hearsay']).pattern})(?![{_NOT_BEFORE}])"
        )
        self._unverified = any_of(words["unverified"] | words["self_reported"])
        self._pointing = any_of(words["back_pointing"])
        self._condition = re.compile(
            rf"(?:{any_of(words['condition']).pattern})(?![{_COUNTED}]|{_LOOKED_AT})"
        )
        self._condition_behind = any_of(words["condition_behind"])

    def flagged(self, document: Document, claims: Sequence[Claim]) -> list[Claim]:
        """The claims in their order, with the flags that their words ask for."""
        sentences = {sentence.span: sentence for sentence in document.sentences}
        doubted = self._doubted_later(document, claims)
        found = []
        for i, claim in enumerate(claims):
            sentence = sentences[claim.evidence.sentence]
            flags = []
            if i in doubted or self._is_hearsay(document.text, sentence, claim):
                flags.append("hearsay")
            if self._is_conditional(document.text, sentence, claim):
                flags.append("conditional")
            found.append(with_flags(claim, flags))
        return found

    def _is_hearsay(self, text: str, sentence: Sentence, claim: Claim) -> bool:
        """Whether the sentence only passes the claim on; words of hearsay reach from where they stand to another voice."""
        if self._unverified.search(text, sentence.span.start, sentence.span.end):
            return True
        place = _last_place(claim, sentence.span)
        return any(
            _stands_free(sentence, m) and not _has_ended(sentence, m, place)
            for m in self._hearsay.finditer(text, sentence.span.start, place)
        )

    def _doubted_later(self, document: Document, claims: Sequence[Claim]) -> set[int]:
        """The claims of earlier sentences that a sentence of doubt points back to: 上述數字未經證實.

        Where it names companies it is about theirs alone. The word of a supplier (自述) is of all that stands before;
        other doubt is of the sentence right before it that makes a claim.
        """
        doubted: set[int] = set()
        for sentence in document.sentences:
            m = self._unverified.search(document.text, sentence.span.start, sentence.span.end)
            head = document.text[sentence.span.start : sentence.span.start + _LONGEST_POINTER]
            if m is None or not self._pointing.search(head):
                continue
            before = [i for i, c in enumerate(claims) if c.evidence.sentence.end <= sentence.span.start]
            named = {mention.company for mention in sentence.mentions()}
            if named:
                before = [i for i in before if named & set(_parties(claims[i]))]
            elif before and not head.lstrip(" ,。").startswith(("以上", "上述", "前述", "注", "备注")):
                last = claims[before[-1]].evidence.sentence
                before = [i for i in before if claims[i].evidence.sentence == last]
            doubted.update(before)
        return doubted

    def _is_conditional(self, text: str, sentence: Sentence, claim: Claim) -> bool:
        """Whether the claim stands in or behind the condition of its sentence.

        A statement of what is goes on free of it, unless it is of the condition's own clause or is what follows from it.
        """
        place = _last_place(claim, sentence.span)
        if self._condition_behind.search(text, place, sentence.span.end):
            return True
        found = self._condition.finditer(text, sentence.span.start, place)
        conditions = [m.start() for m in found if _stands_free(sentence, m)]
        if not conditions:
            return False
        clause = sentence.clause_at(place)
        own = sentence.clause_at(conditions[-1]) == clause
        return own or _lies_ahead(claim) or _CONSEQUENCE.match(text[clause.start : place]) is not None


def with_flags(claim: Claim, flags: Sequence[str]) -> Claim:
    """The claim with further flags, each once."""
    if not flags:
        return claim
    evidence = replace(claim.evidence, flags=tuple(dict.fromkeys((*claim.evidence.flags, *flags))))
    return replace(claim, evidence=evidence)


def _stands_free(sentence: Sentence, m: re.Match[str]) -> bool:
    """Whether a word is no part of a number or a name (三萬一千), no 只要 of a small amount (只要5分鐘), and no assumption
    that a model is told to make (報告假設折現率9.5%)."""
    start, end = m.span()
    if m[0] in ("假设", "要是") and start > sentence.clause_at(start).start:
        return False
    if any(token.start < end and start < token.end for token in sentence.tokens):
        return False
    return m[0] != "只要" or all(token.start - end not in (0, 1) for token in sentence.tokens)


def _has_ended(sentence: Sentence, m: re.Match[str], place: int) -> bool:
    """Whether another voice takes the word before a place; after 甲傳出… also a clause that opens with another firm."""
    if _ANSWERS.search(_masked(sentence, m.end(), place)):
        return True
    companies = [token for token in sentence.tokens if token.letter == COMPANY]
    if all(m.start() - token.end not in range(3) for token in companies):
        return False
    clauses = [clause for clause in sentence.clauses if m.end() <= clause.start <= place]
    return any(0 <= token.start - clause.start <= 1 for clause in clauses for token in companies)


def _lies_ahead(claim: Claim) -> bool:
    if isinstance(claim, SupplyClaim):
        return claim.status in ("planned", "negotiating", "trial")
    return claim.kind == "forecast" or claim.status == "planned"


def _parties(claim: Claim) -> tuple[Company | None, ...]:
    if isinstance(claim, SupplyClaim):
        return claim.supplier, claim.customer
    return (claim.company,)


def _last_place(claim: Claim, sentence: Span) -> int:
    """Where the claim is said: at its value; for supply at the last of its parties and its item in the sentence."""
    if isinstance(claim, QuantityClaim):
        return claim.evidence.span.start
    places = (claim.evidence.span, claim.spans.customer, claim.spans.item)
    return max((p.start for p in places if p is not None and sentence.covers(p)), default=sentence.end)


def _masked(sentence: Sentence, start: int, end: int) -> str:
    """The masked words between two offsets of the text."""
    offsets: Mapping[int, int] = {offset: i for i, offset in reversed(list(enumerate(sentence.offsets)))}
    inside = [i for offset, i in offsets.items() if start <= offset < end]
    return sentence.masked[min(inside) : max(inside) + 1] if inside else ""
