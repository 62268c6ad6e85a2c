"""Words: cut on the Simplified form, placed in the original, with our own words known."""

from __future__ import annotations

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.text.segmentation import Segmenter

SEGMENTER = Segmenter(["諧波減速器"])


@settings(max_examples=50)
@given(st.text(max_size=60))
def test_words_cover_the_text_without_a_gap(text: str) -> None:
    spans = SEGMENTER.cut(text)
    assert "".join(span.of(text) for span in spans) == text
    assert all(a.end == b.start for a, b in itertools.pairwise(spans))


def test_traditional_text_is_cut_into_words() -> None:
    text = "儲存裝置製造商"
    assert [span.of(text) for span in SEGMENTER.cut(text)][:2] == ["儲存", "裝置"]


def test_words_of_ours_stay_whole() -> None:
    text = "諧波減速器出貨"
    assert "諧波減速器" in [span.of(text) for span in SEGMENTER.cut(text)]


def test_a_word_added_to_one_is_unknown_to_another() -> None:
    text = "諧波減速器"
    assert len(Segmenter().cut(text)) > 1
