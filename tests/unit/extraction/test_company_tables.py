"""The checks of the company tables: each fault is told with its table, its row and the cure."""

from __future__ import annotations

import re

import pytest

from pipelines import seeds
from pipelines.extraction.lexicon import LexiconError, Rows, build_lexicon

COMPANY = {
    "company_id": "xx-1", "name_zh_hant": "甲乙丙丁", "name_zh_hans": "甲乙丙丁", "name_en": "", "ticker": "", "exchange": "",
    "country": "TW", "industry": "other", "kind": "maker",
}  # fmt: skip
ALIAS = {
    "company_id": "xx-1", "alias": "甲乙", "alias_kind": "short", "needs_evidence": "0", "valid_from": "", "valid_to": "", "note": "",
}  # fmt: skip


@pytest.fixture(scope="module")
def tables() -> dict[str, Rows]:
    return seeds.read_tables(seeds.seeds_folder() / "lexicon")


def faulty(tables: dict[str, Rows], table: str, *rows: dict[str, str]) -> dict[str, Rows]:
    """The tables with one company of our own, and rows that follow the others of a table."""
    own = {**tables, "companies": [*tables["companies"], COMPANY]}
    return {**own, table: [*own[table], *rows]}


def test_the_tables_as_they_are_load(tables: dict[str, Rows]) -> None:
    lexicon = build_lexicon(tables)
    assert len(lexicon.companies) >= 2000
    assert len({alias.form for alias in lexicon.aliases}) == len(lexicon.aliases)
    assert len(lexicon.products) >= 500


@pytest.mark.parametrize(
    ("table", "row", "told"),
    [
        ("companies", COMPANY, r"companies\.csv line \d+: company_id 'xx-1' occurs twice; give each company one row"),
        ("companies", {**COMPANY, "company_id": "xx-2", "name_zh_hant": ""}, r"has no name_zh_hant; write the name"),
        ("companies", {**COMPANY, "company_id": "xx-2", "ticker": "1"}, r"needs both ticker and exchange"),
        ("companies", {**COMPANY, "company_id": "xx-2", "ticker": "12A", "exchange": "TWSE"}, r"'12A' is no ticker of TWSE"),
        ("companies", {**COMPANY, "company_id": "xx-2", "ticker": "12", "exchange": "SSE"}, r"'12' is no ticker of SSE"),
        ("companies", {**COMPANY, "company_id": "xx-2", "ticker": "2330", "exchange": "TWSE"}, r"TWSE 2330 is also tw-2330"),
        ("companies", {**COMPANY, "company_id": "xx-2", "name_zh_hant": "台積電"}, r"'台積電' of xx-2 also names tw-2330"),
        ("company_aliases", {**ALIAS, "alias": "台積電"}, r"company_aliases\.csv line \d+: '台積電' of xx-1 also names tw-2330.*company_context\.csv"),
        ("company_aliases", {**ALIAS, "company_id": "xx-9"}, r"line \d+: no company 'xx-9'; add it to companies\.csv"),
        ("company_aliases", {**ALIAS, "alias": "甲"}, r"'甲' is too short to find"),
        ("company_context", {"alias": "甲乙", "company_id": "xx-9", "cues": "丙", "is_default": "0", "note": ""}, r"company_context\.csv line \d+: no company 'xx-9'"),
        ("company_context", {"alias": "甲乙", "company_id": "xx-1", "cues": "", "is_default": "0", "note": ""}, r"'甲乙' needs cues, or is_default 1"),
        ("company_suffixes", {"form": "甲乙", "kind": "firm", "spots": "1"}, r"company_suffixes\.csv line \d+: unknown kind 'firm'; write one of branch, legal"),
        ("company_suffixes", {"form": "甲乙", "kind": "trade", "spots": "x"}, r"unknown spots 'x'; write one of 0, 1, 2"),
        ("organisations", {"form": "甲乙", "kind": "firm"}, r"organisations\.csv line \d+: unknown kind 'firm'"),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_row_and_its_cure(
    table: str, row: dict[str, str], told: str, tables: dict[str, Rows]
) -> None:
    with pytest.raises(LexiconError) as error:
        build_lexicon(faulty(tables, table, row))
    assert re.search(told, str(error.value)), str(error.value)


def test_a_form_of_two_companies_is_allowed_with_a_row_for_each(tables: dict[str, Rows]) -> None:
    shared = faulty(tables, "company_aliases", {**ALIAS, "alias": "台積電"})
    told = tables["company_context"]
    rows = [
        {"alias": "台積電", "company_id": "tw-2330", "cues": "晶圓", "is_default": "1", "note": ""},
        {"alias": "台積電", "company_id": "xx-1", "cues": "丙丁", "is_default": "0", "note": ""},
    ]
    readings = build_lexicon({**shared, "company_context": [*told, *rows]}).alias_readings["台积电"]
    assert [(r.company_id, r.is_default) for r in readings] == [("tw-2330", True), ("xx-1", False)]
    with pytest.raises(LexiconError, match="at most one default"):
        build_lexicon({**shared, "company_context": [*told, rows[0], {**rows[1], "is_default": "1"}]})
    with pytest.raises(LexiconError, match="tell them apart"):
        build_lexicon({**shared, "company_context": [*told, *rows[:1]]})
