"""The sample inbox against its specs: every claim that is expected, field by field, and no more than is known.

The specs say what the contract asks for; the marks in them say what the extractor still falls short of. Both are exact: a
claim without a mark must be found in full, a marked one that is found has lost its reason, and the surplus is counted.
After a change of the extractor, `python -m tests.specs.refresh` brings the marks up to date.
"""

from __future__ import annotations

import copy
import functools
from collections import Counter
from typing import Any

import pytest

from pipelines import seeds
from pipelines.contracts.common import CAPACITY_METRICS, COMPARATORS, METRICS
from pipelines.contracts.rows import claim_rows
from pipelines.contracts.validate import validate
from pipelines.extraction.engine import Extractor
from pipelines.extraction.lexicon import Lexicon
from tests.conftest import read_spec
from tests.specs.refresh import refresh
from tests.unit.extraction.brief_specs import KINDS, Outcome, claims, compare, name_key, options
from tests.unit.extraction.sample_briefs import read_samples, sample_readings

SPECS = read_spec("briefs")
REFRESH = "run `python -m tests.specs.refresh` and read what it lists"

COMMON = {"evidence", "period_start", "period_end"}
MEASURED = COMMON | {"company", "subject", "metric", "value_low", "value_high", "comparator", "unit", "per"}
FIELDS = {
    "capacity": MEASURED | {"site", "prior_low", "prior_high", "status"},
    "forecast": MEASURED | {"forecaster", "basis", "direction", "prior_low", "prior_high"},
    "supply": COMMON | {"supplier", "customer", "item", "model", "role", "status", "share_low", "share_high"},
    "observation": MEASURED | {"basis", "direction"},
}
CODES = {
    "comparator": COMPARATORS,
    "basis": ("yoy", "qoq", "mom", "wow"),
    "direction": ("up", "down", "flat"),
    "role": ("primary", "sole", "backup"),
}
STATUSES = {
    "capacity": ("current", "planned", "past"),
    "supply": ("active", "trial", "negotiating", "planned", "ended"),
}
NEVER_NULL = ("metric", "comparator", "status", "supplier")

by_brief = pytest.mark.parametrize("spec", SPECS, ids=[spec["title"] for spec in SPECS])


@functools.cache
def outcome_of(title: str) -> Outcome:
    lexicon = seeds.load_lexicon()
    spec = next(spec for spec in SPECS if spec["title"] == title)
    return compare(spec, _extractor().extract(read_samples()[title]), name_key(lexicon))


@functools.cache
def _extractor() -> Extractor:
    return Extractor(seeds.load_lexicon(), "specs")


@by_brief
def test_no_claim_of_a_brief_is_refused_by_its_model(spec: dict[str, Any]) -> None:
    brief = read_samples()[spec["title"]]
    units = seeds.unit_codes()
    for table, rows in claim_rows(_extractor().extract(brief), brief).items():
        assert validate(table, rows, units).rejected == (), table


@by_brief
def test_claims_of_a_brief(spec: dict[str, Any]) -> None:
    outcome = outcome_of(spec["title"])
    lost, gained = [], []
    for kind in KINDS:
        for claim, reached in zip(spec[kind], outcome.reached[kind], strict=True):
            if claim.get("optional"):
                continue
            if reached and claim.get("known_gap"):
                gained.append((kind, claim["evidence"]))
            elif not reached and not claim.get("known_gap"):
                lost.append((kind, claim["evidence"]))
    assert not lost, f"no longer found in full: {lost}"
    assert not gained, f"marked as a gap, yet found: {gained}; {REFRESH}"


@by_brief
def test_claims_beyond_the_spec(spec: dict[str, Any]) -> None:
    assert outcome_of(spec["title"]).surplus == spec["surplus"], REFRESH


@by_brief
def test_companies_of_a_brief(spec: dict[str, Any]) -> None:
    outcome = outcome_of(spec["title"])
    assert list(outcome.companies_missed) == spec["companies_missed"], REFRESH
    assert list(outcome.companies_extra) == spec["companies_extra"], REFRESH


def test_every_sample_is_read_and_has_its_spec() -> None:
    readings = sample_readings()
    assert [reading.rejected for reading in readings.values() if reading.rejected] == []
    titles = [read.brief.title for reading in readings.values() for read in reading.briefs]
    assert sorted(titles) == sorted(spec["title"] for spec in SPECS)
    assert len(set(titles)) == len(titles) >= 40
    assert {name.rpartition(".")[2] for name in readings} == {"txt", "jsonl"}
    assert all(brief.publisher and brief.published_on for brief in read_samples().values())


def test_samples_hold_every_kind_of_claim() -> None:
    count = Counter(kind for _, kind, claim in claims(SPECS) if not claim.get("optional"))
    assert sum(count.values()) >= 150
    assert all(count[kind] >= 35 for kind in KINDS)


@by_brief
def test_evidence_stands_in_the_body(spec: dict[str, Any]) -> None:
    body = read_samples()[spec["title"]].body
    assert [claim["evidence"] for _, _, claim in claims([spec]) if claim["evidence"] not in body] == []


@by_brief
def test_fields_hold_the_contracts_codes(spec: dict[str, Any]) -> None:
    units = seeds.unit_codes()
    for _, kind, claim in claims([spec]):
        assert claim.keys() - {"or_periods", "optional", "known_gap"} == FIELDS[kind], claim
        codes = {
            "metric": CAPACITY_METRICS if kind == "capacity" else METRICS,
            "status": STATUSES.get(kind, ()),
        }
        for field, allowed in (CODES | codes | {"unit": tuple(units)}).items():
            if field in claim:
                assert set(options(claim[field])) - {None} <= set(allowed), (field, claim)
        assert not any(None in options(claim[field]) for field in NEVER_NULL if field in claim), claim
        if kind == "supply":
            assert {*options(claim["customer"]), *options(claim["item"])} - {None}, claim


@by_brief
def test_bounds_fit_the_comparator(spec: dict[str, Any]) -> None:
    for _, kind, claim in claims([spec]):
        for start, end in [(claim["period_start"], claim["period_end"]), *claim.get("or_periods", [])]:
            assert start is None or end is None or start <= end, claim
        if kind == "supply":
            continue
        low, high = claim["value_low"], claim["value_high"]
        fits = {
            "eq": low is not None and low == high,
            "approx": low is not None and low == high,
            "gt": low is not None and high is None,
            "lt": low is None and high is not None,
            "upto": low is None and high is not None,
            "range": low is not None and high is not None and low < high,
            "vague": (low is None) == (high is None),
        }
        assert fits[claim["comparator"]], claim


def test_two_names_are_one_company_where_the_lexicon_says_so(lexicon: Lexicon) -> None:
    key = name_key(lexicon)
    assert key("TSMC") == key("台積電") == key("台積电")
    assert key("聯電") != key("台積電")


def test_refresh_takes_marks_off_and_sets_them_only_on_demand(lexicon: Lexicon) -> None:
    spec = next(
        spec
        for spec in SPECS
        if {bool(c.get("known_gap")) for _, _, c in claims([spec]) if not c.get("optional")} == {True, False}
    )
    swapped = copy.deepcopy(spec)
    for _, _, claim in claims([swapped]):
        if not claim.pop("known_gap", False) and not claim.get("optional"):
            claim["known_gap"] = True
    swapped["surplus"] = spec["surplus"] + 1
    key = name_key(lexicon)
    losses = refresh(swapped, _extractor(), key, accept=False)
    gaps = [claim["evidence"] for _, _, claim in claims([spec]) if claim.get("known_gap")]
    assert [loss.partition(": ")[2] for loss in losses] == gaps
    assert not any(claim.get("known_gap") for _, _, claim in claims([swapped]))
    assert swapped["surplus"] == spec["surplus"]
    assert refresh(swapped, _extractor(), key, accept=True) == losses
    assert swapped == spec
    assert refresh(swapped, _extractor(), key, accept=False) == []
