"""Guards of publishing: what the marts say of briefs that readers know already must not move by much unnoticed.

A new extractor, a changed lexicon or a correction may change any of it. Where rows or sums moved by more than the guard's
share against the version that readers have, publishing is refused until an operator accepts it by the guard's name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

COLUMNS = ("guard", "mart", "measure", "share", "at_least")
_MARTS = (
    "mart_capacity_claims", "mart_forecast_claims", "mart_supply_claims", "mart_observation_claims", "mart_company_mentions",
)  # fmt: skip
_WITHOUT_VALUES = ("mart_supply_claims", "mart_company_mentions")
_ROWS = "SELECT NULL AS unit, count(*) AS rows, count(*)::DOUBLE AS amount FROM {mart} {briefs}"
_SUMS = "SELECT unit, count(*) AS rows, sum(abs(coalesce(value_low, value_high))) AS amount FROM {mart} {briefs} GROUP BY unit"


class GuardError(Exception):
    """seeds/guards.csv cannot be understood; the message names line and cure."""


@dataclass(frozen=True, slots=True)
class Guard:
    """`measure` is rows, or sums (of the values of each unit). Fewer rows than `at_least` before are not compared."""

    name: str
    mart: str
    measure: str
    share: float
    at_least: int


@dataclass(frozen=True, slots=True)
class Moved:
    """What a guard found: something that moved by more than its share."""

    guard: Guard
    unit: str | None
    before: float
    now: float

    @property
    def share(self) -> float:
        """By how much, of what it was."""
        return abs(self.now - self.before) / self.before

    def told(self) -> str:
        """The finding in a line."""
        what = "rows" if self.guard.measure == "rows" else f"sum of {self.unit or 'values without a unit'}"
        way = "+" if self.now > self.before else "-"
        return (
            f"{self.guard.name}: {what} of {self.guard.mart} {self.before:,.10g} -> {self.now:,.10g} "
            f"({way}{self.share:.0%}, at most {self.guard.share:.0%})"
        )


def read_guards(rows: Sequence[Mapping[str, str | None]]) -> list[Guard]:
    """The guards of seeds/guards.csv. Raises `GuardError`."""
    guards: list[Guard] = []
    for line, row in enumerate(rows, 2):
        if tuple(row) != COLUMNS:
            raise GuardError(f"guards.csv line 1: the columns must be {','.join(COLUMNS)}")
        name, mart, measure = (row[c] or "" for c in COLUMNS[:3])
        if not name or any(name == g.name for g in guards):
            raise GuardError(
                f"guards.csv line {line}: the name '{name}' is empty or taken; give one of its own"
            )
        if (
            mart not in _MARTS
            or measure not in ("rows", "sums")
            or (measure == "sums" and mart in _WITHOUT_VALUES)
        ):
            raise GuardError(
                f"guards.csv line {line}: no {measure} of {mart}; take rows, or sums of a mart with values"
            )
        try:
            share, at_least = float(row["share"] or ""), int(row["at_least"] or "")
        except ValueError:
            raise GuardError(f"guards.csv line {line}: share is like 0.2, at_least a whole number") from None
        if not share > 0 or at_least < 1:
            raise GuardError(f"guards.csv line {line}: share must be above 0, at_least 1 or more")
        guards.append(Guard(name, mart, measure, share, at_least))
    return guards


def moved(connection: duckdb.DuckDBPyConnection, live: Path, guards: Sequence[Guard]) -> list[Moved]:
    """What trips a guard: the marts of an open warehouse against those that readers have, for the briefs that these know."""
    found: list[Moved] = []
    connection.execute(f"ATTACH '{str(live).replace(chr(39), chr(39) * 2)}' AS live (READ_ONLY)")
    try:
        for guard in guards:
            sql = _ROWS if guard.measure == "rows" else _SUMS
            known = "WHERE brief_id IN (SELECT brief_id FROM live.star.dim_brief)"
            before = connection.execute(sql.format(mart=f"live.marts.{guard.mart}", briefs="")).fetchall()
            after = connection.execute(sql.format(mart=f"marts.{guard.mart}", briefs=known)).fetchall()
            amounts = {unit: amount or 0.0 for unit, _, amount in after}
            for unit, rows, amount in before:
                if rows >= guard.at_least and amount:
                    change = Moved(guard, unit, amount, amounts.get(unit, 0.0))
                    found += [change] if change.share > guard.share else []
    finally:
        connection.execute("DETACH live")
    return found


def not_accepted(connection: duckdb.DuckDBPyConnection, found: Sequence[Moved], version: str) -> list[Moved]:
    """What nobody has let pass yet against the version that readers have."""
    accepted = dict(
        connection.execute(
            "SELECT guard, max(moved) FROM meta.acceptance WHERE version = ? GROUP BY guard", [version]
        ).fetchall()
    )
    return [m for m in found if m.share > accepted.get(m.guard.name, -1.0) + 1e-9]


def accept(
    connection: duckdb.DuckDBPyConnection, found: Sequence[Moved], version: str, who: str, now: datetime
) -> None:
    """Lets pass what a guard found, against the version that readers have."""
    for change in found:
        connection.execute(
            "INSERT INTO meta.acceptance VALUES (?, ?, ?, ?, ?)",
            [change.guard.name, version, change.share, who, now],
        )
