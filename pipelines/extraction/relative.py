"""Periods told from the publication date: spans (未來36個月內), words (目前, 昨日), weeks, months and quarters (上周五, 下季)."""

from __future__ import annotations

import re
from datetime import date, timedelta

from pipelines.extraction import calendar as cal
from pipelines.extraction.matcher import PhraseMatcher
from pipelines.extraction.period import DIGIT_CHARS, Form, Grain, Period, small_number
from pipelines.text.span import Span

_NUM = rf"(?:\d{{1,4}}|[{DIGIT_CHARS}廿卅]{{1,4}})"
_UNITS: dict[str, Grain] = {"年": "year", "个月": "month", "个季度": "quarter", "季度": "quarter", "季": "quarter", "周": "week",
          "个星期": "week", "星期": "week", "礼拜": "week", "个礼拜": "week", "天": "day", "日": "day"}  # fmt: skip
_UNIT = "(?:" + "|".join(sorted(_UNITS, key=len, reverse=True)) + ")"
_TAIL = r"(?P<{}>半)?"  # 两年半
_SPAN = re.compile(
    rf"(?P<ahead>未来|今后|往后|接下来)的?(?P<an>{_NUM}|数|几|半)(?:[-~至到](?P<an2>{_NUM}))?(?P<ahalf>个?半)?(?P<au>{_UNIT}){_TAIL.format('at')}(?:之内|以内|内|或更短时间内)?"
    rf"|(?P<back>最近|过去|近|过往)的?(?P<bn>{_NUM}|数|几|半)(?:[-~至到](?P<bn2>{_NUM}))?(?P<bu>{_UNIT}){_TAIL.format('bt')}(?:来|以来|内|间|中)?"
    rf"|(?P<wn>{_NUM}|半)(?:[-~至到](?P<wn2>{_NUM}))?(?P<wu>{_UNIT}){_TAIL.format('wt')}(?:之内|以内|内)(?!存)"
    rf"|(?P<gn>{_NUM}|半)(?P<gu>{_UNIT})(?P<ago>前|之前|以前|后|之后|以后)(?![十三期])"
)
_NOW = (
    "目前",
    "当前",
    "现阶段",
    "现时",
    "现今",
    "如今",
    "现在",
    "现有",
    "眼下",
    "迄今",
    "至今",
    "截至目前",
    "截至今日",
)
_UNRESOLVED = (
    "届时",
    "首年",
    "头一年",
    "隔年",
    "翌年",
    "次年",
    "当年度",
    "同期",
    "上年同期",
    "去年同期",
    "同年",
)
_DAYS = {"大前天": -3, "大前日": -3, "前天": -2, "前日": -2, "昨天": -1, "昨日": -1, "昨晚": -1, "寻日": -1, "琴日": -1, "今天": 0, "今日": 0,
         "今早": 0, "今晚": 0, "今晨": 0, "本日": 0, "当日": 0, "明天": 1, "明日": 1, "听日": 1, "后天": 2, "后日": 2, "大后天": 3,
         "大后日": 3}  # fmt: skip
_SHIFTS = {"本": 0, "这": 0, "这个": 0, "这一": 0, "这一个": 0, "今个": 0, "今": 0, "上": -1, "上个": -1, "上一": -1, "上一个": -1,
           "前一": -1, "前一个": -1, "上上": -2, "上上个": -2, "下": 1, "下个": 1, "下一": 1, "下一个": 1, "下下": 2, "下下个": 2,
           "当": 0}  # fmt: skip
_SHIFT = re.compile(
    r"(?P<shift>本|这一?个?|今个|今(?=周|星期|礼拜)|上上个?|上一?个?|前一个?|下下个?|下一?个?|当)(?P<unit>周|星期|礼拜|月|季度|季)"
    r"(?!期|刊|转|线|边|年|产)(?:(?P<weekend>末(?!端))|(?P<point>初|中(?!国)|底|末)?)"
    r"(?:(?P<day>\d{1,2}|[二廿三]?十[一二三四五六七八九]?|[廿卅]?[一二三四五六七八九]|[廿卅])[日号]|(?P<weekday>[一二三四五六日天](?![季度个])))?份?"
)
_SEVERAL = re.compile(
    rf"(?:(?<=[,。;:、的在未于到至或与和及将是自从 (])|(?<![\s\S]))(?P<word>上|下|后)(?P<n>{_NUM})(?P<unit>个?(?:周|星期|礼拜)|个?月|年|天|日)(?!新[高低])"
)
_HALF_WEEK = re.compile(r"(?P<shift>上|下)半周")
_WEEKDAY = re.compile(r"(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天])(?![期年度])")
_LIST_OF_YEARS = ("明后两年", "明后年", "今明两年", "今明年", "去今两年")
_NOT_BEFORE_NEAR = ("接", "将", "逼", "最", "附", "靠", "临", "贴", "趋", "渐")
_RUNNING = re.compile(r"(?:连续?|历时|历经|经过|长达|为期|达|逾|满|耗时|每)[亏续涨跌增]?$")


#: One half of a unit in a lesser one.
_HALVES: dict[Grain, tuple[int, Grain]] = {"year": (6, "month"), "month": (15, "day")}


class RelativeReader:
    """Reads one relative period at a place; without a publication date its bounds stay null."""

    def __init__(self, text: str, reference: date | None) -> None:
        self._text = text
        self._ref = reference

    def read(self, at: int) -> Period | None:
        """The relative period that begins at `at`."""
        return self._span(at) or self._word(at)

    def _span(self, at: int) -> Period | None:
        m = _SPAN.match(self._text, at)
        if m is None:
            return None
        if m["back"] == "近" and at and self._text[at - 1] in _NOT_BEFORE_NEAR:
            return None
        if (
            (m["gn"] or m["wn"])
            and _RUNNING.search(self._text, max(0, at - 4), at)
            and m["ago"] in (None, "之后", "以后", "后")
        ) and m["gn"]:
            return None
        span = Span(at, m.end())
        word = m["an2"] or m["an"] or m["bn2"] or m["bn"] or m["wn2"] or m["wn"] or m["gn"]
        unit = _UNITS[m["au"] or m["bu"] or m["wu"] or m["gu"]]
        ahead = bool(m["ahead"] or m["wn"] or (m["ago"] and "后" in m["ago"]))
        if m["gn"] and unit == "year" and m["gn"].isdigit() and int(m["gn"]) >= 1900:
            return None
        form: Form = "future_span" if ahead else "past_span"
        if word == "半" and (unit not in _HALVES or (at and self._text[at - 1] in "上下前后大一多每")):
            return None
        if self._ref is None or word in ("数", "几"):
            return Period(span, None, None, "span", "unresolved")
        try:
            edge = _moved(self._ref, word, unit, bool(m["at"] or m["bt"] or m["wt"]), 1 if ahead else -1)
        except (OverflowError, ValueError):
            return Period(span, None, None, "span", "unresolved")
        if m["gn"]:
            return Period(span, edge, edge, "day", "plain")
        low, high = (self._ref, edge) if ahead else (edge, self._ref)
        return Period(span, low, high, "span", form)

    def _word(self, at: int) -> Period | None:
        text, ref = self._text, self._ref
        if found := _WORDS.match(text, at):
            end, (kind, days) = found
            span = Span(at, end)
            if kind == "now":
                return Period(span, None, ref, "span", "now")
            if kind == "unresolved":
                return Period(span, None, None, "span", "unresolved")
            return self._day(span, days)
        if m := _HALF_WEEK.match(text, at):
            return self._half_week(at, m)
        if m := _SHIFT.match(text, at):
            return self._shifted(at, m)
        if (m := _SEVERAL.match(text, at)) and small_number(m["n"]) > 1:
            return self._several(at, m)
        if (m := _WEEKDAY.match(text, at)) and not text.endswith("每", 0, at):
            return self._weekday(at, m.end(), 0, m["weekday"])
        return self._two_years(at)

    def _day(self, span: Span, days: int) -> Period:
        try:
            day = self._ref + timedelta(days=days) if self._ref else None
        except OverflowError:
            day = None
        return Period(span, day, day, "day")

    def _two_years(self, at: int) -> Period | None:
        """明後兩年, 今明兩年."""
        word = next((w for w in _LIST_OF_YEARS if self._text.startswith(w, at)), None)
        if word is None:
            return None
        span = Span(at, at + len(word))
        if self._ref is None:
            return Period(span, None, None, "span", "unresolved")
        first = self._ref.year + {"明": 1, "今": 0, "去": -1}[word[0]]
        low, high = cal.with_year(date(2000, 1, 1), first), cal.with_year(date(2000, 12, 31), first + 1)
        return Period(span, low, high, "span")

    def _shifted(self, at: int, m: re.Match[str]) -> Period | None:
        """本周, 上個月, 下季, 上周五, 本月底, 本月10日."""
        ref = self._ref
        end = m.end()
        steps = _SHIFTS[m["shift"]]
        unit: Grain = {"周": "week", "星期": "week", "礼拜": "week", "月": "month"}.get(m["unit"], "quarter")  # type: ignore[assignment]
        if unit == "week" and m["weekday"]:
            return self._weekday(at, end, steps, m["weekday"])
        if m["weekday"]:
            end = m.start("weekday")
        if (m["shift"] == "当" and unit != "month") or (
            m["day"] is not None and (unit != "month" or not m["day"])
        ):
            return None if m["shift"] == "当" else self._plain_shift(at, m, unit, steps, m.end("unit"))
        if m["weekend"] and unit == "week":
            return self._weekend(Span(at, end), steps)
        if ref is None:
            return Period(Span(at, end), None, None, unit, "unresolved")
        if m["day"]:
            month = cal.shift(ref.replace(day=1), steps, "month")
            day = cal.day_of(month.year, month.month, small_number(m["day"]))
            return Period(Span(at, end), day, day, "day") if day else None
        return self._plain_shift(at, m, unit, steps, end)

    def _plain_shift(self, at: int, m: re.Match[str], unit: Grain, steps: int, end: int) -> Period | None:
        ref = self._ref
        if ref is None:
            return Period(Span(at, end), None, None, unit, "unresolved")
        try:
            low, high = self._unit_bounds(ref, unit, steps)
        except OverflowError:
            return None
        whole = (low, high)
        if unit == "week" and not steps:
            high = min(high, ref)
        deadline = _DEADLINE.match(self._text, end)
        is_end = (m["point"] or m["weekend"]) in ("底", "末") and end > m.end("unit")
        if is_end:
            return Period(Span(at, deadline.end() if deadline else end), None, high, unit, "deadline")
        if deadline:
            return Period(Span(at, deadline.end()), None, low - timedelta(days=1), unit, "deadline")
        return Period(Span(at, end), low, high, unit, whole=whole if unit == "week" else None)

    def _unit_bounds(self, ref: date, unit: Grain, steps: int) -> tuple[date, date]:
        if unit == "week":
            return cal.week_bounds(ref + timedelta(weeks=steps))
        day = cal.shift(ref.replace(day=1), steps, unit)
        if unit == "month":
            return cal.month_bounds(day.year, day.month)
        return cal.quarter_bounds(day.year, (day.month + 2) // 3)

    def _weekend(self, span: Span, weeks: int) -> Period:
        """上周末: Saturday and Sunday."""
        if self._ref is None:
            return Period(span, None, None, "span", "unresolved")
        try:
            days = [cal.weekday_of_week(self._ref, weeks, n) for n in (5, 6)]
        except OverflowError:
            return Period(span, None, None, "span", "unresolved")
        return Period(span, days[0], days[1], "span")

    def _half_week(self, at: int, m: re.Match[str]) -> Period:
        """上半周 to Wednesday, 下半周 from Thursday."""
        span = Span(at, m.end())
        if self._ref is None:
            return Period(span, None, None, "span", "unresolved")
        low, high = cal.week_bounds(self._ref)
        if m["shift"] == "上":
            return Period(span, low, low + timedelta(days=2), "span")
        return Period(span, low + timedelta(days=3), high, "span")

    def _several(self, at: int, m: re.Match[str]) -> Period | None:
        """上兩周, 下三個月, 後三天: whole units before or after this one."""
        span, count = Span(at, m.end()), small_number(m["n"])
        name = m["unit"].lstrip("个")
        unit: Grain = {"月": "month", "年": "year", "天": "day", "日": "day"}.get(name, "week")  # type: ignore[assignment]
        if unit == "day" and m["word"] != "后":
            return None
        if self._ref is None:
            return Period(span, None, None, "span", "unresolved")
        try:
            steps = (-count, -1) if m["word"] == "上" else (1, count)
            if unit == "day":
                low, high = (self._ref + timedelta(days=n) for n in steps)
            elif unit == "year":
                low, high = date(self._ref.year + steps[0], 1, 1), date(self._ref.year + steps[1], 12, 31)
            else:
                low = self._unit_bounds(self._ref, unit, steps[0])[0]
                high = self._unit_bounds(self._ref, unit, steps[1])[1]
        except (OverflowError, ValueError):
            return None
        return Period(span, low, high, "span")

    def _weekday(self, at: int, end: int, weeks: int, name: str) -> Period:
        if self._ref is None:
            return Period(Span(at, end), None, None, "day", "unresolved")
        number = 6 if name == "天" else "一二三四五六日".index(name)
        try:
            day = cal.weekday_of_week(self._ref, weeks, number)
        except OverflowError:
            return Period(Span(at, end), None, None, "day", "unresolved")
        return Period(Span(at, end), day, day, "day")


def _moved(day: date, word: str, unit: Grain, has_half: bool, sign: int) -> date:
    """`day` moved by a count of units, to the past where `sign` is negative; 半年 is six months, 两年半 thirty."""
    if word != "半":
        day = cal.shift(day, small_number(word) * sign, unit)
    if (word == "半" or has_half) and unit in _HALVES:
        count, lesser = _HALVES[unit]
        day = cal.shift(day, count * sign, lesser)
    return day


_DEADLINE = re.compile(r"\s?(?:以前|之前|前)(?![三四五六七八九十两0-9后景期往端者段述年任瞻沿])")
_WORDS: PhraseMatcher[tuple[str, int]] = PhraseMatcher(
    dict.fromkeys(_NOW, ("now", 0))
    | dict.fromkeys(_UNRESOLVED, ("unresolved", 0))
    | {word: ("day", days) for word, days in _DAYS.items()}
)
