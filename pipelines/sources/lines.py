"""Bytes to lines: UTF-8 with or without a byte order mark, any line ends, each line decoded on its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_BREAK = re.compile(rb"\r\n|\n|\r")
_MARKS = ((b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"))


@dataclass(frozen=True, slots=True)
class Line:
    """A line with its number from 1; `text` is None where the bytes are no UTF-8."""

    number: int
    raw: bytes
    text: str | None


def read_lines(content: bytes) -> Iterator[Line]:
    """The lines of a file, empty ones included; a byte order mark is dropped."""
    for number, raw in enumerate(_BREAK.split(content.removeprefix(b"\xef\xbb\xbf")), 1):
        try:
            yield Line(number, raw, raw.decode("utf-8"))
        except UnicodeDecodeError:
            yield Line(number, raw, None)


def wrong_encoding(content: bytes) -> str | None:
    """The name of another encoding that a file is plainly in, or None: UTF-16 by its mark, Big5 or GBK by its bytes."""
    for mark, name in _MARKS:
        if content.startswith(mark):
            return name
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        return None
    for name in ("big5", "gbk"):
        try:
            text = content.decode(name)
        except UnicodeDecodeError:
            continue
        chinese = sum("\u4e00" <= char <= "\u9fff" for char in text)
        if chinese > 0.3 * len(text):
            return name.capitalize() if name == "big5" else "GBK"
    return None


def shown(raw: bytes) -> str:
    """Bytes as text for a report, what is no UTF-8 as escapes."""
    return raw.decode("utf-8", "backslashreplace")
