"""What a careful reader takes from a few sentences, run through the real extractor (tests/specs/claims).

The marks are strict both ways: a case without one must hold, and a case marked `known_gap` must not. After a change of
the extractor or a lexicon, bring them up to date with `python -m tests.specs.refresh claims`.
"""

from __future__ import annotations

from typing import Any

import pytest

from pipelines.extraction.engine import Extractor
from pipelines.extraction.lexicon import Lexicon
from tests.unit.extraction.brief_specs import name_key, options
from tests.unit.extraction.claim_specs import (
    CASE_FIELDS,
    CLAIM_FIELDS,
    QUANTITY_KINDS,
    brief_of,
    cases,
    files,
    shortfalls,
)  # fmt: skip

CASES = [(file.stem, number, case) for file in files() for number, case in enumerate(cases(file), 1)]
EVERY_CASE = pytest.mark.parametrize(
    "case", [case for _, _, case in CASES], ids=[f"{s}-{n}" for s, n, _ in CASES]
)


@pytest.fixture(scope="module")
def extractor(lexicon: Lexicon) -> Extractor:
    return Extractor(lexicon, "specs")


@EVERY_CASE
def test_a_case_is_read_as_a_careful_reader_reads_it(
    case: dict[str, Any], extractor: Extractor, lexicon: Lexicon
) -> None:
    lines = shortfalls(case, extractor.extract(brief_of(case)), name_key(lexicon))
    if case.get("known_gap"):
        assert lines, f"holds now: python -m tests.specs.refresh claims ({case['text']})"
    else:
        assert not lines, "\n".join([case["text"], case["why"], *lines])


def test_cases_are_well_formed_and_told_once() -> None:
    for _, _, case in CASES:
        assert set(case) <= CASE_FIELDS
        assert case["why"] and case["text"]
        assert case["claims"] or case.get("never") or case.get("only")
        for claim in [*case["claims"], *case.get("never", ())]:
            assert set(claim) <= CLAIM_FIELDS
        assert all(set(options(claim["kind"])) <= set(QUANTITY_KINDS) for claim in case["claims"])
    texts = [(case.get("title"), case["text"], case["published"]) for _, _, case in CASES]
    assert len(set(texts)) == len(texts)


def test_a_third_of_the_cases_are_traps() -> None:
    traps = [case for _, _, case in CASES if case.get("never") or case.get("only")]
    assert len(traps) * 3 >= len(CASES)


def test_a_shortfall_names_the_nearest_claim_and_what_is_wrong_with_it(
    extractor: Extractor, lexicon: Lexicon
) -> None:
    text = "台積電2025年資本支出為400億美元。"
    case = {
        "text": text, "published": "2026-03-05", "publisher": None,
        "claims": [{"kind": "observation", "metric": "capex", "value_low": 400e8, "value_high": 400e8, "unit": "TWD"}],
        "never": [{"kind": "observation", "company": "台積電"}], "only": True,
    }  # fmt: skip
    key = name_key(lexicon)
    lines = shortfalls(case, extractor.extract(brief_of(case)), key)
    assert [line.split(":")[0].split()[0] for line in lines] == ["missed", "never"]
    assert lines[0].endswith("found unit=USD")
    right = {**case, "claims": [{**case["claims"][0], "unit": "USD"}], "never": []}
    assert shortfalls(right, extractor.extract(brief_of(right)), key) == []
    nothing = {**case, "claims": [], "never": []}
    assert shortfalls(nothing, extractor.extract(brief_of(nothing)), key)[0].startswith("nothing else: found")
