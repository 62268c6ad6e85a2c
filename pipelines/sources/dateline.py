"""The day of publication that a text states of itself: a dateline at its head or foot, an agency's closing code."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from pipelines.text.brief import Brief
from pipelines.text.width import fold_width

#: Years of the Republic of China count from 1911.
_ROC = 1911
#: How far from the end a dateline may stand, with the publisher's name behind it.
_REACH = 40
_DAY = (
    r"(?P<year>(?:19|20)\d\d)\s*(?:年|[-/.])\s*(?P<month>\d{1,2})\s*(?:月|[-/.])\s*(?P<day>\d{1,2})(?!\d)日?"
)
_ROC_DAY = r"(?:中華民國|民國)\s*(?P<year>\d{2,3})\s*年\s*(?P<month>\d{1,2})\s*月\s*(?P<day>\d{1,2})\s*日"
#: What may stand around the date in a dateline: a clock time, 電 or 訊, a word that announces it.
_BEFORE = r"(?:發布|發佈|发布|刊登|更新|出版|報導|报道)?(?:時間|时间|日期|於|于)?[:\s]*"
_AFTER = r"\s*(?:\(?(?:星期|週|周)[一二三四五六日天]\)?)?\s*(?:[上下]午)?\s*(?:\d{1,2}:\d{2}(?::\d{2})?)?\s*"
_WIRE = r"(?:電|訊|电|讯)"
#: Agencies close a dispatch with its day as a number of the Republic's calendar: 1130425.
_CODE = re.compile(r"(?:^|[)\]。\s])(?P<year>1\d\d)(?P<month>0[1-9]|1[0-2])(?P<day>[0-3]\d)\s*[)\]]?\s*$")
_AGENCY = r"[^\d)\]】]{1,12}"
_BRACKETED = [
    (re.compile(rf"[(\[【]{before}{day}{_AFTER}{wire}\s*[)\]】]"), offset)
    for day, offset in ((_DAY, 0), (_ROC_DAY, _ROC))
    for before, wire in ((_BEFORE, _WIRE + "?"), (_AGENCY, _WIRE))
]
_BARE = [
    (re.compile(rf"^{_BEFORE}{day}{_AFTER}{_WIRE}?\s*$"), offset)
    for day, offset in ((_DAY, 0), (_ROC_DAY, _ROC))
]


def date_of_text(body: str) -> date | None:
    """The day that a body states as its own, or None.

    A date counts in brackets that open the body, or that close it with at most a publisher's name behind them; alone on
    the first or last line; and as an agency's code of seven digits at the very end. Any other date is one that the news
    speaks of.
    """
    text = fold_width(body).strip()
    m = _CODE.search(text)
    if m and (found := _day(m, _ROC)):
        return found
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    for line in (*lines[:1], *lines[-1:]):
        for pattern, offset in _BARE:
            if (m := pattern.match(line)) and (found := _day(m, offset)):
                return found
    for pattern, offset in _BRACKETED:
        for m in pattern.finditer(text):
            behind = text[m.end() :].strip()
            at_foot = not behind or (len(behind) <= _REACH and behind[0] in "([【" and behind[-1] in ")]】")
            if (m.start() == 0 or at_foot) and (found := _day(m, offset)):
                return found
    return None


def dated(brief: Brief) -> Brief:
    """The brief with the day that its text states, where its source states none."""
    if brief.published_on is not None:
        return brief
    day = date_of_text(brief.body)
    return replace(brief, published_on=day, date_source="text") if day else brief


def _day(m: re.Match[str], offset: int) -> date | None:
    try:
        return date(int(m["year"]) + offset, int(m["month"]), int(m["day"]))
    except ValueError:
        return None
