"""Briefs with nearly the same text share a story, whatever the order in which they came."""

from __future__ import annotations

import itertools
from datetime import date, datetime, timedelta

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.seeds import PROJECT_ROOT
from pipelines.sources.near_duplicates import containment, fingerprint
from pipelines.store.migrate import migrate
from pipelines.store.stories import connected, tell_stories
from pipelines.text.brief import content_key

WHOLE = (
    "被動元件廠立隆今天公布,第三季營收18.4億元,季增6.2%,年增21.5%,毛利率攀升至33.7%。公司表示,車用與伺服器訂單能見度"
    "已到明年第一季,蘇州廠新產線將在年底前投產,月產能可望增加1,200萬顆。法人估計,明年每股盈餘上看7.5元,並指出原物料"
    "報價回穩有助獲利,不過匯率仍是變數,須留意新台幣走勢對報價與接單的影響。"
)
#: The same story: cut short, with another ending, in the other script.
SHORTENED = (
    "立隆第三季營收18.4億元,季增6.2%,年增21.5%,毛利率攀升至33.7%。車用與伺服器訂單能見度已到明年第一季。"
)
SIMPLIFIED = (
    "被动元件厂立隆今天公布,第三季营收18.4亿元,季增6.2%,年增21.5%,毛利率攀升至33.7%。公司表示,车用与服务器订单能见度"
    "已到明年第一季,苏州厂新产线将在年底前投产,月产能可望增加1200万颗。(某社)"
)
#: A template with other numbers, and other news.
TEMPLATE = (
    "被動元件廠凱美今天公布,第三季營收11.9億元,季增2.8%,年增9.3%,毛利率攀升至28.1%。公司表示,車用與伺服器訂單能見度"
    "已到明年第一季,蘇州廠新產線將在年底前投產,月產能可望增加300萬顆。法人估計,明年每股盈餘上看4.2元。"
)
OTHER = "貨櫃航商長榮下半年將有6艘2.4萬箱的新船加入歐洲線,運力增加一成二,公司看好旺季運價持穩,並將調整亞洲支線的靠港次序。"
DAY = date(2026, 5, 4)


def test_what_is_the_same_story() -> None:
    prints = {
        name: fingerprint(text)
        for name, text in {
            "whole": WHOLE, "short": SHORTENED, "simplified": SIMPLIFIED, "template": TEMPLATE, "other": OTHER
        }.items()
    }  # fmt: skip
    told = {
        (a, b) for a, b in itertools.combinations(prints, 2) if containment(prints[a], prints[b]) is not None
    }
    assert told == {("whole", "short"), ("whole", "simplified"), ("short", "simplified")}


def test_short_texts_are_the_same_story_only_if_they_are_the_same_text() -> None:
    assert containment(fingerprint("台塑宣布停工。"), fingerprint("台塑宣布停工")) == 1.0
    assert containment(fingerprint("台塑宣布停工。"), fingerprint("台塑宣布停工三日。")) is None
    assert containment(fingerprint(""), fingerprint("")) == 1.0


Told = tuple[str, date | None]


def stories(nights: list[list[Told]]) -> dict[str, tuple[str, bool]]:
    """The story and is_first of every text after some nights."""
    with duckdb.connect() as connection:
        migrate(connection, PROJECT_ROOT / "warehouse" / "ddl")
        for number, night in enumerate(nights):
            now = datetime(2026, 5, 20) + timedelta(days=number)
            for text, day in night:
                key = content_key(text, str(day))
                connection.execute(
                    "INSERT INTO raw.brief (brief_id, title, body, published_on, date_source, delivery_id, origin_line, received_at) "
                    "VALUES ($key, '', $text, $day, if($day IS NULL, NULL, 'given'), '', 1, $now)",
                    {"key": key, "text": text, "day": day, "now": now},
                )
                connection.execute(
                    "INSERT INTO star.dim_brief BY NAME SELECT $key AS brief_key, $key AS brief_id, '' AS title, $day AS published_on, "
                    "DATE '2026-05-20' AS dated_on, if($day IS NULL, 'arrival', 'given') AS date_source, 1 AS date_confidence, "
                    "false AS is_date_suspect, 1 AS body_length, $now AS received_at",
                    {"key": key, "day": day, "now": now},
                )
            tell_stories(connection)
        rows = connection.execute(
            "SELECT b.body || coalesce(b.published_on::VARCHAR, ''), f.body || coalesce(f.published_on::VARCHAR, ''), d.is_first "
            "FROM star.dim_brief d JOIN raw.brief b USING (brief_id) JOIN raw.brief f ON f.brief_id = d.story_id"
        ).fetchall()
    return {text: (first, is_first) for text, first, is_first in rows}


TOLD: list[Told] = [
    (WHOLE, DAY + timedelta(days=1)), (SHORTENED, DAY), (SIMPLIFIED, None), (TEMPLATE, DAY), (OTHER, DAY),
    (WHOLE, DAY + timedelta(days=40)),
]  # fmt: skip


def test_the_first_to_be_published_stands_for_the_story() -> None:
    told = stories([TOLD[:5]])
    first = f"{SHORTENED}{DAY}"
    assert told[f"{WHOLE}{TOLD[0][1]}"] == (first, False)
    assert told[first] == (first, True)
    assert told[SIMPLIFIED] == (first, False)
    assert told[f"{TEMPLATE}{DAY}"][1] and told[f"{OTHER}{DAY}"][1]


def test_the_same_words_long_after_are_a_story_of_their_own() -> None:
    later = (WHOLE, DAY + timedelta(days=40))
    assert stories([[TOLD[0], later]])[f"{WHOLE}{later[1]}"][1]


@settings(max_examples=12, deadline=None)
@given(st.permutations(TOLD), st.sets(st.integers(1, len(TOLD) - 1), max_size=3))
def test_the_order_of_arrival_changes_no_story(order: list[Told], cuts: set[int]) -> None:
    edges = [0, *sorted(cuts), len(order)]
    assert stories([order[a:b] for a, b in itertools.pairwise(edges)]) == stories([TOLD])


@pytest.mark.parametrize(
    ("pairs", "groups"),
    [
        ([], [["a"], ["b"], ["c"], ["d"]]),
        ([("a", "b"), ("c", "d")], [["a", "b"], ["c", "d"]]),
        ([("a", "b"), ("d", "b"), ("c", "d")], [["a", "b", "c", "d"]]),
    ],
)
def test_pairs_connect_groups(pairs: list[tuple[str, str]], groups: list[list[str]]) -> None:
    assert sorted(map(sorted, connected("abcd", pairs))) == groups
