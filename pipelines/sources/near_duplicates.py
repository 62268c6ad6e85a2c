"""Briefs that tell one story in nearly the same words: syndicated, shortened, or set in the other script.

Texts are compared as sets of three-character strings of their Simplified form without punctuation. MinHash bands find
the few texts worth comparing; whether two tell the same story is then decided on the sets themselves, and on their
numbers: news written by a template (月營收, 收盤) differ in little else.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from rensa import RMinHash

from pipelines.text.script import to_simplified
from pipelines.text.width import fold_width

#: A shortened story that shares a fifth of both texts' strings is found nine times in ten, one that shares a quarter
#: nearly always; unrelated news share one or two in a hundred and hardly ever meet.
_PERMUTATIONS = 256
_ROWS = 2
#: How many bands two texts must share to be compared.
SHARED_BANDS = 3
#: Share of the shorter text's strings that the longer must have. Related stories had 0.54 and more, unrelated 0.21 and less.
_CONTAINED = 0.4
#: Share of the shorter text's numbers that the longer must have.
_SAME_NUMBERS = 0.6
#: Texts with fewer strings than this are the same story only if they are the same text.
_SHORT = 40
_NOT_TEXT = re.compile(r"[\W_]+")
_NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What two texts are compared by: their three-character strings and their numbers as written, without commas."""

    shingles: frozenset[str]
    numbers: frozenset[str]


def fingerprint(text: str) -> Fingerprint:
    """The fingerprint of a text in either script."""
    plain = to_simplified(fold_width(text))
    numbers = frozenset(n.replace(",", "") for n in _NUMBER.findall(plain))
    letters = _NOT_TEXT.sub("", plain)
    return Fingerprint(frozenset(letters[i : i + 3] for i in range(max(1, len(letters) - 2))), numbers)


def bands(texts: Sequence[Fingerprint]) -> list[list[int]]:
    """32-bit hashes of the MinHash bands of each text; a band's place is part of its hash."""
    digests = RMinHash.digests_from_token_sets([sorted(t.shingles) for t in texts], _PERMUTATIONS, 1)
    return [
        [
            zlib.crc32(struct.pack(f"<{_ROWS + 1}I", place, *digest[place : place + _ROWS]))
            for place in range(0, _PERMUTATIONS, _ROWS)
        ]
        for digest in digests
    ]


def containment(one: Fingerprint, other: Fingerprint) -> float | None:
    """The share of the shorter text that stands in the longer, where the two tell the same story; else None."""
    shorter, longer = (one, other) if len(one.shingles) <= len(other.shingles) else (other, one)
    if len(shorter.shingles) < _SHORT:
        return 1.0 if shorter == longer else None
    fewer = min(len(one.numbers), len(other.numbers))
    if len(one.numbers & other.numbers) < _SAME_NUMBERS * fewer:
        return None
    shared = len(shorter.shingles & longer.shingles) / len(shorter.shingles)
    return shared if shared >= _CONTAINED else None
