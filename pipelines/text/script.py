"""Traditional to Simplified, character for character: the form in which everything is matched."""

from __future__ import annotations

import functools

from opencc import OpenCC

#: Blocks whose characters a dictionary of Chinese characters can hold.
_BLOCKS = ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0xF900, 0xFB00), (0x20000, 0x2A6E0))


@functools.cache
def _table() -> dict[int, int]:
    """Each character that changes, with its Simplified form; forms of another length are left out."""
    convert = OpenCC("t2s").convert
    characters = [chr(code) for low, high in _BLOCKS for code in range(low, high)]
    simplified = convert("\n".join(characters)).split("\n")
    pairs = zip(characters, simplified, strict=True)
    return {ord(a): ord(b) for a, b in pairs if a != b and len(b) == 1}


def to_simplified(text: str) -> str:
    """`text` with every character in its Simplified form; as long as `text`, so that offsets hold for both."""
    return text.translate(_table())
