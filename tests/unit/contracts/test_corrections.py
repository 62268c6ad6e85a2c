"""Lines of corrections: what they may say, how they say what is wrong, what they make of a brief's rows."""

from __future__ import annotations

from datetime import date

import pytest

from pipelines.contracts.corrections import COLUMNS, Correction, CorrectionError, correct, read_corrections
from pipelines.contracts.rows import Row, claim_rows
from pipelines.contracts.validate import validate
from pipelines.extraction.model import Company, CompanyMentions, Extraction, Spans, SupplyClaim
from pipelines.text.span import Span
from tests.builders import FOUNDRY, LENSES, brief, capacity, extraction, supply

BRIEF = brief()
SIGNED = {"reason": "the plant stood still", "author": "Chen", "decided_on": "2026-03-01"}
PLACE = {"kind": "capacity", "brief_id": BRIEF.brief_id, "span_start": "7", "span_end": "10"}
CHANGE = {"action": "change", **PLACE, "column": "value_low", "expected": "70000", "value": "60000"}


def lines(origin: str, *rows: dict[str, str]) -> list[Correction]:
    columns = COLUMNS[origin]
    cells = [[{**SIGNED, **row}.get(c, "") for c in columns] for row in rows]
    return read_corrections(origin, columns, list(enumerate(cells, 2)))


def one(origin: str, **cells: str) -> Correction:
    return lines(origin, cells)[0]


def judge(table: str, row: Row) -> str | None:
    refused = validate(table, [row], {"piece"}).rejected
    return refused[0].reason if refused else None


def corrected(
    *corrections: Correction, of: Extraction | None = None, companies: dict[str, Correction] | None = None
):
    read = claim_rows(of or extraction(BRIEF, capacity(), supply()), BRIEF)
    return correct(read, BRIEF, corrections, companies or {}, judge, "v1")


def test_a_drop_takes_the_claim_out() -> None:
    drop = one("claims.csv", action="drop", **PLACE, column="metric", expected="capacity")
    done = corrected(drop)
    assert done.rows["fact_capacity"] == []
    assert len(done.rows["fact_supply"]) == 1
    assert (done.used, done.failed) == ({drop.correction_id}, {})


def test_a_change_gives_the_value_its_author_and_reason_and_the_claim_a_new_id() -> None:
    change = one("claims.csv", **{**CHANGE, "column": "status", "expected": "current", "value": "past"})
    (before,) = claim_rows(extraction(BRIEF, capacity()), BRIEF)["fact_capacity"]
    (row,) = corrected(change).rows["fact_capacity"]
    differing = {name for name, value in row.items() if before[name] != value}
    assert differing == {"status", "claim_id", "corrected_by", "correction_reason"}
    assert (row["status"], row["corrected_by"], row["correction_reason"]) == (
        "past",
        "Chen",
        "the plant stood still",
    )


def test_a_changed_part_has_no_place_any_more_and_the_others_keep_theirs() -> None:
    spans = Spans(unit=Span(9, 10), company=Span(0, 3), subject=Span(3, 6))
    change = one("claims.csv", **{**CHANGE, "column": "subject", "expected": "晶圓", "value": "先進封裝"})
    (row,) = corrected(change, of=extraction(BRIEF, capacity(spans=spans))).rows["fact_capacity"]
    assert (row["subject"], row["subject_span_start"], row["subject_span_end"]) == ("先進封裝", None, None)
    assert (row["unit_span_start"], row["company_span_end"]) == (9, 3)


def test_what_follows_from_a_changed_value_follows() -> None:
    (row,) = corrected(
        one("claims.csv", **{**CHANGE, "column": "per", "expected": "month", "value": "year"})
    ).rows["fact_capacity"]
    assert (row["per"], row["value_per_year"]) == ("year", 70_000.0)


def test_changes_build_on_each_other_in_the_order_of_their_lines() -> None:
    two = lines(
        "claims.csv",
        {**CHANGE, "column": "comparator", "expected": "eq", "value": "range", "span_end": "10"},
        {**CHANGE, "column": "value_low"},
    )
    (row,) = corrected(*two).rows["fact_capacity"]
    assert (row["value_low"], row["value_high"], row["comparator"], row["value_per_year"]) == (
        60_000.0,
        70_000.0,
        "range",
        720_000.0,
    )


UNMET = {
    "holds another value": ({"expected": "50000"}, "value_low is 70000, not 50000 as expected; look with"),
    "holds the value already": (
        {"expected": "50000", "value": "70000"},
        "value_low is read as 70000 already; take the line out",
    ),
    "stands elsewhere": ({"span_start": "6"}, "no capacity claim is read at 6..10 any more"),
    "is of another kind": ({"kind": "forecast"}, "no forecast claim is read at 7..10 any more"),
    "would not be valid": (
        {"value": "90000"},
        "the claim would not be valid: fact_capacity: must hold: value_low is not above",
    ),
}


@pytest.mark.parametrize("case", UNMET)
def test_a_correction_that_does_not_find_what_it_expects_changes_nothing_and_says_why(case: str) -> None:
    cells, told = UNMET[case]
    wrong = one("claims.csv", **{**CHANGE, **cells})
    right = one("claims.csv", **{**CHANGE, "column": "status", "expected": "current", "value": "past"})
    done = corrected(wrong, right)
    (row,) = done.rows["fact_capacity"]
    assert (row["value_low"], row["status"]) == (70_000.0, "past"), "the other one is not held up"
    assert done.used == {right.correction_id}
    assert done.failed[wrong.correction_id].startswith(told)


ADDED = {
    **PLACE, "span_text": "7萬片", "company_id": "tw-2330", "subject": "晶圓", "metric": "output", "value_low": "840000",
    "value_high": "840000", "comparator": "eq", "unit": "piece", "per": "year", "status": "planned", "period_end": "2027-12-31",
}  # fmt: skip


def test_an_added_claim_stands_at_its_place_in_its_sentence() -> None:
    added = one("added_claims.csv", **ADDED)
    read, row = corrected(added).rows["fact_capacity"]
    assert read["metric"] == "capacity"
    place = {n: row[n] for n in ("span_start", "span_end", "sentence", "sentence_start", "rule")}
    assert place == {
        "span_start": 7, "span_end": 10, "sentence": "台積電月產能為7萬片。", "sentence_start": 0, "rule": "correction.added",
    }  # fmt: skip
    assert (row["value_low"], row["value_per_year"], row["period_end"]) == (
        840_000.0,
        840_000.0,
        date(2027, 12, 31),
    )
    assert (row["corrected_by"], row["claim_id"] != read["claim_id"]) == ("Chen", True)
    assert judge("fact_capacity", row) is None


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({"span_text": "8萬片"}, "'7萬片' stands at 7..10, not '8萬片'"),
        (
            {"unit": "furlong"},
            "the claim would not be valid: fact_capacity: must hold: unit: is a known code",
        ),
        (
            {
                "metric": "capacity",
                "value_low": "70000",
                "value_high": "70000",
                "per": "month",
                "status": "current",
                "unit_raw": "片",
                "period_end": "",
            },
            "the claim is read by itself already; take the line out",
        ),
    ],
    ids=["other words", "not valid", "read already"],
)
def test_an_added_claim_that_cannot_be_is_not(cells: dict[str, str], told: str) -> None:
    added = one("added_claims.csv", **{**ADDED, **cells})
    done = corrected(added)
    assert len(done.rows["fact_capacity"]) == 1
    assert done.failed[added.correction_id].startswith(told)


def company(action: str, company_id: str, value: str = "") -> dict[str, Correction]:
    line = one("companies.csv", action=action, company_id=company_id, expected="某", value=value)
    return {company_id: line}


def test_a_merged_company_is_the_other_one_everywhere() -> None:
    other = Company("c-1", "台積", "candidate")
    mentions = (CompanyMentions(FOUNDRY, 2, Span(12, 15)), CompanyMentions(other, 1, Span(0, 2)))
    read = Extraction(BRIEF.brief_id, "v1", (capacity(company=other), supply(customer=other)), mentions)
    done = corrected(of=read, companies=company("merge", "c-1", "tw-2330"))
    (claim,), (delivery,), (mention,) = (
        done.rows[t] for t in ("fact_capacity", "fact_supply", "fact_company_mention")
    )
    assert (claim["company_id"], delivery["customer_id"], mention["company_id"]) == ("tw-2330",) * 3
    assert (mention["mentions"], mention["first_span_start"], mention["first_span_end"]) == (3, 0, 2)
    assert {row["corrected_by"] for row in (claim, delivery, mention)} == {"Chen"}
    assert len(done.used) == 1


def test_two_claims_that_a_merger_makes_one_are_one() -> None:
    other = Company("c-1", "台積", "candidate")
    done = corrected(
        of=extraction(BRIEF, capacity(), capacity(company=other)),
        companies=company("merge", "c-1", "tw-2330"),
    )
    assert len(done.rows["fact_capacity"]) == 1


def test_a_rejected_company_is_none() -> None:
    def supplied(claim: SupplyClaim) -> list[Row]:
        return corrected(of=extraction(BRIEF, claim), companies=company("reject", "tw-3008")).rows[
            "fact_supply"
        ]

    done = corrected(companies=company("reject", "tw-2330"))
    assert done.rows["fact_company_mention"] == []
    assert [row["company_id"] for row in done.rows["fact_capacity"]] == [None]
    assert supplied(supply()) == [], "nothing is delivered by nobody"
    (row,) = supplied(supply(supplier=FOUNDRY, customer=LENSES))
    assert (row["customer_id"], row["item"]) == (None, "鏡頭")
    assert supplied(supply(supplier=FOUNDRY, customer=LENSES, item=None)) == []


def test_briefs_that_no_correction_concerns_stay_as_they_were_read() -> None:
    read = claim_rows(extraction(BRIEF, capacity(), supply()), BRIEF)
    assert corrected(companies=company("reject", "c-9")).rows == read


WRONG = {
    "no reason": ("claims.csv", {**CHANGE, "reason": ""}, "reason is empty; every correction says why"),
    "no day": ("claims.csv", {**CHANGE, "decided_on": "1.3.2026"}, "decided_on is '1.3.2026'; write 2026-11-25"),
    "no such action": ("claims.csv", {**CHANGE, "action": "delete"}, "action is 'delete'; it is one of drop, change"),
    "no such kind": ("claims.csv", {**CHANGE, "kind": "price"}, "kind is 'price'; it is one of capacity, "),
    "no brief": ("claims.csv", {**CHANGE, "brief_id": "b1"}, "brief_id is not the 32 digits of a brief"),
    "no span": ("claims.csv", {**CHANGE, "span_end": "x"}, "span_start and span_end are the claim's own"),
    "an empty span": ("claims.csv", {**CHANGE, "span_end": "7"}, "the span 7..7 holds nothing"),
    "no such column": ("claims.csv", {**CHANGE, "column": "sentence"}, "column 'sentence' is none of a capacity claim: "),
    "no number": ("claims.csv", {**CHANGE, "value": "6萬"}, "value_low: '6萬' is not like 130000"),
    "no change": ("claims.csv", {**CHANGE, "value": "70000.0"}, "changes value_low to what it is"),
    "a drop to a value": ("claims.csv", {**CHANGE, "action": "drop"}, "a drop leaves nothing; leave value empty"),
    "a column of another kind": ("added_claims.csv", {**ADDED, "supplier_id": "x"}, "a capacity claim has no supplier_id"),
    "no name": ("companies.csv", {"action": "rename", "company_id": "c-1", "value": "乙"}, "expected is empty; give the company's id and the name"),
    "a rejection with a value": ("companies.csv", {"action": "reject", "company_id": "c-1", "expected": "甲", "value": "乙"}, "value of reject: leave it empty"),
    "a merger with none": ("companies.csv", {"action": "merge", "company_id": "c-1", "expected": "甲"}, "value of merge: give the name, for merge the id"),
    "a merger with itself": ("companies.csv", {"action": "merge", "company_id": "c-1", "expected": "甲", "value": "c-1"}, "merges a company with itself"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_a_line_that_cannot_be_meant_is_told_with_file_line_and_cure(case: str) -> None:
    origin, cells, told = WRONG[case]
    with pytest.raises(CorrectionError) as error:
        one(origin, **cells)
    assert str(error.value).startswith(f"corrections/{origin} line 2: {told}")


def test_files_are_known_by_name_columns_and_cells() -> None:
    with pytest.raises(CorrectionError, match=r"corrections/other.csv: is no file of corrections"):
        read_corrections("other.csv", ["a"], [])
    with pytest.raises(CorrectionError, match=r"companies.csv line 1: the columns must be action,company_id"):
        read_corrections("companies.csv", ["action"], [])
    with pytest.raises(CorrectionError, match=r"companies.csv line 4: has 2 cells and needs 7"):
        read_corrections("companies.csv", COLUMNS["companies.csv"], [(4, ["a", "b"])])
    with pytest.raises(CorrectionError, match=r"claims.csv line 3: says the same as line 2"):
        lines("claims.csv", CHANGE, CHANGE)


def test_a_line_is_known_by_what_it_says_wherever_it_stands() -> None:
    first, second = lines("claims.csv", CHANGE, {**CHANGE, "value": "50000"})
    moved, _ = lines("claims.csv", {**CHANGE, "value": "50000"}, CHANGE)
    assert first.correction_id != second.correction_id == moved.correction_id
    assert (second.place, moved.place) == ("claims.csv line 3", "claims.csv line 2")
