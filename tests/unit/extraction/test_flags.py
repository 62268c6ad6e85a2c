"""Flags: hearsay, conditions and contradictions, each with what only looks like one. Flagged claims are all kept."""

from __future__ import annotations

from datetime import date

import pytest

from pipelines.extraction.engine import Extractor
from pipelines.extraction.lexicon import Lexicon
from pipelines.text.brief import Brief


@pytest.fixture(scope="module")
def extractor(lexicon: Lexicon) -> Extractor:
    return Extractor(lexicon, "flags")


def flags(extractor: Extractor, body: str) -> dict[str, set[str]]:
    """The flags of the claims by the words of their value; for supply, of their supplier."""
    found: dict[str, set[str]] = {}
    for claim in extractor.extract(Brief("", body, "中央社", date(2026, 2, 8), "given")).claims:
        found.setdefault(claim.evidence.span.of(body), set()).update(claim.evidence.flags)
    return found


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("市場傳出欣興今年資本支出將達250億元。", "250億元"),
        ("據傳緯創第二季出貨將季增兩成。", "兩成"),
        ("知情人士透露,京東方8.6代線月產能已達3萬片。", "3萬片"),
        ("緯創第二季營收上看3000億元,但消息尚未獲證實。", "3000億元"),
        ("緯創去年出貨120萬台。該數字未經證實。", "120萬台"),
        ("業界傳,面板報價本月將再漲5%。", "5%"),
        ("雙環傳動減速器月產能1萬台。上述產能均為供應商自述,未經客戶核實。", "1萬台"),
    ],
)
def test_what_is_only_passed_on_is_hearsay(extractor: Extractor, body: str, words: str) -> None:
    assert flags(extractor, body)[words] == {"hearsay"}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("緯創去年營收1.2兆元,市場傳出今年將再成長三成。", "1.2兆元"),
        ("市場傳出友達月產能將減至5萬片,友達則回應目前月產能為8萬片。", "8萬片"),
        ("三星傳出明年將漲價兩成,緯創第一季營收2000億元。", "2000億元"),
        ("公司加強宣傳,出貨量達120萬台。", "120萬台"),
        ("公司對外傳達全年營收成長10%的目標。", "10%"),
        ("供應鏈傳感器出貨量年增20%。", "20%"),
        ("緯創去年出貨120萬台。友達表示,併購案未經證實。", "120萬台"),
    ],
)
def test_what_a_brief_says_itself_is_no_hearsay(extractor: Extractor, body: str, words: str) -> None:
    assert flags(extractor, body)[words] == set()


def test_of_two_statements_only_the_one_that_is_passed_on_is_hearsay(extractor: Extractor) -> None:
    found = flags(extractor, "友達目前月產能為7萬片,市場傳出年底前將擴至10萬片。")
    assert found == {"7萬片": set(), "10萬片": {"hearsay"}}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("若新廠如期投產,明年月產能將達5萬片。", "5萬片"),
        ("如果美國課徵關稅,公司預估全年毛利率將下降2個百分點。", "2個百分點"),
        ("一旦客戶認證通過,第四季出貨可望達3萬台。", "3萬台"),
        ("緯創預估全年營收成長三成,前提是零組件供應無虞。", "三成"),
        ("只要需求回溫,下季稼動率將回到八成以上。", "八成"),
        ("若驗證順利,大立光將供應蘋果潛望鏡頭。", "大立光"),
    ],
)
def test_what_holds_only_if_something_comes_about_is_conditional(
    extractor: Extractor, body: str, words: str
) -> None:
    assert flags(extractor, body)[words] == {"conditional"}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("若以營收計算,伺服器業務占六成。", "六成"),
        ("若與去年同期相比,第一季營收成長10%。", "10%"),
        ("第三期月產能為三萬一千片。", "三萬一千片"),
        ("若干客戶上月追加訂單,目前月產能為5萬片。", "5萬片"),
        ("若認證順利將再擴產,公司目前月產能為5萬片。", "5萬片"),
        ("報告假設折現率為9%,目標價500元。", "500元"),
        ("大立光供應蘋果潛望鏡頭,若需求升溫將再擴產。", "大立光"),
    ],
)
def test_what_only_sounds_like_a_condition_is_none(extractor: Extractor, body: str, words: str) -> None:
    assert flags(extractor, body)[words] == set()


def test_two_sentences_that_exclude_each_other_are_in_conflict_and_both_kept(extractor: Extractor) -> None:
    body = "威剛1月營收39億元,月增4.65%。受惠漲價,威剛1月營收月增4.12%。"
    found = flags(extractor, body)
    assert found == {"39億元": set(), "4.65%": {"conflict"}, "4.12%": {"conflict"}}


@pytest.mark.parametrize(
    "body",
    [
        "威剛1月營收39.17億元。威剛1月營收39.2億元,創同期新高。",
        "威剛1月營收月增4.65%。威剛2月營收月增4.12%。",
        "威剛1月營收月增4.65%。群聯1月營收月增4.12%。",
        "威剛1月營收月增4.65%。威剛1月毛利率31.2%。",
        "威剛1月營收月增4.65%。威剛1月營收年增21.3%。",
        "威剛1月營收月增逾4%。威剛1月營收月增逾5%。",
        "威剛股價開盤報120元。威剛股價收盤報125元。",
        "友達月產能將由5萬片增至8萬片。",
    ],
)
def test_what_can_hold_together_is_no_conflict(extractor: Extractor, body: str) -> None:
    assert set().union(*flags(extractor, body).values()) == set()


def test_bounds_that_leave_nothing_between_are_in_conflict(extractor: Extractor) -> None:
    found = flags(extractor, "威剛1月營收年增20%至30%。另據統計,威剛1月營收年增35%至40%。")
    assert len(found) == 2 and all(found.values())


def test_a_foreign_firm_that_is_called_domestic_contradicts_the_reference_data(extractor: Extractor) -> None:
    assert flags(extractor, "宏碁採用的是國內供應商英飛凌的驅動晶片。") == {"英飛凌": {"conflict"}}
    assert flags(extractor, "國內廠商英飛凌去年營收150億歐元。") == {"150億歐元": {"conflict"}}
    assert flags(extractor, "國內廠商聯發科去年營收5300億元。") == {"5300億元": set()}
