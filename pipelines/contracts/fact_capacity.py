"""Rows of star.fact_capacity: an absolute amount that someone can make, makes or plans to make."""

from pipelines.contracts import common as c

MODEL = c.schema(
    "fact_capacity",
    {
        **c.PLACE, **c.QUANTITY_SPANS, **c.SUBJECT, **c.VALUE, **c.PERIOD, **c.PRIOR,
        "metric": c.text(nullable=False, among=c.CAPACITY_METRICS),
        "site": c.text(),
        "value_per_year": c.number(),
        "status": c.text(nullable=False, among=("current", "planned", "past")),
    },
    [*c.PLACE_CHECKS, *c.QUANTITY_SPAN_CHECKS, *c.VALUE_CHECKS, *c.PERIOD_CHECKS, *c.PRIOR_CHECKS, *c.ABOUT_CHECKS],
)  # fmt: skip
