"""Anonymous parties: firms that a brief speaks of without a name (某北美整合商, 美系CSP). They belong to their brief."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipelines.extraction.lexicon import Lexicon
from pipelines.text.span import Span

#: What may stand between origin and kind: no particles and verbs, which begin another phrase.
_INSIDE = r"(?:(?!采用|兴建|其他|提供|使用|导入|进入|成为|学术|机构)[\u3400-\u9fffA-Z](?<![的和与使在对为将是及或外让把向由被已]))"
_COUNTED = re.compile(r"[两三四五几数]家企业")
_LEGAL = ("股份", "有限")
_HAN = r"\u3400-\u9fff"


class AnonymousFinder:
    """Finds them by a word that leaves the name out or tells an origin, and a word for a kind of firm."""

    def __init__(self, lexicon: Lexicon) -> None:
        cues = lexicon.company_cues
        heads, origins, nouns, firms = (
            "|".join(sorted(map(re.escape, cues[kind]), key=len, reverse=True))
            for kind in ("anonymous_head", "anonymous_origin", "anonymous_noun", "anonymous_firm")
        )
        self._pattern = re.compile(
            rf"(?P<name>(?:(?:{heads}){_INSIDE}{{0,8}}?|(?:{origins}){_INSIDE}{{0,6}}?)(?:{nouns})"
            rf"|(?:{heads}|[北美欧日韩陆台德]系(?!统)){_INSIDE}{{0,9}}?(?:{firms}))(?!商|级|用户|[{_HAN}]?(?:之间|们))"
        )

    def find(self, text: str) -> Iterator[Span]:
        """Their places in a folded text."""
        for m in self._pattern.finditer(text):
            if _COUNTED.fullmatch(m["name"]) or text.startswith(_LEGAL, m.end()):
                continue  # 三家企業 refers back, and 甲企業股份有限公司 is a name
            yield Span(*m.span("name"))
