"""What holds for every text: offsets slice, scripts agree, written numbers are read back, nothing is fatal."""

from __future__ import annotations

import itertools
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.extraction.engine import Extractor
from pipelines.extraction.lexicon import Lexicon, normalize
from pipelines.extraction.model import QuantityClaim
from pipelines.extraction.numerals import NumeralReader
from pipelines.extraction.periods import PeriodReader
from pipelines.extraction.quantities import QuantityReader
from pipelines.seeds import load_lexicon
from pipelines.text.brief import Brief
from pipelines.text.script import to_simplified

ALPHABET = "0123456789.,%％萬億兆千百十一二三兩半數多餘年月日季元台片噸約近逾達至到、和的前內上下（）()/~－-每月產能蘋果AB k"
TEXTS = st.one_of(st.text(max_size=60), st.text(alphabet=ALPHABET, max_size=60))
LEXICON = load_lexicon()
NUMERALS = NumeralReader(LEXICON.numerals)
QUANTITIES = QuantityReader(LEXICON)
EXTRACTOR = Extractor(LEXICON, "test")
_DIGITS = "零一二三四五六七八九"


def spoken(value: int) -> str:
    """A whole number below 10^16 in Chinese, as it is read aloud."""
    if value == 0:
        return "零"
    sections = []
    for unit in ("", "萬", "億", "兆"):
        value, section = divmod(value, 10_000)
        sections.append((section, unit))
    text, gap = "", False
    for section, unit in reversed(sections):
        if not section:
            gap = bool(text)
            continue
        text += ("零" if text and (gap or section < 1000) else "") + _below_ten_thousand(section) + unit
        gap = False
    return text


def _below_ten_thousand(value: int) -> str:
    text, zero = "", False
    for power, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, value = divmod(value, power)
        if digit:
            text += ("零" if zero and text else "") + _DIGITS[digit] + unit
            zero = False
        else:
            zero = True
    return text


@given(st.integers(min_value=0, max_value=10**16 - 1))
def test_a_number_written_in_chinese_is_read_back(value: int) -> None:
    text = normalize(spoken(value))
    literal = NUMERALS.read(text, 0)
    assert literal is not None
    assert (literal.low, literal.high, literal.end) == (value, value, len(text))


@given(
    st.decimals(min_value=Decimal("0.01"), max_value=Decimal("99999"), places=2),
    st.sampled_from(["", "萬", "億", "兆"]),
)
def test_a_number_written_in_arabic_is_read_back(value: Decimal, scale: str) -> None:
    factor = {"": 1, "萬": 10**4, "億": 10**8, "兆": 10**12}[scale]
    for written in (f"{value}{scale}", f"{value:,}{scale}"):
        literal = NUMERALS.read(normalize(written), 0)
        assert literal is not None
        assert (literal.low, literal.end) == (value * factor, len(written))


@given(TEXTS)
def test_offsets_stay_inside_and_in_order(text: str) -> None:
    normal = normalize(text)
    assert len(normal) == len(text)
    periods = PeriodReader(normal, date(2026, 2, 8)).read()
    spans = [p.span for p in periods]
    assert all(a.end <= b.start for a, b in itertools.pairwise(spans))
    for q in QUANTITIES.read(normal, "TWD", spans):
        assert 0 <= q.outer.start <= q.span.start < q.span.end <= q.outer.end <= len(text)
        assert q.low is None or q.high is None or q.low <= q.high


@given(TEXTS)
def test_both_scripts_read_alike(text: str) -> None:
    assert QUANTITIES.read(normalize(text), "TWD") == QUANTITIES.read(normalize(to_simplified(text)), "TWD")


@given(TEXTS, TEXTS)
def test_any_brief_is_survived_and_every_claim_lies_in_its_body(title: str, body: str) -> None:
    extraction = EXTRACTOR.extract(Brief(title, body, "中央社", date(2026, 2, 8), "given"))
    for claim in extraction.claims:
        span, sentence = claim.evidence.span, claim.evidence.sentence
        assert span.of(body).strip()
        assert sentence.covers(span)
        if isinstance(claim, QuantityClaim):
            parts = [(claim.spans.unit, claim.amount.unit_raw), (claim.spans.subject, claim.subject)]
            assert all(place is None or place.of(body) == words for place, words in parts)
    for mention in extraction.companies:
        assert mention.first.of(body).strip()


def test_an_extraction_is_the_same_every_time(lexicon: Lexicon) -> None:
    brief = Brief(
        "緯創看旺",
        "緯創今天公布7月合併營收850億元，月減3%，年增27%，預計第四季出貨將季增兩位數。",
        "中央社",
        date(2025, 8, 8),
        "given",
    )
    assert Extractor(lexicon, "x").extract(brief) == Extractor(lexicon, "x").extract(brief)


@pytest.mark.parametrize(
    "hostile",
    [
        "一" * 20000,
        "1" * 20000,
        "1," * 10000,
        "百萬億兆" * 5000,
        "(" * 20000,
        "至" * 20000,
        "的" * 20000,
        "1-" * 10000,
        "、一" * 10000,
    ],
)
def test_hostile_text_takes_time_in_proportion(hostile: str) -> None:
    """A text twice as long may not take much more than twice the time: no pattern backtracks badly."""
    from time import process_time

    def seconds(text: str) -> float:
        start = process_time()
        EXTRACTOR.extract(Brief("", text, None, date(2026, 2, 8), "given"))
        return process_time() - start

    half = min(seconds(hostile[: len(hostile) // 2]) for _ in range(3))
    whole = min(seconds(hostile) for _ in range(3))
    assert whole < 3.5 * half + 0.1
