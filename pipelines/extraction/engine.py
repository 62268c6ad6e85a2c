"""The engine: a brief in, its claims and company mentions out. One pure pass through the parts in their order."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from pipelines.extraction.claims.changes import settled_basis
from pipelines.extraction.claims.confidence import rated
from pipelines.extraction.claims.conflicts import ConflictReader
from pipelines.extraction.claims.flags import Claim, FlagReader
from pipelines.extraction.claims.frame import CAPACITY_METRICS, Frame
from pipelines.extraction.claims.measures import MeasureReader
from pipelines.extraction.claims.near import Leftover, NearReader
from pipelines.extraction.claims.places import Places
from pipelines.extraction.claims.rows import with_shared_units
from pipelines.extraction.claims.rules import apply_rules
from pipelines.extraction.claims.scope import ScopeReader
from pipelines.extraction.claims.supply import SupplyReader
from pipelines.extraction.claims.who import forecasts
from pipelines.extraction.document import Document, build_document
from pipelines.extraction.lexicon import Lexicon, normalize
from pipelines.extraction.model import (
    Amount,
    Company,
    CompanyMentions,
    Evidence,
    Extraction,
    QuantityClaim,
    QuantityKind,
    Spans,
    SupplyClaim,
)
from pipelines.extraction.parties import Mention, PartyReader
from pipelines.extraction.periods import PeriodReader
from pipelines.extraction.quantities import QuantityReader
from pipelines.text.brief import Brief
from pipelines.text.sentences import split_sentences

#: The output of a market is no one's capacity (contract section 5).
_OF_MARKET = re.compile(r"^(?:全球|全国|世界|中国|美国|台湾|欧洲|日本|韩国|行业|产业)")


@dataclass(frozen=True, slots=True)
class Reading:
    """A brief on its way to claims: what is recognised in it, the frames of its quantities as their own words make them
    (`measured`), and as the rules leave them (`frames`). In `told` words that refer back (該公司) are mentions as well;
    `named` are the companies of the title."""

    document: Document
    told: Document
    mentions: tuple[Mention, ...]
    currency: str | None
    named: tuple[Company, ...]
    measured: tuple[Frame, ...]
    frames: tuple[Frame, ...]


class Extractor:
    """Reads briefs with one lexicon. Holds no state between briefs; safe to share and to send to worker processes."""

    def __init__(self, lexicon: Lexicon, version: str) -> None:
        self.version = version
        self._lexicon = lexicon
        self._quantities = QuantityReader(lexicon)
        self._parties = PartyReader(lexicon)
        self._measures = MeasureReader(lexicon)
        self._scopes = ScopeReader(lexicon)
        self._supply = SupplyReader(lexicon)
        self._flags = FlagReader(lexicon)
        self._conflicts = ConflictReader(lexicon)
        self._near = NearReader(lexicon)

    def extract(self, brief: Brief) -> Extraction:
        """All claims and company mentions of a brief, with offsets into its body."""
        reading = self.read(brief)
        document, title = reading.document, normalize(brief.title)
        places = Places(document.body, document.text, reading.mentions)
        claims: list[Claim] = [
            self._claim(places, frame, reading.currency, brief.published_on) for frame in reading.frames
        ]
        topic = reading.named[0] if reading.named else self._supply.owner_of(title)
        claims.extend(_restored(places, claim) for claim in self._supply.read(document, topic))
        claims = self._flags.flagged(document, [rated(claim) for claim in _distinct(claims)])
        claims = self._conflicts.flagged(document, claims)
        return Extraction(brief.brief_id, self.version, tuple(claims), _mentioned(reading.mentions))

    def read(self, brief: Brief) -> Reading:
        """What is recognised in a brief, and what the rules make of its quantities."""
        body = brief.body
        text = normalize(body)
        country = self.country(brief.publisher, text)
        currency = self._lexicon.currencies.get(country) if country else None
        mentions = self._parties.read(body, text, brief.brief_id)
        periods = PeriodReader(text, brief.published_on, country != "CN").read()
        names = [m.span for m in mentions]
        periods = tuple(p for p in periods if not any(p.span.overlaps(n) for n in names))
        taken = sorted([*names, *(p.span for p in periods)])
        quantities = with_shared_units(text, self._quantities.read(text, currency, taken))
        sentences = split_sentences(body)
        document = build_document(body, text, sentences, quantities, periods, mentions)
        references = self._references(text, mentions)
        told = (
            build_document(
                body, text, sentences, quantities, periods,
                sorted([*mentions, *references], key=lambda m: m.span),
            )
            if references
            else document
        )  # fmt: skip
        named = self._title_companies(brief.title, mentions)
        measured = self._measures.read(told)
        scoped, resolved = self._scopes.apply(told, measured, brief.published_on, named)
        frames = apply_rules(told.sentences, scoped, resolved)
        return Reading(document, told, mentions, currency, tuple(named), tuple(measured), tuple(frames))

    def leftovers(self, brief: Brief) -> tuple[Leftover, ...]:
        """The measured quantities of a brief that no rule placed, with what came near each."""
        reading = self.read(brief)
        measured = {frame.quantity.span.start: frame for frame in reading.measured}
        frames = {frame.quantity.span.start: frame for frame in reading.frames}
        return self._near.leftovers(reading.told, measured, frames)

    def _references(self, text: str, mentions: Sequence[Mention]) -> list[Mention]:
        """The words that refer back to mentions (該公司, 兩家企業), so that a number finds its company.

        A bare 其 is left to the clause that it opens.
        """
        return [r.as_mention() for r in self._parties.references(text, mentions) if len(r.span) > 1]

    def country(self, publisher: str | None, text: str) -> str | None:
        """The country whose usage a brief follows: its publisher's, else the one whose words it uses; None if neither."""
        if publisher:
            name = normalize(publisher)
            for form in (name, name.split("(")[0].strip()):
                if form in self._lexicon.publishers:
                    return self._lexicon.publishers[form]
        votes = Counter(country for form, country in self._lexicon.region_words.items() if form in text)
        ranked = votes.most_common(2)
        if not ranked or (len(ranked) > 1 and ranked[0][1] == ranked[1][1]):
            return None
        return ranked[0][0]

    def _title_companies(self, title: str, mentions: Iterable[Mention]) -> list[Company]:
        """The companies that the title names, in its order: those of the body, or all where the body names none but
        banks and research houses."""
        found = self._parties.read(title, normalize(title), "")
        known = {m.company.company_id: m.company for m in found if m.company.status != "anonymous"}
        named = {m.company.company_id for m in mentions}
        subjects = {
            m.company.company_id for m in mentions if not forecasts(self._lexicon.companies, m.company)
        }
        return [company for company_id, company in known.items() if company_id in named or not subjects]

    def _claim(
        self, places: Places, frame: Frame, currency: str | None, published_on: date | None
    ) -> QuantityClaim:
        q = frame.quantity
        kind, metric, status = self._kind(frame, published_on)
        unit = frame.unit
        if unit is None and q.kind == "money":
            unit = currency
        evidence = Evidence(
            q.span, frame.sentence.span, frame.rule, round(max(0.05, min(frame.confidence, 0.99)), 2),
            (*frame.flags, *(("implausible",) if q.implausible else ())),
        )  # fmt: skip
        per = frame.per
        if kind == "capacity" and metric == "capacity" and per is None and _is_whole_year(frame):
            per = "year"
        at, sentence = q.span, frame.sentence.span
        subject, subject_at = places.written(frame.subject, sentence, at)
        unit_at = places.behind(q.unit_raw, sentence, at)
        return QuantityClaim(
            kind=kind,
            evidence=evidence,
            metric=metric,
            amount=Amount(
                frame.low,
                frame.high,
                q.comparator,
                unit,
                unit_at.of(places.body) if unit_at is not None else q.unit_raw,
                per,
            ),
            company=frame.company,
            subject=subject,
            period=frame.period,
            basis=settled_basis(frame.basis, frame.period.start, frame.period.end)
            if frame.direction
            else None,
            direction=frame.direction,
            prior_low=frame.prior_low,
            prior_high=frame.prior_high,
            status=status,
            site=places.written(frame.site, sentence, at)[0],
            forecaster=frame.forecaster if kind == "forecast" else None,
            spans=Spans(unit_at, places.company(frame.company, sentence, at), subject_at),
        )

    def _kind(self, frame: Frame, published_on: date | None) -> tuple[QuantityKind, str, str | None]:
        """Capacity, forecast or observation, as contract section 2 parts them."""
        metric = frame.metric
        if frame.direction is not None and metric in CAPACITY_METRICS:
            metric = "growth"
        if metric == "output" and frame.company is None and _OF_MARKET.search(frame.subject or ""):
            return ("forecast" if frame.is_future else "observation"), "production_volume", None
        if metric in CAPACITY_METRICS:
            return "capacity", metric, frame.status or _status(frame, published_on)
        if metric == "production_volume" and frame.is_future and frame.company is not None:
            own = frame.forecaster is None or frame.forecaster == frame.company.name
            return ("capacity", "output", "planned") if own else ("forecast", metric, None)
        if frame.is_future:
            return "forecast", metric, None
        return "observation", metric, None


def _restored(places: Places, claim: SupplyClaim) -> SupplyClaim:
    """A supply claim with item and model in the brief's own script."""
    sentence, at = claim.evidence.sentence, claim.evidence.span
    item, item_at = places.written(claim.item, sentence, at)
    model, _ = places.written(claim.model, sentence, at)
    return replace(claim, item=item, model=model, spans=replace(claim.spans, item=item_at))


def _status(frame: Frame, published_on: date | None) -> str:
    """Whether a capacity is planned, past or current, by its stance and the end of its period."""
    if frame.is_future:
        return "planned"
    end = frame.period.end
    ended = end is not None and published_on is not None and end < published_on
    return "past" if ended else "current"


def _is_whole_year(frame: Frame) -> bool:
    """Whether the period is one named year: its capacity is per year (contract section 4)."""
    start, end = frame.period.start, frame.period.end
    return bool(
        start
        and end
        and (start.month, start.day) == (1, 1)
        and (end.month, end.day) == (12, 31)
        and start.year == end.year
    )


def _distinct(claims: list[Claim]) -> list[Claim]:
    """One claim for each statement: of those that agree in everything but their place, the surest, then the first."""
    best: dict[tuple[object, ...], Claim] = {}
    for claim in claims:
        key = _statement(claim)
        if key not in best or claim.evidence.confidence > best[key].evidence.confidence:
            best[key] = claim
    return sorted(best.values(), key=lambda c: (c.evidence.span, isinstance(c, SupplyClaim)))


def _statement(claim: Claim) -> tuple[object, ...]:
    if isinstance(claim, SupplyClaim):
        customer = claim.customer.company_id if claim.customer else None
        return ("supply", claim.supplier.company_id, customer, claim.item)
    company = claim.company.company_id if claim.company else None
    amount = claim.amount
    return (
        claim.kind, company, claim.subject, claim.site, claim.metric, amount.low, amount.high, amount.unit, amount.per,
        claim.direction, claim.period,
    )  # fmt: skip


def _mentioned(mentions: Iterable[Mention]) -> tuple[CompanyMentions, ...]:
    """The companies of a brief, each with its count and first place."""
    found: dict[str, CompanyMentions] = {}
    for mention in mentions:
        known = found.get(mention.company.company_id)
        if known is None:
            found[mention.company.company_id] = CompanyMentions(mention.company, 1, mention.span)
        else:
            found[mention.company.company_id] = replace(known, mentions=known.mentions + 1)
    return tuple(found.values())


__all__ = ["Decimal", "Extractor", "date"]
