"""A sample brief's claims beside those that its spec expects: pure, so that the test and the refresh agree.

A spec holds what a careful reader of the contract finds in one brief, whatever the extractor can do today. A field of an
expected claim may be a list: any of its entries is right, null included. `or_periods` lists further periods (start,
end) that the brief's words allow; `optional` marks a claim that may be found or not. What the extractor falls short
of is marked: `known_gap` on a claim that it does not find in full, `surplus` (how many claims it finds beyond the
spec), `companies_missed` and `companies_extra`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipelines.extraction.lexicon import Lexicon, normalize
from pipelines.extraction.model import Company, Extraction, QuantityClaim, SupplyClaim

KINDS = ("capacity", "forecast", "supply", "observation")
#: Fields by how they are compared; all others are codes.
PARTIES = frozenset({"company", "supplier", "customer", "forecaster"})
PHRASES = frozenset({"subject", "item", "model", "site"})
NUMBERS = frozenset({"value_low", "value_high", "prior_low", "prior_high", "share_low", "share_high"})
PERIOD = frozenset({"period_start", "period_end", "or_periods"})
MARKS = frozenset({"evidence", "optional", "known_gap"})

Row = Mapping[str, Any]
#: The identity of a name: a curated company's id, else the name itself in one form.
NameKey = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How far an extraction agrees with a spec: by kind, whether each expected claim was found in full."""

    reached: Mapping[str, tuple[bool, ...]]
    surplus: int
    companies_missed: tuple[str, ...]
    companies_extra: tuple[str, ...]


def name_key(lexicon: Lexicon) -> NameKey:
    """How names are told apart: those that the lexicon knows by their company."""
    ids = {alias.form: alias.company_id for alias in lexicon.aliases}

    def key(name: str) -> str:
        form = normalize(name).replace(" ", "").casefold()
        return ids.get(normalize(name)) or ids.get(normalize(name).replace(" ", "")) or form

    return key


def compare(spec: Mapping[str, Any], extraction: Extraction, key: NameKey) -> Outcome:
    """The spec's claims paired one to one with found ones that agree in every field; unmarked ones choose first."""
    rows = [(kind_of(claim), row_of(claim)) for claim in extraction.claims]
    reached: dict[str, tuple[bool, ...]] = {}
    surplus = 0
    for kind in KINDS:
        found = [row for k, row in rows if k == kind]
        paired = pair(spec[kind], found, key)
        reached[kind] = tuple(n in paired for n in range(len(spec[kind])))
        surplus += len(found) - len(paired)
    named = {
        key(m.company.name): m.company.name for m in extraction.companies if m.company.status != "anonymous"
    }
    expected = {key(name): name for name in spec["companies"]}
    allowed = {key(name) for name in spec.get("companies_optional", ())}
    return Outcome(
        reached,
        surplus,
        tuple(name for k, name in expected.items() if k not in named),
        tuple(sorted(name for k, name in named.items() if k not in expected and k not in allowed)),
    )


def agrees(expected: Row, found: Row, key: NameKey) -> bool:
    """Whether a found claim has every field as expected, of those that the expected claim names."""
    if not period_agrees(expected, found):
        return False
    return all(
        right(field, value, found[field], key)
        for field, value in expected.items()
        if field not in PERIOD and field not in MARKS
    )


def period_agrees(expected: Row, found: Row) -> bool:
    """Whether the found period is one of those expected, where the expected claim names any."""
    if "period_end" not in expected:
        return True
    periods = [[expected["period_start"], expected["period_end"]], *expected.get("or_periods", [])]
    return [found["period_start"], found["period_end"]] in periods


def options(value: Any) -> list[Any]:
    """The values of which any is right."""
    return value if isinstance(value, list) else [value]


def right(field: str, expected: Any, found: Any, key: NameKey) -> bool:
    """Whether one found value is among those expected."""
    if found is None:
        return None in options(expected)
    wanted = [value for value in options(expected) if value is not None]
    if field in PARTIES:
        return key(found) in {key(value) for value in wanted}
    if field in PHRASES:
        return any(_same_phrase(value, found) for value in wanted)
    if field in NUMBERS:
        return any(math.isclose(value, found, rel_tol=1e-4) for value in wanted)
    return found in wanted


def _same_phrase(a: str, b: str) -> bool:
    """Equal, or the one holds the other and is at most twice as long."""
    a, b = (normalize(text).replace(" ", "").casefold() for text in (a, b))
    shorter, longer = sorted((a, b), key=len)
    return shorter in longer and len(longer) <= 2 * len(shorter)


def pair(expected: Sequence[Row], found: Sequence[Row], key: NameKey) -> set[int]:
    """Which expected claims get a found claim of their own."""
    return set(pairs(expected, found, key).values())


def pairs(expected: Sequence[Row], found: Sequence[Row], key: NameKey) -> dict[int, int]:
    """The expected claim of each found one that is right, as many as can be; who is first in line keeps one."""
    fits = [[n for n, row in enumerate(found) if agrees(claim, row, key)] for claim in expected]
    taken: dict[int, int] = {}

    def place(claim: int, seen: set[int]) -> bool:
        for n in fits[claim]:
            if n not in seen:
                seen.add(n)
                if n not in taken or place(taken[n], seen):
                    taken[n] = claim
                    return True
        return False

    line = sorted(
        range(len(expected)),
        key=lambda n: (bool(expected[n].get("optional")), bool(expected[n].get("known_gap"))),
    )
    for claim in line:
        place(claim, set())
    return taken


def kind_of(claim: QuantityClaim | SupplyClaim) -> str:
    """The kind of claim by the contract's name."""
    return "supply" if isinstance(claim, SupplyClaim) else claim.kind


def row_of(claim: QuantityClaim | SupplyClaim) -> dict[str, Any]:
    """The claim's fields by the contract's names, numbers as they are stored, days as text."""
    row: dict[str, Any] = {
        "period_start": claim.period.start and claim.period.start.isoformat(),
        "period_end": claim.period.end and claim.period.end.isoformat(),
        "status": claim.status,
    }
    if isinstance(claim, SupplyClaim):
        return row | {
            "supplier": _name(claim.supplier),
            "customer": _name(claim.customer),
            "item": claim.item,
            "model": claim.model,
            "role": claim.role,
            **_floats(share_low=claim.share_low, share_high=claim.share_high),
        }
    amount = claim.amount
    return row | {
        "company": _name(claim.company),
        "subject": claim.subject,
        "site": claim.site,
        "metric": claim.metric,
        "comparator": amount.comparator,
        "unit": amount.unit,
        "per": amount.per,
        "basis": claim.basis,
        "direction": claim.direction,
        "forecaster": claim.forecaster,
        **_floats(
            value_low=amount.low,
            value_high=amount.high,
            prior_low=claim.prior_low,
            prior_high=claim.prior_high,
        ),
    }


def _name(company: Company | None) -> str | None:
    return company.name if company else None


def _floats(**values: Any) -> dict[str, float | None]:
    return {name: None if value is None else float(value) for name, value in values.items()}


def claims(specs: Iterable[Mapping[str, Any]]) -> Iterable[tuple[Mapping[str, Any], str, dict[str, Any]]]:
    """Every expected claim with its brief's spec and its kind."""
    for spec in specs:
        for kind in KINDS:
            for claim in spec[kind]:
                yield spec, kind, claim
