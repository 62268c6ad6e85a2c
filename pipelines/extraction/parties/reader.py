"""The reader of parties: one pass over a body that puts the finders together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from pipelines.extraction.lexicon import Lexicon, normalize
from pipelines.extraction.model import Company
from pipelines.extraction.parties.anonymous import AnonymousFinder
from pipelines.extraction.parties.candidates import CandidateFinder
from pipelines.extraction.parties.cues import Cues
from pipelines.extraction.parties.edges import WordEdges, is_han
from pipelines.extraction.parties.folded import FoldedText, fold_blanks
from pipelines.extraction.parties.known import KnownNames
from pipelines.extraction.parties.mention import BRACKET, Mention, Reference
from pipelines.extraction.parties.references import ReferenceReader
from pipelines.text.brief import content_key
from pipelines.text.segmentation import Segmenter
from pipelines.text.span import Span


class PartyReader:
    """Finds company mentions by the lexicon's aliases and by form. Holds no state between briefs."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._rows = lexicon.companies
        edges, cues = WordEdges(Segmenter(_plain_names(lexicon))), Cues(lexicon)
        self._known = KnownNames(lexicon, edges, cues)
        self._candidates = CandidateFinder(lexicon, edges, cues)
        self._anonymous = AnonymousFinder(lexicon)
        self._references = ReferenceReader(self._is_house)

    def read(self, body: str, text: str, brief_id: str) -> tuple[Mention, ...]:
        """The mentions in `body` (`text` is its normal form of the same length), in their order, without overlaps."""
        folded = fold_blanks(text)
        hits = self._known.find(folded.text)
        companies = [Span(h.start, h.outer_end) for h in hits if h.company_id or h.is_branch]
        mentions: list[Mention] = []
        for hit in hits:
            span, outer = self._places(folded, hit.start, hit.end, hit.outer_end)
            if hit.company_id:
                mentions.append(Mention(span, outer, self.company(hit.company_id)))
            elif hit.is_branch:
                mentions.append(Mention(span, outer, _candidate(span.of(body))))
        known = [Span(h.start, max(h.end, h.outer_end)) for h in hits]
        names: dict[str, Company] = {}
        for found in self._candidates.find(folded.text, known, companies):
            span, outer = self._places(folded, found.start, found.end, found.outer_end)
            if found.name not in names:
                at = folded.text.find(found.name)
                whole = folded.original(Span(at, at + len(found.name))).of(body) if at >= 0 else found.name
                company_id = self._known.company_of(found.name)
                names[found.name] = self.company(company_id) if company_id else _candidate(whole)
            mentions.append(Mention(span, outer, names[found.name]))
        mentions.sort(key=lambda m: m.span)
        mentions = self._taught(folded, mentions)
        mentions.extend(self._unlisted(text, mentions, list(self._unnamed(body, folded, mentions, brief_id))))
        return tuple(_without_overlaps(mentions))

    def references(self, text: str, mentions: Sequence[Mention]) -> tuple[Reference, ...]:
        """The words that refer back to companies (該公司, 兩家企業, 其), with what they stand for, in their order."""
        return self._references.read(text, mentions)

    def company(self, company_id: str) -> Company:
        """The company of a curated id."""
        return Company(company_id, self._rows[company_id].name_zh_hant, "curated")

    def _is_house(self, company: Company) -> bool:
        row = self._rows.get(company.company_id)
        return row.kind in HOUSE_KINDS if row else company.name.endswith(_HOUSE_TAILS)

    def _places(self, folded: FoldedText, start: int, end: int, outer_end: int) -> tuple[Span, Span]:
        return folded.original(Span(start, end)), folded.original(Span(start, max(end, outer_end)))

    def _unnamed(
        self, body: str, folded: FoldedText, mentions: Sequence[Mention], brief_id: str
    ) -> Iterator[Mention]:
        begins = {m.outer.start for m in mentions}
        for place in self._anonymous.find(folded.text):
            span = folded.original(place)
            if span.end in begins or any(span.overlaps(m.outer) for m in mentions):
                continue  # 國內大廠甲公司 is 甲公司
            name = span.of(body)
            yield Mention(
                span, span, Company(content_key("anonymous", brief_id, normalize(name)), name, "anonymous")
            )

    def _unlisted(
        self, text: str, mentions: Sequence[Mention], unnamed: Sequence[Mention]
    ) -> Iterator[Mention]:
        """The anonymous parties without those that are a word for firms the brief has named (兩家業者)."""
        counted = [m for m in unnamed if _COUNTED.match(text, m.span.start)]
        pointing = [r.span for r in self.references(text, mentions)] if counted else []
        for m in unnamed:
            if not any(m.span.overlaps(span) for span in pointing):
                yield m

    def _taught(self, folded: FoldedText, mentions: Sequence[Mention]) -> list[Mention]:
        """The mentions with those by the names that a bracket behind a company teaches: 維諦(Vertiv)."""
        taught: dict[str, Company] = {}
        ends = {m.span.end: m.company for m in mentions}
        text = folded.text
        for m in BRACKET.finditer(text):
            end = folded.original(Span(0, m.start())).end if m.start() else 0
            inside = m["inside"]
            if end in ends and len(inside) >= 3 and inside[0].isascii() and _LATIN_ALIAS.fullmatch(inside):
                taught.setdefault(inside, ends[end])
        if not taught:
            return list(mentions)
        told = [
            replace(m, company=taught[m.company.name])
            if m.company.status == "candidate" and m.company.name in taught
            else m
            for m in mentions
        ]
        for name, company in taught.items():
            for found in re.finditer(rf"(?<![A-Za-z\d]){re.escape(name)}(?![A-Za-z\d])", text):
                span = folded.original(Span(*found.span()))
                if not any(span.overlaps(other.outer) for other in told):
                    told.append(Mention(span, span, company))
        return told


#: Kinds of company that write about others, and how the names of those end that the lexicon does not have.
HOUSE_KINDS = frozenset({"bank", "broker", "research"})
_HOUSE_TAILS = ("證券", "证券", "投顧", "投顾", "研究", "諮詢", "咨询", "Research")
_COUNTED = re.compile(r"[两二三四五]")
_LATIN_ALIAS = re.compile(r"[A-Za-z][A-Za-z\d&.' -]*")


def _plain_names(lexicon: Lexicon) -> Iterator[str]:
    """Short Chinese names that are no ordinary words: words for the segmenter, which cuts by what it knows."""
    for alias in lexicon.aliases:
        if 2 <= len(alias.form) <= 3 and not alias.needs_evidence and is_han(alias.form[0]):
            yield alias.form


def _candidate(name: str) -> Company:
    return Company(content_key("company", normalize(name)), name, "candidate")


def _without_overlaps(mentions: Sequence[Mention]) -> list[Mention]:
    kept: list[Mention] = []
    for mention in sorted(mentions, key=lambda m: (m.span.start, -len(m.span))):
        if not kept or mention.span.start >= kept[-1].outer.end:
            kept.append(mention)
    return kept
