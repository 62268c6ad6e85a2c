"""Script and width: the form in which everything is matched is as long as the text, so that offsets hold for both."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.text.script import to_simplified
from pipelines.text.width import fold_width


@given(st.text())
def test_lengths_are_kept(text: str) -> None:
    assert len(to_simplified(text)) == len(text)
    assert len(fold_width(text)) == len(text)


@given(st.text(), st.text())
def test_each_character_is_changed_on_its_own(left: str, right: str) -> None:
    assert to_simplified(left + right) == to_simplified(left) + to_simplified(right)
    assert fold_width(left + right) == fold_width(left) + fold_width(right)


@given(st.text())
def test_twice_is_as_good_as_once(text: str) -> None:
    assert fold_width(fold_width(text)) == fold_width(text)


@pytest.mark.parametrize(
    ("text", "simplified"),
    [
        ("產能", "产能"), ("機器人", "机器人"), ("億", "亿"), ("台積電", "台积电"), ("臺灣", "台湾"), ("晶圓代工", "晶圆代工"),
        ("新台幣", "新台币"), ("產能abc123", "产能abc123"), ("产能", "产能"), ("乾燥", "干燥"),
    ],
)  # fmt: skip
def test_traditional_characters_get_their_simplified_form(text: str, simplified: str) -> None:
    assert to_simplified(text) == simplified


def test_phrases_are_not_translated() -> None:
    assert to_simplified("記憶體與軟體") == "记忆体与软体"


def test_characters_outside_the_basic_plane_stay_in_place() -> None:
    assert to_simplified("𠮷野家😀產") == "𠮷野家😀产"


@pytest.mark.parametrize(
    ("text", "narrow"),
    [("ＡＢＣ１２３％", "ABC123%"), ("（　）", "( )"), ("￥５", "¥5"), ("，。", ",。"), ("7萬片", "7萬片")],
)
def test_full_width_letters_digits_and_marks_become_half_width(text: str, narrow: str) -> None:
    assert fold_width(text) == narrow
