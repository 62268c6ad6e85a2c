"""Confidence: what makes a claim surer or less sure, and that the surest claims of the samples are the best."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from pipelines.extraction.claims.confidence import HIGHEST, LOWEST, WEIGHTS, features
from pipelines.extraction.engine import Extractor
from pipelines.extraction.lexicon import Lexicon
from pipelines.text.brief import Brief
from tests.conftest import read_spec
from tests.unit.extraction.brief_specs import KINDS, kind_of, name_key, pairs, row_of
from tests.unit.extraction.sample_briefs import read_samples


@pytest.fixture(scope="module")
def extractor(lexicon: Lexicon) -> Extractor:
    return Extractor(lexicon, "confidence")


def sure(extractor: Extractor, body: str) -> float:
    """The confidence of the only claim of a body."""
    (claim,) = extractor.extract(Brief("", body, "中央社", date(2026, 2, 8), "given")).claims
    return claim.evidence.confidence


@pytest.mark.parametrize(
    ("surer", "less"),
    [
        ("緯創2025年營收1.2兆元。", "2025年營收1.2兆元。"),
        ("緯創2025年營收1.2兆元。", "緯創營收1.2兆元。"),
        ("緯創2025年營收1.2兆元。", "緯創2025年營收逾1.2兆元。"),
        ("緯創2025年營收1.2兆元。", "緯創2025年員工12萬人。"),
        ("緯創預估2026年出貨120萬台。", "2026年出貨可望達120萬台。"),
        ("緯創2025年營收年增20%。", "緯創2025年營收1.2兆元。"),
        ("大立光供應蘋果鏡頭。", "大立光供應潛望鏡頭。"),
    ],
)
def test_what_a_claim_says_itself_makes_it_surer(extractor: Extractor, surer: str, less: str) -> None:
    assert sure(extractor, surer) > sure(extractor, less)


def test_what_no_rule_placed_is_the_least_sure(extractor: Extractor) -> None:
    assert sure(extractor, "增加後的門檻是3.7%。") < 0.3


def test_flags_do_not_count(extractor: Extractor) -> None:
    plain, told = "緯創2025年營收1.2兆元。", "市場傳出緯創2025年營收1.2兆元。"
    assert sure(extractor, plain) == sure(extractor, told)


def claims_with_verdict(extractor: Extractor, lexicon: Lexicon) -> Iterator[tuple[float, bool, set[str]]]:
    """Confidence of each claim of the samples, whether its spec has it in every field, and its features."""
    key = name_key(lexicon)
    for spec in read_spec("briefs"):
        claims = extractor.extract(read_samples()[spec["title"]]).claims
        for kind in KINDS:
            own = [claim for claim in claims if kind_of(claim) == kind]
            right = pairs(spec[kind], [row_of(claim) for claim in own], key)
            for n, claim in enumerate(own):
                yield claim.evidence.confidence, n in right, set(features(claim))


def test_on_the_samples_the_surest_are_right_far_more_often_than_the_others(
    extractor: Extractor, lexicon: Lexicon
) -> None:
    judged = list(claims_with_verdict(extractor, lexicon))
    assert all(LOWEST <= confidence <= HIGHEST for confidence, _, _ in judged)
    surest = [right for confidence, right, _ in judged if confidence >= 0.85]
    others = [right for confidence, right, _ in judged if confidence < 0.7]
    assert len(surest) > 200 and len(others) > 50
    assert sum(surest) / len(surest) >= 0.7
    assert sum(others) / len(others) <= sum(surest) / len(surest) - 0.1


def test_every_feature_has_a_weight_and_every_weight_is_used(extractor: Extractor, lexicon: Lexicon) -> None:
    brief = Brief("", "大立光供應潛望鏡頭。", "中央社", date(2026, 2, 8), "given")
    seen = {name for claim in extractor.extract(brief).claims for name in features(claim)}
    for _, _, found in claims_with_verdict(extractor, lexicon):
        seen |= found
    assert seen == set(WEIGHTS)
