"""How sure a claim is: the share of claims like it that a careful reader finds right in every field.

Being like it means a few things that told right from wrong among annotated briefs. Each adds its weight, in log-odds, to a
base. The weights are rounded, and lie between those of two collections that were annotated apart, so that no single brief
decides one. `python -m tests.calibration` shows how the outcome
holds, and fits the weights anew. Flags do not count: hearsay may be read quite rightly.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace

from pipelines.extraction.claims.flags import Claim
from pipelines.extraction.model import SupplyClaim

#: Log-odds. A quantity claim starts at 0.88, a supply claim at 0.92.
WEIGHTS: Mapping[str, float] = {
    "quantity": 2.0,
    "supply": 2.5,
    "supply: no customer": -0.5,
    "no company": -0.9,
    "no period": -0.8,
    "not placed": -1.9,  # metric other, or no subject
    "inexact": -0.7,  # 約, 逾, 數百: what the number is of is said as loosely
    "count or duration": -0.6,
    "no forecaster": -0.7,
    "rule: change": 0.3,
    "rule: construction": 1.1,  # the words leave little choice: 從…至…, 佔…的, 原估…, 分別為
    "rule: unit": -0.3,
}
#: Nothing is surer than this: a rule that never failed has not met every text yet.
LOWEST, HIGHEST = 0.05, 0.97
_CONSTRUCTIONS = frozenset({"share", "from_to", "prior", "paired"})
_INEXACT = frozenset({"gt", "approx", "vague"})


def rated(claim: Claim) -> Claim:
    """The claim with its confidence."""
    odds = sum(WEIGHTS[feature] for feature in features(claim))
    sure = round(min(max(1 / (1 + math.exp(-odds)), LOWEST), HIGHEST), 2)
    return replace(claim, evidence=replace(claim.evidence, confidence=sure))


def features(claim: Claim) -> Iterator[str]:
    """What of a claim tells how sure it is, by the names of `WEIGHTS`."""
    if isinstance(claim, SupplyClaim):
        yield "supply"
        if claim.customer is None:
            yield "supply: no customer"
        return
    yield "quantity"
    if claim.company is None:
        yield "no company"
    if claim.period.start is None and claim.period.end is None:
        yield "no period"
    if claim.metric == "other" or claim.subject is None:
        yield "not placed"
    if claim.amount.comparator in _INEXACT:
        yield "inexact"
    if claim.metric in ("count", "duration"):
        yield "count or duration"
    if claim.kind == "forecast" and claim.forecaster is None:
        yield "no forecaster"
    family = claim.evidence.rule.partition(".")[0]
    if family in _CONSTRUCTIONS:
        yield "rule: construction"
    elif family in ("change", "unit"):
        yield f"rule: {family}"
