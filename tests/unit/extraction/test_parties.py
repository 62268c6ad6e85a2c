"""Companies of a text against the specs: those that it names, by the names of the dimension, and no others."""

from __future__ import annotations

from itertools import pairwise

import pytest

from pipelines.extraction.lexicon import Lexicon, normalize
from pipelines.extraction.parties import Mention, PartyReader
from tests.conftest import read_spec

CASES = read_spec("companies")


@pytest.fixture(scope="module")
def reader(lexicon: Lexicon) -> PartyReader:
    return PartyReader(lexicon)


def read(reader: PartyReader, text: str, brief_id: str = "brief") -> tuple[Mention, ...]:
    return reader.read(text, normalize(text), brief_id)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"])
def test_companies_of_a_text(case: dict, reader: PartyReader) -> None:
    found = {m.company.name for m in read(reader, case["text"]) if m.company.status != "anonymous"}
    assert found == set(case["companies"]), case["why"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"])
def test_mentions_lie_in_order_inside_the_text(case: dict, reader: PartyReader) -> None:
    mentions = read(reader, case["text"])
    assert all(m.outer.covers(m.span) and m.outer.end <= len(case["text"]) for m in mentions)
    assert all(a.outer.end <= b.span.start for a, b in pairwise(mentions))


def test_half_of_the_specs_are_traps() -> None:
    assert len(CASES) >= 400
    assert sum(not case["companies"] for case in CASES) >= len(CASES) * 0.5


def test_the_brackets_belong_to_the_mention_and_the_name_to_its_span(reader: PartyReader) -> None:
    text = "半導體測試廠鴻勁 (7769-TW) 周五 (12) 舉行業績發表會"
    (mention,) = read(reader, text)
    assert (mention.span.of(text), mention.outer.of(text)) == ("鴻勁", "鴻勁 (7769-TW)")


def test_a_repair_leaves_the_text_as_it_is_written(reader: PartyReader) -> None:
    text = "長江儲存的新廠下季裝機。"
    (mention,) = read(reader, text)
    assert (mention.span.of(text), mention.company.name) == ("長江儲存", "長江存儲")


def test_a_candidate_is_one_company_in_all_its_forms(reader: PartyReader) -> None:
    text = "瀚擎機器人(Hanqing)完成募資。瀚擎將擴大產線，Hanqing表示明年出貨倍增。"
    mentions = read(reader, text)
    assert [m.span.of(text) for m in mentions] == ["瀚擎機器人", "瀚擎", "Hanqing"]
    assert {m.company.company_id for m in mentions} == {mentions[0].company.company_id}
    assert mentions[0].company.status == "candidate"


@pytest.mark.parametrize(
    ("text", "party"),
    [
        ("某北美整合商要求七月前交貨。", "某北美整合商"),
        ("美系CSP拉貨動能續強。", "美系CSP"),
        ("日系大廠退出低階市場。", "日系大廠"),
        ("訂單來自一家歐洲車廠。", "一家歐洲車廠"),
        ("該客戶下季認證。", "該客戶"),
        ("多家美系雲端服務供應商採用。", "多家美系雲端服務供應商"),
    ],
)
def test_anonymous_parties(text: str, party: str, reader: PartyReader) -> None:
    (mention,) = read(reader, text)
    assert (mention.company.name, mention.company.status) == (party, "anonymous")


def test_anonymous_parties_belong_to_their_brief(reader: PartyReader) -> None:
    text = "某北美整合商要求七月前交貨。"
    (one,), (other,) = read(reader, text, "a"), read(reader, text, "b")
    assert one.company.name == other.company.name
    assert one.company.company_id != other.company.company_id


@pytest.mark.parametrize(
    "text",
    [
        "兩家企業同意合作。",
        "中國砂輪企業股份有限公司成立。",
        "知名學術機構和企業採用。",
        "通過北美系統業者認證。",
    ],
)
def test_no_anonymous_party(text: str, reader: PartyReader) -> None:
    assert not [m for m in read(reader, text) if m.company.status == "anonymous"]


@pytest.mark.parametrize(
    ("text", "company"),
    [
        ("甲骨文擴大OCI雲端資料中心。", "甲骨文"),
        ("韓國OCI多晶矽廠減產。", "OCI"),
        ("OCI宣布減產。", "OCI"),
    ],
)
def test_a_form_of_two_companies_is_told_apart_by_what_stands_near(
    text: str, company: str, reader: PartyReader
) -> None:
    assert company in {m.company.name for m in read(reader, text)}


def test_a_code_tells_which_company_a_shared_short_name_is(reader: PartyReader) -> None:
    full = "達運光電公布營收，達運表示下季回溫。"
    assert {m.company.company_id for m in read(reader, full)} == {"tw-8045"}
