"""Rows of star.fact_observation: a measured quantity about the past or the present."""

from pipelines.contracts import common as c

MODEL = c.schema(
    "fact_observation",
    {
        **c.PLACE,
        **c.QUANTITY_SPANS,
        **c.SUBJECT,
        **c.VALUE,
        **c.PERIOD,
        **c.CHANGE,
        "metric": c.text(nullable=False, among=c.METRICS),
    },
    [
        *c.PLACE_CHECKS,
        *c.QUANTITY_SPAN_CHECKS,
        *c.VALUE_CHECKS,
        *c.PERIOD_CHECKS,
        *c.CHANGE_CHECKS,
        *c.ABOUT_CHECKS,
    ],
)
