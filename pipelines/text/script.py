"""Traditional to Simplified, character for character: the form in which everything is matched."""

from __future__ import annotations

import functools

from opencc import OpenCC


@functools.cache
def _table() -> dict[int, int]:
    """Each character that changes, with its Simplified form; forms of another length are left out."""
    converter = OpenCC("t2s")
    known = {key for _, _, forms in converter.dict_cache.values() for key in forms if len(key) == 1}
    characters = sorted(known)
    simplified = converter.convert("\n".join(characters)).split("\n")
    pairs = zip(characters, simplified, strict=True)
    return {ord(a): ord(b) for a, b in pairs if a != b and len(b) == 1}


def to_simplified(text: str) -> str:
    """`text` with every character in its Simplified form; as long as `text`, so that offsets hold for both."""
    return text.translate(_table())
