"""Why a brief's claims are what they are: `briefs show BRIEF --explain`.

What is published is told with the places that its rows keep; which word a rule went by, and what came near the
quantities that none placed, this program's extractor tells when it reads the brief again. It writes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb

from pipelines.contracts.rows import QUANTITY_PARTS, SUPPLY_PARTS, span_columns
from pipelines.extraction.claims.frame import Frame
from pipelines.extraction.claims.near import Leftover
from pipelines.extraction.engine import Extractor
from pipelines.extraction.lexicon import Lexicon
from pipelines.text.brief import Brief

#: What the rules of a family go by; the family is the rule's name up to its first point.
_FAMILIES: Mapping[str, str] = {
    "level": "a word beside the amount says what it measures",
    "change": "a word right beside the amount makes it the size of a change",
    "share": "a verb of parts (佔, 來自) makes the percentage a part of a whole",
    "carried": "the measure of the statement before goes on",
    "signed": "a minus in brackets behind a level is its change",
    "unit": "no word beside it; the unit decides",
    "paired": "lists side by side are paired one by one",
    "from_to": "two levels of one thing, from one to the other",
    "prior": "a new figure with the one that it replaces",
    "correction": "added by an analyst",
}
_NOT_SAID = "not said in one stretch"


@dataclass(frozen=True, slots=True)
class Explanation:
    """Told of one brief: the lines of each claim by its id, those of the leftovers, and what a reader must know first."""

    claims: Mapping[str, Sequence[str]]
    leftovers: Sequence[str]
    notes: Sequence[str]


def explain(
    connection: duckdb.DuckDBPyConnection, brief: Brief, lexicon: Lexicon, version: str
) -> Explanation:
    """The explanation of a published brief; `version` is this program's extractor."""
    extractor = Extractor(lexicon, version)
    reading = extractor.read(brief)
    frames = {(f.quantity.span.start, f.quantity.span.end, f.rule): f for f in reading.frames}
    templates = {row.name: row.template for row in lexicon.supply_rules}
    told: dict[str, list[str]] = {}
    versions: set[str] = set()
    for kind, parts in (
        ("capacity", QUANTITY_PARTS), ("forecast", QUANTITY_PARTS), ("supply", SUPPLY_PARTS), ("observation", QUANTITY_PARTS),
    ):  # fmt: skip
        for row in _rows(connection, kind, tuple(parts), brief.brief_id):
            rule = str(row["rule"])
            family = rule.partition(".")[0]
            frame = frames.get((_offset(row, "span_start"), _offset(row, "span_end"), rule))
            why = templates.get(rule, _FAMILIES.get(family, ""))
            told[str(row["claim_id"])] = [
                f"{'rule':9} {rule}{': ' if why else ''}{why}",
                *_trigger(brief.body, frame),
                f"{'supplier' if kind == 'supply' else 'value':9} {_place(brief.body, row, 'span_start', 'span_end')}",
                *(f"{part:9} {_place(brief.body, row, *span_columns(part))}" for part in parts),
            ]
            versions.add(str(row["extractor_version"]))
    return Explanation(
        told, _leftovers(brief.body, extractor.leftovers(brief)), _notes(connection, brief.brief_id, version)
    )


def _rows(
    connection: duckdb.DuckDBPyConnection, kind: str, parts: Sequence[str], brief_id: str
) -> list[dict[str, object]]:
    names = ["claim_id", "rule", "extractor_version", "span_start", "span_end"]
    names += [column for part in parts for column in span_columns(part)]
    rows = connection.execute(
        f"SELECT {', '.join(names)} FROM star.fact_{kind} WHERE brief_key = ? AND known_to IS NULL",
        [brief_id],
    ).fetchall()
    return [dict(zip(names, row, strict=True)) for row in rows]


def _notes(connection: duckdb.DuckDBPyConnection, brief_id: str, version: str) -> list[str]:
    """Whether what is published was read by another version than the one that explains it."""
    read = connection.execute(
        "SELECT extractor_version FROM raw.extraction WHERE brief_id = ? ORDER BY extracted_at DESC LIMIT 1",
        [brief_id],
    ).fetchall()
    if not read or read[0][0] == version:
        return []
    return [
        f"Published as extractor {read[0][0]} read it; words and leftovers below are those of {version}: `briefs diff` tells what differs"
    ]


def _offset(row: Mapping[str, object], column: str) -> int:
    value = row[column]
    return value if isinstance(value, int) else -1


def _place(body: str, row: Mapping[str, object], start: str, end: str) -> str:
    if row[start] is None:
        return _NOT_SAID
    low, high = _offset(row, start), _offset(row, end)
    return f"「{body[low:high]}」 {low}..{high}"


def _trigger(body: str, frame: Frame | None) -> list[str]:
    """The word that the measure was read from, where there is one."""
    word = frame.trigger if frame is not None else None
    if frame is None or word is None or any(word.overlaps(q.span) for q in frame.sentence.quantities()):
        return []
    return [f"{'measure':9} 「{word.of(body)}」 {word.start}..{word.end}"]


def _leftovers(body: str, leftovers: Sequence[Leftover]) -> list[str]:
    lines: list[str] = []
    for left in leftovers:
        q = left.quantity
        made = "metric other" if left.is_claim else "no claim"
        lines.append(
            f"「{q.span.of(body)}」 {q.span.start}..{q.span.end} ({q.unit or q.kind}): {made}; {left.why}"
        )
        lines.append(f"    in {' '.join(left.sentence.span.of(body).split())}")
        lines += [
            f"    near: {near.rule} by 「{near.span.of(body)}」 {near.span.start}..{near.span.end}: {near.kept}"
            for near in left.near
        ]
        if left.is_claim and not left.near:
            lines.append("    near: nothing; no word of a measure, a change or a share stands by it")
    return lines
