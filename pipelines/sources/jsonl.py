"""JSON lines: an object a line with `title` and `text`, and optionally `published`, `source`, `url`, `id`."""

from __future__ import annotations

import json
import re
from datetime import date

from pipelines.sources.lines import Line, read_lines, shown
from pipelines.sources.reading import ReadBrief, Reading, RejectedInput, unstorable
from pipelines.text.brief import Brief

_READER = "jsonl"
_DATE = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:$|[T\s])")


class _RefusedError(ValueError):
    """A line is no brief; carries the check, the value and the reason."""

    def __init__(self, check: str, reason: str, value: object = None) -> None:
        super().__init__(reason)
        self.check = check
        self.value = None if value is None else json.dumps(value, ensure_ascii=True)[:80]


def read_jsonl(name: str, content: bytes) -> Reading:  # noqa: ARG001 - every reader takes the file's name
    """The briefs of a file; a malformed line is refused with its number, the others go on."""
    briefs: list[ReadBrief] = []
    rejected: list[RejectedInput] = []
    for line in read_lines(content):
        if not line.raw.strip():
            continue
        try:
            briefs.append(ReadBrief(_brief(line), line.number))
        except _RefusedError as error:
            content_shown = shown(line.raw).replace("\0", "\\0")
            rejected.append(
                RejectedInput(
                    _READER,
                    error.check,
                    f"line {line.number}: {error}",
                    line.number,
                    error.value,
                    content_shown,
                )
            )
    return Reading(tuple(briefs), tuple(rejected))


def _brief(line: Line) -> Brief:
    if line.text is None:
        raise _RefusedError("utf8", "is no UTF-8; save the file as UTF-8")
    try:
        row = json.loads(line.text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise _RefusedError("json", f"is no JSON ({error}); write one object a line") from None
    if not isinstance(row, dict):
        raise _RefusedError(
            "object", 'is no JSON object; write {"title": ..., "text": ...}', type(row).__name__
        )
    published = _published(row.get("published"))
    return Brief(
        title=_text(row, "title", required=True) or "",
        body=_text(row, "text", required=True) or "",
        publisher=_text(row, "source"),
        published_on=published,
        date_source="given" if published else None,
        url=_text(row, "url"),
        source_id=_id(row.get("id")),
    )


def _text(row: dict[str, object], key: str, required: bool = False) -> str | None:
    value = row.get(key)
    if value is None or (not required and value == ""):
        if required:
            raise _RefusedError(f"{key}_missing", f'has no "{key}"; add it')
        return None
    if not isinstance(value, str):
        raise _RefusedError(f"{key}_type", f'"{key}" is no string; put it in quotes', value)
    if not value.strip():
        raise _RefusedError(f"{key}_blank", f'"{key}" is blank; fill it in', value)
    reason = unstorable(value)
    if reason:
        raise _RefusedError("characters", f'"{key}" {reason}', value[:40])
    return value


def _id(value: object) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise _RefusedError("id_type", '"id" is neither a string nor a whole number; put it in quotes', value)
    return str(value)


def _published(value: object) -> date | None:
    if value is None or value == "":
        return None
    m = _DATE.match(value.strip()) if isinstance(value, str) else None
    try:
        if m is not None:
            return date(int(m[1]), int(m[2]), int(m[3]))
    except ValueError:
        pass
    raise _RefusedError("published_date", '"published" is no date; write it as 2026-02-08', value)
