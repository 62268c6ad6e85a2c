"""What is taken out of a text before it is stored: marks that nobody sees and that turn or hide what is read."""

from __future__ import annotations

import re

#: Marks that change the order in which text is shown.
_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
#: Marks without width, which keep a word from being found.
_ZERO_WIDTH = "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200d\u2060-\u2064\u206a-\u206f\u3164\ufeff\uffa0"
_TAGS = "\U000e0000-\U000e007f"
_CONTROL = "\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufff9-\ufffb"
_KINDS = {
    "bidi": re.compile(f"[{_BIDI}]"),
    "zero-width": re.compile(f"[{_ZERO_WIDTH}{_TAGS}]"),
    "control": re.compile(f"[{_CONTROL}]"),
}
_ANY = re.compile(f"[{_BIDI}{_ZERO_WIDTH}{_TAGS}{_CONTROL}]")


def clean(text: str) -> tuple[str, dict[str, int]]:
    """The text without such marks, and how many of each kind were in it."""
    if _ANY.search(text) is None:
        return text, {}
    found = {kind: len(pattern.findall(text)) for kind, pattern in _KINDS.items()}
    return _ANY.sub("", text), {kind: n for kind, n in found.items() if n}
