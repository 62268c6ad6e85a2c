"""Lists side by side: 2026年和2027年缺口為4.9%和2.5%; 甲、乙分別出貨3萬台和5萬台; 亞洲及歐洲的營收分別為x及y.

A run of values is paired with the nearest run of periods, companies or things before it that is as long; where the
counts differ nothing is paired. 同期 takes up the run of periods that the sentence before was paired with.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from pipelines.extraction.claims.frame import Frame
from pipelines.extraction.document import COMPANY, PERIOD, QUANTITY, Sentence, Token
from pipelines.extraction.lexicon import normalize
from pipelines.extraction.model import PeriodBounds
from pipelines.extraction.parties import Mention
from pipelines.extraction.periods import Period
from pipelines.extraction.quantities import Quantity

_JOINT = normalize(r"\s?(?:、|和|及|與|/|以及|,|，|以及)\s?")
_VALUES = re.compile(rf"{QUANTITY}(?:{_JOINT}{QUANTITY})+")
_PERIODS = re.compile(rf"{PERIOD}(?:\s?(?:、|和|及|与|/|以及)\s?{PERIOD})*")
_COMPANIES = re.compile(rf"{COMPANY}(?:\s?(?:、|和|及|与|/|以及)\s?{COMPANY})*")
_THINGS = re.compile(
    normalize(
        r"(?P<things>[^,，。;；:：ⓆⓅⒸ]{1,10}?(?:(?:、|和|及|與)[^,，。;；:：ⓆⓅⒸ、和及與的]{1,10})+)的?(?P<of>[^,，。;；:：ⓆⓅⒸ]{0,8})分別"
    )
)
_THING_JOINT = re.compile(normalize(r"、|和|及|與"))
_CHANGES = re.compile(
    normalize(
        r"(?:[月季年周][增減漲跌](?:、|和|與|及|，|,))+[月季年周][增減漲跌](?:率|幅度|幅|分別|各|均)*(?:為|達|約)*$"
    )
)
_CHANGE = re.compile(normalize(r"([月季年周])([增減漲跌])"))
_BASES = {"月": "mom", "季": "qoq", "年": "yoy", "周": "wow"}
_UP = normalize("增漲")
_RESPECTIVELY = re.compile(normalize(r"分別|各|則為|則約為|則占"))
_SAME_TIME = re.compile(normalize(r"^\W{0,2}同期"))
_LEAD = re.compile(normalize(r"^(?:來自(?:於)?|在|其中|而|及|和)+"))


@dataclass(slots=True)
class Parallels:
    """Pairs the lists of one brief, sentence by sentence."""

    resolved: Mapping[int, Period]
    periods: list[Period] | None = None

    def apply(self, sentence: Sentence, frames: dict[int, Frame]) -> None:
        """Replaces the frames of paired values in `frames` (by the start of their quantity)."""
        masked = sentence.masked
        for run in _VALUES.finditer(masked):
            values = [
                f for f in (_frame_at(sentence, i, frames) for i in range(*run.span())) if f is not None
            ]
            if len(values) < 2 or not _alike(values):
                continue
            left = masked[: run.start()]
            spoken = bool(_RESPECTIVELY.search(left[-30:]))
            if self._pair_periods(sentence, left, values, frames, spoken):
                continue
            if self._pair_changes(left, values, frames):
                continue
            if spoken and not self._pair_companies(sentence, left, values, frames):
                self._pair_things(left, values, frames)

    def _pair_periods(
        self, sentence: Sentence, left: str, values: Sequence[Frame], frames: dict[int, Frame], spoken: bool
    ) -> bool:
        for run in reversed(list(_PERIODS.finditer(left))):
            periods = _single(self._periods_of(sentence, *run.span()), len(values))
            if len(periods) == len(values) and (spoken or len(left) - run.end() <= 60):
                self.periods = periods
                _spread(values, periods, frames)
                return True
        if (
            self.periods is not None
            and _SAME_TIME.match(sentence.masked.replace(PERIOD, "同期", 1)[:4])
            and len(self.periods) == len(values)
        ):
            _spread(values, self.periods, frames)
            return True
        if self.periods is not None and len(self.periods) == len(values) and not sentence.periods():
            _spread(values, self.periods, frames)  # the list before goes on: 將佔總需求的53%和57%
            return True
        return False

    def _periods_of(self, sentence: Sentence, start: int, end: int) -> list[Period]:
        """The periods of a run, as the text before them resolves them (上年同期及上季度)."""
        found = [t.item for t in _tokens(sentence, start, end) if isinstance(t.item, Period)]
        return [self.resolved.get(p.span.start, p) for p in found]

    def _pair_changes(self, left: str, values: Sequence[Frame], frames: dict[int, Frame]) -> bool:
        """月減、年增幅度分別為12%和28%: each value with its way and its base."""
        m = _CHANGES.search(left)
        found = _CHANGE.findall(m[0]) if m else []
        if len(found) != len(values):
            return False
        for (base, way), value in zip(found, values, strict=True):
            frames[_key(value)] = replace(
                _like(values[0], value), metric="growth" if value.metric not in ("price_change",) else value.metric,
                basis=_BASES[base], direction="up" if way in _UP else "down", rule="paired.growth",
            )  # fmt: skip
        return True

    def _pair_companies(
        self, sentence: Sentence, left: str, values: Sequence[Frame], frames: dict[int, Frame]
    ) -> bool:
        for run in reversed(list(_COMPANIES.finditer(left))):
            named = [t.item for t in _tokens(sentence, *run.span()) if isinstance(t.item, Mention)]
            parties = [company for m in named for company in (m.company, *m.others)]
            if len(parties) == len(values):
                head = values[0]
                for company, value in zip(parties, values, strict=True):
                    frames[_key(value)] = replace(
                        _like(head, value), company=company, rule=f"paired.{head.metric}"
                    )
                return True
        return False

    def _pair_things(self, left: str, values: Sequence[Frame], frames: dict[int, Frame]) -> None:
        for m in reversed(list(_THINGS.finditer(left))):
            things = [_LEAD.sub("", thing.strip()) for thing in _THING_JOINT.split(m["things"])]
            if len(things) == len(values) and all(things):
                head = values[0]
                for thing, value in zip(things, values, strict=True):
                    subject = thing + m["of"] if head.metric in ("revenue", "profit", "growth") else thing
                    frames[_key(value)] = replace(
                        _like(head, value), subject=subject, rule=f"paired.{head.metric}"
                    )
                return


def _spread(values: Sequence[Frame], periods: Sequence[Period], frames: dict[int, Frame]) -> None:
    head = next((value for value in values if value.metric != "other"), values[0])  # 22倍和18.6倍市盈率
    for period, value in zip(periods, values, strict=True):
        bounds = PeriodBounds(period.start, period.end, period.span)
        frames[_key(value)] = replace(_like(head, value), period=bounds, rule=f"paired.{head.metric}")


def _like(head: Frame, value: Frame) -> Frame:
    """A value of a list with the measure and the parties of the first one."""
    return replace(
        value, metric=head.metric, subject=head.subject, per=head.per or value.per, direction=head.direction,
        basis=head.basis, company=head.company, is_future=head.is_future, forecaster=head.forecaster,
        trigger=head.trigger, confidence=max(head.confidence, value.confidence),
    )  # fmt: skip


def _alike(values: Sequence[Frame]) -> bool:
    kinds = {(f.quantity.kind, f.unit) for f in values}
    return len(kinds) == 1


def _single(periods: list[Period], count: int) -> list[Period]:
    """The periods one by one; a span of years (2021-2023年) opens into its years where the count asks for it."""
    if len(periods) == count:
        return periods
    opened: list[Period] = []
    for period in periods:
        if (
            period.start
            and period.end
            and period.start.year < period.end.year
            and period.grain in ("year", "span")
        ):
            years = range(period.start.year, period.end.year + 1)
            opened.extend(replace(period, start=date(y, 1, 1), end=date(y, 12, 31)) for y in years)
        else:
            opened.append(period)
    return opened


def _tokens(sentence: Sentence, start: int, end: int) -> list[Token]:
    return [sentence.by_mask[i] for i in range(start, end) if i in sentence.by_mask]


def _frame_at(sentence: Sentence, index: int, frames: dict[int, Frame]) -> Frame | None:
    token = sentence.by_mask.get(index)
    if token is None or not isinstance(token.item, Quantity):
        return None
    return frames.get(token.item.span.start)


def _key(frame: Frame) -> int:
    return frame.quantity.span.start
