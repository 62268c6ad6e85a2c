"""Sentences with offsets: nothing is lost, nothing is moved, and a mark inside brackets ends nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.text.sentences import split_sentences
from pipelines.text.span import Span

MARKS = st.text(alphabet="產能達萬。！？；\n「」（）()“” .12AbUS;!?", max_size=80)


def texts(body: str) -> list[str]:
    return [span.of(body) for span in split_sentences(body)]


@given(st.one_of(st.text(max_size=120), MARKS))
def test_sentences_hold_everything_that_is_not_blank(body: str) -> None:
    spans = split_sentences(body)
    covered = {i for span in spans for i in range(span.start, span.end)}
    assert all(char.isspace() for i, char in enumerate(body) if i not in covered)
    assert sum(len(span) for span in spans) == len(covered), "none overlaps another"
    assert list(spans) == sorted(spans)
    assert all(text and text == text.strip() for text in texts(body))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("擴產。漲價！為何？", ["擴產。", "漲價！", "為何？"], id="end marks"),
        pytest.param("需求強;供給緊", ["需求強;", "供給緊"], id="semicolon"),
        pytest.param("第一行\n第二行", ["第一行", "第二行"], id="line end"),
        pytest.param(
            "他說「產能已滿。」隨後離開。",
            ["他說「產能已滿。」", "隨後離開。"],
            id="closing quote belongs to it",
        ),
        pytest.param("甲(含乙。及丙)出貨。", ["甲(含乙。及丙)出貨。"], id="mark inside brackets"),
        pytest.param("甲（未閉合。乙。", ["甲（未閉合。", "乙。"], id="bracket never closed"),
        pytest.param("毛利率12.5%,優於去年", ["毛利率12.5%,優於去年"], id="decimal point"),
        pytest.param("It grew. Then it fell", ["It grew.", "Then it fell"], id="latin full stop"),
        pytest.param("U.S. Steel減產", ["U.S. Steel減產"], id="abbreviation"),
        pytest.param("  前後空白。  ", ["前後空白。"], id="blanks around"),
        pytest.param("漲價……！！停。", ["漲價……！！", "停。"], id="several marks"),
        pytest.param("", [], id="nothing"),
        pytest.param(" \n\n ", [], id="only blanks"),
    ],
)
def test_where_a_sentence_ends(body: str, expected: list[str]) -> None:
    assert texts(body) == expected


def test_long_bracketed_text_is_split_like_any_other() -> None:
    body = "甲（" + "乙" * 130 + "。丙）丁。"
    assert len(texts(body)) == 2


def test_a_span_must_not_be_turned_round() -> None:
    with pytest.raises(ValueError, match="0 <= start <= end"):
        Span(3, 2)


def test_spans_that_touch_do_not_overlap() -> None:
    assert not Span(0, 3).overlaps(Span(3, 5))
    assert Span(0, 3).overlaps(Span(2, 5))
    assert Span(0, 5).covers(Span(0, 5))
    assert not Span(1, 5).covers(Span(0, 2))
