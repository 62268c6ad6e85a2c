"""Periods: dates, spans and deadlines in a text, resolved against the publication date where they are relative.

A date is read in parts (year, then half, quarter or month, then day); parts join to ranges (2025年4-12月) and take
suffixes (前: a deadline; 起: an open end; 至今). Without a publication date a relative word keeps both bounds null.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from pipelines.extraction import calendar as cal
from pipelines.text.span import Span

Grain = Literal["year", "half", "quarter", "month", "week", "day", "span"]
#: What the words do to the period: a plain stretch, an end only (年底前), a start only (起), now (目前), a look back or
#: ahead of some length (近十年, 36個月內), or none that can be resolved (2024財年, 屆時).
Form = Literal["plain", "deadline", "open", "now", "past_span", "future_span", "unresolved"]

_D = "零〇○一二三四五六七八九十两"
_NUM = rf"(?:\d{{1,4}}|[{_D}廿卅]{{1,4}})"
_MONTH = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九元正])"
_DAY = r"(?:3[01]|[12]\d|0?[1-9]|三十一?|[二廿]十?[一二三四五六七八九]?|十[一二三四五六七八九]?|[一二三四五六七八九])"
_Q = "[一二三四1-4]"
_RELATIVE_YEARS = {"大前年": -3, "前年": -2, "去年": -1, "上年": -1, "今年": 0, "本年": 0, "当年": 0, "明年": 1, "来年": 1,
                   "后年": 2, "大后年": 3}  # fmt: skip
_YEAR = re.compile(
    r"(?P<abs>(?:19|20)\d\d)(?:\s?年(?!代)度?|(?=\s?[QqHh][1-4](?!\d))|(?=\s?全年|\s?[上下]半年)"
    r"|(?=\s?[-–—~/、至到和及与]\s?(?:19|20)\d\d\s?(?:年|[QH])))"
    r"|(?P<cn>[一二][零〇○九][零〇○一二三四五六七八九]{2})年度?"
    r"|民国\s?(?P<roc>\d{1,3}|[一二三四五六七八九十百]+)\s?年度?"
    rf"|(?P<short>[0-4]\d|[一二三四][零〇○一二三四五六七八九])年(?=底|初|第?{_Q}季|{_MONTH}月|[上下]半年|Q)"
    r"|(?P<bareroc>1[0-4]\d)年度?(?!代|来|内|后|前)"
    r"|(?:去|今|明)\s?\((?P<inyear>(?:19|20)\d\d)\)\s?年"
    r"|(?P<rel>" + "|".join(_RELATIVE_YEARS) + r")度?"
)
_PART = re.compile(
    rf"\s?(?:(?P<half>[上下])半年|[Hh](?P<hnum>[12])(?!\d)|第?(?P<quarter>{_Q})(?:[-~至到]第?(?P<quarter2>{_Q}))?季度?"
    rf"|[Qq](?P<qnum>[1-4])(?:\s?[-~]\s?[Qq]?(?P<qnum2>[1-4]))?(?!\d)|(?P<first>首|末)季"
    rf"|前(?P<ytdq>{_Q})季度?|前(?P<ytdm>{_MONTH})个?月|(?P<whole>全年)"
    rf"|(?P<month>{_MONTH})\s?月份?(?:(?P<mpoint>[上中下]旬|初|中(?!国)|底|末)|\s?(?P<day>{_DAY})\s?[日号])?"
    rf"|(?P<m1>{_MONTH})月?\s?[-–~至到]\s?(?P<m2>{_MONTH})\s?月份?)"
)
_POINT = re.compile(r"(?P<point>初|中(?![国期学央小间型长和心])|底|末|尾)")
_COMPACT = re.compile(
    r"(?P<q1>[1-4])[Qq](?P<y1>20\d\d|\d\d)(?!\d)|(?P<y2>20\d\d|\d\d)[Qq](?P<q2>[1-4])(?!\d)"
    r"|(?P<h1>[12])[Hh](?P<y3>20\d\d|\d\d)(?!\d)|(?P<y4>20\d\d|\d\d)[Hh](?P<h2>[12])(?!\d)"
)
_ISO = re.compile(r"(?P<y>(?:19|20)\d\d)[-/.](?P<m>0?[1-9]|1[0-2])[-/.](?P<d>3[01]|[12]\d|0?[1-9])(?!\d)")
_FISCAL = re.compile(r"(?:20\d\d|\d\d)?\s?(?:会计年度|财政年度|财年)|FY\s?'?\d{2,4}")
_SLASH_DAY = re.compile(rf"(?P<m>{_MONTH})/(?P<d>3[01]|[12]\d|0?[1-9])(?=[日起前止至上)])")
_BARE_DAY = re.compile(rf"(?P<d1>{_DAY})(?:日?\s?[-–~至到]\s?(?P<d2>{_DAY}))?日(?![本元圆币产均租报经系])")
_DAY_ONLY = re.compile(rf"(?P<d>{_DAY})\s?[日号]")
_PAREN_DAY = re.compile(
    r"(?P<word>今|昨|明|前)\s?\(\s?(?P<d>\d{1,2})\s?(?P<in>日?)\s?\)\s?(?P<out>日|天|晚|早)?"
)
_UNITS = {"年": "year", "个月": "month", "个季度": "quarter", "季度": "quarter", "季": "quarter", "周": "week",
          "个星期": "week", "星期": "week", "礼拜": "week", "个礼拜": "week", "天": "day", "日": "day"}  # fmt: skip
_UNIT = "(?:" + "|".join(sorted(_UNITS, key=len, reverse=True)) + ")"
_SPAN = re.compile(
    rf"(?P<ahead>未来|今后|往后|接下来)(?P<an>{_NUM}|数|几)(?:[-~至到](?P<an2>{_NUM}))?(?P<ahalf>个?半)?(?P<au>{_UNIT})(?:之内|以内|内|或更短时间内)?"
    rf"|(?P<back>最近|过去|近|过往)(?P<bn>{_NUM}|数|几)(?:[-~至到](?P<bn2>{_NUM}))?(?P<bu>{_UNIT})(?:来|以来|内|间|中)?"
    rf"|(?P<wn>{_NUM})(?:[-~至到](?P<wn2>{_NUM}))?(?P<wu>{_UNIT})(?:之内|以内|内)(?!存)"
    rf"|(?P<gn>{_NUM})(?P<gu>{_UNIT})(?P<ago>前|之前|以前|后|之后|以后)(?![十三期])"
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
_VAGUE = ("届时", "首年", "头一年", "隔年", "翌年", "次年", "当年度", "同期", "上年同期", "去年同期", "同年")
_DAYS = {"大前天": -3, "前天": -2, "前日": -2, "昨天": -1, "昨日": -1, "昨晚": -1, "今天": 0, "今日": 0, "今早": 0, "今晚": 0,
         "本日": 0, "当日": 0, "明天": 1, "明日": 1, "后天": 2}  # fmt: skip
_SHIFTS = {"本": 0, "这": 0, "这个": 0, "上": -1, "上个": -1, "上一": -1, "上一个": -1, "下": 1, "下个": 1, "下一": 1, "下一个": 1,
           "当": 0}  # fmt: skip
_SHIFT = re.compile(
    r"(?P<shift>本|这个?|上一?个?|下一?个?|当)(?P<unit>周|星期|礼拜|月|季度|季)(?!期|刊|转|线|边|年|产)(?P<point>初|中(?!国)|底|末)?"
    r"(?P<weekday>[一二三四五六日天](?![季度个]))?份?"
)
_WEEKDAY = re.compile(r"(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天])(?![期年度])")
_CONNECTOR = re.compile(r"\s?(?:[-–—~〜]|至|到)\s?")
_DEADLINE = re.compile(r"\s?(?:以前|之前|前)(?![三四五六七八九十两0-9后景期往端者段述年任瞻沿])")
_OPEN = re.compile(r"(?:\s?(?:起|开始|以来|以后|之后))")
_ANCHOR = re.compile(
    rf"(?=[\d{_D}廿卅第前去今明昨后大本这上下当现目未近最过年首全民截迄至同届头隔翌次眼如往接来末周星礼QqHhF])"
)


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of days that the text names. `is_floating`: the year was not said and is the publication's."""

    span: Span
    start: date | None
    end: date | None
    grain: Grain
    form: Form = "plain"
    is_floating: bool = False
    #: the words that belong to the period in front of and behind it (從, 左右); the span where there are none
    outer: Span | None = None

    @property
    def phrase(self) -> Span:
        """The period with the words around it that belong to it."""
        return self.outer or self.span


@dataclass(frozen=True, slots=True)
class _Date:
    """A date in parts, with the place where its text ends."""

    end: int
    bounds: cal.Bounds
    grain: Grain
    year: int | None
    month: int | None = None
    is_floating: bool = False
    is_relative: bool = False
    form: Form = "plain"


class PeriodReader:
    """Finds the periods of a text. `reference` is the publication date; `roc_years` reads 114年 as 2025."""

    def __init__(self, text: str, reference: date | None, roc_years: bool = True) -> None:
        self._text = text
        self._ref = reference
        self._roc = roc_years
        self._readers: tuple[Callable[[int], Period | None], ...] = (
            self._calendar,
            self._span,
            self._word,
        )

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
        return tuple(found)

    def _skip(self, at: int) -> int:
        """The next place to try: a run of digits is taken as a whole, 12026年 holds no 2026年."""
        text = self._text
        if not text[at].isdigit() or not text[at].isascii():
            return at + 1
        while at < len(text) and text[at].isascii() and (text[at].isalnum() or text[at] in ".,"):
            at += 1
        return at

    def _read_at(self, at: int) -> Period | None:
        previous = self._text[at - 1 : at]
        if (
            previous
            and previous.isascii()
            and (previous.isalnum() or previous in "-_$")
            and self._text[at].isascii()
        ):
            return None
        for reader in self._readers:
            period = reader(at)
            if period is not None:
                return period
        return None

    # -- dates in parts ------------------------------------------------------------------------------------------

    def _calendar(self, at: int) -> Period | None:
        first = self._date(at)
        if first is None:
            return None
        end, (low, high), form = first.end, first.bounds, first.form
        joined = _CONNECTOR.match(self._text, end)
        if joined and (second := self._second(joined.end(), first)):
            last = second.bounds[1]
            if first.is_floating and not second.is_floating and second.year:
                low = _with_year(low, second.year)
            if low and last and last < low and second.is_floating:
                last = _with_year(last, last.year + 1)  # 11月至3月
            if not (low and last and last < low):
                end, high, form = second.end, last, "plain"
        return self._suffixed(at, end, low, high, first, form)

    def _second(self, at: int, first: _Date) -> _Date | None:
        """The second end of a range; it may lack the year (and the month) that the first one gave."""
        if first.grain == "day" and first.month and (m := _DAY_ONLY.match(self._text, at)):
            day = _day(first.year, first.month, _number(m["d"]))
            return _Date(m.end(), (day, day), "day", first.year, first.month) if day else None
        second = self._date(at)
        if second is not None and second.is_floating and first.year is not None and not first.is_floating:
            low, high = second.bounds
            return replace(
                second, bounds=(_with_year(low, first.year), _with_year(high, first.year)), year=first.year
            )
        return second

    def _suffixed(
        self, at: int, end: int, low: date | None, high: date | None, first: _Date, form: Form
    ) -> Period | None:
        text = self._text
        since = text[max(0, at - 1) : at] in ("自", "从", "由")
        if (m := re.compile(r"\s?(?:至今|迄今|到现在|以来|到目前为止)").match(text, end)) and low:
            return Period(Span(at, m.end()), low, self._ref, first.grain, "plain", first.is_floating)
        if (m := _DEADLINE.match(text, end)) and high and not text.startswith("前后", end):
            last = (
                high
                if first.grain in ("year", "half") or first.form == "deadline"
                else (low or high) - timedelta(days=1)
            )
            if first.grain == "quarter" and low:
                last = low - timedelta(days=1)
            return Period(Span(at, m.end()), None, last, first.grain, "deadline", first.is_floating)
        if (m := _OPEN.match(text, end)) and low and not (first.is_relative and first.grain == "year"):
            if m[0].strip() in ("起", "开始"):
                return Period(Span(at, m.end()), low, None, first.grain, "open", first.is_floating)
        elif since and text.startswith("起", end):
            return Period(Span(at, end + 1), low, None, first.grain, "open", first.is_floating)
        return Period(Span(at, end), low, high, first.grain, form, first.is_floating)

    def _date(self, at: int) -> _Date | None:
        text = self._text
        if m := _ISO.match(text, at):
            day = _day(int(m["y"]), int(m["m"]), int(m["d"]))
            return _Date(m.end(), (day, day), "day", int(m["y"]), int(m["m"])) if day else None
        if m := _COMPACT.match(text, at):
            year = _full_year(m["y1"] or m["y2"] or m["y3"] or m["y4"])
            if m["q1"] or m["q2"]:
                return _Date(m.end(), cal.quarter_bounds(year, int(m["q1"] or m["q2"])), "quarter", year)
            return _Date(m.end(), cal.half_bounds(year, int(m["h1"] or m["h2"])), "half", year)
        if m := _FISCAL.match(text, at):
            return _Date(m.end(), (None, None), "year", None, form="unresolved") if m[0].strip() else None
        if m := _PAREN_DAY.match(text, at):
            return self._paren_day(m)
        if m := _SLASH_DAY.match(text, at):
            return self._month_day(m.end(), _number(m["m"]), _number(m["d"]))
        if (m := _YEAR.match(text, at)) and (year_read := self._year(m)):
            return self._within_year(m.end(), *year_read)
        if m := re.compile(r"年(?P<p>初|中(?![国期学央])|底|末)|全年|上半年|下半年").match(text, at):
            return self._own_year(m)
        if m := _PART.match(text, at):
            return self._bare_part(at, m)
        if (m := _BARE_DAY.match(text, at)) and self._is_bare_day(at, m):
            return self._bare_day(m)
        return None

    def _year(self, m: re.Match[str]) -> tuple[int | None, bool] | None:
        """The year and whether the word is relative; None where this is no year (114年 outside Taiwan)."""
        if m["abs"] or m["inyear"]:
            return int(m["abs"] or m["inyear"]), False
        if m["cn"]:
            return int("".join(str(_number(c)) for c in m["cn"])), False
        if m["roc"]:
            return _number(m["roc"]) + 1911, False
        if m["short"]:
            return 2000 + (
                int(m["short"]) if m["short"].isdigit() else int("".join(str(_number(c)) for c in m["short"]))
            ), False
        if m["bareroc"]:
            return (int(m["bareroc"]) + 1911, False) if self._roc else None
        return (self._ref.year + _RELATIVE_YEARS[m["rel"]] if self._ref else None), True

    def _within_year(self, end: int, year: int | None, is_relative: bool) -> _Date:
        """What follows a year: a part of it, a point in it, or nothing."""
        text = self._text
        if (m := _POINT.match(text, end)) and not text.startswith(("中国", "底下"), end):
            return _Date(m.end(), *self._point(m["point"], year), year, is_relative=is_relative)
        at = end + 1 if text[end : end + 1] == "的" else end
        if m := _PART.match(text, at):
            part = self._part(m, year)
            if part is not None:
                return replace(part, is_relative=is_relative)
        bounds: cal.Bounds = cal.year_bounds(year) if year else (None, None)
        same = re.compile(r"同期|同季|同月").match(text, end)
        form: Form = "unresolved" if same or year is None else "plain"
        return _Date(same.end() if same else end, bounds, "year", year, is_relative=is_relative, form=form)

    def _point(self, word: str, year: int | None) -> tuple[cal.Bounds, Grain]:
        if year is None:
            return (None, None), "year"
        if word == "初":
            return cal.quarter_bounds(year, 1), "quarter"
        if word == "中":
            return (None, date(year, 6, 30)), "half"
        return (None, date(year, 12, 31)), "year"

    def _own_year(self, m: re.Match[str]) -> _Date:
        """年底, 年中, 全年, 上半年 with no year in front: the publication's."""
        year = self._ref.year if self._ref else None
        if m["p"]:
            bounds, grain = self._point(m["p"], year)
            return _Date(m.end(), bounds, grain, year, is_floating=True)
        if year is None:
            return _Date(m.end(), (None, None), "half", None, is_floating=True, form="unresolved")
        if m[0] == "全年":
            return _Date(m.end(), cal.year_bounds(year), "year", year, is_floating=True)
        return _Date(
            m.end(), cal.half_bounds(year, 1 if m[0][0] == "上" else 2), "half", year, is_floating=True
        )

    def _bare_part(self, at: int, m: re.Match[str]) -> _Date | None:
        text = self._text
        if m["half"] or text[at] == " " or (m["month"] and text[at - 1 : at] in ("个", "第", "每", "整")):
            return None
        if text[m.end() : m.end() + 1] in ("产", "薪", "租", "供") and m["month"] and not m["day"]:
            return None
        part = self._part(m, self._ref.year if self._ref else None)
        return replace(part, is_floating=True) if part else None

    def _part(self, m: re.Match[str], year: int | None) -> _Date | None:
        end = m.end()
        quarter = m["quarter"] or m["qnum"] or ({"首": "1", "末": "4"}[m["first"]] if m["first"] else None)
        half = m["hnum"] or ({"上": "1", "下": "2"}[m["half"]] if m["half"] else None)
        month = _number(m["month"]) if m["month"] else None
        grain: Grain = "half" if half else "quarter" if quarter or m["ytdq"] else "month"
        if year is None:
            return _Date(end, (None, None), grain, None, month, form="unresolved")
        if half:
            return _Date(end, cal.half_bounds(year, int(half)), "half", year)
        if quarter:
            last = m["quarter2"] or m["qnum2"]
            return _Date(
                end,
                cal.quarter_bounds(year, _number(quarter), _number(last) if last else None),
                "quarter",
                year,
            )
        if m["ytdq"]:
            return _Date(end, cal.quarter_bounds(year, 1, _number(m["ytdq"])), "span", year)
        if m["ytdm"]:
            return _Date(end, cal.month_bounds(year, 1, _number(m["ytdm"])), "span", year)
        if m["whole"]:
            return _Date(end, cal.year_bounds(year), "year", year)
        if m["m1"]:
            first, last_month = _number(m["m1"]), _number(m["m2"])
            if first >= last_month:
                return None
            return _Date(end, cal.month_bounds(year, first, last_month), "span", year, first)
        assert month is not None
        return self._month(m, end, year, month)

    def _month(self, m: re.Match[str], end: int, year: int, month: int) -> _Date | None:
        low, high = cal.month_bounds(year, month)
        if m["day"]:
            day = _day(year, month, _number(m["day"]))
            return _Date(end, (day, day), "day", year, month) if day else None
        point = m["mpoint"]
        if point in ("底", "末"):
            return _Date(end, (None, high), "month", year, month, form="deadline")
        if point in ("初", "上旬"):
            return _Date(end, (low, low + timedelta(days=9)), "month", year, month)
        if point in ("中", "中旬"):
            return _Date(end, (low + timedelta(days=10), low + timedelta(days=19)), "month", year, month)
        if point == "下旬":
            return _Date(end, (low + timedelta(days=20), high), "month", year, month)
        return _Date(end, (low, high), "month", year, month)

    def _month_day(self, end: int, month: int, day: int) -> _Date | None:
        year = self._ref.year if self._ref else None
        if year is None:
            return _Date(end, (None, None), "day", None, month, is_floating=True, form="unresolved")
        found = _day(year, month, day)
        return _Date(end, (found, found), "day", year, month, is_floating=True) if found else None

    def _is_bare_day(self, at: int, m: re.Match[str]) -> bool:
        """25日 is a date in news, but not in 三日, 45 日 or 每日; Chinese digits need 十 or 廿."""
        before = self._text[max(0, at - 1) : at]
        if before in ("第", "每", "近", "满", "逾", "约", "共", "连", "续", "达", "需"):
            return False
        return m["d1"].isdigit() or "十" in m["d1"] or "廿" in m["d1"]

    def _bare_day(self, m: re.Match[str]) -> _Date | None:
        if self._ref is None:
            return _Date(m.end(), (None, None), "day", None, form="unresolved", is_floating=True)
        ref = self._ref
        first = _day(ref.year, ref.month, _number(m["d1"]))
        last = _day(ref.year, ref.month, _number(m["d2"])) if m["d2"] else first
        if first is None or last is None:
            return None
        if first > ref + timedelta(days=7):  # the 28th, said on the 3rd, is last month's
            back = cal.add_months(ref.replace(day=1), -1)
            first, last = _day(back.year, back.month, first.day), _day(back.year, back.month, last.day)
            if first is None or last is None:
                return None
        return _Date(m.end(), (first, last), "day", first.year, first.month)

    def _paren_day(self, m: re.Match[str]) -> _Date | None:
        """今(2)日, 昨(21日): the day in brackets, near the publication date."""
        if not (m["in"] or m["out"]):
            return None
        if self._ref is None:
            return _Date(m.end(), (None, None), "day", None, form="unresolved")
        day = int(m["d"])
        near = [self._ref + timedelta(days=n) for n in sorted(range(-15, 16), key=abs)]
        found = next((d for d in near if d.day == day), None)
        return _Date(m.end(), (found, found), "day", found.year, found.month) if found else None

    # -- spans and words -----------------------------------------------------------------------------------------

    def _span(self, at: int) -> Period | None:
        m = _SPAN.match(self._text, at)
        if m is None:
            return None
        span = Span(at, m.end())
        word = m["an2"] or m["an"] or m["bn2"] or m["bn"] or m["wn2"] or m["wn"] or m["gn"]
        unit = _UNITS[m["au"] or m["bu"] or m["wu"] or m["gu"]]
        ahead = bool(m["ahead"] or m["wn"] or (m["ago"] and "后" in m["ago"]))
        if m["gn"] and unit == "year" and m["gn"].isdigit() and int(m["gn"]) >= 1900:
            return None
        form: Form = "future_span" if ahead else "past_span"
        if self._ref is None or word in ("数", "几"):
            return Period(span, None, None, "span", "unresolved")
        try:
            edge = cal.shift(self._ref, _number(word) * (1 if ahead else -1), unit)
        except (OverflowError, ValueError):
            return Period(span, None, None, "span", "unresolved")
        if m["gn"]:
            return Period(span, edge, edge, "day", "plain")
        low, high = (self._ref, edge) if ahead else (edge, self._ref)
        return Period(span, low, high, "span", form)

    def _word(self, at: int) -> Period | None:
        text, ref = self._text, self._ref
        for word in _NOW:
            if text.startswith(word, at):
                return Period(Span(at, at + len(word)), None, ref, "span", "now")
        for word in _VAGUE:
            if text.startswith(word, at):
                return Period(Span(at, at + len(word)), None, None, "span", "unresolved")
        for word, days in _DAYS.items():
            if text.startswith(word, at):
                day = ref + timedelta(days=days) if ref else None
                return Period(Span(at, at + len(word)), day, day, "day")
        if m := _SHIFT.match(text, at):
            return self._shifted(at, m)
        if m := _WEEKDAY.match(text, at):
            return self._weekday(at, m.end(), 0, m["weekday"])
        if text.startswith(("明后两年", "明后年", "今明两年", "今明年"), at):
            end = at + (4 if text[at + 2 : at + 4] == "两年" else 3)
            first = (ref.year + (text[at] == "明")) if ref else None
            low, high = (date(first, 1, 1), date(first + 1, 12, 31)) if first else (None, None)
            return Period(Span(at, end), low, high, "span", "plain" if ref else "unresolved")
        return None

    def _shifted(self, at: int, m: re.Match[str]) -> Period | None:
        """本周, 上個月, 下季, 上周五, 本月底."""
        ref, text = self._ref, self._text
        end = m.end()
        steps = _SHIFTS[m["shift"]]
        unit = {"周": "week", "星期": "week", "礼拜": "week", "月": "month"}.get(m["unit"], "quarter")
        if unit == "week" and m["weekday"]:
            return self._weekday(at, end, steps, m["weekday"])
        if m["weekday"]:
            end = m.start("weekday")
        if m["shift"] == "当" and unit != "month":
            return None
        deadline = _DEADLINE.match(text, end)
        if ref is None:
            return Period(Span(at, end), None, None, unit, "unresolved")  # type: ignore[arg-type]
        if unit == "week":
            low, high = cal.week_bounds(ref + timedelta(weeks=steps))
            if not steps:
                high = min(high, ref)
        else:
            day = cal.shift(ref.replace(day=1), steps, unit)
            quarter = (day.month + 2) // 3
            low, high = (
                cal.month_bounds(day.year, day.month)
                if unit == "month"
                else cal.quarter_bounds(day.year, quarter)
            )
        if m["point"] in ("底", "末"):
            return Period(Span(at, deadline.end() if deadline else end), None, high, unit, "deadline")  # type: ignore[arg-type]
        if deadline:
            return Period(Span(at, deadline.end()), None, low - timedelta(days=1), unit, "deadline")  # type: ignore[arg-type]
        return Period(Span(at, end), low, high, unit)  # type: ignore[arg-type]

    def _weekday(self, at: int, end: int, weeks: int, name: str) -> Period:
        if self._ref is None:
            return Period(Span(at, end), None, None, "day", "unresolved")
        number = "一二三四五六日天".index(name) % 7 if name != "天" else 6
        day = cal.week_bounds(self._ref + timedelta(weeks=weeks))[0] + timedelta(days=number)
        return Period(Span(at, end), day, day, "day")


_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2, "元": 1, "正": 1}


def _number(word: str) -> int:
    """A small Chinese or Arabic number (up to 999): 十二, 廿四, 一百一十四, 26, 二六."""
    if word.isdigit() and word.isascii():
        return int(word)
    total, digit = 0, None
    for char in word:
        if char in _DIGITS:
            digit = _DIGITS[char] if digit is None else digit * 10 + _DIGITS[char]
        elif char == "十":
            total += (1 if digit is None else digit) * 10
            digit = None
        elif char == "百":
            total += (1 if digit is None else digit) * 100
            digit = None
        elif char in "廿卅":
            total += 20 if char == "廿" else 30
    return total + (digit or 0)


def _full_year(word: str) -> int:
    return int(word) if len(word) == 4 else 2000 + int(word)


def _day(year: int | None, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if year else None
    except ValueError:
        return None


def _with_year(day: date | None, year: int) -> date | None:
    if day is None:
        return None
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=28)
