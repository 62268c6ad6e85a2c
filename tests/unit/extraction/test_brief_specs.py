"""The comparison that the sample briefs are judged by: what counts as right, and what as missed or too much."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from pipelines.extraction.lexicon import Lexicon
from pipelines.extraction.model import (
    Amount,
    Company,
    CompanyMentions,
    Evidence,
    Extraction,
    PeriodBounds,
    QuantityClaim,
    SupplyClaim,
)
from pipelines.text.span import Span
from tests.unit.extraction.brief_specs import Outcome, compare, name_key

PLACE = Evidence(Span(0, 2), Span(0, 9), "test", 1.0)
TSMC = Company("tw-2330", "台積電", "curated")
BUYER = Company("anonymous", "美系客戶", "anonymous")


def capacity(value: int, **fields: Any) -> QuantityClaim:
    amount = Amount(Decimal(value), Decimal(value), "eq", "piece", "萬片", "month")
    period = PeriodBounds(None, date(2026, 12, 31))
    return QuantityClaim(
        "capacity", PLACE, "capacity", amount, TSMC, "CoWoS", period, **{"status": "planned", **fields}
    )


def expected(value: int, **fields: Any) -> dict[str, Any]:
    return {
        "company": "TSMC", "subject": "CoWoS 封裝", "site": None, "metric": ["capacity", "output"], "value_low": value,
        "value_high": value, "comparator": "eq", "unit": "piece", "per": "month", "prior_low": None, "prior_high": None,
        "status": "planned", "period_start": None, "period_end": "2026-12-31", "evidence": "…", **fields,
    }  # fmt: skip


def outcome(lexicon: Lexicon, found: list[Any], **spec: Any) -> Outcome:
    whole = {"companies": ["台積電"], "capacity": [], "forecast": [], "supply": [], "observation": [], **spec}
    mentions = tuple(CompanyMentions(company, 1, Span(0, 3)) for company in (TSMC, BUYER))
    return compare(whole, Extraction("b", "v", tuple(found), mentions), name_key(lexicon))


def test_a_claim_that_agrees_in_every_field_is_found(lexicon: Lexicon) -> None:
    result = outcome(lexicon, [capacity(70_000)], capacity=[expected(70_000)])
    assert result == Outcome(
        {"capacity": (True,), "forecast": (), "supply": (), "observation": ()}, 0, (), ()
    )


@pytest.mark.parametrize(
    "change",
    [
        {"value_low": 70_100, "value_high": 70_100},
        {"status": "current"},
        {"site": "竹南"},
        {"prior_low": 60_000, "prior_high": 60_000},
        {"company": "聯電"},
        {"company": None},
        {"subject": "先進封裝"},
        {"per": None},
        {"comparator": "approx"},
        {"period_end": None},
        {"period_start": "2026-01-01"},
    ],
    ids=lambda change: "-".join(change),
)
def test_one_wrong_field_makes_it_missed_and_too_much(lexicon: Lexicon, change: dict[str, Any]) -> None:
    result = outcome(lexicon, [capacity(70_000)], capacity=[expected(70_000, **change)])
    assert (result.reached["capacity"], result.surplus) == ((False,), 1)


def test_what_the_brief_does_not_say_may_not_be_filled_in(lexicon: Lexicon) -> None:
    assert outcome(lexicon, [capacity(1, site="竹南")], capacity=[expected(1)]).surplus == 1
    assert (
        outcome(lexicon, [capacity(1, site="竹南")], capacity=[expected(1, site=[None, "竹南"])]).surplus == 0
    )


def test_any_of_the_allowed_periods_is_right(lexicon: Lexicon) -> None:
    claim = expected(1, period_end=None, or_periods=[["2026-10-01", "2026-12-31"], [None, "2026-12-31"]])
    assert outcome(lexicon, [capacity(1)], capacity=[claim]).reached["capacity"] == (True,)


def test_a_found_claim_serves_one_expected_claim_and_the_unmarked_first(lexicon: Lexicon) -> None:
    specs = [expected(1, optional=True), expected(1, known_gap=True), expected(1)]
    assert outcome(lexicon, [capacity(1)], capacity=specs).reached["capacity"] == (False, False, True)
    assert outcome(lexicon, [capacity(1)] * 2, capacity=specs).reached["capacity"] == (False, True, True)
    assert outcome(lexicon, [capacity(1)] * 4, capacity=specs).surplus == 1


def test_pairing_gives_way_where_a_claim_has_another_choice(lexicon: Lexicon) -> None:
    specs = [expected(1, subject=["CoWoS", "SoIC"]), expected(1, status=["planned", "current"])]
    found = [capacity(1), capacity(1, status="current")]
    assert outcome(lexicon, found, capacity=specs).reached["capacity"] == (True, True)


def test_supply_is_compared_by_its_own_fields(lexicon: Lexicon) -> None:
    found = SupplyClaim(PLACE, TSMC, BUYER, "晶圓", "trial", role="sole", share_low=Decimal(60))
    claim = {
        "supplier": "台積電", "customer": ["美系客戶", "某美系客戶"], "item": "晶圓", "model": None, "role": "sole",
        "status": "trial", "share_low": 60, "share_high": None, "period_start": None, "period_end": None, "evidence": "…",
    }  # fmt: skip
    assert outcome(lexicon, [found], supply=[claim]).reached["supply"] == (True,)
    assert outcome(lexicon, [found], supply=[{**claim, "role": None}]).reached["supply"] == (False,)


def test_companies_are_compared_without_the_anonymous(lexicon: Lexicon) -> None:
    result = outcome(lexicon, [], companies=["聯電"])
    assert (result.companies_missed, result.companies_extra) == (("聯電",), ("台積電",))
    assert outcome(lexicon, [], companies=[], companies_optional=["TSMC"]).companies_extra == ()
