"""What extraction yields: claims and company mentions, as the warehouse contract defines them.

Values are exact (`Decimal`) until they are stored. A field that the brief does not state is None.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from pipelines.text.span import Span

QuantityKind = Literal["capacity", "forecast", "observation"]
Comparator = Literal["eq", "approx", "gt", "lt", "upto", "range", "vague"]
CompanyStatus = Literal["curated", "candidate", "anonymous"]


@dataclass(frozen=True, slots=True)
class Company:
    """A party as a claim names it.

    `company_id` is the reference data's id for a curated company and a hash of the name (and, for an
    anonymous party, of the brief) otherwise; `name` is the dimension's name where there is one.
    """

    company_id: str
    name: str
    status: CompanyStatus


@dataclass(frozen=True, slots=True)
class CompanyMentions:
    """A company that the brief names: how often, and where first."""

    company: Company
    mentions: int
    first: Span


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a claim stands: the value's span (for supply, the supplier's) and its sentence, in the body."""

    span: Span
    sentence: Span
    rule: str
    confidence: float
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Amount:
    """A measured value with its closed bounds; None is open. `unit` and `per` are contract codes."""

    low: Decimal | None
    high: Decimal | None
    comparator: Comparator
    unit: str | None
    unit_raw: str | None = None
    per: str | None = None


@dataclass(frozen=True, slots=True)
class PeriodBounds:
    """Inclusive days; None is open or unknown. `span` is where the body says so, which makes no period another one."""

    start: date | None = None
    end: date | None = None
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Spans:
    """Where the body says unit, company and subject of a claim; None for what it says in no one stretch.

    The company's span is that of a name or a word for it (美系客戶); it may stand in an earlier sentence.
    """

    unit: Span | None = None
    company: Span | None = None
    subject: Span | None = None


@dataclass(frozen=True, slots=True)
class SupplySpans:
    """The same of a supply claim's customer and item; its supplier is the evidence's own span."""

    customer: Span | None = None
    item: Span | None = None


@dataclass(frozen=True, slots=True)
class QuantityClaim:
    """One measured quantity: a capacity, forecast or observation claim of the contract."""

    kind: QuantityKind
    evidence: Evidence
    metric: str
    amount: Amount
    company: Company | None = None
    subject: str | None = None
    period: PeriodBounds = field(default_factory=PeriodBounds)
    basis: str | None = None
    direction: str | None = None
    prior_low: Decimal | None = None
    prior_high: Decimal | None = None
    status: str | None = None  # capacity: current, planned, past
    site: str | None = None  # capacity
    forecaster: str | None = None  # forecast
    spans: Spans = field(default_factory=Spans)


@dataclass(frozen=True, slots=True)
class SupplyClaim:
    """One supplier delivers (or may, did, negotiates to deliver) one item to one customer."""

    evidence: Evidence
    supplier: Company
    customer: Company | None
    item: str | None
    status: str
    model: str | None = None
    role: str | None = None
    share_low: Decimal | None = None
    share_high: Decimal | None = None
    period: PeriodBounds = field(default_factory=PeriodBounds)
    spans: SupplySpans = field(default_factory=SupplySpans)


@dataclass(frozen=True, slots=True)
class Extraction:
    """Everything that one version of the extractor reads out of one brief; nothing, where `failure` tells why."""

    brief_id: str
    extractor_version: str
    claims: tuple[QuantityClaim | SupplyClaim, ...]
    companies: tuple[CompanyMentions, ...]
    failure: str | None = None
