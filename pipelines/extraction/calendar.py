"""Calendar arithmetic: months, quarters, halves and ISO weeks as inclusive pairs of days."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

#: First and last day, inclusive; None is open or unknown.
Bounds = tuple[date | None, date | None]


def year_bounds(year: int) -> tuple[date, date]:
    """1 January to 31 December."""
    return date(year, 1, 1), date(year, 12, 31)


def month_bounds(year: int, month: int, last: int | None = None) -> tuple[date, date]:
    """The first day of a month to the last day of it, or of the month `last` of the same year."""
    end = last or month
    return date(year, month, 1), date(year, end, calendar.monthrange(year, end)[1])


def quarter_bounds(year: int, quarter: int, last: int | None = None) -> tuple[date, date]:
    """A quarter (1 to 4), or the quarters from `quarter` to `last`."""
    return month_bounds(year, 3 * quarter - 2, 3 * (last or quarter))


def half_bounds(year: int, half: int) -> tuple[date, date]:
    """A half year (1 or 2)."""
    return month_bounds(year, 6 * half - 5, 6 * half)


def week_bounds(day: date) -> tuple[date, date]:
    """The ISO week that holds `day`, Monday to Sunday."""
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)


def add_months(day: date, months: int) -> date:
    """The same day of another month; the last day of that month where it is shorter.

    Raises `OverflowError` outside the years 1 to 9999.
    """
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    if not 1 <= year <= 9999:
        raise OverflowError(f"{months} months from {day} is outside the calendar")
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def shift(day: date, count: int, unit: str) -> date:
    """`day` moved by a count of day, week, month, quarter or year; OverflowError outside the calendar."""
    if unit == "day":
        return day + timedelta(days=count)
    if unit == "week":
        return day + timedelta(weeks=count)
    return add_months(day, count * {"month": 1, "quarter": 3, "year": 12}[unit])
