"""The models judge rows: what is right passes whole, what is wrong is named with check, value and brief."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandera.errors import SchemaErrors

from pipelines.contracts import validate as module
from pipelines.contracts.rows import FACT_TABLES, PER_YEAR, claim_rows, companies_of
from pipelines.contracts.validate import MODELS, validate
from pipelines.extraction.model import Amount, PeriodBounds
from tests.builders import (
    FOUNDRY,
    LENSES,
    brief,
    capacity,
    exactly,
    extraction,
    forecast,
    observation,
    supply,
)

UNITS = {"piece", "percent", "TWD"}
CLAIMS = {
    "fact_capacity": capacity(),
    "fact_forecast": forecast(),
    "fact_observation": observation(),
    "fact_supply": supply(),
}


def row_of(table: str, **changes: object) -> dict:
    read = extraction(brief(), *CLAIMS.values())
    return {**claim_rows(read, brief())[table][0], **changes}


def test_every_fact_table_has_a_model() -> None:
    assert set(MODELS) == set(FACT_TABLES)


@pytest.mark.parametrize("table", FACT_TABLES)
def test_right_rows_pass_whole(table: str) -> None:
    row = row_of(table)
    checked = validate(table, [row], UNITS)
    assert (checked.rejected, checked.rejected_rows) == ((), 0)
    kept = checked.valid.to_dicts()[0]
    assert {name: row.get(name) for name in kept} == kept


@pytest.mark.parametrize("table", FACT_TABLES)
def test_no_rows_are_no_fault(table: str) -> None:
    checked = validate(table, [], UNITS)
    assert (checked.valid.height, checked.rejected) == (0, ())


WRONG = [
    ("fact_capacity", {"metric": "price"}, "metric: is a code of the contract", "price"),
    ("fact_capacity", {"status": None}, "status: is missing", None),
    ("fact_capacity", {"comparator": "gt"}, "gt has a lower bound only", None),
    ("fact_capacity", {"value_low": 2.0, "value_high": 1.0, "comparator": "range"}, "value_low is not above value_high", None),
    ("fact_capacity", {"value_low": None, "value_high": None}, "an exact value has equal bounds", None),
    ("fact_capacity", {"value_low": float("inf"), "value_high": float("inf")}, "value_low: is finite", "inf"),
    ("fact_capacity", {"site": " "}, "site: is not blank", " "),
    ("fact_capacity", {"unit": "furlong"}, "unit: is a known code", "furlong"),
    ("fact_capacity", {"prior_low": 3.0, "prior_high": 2.0}, "prior_low is not above prior_high", None),
    ("fact_forecast", {"basis": "yoy"}, "a basis belongs to a change", None),
    ("fact_forecast", {"direction": "sideways"}, "direction: is a code of the contract", "sideways"),
    ("fact_observation", {"value_low": -3.0, "value_high": -3.0, "direction": "down"}, "the size of a change is not negative", None),
    ("fact_observation", {"value_low": None, "comparator": "gt"}, "gt has a lower bound only", None),
    ("fact_observation", {"value_high": None, "comparator": "range"}, "a range has both bounds", None),
    ("fact_observation", {"comparator": "lt"}, "lt and upto have an upper bound only", None),
    ("fact_observation", {"value_low": None, "comparator": "vague"}, "a vague value has both bounds or none", None),
    ("fact_observation", {"company_id": None, "subject": None, "unit": None}, "says whom or what it is about or how much of what", None),
    ("fact_observation", {"period_start": date(2027, 1, 1), "period_end": date(2026, 1, 1)}, "period_start is not above period_end", None),
    ("fact_observation", {"period_end": date(2999, 1, 1)}, "period_end: is between 1900 and 2200", "2999-01-01"),
    ("fact_observation", {"span_end": 99}, "span lies inside the body", None),
    ("fact_observation", {"span_start": 0, "sentence_start": 5}, "sentence holds the span", None),
    ("fact_observation", {"subject_span_start": 2, "subject_span_end": 99}, "span of the subject lies inside the body", None),
    ("fact_observation", {"unit_span_start": 2}, "span of the unit lies inside the body", None),
    ("fact_supply", {"item_span_start": 3, "item_span_end": 3}, "span of the item lies inside the body", None),
    ("fact_observation", {"confidence": 1.5}, "confidence: is between 0 and 1", "1.5"),
    ("fact_supply", {"item": None}, "has a customer or an item", None),
    ("fact_supply", {"customer_id": "tw-3008"}, "supplier and customer differ", None),
    ("fact_supply", {"role": "friend"}, "role: is a code of the contract", "friend"),
    ("fact_supply", {"share_low": 60.0, "share_high": 160.0}, "a share is a percentage", None),
    ("fact_company_mention", {"mentions": 0}, "mentions: is at least one", "0"),
    ("fact_company_mention", {"first_span_end": 0}, "span lies inside the body", None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("table", "changes", "check", "value"), WRONG, ids=[f"{t}: {c}" for t, _, c, _ in WRONG]
)
def test_a_wrong_row_is_refused_with_the_check_that_it_failed(
    table: str, changes: dict, check: str, value: str | None
) -> None:
    checked = validate(table, [row_of(table, **changes), row_of(table)], UNITS)
    assert checked.valid.height == 1, "the right row goes on"
    refused = {r.check: r for r in checked.rejected}
    assert check in refused
    entry = refused[check]
    assert (entry.model, entry.brief_id, entry.value) == (table, brief().brief_id, value)
    assert entry.reason == f"{table}: must hold: {check}" + (f" (found {value})" if value else "")
    assert json.loads(entry.content)["brief_key"] == brief().brief_id


def test_a_blank_at_the_start_of_a_word_is_no_blank_word() -> None:
    assert validate("fact_capacity", [row_of("fact_capacity", site=" 12A 廠")], UNITS).rejected == ()


def test_a_supplier_may_be_named_in_another_sentence_than_the_one_that_says_what_it_supplies() -> None:
    row = row_of("fact_supply", span_start=0, span_end=3, sentence_start=5, sentence="公司", body_length=9)
    assert validate("fact_supply", [row], UNITS).rejected == ()


def test_every_failed_check_of_a_row_is_told_and_the_row_counts_once() -> None:
    checked = validate("fact_capacity", [row_of("fact_capacity", metric="price", status=None)], UNITS)
    assert {r.check for r in checked.rejected} == {
        "metric: is a code of the contract",
        "status: is missing",
    }
    assert checked.rejected_rows == 1


def test_a_fault_of_the_program_is_raised_and_not_blamed_on_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    narrow = MODELS["fact_capacity"].remove_columns(["site"])
    wide = module._frame(MODELS["fact_capacity"], [row_of("fact_capacity")])
    with pytest.raises(SchemaErrors):
        module._failures(narrow, wide)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.one_of(st.none(), st.floats(allow_nan=True)),
            st.one_of(st.none(), st.floats(allow_nan=True)),
            st.sampled_from(["eq", "approx", "gt", "lt", "upto", "range", "vague", "nonsense"]),
            st.sampled_from(["piece", "furlong", None]),
        ),
        max_size=6,
    )
)
def test_rows_are_parted_and_none_is_lost(values: list[tuple]) -> None:
    rows = [
        row_of(
            "fact_observation", claim_id=f"{i:032}", value_low=low, value_high=high, comparator=c, unit=unit
        )
        for i, (low, high, c, unit) in enumerate(values)
    ]
    checked = validate("fact_observation", rows, UNITS)
    kept = list(checked.valid["claim_id"])
    refused = {json.loads(r.content)["claim_id"] for r in checked.rejected}
    assert sorted([*kept, *refused]) == [f"{i:032}" for i in range(len(values))]
    assert len(refused) == checked.rejected_rows


def test_an_open_bound_stays_null_and_the_other_is_exact() -> None:
    over = Amount(Decimal("0.1"), None, "gt", "percent")
    (row,) = claim_rows(extraction(brief(), observation(amount=over)), brief())["fact_observation"]
    assert (row["value_low"], row["value_high"]) == (0.1, None)


@pytest.mark.parametrize("per", [*PER_YEAR, "piece", None])
def test_a_capacity_per_span_of_time_has_its_yearly_value(per: str | None) -> None:
    claim = capacity(amount=exactly("2", per=per))
    (row,) = claim_rows(extraction(brief(), claim), brief())["fact_capacity"]
    assert row["value_per_year"] == (2.0 * PER_YEAR[per] if per in PER_YEAR else None)


def test_a_claims_id_follows_what_it_states_and_not_how_it_was_found() -> None:
    def claim_id(**fields: object) -> object:
        version = str(fields.pop("version", "v1"))
        read = extraction(brief(), capacity(**fields), version=version)
        return claim_rows(read, brief())["fact_capacity"][0]["claim_id"]

    assert claim_id(version="v2") == claim_id()
    assert claim_id(subject="封裝") != claim_id()
    assert claim_id(period=PeriodBounds(None, date(2026, 12, 31))) != claim_id()


def test_companies_are_collected_from_claims_and_mentions_once() -> None:
    read = extraction(brief(), capacity(), supply(customer=FOUNDRY))
    assert companies_of([read, read]) == [FOUNDRY, LENSES]
