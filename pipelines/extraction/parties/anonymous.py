"""Anonymous parties: firms that a brief speaks of without a name (某北美整合商, 美系CSP). They belong to their brief."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipelines.extraction.lexicon import Lexicon
from pipelines.text.span import Span

_HAN = r"\u3400-\u9fff"


class AnonymousFinder:
    """Finds them by a word that leaves the name out or tells an origin, and a word for a kind of firm."""

    def __init__(self, lexicon: Lexicon) -> None:
        cues = lexicon.company_cues
        heads, origins, nouns = (
            "|".join(sorted(map(re.escape, cues[kind]), key=len, reverse=True))
            for kind in ("anonymous_head", "anonymous_origin", "anonymous_noun")
        )
        self._pattern = re.compile(
            rf"(?P<name>(?:(?:{heads})(?:[{_HAN}A-Z]{{0,8}}?)|(?:{origins})(?:[{_HAN}A-Z]{{0,6}}?))(?:{nouns}))(?![{_HAN}]?(?:之间|们))"
        )

    def find(self, text: str) -> Iterator[Span]:
        """Their places in a folded text."""
        for m in self._pattern.finditer(text):
            yield Span(*m.span("name"))
