"""The words of seeds/lexicon/supply_words.csv, by class, as patterns over the normal form; those of doubt are of words.csv."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from pipelines.extraction.lexicon import Lexicon

_GOVERNING = (
    "preposition", "rival", "be", "deliver", "adopt", "choose", "buy", "enter", "win", "lose", "reserve",
    "hand_over", "client",
)  # fmt: skip


class SupplyWords:
    """Word classes as alternations (longest first), and the value that a word stands for (獨家: sole)."""

    def __init__(self, lexicon: Lexicon) -> None:
        doubt = {
            "hearsay": lexicon.words["hearsay"] | lexicon.words["unverified"],
            "self_reported": lexicon.words["self_reported"],
        }
        plain = {name: dict.fromkeys(sorted(forms), "") for name, forms in doubt.items()}
        self._classes: Mapping[str, Mapping[str, str]] = {**lexicon.supply_words, **plain}
        self._patterns: dict[str, re.Pattern[str]] = {}
        #: Words whose object is the company behind them, so that it is no subject.
        self.governing = tuple(form for name in _GOVERNING for form in self.forms(name))
        self.governs = re.compile(alternation(self.governing))

    def forms(self, name: str) -> tuple[str, ...]:
        """The words of a class."""
        return tuple(self._classes[name])

    def value(self, name: str, form: str) -> str | None:
        """What a word of a class stands for; None where it stands for nothing."""
        return self._classes[name].get(form) or None

    def source(self, name: str) -> str:
        """The class as the source of a pattern."""
        return alternation(self._classes[name])

    def pattern(self, name: str) -> re.Pattern[str]:
        """The class as a pattern."""
        if name not in self._patterns:
            self._patterns[name] = re.compile(self.source(name))
        return self._patterns[name]

    def found(self, name: str, text: str) -> bool:
        """Whether a text holds a word of a class."""
        return self.pattern(name).search(text) is not None

    def values(self, name: str, text: str) -> list[str]:
        """What the words of a class that a text holds stand for, in their order."""
        return [value for m in self.pattern(name).finditer(text) if (value := self.value(name, m[0]))]


def alternation(forms: Iterable[str]) -> str:
    """One of several words; the longest that fits."""
    return f"(?:{'|'.join(re.escape(form) for form in sorted(forms, key=len, reverse=True))})"
