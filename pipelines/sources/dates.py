"""Dates as feeds, pages and file names write them: the day on the publisher's own calendar."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

#: Where the publishers are: a time that is given in UTC falls on this zone's day.
TAIPEI = timezone(timedelta(hours=8))
_ISO = re.compile(
    r"(?P<y>\d{4})-?(?P<m>\d{2})-?(?P<d>\d{2})"
    r"(?:[T ](?P<h>\d{2}):?(?P<min>\d{2})(?::?\d{2}(?:[.,]\d+)?)?\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?$"
)
_LOOSE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?!\d)")


#: News is not dated later; nor can what it says of the years ahead be reckoned near the calendar's end.
LAST_YEAR = 2999


def day_of(written: str | None) -> date | None:
    """The day that a date or a time means; None where it is none. Times in UTC are brought to Taipei's."""
    day = _day_of(written)
    return day if day is not None and day.year <= LAST_YEAR else None


def _day_of(written: str | None) -> date | None:
    text = (written or "").strip()
    try:
        iso = _ISO.match(text)
        if iso is not None:
            day = date(int(iso["y"]), int(iso["m"]), int(iso["d"]))
            in_utc = iso["zone"] is not None and iso["zone"].replace(":", "") in (
                "Z", "UTC", "GMT", "+0000", "-0000",
            )  # fmt: skip
            return day + timedelta(days=1) if in_utc and int(iso["h"]) >= 16 else day
        loose = _LOOSE.match(text)
        if loose is not None:
            return date(int(loose[1]), int(loose[2]), int(loose[3]))
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
    return _local(moment)


def _local(moment: datetime) -> date:
    """The day of a moment: as it stands with a zone of its own, in Taipei where it is in UTC."""
    if moment.tzinfo is None or moment.utcoffset():
        return moment.date()
    return moment.astimezone(TAIPEI).date()
