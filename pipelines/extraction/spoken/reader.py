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

#: The forms, in the order in which they are preferred.
_FORMS: tuple[Callable[[Place], Reading | None], ...] = (
    arithmetic.calculated,
    arithmetic.fraction,
    money.amount,
    duration.age,
    measures.temperature,
    measures.length,
    measures.compound,
    duration.most_of_a_day,
    duration.duration,
    arithmetic.half_of_number,
    measures.half_of_measure,
    arithmetic.grouped,
    arithmetic.compared,
)
#: A stretch without any of these holds no spoken form.
_CUES = r"半又份块圆蚊毫角毛分打对双个度°米'\"′″^比间年月周天日时钟秒斤里尺"


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
            rf"[{first}](?=[^，。；、：\n]{{0,12}}[{_CUES}]|[\d.]{{0,16}}[eE/ ]|[\d.]{{1,16}}元)|[半米个]|大半天|摄氏|华氏"
            rf"|比(?=\s?[{first}])|[-−]?\.?\d(?=[\d.]{{0,16}}[eE/^])|[-−]?\.\d|[-−](?=\d{{1,16}}[/^eE.])|负(?=[{first}])"
        )

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
                at = literal.end if literal is not None else at + 1
        return tuple(found)

    def _bounded(self, text: str, reading: Reading) -> Reading:
        """The reading with the comparator around it."""
        front = self._front.read(text, reading.span.start)
        after, end = self._back.comparator(text, reading.span.end, False)
        comparator = after if after not in (None, "eq") else front.comparator
        return replace(reading, comparator=comparator, outer=Span(front.start, end))

    def _form(self, place: Place) -> Reading | None:
        return next((reading for form in _FORMS if (reading := form(place)) is not None), None)

    def _is_word(self, place: Place) -> bool:
        """Inside a name (A5, v2.5) or an ordinary word (一般)."""
        before = place.before
        if before and (before in "第._" or (before.isascii() and before.isalnum())):
            return True
        found = self._idioms.match(place.text, place.at)
        return found is not None and place.next(found[0]) != "之"
