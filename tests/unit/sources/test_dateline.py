"""A day of publication is what a text states of itself, never a day that the news speaks of."""

from __future__ import annotations

from datetime import date

import pytest

from pipelines.sources.dateline import date_of_text, dated
from pipelines.sources.inbox import Delivery, read_delivery
from pipelines.text.brief import Brief


@pytest.mark.parametrize(
    ("body", "day"),
    [
        ("面板廠友達今天公布營收,月增三成。(編輯:某人)1130425", date(2024, 4, 25)),
        ("友達今天公布營收。１１４１２３１", date(2025, 12, 31)),
        ("(2025年11月9日)群創竹南廠停電兩小時。", date(2025, 11, 9)),
        ("群創竹南廠停電兩小時。(2025-11-09 08:30)", date(2025, 11, 9)),
        ("【某社2025年11月9日電】群創竹南廠停電。", date(2025, 11, 9)),
        ("2025/11/09 14:05\n群創竹南廠停電兩小時。", date(2025, 11, 9)),
        ("群創竹南廠停電兩小時。\n發布時間:2025年11月9日 星期日", date(2025, 11, 9)),
        ("群創竹南廠停電。(中華民國114年11月9日)", date(2025, 11, 9)),
        ("群創竹南廠停電。(2025年11月9日)(某報)", date(2025, 11, 9)),
        ("公司於2025年11月9日宣布擴產,年底投產。", None),
        ("董事會決議(2025年11月9日)通過擴產案,預計投資50億元,明年第一季動工並於後年完工投產,屆時月產能增兩成。", None),
        ("群創訂單代號1130425已出貨。", None),
        ("客服專線1130425", None),
        ("公司宣布停工(自2025年11月9日起),復工日另訂", None),
        ("董事會通過擴產案(2025年11月9日)。", None),
        ("群創竹南廠停電。(2025年13月9日)", None),
        ("群創竹南廠昨(21日)停電。", None),
        ("", None),
    ],
)  # fmt: skip
def test_a_text_states_its_day(body: str, day: date | None) -> None:
    assert date_of_text(body) == day


def test_what_the_source_says_comes_first() -> None:
    brief = Brief("停電", "竹南廠停電。(2025年11月9日)", published_on=date(2025, 11, 10), date_source="given")
    assert dated(brief) is brief


def test_a_day_in_the_text_dates_a_brief_and_leaves_its_identity() -> None:
    line = '{"title": "停電", "text": "竹南廠昨天停電兩小時。(2025年11月9日)"}'
    (read,) = read_delivery(Delivery("a.jsonl", line.encode())).briefs
    assert (read.brief.published_on, read.brief.date_source) == (date(2025, 11, 9), "text")
    assert read.brief.brief_id == Brief("停電", "竹南廠昨天停電兩小時。(2025年11月9日)").brief_id
