"""The text in which names are looked for: without the blanks that typesetting puts between Chinese and Latin."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipelines.text.span import Span

_HAN = r"\u3400-\u9fff"
_MARKS = '()（）【】"“”「」『』、/'
_BLANKS = re.compile(
    rf"(?<=[{_HAN}{_MARKS}]) +(?=[A-Za-z\d{_MARKS}-])|(?<=[A-Za-z\d{_MARKS}-]) +(?=[{_HAN}{_MARKS}])"
    rf"|(?<=-) +(?=KY)"
)


@dataclass(frozen=True, slots=True)
class FoldedText:
    """A text without those blanks, and where each of its characters stood. `places` is None where none was left out."""

    text: str
    places: tuple[int, ...] | None

    def original(self, span: Span) -> Span:
        """The stretch of the text before folding."""
        if self.places is None or span.start == span.end:
            return span
        return Span(self.places[span.start], self.places[span.end - 1] + 1)


def fold_blanks(text: str) -> FoldedText:
    """`text` with SK 海力士 as SK海力士 and 聯鈞 ( 3450 ) as 聯鈞(3450); a blank inside Latin or Chinese words stays."""
    if " " not in text:
        return FoldedText(text, None)
    places: list[int] = []
    pieces: list[str] = []
    at = 0
    for m in _BLANKS.finditer(text):
        pieces.append(text[at : m.start()])
        places.extend(range(at, m.start()))
        at = m.end()
    if not pieces:
        return FoldedText(text, None)
    pieces.append(text[at:])
    places.extend(range(at, len(text)))
    return FoldedText("".join(pieces), tuple(places))
