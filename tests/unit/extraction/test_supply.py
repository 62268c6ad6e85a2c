"""Supply claims against the specs: every claim with all that it says, and no claim where a sentence is a trap."""

from __future__ import annotations

from datetime import date
from time import process_time

import pytest

from pipelines.extraction.engine import Extractor
from pipelines.extraction.lexicon import Lexicon
from pipelines.extraction.model import SupplyClaim
from pipelines.text.brief import Brief
from tests.conftest import read_spec


def _said(claim: SupplyClaim) -> dict[str, object]:
    """What a claim says, without what it leaves open."""
    said = {
        "supplier": claim.supplier.name,
        "customer": claim.customer.name if claim.customer else None,
        "item": claim.item,
        "model": claim.model,
        "role": claim.role,
        "status": claim.status,
        "share_low": None if claim.share_low is None else float(claim.share_low),
        "share_high": None if claim.share_high is None else float(claim.share_high),
        "flags": list(claim.evidence.flags) or None,
    }
    return {name: value for name, value in said.items() if value is not None}


def _key(claim: dict[str, object]) -> tuple[str, ...]:
    return tuple(str(claim.get(name)) for name in ("supplier", "customer", "item"))


@pytest.fixture(scope="module")
def extractor(lexicon: Lexicon) -> Extractor:
    return Extractor(lexicon, "test")


@pytest.mark.parametrize("case", read_spec("supply"), ids=lambda case: case["text"])
def test_supply_claims_of_a_text(case: dict, extractor: Extractor) -> None:
    brief = Brief(case.get("title", ""), case["text"], None, date(2026, 2, 8))
    found = [_said(c) for c in extractor.extract(brief).claims if isinstance(c, SupplyClaim)]
    assert sorted(found, key=_key) == sorted(case["claims"], key=_key)


@pytest.mark.parametrize("unit", ["台積電、", "台積電供應聯發科", "向台積電採購", "供應商是台積電,"])
def test_an_endless_sentence_takes_time_in_proportion(unit: str, extractor: Extractor) -> None:
    def seconds(count: int) -> float:
        began = process_time()
        extractor.extract(Brief("", unit * count, None, date(2026, 2, 8)))
        return process_time() - began

    assert min(seconds(400) for _ in range(2)) < 3.5 * min(seconds(200) for _ in range(2)) + 0.2
