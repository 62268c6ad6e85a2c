"""Contradictions: claims of one brief that cannot both hold, and claims that the reference data contradicts.

Both sides are kept and flagged `conflict`; which of them is right, a person decides.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal
from itertools import combinations

from pipelines.extraction.claims.flags import Claim, with_flags
from pipelines.extraction.document import Document, Sentence
from pipelines.extraction.lexicon import Lexicon
from pipelines.extraction.model import Company, QuantityClaim, SupplyClaim
from pipelines.extraction.parties import Mention

#: Measures of which a thing has several at a time: prices of a day, data of a product, things counted.
_MANIFOLD = frozenset(
    {"price", "price_change", "other", "spec", "count", "duration", "dividend", "target_price"}
)
#: Rules that give an amount the measure or the subject of another: where they err, two things look like one.
_BORROWED = ("carried.", "unit.", "from_to.", "paired.", "signed.")
#: Countries whose firms a Chinese brief may call 國內.
_HOME = frozenset({"CN", "TW", "HK", "MO"})
_CALLED_HOME = re.compile(r"(?:国内|国产|本土)[^,。;Ⓒ]{0,6}(?:供应商|厂商|企业|大厂|业者)Ⓒ")


class ConflictReader:
    """Finds contradictions by the lexicon's reference data."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._rows = lexicon.companies

    def flagged(self, document: Document, claims: Sequence[Claim]) -> list[Claim]:
        """The claims in their order, those in a contradiction flagged."""
        contradicted = {s.span: companies for s in document.sentences if (companies := self._called_home(s))}
        at_odds = _at_odds(claims)
        return [
            with_flags(claim, ["conflict"])
            if i in at_odds or _about(claim) & contradicted.get(claim.evidence.sentence, frozenset())
            else claim
            for i, claim in enumerate(claims)
        ]

    def _called_home(self, sentence: Sentence) -> frozenset[Company]:
        """The foreign firms that a sentence calls 國內."""
        tokens = [sentence.by_mask[m.end() - 1].item for m in _CALLED_HOME.finditer(sentence.masked)]
        named = [token.company for token in tokens if isinstance(token, Mention)]
        return frozenset(company for company in named if self._is_foreign(company))

    def _is_foreign(self, company: Company) -> bool:
        row = self._rows.get(company.company_id)
        return row is not None and bool(row.country) and row.country not in _HOME


def _about(claim: Claim) -> frozenset[Company]:
    if isinstance(claim, SupplyClaim):
        return frozenset({claim.supplier})
    return frozenset({claim.company} if claim.company else ())


def _at_odds(claims: Sequence[Claim]) -> set[int]:
    """The claims that say of one thing, at one time, what another one says otherwise."""
    groups: dict[tuple[object, ...], list[int]] = {}
    for i, claim in enumerate(claims):
        if isinstance(claim, QuantityClaim) and _can_be_at_odds(claim):
            groups.setdefault(_thing(claim), []).append(i)
    found: set[int] = set()
    for group in groups.values():
        for first, second in combinations(group, 2):
            a, b = claims[first], claims[second]
            if isinstance(a, QuantityClaim) and isinstance(b, QuantityClaim) and _disagree(a, b):
                found |= {first, second}
    return found


def _can_be_at_odds(claim: QuantityClaim) -> bool:
    """Whether a claim says in its own words whose and what it is, and when."""
    subject = claim.spans.subject
    is_dated = claim.period.start is not None or claim.period.end is not None or claim.status == "current"
    return (
        claim.metric not in _MANIFOLD
        and not claim.evidence.rule.startswith(_BORROWED)
        and (claim.company is not None or claim.forecaster is not None)
        and is_dated
        and subject is not None
        and claim.evidence.sentence.covers(subject)
    )


def _thing(claim: QuantityClaim) -> tuple[object, ...]:
    """All that two claims must share to be of one thing at one time."""
    amount = claim.amount
    return (
        claim.kind, claim.company, claim.subject, claim.site, claim.metric, claim.period, amount.unit, amount.per,
        amount.comparator, claim.basis, claim.status, claim.forecaster,
    )  # fmt: skip


def _disagree(first: QuantityClaim, second: QuantityClaim) -> bool:
    """Whether two sentences give values that exclude each other; the parts of one sentence are a list, or a move."""
    if first.evidence.sentence == second.evidence.sentence:
        return False
    a, b = first.amount, second.amount
    if first.direction != second.direction:
        return (a.low or 0) > 0 and (b.low or 0) > 0
    if a.comparator in ("eq", "approx"):
        return not _same(a.low, b.low)
    return _is_above(a.low, b.high) or _is_above(b.low, a.high)


def _is_above(low: Decimal | None, high: Decimal | None) -> bool:
    return low is not None and high is not None and low > high


def _same(first: Decimal | None, second: Decimal | None) -> bool:
    """Whether two numbers are one, written more or less exactly: 712.5億 and 712億."""
    if first is None or second is None:
        return True
    digits = min(len(n.normalize().as_tuple().digits) for n in (first, second))
    rounded = [
        {Context(prec=digits, rounding=way).plus(n) for way in (ROUND_HALF_UP, ROUND_DOWN)}
        for n in (first, second)
    ]
    return bool(rounded[0] & rounded[1])
