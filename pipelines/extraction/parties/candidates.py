"""Unknown companies: names that the lexicon does not have and that the brief treats as firms.

Evidence is a stock code in brackets, an ending of firms' names (科技, 精密) behind a clear beginning, a place in an
enumeration beside known companies, a word for a kind of firm before it (供應商X) with something said of firms behind
it, or a Latin name used in these ways. A name once found is one company wherever the brief has it, also in its short
form (魔法原子 for 魔法原子機器人).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipelines.extraction.lexicon import Lexicon
from pipelines.extraction.parties.cues import Cues
from pipelines.extraction.parties.edges import WordEdges, is_han
from pipelines.extraction.parties.mention import bracket_end
from pipelines.extraction.parties.taken import Taken
from pipelines.text.span import Span

_HAN = r"\u3400-\u9fff"
#: Characters that no firm's name begins or ends with, and few hold: particles, prepositions, pronouns.
_PARTICLES = frozenset(
    "的是与和及对向由为在以等因而称据将被让使从到给了又也都就把该各每这那其此或并且但则所很最更已于不没"
)
#: Those that no name holds even where a stock code says that it is one.
_NEVER = frozenset("的了是")
_LONGEST_STEM, _LONGEST_RUN = 5, 10
#: Met as often as this in the dictionary, a word is no proper name.
_EVERYDAY = 50
#: Met as often as this, it is no name even beside companies and before an ending of names.
_COMMON = 500
_CODED = re.compile(
    rf"(?<=[{_HAN}A-Za-z*])\((?P<code>\d{{4,6}}(?:[-.](?:TWO?|HK|SZ|SH|SS|BJ|KS|KQ|JP|T))?|[A-Z]{{1,5}}[-.](?:US|UK|DE|FR|NL))\)"
)
#: Codes of funds: 國泰永續高股息(00878).
_FUND = re.compile(r"00\d{2,3}")
_LATIN = re.compile(
    r"(?<![A-Za-z\d.@/_-])[A-Z][A-Za-z\d&'’+-]*(?:[ .](?=[A-Z])[A-Z][A-Za-z\d&'’+-]*|\.(?:ai|com|io)\b){0,3}(?![A-Za-z\d_])"
)
#: Beside another company even a name that begins small is one: nEye, iKala.
_LATIN_LISTED = re.compile(
    rf"{_LATIN.pattern}|(?<![A-Za-z\d.@/_-])[a-z]{{1,2}}-?[A-Z][A-Za-z\d]{{2,}}(?![A-Za-z\d_])"
)
_ORIGIN = re.compile(
    r"(?:台湾|大陆|中国|美国|日本|韩国|德国|法国|英国|荷兰|瑞士|瑞典|以色列|加拿大|印度|新加坡|[美日韩德法英荷瑞]商) ?"
)
_LATIN_FIRM = re.compile(
    r"(?:公司|集团|控股|企业|股份|旗下|董事长|执行长|总裁|CEO|股价|财报|财测|工厂|(?:今|昨|周.|星期.|\d+日)?(?:宣布|公布|公告|收购|并购|推出|发布|完成[^，。]{0,10}融资)|资深|分析师|策略师|经济学家|首席|共同?(?:领投|参投)|领投|参投|等(?:公司|大厂|厂商|业者|企业|品牌|客户|巨头))"
)
_JOIN = re.compile(r"[、/,，]|以及|[与和及跟]")
_LATIN_BRACKET = re.compile(rf"(?<=[{_HAN}])[(（](?P<latin>[A-Za-z][A-Za-z\d&.'’ -]{{2,30}})[)）]")
#: Between a word for a kind of firm and the name: 核心供應商是|甲.
_IS = re.compile(r"(?:则|主要|仍|就|正)?[是为](?=[\u3400-\u9fff])")
#: What firms do with one another, around the other one's name.
_PARTNER = re.compile(
    rf"(?:[与和跟]|携手|向|获)(?P<name>[{_HAN}]{{2,5}}?)(?:已|正|将|有)?(?:展开|达成|签署|长期|深度|策略)?"
    r"(?:合作|携手|签[约订]|结盟|联手|合资|下单|采购|订购|认证|组队|共同开发|洽谈)"
)
_QUOTED = re.compile(rf"[「“『](?P<name>[{_HAN}]{{2,8}})[」”』]")
_CLAUSE_START = re.compile(rf"(?:^|[,，。;；:：!！?？\n「“])(?=[{_HAN}])")
_JOIN_BEFORE = re.compile(r"(?:[、/]|以及|[与和及跟])$")
_FIRMS = r"(?:大厂|厂商|公司|企业|业者|客户|品牌商?|供应商|巨头|券商|投行|集团|车企|车厂|科技公司|外资券商|竞争对手|龙头|指标股|个股|合作伙伴|代工厂|整合商)"
_LIST_END = re.compile(
    rf"等(?:国际|国内外?|全球|知名|多家|主要|海外|美系|日系|韩系|欧系|[一二两三四五六七八九十\d]+[家大档间])*(?:{_FIRMS}|[\u3400-\u9fff]企)"
)
_LIST_START = re.compile(
    rf"{_FIRMS}(?:主要|另|还|则|更|分别|也)?(?:有|包括|包含|涵盖|为|:|：|如|例如|是)了?(?=[{_HAN}A-Z])"
)
#: Characters that begin or end a phrase at the head of a clause rather than a name.
_NO_BEGINNING = frozenset(
    "一二三四五六七八九十两双多各若随会当本前后按依照达逾约每首次今去明昨年月日季单同我你他她它们谁何怎如"
)
_NO_END = frozenset("中后前时内外间度厂期年月日季者家件款项方面上下里处市县省区")
_PLACE_AFTER = re.compile(r"工厂|新厂|[一二三四五六七八九十]?厂|基地|园区|总部")
_AND = frozenset("与和及跟")
#: Endings of financial houses' names, before which any word may stand.
_HOUSES = frozenset(("证券", "投顾", "投信", "金控"))
_OF_FIRMS = ("legal", "trade")
#: A listed name without an ending of firms' names is no longer than this.
_LONGEST_PLAIN = 5
_CODE_FIRST = re.compile(rf"(?<![{_HAN}A-Za-z*)])[(【](?:\d{{4}}-TWO?|\d{{4}})[)】](?=[{_HAN}])")
_LONGEST_LIST = 12
_TITLE = re.compile(
    r"(?:总裁|执行长|经理|董事|主席|分析师|财务长|CEO|CFO|部长|教授|主任|负责人|创办人|院长|记者|先生|女士|博士)$"
)
#: What makes a branch of industry of the words before it.
_NOT_FIRM_AFTER = re.compile(
    rf"[{_HAN}]?(?:产业|行业|业者|领域|板块|概念|类股|族群|园区|市场|大厂|指数|部门|产品|零组件|技术|从业|人员|界)|业|类|股(?!份|价|东)|厂|展|界|感|化|性|用"
)
#: Places, which are named in brackets in their own script as firms are.
_PLACE_END = frozenset("省市县州邦郡镇区岛国港湾")
_PERSON_LATIN = re.compile(r"[A-Z][a-z]+(?:[ -][A-Z]\.?)?(?: [A-Z][a-z'’-]+)+")
_SHORT_FOR = re.compile(
    rf"[(,](?:以下|下称|下)?简?称(?:为)?[「“\"]?(?P<name>[{_HAN}A-Za-z\d]{{2,8}})[」”\"]?[),，]"
)
#: Behind these even three capitals are a firm: 物流公司GXO.
_FIRM_BEFORE = ("公司", "集团", "机构")
#: Latin words in capitals that name techniques and measures rather than firms.
_ACRONYM = re.compile(r"[A-Z\d&+-]{1,6}")


@dataclass(frozen=True, slots=True)
class Found:
    """An unknown firm's name at a place; `name` is the form that stands for the company."""

    start: int
    end: int
    outer_end: int
    name: str


class CandidateFinder:
    """Finds unknown firms in a folded text in which the known ones are already marked."""

    def __init__(self, lexicon: Lexicon, edges: WordEdges, cues: Cues) -> None:
        self._edges = edges
        self._cues = cues
        self._products = frozenset(
            form.replace(" ", "").lower() for product in lexicon.products for form in product.forms
        ) | frozenset(form.lower() for form in lexicon.company_cues["latin_term"])
        nouns = sorted(lexicon.company_cues["firm_noun"], key=len, reverse=True)
        self._firm_noun = re.compile("|".join(map(re.escape, nouns)))
        self._regions = lexicon.company_cues["region"]
        self._surnames = lexicon.company_cues["surname"]
        self._first_of_deeds = cues.first_of_deeds
        spots = sorted((t.form for t in lexicon.firm_tails if t.spots), key=len, reverse=True)
        self._strength = {t.form: t.spots for t in lexicon.firm_tails}
        self._spotting = re.compile("|".join(map(re.escape, spots)))

    def find(self, text: str, known: Sequence[Span], companies: Sequence[Span]) -> list[Found]:
        """The unknown firms. `known` are the places already read; `companies` those of them that are companies."""
        taken = Taken(known)
        names: dict[str, str] = {}
        for start, end in self._named(text, taken, companies):
            name = text[start:end]
            names.setdefault(name, name)
            taken.add(start, end)
        for name in list(names):
            tail = self._cues.tail_of(name)
            stem = name[: -len(tail.form)] if tail and tail.kind != "branch" else ""
            if (
                len(stem) >= 2
                and names[name] == name
                and not (len(stem) == 2 and self._edges.is_word(stem, _EVERYDAY))
            ):
                names[stem] = name if names.get(stem, stem) == stem else names[stem]
        return sorted(self._everywhere(text, names, known), key=lambda f: f.start)

    def _everywhere(self, text: str, names: dict[str, str], known: Sequence[Span]) -> Iterator[Found]:
        """Every place of the names and their short forms, the longest first."""
        taken = Taken(known)
        for form in sorted(names, key=len, reverse=True):
            at = text.find(form)
            while at >= 0:
                end = at + len(form)
                if not taken.has(at, end) and self._is_whole(text, at, end):
                    taken.add(at, end)
                    yield Found(at, end, bracket_end(text, end), names[form])
                at = text.find(form, at + 1)

    def _is_whole(self, text: str, start: int, end: int) -> bool:
        if text[start].isascii() and start and text[start - 1].isascii() and text[start - 1].isalnum():
            return False
        if text[end - 1].isascii() and end < len(text) and text[end].isascii() and text[end].isalnum():
            return False
        return end - start > 3 or not is_han(text[start]) or self._edges.stands_alone(text, start, end)

    def _named(self, text: str, taken: Taken, companies: Sequence[Span]) -> Iterator[tuple[int, int]]:
        yield from self._coded(text, taken)
        yield from self._spotted(text, taken)
        yield from self._listed(text, taken, companies)
        yield from self._enumerated(text, taken)
        yield from self._apposed(text, taken)
        yield from self._acting(text, taken)
        yield from self._partnered(text, taken)
        yield from self._bilingual(text, taken)
        yield from self._quoted(text, taken)
        yield from self._latin(text, taken)

    # -- by a stock code -------------------------------------------------------------------------------------------

    def _coded(self, text: str, taken: Taken) -> Iterator[tuple[int, int]]:
        for m in _CODED.finditer(text):
            end = m.start()
            if taken.has(end - 1, end) or (
                _FUND.fullmatch(m["code"]) and not self._cues.tail_of(text[max(0, end - 6) : end])
            ):
                continue
            if text[:end].endswith("-KY"):
                if (start := self._beginning(text, end - 3, taken)) is not None:
                    yield start, end
                continue
            if not is_han(text[end - 1]):
                if latin := _latin_before(text, end):
                    yield latin, end
                continue
            start = self._beginning(text, end, taken)
            if start is not None:
                yield start, end

        for m in _CODE_FIRST.finditer(text):
            start = m.end()
            for end in range(start + 2, min(len(text), start + 6) + 1):
                if taken.has(start, end) or not is_han(text[end - 1]):
                    break
                if self._cues.begins_clause(text, end + 1) and self._is_name(text[start:end]):
                    yield start, end
                    break

    def _beginning(self, text: str, end: int, taken: Taken) -> int | None:
        """Where the Chinese name that ends here begins: behind the nearest word that cannot be part of it."""
        run = end
        if taken.has(end - 1, end):
            return None
        while run > 0 and end - run < _LONGEST_RUN and is_han(text[run - 1]) and not taken.has(run - 1, run):
            run -= 1
        if run and taken.has(run - 1, run) and self._cues.tail_behind(text, run):
            return None  # 豐田|汽車(TM-US)
        fits = [at for at in range(end - 2, run - 1, -1) if self._may_begin(text, at, run)]
        for at in fits:
            name = text[at:end]
            if not (set(name) & _NEVER or self._cues.not_name.inside(name)) and self._edges.begins(text, at):
                return at
        return None

    def _may_begin(self, text: str, at: int, run: int) -> bool:
        return at == run or self._cues.is_bounded(text, at)

    def _is_name(self, name: str) -> bool:
        """Whether the form of it can be a firm's name: no particles at its ends, not made of common words."""
        if len(name) < 2 or len(name) > 9 or name[0] in _PARTICLES or name[-1] in _PARTICLES:
            return False
        if self._cues.holds_verb(name) or self._cues.is_apposed(name, len(name), 2):
            return False
        tail = self._cues.tail_of(name)
        stem = name[: -len(tail.form)] if tail else name
        return not self._cues.not_name.inside(stem) and name.lower() not in self._products

    def _is_coined(self, name: str) -> bool:
        """Whether a name is no phrase of ordinary words: it holds a character that stands for itself."""
        tail = self._cues.tail_of(name)
        stem = name[: -len(tail.form)] if tail else name
        if len(stem) < 2 or self._edges.is_word(stem, _EVERYDAY):
            return False
        if self._edges.is_word(stem):
            return True
        pieces = self._edges.pieces(stem)
        return any(len(p) == 1 for p in pieces) and not any(p in _PARTICLES for p in pieces)

    # -- by the ending of the name ---------------------------------------------------------------------------------

    def _spotted(self, text: str, taken: Taken) -> Iterator[tuple[int, int]]:
        for m in self._spotting.finditer(text):
            start, end = m.span()
            if taken.has(start, end):
                continue
            while (tail := self._cues.tail_behind(text, end)) and (tail.kind == "legal" or tail.spots == 2):
                if not self._edges.ends(text, end + len(tail.form)):
                    break
                end += len(tail.form)
            if not self._edges.ends(text, end) or _NOT_FIRM_AFTER.match(text, end):
                continue
            if self._strength[m[0]] < 2 and not self._cues.goes_on(text, end):
                continue
            for stem in range(2, _LONGEST_STEM + 1):
                at = start - stem
                if at < 0 or not (is_han(text[at]) and is_han(text[start - 1])) or taken.has(at, start):
                    break
                if not self._cues.is_bounded(text, at):
                    continue
                if any(c in _PARTICLES for c in text[at:start]) or not self._is_name(text[at:end]):
                    break
                base = text[at:start]
                if self._edges.is_word(base) and not (self._stands_out(text, at) or m[0] in _HOUSES):
                    break
                if m[0] in self._cues.not_name and not (
                    self._is_made_up(text[at:end])
                    and (
                        self._cues.is_apposed(text, at)
                        or self._cues.acts(text, end)
                        or self._cues.does(text, end)
                    )
                ):
                    break  # 適配小型|機器人
                is_house = m[0] in _HOUSES and base not in self._regions
                if (is_house or self._is_coined(base)) and self._edges.begins(text, at):
                    yield at, end
                    break

    def _stands_out(self, text: str, at: int) -> bool:
        """Whether a mark or a word for a kind of firm stands before: evidence for a name that is also a word."""
        return self._cues.begins_clause(text, at) or self._cues.is_apposed(text, at)

    # -- by enumeration --------------------------------------------------------------------------------------------

    def _listed(self, text: str, taken: Taken, companies: Sequence[Span]) -> Iterator[tuple[int, int]]:
        """Members of an enumeration beside a company, and from there on beside one another."""
        queue = sorted(companies)
        while queue:
            company = queue.pop()
            for start, end in (
                self._next(text, company.end, taken),
                self._previous(text, company.start, taken),
            ):
                if start < end:
                    queue.append(Span(start, end))
                    yield start, end

    def _enumerated(self, text: str, taken: Taken) -> Iterator[tuple[int, int]]:
        """Members of a list that is said to be of firms: 三星、高通等大廠, 客戶包括美的、小米."""
        for m in _LIST_END.finditer(text):
            yield from self._members(text, m.start(), taken, backwards=True)
        for m in _LIST_START.finditer(text):
            yield from self._members(text, m.end(), taken, backwards=False)

    def _members(self, text: str, at: int, taken: Taken, backwards: bool) -> Iterator[tuple[int, int]]:
        """The unknown members that end, or begin, at a place; nothing where one of them can be no name."""
        unknown: list[tuple[int, int]] = []
        count = 0
        while count < _LONGEST_LIST:
            member = (
                self._member_before(text, at, taken) if backwards else self._member_behind(text, at, taken)
            )
            if member is None:
                break
            start, end, is_new = member
            count += 1
            if is_new:
                unknown.append((start, end))
            joined = (
                _JOIN_BEFORE.search(text, max(0, start - 2), start) if backwards else _JOIN.match(text, end)
            )
            if joined is None:
                break
            at = joined.start() if backwards else joined.end()
        if count >= 2 or (backwards and unknown and self._is_sure(text, *unknown[0])):
            yield from unknown

    def _is_sure(self, text: str, start: int, end: int) -> bool:
        """Whether a single name before 等客戶 is one: coined of no word of every day, behind a word's end."""
        return is_han(text[start]) and self._is_apposed_name(text, start, end)

    def _member_before(self, text: str, end: int, taken: Taken) -> tuple[int, int, bool] | None:
        if end <= 0:
            return None
        if place := taken.place(end - 1):
            return place[0], place[1], False
        if text[end - 1].isascii():
            start = _latin_before(text, end)
            return (
                (start, end, True)
                if start is not None and self._is_latin_name(text[start:end], True)
                else None
            )
        for start in range(end - 2, max(-1, end - 7), -1):
            if start < 0 or not is_han(text[start]):
                return None
            if self._cues.is_bounded(text, start) and self._is_listed_name(text, start, end):
                return start, end, True
        return None

    def _member_behind(self, text: str, start: int, taken: Taken) -> tuple[int, int, bool] | None:
        if place := taken.place(start):
            return place[0], place[1], False
        if latin := _LATIN.match(text, start):
            return (*latin.span(), True) if self._is_latin_name(latin[0], True) else None
        for end in range(start + 2, min(len(text), start + 8) + 1):
            if not is_han(text[end - 1]):
                return None
            if self._closes(text, end) and self._is_listed_name(text, start, end):
                return start, end, True
        return None

    def _next(self, text: str, end: int, taken: Taken) -> tuple[int, int]:
        nothing = (0, 0)
        joined = _JOIN.match(text, bracket_end(text, end))
        if joined is None:
            return nothing
        start = joined.end() + self._region_length(text, joined.end())
        if latin := _LATIN_LISTED.match(text, start):
            if (
                joined[0] != "，"
                and self._is_latin_name(latin[0], listed=True)
                and not taken.has(*latin.span())
            ):
                return latin.span()
            return nothing
        start = joined.end()
        if joined[0] != "、" and joined[0] not in _AND:
            return nothing
        for stop in range(start + 2, min(len(text), start + 8) + 1):
            if taken.has(start, stop) or not is_han(text[stop - 1]):
                return nothing
            if joined[0] in _AND:
                tail = self._cues.tail_of(text[start:stop])
                if tail is None or tail.kind not in _OF_FIRMS or self._cues.tail_behind(text, stop):
                    continue
            if (
                self._closes(text, stop) or (joined[0] in _AND and self._cues.goes_on(text, stop))
            ) and self._is_listed_name(text, start, stop):
                return start, stop
        return nothing

    def _previous(self, text: str, start: int, taken: Taken) -> tuple[int, int]:
        nothing = (0, 0)
        if start < 3:
            return nothing
        end = start - 1
        if text[end] in _AND:
            return self._joined_before(text, end, taken) or nothing
        if text[end] not in "、/":
            return nothing
        if text[end - 1] == ")":
            opening = text.rfind("(", max(0, end - 30), end)
            if opening < 2 or bracket_end(text, opening) != end:
                return nothing
            end = opening
        if text[end - 1].isascii():
            begin = _latin_before(text, end)
            if (
                begin is not None
                and self._is_latin_name(text[begin:end], listed=True)
                and not taken.has(begin, end)
            ):
                return begin, end
            return nothing
        if taken.has(end - 1, end):
            return nothing
        for begin in range(end - 2, max(-1, end - 7), -1):
            if begin < 0 or not is_han(text[begin]) or taken.has(begin, end):
                return nothing
            if self._cues.is_bounded(text, begin) and self._is_listed_name(text, begin, end):
                return begin, end
        return nothing

    def _joined_before(self, text: str, end: int, taken: Taken) -> tuple[int, int] | None:
        """A name with an ending of firms' names that begins a clause and that 與 joins to a company: 歐亞資源|與."""
        for begin in range(end - 3, max(-1, end - 8), -1):
            if not is_han(text[begin]) or taken.has(begin, end):
                return None
            if self._cues.begins_clause(text, begin):
                tail = self._cues.tail_of(text[begin:end])
                is_firm = tail is not None and tail.kind in _OF_FIRMS
                return (begin, end) if is_firm and self._is_listed_name(text, begin, end) else None
        return None

    def _closes(self, text: str, at: int) -> bool:
        return (
            at >= len(text)
            or text[at] in "、/，,。;；)）(（」”"
            or text.startswith(("等", "与", "和", "及", "以及", "的"), at)
        )

    def _is_listed_name(self, text: str, start: int, end: int) -> bool:
        name = text[start:end]
        if not self._is_name(name) or not self._edges.stands_alone(text, start, end):
            return False
        tail = self._cues.tail_of(name)
        if any(c in _PARTICLES for c in name) or (len(name) > _LONGEST_PLAIN and tail is None):
            return False
        return self._is_coined(name) or (
            tail is not None
            and len(name) - len(tail.form) == 2
            and not self._is_common(name[: -len(tail.form)])
        )

    def _is_common(self, stem: str) -> bool:
        """Whether a word before the ending of a name makes a branch of industry of it: 汽車電子, 消費電子."""
        return self._edges.is_word(stem, _COMMON) or stem.lower() in self._products

    # -- by a name in Latin behind it ------------------------------------------------------------------------------

    def _bilingual(self, text: str, taken: Taken) -> Iterator[tuple[int, int]]:
        """A coined Chinese name before its Latin one in brackets: 茂佳(MOKA); no places, no people, no terms."""
        for m in _LATIN_BRACKET.finditer(text):
            end = m.start()
            if taken.has(end - 1, end) or text[end - 1] in _PLACE_END or _PERSON_LATIN.fullmatch(m["latin"]):
                continue
            if not self._is_latin_name(m["latin"], listed=True):
                continue
            start = self._beginning(text, end, taken)
            if start is None or end - start > 6:
                continue
            name = text[start:end]
            if not (self._is_name(name) and self._is_coined(name) and self._is_made_up(name)):
                continue
            if text.count(name) > 1 or self._cues.acts(text, m.end()) or self._cues.is_apposed(text, start):
                yield start, end

    # -- by quotation marks ----------------------------------------------------------------------------------------

    def _quoted(self, text: str, taken: Taken) -> Iterator[tuple[int, int]]:
        """A name in quotation marks that does what firms do: 新創公司「靈犀微光」完成融資."""
        for m in _QUOTED.finditer(text):
            start, end = m.span("name")
            name = m["name"]
            if taken.has(start, end) or not self._is_name(name) or self._edges.is_word(name):
                continue
            if any(c in _PARTICLES for c in name) or self._is_person(name):
                continue
            apposed = self._cues.is_apposed(text, m.start(), 2)
            begins = self._cues.begins_clause(text, m.start())
            does = self._cues.acts(text, m.end()) or self._cues.does(text, m.end())
            if does and (apposed or (begins and (self._is_coined(name) or self._cues.acts(text, m.end())))):
                yield start, end

    def _is_made_up(self, name: str) -> bool:
        """Whether a name holds no word of every day but the ending of firms' names."""
        tail = self._cues.tail_of(name)
        stem = name[: -len(tail.form)] if tail else name
        return not any(len(p) > 1 and self._edges.is_word(p, _EVERYDAY) for p in self._edges.pieces(stem))

    # -- by what stands before and behind --------------------------------------------------------------------------

    def _apposed(self, text: str, taken: Taken) -> Iterator[tuple[int, int]]:
        """A name behind a word for a kind of firm and before something said of firms: 製造商虎山將, 子公司聚泰貢獻."""
        for place in self._firm_noun.finditer(text):
            copula = _IS.match(text, place.end())
            start = copula.end() if copula else place.end()
            for end in range(start + 2, min(len(text), start + 7) + 1):
                if taken.has(start, end) or not is_han(text[end - 1]) or not is_han(text[start]):
                    break
                name = text[start:end]
                if name[-1] in _PARTICLES:
                    break
                tail = self._cues.tail_of(name)
                if tail and tail.kind in _OF_FIRMS:
                    longer = self._cues.tail_behind(text, end)
                    if longer or not self._edges.ends(text, end) or _NOT_FIRM_AFTER.match(text, end):
                        continue
                elif not self._is_told_of(text, end, taken):
                    continue
                if self._is_apposed_name(text, start, end):
                    yield start, end
                break

    def _acting(self, text: str, taken: Taken) -> Iterator[tuple[int, int]]:
        """A coined name that begins a clause and does what firms do; once is enough for what firms alone have."""
        for m in _CLAUSE_START.finditer(text):
            start = m.end()
            for end in range(start + 2, min(len(text), start + 6) + 1):
                if not (is_han(text[start]) and is_han(text[end - 1])) or taken.has(start, end):
                    break
                if text[end - 1] in _PARTICLES:
                    break
                if end < len(text) and text[end] not in self._first_of_deeds:
                    continue
                has_trait = self._cues.has_trait(text, end)
                name = text[start:end]
                if (
                    (tail := self._cues.tail_of(name))
                    and tail.kind != "branch"
                    and self._cues.goes_on(text, end)
                ):
                    if self._is_apposed_name(text, start, end):
                        yield start, end
                    break
                if not (has_trait or self._cues.acts(text, end) or self._cues.does(text, end)):
                    continue
                if name[0] in _NO_BEGINNING or name[-1] in _NO_END or _PLACE_AFTER.match(text, end):
                    continue
                told = has_trait if name[0] in self._surnames and len(name) <= 3 else True
                once = self._cues.reports(text, end)
                if told and (once or text.count(name) > 1) and self._is_apposed_name(text, start, end):
                    yield start, end
                    break

    def _partnered(self, text: str, taken: Taken) -> Iterator[tuple[int, int]]:
        """A coined name that another firm works with, buys from or sells to: 與|錸寶|攜手, 向|奇力新|採購."""
        for m in _PARTNER.finditer(text):
            start, end = m.span("name")
            if not taken.has(start, end) and self._is_apposed_name(text, start, end):
                yield start, end

    def _is_told_of(self, text: str, end: int, taken: Taken) -> bool:
        """Whether something is said of a firm behind a name, or another firm is joined to it."""
        return (
            self._cues.acts(text, end)
            or self._cues.does(text, end)
            or text[end : end + 1] in ("(", "、", ",")
            or ((joined := _JOIN.match(text, end)) is not None and taken.place(joined.end()) is not None)
        )

    def _is_apposed_name(self, text: str, start: int, end: int) -> bool:
        name = text[start:end]
        tail = self._cues.tail_of(name)
        return (
            self._is_name(name)
            and (tail is None or tail.kind != "thing")
            and not self._edges.is_word(name[: -len(tail.form)] if tail else name)
            and self._is_coined(name)
            and self._is_made_up(name)
            and not self._is_person(name)
            and self._edges.stands_alone(text, start, end)
        )

    def _is_person(self, name: str) -> bool:
        """Whether a name can be that of a person: a surname and two characters."""
        return len(name) == 3 and name[0] in self._surnames

    # -- Latin -----------------------------------------------------------------------------------------------------

    def _latin(self, text: str, taken: Taken) -> Iterator[tuple[int, int]]:
        for m in _LATIN.finditer(text):
            start, end = m.span()
            if taken.has(start, end):
                continue
            before, after = self._cues, bracket_end(text, end)
            acronym = bool(_ACRONYM.fullmatch(m[0]))
            reports = before.is_cited(text, start, after)
            apposed = (
                start > 0
                and before.is_apposed(text, self._before_region(text, start))
                and not _TITLE.search(text[max(0, start - 4) : start])
            )
            firm = _LATIN_FIRM.match(text, after)
            if not self._is_latin_name(m[0], listed=False):
                said = reports or text.endswith(_FIRM_BEFORE, 0, start)
                if said and self._is_latin_name(m[0], listed=True):
                    yield start, end
                continue
            if (
                reports
                or (apposed and (not acronym or firm))
                or (
                    not acronym
                    and before.is_bounded(text, start)
                    and (firm or self._does_business(text, m[0], after))
                )
            ):
                yield start, end
            elif text[start - 1 : start] in ("(", "（") and before.is_apposed(text, start - 1):
                yield from self._bracketed(text, start)

    def _before_region(self, text: str, start: int) -> int:
        """Where the word before a name begins if that is a region: 收購|日本|Lincstech; else the name's own start."""
        return next((start - len(r) for r in self._regions if text.endswith(r, 0, start)), start)

    def _region_length(self, text: str, at: int) -> int:
        """Length of the region, or of the word for a region's firm, before a Latin name: 、英國|Weir, 與日商|Lincstech."""
        m = _ORIGIN.match(text, at)
        return len(m[0]) if m and text[m.end() : m.end() + 1].isascii() else 0

    def _does_business(self, text: str, name: str, end: int) -> bool:
        """Whether a Latin name does what firms do, or speaks and is no person's."""
        return self._cues.does(text, end) or (
            self._cues.acts(text, end) and not _PERSON_LATIN.fullmatch(name)
        )

    def _bracketed(self, text: str, start: int) -> Iterator[tuple[int, int]]:
        """The members of a list in brackets behind a word for a kind of firm: 代工廠(Alphaforge, Betaworks)."""
        close = text.find(")", start, start + 80)
        parts = list(_LATIN.finditer(text, start, close)) if close > 0 else []
        rest = _LATIN.sub("", text[start:close]) if close > 0 else "x"
        if len(parts) >= 2 and not rest.strip(" ,、，/"):
            for part in parts:
                if not _ACRONYM.fullmatch(part[0]) and self._is_latin_name(part[0], listed=True):
                    yield part.span()

    def _is_latin_name(self, name: str, listed: bool) -> bool:
        folded = name.replace(" ", "").lower()
        if folded in self._products or len(name) < (2 if not listed else 3):
            return False
        if re.fullmatch(r"[A-Z]+\d+[A-Za-z\d]*|[A-Z]\d*|[A-Z]{1,2}|[A-Z]+-?[A-Z]*\d+", name):
            return False
        if not listed and re.fullmatch(r"[A-Z]{3}", name):
            return False
        words = name.split()
        if any(word.lower() in self._products for word in words):
            return False
        return not (listed and _ACRONYM.fullmatch(name) and any(c.isdigit() for c in name))


def _latin_before(text: str, end: int) -> int | None:
    """Where the Latin name that ends here begins."""
    window = max(0, end - 40)
    for m in _LATIN.finditer(text, window, end):
        if m.end() == end:
            return m.start()
    return None
