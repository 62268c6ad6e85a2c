"""Whether a name stands between other words, or is cut out of their middle: 統盟 is no company in 傳統盟友."""

from __future__ import annotations

from pipelines.text.segmentation import Segmenter

#: Characters on either side of a short name that its words are cut from.
_WINDOW = 6
#: The longest word of the dictionary that is looked for across an edge.
_LONGEST = 4
#: A word met less often than this gives way to a name.
_RARE = 200
#: Words of one character that the dictionary here and there has together with a name: 和超微.
_PARTICLES = frozenset("和与及或的在对向由为是给跟")


def is_han(char: str) -> bool:
    """Whether a character is a Chinese one."""
    return "\u3400" <= char <= "\u9fff"


class WordEdges:
    """Word boundaries beside a name, by the dictionary of words and, where that leaves doubt, by segmentation."""

    def __init__(self, segmenter: Segmenter) -> None:
        self._segmenter = segmenter
        self._frequency = segmenter.frequency

    def stands_alone(self, text: str, start: int, end: int) -> bool:
        """Whether a name begins and ends where words do."""
        if not (self._is_crossed(text, start, start, end) or self._is_crossed(text, end, start, end)):
            return True
        left = max(0, start - _WINDOW)
        edges = {0}
        for word in self._segmenter.cut(text[left : end + _WINDOW]):
            edges.add(word.end)
        return start - left in edges and end - left in edges

    def begins(self, text: str, start: int) -> bool:
        """Whether a word can begin here, going by what is left of it."""
        return not self._is_crossed(text, start, start, start) or self._cut_here(text, start)

    def ends(self, text: str, end: int) -> bool:
        """Whether a word can end here."""
        return not self._is_crossed(text, end, end, end) or self._cut_here(text, end)

    def is_cut_rarely(self, text: str, start: int, end: int) -> bool:
        """Whether only rare words lie across the end of a name whose beginning is sure: 京東|線上, but not 新產|品."""
        longest = min(len(text), end + _LONGEST)
        words = (
            text[a:b] for a in range(start, end) for b in range(end + 1, longest + 1) if b - a <= _LONGEST
        )
        return all(self._frequency(word) < _RARE for word in words)

    def is_word(self, form: str, often: int = 1) -> bool:
        """Whether the dictionary has the form, met at least so often."""
        return self._frequency(form) >= often

    def pieces(self, form: str) -> list[str]:
        """The words that a form is made of."""
        return [form[s.start : s.end] for s in self._segmenter.cut(form)]

    def _cut_here(self, text: str, at: int) -> bool:
        left = max(0, at - _WINDOW)
        return any(left + w.end == at for w in self._segmenter.cut(text[left : at + _WINDOW]))

    def _is_crossed(self, text: str, at: int, first: int, last: int) -> bool:
        """Whether a word of the dictionary lies across a place; a particle with the name `first..last` is none."""
        if not (0 < at < len(text) and is_han(text[at - 1]) and is_han(text[at])):
            return False
        frequency = self._frequency
        for start in range(max(0, at - _LONGEST + 1), at):
            for end in range(at + 1, min(len(text), start + _LONGEST) + 1):
                if frequency(text[start:end]) and not (
                    first < last
                    and (
                        (start == first - 1 and end == last and text[start] in _PARTICLES)
                        or (start == first and end == last + 1 and text[last] in _PARTICLES)
                    )
                ):
                    return True
        return False
