"""Bytes to lines: any line ends, each line decoded on its own, so that a broken one costs itself only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.sources.encoding import detect

_BREAK = re.compile(rb"\r\n|\n|\r")
_WIDE_BREAK = re.compile("\r\n|\n|\r")
#: Bytes of a line; the longest brief has fewer even where each character is written as an escape.
LONGEST_LINE = 1024 * 1024
#: Bytes of a refused line that a report shows; the file itself is kept whole.
_SHOWN = 200_000


@dataclass(frozen=True, slots=True)
class Line:
    """A line with its number from 1; `text` is None where the bytes cannot be read in the file's encoding."""

    number: int
    raw: bytes
    text: str | None


@dataclass(frozen=True, slots=True)
class Lines:
    """A file in its encoding. Raises `EncodingError` when made of bytes that are no text."""

    content: bytes
    encoding: str
    mark: int

    @classmethod
    def of(cls, content: bytes) -> Lines:
        """The lines of a file whose encoding is found from its bytes."""
        return cls(content, *detect(content))

    def __iter__(self) -> Iterator[Line]:
        """The lines, empty ones included; a byte order mark is dropped."""
        content = self.content[self.mark :]
        if self.encoding.startswith("utf-16"):
            text = content[: len(content) // 2 * 2].decode(self.encoding, "surrogatepass")
            for number, line in enumerate(_WIDE_BREAK.split(text), 1):
                yield Line(number, line.encode("utf-8", "surrogatepass"), line)
            return
        for number, raw in enumerate(_BREAK.split(content), 1):
            try:
                yield Line(number, raw, raw.decode(self.encoding))
            except UnicodeDecodeError:
                yield Line(number, raw, None)

    def shown(self, line: Line) -> str:
        """A line as text for a report, what cannot be read as escapes."""
        codec = "utf-8" if self.encoding.startswith("utf-16") else self.encoding
        return line.raw[:_SHOWN].decode(codec, "backslashreplace").replace("\0", "\\0")

    def problem(self, line: Line) -> tuple[str, str] | None:
        """Why a line cannot be looked at, as the check and the reason with its cure; None where it can."""
        if len(line.raw) > LONGEST_LINE:
            told = (
                f"is {len(line.raw):,} bytes long, more than {LONGEST_LINE:,}; a brief is shorter, split it"
            )
            return "too_long", told
        if line.text is None:
            return "encoding", self.unreadable
        return None

    @property
    def unreadable(self) -> str:
        """What is wrong with a line without text, and the cure."""
        return f"cannot be read as {self.encoding.upper()}; repair it, or save the file as UTF-8"
