"""What is left over, and why: the words that came near a quantity, each with what kept it from it."""

from __future__ import annotations

from datetime import date

import pytest

from pipelines.extraction.claims.near import Leftover
from pipelines.extraction.engine import Extractor
from pipelines.extraction.lexicon import Lexicon
from pipelines.text.brief import Brief


@pytest.fixture(scope="module")
def extractor(lexicon: Lexicon) -> Extractor:
    return Extractor(lexicon, "near")


def leftovers(extractor: Extractor, body: str) -> dict[str, Leftover]:
    """The leftovers by their words."""
    brief = Brief("", body, "中央社", date(2026, 2, 8), "given")
    return {left.quantity.span.of(body): left for left in extractor.leftovers(brief)}


def kept(body: str, left: Leftover) -> dict[str, tuple[str, str]]:
    """Rule and reason of what came near, by its word."""
    return {near.span.of(body): (near.rule, near.kept) for near in left.near}


def test_what_a_rule_placed_is_not_left_over(extractor: Extractor) -> None:
    assert leftovers(extractor, "緯創第一季營收3000億元,年增20%,毛利率7.5%。") == {}


def test_a_word_of_measure_that_goes_with_another_unit_is_named(extractor: Extractor) -> None:
    body = "公司今年的營收目標門檻是3.7%。"
    left = leftovers(extractor, body)["3.7%"]
    assert left.is_claim
    assert kept(body, left)["營收"] == ("level.revenue", "goes with money or ratio, this is percent")


def test_a_word_in_another_clause_is_named_where_it_would_take_the_unit(extractor: Extractor) -> None:
    body = "反觀中國,原本是4.6%,關稅後來另計,營收不受影響。"
    left = leftovers(extractor, body)["4.6%"]
    assert kept(body, left) == {"關稅": ("level.rate", "stands in a clause behind")}


def test_a_change_word_that_does_not_stand_right_before_is_named_with_what_is_between(
    extractor: Extractor,
) -> None:
    body = "增加後的門檻是3.7%。"
    near = kept(body, leftovers(extractor, body)["3.7%"])
    assert near == {"增加": ("change", "stands before, but not right before: 「後的門檻是」 is between")}


@pytest.mark.parametrize(
    ("body", "words", "why"),
    [
        ("客戶簽下五年期大單。", "五年", "a duration that is no specification and no result"),
        ("兩家公司都是老客戶。", "兩家", "a small count in words, which is a figure of speech"),
        ("鴻海上月營收5387億元(164億美元)。", "164億美元", "a rule took it into another claim: as its earlier value, or as the same amount said again"),
        ("64GB伺服器DDR5的價格為270美元。", "64GB", "the size in a product's name, whose own measure follows"),
    ],
)  # fmt: skip
def test_a_quantity_that_makes_no_claim_says_why(
    extractor: Extractor, body: str, words: str, why: str
) -> None:
    left = leftovers(extractor, body)[words]
    assert (left.is_claim, left.why, left.near) == (False, why, ())


@pytest.mark.parametrize("body", ["新品採用12吋晶圓與5G模組。", "2026年2月8日發布H616。"])
def test_names_and_dates_are_no_leftovers(extractor: Extractor, body: str) -> None:
    assert leftovers(extractor, body) == {}


def test_every_claim_of_metric_other_is_left_over_and_nothing_else_that_is_a_claim(
    extractor: Extractor,
) -> None:
    body = "預售案門檻由3.7%訂定,每人限領280萬美元。反觀中國,原本是4.6%,後來加了25%。營收100億元。"
    brief = Brief("", body, "中央社", date(2026, 2, 8), "given")
    other = {c.evidence.span for c in extractor.extract(brief).claims if c.metric == "other"}
    assert other
    assert {left.quantity.span for left in extractor.leftovers(brief) if left.is_claim} == other
