"""Parts of a whole: which part a percentage is of, by patterns over the masked sentence.

Ⓠ is the percentage. `part` names the part; a pattern without it has the part as its subject, before `verb`.
"""

from __future__ import annotations

import re

from pipelines.extraction.document import Sentence
from pipelines.extraction.lexicon import normalize
from pipelines.extraction.quantities import Quantity
from pipelines.text.span import Span

_NOT_A_SHARE = "(?!比|地|有率|據|据|領|领)"
_BEHIND = tuple(
    re.compile(normalize(pattern))
    for pattern in (
        r"\s?(?:的[^,，。;；Ⓠ]{0,12}?|(?:以上|左右|以下)?(?:營收|收入|獲利|利潤|銷售額?|銷量|出貨|訂單|業績|貢獻|營業額|毛利|盈餘|產量|產能|資金|電力|原料|零組件){1,3})?(?:仍|則|均|都|是|皆)?\s?(?:來自|來源於|源於|源自|仰賴|依賴|倚賴)(?:於)?\s?(?P<part>[^,，。;；ⓆⓅ]{1,18})",
        r"\s?(?:以上|左右)?的(?P<part>[^,，。;；ⓆⒸ]{2,12}?)(?:被)?(?:用於|用在|採用|使用|集中在|集中於|銷往|流向)",
        r"\s?(?:將|會|約)?(?:用於|用在|投入|投向|銷往|流向)\s?(?P<part>[^,，。;；ⓆⓅ]{2,14})",
        r"\s?(?:是|為|屬於)\s?(?P<part>[^,，。;；ⓆⓅ]{2,10})(?=[,，。;；]|$)",
    )
)
_BEFORE = tuple(
    re.compile(normalize(pattern))
    for pattern in (
        rf"(?<!市)(?P<verb>佔|占){_NOT_A_SHARE}(?:了|到|據|公司)?[^,，。;；Ⓠ]{{0,20}}?$",
        rf"(?<!市)(?P<verb>佔|占){_NOT_A_SHARE}[^,，。;；Ⓠ]{{0,16}}?Ⓠ(?:和|及|與|/|、)$",
    )
)
_WHOLE_BEFORE = re.compile(
    normalize(r"(?:中|當中|之中|裡|裏|內|總額的?|總量的?|其中)[,，]?\s?(?:只有|僅有|有|約|近|逾|超過)?$")
)


def part_of_whole(sentence: Sentence, q: Quantity) -> Span | int | None:
    """The stretch of the text that names the part, or the offset that its noun phrase ends at; None for no share."""
    if q.kind != "percent" or q.direction is not None:
        return None
    at = next((i for i, token in sentence.by_mask.items() if token.item is q), None)
    if at is None:
        return None
    left, right = sentence.masked[:at], sentence.masked[at + 1 :]
    for pattern in _BEFORE:
        if m := pattern.search(left):
            return sentence.offsets[m.start("verb")]
    for pattern, is_copula in zip(_BEHIND, (False, False, False, True), strict=True):
        m = pattern.match(right)
        if m and (not is_copula or _WHOLE_BEFORE.search(left)):
            start = sentence.offsets[at + 1 + m.start("part")]
            last = at + m.end("part")
            end = sentence.offsets[last] + (
                sentence.by_mask[last].end - sentence.by_mask[last].start if last in sentence.by_mask else 1
            )
            return Span(start, end)
    return None
