"""Digests: `YYYY-MM-DD-name.txt`, title line and body line in turn, the publisher in brackets at the body's end."""

from __future__ import annotations

import re
from datetime import date
from pathlib import PurePath

from pipelines.sources.dates import LAST_YEAR
from pipelines.sources.lines import Line, Lines
from pipelines.sources.reading import ReadBrief, Reading, RejectedInput, unstorable
from pipelines.text.brief import Brief

_READER = "digest"
_DATED = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?!\d)")
_PUBLISHER = re.compile(r"[(（]\s*(?P<name>[^()（）]{2,30}?(?:[(（][^()（）]{1,12}[)）])?)\s*[)）]\s*$")
_NO_PUBLISHER = re.compile(r"[。！？，、；：!?;,]|^\d+$|^(?:完|見圖|待續|下|上|圖|註)")
#: A line longer than this is a body; a title is not.
_LONGEST_TITLE = 160


def read_digest(name: str, content: bytes) -> Reading:
    """The briefs of a digest. A line that lacks its partner is refused; the pairs after it are read on."""
    published_on = date_of_name(PurePath(name).name)
    briefs: list[ReadBrief] = []
    rejected: list[RejectedInput] = []
    tag: str | None = None
    title: Line | None = None
    lines = Lines.of(content)
    for line in lines:
        if not line.raw.strip():
            continue
        problem = _problem(lines, line)
        if problem is not None:
            rejected.append(problem)
            title = (
                None if title is not None else line
            )  # the partner of a broken line has no brief to belong to
            continue
        text = (line.text or "").strip()
        if text.startswith("#") and len(text) <= 40 and title is None:
            tag = text.lstrip("#").strip() or None
        elif title is None:
            if len(text) > _LONGEST_TITLE:
                rejected.append(
                    _refused(
                        lines,
                        "title_missing",
                        line,
                        "a body without a title; put the title on the line above",
                    )
                )
            else:
                title = line
        elif title.text is None or unstorable(title.text):
            rejected.append(
                _refused(
                    lines, "title_unreadable", line, "the title above it is unreadable; repair that line"
                )
            )
            title = None
        elif _is_title(text, title):
            rejected.append(
                _refused(
                    lines, "body_missing", title, "a title without a body; put the body on the line below"
                )
            )
            title = line
        else:
            brief = Brief(
                title=(title.text or "").strip(),
                body=text,
                publisher=publisher_of(text),
                published_on=published_on,
                date_source="file name" if published_on else None,
                tag=tag,
            )
            briefs.append(ReadBrief(brief, title.number))
            title = None
    if title is not None and title.text is not None:
        rejected.append(
            _refused(
                lines, "body_missing", title, "the file ends after a title; add its body on the next line"
            )
        )
    return Reading(tuple(briefs), tuple(rejected), lines.encoding)


def date_of_name(name: str) -> date | None:
    """The publication date that a file's name begins with, or None."""
    m = _DATED.match(name)
    if m is None or int(m[1]) > LAST_YEAR:
        return None
    try:
        return date(int(m[1]), int(m[2]), int(m[3]))
    except ValueError:
        return None


def publisher_of(body: str) -> str | None:
    """The name in the brackets that close a body; None where they hold a remark instead."""
    m = _PUBLISHER.search(body)
    if m is None or _NO_PUBLISHER.search(m["name"]):
        return None
    return m["name"].strip()


def _is_title(text: str, title: Line) -> bool:
    """Whether the line after a title is one more title rather than a body: short, and with no sentence in it."""
    return (
        len(text) < 60 and len(text) < 3 * len(title.text or "") and not re.search(r"[。！？!?)）]\s*$", text)
    )


def _problem(lines: Lines, line: Line) -> RejectedInput | None:
    problem = lines.problem(line)
    if problem is not None:
        return _refused(lines, problem[0], line, problem[1])
    reason = unstorable(line.text or "")
    return _refused(lines, "characters", line, reason) if reason else None


def _refused(lines: Lines, check: str, line: Line, reason: str) -> RejectedInput:
    shown = lines.shown(line)
    return RejectedInput(_READER, check, f"line {line.number}: {reason}", line.number, shown[:80], shown)
