"""Known companies: the longest alias at a place, where it stands between words and is meant as a name.

A form that is also an ordinary word counts only with evidence: a code beside it, a word for a kind of firm before it, a
verb of firms behind it, other companies beside it in an enumeration, or the same company elsewhere in the brief. Names
of governments, media, schools and the like are in the same search, so that the longer of two names wins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pipelines.extraction.lexicon import Alias, AliasReading, CompanyRow, FirmTail, Lexicon
from pipelines.extraction.parties.cues import Cues
from pipelines.extraction.parties.edges import WordEdges, is_han
from pipelines.extraction.parties.folded import fold_blanks
from pipelines.extraction.parties.mention import CODE, bracket_end, code_behind

#: Names as short as this are cut out of the middle of words now and then.
_SHORT = 3
#: Met as often as this in the dictionary, a name is a word of every day.
_EVERYDAY = 60
#: Latin names as short as this must be written as the lexicon writes them.
_SHORT_LATIN = 3
#: Capitals as few as this beside another Latin word are a part of a longer name: AVC in AVC Revo.
_ACRONYM = 4
#: Evidence enough for any name: its own stock code beside it.
_BY_CODE = 9
#: What may follow any word: no sign of a name.
_LOOSE = frozenset("的等与和及")
_MARKS_OFF = frozenset("、/")
_LAST_OF_LIST = re.compile(r"、[^、，,。;；]{2,8}[与和及]$")
_QUOTES, _UNQUOTES = frozenset("「“『"), frozenset("」”』")
_JOINERS = "、/,，与和及跟"
_CODE_BEFORE = re.compile(rf"(?:[(【]({CODE})[)】]|(?<!\d)(\d{{4}}) ?)$")
_WORD_BEHIND, _WORD_BEFORE = re.compile(r" [A-Z][a-z]+"), re.compile(r"[A-Z][a-z]+ $")
_SHARE_CLASS = re.compile(r"(?:-?(?:KY|DR)(?![A-Za-z])|-创|\*)+")
_TITLE_BEFORE = re.compile(
    r"(?:董事长|董座|总经理|总座|总裁|执行长|财务长|营运长|技术长|副总|董事|主席|发言人|创办人|创始人|记者|编辑|译者|分析师|经理|部长|院长|主任|协理|处长|教授|博士)$"
)
#: What makes a branch of a region's industry out of a name that begins with the region: 台灣半導體|廠.
_OF_A_TRADE = re.compile(
    r"[\u3400-\u9fff]?(?:产业|行业|业者|领域|板块|概念|类股|族群|园区|市场|大厂|代工|业)|厂|类|股(?![份价东])"
)
#: Words that make a firm of its own out of another firm's name, and what they must not be the beginning of.
_NOT_BRANCH = re.compile(
    r"(?:研究)(?:人员|发展|开发|报告|团队|成果|机构)|资本(?:支出|额|市场|结构|公积|利得|适足)"
)
_FINANCE = ("bank", "broker", "investor")


@dataclass(frozen=True, slots=True)
class Hit:
    """A name found. `company_id` is None for one that is no company, or for a firm that the lexicon does not know."""

    start: int
    end: int
    outer_end: int
    company_id: str | None
    is_branch: bool = False


@dataclass(slots=True)
class _Trace:
    """A hit on trial: how much speaks for it."""

    start: int
    end: int
    outer_end: int
    company_id: str
    needs_evidence: bool
    is_everyday: bool
    evidence: int


class KnownNames:
    """Finds the lexicon's companies in a folded text."""

    def __init__(self, lexicon: Lexicon, edges: WordEdges, cues: Cues) -> None:
        self._rows = lexicon.companies
        self._edges = edges
        self._cues = cues
        self._surnames = lexicon.company_cues["surname"]
        self._stems_of_regions = lexicon.company_cues["region"]
        self._regions = tuple(lexicon.company_cues["region"])
        self._stop_tails = tuple(lexicon.words["company_stop_tail"])
        self._readings = {fold_blanks(form).text: r for form, r in lexicon.alias_readings.items()}
        self._tickers = _by_ticker(lexicon.companies)
        self._forms: dict[str, Alias | None] = {
            _key(fold_blanks(name).text): None for name in lexicon.organisations
        }
        self._publishers = frozenset(_key(name) for name in (*lexicon.publishers, *lexicon.organisations))
        for publisher in lexicon.publishers:
            self._forms.setdefault(_key(fold_blanks(publisher).text), None)
        self._spellings: set[str] = set()
        for alias in lexicon.aliases:
            form = fold_blanks(alias.form).text
            self._forms[_key(form)] = alias if form == alias.form else replace(alias, form=form)
            self._spellings.add(form)
        self._sister_tails = lexicon.company_cues["sister_tail"]
        self._longer = _longer_names(lexicon)
        lengths: dict[str, set[int]] = {}
        for form in self._forms:
            lengths.setdefault(form[:2], set()).add(len(form))
        self._lengths = {start: tuple(sorted(sizes, reverse=True)) for start, sizes in lengths.items()}

    def find(self, text: str) -> list[Hit]:
        """The known names in their order, without overlaps, with those that are no companies."""
        traces: list[_Trace] = []
        found: list[Hit] = []
        everything = list(self._scan(text))
        named = {
            alias.company_id
            for _, _, alias in everything
            if alias and not alias.needs_evidence and alias.form not in self._readings
        }
        for start, end, alias in everything:
            if alias is None:
                found.append(Hit(start, end, end, None))
                continue
            if branch := self._branch_end(text, end, alias) or self._quoted_end(text, start, end, alias):
                found.append(Hit(start, branch, bracket_end(text, branch), None, is_branch=True))
                continue
            if (trace := self._weighed(text, start, end, alias, named)) is not None:
                traces.append(trace)
        accepted = self._accepted(text, traces)
        found.extend(Hit(t.start, t.end, t.outer_end, t.company_id) for t in accepted)
        found.extend(self._shortened(text, accepted, found))
        found.extend(self._again(text, accepted, found))
        return sorted(found, key=lambda h: h.start)

    def company_of(self, form: str) -> str | None:
        """The company that a form names on its own, if the lexicon has it."""
        alias = self._forms.get(_key(form))
        return alias.company_id if alias else None

    # -- where names stand -----------------------------------------------------------------------------------------

    def _scan(self, text: str) -> Iterator[tuple[int, int, Alias | None]]:
        folded = _key(text)
        lengths, forms = self._lengths, self._forms
        at, last = 0, len(text) - 1
        listed = -1  # where the next member of an enumeration begins
        while at < last:
            sizes = lengths.get(folded[at : at + 2])
            if sizes is None:
                at += 1
                continue
            size = self._longest(text, folded, at, sizes) or (
                self._listed_size(folded, at, sizes) if at == listed else 0
            )
            if size and (region := self._region_at(folded, at, size)):
                inner = lengths.get(folded[at + region : at + region + 2], ())
                if self._longest(text, folded, at + region, inner) + region > size:
                    size = 0  # 韓國|LG新能源, not 韓國LG|新能源
            if size:
                end = bracket_end(text, at + size)
                listed = end + 1 if text.startswith("、", end) else listed
                yield at, at + size, forms[folded[at : at + size]]
            at += size or 1

    def _longest(self, text: str, folded: str, at: int, sizes: Sequence[int]) -> int:
        """Length of the longest form that stands at a place; 0 if none does."""
        for size in sizes:
            form = folded[at : at + size]
            if (
                len(form) == size
                and form in self._forms
                and self._is_whole(text, at, at + size, self._forms[form])
            ):
                return size
        return 0

    def _listed_size(self, folded: str, at: int, sizes: Sequence[int]) -> int:
        """Length of a short name behind 、 and another name, whatever words could be cut behind it: 陽明、萬海|運價."""
        for size in sizes:
            alias = self._forms.get(folded[at : at + size])
            if alias and is_han(folded[at]) and not alias.needs_evidence:
                return size
        return 0

    def _region_at(self, folded: str, at: int, size: int) -> int:
        """Length of the region that a form begins with; 0 where it is the whole form or none."""
        return next((len(r) for r in self._regions if len(r) < size and folded.startswith(r, at)), 0)

    def _is_whole(self, text: str, start: int, end: int, alias: Alias | None) -> bool:
        first, last = text[start], text[end - 1]
        if first.isascii() and joins_latin(text, start - 1, start):
            return False
        if last.isascii() and joins_latin(text, end, end - 1):
            return False
        size = end - start
        if first.isascii():
            written = text[start:end]
            if alias is not None and written not in self._spellings:
                latin = sum(c.isascii() and c.isalpha() for c in written)
                if latin <= _SHORT_LATIN or first.islower():
                    return False
            if written.isascii():
                return not (written.isupper() and size <= _ACRONYM and _goes_on_in_latin(text, start, end))
        if alias is not None and (self._is_byline(text, start, end) or self._is_trade(text, end, alias)):
            return False
        if size <= _SHORT and is_han(first):
            if text.startswith(self._stop_tails, end) or self._is_given_name(text, start, end):
                return False
            return self._heads(text, start, end, alias) or self._edges.stands_alone(text, start, end)
        return alias is None or not alias.form.startswith(self._regions) or self._edges.ends(text, end)

    def _heads(self, text: str, start: int, end: int, alias: Alias | None) -> bool:
        """Whether a short name stands at the head of a clause or behind a verb, so that a word across its end is none:
        其中,致新|月產能; 看好|友達."""
        if alias is None:
            return False
        begins = self._cues.begins_clause(text, start)
        if (begins or self._cues.is_apposed(text, start, 2)) and self._cues.acts(text, end):
            return True
        led = not alias.needs_evidence and (begins or self._cues.follows_verb(text, start))
        return led and self._edges.is_cut_rarely(text, start, end)

    def _is_given_name(self, text: str, start: int, end: int) -> bool:
        """Whether two characters behind a surname are a person's: 董事長陳|泰銘."""
        if end - start != 2 or start == 0 or text[start - 1] not in self._surnames:
            return False
        return self._cues.begins_clause(text, start - 1) or bool(_TITLE_BEFORE.search(text[: start - 1][-6:]))

    def _is_trade(self, text: str, end: int, alias: Alias) -> bool:
        """Whether a name that begins with a region is only a branch of its industry here: 台灣半導體|廠."""
        return alias.form.startswith(self._regions) and bool(_OF_A_TRADE.match(text, end))

    def _is_byline(self, text: str, start: int, end: int) -> bool:
        """Whether a name is a publisher's that stands alone in brackets at the end of the body."""
        return (
            text[start - 1 : start] in ("(", "【")
            and not text[end + 1 :].strip()
            and _key(text[start:end]) in self._publishers
        )

    def _branch_end(self, text: str, end: int, alias: Alias) -> int | None:
        """Where another firm's name ends that begins with this one's: 富邦研究, 台達租賃."""
        if not is_han(alias.form[-1]):
            return None
        tail = self._cues.tail_behind(text, end)
        if tail is None or alias.form.endswith(tail.form):
            return None
        if tail.kind == "trade":
            return self._sister_end(text, end, alias, tail)
        if tail.kind != "branch":
            return None
        row = self._rows[alias.company_id]
        if not (tail.spots or row.kind in _FINANCE) or _NOT_BRANCH.match(text, end):
            return None
        return end + len(tail.form)

    def _sister_end(self, text: str, end: int, alias: Alias, tail: FirmTail) -> int | None:
        """Where another firm's name ends that shares a short name with this one: 天能綠電 beside 天能動力.

        The company must be known with a longer name of its own, and with none that goes on as this one does.
        """
        after = end + len(tail.form)
        if len(alias.form) > 2 or not (tail.spots == 2 or tail.form in self._sister_tails):
            return None
        longer = self._longer.get((alias.company_id, alias.form), ())
        if not longer or any(rest.startswith(tail.form[0]) for rest in longer):
            return None
        return after if self._edges.ends(text, after) and self._cues.goes_on(text, after) else None

    def _quoted_end(self, text: str, start: int, end: int, alias: Alias) -> int | None:
        """Where another firm's name ends that quotation marks hold together: 「星宇光子」 is not 星宇."""
        if text[start - 1 : start] not in _QUOTES or not is_han(alias.form[-1]):
            return None
        tail = self._cues.tail_behind(text, end)
        if tail is None or tail.kind not in ("trade", "branch") or alias.form.endswith(tail.form):
            return None
        after = end + len(tail.form)
        longer = self._longer.get((alias.company_id, alias.form), ())
        is_own = any(rest.startswith(tail.form) for rest in longer)
        return after if text[after : after + 1] in _UNQUOTES and not is_own else None

    # -- what speaks for them --------------------------------------------------------------------------------------

    def _weighed(self, text: str, start: int, end: int, alias: Alias, named: set[str]) -> _Trace | None:
        company_id = alias.company_id
        if readings := self._readings.get(alias.form):
            chosen = self._chosen(text, start, end, readings, named)
            if chosen is None:
                return None
            company_id = chosen
        end = self._whole_name(text, end)
        everyday = alias.needs_evidence and self._edges.is_word(alias.form, _EVERYDAY)
        evidence = 0
        code = code_behind(text, end)
        before = _CODE_BEFORE.search(text, max(0, start - 14), start)
        code = code or (before and (before[1] or before[2]).split("-")[0].split(".")[0])
        if code:
            owner = self._owner(code, company_id)
            if owner == company_id:
                evidence = _BY_CODE
            elif owner is not None and self._shares_name(owner, text[start:end]):
                company_id, evidence = owner, _BY_CODE
            elif before is None or before[1]:
                evidence = 1
        if not evidence and alias.needs_evidence and self._is_coined(text, start, end, alias.form):
            evidence = 1
        if evidence < 2:
            cues = self._cues
            if start and cues.is_apposed(text, start):
                evidence += 1
            if (
                cues.is_cited(text, start, end)
                or (cues.is_bounded(text, start) and cues.heads_a_kind(text, end))
                or cues.begins_a_list(text, start, bracket_end(text, end))
            ):
                evidence += 2
            elif cues.is_bounded(text, start) and cues.acts(text, end):
                sure = cues.begins_clause(text, start) or cues.is_timed(text, end)
                evidence += 2 if sure else 1
            elif (
                not (everyday or self._is_phrase(alias.form))
                and cues.is_bounded(text, start)
                and cues.does(text, end)
            ):
                evidence += 1
        return _Trace(
            start, end, bracket_end(text, end), company_id, self._is_weak(alias), everyday, evidence
        )

    def _is_weak(self, alias: Alias) -> bool:
        """Whether a form needs evidence: not where it only adds to a shorter name that needs none (台塑|集團)."""
        if not alias.needs_evidence:
            return False
        shorter = (self._forms.get(_key(alias.form[:n])) for n in range(2, len(alias.form)))
        return not any(a and not a.needs_evidence and a.company_id == alias.company_id for a in shorter)

    def _is_coined(self, text: str, start: int, end: int, form: str) -> bool:
        """Whether a Chinese name is no common word of the dictionary and stands between what can stand beside a name."""
        return (
            is_han(form[0])
            and not self._edges.is_word(form, _EVERYDAY)
            and not self._is_phrase(form)
            and self._cues.is_bounded(text, start)
            and self._cues.goes_on(text, end)
        )

    def _is_phrase(self, form: str) -> bool:
        """Whether a form is made of several whole words of the dictionary: 中部|電力."""
        pieces = self._edges.pieces(form)
        return len(pieces) > 1 and all(len(piece) > 1 for piece in pieces)

    def _whole_name(self, text: str, end: int) -> int:
        """The end of a name with what belongs to it: 鴻勁|精密, 奕力|-KY, 蘋果|公司."""
        if m := _SHARE_CLASS.match(text, end):
            return m.end()
        if not is_han(text[end - 1]):
            return end
        tail = self._cues.tail_behind(text, end)
        if tail is None or tail.kind == "branch":
            return end
        after = end + len(tail.form)
        if code_behind(text, after):
            return after
        is_firm = tail.kind == "legal" or tail.spots > 0
        return after if is_firm and self._edges.ends(text, after) and self._cues.goes_on(text, after) else end

    def _owner(self, code: str, company_id: str) -> str | None:
        """The company of a code, this one before others."""
        owners = self._tickers.get(code.lstrip("0"), ())
        return company_id if company_id in owners else next(iter(owners), None)

    def _shares_name(self, company_id: str, name: str) -> bool:
        row = self._rows[company_id]
        return any(full.startswith(name[:2]) for full in (row.name_zh_hans, row.name_zh_hant))

    def _chosen(
        self, text: str, start: int, end: int, readings: Sequence[AliasReading], named: set[str]
    ) -> str | None:
        """Which of several companies a form names: by its code, by cues in the sentence, by the brief, by default.

        None where nothing tells and no default is: the form is no company here.
        """
        code = code_behind(text, end)
        if code:
            owners = self._tickers.get(code.lstrip("0"), ())
            for reading in readings:
                if reading.company_id in owners:
                    return reading.company_id
        near = text[max(0, start - 30) : end + 30]
        for scope in (near, text):
            votes = {r.company_id: sum(cue in scope for cue in r.cues) for r in readings}
            best = max(votes.values())
            leaders = [company_id for company_id, count in votes.items() if count == best]
            if best and len(leaders) == 1:
                return leaders[0]
            if scope is near:
                also = [r.company_id for r in readings if r.company_id in named]
                if len(also) == 1:
                    return also[0]
        return next((r.company_id for r in readings if r.is_default), None)

    def _accepted(self, text: str, traces: Sequence[_Trace]) -> list[_Trace]:
        """Those with evidence enough, then those that the accepted ones speak for, until no more come."""
        full = {
            stem: t.company_id
            for t in traces
            if not t.needs_evidence and (stem := self._stem(text[t.start : t.end]))
        }
        # 達運 is 達運光電 where the brief has that in full, whoever else bears the short name
        for trace in traces:
            if (
                trace.evidence < _BY_CODE
                and trace.needs_evidence
                and (owner := full.get(text[trace.start : trace.end]))
            ):
                trace.company_id, trace.needs_evidence = owner, False
        told = {text[t.start : t.end]: t.company_id for t in traces if t.evidence >= _BY_CODE}
        for trace in traces:  # 惠普(8424) is that 惠普 wherever the brief has the name
            if trace.evidence < _BY_CODE:
                trace.company_id = told.get(text[trace.start : trace.end], trace.company_id)
        coded = {t.company_id for t in traces if t.evidence >= _BY_CODE}
        accepted = {id(t): t for t in traces if not t.needs_evidence or t.evidence >= 1 + t.is_everyday}
        while True:
            named = {t.company_id for t in accepted.values()}
            starts = {t.start for t in accepted.values()}
            ends = {t.outer_end for t in accepted.values()} | {t.end for t in accepted.values()}
            more = [
                t
                for t in traces
                if id(t) not in accepted
                and (
                    self._is_listed(text, t, starts, ends)
                    or (t.company_id in named and self._may_be_meant(text, t, t.company_id in coded))
                )
            ]
            if not more:
                break
            accepted.update((id(t), t) for t in more)
        return [t for t in traces if id(t) in accepted]

    def _shortened(self, text: str, accepted: Sequence[_Trace], found: Sequence[Hit]) -> Iterator[Hit]:
        """Places of the short forms of names that the brief has in full: 兆馳 after 兆馳股份."""
        stems = {stem: t.company_id for t in accepted if (stem := self._stem(text[t.start : t.end]))}
        taken = {at for hit in found for at in range(hit.start, hit.outer_end)}
        for stem, company_id in stems.items():
            at = text.find(stem)
            while at >= 0:
                end = at + len(stem)
                if at not in taken and end - 1 not in taken and self._edges.stands_alone(text, at, end):
                    taken.update(range(at, end))
                    yield Hit(at, end, bracket_end(text, end), company_id)
                at = text.find(stem, end)

    def _again(self, text: str, accepted: Sequence[_Trace], found: Sequence[Hit]) -> Iterator[Hit]:
        """Further places of an established short name that a word of the dictionary lies across: 美光|盤後, 台化|為."""
        names = {
            text[t.start : t.end]: t.company_id
            for t in accepted
            if t.end - t.start <= _SHORT and is_han(text[t.start]) and not t.is_everyday
        }
        taken = {at for hit in found for at in range(hit.start, hit.outer_end)}
        for name, company_id in names.items():
            for m in re.finditer(re.escape(name), text):
                if m.start() in taken or m.end() - 1 in taken or not self._cues.is_bounded(text, m.start()):
                    continue
                if text.startswith(self._stop_tails, m.end()) or not self._cues.goes_on(text, m.end()):
                    continue
                taken.update(range(*m.span()))
                yield Hit(*m.span(), bracket_end(text, m.end()), company_id)

    def _stem(self, name: str) -> str | None:
        """A full name without its ending, where that is no word of every day."""
        tail = self._cues.tail_of(name) if is_han(name[-1]) else None
        if tail is None or tail.kind == "branch":
            return None
        stem = name[: -len(tail.form)]
        if len(stem) < 2 or stem in self._stems_of_regions:
            return None
        alias = self._forms.get(_key(stem))
        is_name = alias is not None and not alias.needs_evidence
        return stem if is_name or not self._edges.is_word(stem, _EVERYDAY) else None

    def _is_listed(self, text: str, trace: _Trace, starts: set[int], ends: set[int]) -> bool:
        """Whether it stands beside an accepted company in an enumeration.

        A word of every day must be marked off by 、 or /, or end a list that is (甲、乙與統一), or do what firms do.
        """
        before, after = text[trace.start - 1 : trace.start], text[trace.outer_end : trace.outer_end + 1]
        follows = bool(before) and before in _JOINERS and trace.start - 1 in ends
        leads = bool(after) and after in _JOINERS and trace.outer_end + 1 in starts
        if not trace.is_everyday:
            return follows or leads
        cues = self._cues
        if follows and (
            before in _MARKS_OFF
            or _LAST_OF_LIST.search(text, max(0, trace.start - 12), trace.start)
            or cues.does(text, trace.outer_end)
        ):
            return cues.goes_on(text, trace.outer_end)
        leads = leads and after in _MARKS_OFF
        return leads and cues.is_bounded(text, trace.start) and cues.goes_on(text, trace.outer_end)

    def _may_be_meant(self, text: str, trace: _Trace, is_coded: bool) -> bool:
        """Whether a name that the brief has established can be meant here: always, unless it is a word of every day.

        `is_coded`: the brief has it with its stock code, so that a verb behind it is enough.
        """
        if not trace.is_everyday:
            return True
        return self._cues.is_bounded(text, trace.start) and (
            self._cues.acts(text, trace.end)
            or (self._cues.begins_clause(text, trace.start) and text[trace.end : trace.end + 1] != "的")
            or (
                is_coded
                and self._cues.goes_on(text, trace.end)
                and text[trace.end : trace.end + 1] not in _LOOSE
            )
        )


def _longer_names(lexicon: Lexicon) -> dict[tuple[str, str], tuple[str, ...]]:
    """How a company's longer names go on behind each of its names of two characters."""
    names: dict[str, list[str]] = {}
    for alias in lexicon.aliases:
        names.setdefault(alias.company_id, []).append(alias.form)
    rest: dict[tuple[str, str], tuple[str, ...]] = {}
    for company_id, forms in names.items():
        for short in (form for form in forms if len(form) == 2):
            rest[company_id, short] = tuple(f[2:] for f in forms if len(f) > 3 and f.startswith(short))
    return rest


def joins_latin(text: str, outside: int, inside: int) -> bool:
    """Whether a Latin name goes on beyond its edge: the characters on both sides are ASCII letters or digits."""
    return (
        0 <= outside < len(text)
        and text[outside].isascii()
        and text[outside].isalnum()
        and text[inside].isalnum()
        and not (text[outside].isdigit() and text[inside].isalpha() and outside > inside)
    )


def _goes_on_in_latin(text: str, start: int, end: int) -> bool:
    """Whether a capitalised Latin word stands beside it."""
    return bool(_WORD_BEHIND.match(text, end) or _WORD_BEFORE.search(text, max(0, start - 16), start))


def _key(form: str) -> str:
    """A form in small letters, as long as it is written."""
    small = form.lower()
    return small if len(small) == len(form) else "".join(c.lower() if c.isascii() else c for c in form)


def _by_ticker(companies: Mapping[str, CompanyRow]) -> dict[str, tuple[str, ...]]:
    owners: dict[str, list[str]] = {}
    for row in companies.values():
        if row.ticker:
            owners.setdefault(row.ticker.lstrip("0"), []).append(row.company_id)
    return {ticker: tuple(ids) for ticker, ids in owners.items()}
