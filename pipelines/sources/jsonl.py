"""JSON lines: an object a line with `title` and `text`, and optionally `published`, `source`, `url`, `id`."""

from __future__ import annotations

import json
import re
from datetime import date

from pipelines.sources.dates import LAST_YEAR
from pipelines.sources.lines import Lines
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
    lines = Lines.of(content)
    for line in lines:
        if not line.raw.strip():
            continue
        try:
            problem = lines.problem(line)
            if problem is not None:
                raise _RefusedError(*problem)
            briefs.append(ReadBrief(_brief(line.text or ""), line.number))
        except _RefusedError as error:
            reason = f"line {line.number}: {error}"
            rejected.append(
                RejectedInput(_READER, error.check, reason, line.number, error.value, lines.shown(line))
            )
    return Reading(tuple(briefs), tuple(rejected), lines.encoding)


def _brief(text: str) -> Brief:
    try:
        row = json.loads(text)
    except (ValueError, RecursionError) as error:
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
        if m is not None and int(m[1]) <= LAST_YEAR:
            return date(int(m[1]), int(m[2]), int(m[3]))
    except ValueError:
        pass
    raise _RefusedError("published_date", '"published" is no date; write it as 2026-02-08', value)
