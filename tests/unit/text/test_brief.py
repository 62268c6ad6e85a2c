"""A brief's identity: its content alone, the same everywhere and always."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.text.brief import Brief, content_key

BRIEF = Brief("晶圓廠擴產", "月產能將達七萬片。", "某報", date(2026, 2, 8), "given")


def test_the_id_is_the_same_on_every_machine() -> None:
    assert BRIEF.brief_id == "366495e75d122f6451a96a52a569bfca"


@pytest.mark.parametrize(
    "change",
    [
        {"title": "x"},
        {"body": "x"},
        {"publisher": "他報"},
        {"publisher": None},
        {"published_on": date(2026, 2, 9)},
    ],
    ids=str,
)
def test_another_content_is_another_brief(change: dict) -> None:
    assert replace(BRIEF, **change).brief_id != BRIEF.brief_id


@pytest.mark.parametrize(
    "change",
    [{"url": "http://x.example"}, {"source_id": "7"}, {"tag": "半導體"}, {"date_source": "file name"}],
    ids=str,
)
def test_where_it_was_found_does_not_matter(change: dict) -> None:
    assert replace(BRIEF, **change).brief_id == BRIEF.brief_id


@given(st.lists(st.text(max_size=5), max_size=4), st.lists(st.text(max_size=5), max_size=4))
def test_keys_are_alike_only_for_the_same_parts(left: list[str], right: list[str]) -> None:
    assert (content_key(*left) == content_key(*right)) == (left == right)


def test_parts_do_not_run_together() -> None:
    assert content_key("ab", "c") != content_key("a", "bc")
