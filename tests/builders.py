"""Briefs and extractions for tests, built by hand: every field has a plain default that a test overrides."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from pipelines.extraction.model import (
    Amount,
    Company,
    CompanyMentions,
    Evidence,
    Extraction,
    QuantityClaim,
    SupplyClaim,
)
from pipelines.text.brief import Brief
from pipelines.text.span import Span

FOUNDRY = Company("tw-2330", "台積電", "curated")
LENSES = Company("tw-3008", "大立光", "curated")
BODY = "台積電月產能為7萬片。大立光供應鏡頭。"
FIRST, SECOND = Span(0, 12), Span(12, 20)
VALUE = Span(7, 10)


def brief(title: str = "擴產", body: str = BODY, day: date | None = date(2026, 2, 8), **fields: str) -> Brief:
    """A brief of two sentences."""
    return Brief(title, body, published_on=day, date_source="given" if day else None, **fields)


def exactly(value: str, unit: str = "piece", per: str | None = None) -> Amount:
    """An exact amount."""
    return Amount(Decimal(value), Decimal(value), "eq", unit, unit_raw="片", per=per)


def capacity(**fields: object) -> QuantityClaim:
    """A current monthly capacity of 70,000 pieces."""
    evidence = Evidence(VALUE, FIRST, "level.capacity", 0.8)
    claim = QuantityClaim(
        "capacity", evidence, "capacity", exactly("70000", per="month"), FOUNDRY, "晶圓", status="current"
    )
    return replace(claim, **fields)


def observation(**fields: object) -> QuantityClaim:
    """An observed number of pieces."""
    evidence = Evidence(VALUE, FIRST, "level.count", 0.8)
    return replace(
        QuantityClaim("observation", evidence, "count", exactly("70000"), FOUNDRY, "晶圓"), **fields
    )


def forecast(**fields: object) -> QuantityClaim:
    """A forecast number of pieces."""
    return replace(observation(), kind="forecast", metric="shipments", **fields)


def supply(**fields: object) -> SupplyClaim:
    """A supplier delivers lenses to nobody in particular."""
    evidence = Evidence(Span(12, 15), SECOND, "supply.supplies_item", 0.6)
    return replace(SupplyClaim(evidence, LENSES, None, "鏡頭", "active"), **fields)


def extraction(of: Brief, *claims: QuantityClaim | SupplyClaim, version: str = "v1") -> Extraction:
    """What a version read out of a brief; the foundry is named once, at the start of the body."""
    return Extraction(of.brief_id, version, claims, (CompanyMentions(FOUNDRY, 1, Span(0, 3)),))
