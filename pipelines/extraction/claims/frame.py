"""The frame: one quantity on its way to a claim, with everything that the rules have found out about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from pipelines.extraction.document import Sentence
from pipelines.extraction.model import Company, PeriodBounds
from pipelines.extraction.quantities import Quantity
from pipelines.text.span import Span

CAPACITY_METRICS = frozenset({"capacity", "output", "capacity_addition", "utilization"})
#: Counted things that a clause without a trigger word may go on counting.
CARRIED_COUNTS = CAPACITY_METRICS | {
    "shipments", "sales_volume", "production_volume", "supply", "demand", "orders", "inventory", "exports", "imports", "installed",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Frame:
    """A quantity with its metric, subject, company, period and stance. The claim is made of it at the end.

    `subject` is the phrase that the claim will carry; `changed` is what a later change of this level would be of
    (絲槓月產能, where the subject is 絲槓). `trigger` is the span of the word that gave the metric. `is_period_carried`: the period
    is that of an earlier sentence. `is_future` decides between forecast and observation.
    """

    quantity: Quantity
    sentence: Sentence
    rule: str
    metric: str
    subject: str | None = None
    trigger: Span | None = None
    per: str | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    unit: str | None = None
    direction: str | None = None
    basis: str | None = None
    company: Company | None = None
    period: PeriodBounds = field(default_factory=PeriodBounds)
    is_period_carried: bool = False
    is_future: bool = False
    status: str | None = None
    site: str | None = None
    forecaster: str | None = None
    prior_low: Decimal | None = None
    prior_high: Decimal | None = None
    changed: str | None = None
    confidence: float = 0.5
    flags: tuple[str, ...] = ()

    @property
    def clause(self) -> Span:
        """The clause that the quantity stands in."""
        return self.sentence.clause_at(self.quantity.span.start)
