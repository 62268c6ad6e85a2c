"""Numbers, units and periods against the specs: every item with its offsets, and nothing else."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from pipelines.extraction.lexicon import Lexicon, normalize
from pipelines.extraction.periods import PeriodReader
from pipelines.extraction.quantities import QuantityReader
from tests.conftest import read_spec

REFERENCE = date(2026, 2, 8)
UNMEASURED = {"number", "ordinal", "model"}


def _number(value: Decimal | None) -> float | None:
    return None if value is None else round(float(value), 6)


@pytest.fixture(scope="module")
def quantities(lexicon: Lexicon) -> QuantityReader:
    return QuantityReader(lexicon)


@pytest.mark.parametrize("case", read_spec("quantities"), ids=lambda case: case["text"])
def test_quantities_of_a_text(case: dict, quantities: QuantityReader) -> None:
    text = case["text"]
    normal = normalize(text)
    taken = [p.span for p in PeriodReader(normal, REFERENCE).read()]
    found = [
        {
            "text": q.span.of(text),
            "start": q.span.start,
            "low": _number(q.low),
            "high": _number(q.high),
            "comparator": q.comparator,
            "unit": q.unit,
            "per": q.per,
        }
        for q in quantities.read(normal, "TWD", taken)
        if q.kind not in UNMEASURED
    ]
    assert found == case["items"]


@pytest.mark.parametrize("case", read_spec("periods"), ids=lambda case: case["text"])
def test_periods_of_a_text(case: dict) -> None:
    text = case["text"]
    found = [
        {
            "text": p.span.of(text),
            "start": p.span.start,
            "start_date": p.start.isoformat() if p.start else None,
            "end_date": p.end.isoformat() if p.end else None,
            "form": p.form,
        }
        for p in PeriodReader(normalize(text), date.fromisoformat(case["reference_date"])).read()
    ]
    assert found == case["items"]


@pytest.mark.parametrize("word", ["今年", "上季", "本周", "目前", "昨日", "未來三年內", "年底前", "第三季"])
def test_relative_words_stay_unresolved_without_a_reference(word: str) -> None:
    (period,) = PeriodReader(normalize(word), None).read()
    assert (period.start, period.end) == (None, None)
