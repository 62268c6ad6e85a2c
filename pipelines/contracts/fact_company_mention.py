"""Rows of star.fact_company_mention: a brief names a company."""

import polars as pl
from pandera.polars import Check, Column

from pipelines.contracts import common as c

MODEL = c.schema(
    "fact_company_mention",
    {
        **c.CORRECTED,
        "mention_id": c.text(nullable=False),
        "brief_key": c.text(nullable=False),
        "company_id": c.text(nullable=False),
        "mentions": Column(pl.Int64, Check.ge(1, error="is at least one")),
        "first_span_start": Column(pl.Int64, Check.ge(0, error="is not negative")),
        "first_span_end": Column(pl.Int64),
        "body_length": Column(pl.Int64),
        "extractor_version": c.text(nullable=False),
    },
    [
        c.rule("span lies inside the body", lambda: (pl.col("first_span_start") < pl.col("first_span_end"))
               & (pl.col("first_span_end") <= pl.col("body_length"))),
    ],
)  # fmt: skip
