"""Dates in parts: a year, then a half, quarter, month or season of it, then a day; and the compact ways to write them."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from datetime import date, timedelta

from pipelines.extraction import calendar as cal
from pipelines.extraction.period import DatePart, Form, Grain, small_number

_MONTH = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九元正])"
_DAY = r"(?:3[01]|[12]\d|0?[1-9]|三十一?|[二廿]十?[一二三四五六七八九]?|十[一二三四五六七八九]?|[一二三四五六七八九])"
_Q = "[一二三四1-4]"
_D = "[零〇○一二三四五六七八九]"
_DASH = "[-–—~〜ー至到]"
_RELATIVE_YEARS = {"大前年": -3, "前年": -2, "去年": -1, "上年": -1, "上一年": -1, "前一年": -1, "今年": 0, "本年": 0,
                   "当年": 0, "这一年": 0, "明年": 1, "来年": 1, "下一年": 1, "后年": 2, "大后年": 3}  # fmt: skip
#: what may follow a year of two digits for it to be one
_OF_YEAR = rf"底|初|第?{_Q}季|{_MONTH}月|[上下]半年|Q|前{_D}?十?{_D}?个?月"
_YEAR = re.compile(
    r"(?P<abs>(?:19|20)\d\d)(?:\s?年(?!代)度?|(?=\s?[QqHh][1-4](?!\d))|(?=\s?全年|\s?[上下]半年)"
    rf"|(?=\s?[-–—~〜ー/、至到和及与]{{1,2}}\s?(?:19|20)\d\d\s?(?:年|[QH]|[、和及与/](?:19|20)\d\d))|(?=[至到]\d\d年)"
    r"|(?=\s?[-–—~]\s?(?:19|20)\d\d(?:[,。;)、]|\s?(?:期间|复合|CAGR)|$)))"
    r"|(?P<old>1[0-8]\d\d|21\d\d)年(?!代)"
    rf"|(?P<cn>[一二]{_D}{{3}})年度?"
    r"|(?P<spelled>[一二两]千(?:零[一二三四五六七八九]|零?[一二三四五六七八九]?十[一二三四五六七八九]?))年"
    r"|民国\s?(?P<roc>\d{1,3}|[一二三四五六七八九十百]+)\s?年度?"
    rf"|(?P<short>[0-4]\d|[一二三四]{_D})年(?={_OF_YEAR})"
    rf"|(?P<zero>[零〇][一二三四五六七八九])年(?![来内后前])"
    rf"|(?P<last>[5-9]\d|[五六七八九]{_D})年(?={_OF_YEAR})"
    rf"|(?P<three>[一二三四五六七八九]{_D}{{2}})年(?={_MONTH}月{_DAY}[日号])"
    r"|(?P<bareroc>1[0-4]\d)年度?(?!代|来|内|后|前)"
    r"|(?:去|今|明)\s?\((?P<inyear>(?:19|20)\d\d)\)\s?年"
    r"|(?<![马以])(?P<rel>"
    + "|".join(sorted(_RELATIVE_YEARS, key=len, reverse=True))
    + r")(?<![前后]年(?=[产均营化复增销]))度?"
)
#: a day without 日: only where the phrase ends behind it
_DAY_END = rf"(?=$|[,。;)](?!\d)|{_DASH}{_MONTH}月|出生)"
_PART = re.compile(
    rf"\s?(?:(?P<half>[上下])半年|[Hh](?P<hnum>[12])(?!\d)"
    rf"|第?(?P<quarter>{_Q})(?:(?:{_DASH}|(?P<qlist>[、和及与]))第?(?P<quarter2>{_Q}))?季度?(?![豆如分])"
    rf"|[Qq](?P<qnum>[1-4])(?:\s?[-~]\s?[Qq]?(?P<qnum2>[1-4]))?(?!\d)|(?P<first>首|末)季"
    rf"|[前首头](?P<ytdq>[两二三四2-4])个?季度?|[前首头](?P<ytdm>{_MONTH}|两)个?月(?!底|初|\d)|(?P<whole>全年)"
    rf"|(?P<listed>(?:{_MONTH}、){{1,5}}{_MONTH})月份?(?!底|初)"
    rf"|(?P<month>{_MONTH})\s?月份?(?:(?P<mpoint>[上中下]旬|初|中(?!国)|底|末)|\s?(?P<day>{_DAY})\s?[日号]"
    rf"|\s?(?P<day2>\d{{1,2}}|[二廿]十?{_D}?|十{_D}?|三十一?){_DAY_END})?"
    rf"|(?P<m1>{_MONTH})月?\s?{_DASH}{{1,2}}\s?(?P<m2>{_MONTH})\s?月份?)"
)
_POINT = re.compile(r"年?(?P<point>初|中(?![国期学央小间型长和心])|底|末(?!季)|尾)")
_SEASON = re.compile(r"的?[春夏秋冬][天季]")
_OWN = re.compile(r"年(?P<p>初|中(?![国期学央])|底|末)|全年|上半年|下半年")
_SAME = re.compile(r"同期|同季|同月")
_COMPACT = re.compile(
    r"(?P<q1>[1-4])[Qq]\s?['’]?(?P<y1>20\d\d|\d\d)(?!\d)|[Qq](?P<q3>[1-4])\s?['’](?P<y5>\d\d)(?!\d)|(?P<y2>20\d\d|\d\d)[Qq](?P<q2>[1-4])(?!\d)"
    r"|(?P<h1>[12])[Hh](?P<y3>20\d\d|\d\d)(?!\d)|(?P<y4>20\d\d|\d\d)[Hh](?P<h2>[12])(?!\d)"
)
_ISO = re.compile(
    r"(?P<y>(?:19|20)\d\d)(?P<s>[-/. ])(?P<m>0?[1-9]|1[0-2])(?:[-/.]|(?<=\d)(?P=s))(?P<d>3[01]|[12]\d|0?[1-9])(?!\d)"
)
_DAY_FIRST = re.compile(r"(?P<d>\d{1,2})(?P<s>[/.-])(?P<m>\d{1,2})(?P=s)(?P<y>(?:19|20)\d\d)(?!\d)")
_TWO_DIGITS = re.compile(
    r"(?P<a>\d\d)-(?P<b>\d\d)-(?P<c>\d\d)(?![\d-])|(?P<x>\d{1,2})/(?P<z>\d{1,2})/(?P<w>\d\d)(?![\d/])"
)
_YEAR_MONTH = re.compile(r"(?P<y>(?:19|20)\d\d)[./](?P<m>0[1-9]|1[0-2])(?![\d.])")
_YEAR_MONTH_RANGE = re.compile(r"(?:19|20)\d\d[./]\d\d\s?[-~至到]\s?(?:19|20)\d\d[./]\d\d(?!\d)")
_FISCAL = re.compile(r"(?:20\d\d|\d\d)?\s?(?:会计年度|财政年度|财年)|FY\s?'?\d{2,4}")
_SLASH_DAY = re.compile(
    r"(?P<m>1[0-2]|0?[1-9])/(?P<d>3[01]|[12]\d|0?[1-9])(?![\d/.%])(?P<clear>\s?[日起前止至上)(])?"
)
_DOT_DAY = re.compile(r"(?P<m>1[0-2]|[1-9])·(?P<d>3[01]|[12]\d|0?[1-9])(?!\d)")
_BARE_DAY = re.compile(
    rf"(?P<d1>{_DAY})(?:[日号]?\s?[-–~至到]\s?(?P<d2>{_DAY}))?(?:日(?![本元圆币产均租报经系])|(?P<hao>号)(?!\w*[线楼店馆厂机井船门院路文房令公床码]))"
)
_DAY_ONLY = re.compile(rf"(?P<d>{_DAY})\s?[日号]")
_DAYS_OF = re.compile(rf"(?P<d1>{_DAY})[日号]?{_DASH}(?P<d2>{_DAY})[日号]")
_PAREN_DAY = re.compile(
    r"(?P<word>今|昨|明|前)\s?\(\s?(?P<d>\d{1,2})\s?(?P<in>日?)\s?\)\s?(?P<out>日|天|晚|早)?"
)
_PAREN_PART = re.compile(
    rf"(?P<word>本|今|上|前|下)\s?\(\s?(?:(?P<m>1[0-2]|0?[1-9])\s?月?\s?\)\s?月份?|[第Qq]?(?P<q>{_Q})\s?季?\s?\)\s?季度?)"
)
_CENTURY = re.compile(
    r"(?P<c>[12]?\d|[一二]?十?[一二三四五六七八九]?十?)世纪(?:(?P<n>[1-9]0|[一二三四五六七八九]十)年代)?(?P<part>初期?|前期|早期|中期|末期?|后期|晚期)?"
)
_SHORT_YEAR = re.compile(r"(?P<y>\d\d)年")
_BARE_YEAR = re.compile(r"(?:19|20)\d\d(?!\d)")
_NOT_BEFORE_DAY = ("第", "每", "近", "满", "逾", "约", "共", "连", "续", "达", "需", "超", "过", "内")
_BEFORE_NUMBERED_DAY = "的月于於在至到、,和自从年次由(前"


class DateReader:
    """Reads one date at a place. `reference` is the publication date; `roc_years` reads 114年 as 2025."""

    def __init__(self, text: str, reference: date | None, roc_years: bool) -> None:
        self._text = text
        self._ref = reference
        self._roc = roc_years

    def read(self, at: int) -> DatePart | None:
        """The date that begins at `at`."""
        text = self._text
        if text[at].isdigit() and text[at].isascii() and (part := self._numeric(at)) is not None:
            return part
        if m := _COMPACT.match(text, at):
            return self._compact(m)
        if m := _FISCAL.match(text, at):
            return DatePart(m.end(), (None, None), "year", None, form="unresolved") if m[0].strip() else None
        if m := _PAREN_DAY.match(text, at):
            return self._paren_day(m)
        if m := _PAREN_PART.match(text, at):
            return self._paren_part(m)
        if (m := _CENTURY.match(text, at)) and m["c"]:
            return self._century(m)
        if (m := _YEAR.match(text, at)) and (year_read := self._year(m)):
            return self._within_year(m.end(), *year_read)
        if m := _OWN.match(text, at):
            return self._own_year(m)
        if m := _PART.match(text, at):
            return self._bare_part(at, m)
        if (m := _BARE_DAY.match(text, at)) and self._is_bare_day(at, m):
            return self._bare_day(m)
        return None

    def second(self, at: int, first: DatePart) -> DatePart | None:
        """The second end of a range; it may lack the year (and the month) that the first one gave."""
        text = self._text
        if first.grain == "day" and first.month and first.year and (m := _DAY_ONLY.match(text, at)):
            day = cal.day_of(first.year, first.month, small_number(m["d"]))
            return DatePart(m.end(), (day, day), "day", first.year, first.month) if day else None
        if first.grain == "year" and first.year and not first.is_relative:
            if (m := _SHORT_YEAR.match(text, at)) and int(m["y"]) > first.year % 100:
                return self._within_year(m.end(), first.year // 100 * 100 + int(m["y"]), False)
            if (
                (m := _BARE_YEAR.match(text, at))
                and int(m[0]) > first.year
                and text[m.end() : m.end() + 1] != "年"
            ):
                return DatePart(
                    m.end() + text.startswith("年", m.end()), cal.year_bounds(int(m[0])), "year", int(m[0])
                )
        if m := _YEAR_MONTH.match(text, at):
            return self._year_month(m)
        second = self.read(at)
        if second is not None and second.is_floating and first.year is not None and not first.is_floating:
            low, high = second.bounds
            bounds = (cal.with_year(low, first.year), cal.with_year(high, first.year))
            return replace(second, bounds=bounds, year=first.year)
        return second

    # -- digits --------------------------------------------------------------------------------------------------

    def _numeric(self, at: int) -> DatePart | None:
        text = self._text
        if m := _ISO.match(text, at):
            return _on(m.end(), int(m["y"]), int(m["m"]), int(m["d"]))
        if m := _DAY_FIRST.match(text, at):
            day, month = int(m["d"]), int(m["m"])
            return _on(m.end(), int(m["y"]), *((month, day) if month <= 12 else (day, month)))
        if m := _TWO_DIGITS.match(text, at):
            if m["a"]:
                return _on(m.end(), 2000 + int(m["a"]), int(m["b"]), int(m["c"]))
            day, month = int(m["x"]), int(m["z"])
            return _on(m.end(), 2000 + int(m["w"]), *((month, day) if month <= 12 else (day, month)))
        if _YEAR_MONTH_RANGE.match(text, at) and (m := _YEAR_MONTH.match(text, at)):
            return self._year_month(m)
        if m := _COMPACT.match(text, at):
            return self._compact(m)
        if (m := _SLASH_DAY.match(text, at)) and self._is_slash_day(at, m):
            return self._month_day(m.end("d"), int(m["m"]), int(m["d"]))
        if m := _DOT_DAY.match(text, at):
            return self._month_day(m.end(), int(m["m"]), int(m["d"]))
        return None

    def _compact(self, m: re.Match[str]) -> DatePart:
        """3Q25, 25Q3, Q3'25, 1H26."""
        year = _full_year(m["y1"] or m["y2"] or m["y3"] or m["y4"] or m["y5"])
        if quarter := m["q1"] or m["q2"] or m["q3"]:
            return DatePart(m.end(), cal.quarter_bounds(year, int(quarter)), "quarter", year)
        return DatePart(m.end(), cal.half_bounds(year, int(m["h1"] or m["h2"])), "half", year)

    def _is_slash_day(self, at: int, m: re.Match[str]) -> bool:
        """5/29 is a date where it can be no fraction, or where 日, 起 or a bracket says so."""
        if m["clear"]:
            return True
        before = self._text[at - 1 : at] if at else ""
        month, day = int(m["m"]), int(m["d"])
        return (day > 12 or (month > day and month > 1)) and not (
            before in (" ", "-", "−") or (before.isascii() and before.isalnum())
        )

    def _year_month(self, m: re.Match[str]) -> DatePart:
        year, month = int(m["y"]), int(m["m"])
        return DatePart(m.end(), cal.month_bounds(year, month), "month", year, month)

    # -- years ---------------------------------------------------------------------------------------------------

    def _year(self, m: re.Match[str]) -> tuple[int | None, bool] | None:
        """The year and whether the word is relative; None where this is no year (114年 outside Taiwan)."""
        if written := m["abs"] or m["inyear"] or m["old"]:
            return int(written), False
        if written := m["cn"] or m["three"]:
            return int("".join(str(small_number(c)) for c in written)), False
        if m["spelled"]:
            return small_number(m["spelled"]), False
        if m["roc"]:
            return small_number(m["roc"]) + 1911, False
        if written := m["short"] or m["zero"] or m["last"]:
            number = (
                int(written)
                if written.isdigit() and written.isascii()
                else int("".join(str(small_number(c)) for c in written))
            )
            return (1900 if m["last"] else 2000) + number, False
        if m["bareroc"]:
            return (int(m["bareroc"]) + 1911, False) if self._roc else None
        return (self._ref.year + _RELATIVE_YEARS[m["rel"]] if self._ref else None), True

    def _century(self, m: re.Match[str]) -> DatePart | None:
        """18世紀, 二十世紀九十年代末期."""
        number = small_number(m["c"])
        if not 1 <= number <= 30:
            return None
        first = (number - 1) * 100 + (small_number(m["n"]) if m["n"] else 0)
        last = first + (9 if m["n"] else 99)
        part = (m["part"] or "").rstrip("期")
        third = (last - first + 1) // 3
        if part in ("初", "前", "早"):
            last = first + third - 1
        elif part == "中":
            first, last = first + third, last - third
        elif part:
            first = last - third + 1
        start = date(max(first, 1), 1, 1)
        return DatePart(m.end(), (start, date(last, 12, 31)), "span", None)

    def _within_year(self, end: int, year: int | None, is_relative: bool) -> DatePart:
        """What follows a year: a part of it, a point in it, or nothing."""
        text = self._text
        if (m := _POINT.match(text, end)) and not text.startswith(("中国", "底下"), end):
            return DatePart(m.end(), *_point(m["point"], year), year, is_relative=is_relative)
        if m := _SEASON.match(text, end):
            return DatePart(m.end(), (None, None), "span", year, is_relative=is_relative, form="unresolved")
        at = end + 1 if text[end : end + 1] == "的" else end
        if (m := _PART.match(text, at)) and (part := self._part(m, year)) is not None:
            return replace(part, is_relative=is_relative)
        bounds: cal.Bounds = cal.year_bounds(year) if year else (None, None)
        same = _SAME.match(text, end)
        form: Form = "unresolved" if same or year is None else "plain"
        return DatePart(same.end() if same else end, bounds, "year", year, is_relative=is_relative, form=form)

    def _own_year(self, m: re.Match[str]) -> DatePart:
        """年底, 年中, 全年, 上半年 with no year in front: the publication's."""
        year = self._ref.year if self._ref else None
        if m["p"]:
            return DatePart(m.end(), *_point(m["p"], year), year, is_floating=True)
        if year is None:
            return DatePart(m.end(), (None, None), "half", None, is_floating=True, form="unresolved")
        if m[0] == "全年":
            return DatePart(m.end(), cal.year_bounds(year), "year", year, is_floating=True)
        bounds = cal.half_bounds(year, 1 if m[0][0] == "上" else 2)
        return DatePart(m.end(), bounds, "half", year, is_floating=True)

    # -- parts of a year -----------------------------------------------------------------------------------------

    def _bare_part(self, at: int, m: re.Match[str]) -> DatePart | None:
        text = self._text
        if m["half"] or text[at] == " " or (m["month"] and text[at - 1 : at] in ("个", "第", "每", "整")):
            return None
        if m["month"] and text.endswith(("每年", "每逢"), 0, at):
            return None
        if text[m.end() : m.end() + 1] in ("产", "薪", "租", "供") and m["month"] and not m["day"]:
            return None
        part = self._part(m, self._ref.year if self._ref else None)
        return replace(part, is_floating=True) if part else None

    def _part(self, m: re.Match[str], year: int | None) -> DatePart | None:
        end = m.end()
        quarter = m["quarter"] or m["qnum"] or ({"首": "1", "末": "4"}[m["first"]] if m["first"] else None)
        half = m["hnum"] or ({"上": "1", "下": "2"}[m["half"]] if m["half"] else None)
        month = small_number(m["month"]) if m["month"] else None
        grain: Grain = "half" if half else "quarter" if quarter or m["ytdq"] else "month"
        if year is None:
            return DatePart(end, (None, None), grain, None, month, form="unresolved")
        if half:
            return DatePart(end, cal.half_bounds(year, int(half)), "half", year)
        if quarter:
            last = m["quarter2"] or m["qnum2"]
            if last and small_number(last) < small_number(quarter):
                return None
            if m["qlist"] and small_number(last) != small_number(quarter) + 1:  # 第一和第三季 is no span
                return None
            bounds = cal.quarter_bounds(year, small_number(quarter), small_number(last) if last else None)
            return DatePart(end, bounds, "quarter", year)
        if m["ytdq"]:
            return DatePart(end, cal.quarter_bounds(year, 1, small_number(m["ytdq"])), "span", year)
        if m["ytdm"]:
            return DatePart(end, cal.month_bounds(year, 1, small_number(m["ytdm"])), "span", year)
        if m["whole"]:
            return DatePart(end, cal.year_bounds(year), "year", year)
        if m["m1"] or m["listed"]:
            return _months(m, year)
        assert month is not None
        return self._month(m, end, year, month)

    def _month(self, m: re.Match[str], end: int, year: int, month: int) -> DatePart | None:
        low, high = cal.month_bounds(year, month)
        if written := m["day"] or m["day2"]:
            if m["day"] and (days := _DAYS_OF.match(self._text, m.start("day"))):
                first, last = (cal.day_of(year, month, small_number(days[g])) for g in ("d1", "d2"))
                if first and last and first < last:
                    return DatePart(days.end(), (first, last), "span", year, month)
            return self._day_of_month(end, year, month, small_number(written), m)
        point = m["mpoint"]
        if point is None and (days := _DAYS_OF.match(self._text, end)):
            first, last = (cal.day_of(year, month, small_number(days[g])) for g in ("d1", "d2"))
            if first and last and first < last:
                return DatePart(days.end(), (first, last), "span", year, month)
        if point in ("底", "末"):
            return DatePart(end, (None, high), "month", year, month, form="deadline")
        if point in ("初", "上旬"):
            return DatePart(end, (low, low + timedelta(days=9)), "month", year, month)
        if point in ("中", "中旬"):
            return DatePart(end, (low + timedelta(days=10), low + timedelta(days=19)), "month", year, month)
        if point == "下旬":
            return DatePart(end, (low + timedelta(days=20), high), "month", year, month)
        return DatePart(end, (low, high), "month", year, month)

    def _day_of_month(
        self, end: int, year: int, month: int, number: int, m: re.Match[str]
    ) -> DatePart | None:
        """A day; 29 February without a year is the nearest there is, with a wrong year it cannot be resolved."""
        day = cal.day_of(year, month, number)
        is_leap_day = (month, number) == (2, 29)
        if day is None and is_leap_day and self._ref and self._text[m.start() - 1 : m.start()] != "年":
            day = cal.nearest_leap_day(self._ref)
        if day is None:
            return DatePart(end, (None, None), "day", year, month, form="unresolved") if is_leap_day else None
        return DatePart(end, (day, day), "day", day.year, month)

    def _month_day(self, end: int, month: int, day: int) -> DatePart | None:
        year = self._ref.year if self._ref else None
        if year is None:
            return DatePart(end, (None, None), "day", None, month, is_floating=True, form="unresolved")
        found = cal.day_of(year, month, day)
        return DatePart(end, (found, found), "day", year, month, is_floating=True) if found else None

    # -- days alone ----------------------------------------------------------------------------------------------

    def _is_bare_day(self, at: int, m: re.Match[str]) -> bool:
        """25日 is a date in news, but not in 三日, 45 日 or 每日; Chinese digits need 十 or 廿, 12號 a place for a date."""
        before = self._text[max(0, at - 1) : at]
        if (
            before in _NOT_BEFORE_DAY
            or self._text.endswith("每月", 0, at)
            or self._text.startswith(("内", "之内", "以内"), m.end())
        ):
            return False
        if m["hao"] and (not before or before not in _BEFORE_NUMBERED_DAY):
            return False
        return m["d1"].isdigit() or "十" in m["d1"] or "廿" in m["d1"]

    def _bare_day(self, m: re.Match[str]) -> DatePart | None:
        if self._ref is None:
            return DatePart(m.end(), (None, None), "day", None, form="unresolved", is_floating=True)
        ref = self._ref
        back = cal.add_months(ref.replace(day=1), -1) if (ref.year, ref.month) > (1, 1) else ref
        numbers = small_number(m["d1"]), small_number(m["d2"] or m["d1"])
        first, last = (cal.day_of(ref.year, ref.month, n) for n in numbers)
        if first is None or first > ref + timedelta(days=7):  # the 28th, said on the 3rd, is last month's
            first, last = (cal.day_of(back.year, back.month, n) for n in numbers)
        if first is None or last is None:
            return None
        return DatePart(m.end(), (first, last), "day", first.year, first.month)

    def _paren_day(self, m: re.Match[str]) -> DatePart | None:
        """今(2)日, 昨(21日): the day in brackets, near the publication date."""
        if not (m["in"] or m["out"]):
            return None
        if self._ref is None:
            return DatePart(m.end(), (None, None), "day", None, form="unresolved")
        number = int(m["d"])
        near = sorted(range(-15, 16), key=abs)
        ordinal = self._ref.toordinal()
        days = (date.fromordinal(ordinal + n) for n in near if 1 <= ordinal + n <= date.max.toordinal())
        found = next((day for day in days if day.day == number), None)
        return DatePart(m.end(), (found, found), "day", found.year, found.month) if found else None

    def _paren_part(self, m: re.Match[str]) -> DatePart | None:
        """本(11)月, 上(10)月, 本(第四)季: the month or quarter in brackets, on the side of the publication that the word says."""
        grain: Grain = "month" if m["m"] else "quarter"
        if self._ref is None:
            return DatePart(m.end(), (None, None), grain, None, form="unresolved")
        number, of_year = (int(m["m"]), 12) if m["m"] else (small_number(m["q"]), 4)
        now = self._ref.month if m["m"] else (self._ref.month + 2) // 3
        ahead = (number - now) % of_year
        if m["word"] in "上前" or (m["word"] == "本" and 2 * ahead > of_year):
            ahead -= of_year
        year = self._ref.year + (now + ahead - 1) // of_year
        if not 1 <= year <= 9999:
            return None
        bounds = cal.month_bounds(year, number) if m["m"] else cal.quarter_bounds(year, number)
        return DatePart(m.end(), bounds, grain, year, number if m["m"] else None)


def _point(word: str, year: int | None) -> tuple[cal.Bounds, Grain]:
    """The beginning, middle or end of a year."""
    if year is None:
        return (None, None), "year"
    if word == "初":
        return cal.quarter_bounds(year, 1), "quarter"
    if word == "中":
        return (None, date(year, 6, 30)), "half"
    return (None, date(year, 12, 31)), "year"


def _months(m: re.Match[str], year: int) -> DatePart | None:
    """4-12月, and a list of months that follow one another (7、8月)."""
    names = m["listed"].split("、") if m["listed"] else [m["m1"], m["m2"]]
    numbers = [small_number(name) for name in names]
    follows = all(b == a + 1 for a, b in itertools.pairwise(numbers)) if m["listed"] else True
    if numbers[0] >= numbers[-1] or not follows:
        return None
    return DatePart(m.end(), cal.month_bounds(year, numbers[0], numbers[-1]), "span", year, numbers[0])


def _on(end: int, year: int, month: int, day: int) -> DatePart | None:
    found = cal.day_of(year, month, day)
    return DatePart(end, (found, found), "day", year, month) if found else None


def _full_year(word: str) -> int:
    return int(word) if len(word) == 4 else 2000 + int(word)
