"""Judges rows before they are stored: what is right goes on, what is not is kept with the check that it failed."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl
from pandera.errors import SchemaErrors
from pandera.polars import DataFrameSchema

from pipelines.contracts import (
    fact_capacity,
    fact_company_mention,
    fact_forecast,
    fact_observation,
    fact_supply,
)
from pipelines.contracts.rows import Row

MODELS: dict[str, DataFrameSchema] = {
    module.MODEL.name or "": module.MODEL
    for module in (fact_capacity, fact_forecast, fact_supply, fact_observation, fact_company_mention)
}


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that failed a check: the model, the check, the value, the reason in words, and the row itself as JSON."""

    model: str
    check: str
    value: str | None
    reason: str
    brief_id: str
    content: str
    extractor_version: str


@dataclass(frozen=True, slots=True)
class Checked:
    """Rows parted by a model: those that passed, and one entry for each failed check of those that did not."""

    valid: pl.DataFrame
    rejected: tuple[RejectedRow, ...]
    rejected_rows: int


def validate(table: str, rows: Sequence[Row], units: Collection[str]) -> Checked:
    """Parts rows of one table by its model; `units` are the codes that a `unit` may be.

    A missing or superfluous column is a fault of the program, not of a row: it raises `SchemaErrors`.
    """
    model = MODELS[table]
    frame = _frame(model, rows)
    failures: dict[int, list[tuple[str, str | None]]] = {}
    for index, check, value in [*_failures(model, frame), *_unknown_units(frame, units)]:
        failures.setdefault(index, []).append((check, value))
    rejected = tuple(
        _rejected(table, rows[index], check, value)
        for index, found in sorted(failures.items())
        for check, value in found
    )
    keep = [i not in failures for i in range(len(rows))]
    return Checked(frame.filter(pl.Series(keep, dtype=pl.Boolean)), rejected, len(failures))


def _frame(model: DataFrameSchema, rows: Sequence[Row]) -> pl.DataFrame:
    types = {name: column.dtype.type for name, column in model.columns.items()}
    return pl.DataFrame([{name: row.get(name) for name in types} for row in rows], schema=types, strict=False)


def _failures(model: DataFrameSchema, frame: pl.DataFrame) -> list[tuple[int, str, str | None]]:
    try:
        model.validate(frame, lazy=True)
    except SchemaErrors as errors:
        cases = errors.failure_cases
        if cases.filter(pl.col("index").is_null()).height:
            raise
        return [
            (
                case["index"],
                _check_name(case),
                None if case["failure_case"] is None else str(case["failure_case"])[:200],
            )
            for case in cases.iter_rows(named=True)
        ]
    return []


def _check_name(case: dict[str, object]) -> str:
    name = str(case["check"])
    column = case["column"]
    if name == "not_nullable":
        name = "is missing"
    is_row_check = column is None or case["schema_context"] == "DataFrameSchema"
    return name if is_row_check else f"{column}: {name}"


def _unknown_units(frame: pl.DataFrame, units: Collection[str]) -> list[tuple[int, str, str | None]]:
    if "unit" not in frame.columns:
        return []
    known = set(units)
    return [
        (i, "unit: is a known code", unit)
        for i, unit in enumerate(frame["unit"])
        if unit is not None and unit not in known
    ]


def _rejected(table: str, row: Row, check: str, value: str | None) -> RejectedRow:
    if value is not None and value.startswith("{"):
        value = None  # a check over the whole row reports the row, which is kept in full anyway
    said = f" (found {value})" if value is not None else ""
    return RejectedRow(
        model=table,
        check=check,
        value=value,
        reason=f"{table}: must hold: {check}{said}",
        brief_id=str(row["brief_key"]),
        content=json.dumps(row, ensure_ascii=False, default=_plain, sort_keys=True),
        extractor_version=str(row["extractor_version"]),
    )


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
