"""Corrections by analysts: what a line of seeds/corrections asks for, and what it makes of the rows of a brief.

Pure: cells in, rows out. A correction says what it expects to find; where that does not hold it changes nothing and
says so. Its author and reason stand on every row that it made different.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from pipelines.contracts.rows import (
    QUANTITY_PARTS,
    SPAN_COLUMNS,
    SUPPLY_PARTS,
    Row,
    claim_id,
    mention_id,
    span_columns,
    value_per_year,
)
from pipelines.contracts.validate import MODELS
from pipelines.text.brief import Brief, content_key
from pipelines.text.sentences import split_sentences

Rows = dict[str, list[Row]]
#: Why a row may not be stored; None where it may.
Judge = Callable[[str, Row], str | None]

KINDS = ("capacity", "forecast", "supply", "observation")
_FIXED = frozenset(
    {"claim_id", "brief_key", "sentence", "sentence_start", "span_start", "span_end", "span_text", "confidence", "rule",
     "extractor_version", "flags", "body_length", "corrected_by", "correction_reason", "value_per_year", *SPAN_COLUMNS}
)  # fmt: skip
_SIGNED = ("reason", "author", "decided_on")
_PLACED = ("kind", "brief_id", "span_start", "span_end")
_COMPANY_COLUMNS = ("company_id", "supplier_id", "customer_id")


class CorrectionError(Exception):
    """A line of seeds/corrections cannot be understood; the message names file, line and cure."""


@dataclass(frozen=True, slots=True)
class Correction:
    """One line. For a claim: `brief_id`, `kind` and `span` say which; for a company: `company_id`.

    `column` must hold `expected` before, and holds `value` after; `cells` are those of an added claim.
    """

    origin: str
    line: int
    action: str
    reason: str
    author: str
    decided_on: date
    content: str
    brief_id: str | None = None
    kind: str | None = None
    span: tuple[int, int] = (0, 0)
    column: str | None = None
    expected: object = None
    value: object = None
    company_id: str | None = None
    cells: tuple[tuple[str, object], ...] = ()

    @property
    def correction_id(self) -> str:
        """The hash of all that the line says."""
        return content_key(self.origin, self.content)

    @property
    def place(self) -> str:
        """File and line, as people look it up."""
        return f"{self.origin} line {self.line}"


@dataclass(frozen=True, slots=True)
class Corrected:
    """A brief's rows after its corrections: which of them had an effect, and what kept the others from it."""

    rows: Rows
    used: frozenset[str]
    failed: Mapping[str, str]


def _editable(table: str) -> dict[str, type[pl.DataType]]:
    return {n: c.dtype.type for n, c in MODELS[table].columns.items() if n not in _FIXED}


_ADDED = tuple(dict.fromkeys(name for kind in KINDS for name in _editable(f"fact_{kind}")))
#: The files of seeds/corrections and their columns.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "claims.csv": ("action", *_PLACED, "column", "expected", "value", *_SIGNED),
    "added_claims.csv": (*_PLACED, "span_text", *_ADDED, *_SIGNED),
    "companies.csv": ("action", "company_id", "expected", "value", *_SIGNED),
}


def read_corrections(
    origin: str, header: Sequence[str], lines: Sequence[tuple[int, Sequence[str]]]
) -> list[Correction]:
    """The corrections of one file, its lines with their numbers. Raises `CorrectionError`."""
    expected = COLUMNS.get(origin)
    if expected is None:
        raise CorrectionError(
            f"corrections/{origin}: is no file of corrections; the names are {', '.join(COLUMNS)}"
        )
    if tuple(header) != expected:
        raise CorrectionError(f"corrections/{origin} line 1: the columns must be {','.join(expected)}")
    found = []
    for line, cells in lines:
        if len(cells) != len(expected):
            raise _wrong(origin, line, f"has {len(cells)} cells and needs {len(expected)}; count the commas")
        found.append(_correction(origin, line, dict(zip(expected, (c.strip() for c in cells), strict=True))))
    seen: dict[str, int] = {}
    for correction in found:
        if correction.correction_id in seen:
            first = seen[correction.correction_id]
            raise _wrong(origin, correction.line, f"says the same as line {first}; take one of them out")
        seen[correction.correction_id] = correction.line
    return found


def _wrong(origin: str, line: int, problem: str) -> CorrectionError:
    return CorrectionError(f"corrections/{origin} line {line}: {problem}")


def _correction(origin: str, line: int, cells: dict[str, str]) -> Correction:
    for column in _SIGNED:
        if not cells[column]:
            raise _wrong(origin, line, f"{column} is empty; every correction says why, by whom and when")
    try:
        day = date.fromisoformat(cells["decided_on"])
    except ValueError:
        raise _wrong(origin, line, f"decided_on is '{cells['decided_on']}'; write 2026-11-25") from None
    content = json.dumps(cells, ensure_ascii=False, sort_keys=True)
    signed = (cells["reason"], cells["author"], day, content)
    if origin == "companies.csv":
        action = _one_of(origin, line, "action", cells["action"], ("merge", "rename", "promote", "reject"))
        for column in ("company_id", "expected"):
            if not cells[column]:
                raise _wrong(
                    origin, line, f"{column} is empty; give the company's id and the name it has now"
                )
        if (action == "reject") == bool(cells["value"]):
            cure = (
                "leave it empty"
                if action == "reject"
                else "give the name, for merge the id of the other company"
            )
            raise _wrong(origin, line, f"value of {action}: {cure}")
        if action == "merge" and cells["value"] == cells["company_id"]:
            raise _wrong(origin, line, "merges a company with itself; value is the id of the other one")
        return Correction(
            origin, line, action, *signed, company_id=cells["company_id"], expected=cells["expected"], value=cells["value"] or None
        )  # fmt: skip
    kind = _one_of(origin, line, "kind", cells["kind"], KINDS)
    if len(cells["brief_id"]) != 32:
        raise _wrong(origin, line, "brief_id is not the 32 digits of a brief; `briefs show` tells it")
    try:
        span = (int(cells["span_start"]), int(cells["span_end"]))
    except ValueError:
        raise _wrong(origin, line, "span_start and span_end are the claim's own, whole numbers") from None
    if not 0 <= span[0] < span[1]:
        raise _wrong(origin, line, f"the span {span[0]}..{span[1]} holds nothing; take the claim's own")
    types = _editable(f"fact_{kind}")
    if origin == "added_claims.csv":
        for column in _ADDED:
            if cells[column] and column not in types:
                raise _wrong(origin, line, f"a {kind} claim has no {column}; leave it empty")
        values = tuple((c, _typed(origin, line, c, types[c], cells[c])) for c in types)
        return Correction(
            origin, line, "add", *signed, brief_id=cells["brief_id"], kind=kind, span=span, expected=cells["span_text"], cells=values
        )  # fmt: skip
    action = _one_of(origin, line, "action", cells["action"], ("drop", "change"))
    column = cells["column"]
    if column not in types:
        raise _wrong(origin, line, f"column '{column}' is none of a {kind} claim: {', '.join(types)}")
    if action == "drop" and cells["value"]:
        raise _wrong(origin, line, "a drop leaves nothing; leave value empty")
    before, after = (_typed(origin, line, column, types[column], cells[c]) for c in ("expected", "value"))
    if action == "change" and before == after:
        raise _wrong(origin, line, f"changes {column} to what it is; give another value or take the line out")
    return Correction(
        origin, line, action, *signed, brief_id=cells["brief_id"], kind=kind, span=span, column=column, expected=before, value=after
    )  # fmt: skip


def _one_of(origin: str, line: int, column: str, value: str, among: tuple[str, ...]) -> str:
    if value not in among:
        raise _wrong(origin, line, f"{column} is '{value}'; it is one of {', '.join(among)}")
    return value


def _typed(origin: str, line: int, column: str, kind: type[pl.DataType], cell: str) -> object:
    """A cell as the column's value; an empty one is null."""
    if not cell:
        return None
    try:
        if kind is pl.Float64:
            return float(cell)
        if kind is pl.Date:
            return date.fromisoformat(cell)
    except ValueError:
        example = "2026-11-25" if kind is pl.Date else "130000"
        raise _wrong(origin, line, f"{column}: '{cell}' is not like {example}") from None
    return cell


def correct(
    rows: Rows,
    brief: Brief,
    claims: Sequence[Correction],
    companies: Mapping[str, Correction],
    judge: Judge,
    version: str,
) -> Corrected:
    """The rows of one brief after corrections: first merged and rejected companies by their id, then its claims."""
    used: set[str] = set()
    failed: dict[str, str] = {}
    rows = _without_companies(rows, companies, used) if companies else rows
    for correction in claims:
        try:
            if correction.action == "add":
                _add(rows, brief, correction, judge, version)
            else:
                _change(rows, correction, judge)
            used.add(correction.correction_id)
        except UnfulfilledError as problem:
            failed[correction.correction_id] = str(problem)
    return Corrected(rows, frozenset(used), failed)


class UnfulfilledError(Exception):
    """What a correction expects does not hold."""


def _change(rows: Rows, correction: Correction, judge: Judge) -> None:
    table, column = f"fact_{correction.kind}", str(correction.column)
    there = [r for r in rows[table] if (r["span_start"], r["span_end"]) == correction.span]
    met = [r for r in there if r[column] == correction.expected]
    if not met:
        raise UnfulfilledError(_unmet(correction, there))
    changed = []
    for row in met if correction.action == "change" else ():
        new = {**row, column: correction.value, **_unplaced(table, column), **_signature(correction)}
        if "value_per_year" in new and column in ("value_low", "value_high", "per"):
            new["value_per_year"] = _per_year(new)
        new["claim_id"] = claim_id(table, new)
        reason = judge(table, new)
        if reason is not None:
            raise UnfulfilledError(
                f"the claim would not be valid: {reason}; change what belongs together in lines of its own, or add the claim anew"
            )
        changed.append(new)
    others = [r for r in rows[table] if not any(r is m for m in met)]
    rows[table] = _each_once([*others, *changed])


def _unplaced(table: str, column: str) -> Row:
    """The places that no longer hold where a column says something else than the body does there."""
    parts = SUPPLY_PARTS if table == "fact_supply" else QUANTITY_PARTS
    told = [part for part, columns in parts.items() if column in columns]
    return {place: None for part in told for place in span_columns(part)}


def _unmet(correction: Correction, there: Sequence[Row]) -> str:
    start, end = correction.span
    if not there:
        return f"no {correction.kind} claim is read at {start}..{end} any more; look with `briefs show`, then repair the line or take it out"
    found = " or ".join(sorted({_shown(row[str(correction.column)]) for row in there}))
    if correction.action == "change" and any(
        row[str(correction.column)] == correction.value for row in there
    ):
        return f"{correction.column} is read as {found} already; take the line out"
    return f"{correction.column} is {found}, not {_shown(correction.expected)} as expected; look with `briefs show`, then repair the line or take it out"


def _shown(value: object) -> str:
    if value is None:
        return "empty"
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def _add(rows: Rows, brief: Brief, correction: Correction, judge: Judge, version: str) -> None:
    table = f"fact_{correction.kind}"
    start, end = correction.span
    text = brief.body[start:end]
    if text != correction.expected:
        raise UnfulfilledError(
            f"'{text}' stands at {start}..{end}, not '{correction.expected}'; repair the span or span_text"
        )
    sentence_start, sentence = _sentence(brief.body, start, end)
    row: Row = {
        "brief_key": brief.brief_id, "sentence": sentence, "sentence_start": sentence_start, "span_start": start,
        "span_end": end, "span_text": text, "confidence": 1.0, "rule": "correction.added", "extractor_version": version,
        "flags": [], "body_length": len(brief.body), **dict(correction.cells), **_signature(correction),
    }  # fmt: skip
    if table == "fact_capacity":
        row["value_per_year"] = _per_year(row)
    row["claim_id"] = claim_id(table, row)
    stated = dict(correction.cells)
    for other in rows[table]:
        same_place = (other["span_start"], other["span_end"]) == correction.span
        if same_place and all(other[c] == v for c, v in stated.items()):
            raise UnfulfilledError("the claim is read by itself already; take the line out")
    reason = judge(table, row)
    if reason is not None:
        raise UnfulfilledError(f"the claim would not be valid: {reason}; repair the line")
    rows[table] = [*rows[table], row]


def _per_year(row: Row) -> float | None:
    low, high, per = row["value_low"], row["value_high"], row["per"]
    return value_per_year(
        low if isinstance(low, float) else None,
        high if isinstance(high, float) else None,
        str(per) if per else None,
    )


def _sentence(body: str, start: int, end: int) -> tuple[int, str]:
    """Start and text of the sentences that hold a span."""
    holding = [s for s in split_sentences(body) if s.start < end and start < s.end]
    if not holding:
        return start, body[start:end]
    first, last = min(holding[0].start, start), max(holding[-1].end, end)
    return first, body[first:last]


def _signature(correction: Correction) -> Row:
    return {"corrected_by": correction.author, "correction_reason": correction.reason}


def _without_companies(rows: Rows, companies: Mapping[str, Correction], used: set[str]) -> Rows:
    """Rows in which a merged company is the other one, and a rejected one is none."""
    done: Rows = {}
    for table, found in rows.items():
        kept: list[Row] = []
        for row in found:
            new: Row | None = row
            for column in _COMPANY_COLUMNS:
                correction = companies.get(str(new.get(column))) if new is not None else None
                if new is not None and correction is not None:
                    used.add(correction.correction_id)
                    new = _recast(table, new, column, correction)
            if new is not None:
                kept.append(new)
        done[table] = _one_mention(kept) if table == "fact_company_mention" else _each_once(kept)
    return done


def _recast(table: str, row: Row, column: str, correction: Correction) -> Row | None:
    if correction.action == "reject" and (
        table == "fact_company_mention"
        or column == "supplier_id"
        or (column == "customer_id" and row["item"] is None)
    ):
        return None
    new = {**row, column: correction.value, **_signature(correction)}
    if table == "fact_company_mention":
        new["mention_id"] = mention_id(str(row["brief_key"]), str(correction.value))
    else:
        new["claim_id"] = claim_id(table, new)
    return new


def _each_once(rows: Sequence[Row]) -> list[Row]:
    return list({str(row["claim_id"]): row for row in reversed(rows)}.values())[::-1]


def _one_mention(rows: Sequence[Row]) -> list[Row]:
    """Mentions of one company under two names, put together: their sum, the first place."""
    by_id: dict[str, Row] = {}
    for row in rows:
        key = str(row["mention_id"])
        other = by_id.get(key)
        if other is None:
            by_id[key] = row
            continue
        first, second = sorted((other, row), key=lambda r: int(str(r["first_span_start"])))
        signed = row if row["corrected_by"] is not None else other
        by_id[key] = {
            **first,
            "mentions": int(str(first["mentions"])) + int(str(second["mentions"])),
            "corrected_by": signed["corrected_by"],
            "correction_reason": signed["correction_reason"],
        }
    return list(by_id.values())
