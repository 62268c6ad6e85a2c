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


def weekday_of_week(day: date, weeks: int, weekday: int) -> date:
    """A weekday (Monday is 0) of the ISO week of `day`, moved by a count of weeks."""
    return week_bounds(day)[0] + timedelta(days=7 * weeks + weekday)


def nth_week(start: date, end: date, number: int) -> tuple[date, date] | None:
    """The n-th week of a stretch that begins in it, Monday to Sunday; counted from its end where `number` is negative."""
    if number > 0:
        monday = start + timedelta(days=-start.weekday() % 7 + 7 * (number - 1))
    else:
        sunday = end - timedelta(days=(end.weekday() + 1) % 7)
        monday = sunday - timedelta(days=6 + 7 * (-number - 1))
    return (monday, monday + timedelta(days=6)) if start <= monday <= end else None


def nth_weekday(start: date, end: date, weekday: int, number: int) -> date | None:
    """The n-th Monday (0) to Sunday (6) of a stretch; from its end where `number` is negative."""
    if number > 0:
        day = start + timedelta(days=(weekday - start.weekday()) % 7 + 7 * (number - 1))
    else:
        day = end - timedelta(days=(end.weekday() - weekday) % 7 + 7 * (-number - 1))
    return day if start <= day <= end else None


def day_of(year: int, month: int, day: int) -> date | None:
    """A date, or None where the calendar has no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def with_year(day: date | None, year: int) -> date | None:
    """The same day of another year; 28 February for the 29th where there is none."""
    if day is None or not 1 <= year <= 9999:
        return None
    return day_of(year, day.month, day.day) or day.replace(year=year, day=28)


def nearest_leap_day(reference: date) -> date:
    """The 29 February next to a day."""
    years = [
        year
        for year in range(max(4, reference.year - 8), min(9996, reference.year + 8) + 1)
        if calendar.isleap(year)
    ]
    return min((date(year, 2, 29) for year in years), key=lambda day: abs((day - reference).days))
