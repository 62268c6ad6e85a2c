"""Sentences of a Chinese text, with offsets."""

from __future__ import annotations

import re

from pipelines.text.span import Span

#: An end mark with the closing quotes and brackets that belong to it; a line's end; a full stop between Latin words.
_END = re.compile(r"[。！？!?；;]+[”」』’）)】》\"]*|\n+|(?<=[A-Za-z]{2})\.\s(?=[A-Z])")
_OPEN, _CLOSE = "（(「『“【《", "）)」』”】》"
#: Longer than this, bracketed text is a text of its own and is split like one.
_LONGEST_BRACKET = 120


def split_sentences(body: str) -> tuple[Span, ...]:
    """The sentences of `body` in their order, without surrounding blanks; together they hold all that is not blank.

    A mark inside a pair of brackets or quotes ends nothing unless the pair is long. 12.5 and U.S. are not split.
    """
    spans: list[Span] = []
    start = 0
    for m in _END.finditer(body):
        if m.start() < start:
            continue
        if "\n" not in m[0] and _inside_brackets(body, start, m.start()):
            continue
        _add(spans, body, start, m.end())
        start = m.end()
    _add(spans, body, start, len(body))
    return tuple(spans)


def _inside_brackets(body: str, start: int, at: int) -> bool:
    """Whether a place lies in a short pair of brackets that opened in this sentence and closes on this line."""
    window = max(start, at - _LONGEST_BRACKET)
    for opening, closing in zip(_OPEN, _CLOSE, strict=True):
        begin = body.rfind(opening, window, at)
        if begin < 0 or closing in body[begin:at]:
            continue
        end = body.find(closing, at, begin + _LONGEST_BRACKET)
        if end > at + 1 and "\n" not in body[at:end]:
            return True
    return False


def _add(spans: list[Span], body: str, start: int, end: int) -> None:
    while start < end and body[start].isspace():
        start += 1
    while end > start and body[end - 1].isspace():
        end -= 1
    if start < end:
        spans.append(Span(start, end))
