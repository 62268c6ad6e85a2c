"""Parties: the companies that a brief names, known, unknown and anonymous.

Known companies come from the lexicon (longest match over the normal form, Latin names with word boundaries). An alias
that is also an ordinary word counts only with evidence beside it. Unknown ones are found by a stock code in brackets
or by a company suffix after a clear boundary; they are candidates. Anonymous ones (某北美整合商) belong to their brief.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.extraction.lexicon import Alias, Lexicon, normalize
from pipelines.extraction.matcher import PhraseMatcher
from pipelines.extraction.model import Company
from pipelines.text.brief import content_key
from pipelines.text.segmentation import Segmenter
from pipelines.text.span import Span

_HAN = r"\u3400-\u9fff"
#: Characters on either side of a short name that its words are cut from.
_WINDOW = 6
_NAME = rf"(?:(?![的是与和及对向由为在以等因而称据将被让使从到给了又也都就把该各每这那其此])[{_HAN}])"
_CODE = r"(?:[A-Z]{1,5}|\d{4,6}[A-Z]?)(?:\s?[-.:]\s?(?:TW|TWO|US|HK|SZ|SH|SS|KS|JP|T|BJ))?"
_BRACKET = re.compile(r"\s?[(【]\s?(?P<inside>[^()【】]{1,40}?)\s?[)】]")
_CODE_ONLY = re.compile(rf"(?:股票代[码号]:?\s?)?{_CODE}(?:\s?[,，、/]\s?(?:简称)?[A-Za-z\d.\-]+)*")
_TICKERED = re.compile(
    rf"(?P<name>[{_HAN}A-Za-z*·-]{{2,12}})(?P<code>\s?\(\s?(?:\d{{4}}(?:\s?-\s?TWO?)?|\d{{5}}(?:\s?[.-]\s?HK)?|\d{{6}}(?:\s?\.\s?(?:SZ|SH|BJ))?)\s?\))"
)
_SUFFIXED = re.compile(
    rf"(?P<name>{_NAME}{{2,4}}(?:科技|股份|精密|集团|半导体|微电子|光电|电机|智能|重工|机器人|生技"
    rf"|实业|证券|投顾|控股|通讯|航运|海运|储存|新材|光学))(?![{_HAN}]?(?:产业|行业|业者|领域|板块|概念|类股|族群|园区|市场|展|大厂|指数))"
)
_ANONYMOUS = re.compile(
    r"(?P<name>(?:(?:某家?|一家|另一?家?|两家|多家|该)(?:[\u3400-\u9fff]{0,6}?)|(?:北美|美系|日系|韩系|欧系|陆系|台系|中系|国际|国内|海外|欧美|全球|多数|主要|大型|知名|头部|美国|日本|韩国|中国|大陆|欧洲|本土|云端)(?:[\u3400-\u9fff]{0,4}?))"
    r"(?:整合商|客户|大厂|CSP|云端业者|云端服务商|车厂|品牌厂|品牌商|手机厂|云端企业|云服务商|晶圆厂|面板厂|运营商|车企|主机厂|设备商|通路商|企业))"
)
_BOUNDARY_BEFORE = re.compile(
    r"(?:^|[\s,，。;；:：、!！?？()（）【】「」『』“”\"/|－\-—]|与|和|及|对|向|由|为|是|的|在|以|等|因|而|称|据|将|被|让|使|从|到|给|商|厂|业|公司|龙头|巨头|企业|股)$"
)
_SPEECH_AFTER = re.compile(
    r"\s?(?:今|昨|明|前)?(?:\(?\d{0,2}\)?日|天)?\s?(?:表示|指出|公布|公告|宣布|说明|透露|强调|预计|预估|预期|董事|总经理|执行长|财务长|发言人|法说会|股价|营收|产能|旗下|集团|控股|股份|去年|今年前|\(\d{4})"
)
#: Words behind a known name that make it another firm's name: 富邦研究 is not 富邦金.
_OTHER_FIRM = re.compile(r"研究|投顾|证券|投信|人寿|产险|银行|资本|创投|期货|物流|基金会|租赁")
_DESCRIPTOR = re.compile(
    r"(?:.*(?:大厂|厂商|龙头|业者|公司|集团|巨头|企业|代工厂|设备厂|股王|厂|商|股|族群|指标))?(?P<tail>.+)"
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A company at a place of the body. `span` covers the name, `outer` also the brackets that belong to it."""

    span: Span
    outer: Span
    company: Company


class PartyReader:
    """Finds company mentions by the lexicon's aliases and by form."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._rows = lexicon.companies
        self._aliases = PhraseMatcher({alias.form: alias for alias in lexicon.aliases})
        self._segmenter = Segmenter()
        self._stop = lexicon.words["company_stop"]
        self._stop_tails = tuple(lexicon.words["company_stop_tail"])

    def read(self, body: str, text: str, brief_id: str) -> tuple[Mention, ...]:
        """The mentions in `body` (`text` is its normal form of the same length), in their order, without overlaps."""
        known = self._known(text)
        taken = sorted(m.span for m in known)
        found = [*known, *self._candidates(body, text, taken), *self._anonymous(body, text, taken, brief_id)]
        found = _without_overlaps(found)
        return tuple(self._with_aliases(text, found))

    def company(self, company_id: str) -> Company:
        """The company of a curated id."""
        return Company(company_id, self._rows[company_id].name_zh_hant, "curated")

    # -- known ---------------------------------------------------------------------------------------------------

    def _known(self, text: str) -> list[Mention]:
        strong: list[Mention] = []
        weak: list[tuple[int, int, Alias]] = []
        for start, end, alias in self._find(text):
            if alias.needs_evidence and not self._has_evidence(text, start, end):
                weak.append((start, end, alias))
            else:
                strong.append(self._mention(text, start, end, alias.company_id))
        named = {m.company.company_id for m in strong}
        starts = {m.outer.end for m in strong}
        for (
            start,
            end,
            alias,
        ) in weak:  # evidence elsewhere in the brief, or an enumeration with a known company
            listed = text[start - 1 : start] in ("、", "/") and start - 1 in starts
            if alias.company_id in named or listed:
                strong.append(self._mention(text, start, end, alias.company_id))
                starts.add(end)
        return sorted(strong, key=lambda m: m.span)

    def _find(self, text: str) -> list[tuple[int, int, Alias]]:
        found = []
        at = 0
        for start, end, alias in self._aliases.find(text):
            if start < at:
                continue
            if alias.form[0].isascii() and _joins_latin(text, start - 1, start):
                continue
            if alias.form[-1].isascii() and _joins_latin(text, end, end - 1):
                continue
            if (
                len(alias.form) <= 3
                and not alias.form[0].isascii()
                and not self._stands_alone(text, start, end)
            ):
                continue
            if (tail := _OTHER_FIRM.match(text, end)) and not alias.form.endswith(tail[0]):
                continue
            found.append((start, end, alias))
            at = end
        return found

    def _stands_alone(self, text: str, start: int, end: int) -> bool:
        """Whether a short name begins and ends where words do: 統盟 is no company in 傳統盟友."""
        if text.startswith(self._stop_tails, end):
            return False
        left = max(0, start - _WINDOW)
        edges = {0}
        for word in self._segmenter.cut(text[left : end + _WINDOW]):
            edges.add(word.end)
        return start - left in edges and end - left in edges

    def _has_evidence(self, text: str, start: int, end: int) -> bool:
        bracket = _BRACKET.match(text, end)
        if bracket and _CODE_ONLY.fullmatch(bracket["inside"]):
            return True
        return bool(_BOUNDARY_BEFORE.search(text[max(0, start - 2) : start]) or not start) and bool(
            _SPEECH_AFTER.match(text, end)
        )

    def _mention(self, text: str, start: int, end: int, company_id: str) -> Mention:
        return Mention(Span(start, end), Span(start, _bracket_end(text, end)), self.company(company_id))

    # -- unknown -------------------------------------------------------------------------------------------------

    def _candidates(self, body: str, text: str, taken: Sequence[Span]) -> list[Mention]:
        found: list[Mention] = []
        for m in _TICKERED.finditer(text):
            tail = _DESCRIPTOR.fullmatch(m["name"])
            name = tail["tail"] if tail else m["name"]
            start = m.end("name") - len(name)
            if 2 <= len(name) <= 6 and self._is_new(name, start, m.end("name"), taken):
                found.append(_candidate(body, Span(start, m.end("name")), m.end()))
        for m in _SUFFIXED.finditer(text):
            start, end = m.span("name")
            if not _BOUNDARY_BEFORE.search(text[max(0, start - 2) : start]) and start:
                continue
            if self._is_new(m["name"], start, end, taken):
                found.append(_candidate(body, Span(start, end), _bracket_end(text, end)))
        return found

    def _is_new(self, name: str, start: int, end: int, taken: Sequence[Span]) -> bool:
        if any(word in name for word in self._stop):
            return False
        i = bisect_right(taken, Span(end, end))
        return not any(span.overlaps(Span(start, end)) for span in taken[max(0, i - 3) : i + 1])

    def _anonymous(self, body: str, text: str, taken: Sequence[Span], brief_id: str) -> list[Mention]:
        found = []
        for m in _ANONYMOUS.finditer(text):
            span = Span(*m.span("name"))
            if any(span.overlaps(other) or other.start == span.end for other in taken):
                continue  # 國內大廠甲公司 is 甲公司
            name = span.of(body)
            company = Company(content_key("anonymous", brief_id, normalize(name)), name, "anonymous")
            found.append(Mention(span, span, company))
        return found

    def _with_aliases(self, text: str, mentions: Sequence[Mention]) -> list[Mention]:
        """Adds the mentions by the names that a bracket behind a company teaches: 維諦(Vertiv)."""
        taught: dict[str, Company] = {}
        for mention in mentions:
            bracket = _BRACKET.match(text, mention.span.end)
            if bracket is None or mention.company.status == "anonymous":
                continue
            inside = bracket["inside"]
            if (
                inside
                and inside[0].isascii()
                and inside.replace(" ", "").isalnum()
                and not inside.isdigit()
                and len(inside) >= 3
            ):
                taught.setdefault(inside, mention.company)
        if not taught:
            return list(mentions)
        extra = []
        for name, company in taught.items():
            for m in re.finditer(rf"(?<![A-Za-z\d]){re.escape(name)}(?![A-Za-z\d])", text):
                span = Span(*m.span())
                if not any(span.overlaps(other.outer) for other in mentions):
                    extra.append(Mention(span, span, company))
        return sorted([*mentions, *extra], key=lambda m: m.span)


def _candidate(body: str, span: Span, outer_end: int) -> Mention:
    name = span.of(body)
    return Mention(
        span, Span(span.start, outer_end), Company(content_key("company", normalize(name)), name, "candidate")
    )


def _bracket_end(text: str, end: int) -> int:
    """The end of a bracket that holds only the name in Latin or a code, right behind a name; else `end`."""
    m = _BRACKET.match(text, end)
    if (
        m
        and (_CODE_ONLY.fullmatch(m["inside"]) or m["inside"].isascii())
        and not m["inside"].strip().endswith("%")
    ):
        return m.end()
    return end


def _without_overlaps(mentions: Sequence[Mention]) -> list[Mention]:
    kept: list[Mention] = []
    for mention in sorted(mentions, key=lambda m: (m.span.start, -len(m.span))):
        if not kept or mention.span.start >= kept[-1].span.end:
            kept.append(mention)
    return kept


def _joins_latin(text: str, outside: int, inside: int) -> bool:
    """Whether a Latin name goes on beyond its edge: the characters on both sides are ASCII letters or digits."""
    return (
        0 <= outside < len(text)
        and text[outside].isascii()
        and text[outside].isalnum()
        and text[inside].isalnum()
        and not (text[outside].isdigit() and text[inside].isalpha() and outside > inside)
    )
