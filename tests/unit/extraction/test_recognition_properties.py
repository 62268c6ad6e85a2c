"""What holds for every text that is recognised: offsets slice, scripts agree, written values are read back, time is linear."""

from __future__ import annotations

import itertools
from datetime import date
from decimal import Decimal
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.extraction.lexicon import normalize
from pipelines.extraction.numerals import NumeralReader
from pipelines.extraction.periods import PeriodReader
from pipelines.extraction.quantities import QuantityReader
from pipelines.extraction.recognize import Recognizer
from pipelines.extraction.spacing import squeeze
from pipelines.seeds import load_lexicon
from pipelines.text.script import to_simplified

ALPHABET = "0123456789.,%％萬億兆千百十一二三兩半數多餘零〇年月日季周元塊角台片噸約近逾達至到、和的前內上下又分之點負度個小時（）()/~－-^eEkM每月產能 "
TEXTS = st.one_of(st.text(max_size=60), st.text(alphabet=ALPHABET, max_size=60))
DAYS = st.dates(min_value=date(1912, 1, 1), max_value=date(2099, 12, 31))
VALUES = st.integers(min_value=0, max_value=10**16 - 1)
REFERENCE = date(2026, 2, 8)
LEXICON = load_lexicon()
NUMERALS = NumeralReader(LEXICON.numerals)
QUANTITIES = QuantityReader(LEXICON)
RECOGNIZER = Recognizer(LEXICON)
_PLAIN = "零一二三四五六七八九"
_FORMAL = str.maketrans("一二三四五六七八九十百千", "壹貳參肆伍陸柒捌玖拾佰仟")
_FULL_WIDTH = str.maketrans("0123456789,.", "０１２３４５６７８９，．")


def spoken(value: int) -> str:
    """A whole number below 10^16 as it is read aloud."""
    if not value:
        return "零"
    text, gap = "", False
    for power, unit in ((10**12, "兆"), (10**8, "億"), (10**4, "萬"), (1, "")):
        section, value = divmod(value, power)
        if not section:
            gap = bool(text)
            continue
        text += ("零" if text and (gap or section < 1000) else "") + _section(section) + unit
        gap = False
    return text


def _section(value: int) -> str:
    text, zero = "", False
    for power, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, value = divmod(value, power)
        if digit:
            text += ("零" if zero and text else "") + _PLAIN[digit] + unit
            zero = False
        else:
            zero = True
    return text


def mixed(value: int) -> str:
    """A whole number with Arabic digits between its myriads: 3兆9439億, 66萬1636."""
    text = ""
    for power, unit in ((10**12, "兆"), (10**8, "億"), (10**4, "萬"), (1, "")):
        section, value = divmod(value, power)
        text += f"{section}{unit}" if section else ""
    return text or "0"


WRITINGS = {
    "spoken": spoken,
    "formal": lambda value: spoken(value).translate(_FORMAL),
    "mixed": mixed,
    "plain digits": str,
    "thousands": lambda value: f"{value:,}",
    "full width": lambda value: f"{value:,}".translate(_FULL_WIDTH),
}


@pytest.mark.parametrize("writing", WRITINGS)
@given(value=VALUES)
@settings(deadline=None)
def test_a_number_is_read_back_from_every_writing(writing: str, value: int) -> None:
    if writing == "mixed" and value % 10**4 < 10 and value > 10**4:
        value -= value % 10**4  # 3萬5 is read as 35,000, so nobody writes 30,005 so
    written = WRITINGS[writing](value)
    literal = NUMERALS.read(normalize(written), 0)
    assert literal is not None
    assert (literal.low, literal.high, literal.end) == (value, value, len(written))


@given(st.decimals(min_value=0, max_value=9999, places=3), st.sampled_from(["", "萬", "億", "兆"]))
@settings(deadline=None)
def test_a_decimal_is_read_back(value: Decimal, scale: str) -> None:
    factor = {"": 1, "萬": 10**4, "億": 10**8, "兆": 10**12}[scale]
    whole, _, digits = f"{value:.3f}".partition(".")
    in_words = spoken(int(whole)) + "點" + "".join(_PLAIN[int(d)] for d in digits) + scale
    for written in (f"{value}{scale}", f"{value:,}{scale}".translate(_FULL_WIDTH), in_words):
        literal = NUMERALS.read(normalize(written), 0)
        assert literal is not None
        assert (literal.low, literal.end) == (value * factor, len(written))


@given(
    VALUES,
    st.sampled_from([("約", "approx"), ("逾", "gt"), ("不到", "lt"), ("上看", "upto"), ("", "eq")]),
    st.sampled_from([("台", "piece"), ("公噸", "t"), ("美元", "USD"), ("%", "percent"), ("坪", "m2")]),
)
@settings(deadline=None)
def test_a_quantity_is_read_back(value: int, comparator: tuple[str, str], unit: tuple[str, str]) -> None:
    text = f"{comparator[0]}{value:,}{unit[0]}"
    (found,) = QUANTITIES.read(normalize(text), "TWD")
    factor = Decimal("3.3058") if unit[1] == "m2" else 1
    assert (found.comparator, found.unit) == (comparator[1], unit[1])
    assert found.low == (None if comparator[1] in ("lt", "upto") else value * factor)
    assert found.high == (None if comparator[1] == "gt" else value * factor)
    assert found.span.of(text) == f"{value:,}{unit[0]}"


@given(DAYS, DAYS)
@settings(deadline=None)
def test_a_date_is_read_back(day: date, reference: date) -> None:
    year, month = "".join(_PLAIN[int(d)] for d in str(day.year)), day.month
    for written in (
        day.isoformat(),
        f"{day.year}/{month}/{day.day}",
        f"{day.year}年{month}月{day.day}日",
        f"{day.year} 年 {month} 月 {day.day} 日",
        f"{year}年{spoken(month)}月{spoken(day.day)}日".replace("一十", "十"),
        f"民國{day.year - 1911}年{month}月{day.day}日",
    ):
        (period,) = PeriodReader(normalize(written), reference).read()
        assert (period.start, period.end, period.span.of(written)) == (day, day, written)


@given(DAYS, st.text(alphabet=ALPHABET, max_size=20))
@settings(deadline=None)
def test_periods_begin_before_they_end(reference: date, text: str) -> None:
    periods = PeriodReader(normalize(text), reference).read()
    assert all(p.start is None or p.end is None or p.start <= p.end for p in periods)
    assert all(a.span.end <= b.span.start for a, b in itertools.pairwise(periods))


@given(TEXTS)
@settings(deadline=None)
def test_every_item_lies_in_its_text_and_stands_in_order(text: str) -> None:
    items = RECOGNIZER.recognize(text, REFERENCE)
    places = [(int(str(i["start"])), int(str(i["end"]))) for i in items]
    assert places == sorted(places)
    assert all(0 <= start < end <= len(text) and text[start:end].strip() for start, end in places)


@given(TEXTS)
@settings(deadline=None)
def test_both_scripts_are_recognised_alike(text: str) -> None:
    simplified = to_simplified(text)
    assert RECOGNIZER.recognize(text, REFERENCE) == RECOGNIZER.recognize(simplified, REFERENCE)


@given(TEXTS)
@settings(deadline=None)
def test_left_out_blanks_are_found_again(text: str) -> None:
    squeezed = squeeze(text)
    kept = [squeezed.offset(at) for at in range(len(squeezed.text))]
    assert [text[at] for at in kept] == list(squeezed.text)
    assert not "".join(c for at, c in enumerate(text) if at not in set(kept)).strip()


@pytest.mark.parametrize(
    "piece",
    ["一", "1", "1,", "1.", "百萬億兆", "(", "至", "的", "1-", "、一", "一 ", "半", "分之", "又", "零點", "上上", "2026年", "第", "約",
     "1月", "年", "-", "元", "最高", "三百", "https://", "1/", "一至", "七八", "每", "個", "米", "1e", "負"],
)  # fmt: skip
def test_hostile_text_takes_time_in_proportion(piece: str) -> None:
    """A text four times as long may take little more than four times as long: no pattern backtracks badly."""

    def seconds(size: int) -> float:
        text = piece * (size // len(piece))
        best = 9.0
        for _ in range(2):
            start = process_time()
            RECOGNIZER.recognize(text, REFERENCE)
            best = min(best, process_time() - start)
        return best

    assert seconds(16_000) < 7 * seconds(4_000) + 0.05
