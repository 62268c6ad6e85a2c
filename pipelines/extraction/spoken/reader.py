"""The spoken forms of a text, found in one pass."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import replace

from pipelines.extraction.lexicon import Lexicon
from pipelines.extraction.matcher import PhraseMatcher
from pipelines.extraction.numerals import NumeralReader
from pipelines.extraction.spoken import arithmetic, duration, measures, money
from pipelines.extraction.spoken.reading import Place, Reading, Tables
from pipelines.extraction.surroundings import BackReader, FrontReader
from pipelines.text.span import Span

Form = Callable[[Place], Reading | None]

_GENERAL: tuple[Form, ...] = (money.amount, duration.age, measures.compound, duration.duration)
_MONEY: tuple[Form, ...] = (money.amount,)
_SHARED: tuple[Form, ...] = (arithmetic.fraction, money.amount, measures.compound, duration.duration)
_GROUPED: tuple[Form, ...] = (duration.age, measures.compound, duration.duration, arithmetic.grouped)
_LENGTH: tuple[Form, ...] = (measures.length, measures.compound)
_HALVED: tuple[Form, ...] = (duration.duration, arithmetic.half_of_number, measures.half_of_measure)
_CALCULATED: tuple[Form, ...] = (arithmetic.calculated, *_GENERAL)
#: The forms that a numeral may be part of, in the order in which they are preferred, by what stands behind it ...
_BEHIND: dict[str, tuple[Form, ...]] = (
    dict.fromkeys("块圆蚊角毛毫元", _MONEY)
    | dict.fromkeys("又份", (arithmetic.fraction,))
    | {"分": _SHARED, "米": _LENGTH}
    | dict.fromkeys("打对双个", _GROUPED)
    | dict.fromkeys("°度摄华℃℉", (measures.temperature,))
    | dict.fromkeys("'\"′″", (measures.length,))
    | dict.fromkeys("与和到至~-", (arithmetic.compared,))
    | dict.fromkeys("eE^/ .", _CALCULATED)
)
#: ... and those that begin without a numeral, by their first character.
_FIRST: dict[str, tuple[Form, ...]] = {
    "半": _HALVED,
    "对": (arithmetic.half_of_number,),
    "米": (measures.length,),
    "个": (duration.duration,),
    "大": (duration.most_of_a_day,),
    "摄": (measures.temperature,),
    "华": (measures.temperature,),
    "比": (arithmetic.compared,),
    "-": (arithmetic.calculated,),
    "−": (arithmetic.calculated,),
    ".": (arithmetic.calculated,),
}


class SpokenReader:
    """Finds the spoken forms by the tables of numerals and units."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._tables = Tables(
            NumeralReader(lexicon.numerals),
            PhraseMatcher({u.form: u for u in lexicon.units}),
            PhraseMatcher(dict.fromkeys(lexicon.words["not_unit"], True)),
        )
        self._idioms = PhraseMatcher(dict.fromkeys(lexicon.words["idiom"], True))
        self._front, self._back = FrontReader(lexicon), BackReader(lexicon)
        first = self._tables.numerals.first
        self._anchor = re.compile(
            rf"[{first}半米个摄华]|大半天|对折|比(?=\s?[{first}])|[-−]?\.?\d(?=[\d.]{{0,16}}[eE/^])|[-−]?\.\d"
            rf"|[-−](?=\d{{1,16}}[/^eE.])|负(?=[{first}])"
        )
        #: something behind a numeral and its unit that would make a form of them
        self._goes_on = re.compile(rf"[^\d，。、,;:{first}]{{1,4}}[{first}零又半晚夜大]")

    def read(self, text: str, currency: str | None, taken: Sequence[Span]) -> tuple[Reading, ...]:
        """The spoken amounts of `text` (normal form) outside the spans already taken, in their order."""
        found: list[Reading] = []
        starts = [span.start for span in taken]
        at = 0
        while (m := self._anchor.search(text, at)) is not None:
            at = m.start()
            if (i := bisect_right(starts, at)) and at < taken[i - 1].end:
                at = taken[i - 1].end
                continue
            is_negative = text[at] == "负"
            literal = self._tables.numerals.read(text, at + is_negative)
            place = Place(text, at, self._tables, literal, is_negative, currency)
            reading = None if self._is_word(place) else self._form(place)
            if reading is not None:
                found.append(reading if reading.is_extra else self._bounded(text, reading))
                at = reading.span.end
            else:
                at = literal.end if literal is not None else _digits_end(text, at)
        return tuple(found)

    def _bounded(self, text: str, reading: Reading) -> Reading:
        """The reading with the comparator around it."""
        front = self._front.read(text, reading.span.start)
        after, end = self._back.comparator(text, reading.span.end, False)
        comparator = after if after not in (None, "eq") else front.comparator
        return replace(reading, comparator=comparator, outer=Span(front.start, end))

    def _form(self, place: Place) -> Reading | None:
        literal = place.literal
        if place.text[place.at] in _FIRST:
            forms = _FIRST[place.text[place.at]]
        elif literal is None:
            return None
        else:
            behind = _BEHIND.get(place.next(literal.end))
            if behind is None:
                is_one = place.text[place.at] == "一" and literal.end == place.at + 1
                if not is_one and self._goes_on.match(place.text, literal.end) is None:
                    return None
            forms = behind or _GENERAL
        return next((reading for form in forms if (reading := form(place)) is not None), None)

    def _is_word(self, place: Place) -> bool:
        """Inside a name (A5, v2.5) or an ordinary word (一般)."""
        before = place.before
        if before and (before in "第._" or (before.isascii() and before.isalnum())):
            return True
        if place.text[place.at].isascii():
            return False
        found = self._idioms.match(place.text, place.at)
        return found is not None and place.next(found[0]) != "之"


def _digits_end(text: str, at: int) -> int:
    """Where a run of digits ends that is no numeral; the next place where none stands here."""
    size, end = len(text), at
    while end < size and text[end].isascii() and text[end].isdigit():
        end += 1
    return max(end, at + 1)
