"""Words that refer back: what they stand for, and what is no reference."""

from __future__ import annotations

import pytest

from pipelines.extraction.lexicon import Lexicon, normalize
from pipelines.extraction.parties import PartyReader


@pytest.fixture(scope="module")
def reader(lexicon: Lexicon) -> PartyReader:
    return PartyReader(lexicon)


def references(reader: PartyReader, text: str) -> list[tuple[str, list[str]]]:
    normal = normalize(text)
    found = reader.references(normal, reader.read(text, normal, "brief"))
    return [(r.span.of(text), [c.name for c in r.companies]) for r in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("友達上調報價。該公司預計下季再漲。", [("該公司", ["友達"])]),
        ("友達上調報價，公司表示訂單滿載。", [("公司", ["友達"])]),
        ("聯發科向台積電下單。公司指出，明年出貨倍增。", [("公司", ["聯發科"])]),
        ("旺宏與華邦電同步減產。兩家公司都看好下季。", [("兩家公司", ["旺宏", "華邦電"])]),
        ("蘋果找上長江存儲、長鑫存儲，擬將兩家企業納入名單。", [("兩家企業", ["長江存儲", "長鑫存儲"])]),
        ("奧比中光與宇樹科技簽約，雙方將共同開發。", [("雙方", ["奧比中光", "宇樹科技"])]),
        ("台達電擴建泰國廠，其電源產品供不應求。", [("其", ["台達電"])]),
        ("面板廠群創轉型，該廠月產能三萬片。", [("該廠", ["群創"])]),
        ("高盛看好台積電。該行上調目標價。", [("該行", ["高盛"])]),
        ("台積電獲高盛看好。該行上調目標價。", [("該行", ["高盛"])]),
        ("高盛看好台積電。該公司將擴產。", [("該公司", ["台積電"])]),
        ("旺宏、華邦電、南亞科齊漲，三家廠商都減產。", [("三家廠商", ["旺宏", "華邦電", "南亞科"])]),
        ("旺宏與華邦電擴產，前者在台中，後者在高雄。", [("前者", ["旺宏"]), ("後者", ["華邦電"])]),
        ("旺宏在台中擴產，華邦電在高雄擴產。兩家業者都看好下季。", [("兩家業者", ["旺宏", "華邦電"])]),
        ("美系客戶下單，法人預期該公司可望受惠，群創除外，但該公司不評論。", [("該公司", ["群創"])]),
    ],
)
def test_a_reference_stands_for_companies_before_it(
    text: str, expected: list[tuple[str, list[str]]], reader: PartyReader
) -> None:
    assert references(reader, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "該公司尚未回應。",
        "公司指出訂單滿載。",
        "友達與其他面板廠同步減產。",
        "友達尤其看好車用市場。",
        "聯發科的公司治理獲獎。",
        "友達是上市公司股票的指標。",
        "美國與日本雙方同意。",
        "友達與群創面板報價上漲，應該公司都受惠。",
        "友達與群創同步調漲，友達另收購兩家公司。",
        "友達已有兩家面板廠，群創則無。",
        "友達與群創的兩家子公司同步掛牌。",
        "友達擴產。綜合兩者，需求回溫。",
        "友達、群創落後者眾。",
    ],
)
def test_no_reference(text: str, reader: PartyReader) -> None:
    assert references(reader, text) == []


def test_references_are_no_mentions(reader: PartyReader) -> None:
    text = "友達上調報價。該公司預計下季再漲，其產能滿載。"
    assert [m.span.of(text) for m in reader.read(text, normalize(text), "brief")] == ["友達"]
