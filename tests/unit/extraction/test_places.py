"""Where the body says the parts of a claim: every place slices to what the claim says, and what is not said has none."""

from __future__ import annotations

from datetime import date

import pytest

from pipelines.contracts.rows import QUANTITY_PARTS, SUPPLY_PARTS, claim_rows, span_columns
from pipelines.extraction.engine import Extractor
from pipelines.extraction.lexicon import Lexicon, normalize
from pipelines.extraction.model import QuantityClaim, SupplyClaim
from pipelines.extraction.parties import PartyReader
from pipelines.text.brief import Brief
from tests.unit.extraction.sample_briefs import read_samples


@pytest.fixture(scope="module")
def extractor(lexicon: Lexicon) -> Extractor:
    return Extractor(lexicon, "places")


def said(extractor: Extractor, body: str, title: str = "") -> list[dict[str, object]]:
    """The parts of each claim as its places slice them, None where there is no place."""
    brief = Brief(title, body, "中央社", date(2026, 2, 8), "given")
    found = []
    for claim in extractor.extract(brief).claims:
        period = claim.period.span
        parts = {"value": claim.evidence.span, "period": period}
        if isinstance(claim, QuantityClaim):
            parts |= {
                "unit": claim.spans.unit,
                "company": claim.spans.company,
                "subject": claim.spans.subject,
            }
        else:
            parts |= {"customer": claim.spans.customer, "item": claim.spans.item}
        found.append({part: span.of(body) if span else None for part, span in parts.items()})
    return found


def test_every_part_has_its_place(extractor: Extractor) -> None:
    (claim,) = said(extractor, "台積電2026年底CoWoS月產能將達13萬片。")
    assert claim == {
        "value": "13萬片", "unit": "萬片", "period": "2026年底", "company": "台積電", "subject": "CoWoS",
    }  # fmt: skip


def test_a_list_may_name_its_unit_once_at_its_end(extractor: Extractor) -> None:
    units = [claim["unit"] for claim in said(extractor, "緯創去年與今年出貨分別為26和33萬台。")]
    assert units and set(units) == {"萬台"}


def test_company_and_period_may_stand_in_an_earlier_sentence(extractor: Extractor) -> None:
    claims = said(extractor, "緯創公布2025年第四季財報。營收為3000億元,毛利率7.5%。")
    assert [(c["company"], c["period"]) for c in claims] == [("緯創", "2025年第四季")] * 2


def test_the_nearest_name_before_the_value_is_the_companys_place(extractor: Extractor) -> None:
    body = "友達公布業績。友達第一季營收700億元,友達股價下跌。"
    brief = Brief("", body, "中央社", date(2026, 5, 8), "given")
    (claim,) = (c for c in extractor.extract(brief).claims if c.amount.unit == "TWD")
    assert claim.spans.company.start == body.index("友達第一季")


def test_what_the_body_does_not_say_has_no_place(extractor: Extractor) -> None:
    (alone,) = said(extractor, "營收持平。", title="友達營收持平")
    assert alone["unit"] is None and alone["company"] is None and alone["period"] is None


def test_a_subject_put_together_of_pieces_has_no_place(extractor: Extractor) -> None:
    brief = Brief("", "至於工控部分,營收年增20%。", "中央社", date(2026, 2, 8), "given")
    (claim,) = extractor.extract(brief).claims
    assert (claim.subject, claim.spans.subject) == ("工控營收", None)


def test_supply_gives_customer_and_item(extractor: Extractor) -> None:
    (claim,) = said(extractor, "大立光2025年供應蘋果潛望鏡頭。")
    assert claim == {"value": "大立光", "period": "2025年", "customer": "蘋果", "item": "潛望鏡頭"}


def test_places_point_into_the_script_of_the_brief(extractor: Extractor) -> None:
    (claim,) = said(extractor, "台积电今年资本支出将达400亿美元。")
    assert (claim["company"], claim["subject"], claim["unit"]) == ("台积电", "资本支出", "亿美元")


def test_places_of_the_samples_slice_to_what_the_claims_say(extractor: Extractor, lexicon: Lexicon) -> None:
    parties, told = PartyReader(lexicon), 0
    for brief in read_samples().values():
        body = brief.body
        named = {m.span: m.company for m in parties.read(body, normalize(body), brief.brief_id)}
        for claim in extractor.extract(brief).claims:
            if isinstance(claim, SupplyClaim):
                assert claim.spans.item is None or claim.spans.item.of(body) == claim.item
                continue
            spans = claim.spans
            assert spans.unit is None or spans.unit.of(body) == claim.amount.unit_raw
            assert spans.subject is None or spans.subject.of(body) == claim.subject
            assert spans.company is None or named[spans.company] == claim.company
            told += sum(span is not None for span in (spans.unit, spans.subject, spans.company))
    assert told > 500


def test_rows_keep_the_places_and_ids_do_not_hang_on_them(extractor: Extractor) -> None:
    brief = Brief(
        "", "台積電2026年底CoWoS月產能將達13萬片。大立光供應蘋果鏡頭。", "中央社", date(2026, 2, 8), "given"
    )
    rows = claim_rows(extractor.extract(brief), brief)
    (capacity,), (supply,) = rows["fact_capacity"], rows["fact_supply"]
    assert all(capacity[column] is not None for part in QUANTITY_PARTS for column in span_columns(part))
    assert {part for part in SUPPLY_PARTS if supply[span_columns(part)[0]] is None} == {"period"}
    assert brief.body[capacity["period_span_start"] : capacity["period_span_end"]] == "2026年底"
