"""Noun phrases: the words that name the thing a number is about.

A phrase is read off the segmented sentence by part of speech: nouns and what may stand before them go in, verbs,
adverbs, prepositions and marks end it. Product names of the lexicon and Latin names always go in, words of the class
`np_stop` never, and verbs of the class `np_verb` (封裝, 測試, 代工) as parts of a compound.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from pipelines.extraction.document import COMPANY, PERIOD, Sentence, Token
from pipelines.extraction.lexicon import Lexicon
from pipelines.extraction.matcher import PhraseMatcher
from pipelines.extraction.quantities import Quantity
from pipelines.text.segmentation import Segmenter, Word
from pipelines.text.span import Span

_LONGEST = 16
#: Tags of jieba's dictionary: nouns of all kinds, nominal verbs and adjectives, attributives, abbreviations, idioms.
_NOMINAL = ("n", "vn", "an", "b", "j", "l", "i", "eng", "s", "z")
_MODIFIER = ("a", "ag", "ng", "h", "k")
_SIZED = re.compile(r"(?:[\d.]+|[一二三四五六七八九十]+)(?:英寸|寸|吋|代|奈米|纳米|层|系列)")
_LATIN = re.compile(r"[A-Za-z\d][A-Za-z\d.+\-&]*")
_BRACKET = re.compile(r"\s?\([^()ⓆⓅⒸ]{1,60}\)\s?$")
_LATIN_BRACKET = re.compile(r"\([A-Za-z\d\- ]{1,16}\)$")
_NO_POSSESSOR = ("a", "b", "l", "i", "z", "v")
#: What a phrase may begin with without saying anything: 公司電池總產能.
_OWNERS = ("该公司", "本公司", "公司", "该集团", "集团")
_OTHERS = frozenset({"其他", "其它", "其余"})
_JOINTS = frozenset(" /-·")


@dataclass(frozen=True, slots=True)
class Words:
    """A sentence cut into words, with the stretches that mentions and products take."""

    sentence: Sentence
    words: tuple[Word, ...]
    starts: tuple[int, ...]
    named: tuple[Span, ...]


class NounReader:
    """Finds noun phrases in a segmented sentence."""

    def __init__(self, lexicon: Lexicon) -> None:
        products = {form: True for product in lexicon.products for form in product.forms}
        self._products = PhraseMatcher(products)
        self._segmenter = Segmenter(
            [
                *(form for form in products if not form.isascii()),
                *(m.form for m in lexicon.metrics if len(m.form) > 1),
                *lexicon.words["np_verb"],
                *lexicon.words["agency"],
                *lexicon.words["group"],
            ]
        )
        self._measures = frozenset(m.form for m in lexicon.metrics)
        self._stops = lexicon.words["np_stop"]
        self._skipped = tuple(sorted(lexicon.words["np_skip"], key=len, reverse=True))
        self._verbs = lexicon.words["np_verb"]
        self._suffixes = lexicon.words["np_suffix"]

    def words(self, text: str, sentence: Sentence) -> Words:
        """Cuts a sentence of `text` (normal form) into words, once for all its quantities."""
        low, high = sentence.span.start, sentence.span.end
        cut = _with_latin_whole(text, low, self._segmenter.tagged(text[low:high]))
        named = [
            Span(low + s, low + e)
            for s, e, _ in self._products.find(text[low:high])
            if _is_whole(text, low + s, low + e)
        ]
        firms = [Span(t.start, t.end) for t in sentence.tokens if t.letter == COMPANY]
        named = [span for span in named if not any(firm.covers(span) for firm in firms)]
        named += [Span(low + m.start(), low + m.end()) for m in _SIZED.finditer(text[low:high])]
        return Words(sentence, cut, tuple(w.start for w in cut), tuple(sorted(named)))

    def product(self, words: Words, low: int, high: int, nearest: int) -> Span | None:
        """The product named between two offsets that lies nearest before `nearest`, else nearest after it."""
        inside = [s for s in words.named if low <= s.start and s.end <= high]
        before = [s for s in inside if s.end <= nearest]
        after = [s for s in inside if s.start >= nearest]
        return before[-1] if before else after[0] if after else None

    def before(self, text: str, words: Words, end: int, floor: int) -> Span | None:
        """The noun phrase that ends at `end`, looking no further back than `floor` or the last mention."""
        end = self._without_tail(text, words.sentence, end, floor)
        floor = max(floor, end - _LONGEST, self._edge_before(words.sentence, end))
        start = end
        i = bisect_left(words.starts, end) - 1
        while i >= 0 and words.words[i].start >= floor:
            word = words.words[i]
            form = text[word.start : min(word.end, end)]
            if form == ")" and (m := _LATIN_BRACKET.search(text, floor, word.end)) and i > 0:
                start = m.start()
                i = bisect_left(words.starts, start) - 1
                continue
            product = next((s for s in words.named if s.start < start and s.end >= min(word.end, end) and s.start <= word.start), None)  # fmt: skip
            if product is not None and product.start >= floor:
                start = product.start
                i = bisect_left(words.starts, start) - 1
                continue
            if form == "的" or form in _JOINTS:
                named = any(s.end == words.words[i - 1].end for s in words.named) if i else False
                if start == end or i == 0:
                    break
                if not named and not self._is_nominal(text, words.words[i - 1], True):
                    break
                if form == "的" and words.words[i - 1].tag[:1] in _NO_POSSESSOR:
                    break
            elif not self._is_nominal(text, word, start < end):
                break
            start = word.start
            i -= 1
        owner = next((w for w in _OWNERS if text.startswith(w, start, end) and start + len(w) < end - 1), "")
        return self._trimmed(text, start + len(owner), end)

    def after(self, text: str, words: Words, start: int, ceiling: int) -> Span | None:
        """The noun phrase that begins at `start` (a 的 in front of it is passed over), up to `ceiling`."""
        while start < ceiling and text[start] in " 的之":
            start += 1
        end = start
        i = bisect_right(words.starts, start) - 1
        if i < 0:
            return None
        limit = min(ceiling, start + _LONGEST, self._edge_after(words.sentence, start))
        while i < len(words.words) and words.words[i].start < limit:
            word = words.words[i]
            product = next((s for s in words.named if s.start <= max(word.start, start) < s.end), None)
            if product is not None and product.end <= limit:
                end = product.end
                i = bisect_left(words.starts, end)
                continue
            form = text[max(word.start, start) : word.end]
            described = form == "的" and end > start and words.words[i - 1].tag in _MODIFIER
            if form not in _JOINTS and not described and not self._is_nominal(text, word, True):
                break
            end = word.end
            i += 1
        last = words.words[i - 1]
        if last.tag in ("a", "ag") and start < last.start and last.end == end:
            end = last.start  # 盤中大漲
        return self._trimmed(text, start, min(end, limit))

    def _is_nominal(self, text: str, word: Word, has_head: bool) -> bool:
        """Whether a word may be part of a noun phrase; `has_head`: nouns already stand to its right."""
        form = text[word.start : word.end]
        if form in self._stops or form[0] == "每" or text[word.start - 1 : word.start] == "每":
            return False
        if form in self._verbs or _LATIN.fullmatch(form):
            return True
        if word.tag.startswith(_NOMINAL) and word.tag not in ("nr", "nrt"):
            return True
        if form in self._suffixes:
            return True
        if form in _OTHERS:
            return has_head
        if word.tag in ("", "d") and len(form) > 1 and form in self._measures:
            return True
        if word.tag == "":
            return len(form) == 1 and "\u4e00" <= form <= "\u9fff"
        return (word.tag in _MODIFIER and has_head) or (word.tag in ("nr", "nrt") and len(form) > 1)

    def _without_tail(self, text: str, sentence: Sentence, end: int, floor: int) -> int:
        """`end` moved back over blanks, a 的, a short bracket (主動光纜 (AOC) 市場規模) and a period (伺服器第3季營收)."""
        while end > floor:
            period = next((t for t in sentence.tokens if t.letter == PERIOD and t.start < end <= t.end), None)
            if period is not None:
                if period.start <= floor:
                    return period.start
                end = period.start
            elif (
                skipped := next((w for w in self._skipped if text.endswith(w, floor, end)), None)
            ) is not None:
                end -= len(skipped)
            elif text[end - 1] in " 的":
                end -= 1
            elif any(t.end == end for t in sentence.tokens):
                return end
            elif text[end - 1] == ")" and (m := _BRACKET.search(text, floor, end)):
                return m.start()
            else:
                return end
        return end

    def _edge_before(self, sentence: Sentence, end: int) -> int:
        return max((t.end for t in sentence.tokens if t.end <= end and not _is_size(t)), default=0)

    def _edge_after(self, sentence: Sentence, start: int) -> int:
        return min((t.start for t in sentence.tokens if t.start >= start), default=sentence.span.end)

    def _trimmed(self, text: str, start: int, end: int) -> Span | None:
        while start < end and text[start] in " 的之/-·":
            start += 1
        while end > start and text[end - 1] in " 的之/-·":
            end -= 1
        return Span(start, end) if end - start >= 2 else None


def _is_size(token: Token) -> bool:
    """DDR4 8Gb: a size in a product's name."""
    return isinstance(token.item, Quantity) and token.item.unit in ("bit", "byte")


def _with_latin_whole(text: str, low: int, words: tuple[Word, ...]) -> tuple[Word, ...]:
    """The words moved to offset `low`, with the parts of a Latin name (1.6T, i.MX) as one word."""
    merged: list[Word] = []
    for word in words:
        start, end = low + word.start, low + word.end
        if merged and merged[-1].end == start and _LATIN.fullmatch(text[merged[-1].start : end]):
            merged[-1] = Word(merged[-1].start, end, "eng")
        else:
            merged.append(Word(start, end, word.tag))
    return tuple(merged)


def _is_whole(text: str, start: int, end: int) -> bool:
    """Whether a Latin name stands by itself: PC is no product in HPC."""
    before, behind = text[start - 1 : start], text[end : end + 1]
    return not (_is_letter(text[start]) and _is_letter(before)) and not (
        _is_letter(text[end - 1]) and _is_letter(behind)
    )


def _is_letter(char: str) -> bool:
    return char.isascii() and char.isalpha()
