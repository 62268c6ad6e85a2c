"""Claims and mentions as rows of the star: names and types of the tables in warehouse/ddl.

Companies stay ids here (`company_id` and its kin); the store finds the key that was valid on the day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from pipelines.extraction.model import Company, Extraction, PeriodBounds, QuantityClaim, SupplyClaim
from pipelines.text.brief import Brief, content_key
from pipelines.text.span import Span

Row = dict[str, object]

#: How many of a span of time a year holds, for value_per_year.
PER_YEAR = {
    "minute": 525_600, "hour": 8_760, "day": 365, "week": 52, "month": 12, "quarter": 4, "year": 1,
}  # fmt: skip

FACT_TABLES = ("fact_capacity", "fact_forecast", "fact_supply", "fact_observation", "fact_company_mention")


def claim_rows(extraction: Extraction, brief: Brief) -> dict[str, list[Row]]:
    """The rows of one brief by fact table; claims alike in every field collapse into one row."""
    rows: dict[str, dict[str, Row]] = {table: {} for table in FACT_TABLES}
    for claim in extraction.claims:
        row = _supply_row(claim) if isinstance(claim, SupplyClaim) else _quantity_row(claim)
        row |= _place(claim, extraction, brief)
        table = "fact_supply" if isinstance(claim, SupplyClaim) else f"fact_{claim.kind}"
        row["claim_id"] = claim_id(table, row)
        rows[table].setdefault(str(row["claim_id"]), row)
    for mention in extraction.companies:
        key = mention_id(brief.brief_id, mention.company.company_id)
        rows["fact_company_mention"][key] = {
            "mention_id": key,
            "brief_key": brief.brief_id,
            "company_id": mention.company.company_id,
            "mentions": mention.mentions,
            "first_span_start": mention.first.start,
            "first_span_end": mention.first.end,
            "body_length": len(brief.body),
            "extractor_version": extraction.extractor_version,
            "corrected_by": None,
            "correction_reason": None,
        }
    return {table: list(by_id.values()) for table, by_id in rows.items()}


#: The parts of a claim, beside its value, whose place in the body a row keeps, by the columns that they tell of.
QUANTITY_PARTS: Mapping[str, tuple[str, ...]] = {
    "unit": ("unit", "unit_raw"), "period": ("period_start", "period_end"), "company": ("company_id",), "subject": ("subject",),
}  # fmt: skip
SUPPLY_PARTS: Mapping[str, tuple[str, ...]] = {
    "customer": ("customer_id",), "item": ("item",), "period": ("period_start", "period_end"),
}  # fmt: skip


def span_columns(part: str) -> tuple[str, str]:
    """The columns that hold the place of a part."""
    return f"{part}_span_start", f"{part}_span_end"


#: All of them.
SPAN_COLUMNS = tuple(
    c for part in dict.fromkeys((*QUANTITY_PARTS, *SUPPLY_PARTS)) for c in span_columns(part)
)


#: Columns that say how a claim was found or came to be what it is, rather than what it states.
_NOT_CONTENT = frozenset(
    {
        "claim_id",
        "extractor_version",
        "confidence",
        "rule",
        "body_length",
        "corrected_by",
        "correction_reason",
        *SPAN_COLUMNS,
    }
)


def claim_id(table: str, row: Row) -> str:
    """The hash by which a claim is known: its brief, its place and what it states."""
    content = (_text(row[c]) for c in sorted(row) if c not in _NOT_CONTENT)
    return content_key(table, str(row["brief_key"]), *content)


def mention_id(brief_id: str, company_id: str) -> str:
    """The hash by which a mention is known: its brief and the company."""
    return content_key("mention", brief_id, company_id)


def companies_of(extractions: Iterable[Extraction]) -> list[Company]:
    """The companies that claims and mentions name, each once."""
    found: dict[str, Company] = {}
    for extraction in extractions:
        for mention in extraction.companies:
            found.setdefault(mention.company.company_id, mention.company)
        for claim in extraction.claims:
            parties = (claim.supplier, claim.customer) if isinstance(claim, SupplyClaim) else (claim.company,)
            for company in parties:
                if company is not None:
                    found.setdefault(company.company_id, company)
    return list(found.values())


def _place(claim: QuantityClaim | SupplyClaim, extraction: Extraction, brief: Brief) -> Row:
    evidence = claim.evidence
    return {
        "brief_key": brief.brief_id,
        "sentence": evidence.sentence.of(brief.body),
        "sentence_start": evidence.sentence.start,
        "span_start": evidence.span.start,
        "span_end": evidence.span.end,
        "span_text": evidence.span.of(brief.body),
        "confidence": evidence.confidence,
        "rule": evidence.rule,
        "extractor_version": extraction.extractor_version,
        "flags": list(evidence.flags),
        "body_length": len(brief.body),
        "corrected_by": None,
        "correction_reason": None,
    }


def _quantity_row(claim: QuantityClaim) -> Row:
    amount = claim.amount
    row: Row = {
        "company_id": claim.company.company_id if claim.company else None,
        "subject": claim.subject,
        "metric": claim.metric,
        "value_low": _number(amount.low),
        "value_high": _number(amount.high),
        "comparator": amount.comparator,
        "unit": amount.unit,
        "unit_raw": amount.unit_raw,
        "per": amount.per,
        **_period(claim.period),
        **_span("unit", claim.spans.unit),
        **_span("company", claim.spans.company),
        **_span("subject", claim.spans.subject),
    }
    if claim.kind == "capacity":
        row |= {"site": claim.site, "status": claim.status}
        row["value_per_year"] = value_per_year(amount.low, amount.high, amount.per)
    else:
        row |= {"basis": claim.basis, "direction": claim.direction}
    if claim.kind != "observation":
        row |= {"prior_low": _number(claim.prior_low), "prior_high": _number(claim.prior_high)}
    if claim.kind == "forecast":
        row["forecaster"] = claim.forecaster
    return row


def value_per_year(
    low: Decimal | float | None, high: Decimal | float | None, per: str | None
) -> float | None:
    """The lower bound (else the upper) per year, where the amount is per a span of time."""
    basis = low if low is not None else high
    times = PER_YEAR.get(per or "")
    return float(basis * times) if basis is not None and times else None


def _supply_row(claim: SupplyClaim) -> Row:
    return {
        "supplier_id": claim.supplier.company_id,
        "customer_id": claim.customer.company_id if claim.customer else None,
        "item": claim.item,
        "model": claim.model,
        "role": claim.role,
        "status": claim.status,
        "share_low": _number(claim.share_low),
        "share_high": _number(claim.share_high),
        **_period(claim.period),
        **_span("customer", claim.spans.customer),
        **_span("item", claim.spans.item),
    }


def _period(period: PeriodBounds) -> Row:
    is_said = period.start is not None or period.end is not None
    return {
        "period_start": period.start, "period_end": period.end, **_span("period", period.span if is_said else None),
    }  # fmt: skip


def _span(part: str, span: Span | None) -> Row:
    start, end = span_columns(part)
    return {start: span.start if span else None, end: span.end if span else None}


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _text(value: object) -> str:
    return "" if value is None else str(value)
