"""Words of a Chinese text by jieba, cut on the Simplified form with our own words, with offsets of the original."""

from __future__ import annotations

import logging
from collections.abc import Iterable

import jieba

from pipelines.text.script import to_simplified
from pipelines.text.span import Span

jieba.setLogLevel(logging.WARNING)


class Segmenter:
    """A private tokenizer: jieba's dictionary is Simplified, and its default one is shared by the whole process."""

    def __init__(self, words: Iterable[str] = ()) -> None:
        self._tokenizer = jieba.Tokenizer()
        self._tokenizer.initialize()
        for word in words:
            self._tokenizer.add_word(to_simplified(word))

    def cut(self, text: str) -> tuple[Span, ...]:
        """The words of `text` as spans that together cover it."""
        spans: list[Span] = []
        start = 0
        for word in self._tokenizer.cut(to_simplified(text), HMM=False):
            spans.append(Span(start, start + len(word)))
            start += len(word)
        return tuple(spans)

    def frequency(self, word: str) -> int:
        """How often the dictionary has met a Simplified word; 0 for what is no word of it."""
        return self._tokenizer.FREQ.get(word) or 0
