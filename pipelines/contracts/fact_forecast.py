"""Rows of star.fact_forecast: a quantity about the future, or a valuation figure."""

from pipelines.contracts import common as c

MODEL = c.schema(
    "fact_forecast",
    {
        **c.PLACE, **c.QUANTITY_SPANS, **c.SUBJECT, **c.VALUE, **c.PERIOD, **c.CHANGE, **c.PRIOR,
        "metric": c.text(nullable=False, among=c.METRICS),
        "forecaster": c.text(),
    },
    [*c.PLACE_CHECKS, *c.QUANTITY_SPAN_CHECKS, *c.VALUE_CHECKS, *c.PERIOD_CHECKS, *c.CHANGE_CHECKS, *c.PRIOR_CHECKS, *c.ABOUT_CHECKS],
)  # fmt: skip
