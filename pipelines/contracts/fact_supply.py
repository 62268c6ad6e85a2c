"""Rows of star.fact_supply: one supplier delivers one item to one customer."""

import polars as pl

from pipelines.contracts import common as c

MODEL = c.schema(
    "fact_supply",
    {
        **c.PLACE, **c.PERIOD, **c.SUPPLY_SPANS,
        "supplier_id": c.text(nullable=False),
        "customer_id": c.text(),
        "item": c.text(),
        "model": c.text(),
        "role": c.text(among=("primary", "sole", "backup")),
        "status": c.text(nullable=False, among=("active", "trial", "negotiating", "planned", "ended")),
        "share_low": c.number(),
        "share_high": c.number(),
    },
    [
        *c.SPAN_CHECKS,  # a sentence may leave its supplier unsaid: 公司也向…出貨, the span is where it was named
        *c.SUPPLY_SPAN_CHECKS,
        *c.PERIOD_CHECKS,
        c.ordered("share_low", "share_high"),
        c.rule("has a customer or an item", lambda: pl.col("customer_id").is_not_null() | pl.col("item").is_not_null()),
        c.rule("supplier and customer differ", lambda: pl.col("supplier_id") != pl.col("customer_id")),
        c.rule("a share is a percentage", lambda: pl.max_horizontal("share_low", "share_high").is_between(0, 100)),
    ],
)  # fmt: skip
