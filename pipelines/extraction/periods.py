"""Periods: dates, spans and deadlines in a text, resolved against the publication date where they are relative.

A date or a relative period is read at a place; two join to a range (2025年4-12月), and take what stands behind them (前: a
deadline; 起: an open end; 至今; 第一周: a week of theirs). Without a publication date a relative word keeps both bounds null.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

from pipelines.extraction import calendar as cal
from pipelines.extraction.dates import DateReader
from pipelines.extraction.period import DIGIT_CHARS, DatePart, Form, Grain, Period, small_number
from pipelines.extraction.relative import RelativeReader
from pipelines.extraction.spacing import squeeze
from pipelines.text.span import Span

_CONNECTOR = re.compile(r"\s?(?:[-–—~〜ー]{1,2}|至|到)\s?")
_BETWEEN = re.compile(r"\s?[与和及]\s?")
_BETWEEN_END = re.compile(r"之间|间|期间")
_DEADLINE = re.compile(r"\s?(?:以前|之前|前)(?![三四五六七八九十两0-9后景期往端者段述年任瞻沿])")
_INCLUSIVE = re.compile(r"\s?(?:或|及|和)(?:(?:以前|之前)|(?P<after>以后|之后))")
_OPEN = re.compile(r"\s?(?:起(?![步点码跳草伏诉訖落])|开始)")
_AFTER = re.compile(r"\s?(?:以后|之后)")
_UNTIL_NOW = re.compile(r"\s?(?:起?(?:至今|迄今|到现在|到目前为止)|以来)")
_ABOUT = re.compile(r"左右|前后")
_FROM = re.compile(r"(?:自从|从|自|由|在)$")
_COUNT = rf"(?:\d{{1,2}}|[{DIGIT_CHARS}]{{1,4}})"
_INSIDE = re.compile(
    rf"的?(?:第(?P<n>{_COUNT})个?|(?P<last>最后一?个?))(?:(?P<day>天)|周|星期|礼拜)(?P<weekday>[一二三四五六日天](?![期年度]))?"
    rf"|的?(?:(?P<first>前)|最[后後])(?P<many>{_COUNT})个?(?P<unit>周|星期|礼拜|天|日|月)"
)
_WEEKDAY_AND_DAY = re.compile(r"\s?[,，]\s?")
_N = rf"[\d{DIGIT_CHARS}廿卅]"
#: A place where a period may begin: enough of what must follow to pass over nearly all others.
_ANCHOR = re.compile(
    r"(?<!\d)(?<!\d[.,])\d{1,4}(?=\s?[-–—~〜ー/.·、至到年月日号季QqHh周天个星礼财会世全上下和及与 ])"
    rf"|[{DIGIT_CHARS}廿卅元正](?=[{DIGIT_CHARS}廿卅百千]{{0,6}}[-~至到、年月日号季周天个星礼世])"
    rf"|[上下](?=[上下个一半周星礼月季年{DIGIT_CHARS}\d])|去(?=[年今]|\s?\()|明(?=[年天日后]|\s?\()|昨|今(?=\s?[年天日早晚晨后明\(个周星礼])"
    rf"|前(?={_N}|[年天日])|后(?={_N}|[年天日])|第(?=[一二三四1-4](?:季|[-~至到、和及与]))|[本上下](?=\s?\(\s?[第Qq\d])|[首头](?={_N}|[季年])|末季|半(?:年|个月)|大[前后]|当[前年日月]"
    rf"|本[年周星礼月季日]|这[个一周星礼月季年]|现[阶时今在有]|未来|近{_N}|近[数几半]|最近|过[去往]|往后|接下来|来年|届时|隔年|翌年|次年|同[期年]"
    r"|周[一二三四五六日天末]|星期|礼拜|[琴寻听]日|目前|如今|眼下|年[初中底末]|全年|民国|截至|迄今|至今|会计年|财[年政]"
    r"|(?<![A-Za-z])(?:[Qq](?=[1-4])|[Hh](?=[12](?![人型系机芯晶版款平处显卡车号])))|FY"
)


class PeriodReader:
    """Finds the periods of a text. `reference` is the publication date; `roc_years` reads 114年 as 2025."""

    def __init__(self, text: str, reference: date | None, roc_years: bool = True) -> None:
        self._squeezed = squeeze(text)
        self._text = self._squeezed.text
        self._ref = reference
        self._dates = DateReader(self._text, reference, roc_years)
        self._relative = RelativeReader(self._text, reference)

    def read(self) -> tuple[Period, ...]:
        """All periods in their order, without overlaps."""
        found: list[Period] = []
        at = 0
        while (m := _ANCHOR.search(self._text, at)) is not None:
            period = self._read_at(m.start())
            if period is None:
                at = self._skip(m.start())
            else:
                found.append(period)
                at = period.span.end
        if not self._squeezed.starts:
            return tuple(found)
        return tuple(
            replace(
                p,
                span=self._squeezed.original(p.span),
                outer=self._squeezed.original(p.outer) if p.outer else None,
            )
            for p in found
        )

    def _skip(self, at: int) -> int:
        """The next place to try: a run of digits is taken as a whole, 12026年 holds no 2026年."""
        text = self._text
        if not text[at].isdigit() or not text[at].isascii():
            return at + 1
        while at < len(text) and text[at].isascii() and (text[at].isalnum() or text[at] in ".,"):
            at += 1
        return at

    def _read_at(self, at: int) -> Period | None:
        previous = self._text[at - 1 : at] if at else ""
        if (
            previous
            and previous.isascii()
            and (previous.isalnum() or previous in "-_$")
            and self._text[at].isascii()
        ):
            return None
        return self._calendar(at) or self._joined(at, self._relative.read(at))

    def _joined(self, at: int, first: Period | None) -> Period | None:
        """A relative period, with what goes on from it: 今日 - 下周五, 去年到周三; 周日,2月10日."""
        if first is None or first.form not in ("plain", "now"):
            return first
        inside = self._inside(first.span.end, first.start, first.end, first.grain)
        if inside is not None:
            return replace(inside, span=Span(at, inside.span.end))
        if first.grain == "day" and (m := _WEEKDAY_AND_DAY.match(self._text, first.span.end)):
            part = self._dates.read(m.end()) if m.end() < len(self._text) else None
            day = part.bounds[0] if part and part.grain == "day" else None
            if part and day and first.start and day.weekday() == first.start.weekday():
                return Period(Span(at, part.end), day, day, "day")
        m = _CONNECTOR.match(self._text, first.span.end)
        if m is None or m.end() >= len(self._text):
            return first
        part = self._dates.read(m.end())
        second = (
            Period(Span(m.end(), part.end), *part.bounds, part.grain)
            if part
            else self._relative.read(m.end())
        )
        start = self._ref if first.form == "now" else first.start
        if second is None or second.form != "plain" or not second.end or not start or second.end < start:
            return first
        return self._phrased(Period(Span(at, second.span.end), start, second.end, "span"), is_range=True)

    # -- dates with what stands behind them ----------------------------------------------------------------------

    def _calendar(self, at: int) -> Period | None:
        first = self._dates.read(at)
        if first is None:
            return None
        inside = self._inside(first.end, *first.bounds, first.grain)
        if inside is not None:
            period = replace(inside, span=Span(at, inside.span.end), is_floating=first.is_floating)
            first = DatePart(period.span.end, (period.start, period.end), period.grain, first.year, first.month,
                             first.is_floating, first.is_relative)  # fmt: skip
        end, (low, high), form = first.end, first.bounds, first.form
        is_range = False
        joined = _CONNECTOR.match(self._text, end)
        if joined and joined.end() < len(self._text) and (second := self._second(joined.end(), first)):
            start, last = low, second.bounds[1]
            if first.is_floating and not second.is_floating and second.year:
                start = cal.with_year(low, second.year) if low and last and low.year != second.year else low
                start = low if start and last and start > last else start
            if start and last and last < start and second.is_floating:
                last = cal.with_year(last, last.year + 1)  # 11月至3月
            if (start and last and last >= start) or (start is None) != (last is None) or not (start or last):
                end, low, high, form, is_range = (
                    second.end,
                    start,
                    last,
                    "plain" if last else first.form,
                    True,
                )
        elif (m := _BETWEEN.match(self._text, end)) and m.end() < len(self._text):
            between = self._between(at, first, m.end())
            if between is not None:
                return between
        return self._phrased(
            self._suffixed(at, end, low, high, first, form), is_range or first.grain == "span"
        )

    def _second(self, at: int, first: DatePart) -> DatePart | None:
        """The second end of a range: a date, or a relative day (2月4日至今日)."""
        part = self._dates.second(at, first)
        if part is not None and (inside := self._inside(part.end, *part.bounds, part.grain)):
            return replace(part, end=inside.span.end, bounds=(inside.start, inside.end))
        if part is not None or first.bounds[0] is None:
            return part
        period = self._relative.read(at)
        if period is None or period.form != "plain" or period.end is None:
            return None
        return DatePart(period.span.end, (period.start, period.end), period.grain, period.end.year)

    def _between(self, at: int, first: DatePart, second_at: int) -> Period | None:
        """2015年和2018年之間."""
        second = self._dates.second(second_at, first)
        closing = _BETWEEN_END.match(self._text, second.end) if second else None
        if second is None or closing is None:
            return None
        low, high = first.bounds[0], second.bounds[1]
        if low and high and high < low:
            high = cal.with_year(high, high.year + 1) if second.is_floating else None
        if (low is None) != (high is None):
            return None
        lead = "在" if self._text[at - 1 : at] == "在" and self._text.startswith("之间", second.end) else ""
        outer = Span(at - len(lead), closing.end())
        return Period(Span(at, closing.end()), low, high, "span", outer=outer)

    def _suffixed(
        self, at: int, end: int, low: date | None, high: date | None, first: DatePart, form: Form
    ) -> Period:
        text = self._text
        if (m := _UNTIL_NOW.match(text, end)) and low:
            return Period(Span(at, m.end()), low, self._ref, first.grain, "plain", first.is_floating)
        if (m := _INCLUSIVE.match(text, end)) and (low or high):
            if m["after"]:
                return Period(Span(at, m.end()), low, None, first.grain, "open", first.is_floating)
            return Period(Span(at, m.end()), None, high, first.grain, "deadline", first.is_floating)
        if (m := _DEADLINE.match(text, end)) and high and not text.startswith("前后", end):
            last = _last_day(low, high, first)
            return Period(Span(at, m.end()), None, last, first.grain, "deadline", first.is_floating)
        if (
            (m := _OPEN.match(text, end))
            and low
            and not (first.is_relative and first.grain == "year" and text.startswith("开始", end))
        ):
            return Period(Span(at, m.end()), low, None, first.grain, "open", first.is_floating)
        if (m := _AFTER.match(text, end)) and high and form == "plain" and high < date.max:
            return Period(
                Span(at, m.end()), high + timedelta(days=1), None, first.grain, "open", first.is_floating
            )
        if text.endswith("自从", 0, at) and low:
            return Period(Span(at, end), low, None, first.grain, "open", first.is_floating)
        return Period(Span(at, end), low, high, first.grain, form, first.is_floating)

    def _phrased(self, period: Period, is_range: bool = False) -> Period:
        """The period with 從 or 自 in front of a range or an open end, and 左右 behind."""
        start, end = period.span.start, period.span.end
        lead = _FROM.search(self._text, max(0, start - 2), start)
        reaches = is_range or period.form == "open" or (period.end == self._ref and period.start is not None)
        if lead and lead[0] != "在" and reaches:
            start = lead.start()
        if m := _ABOUT.match(self._text, end):
            end = m.end()
        outer = Span(start, end)
        return period if outer == period.span else replace(period, outer=outer)

    def _inside(self, at: int, low: date | None, high: date | None, grain: Grain) -> Period | None:
        """A week, weekday or first days of a month or year: 十月第一個星期一, 2021年的第一周, 這個月前兩天."""
        if grain not in ("year", "month") or not (m := _INSIDE.match(self._text, at)):
            return None
        span = Span(at, m.end())
        if low is None or high is None:
            return Period(span, None, None, "week", "unresolved")
        number = -1 if m["last"] else small_number(m["n"]) if m["n"] else 0
        if m["weekday"]:
            day = cal.nth_weekday(
                low, high, 6 if m["weekday"] == "天" else "一二三四五六日".index(m["weekday"]), number
            )
            return Period(span, day, day, "day") if day else None
        if m["day"]:
            day = high if number < 0 else low + timedelta(days=number - 1)
            return Period(span, day, day, "day") if number and low <= day <= high else None
        if number:
            week = cal.nth_week(low, high, number)
            return Period(span, *week, "week") if week else None
        bounds = _edge(low, high, m["unit"], small_number(m["many"]), bool(m["first"]))
        return Period(span, *bounds, "span") if bounds else None


def _last_day(low: date | None, high: date, first: DatePart) -> date:
    """The last day of a deadline (contract section 4): 7月前 ends 06-30, 2027年以前 and 年底前 with the year."""
    if first.form == "deadline" or low is None or (first.grain in ("year", "half")):
        return high
    return low - timedelta(days=1) if low > date.min else low


def _edge(low: date, high: date, unit: str, count: int, is_first: bool) -> cal.Bounds | None:
    """The first or last days, weeks or months of a stretch."""
    if not count:
        return None
    if unit in ("天", "日"):
        days = timedelta(days=count - 1)
        return (low, min(low + days, high)) if is_first else (max(high - days, low), high)
    if unit == "月":
        if is_first:
            return None
        start = cal.add_months(high.replace(day=1), 1 - count)
        return start, high
    first, last = (
        cal.nth_week(low, high, 1 if is_first else -count),
        cal.nth_week(low, high, count if is_first else -1),
    )
    return (first[0], last[1]) if first and last else None


__all__ = ["Form", "Grain", "Period", "PeriodReader"]
