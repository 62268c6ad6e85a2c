"""Full-width Latin letters, digits and marks to half-width, character for character."""

from __future__ import annotations

_TABLE = {0xFF01 + i: 0x21 + i for i in range(94)} | {0x3000: 0x20, 0xFFE5: 0xA5}


def fold_width(text: str) -> str:
    """`text` with ＡＢＣ１２３（） as ABC123() and the ideographic space as a blank; as long as `text`."""
    return text.translate(_TABLE)
