"""Columns and checks that the fact tables share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import partial

import polars as pl
from pandera.polars import Check, Column, DataFrameSchema, PolarsData

from pipelines.contracts.rows import QUANTITY_PARTS, SUPPLY_PARTS, span_columns

COMPARATORS = ("eq", "approx", "gt", "lt", "upto", "range", "vague")
CAPACITY_METRICS = ("capacity", "output", "capacity_addition", "utilization")
METRICS = (
    "shipments", "sales_volume", "production_volume", "output_value", "exports", "imports", "orders", "installed",
    "trade_volume", "demand", "supply", "shortage", "inventory", "revenue", "profit", "eps", "dividend", "vs_consensus",
    "margin", "cost", "capex", "investment", "funding", "market_size", "market_cap", "market_share", "share", "growth",
    "price", "price_change", "target_price", "valuation", "rate", "count", "spec", "duration", "revision", "other",
)  # fmt: skip
#: polars types of the columns by the types of the DDL.
POLARS_TYPES: Mapping[str, pl.DataType | type[pl.DataType]] = {
    "VARCHAR": pl.String, "DOUBLE": pl.Float64, "INTEGER": pl.Int64, "DATE": pl.Date, "VARCHAR[]": pl.List(pl.String),
}  # fmt: skip


def rule(name: str, holds: Callable[[], pl.Expr]) -> Check:
    """A check over whole rows: `holds` gives an expression that is true where a row is right; null counts as right."""

    def judge(data: PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select(holds().fill_null(value=True))

    return Check(judge, name=name)


def ordered(low: str, high: str) -> Check:
    """`low` is not above `high`."""
    return rule(f"{low} is not above {high}", lambda: pl.col(low) <= pl.col(high))


def text(nullable: bool = True, among: tuple[str, ...] | None = None) -> Column:
    """A column of words: one of a list where there is one, never blank."""
    if among is not None:
        return Column(pl.String, Check.isin(among, error="is a code of the contract"), nullable=nullable)
    return Column(pl.String, Check.str_contains(r"\S", error="is not blank"), nullable=nullable)


def number(nullable: bool = True) -> Column:
    """A column of plain numbers, finite."""
    return Column(
        pl.Float64,
        Check(lambda d: d.lazyframe.select(pl.col(d.key).is_finite()), name="is finite"),
        nullable=nullable,
    )


def day() -> Column:
    """A column of days inside the warehouse's calendar."""
    inside = Check.in_range(date(1900, 1, 1), date(2200, 12, 31), error="is between 1900 and 2200")
    return Column(pl.Date, inside, nullable=True)


#: Who changed a row by hand, and why.
CORRECTED = {"corrected_by": text(), "correction_reason": text()}
PLACE = {
    **CORRECTED,
    "claim_id": text(nullable=False),
    "brief_key": text(nullable=False),
    "sentence": text(nullable=False),
    "sentence_start": Column(pl.Int64, Check.ge(0, error="is not negative")),
    "span_start": Column(pl.Int64, Check.ge(0, error="is not negative")),
    "span_end": Column(pl.Int64),
    "span_text": text(nullable=False),
    "confidence": Column(pl.Float64, Check.in_range(0, 1, error="is between 0 and 1")),
    "rule": text(nullable=False),
    "extractor_version": text(nullable=False),
    "flags": Column(pl.List(pl.String)),
    "body_length": Column(pl.Int64),
}
SPAN_CHECKS = [
    rule("span lies inside the body", lambda: (pl.col("span_start") < pl.col("span_end")) & (pl.col("span_end") <= pl.col("body_length"))),
    rule("sentence lies inside the body", lambda: pl.col("sentence_start") + pl.col("sentence").str.len_chars() <= pl.col("body_length")),
]  # fmt: skip
PLACE_CHECKS = [
    *SPAN_CHECKS,
    rule("sentence holds the span", lambda: (pl.col("sentence_start") <= pl.col("span_start"))
         & (pl.col("span_end") <= pl.col("sentence_start") + pl.col("sentence").str.len_chars())),
]  # fmt: skip


def spans(parts: Iterable[str]) -> dict[str, Column]:
    """The columns of the places of some parts of a claim; null where no one stretch of the body says the part."""
    return {name: Column(pl.Int64, nullable=True) for part in parts for name in span_columns(part)}


def span_checks(parts: Iterable[str]) -> list[Check]:
    """A place is whole or none, and lies inside the body."""
    return [rule(f"span of the {part} lies inside the body", partial(_is_inside, part)) for part in parts]


def _is_inside(part: str) -> pl.Expr:
    start, end = (pl.col(name) for name in span_columns(part))
    inside = (start >= 0) & (start < end) & (end <= pl.col("body_length"))
    return (start.is_null() & end.is_null()) | inside.fill_null(value=False)


QUANTITY_SPANS, QUANTITY_SPAN_CHECKS = spans(QUANTITY_PARTS), span_checks(QUANTITY_PARTS)
SUPPLY_SPANS, SUPPLY_SPAN_CHECKS = spans(SUPPLY_PARTS), span_checks(SUPPLY_PARTS)
PERIOD = {"period_start": day(), "period_end": day()}
PERIOD_CHECKS = [ordered("period_start", "period_end")]
VALUE = {
    "value_low": number(),
    "value_high": number(),
    "comparator": text(nullable=False, among=COMPARATORS),
    "unit": text(),
    "unit_raw": text(),
    "per": text(),
}
_EXACT = ("eq", "approx")
VALUE_CHECKS = [
    ordered("value_low", "value_high"),
    rule("an exact value has equal bounds", lambda: ~pl.col("comparator").is_in(_EXACT)
         | (pl.col("value_low").is_not_null() & (pl.col("value_low") == pl.col("value_high")).fill_null(value=False))),
    rule("gt has a lower bound only", lambda: (pl.col("comparator") != "gt")
         | (pl.col("value_low").is_not_null() & pl.col("value_high").is_null())),
    rule("lt and upto have an upper bound only", lambda: ~pl.col("comparator").is_in(("lt", "upto"))
         | (pl.col("value_low").is_null() & pl.col("value_high").is_not_null())),
    rule("a range has both bounds", lambda: (pl.col("comparator") != "range")
         | (pl.col("value_low").is_not_null() & pl.col("value_high").is_not_null())),
    rule("a vague value has both bounds or none", lambda: (pl.col("comparator") != "vague")
         | (pl.col("value_low").is_null() == pl.col("value_high").is_null())),
]  # fmt: skip
SUBJECT = {"company_id": text(), "subject": text()}
ABOUT_CHECKS = [
    rule(
        "says whom or what it is about or how much of what",
        lambda: (
            pl.col("company_id").is_not_null()
            | pl.col("subject").is_not_null()
            | pl.col("unit").is_not_null()
        ),
    )
]
CHANGE = {
    "basis": text(among=("yoy", "qoq", "mom", "wow")),
    "direction": text(among=("up", "down", "flat")),
}
CHANGE_CHECKS = [
    rule("the size of a change is not negative", lambda: pl.col("direction").is_null() | (pl.col("value_low").fill_null(0) >= 0)),
    rule("a basis belongs to a change", lambda: pl.col("basis").is_null() | pl.col("direction").is_not_null()),
]  # fmt: skip
PRIOR = {"prior_low": number(), "prior_high": number()}
PRIOR_CHECKS = [ordered("prior_low", "prior_high")]


def schema(name: str, columns: Mapping[str, Column], checks: list[Check]) -> DataFrameSchema:
    """A model of one table's rows; columns beyond it are an error."""
    return DataFrameSchema(dict(columns), checks=checks, name=name, strict=True)
