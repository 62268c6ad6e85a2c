"""A few sentences beside the quantity claims that a careful reader takes from them: pure, so that test and refresh agree.

A case of tests/specs/claims/*.jsonl holds a short `text` with `published`, `publisher` and perhaps a `title`; `claims`,
each with its kind and the fields that the case is about (a list allows any of its entries, null included, and
`or_periods` further periods); `never`, claims that the text does not make; `only`, where nothing else may be read as a
quantity; and `why`, the rule of the language. `known_gap` marks a case that the extractor does not read right today.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from pipelines.extraction.model import Extraction
from pipelines.text.brief import Brief
from tests.conftest import SPECS, read_spec
from tests.unit.extraction.brief_specs import (
    NUMBERS,
    PERIOD,
    NameKey,
    Row,
    agrees,
    kind_of,
    pair,
    period_agrees,
    right,
    row_of,
)  # fmt: skip

FOLDER = SPECS / "claims"
QUANTITY_KINDS = ("capacity", "forecast", "observation")
CASE_FIELDS = frozenset(
    {"why", "published", "publisher", "title", "text", "claims", "never", "only", "known_gap"}
)
CLAIM_FIELDS = frozenset(
    {
        "kind", "company", "subject", "site", "metric", "value_low", "value_high", "comparator", "unit", "per", "basis",
        "direction", "prior_low", "prior_high", "status", "forecaster", "period_start", "period_end", "or_periods", "optional",
    }
)  # fmt: skip


def files() -> list[Path]:
    """The spec files in the order of their names."""
    return sorted(FOLDER.glob("*.jsonl"))


def cases(file: Path) -> list[dict[str, Any]]:
    """The cases of one spec file."""
    return read_spec(f"claims/{file.stem}")


def brief_of(case: Mapping[str, Any]) -> Brief:
    """The case as a brief that the extractor can read."""
    return Brief(
        case.get("title", ""), case["text"], case["publisher"], date.fromisoformat(case["published"])
    )


def shortfalls(case: Mapping[str, Any], extraction: Extraction, key: NameKey) -> list[str]:
    """What is not as the case says, a line each; empty where the case holds."""
    found = [{"kind": kind_of(claim), **row_of(claim)} for claim in extraction.claims]
    found = [row for row in found if row["kind"] in QUANTITY_KINDS]
    expected = case["claims"]
    paired = pair(expected, found, key)
    missed = [c for n, c in enumerate(expected) if n not in paired and not c.get("optional")]
    lines = [_missed(claim, found, key) for claim in missed]
    for claim in case.get("never", ()):
        lines.extend(f"never {short(claim)}: found {short(row)}" for row in found if agrees(claim, row, key))
    if case.get("only") and not missed:
        over = [row for row in found if not any(agrees(claim, row, key) for claim in expected)]
        lines.extend(f"nothing else: found {short(row)}" for row in over)
        if not over and len(found) > len(paired):
            lines.append(f"nothing twice: found {len(found)} for {len(paired)}")
    return lines


def differing(expected: Row, found: Row, key: NameKey) -> tuple[str, ...]:
    """The fields in which a found claim is not as expected."""
    fields = [
        field
        for field, value in expected.items()
        if field not in PERIOD and field != "optional" and not right(field, value, found[field], key)
    ]
    return tuple(fields if period_agrees(expected, found) else [*fields, "period"])


def nearest(expected: Row, found: Sequence[Row], key: NameKey) -> tuple[Row, tuple[str, ...]] | None:
    """The found claim of the same value that differs least, with the fields in which it does."""
    values = [field for field in expected if field in ("value_low", "value_high")]
    near = [
        (row, differing(expected, row, key))
        for row in found
        if all(right(field, expected[field], row[field], key) for field in values)
    ]
    return min(near, key=lambda pair: len(pair[1]), default=None)


def short(row: Row) -> str:
    """A claim in one line: what is known, without the names of the commonest fields."""
    head = [str(row[field]) for field in ("kind", "metric") if row.get(field) is not None]
    rest = [
        f"{field}={row[field]:g}"
        if field in NUMBERS and not isinstance(row[field], list)
        else f"{field}={row[field]}"
        for field in row
        if field not in ("kind", "metric") and row[field] is not None
    ]
    return " ".join([*head, *rest])


def _missed(claim: Row, found: Sequence[Row], key: NameKey) -> str:
    near = nearest(claim, found, key)
    if near is None:
        return f"missed {short(claim)}: no claim of this value"
    row, fields = near
    shown = ["period_start", "period_end"] if "period" in fields else []
    wrong = " ".join(f"{field}={row[field]}" for field in [*(f for f in fields if f != "period"), *shown])
    return f"missed {short(claim)}: found {wrong or 'it for another claim'}"
