"""Supply: who delivers what to whom, by patterns over the masked sentence.

Patterns are written in Traditional Chinese; Ⓒ is a company, Ⓠ a quantity. Groups: `sup` and `cus` hold one or more
companies, `item` the thing, `role` the supplier's standing. A missing customer (or supplier) is the section's topic.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import product

from pipelines.extraction.document import Document, Sentence
from pipelines.extraction.lexicon import Lexicon, normalize
from pipelines.extraction.matcher import PhraseMatcher
from pipelines.extraction.model import Company, Evidence, SupplyClaim
from pipelines.extraction.parties import Mention
from pipelines.extraction.quantities import Quantity

_ONE = r"Ⓒ(?:\s?\([^()]{0,16}\))?"
_CS = rf"{_ONE}(?:\s?(?:、|和|及|與|以及|/|及其他|、及)\s?{_ONE})*"
_SUPPLY = r"供應(?!鏈|商|體系|端|量|短缺|吃緊|緊張)"
_ROLE = r"(?P<role>核心|主要|首選|第一大|最大|獨家|唯一|備選|第二|備用|主力|重要)?"
_ITEM = r"(?P<item>[^,，。;；:：、Ⓒ()Ⓟ]{1,18}?)"


@dataclass(frozen=True, slots=True)
class SupplyRule:
    """A named pattern; `topic` tells which side the section's topic fills where the pattern names only one."""

    name: str
    pattern: re.Pattern[str]
    topic: str | None = None


def _rule(name: str, pattern: str, topic: str | None = None) -> SupplyRule:
    return SupplyRule(name, re.compile(normalize(pattern)), topic)


RULES: tuple[SupplyRule, ...] = (
    _rule("supply.sources", rf"(?P<cus>Ⓒ)(?:主要)?依賴的{_ROLE}{_ITEM}?供應商(?:是|為|包括|有)(?P<sup>{_CS})"),
    _rule("supply.is_supplier_of", rf"(?P<sup>{_CS})(?![^。Ⓒ]{{0,6}}?(?:供應商|客戶))[^。,，Ⓒ]{{0,8}}?(?:是|為|系|作為|成為|擔任)(?P<cus>{_CS})(?:等|及其他[^的。]{{0,8}})?的?{_ROLE}{_ITEM}?(?:供應商|代工廠|組裝廠|代工夥伴|供貨商)"),
    _rule("supply.topic_is_supplier_of", rf"(?:是|為|成為|作為|系)(?P<cus>{_CS})(?:等|及其他[^的。]{{0,8}})?的{_ROLE}{_ITEM}?(?:供應商|代工廠|組裝廠|供貨商)", "sup"),
    _rule("supply.supplier_is", rf"(?P<cus>Ⓒ)的?{_ROLE}{_ITEM}?供應商(?:是|為|包括|有|則是|則為|─|—|-)+(?P<sup>{_CS})"),
    _rule("supply.topic_supplier_is", rf"(?:^|[,，。])(?P<item>[^,，。;；:：、ⒸⓅ]{{0,14}}?)的?{_ROLE}供應商(?:仍)?(?:是|為|包括|有|則是|則為)(?P<sup>{_CS})", "cus"),
    _rule("supply.backup_is", r"(?P<role>備選|備用|第二)(?P<item>[^,，。;；:：、Ⓒ]{1,12}?)(?:為|是)(?P<sup>Ⓒ)(?P<model>[A-Za-z\d][A-Za-z\d .\-]*)?", "cus"),
    _rule("supply.backup_named", r"(?P<cus>Ⓒ)[^。,，]{0,6}?(?P<role>備選|備用|第二)供應商[—\-─:：]+(?P<sup>Ⓒ)"),
    _rule("supply.chosen", r"(?:^|[,，。])(?P<item>[^,，。;；:：Ⓒ]{2,12}?)方面[,，](?P<cus>Ⓒ)(?:[^。,，Ⓒ]{0,10}?)(?:選擇了?|選擇與|採用(?:的是)?|選用|與)(?:國內龍頭企業|國內供應商)?(?P<sup>Ⓒ)(?:作為(?P<role>核心|主要)供應商|合作)?"),
    _rule("supply.adopts", rf"(?P<cus>Ⓒ)(?:[^。Ⓒ]{{0,16}}?)(?:採用|使用|搭載|選用|導入|選擇了)(?:了|的是)?(?:國內供應商|的)?(?P<sup>{_CS})的?{_ITEM}(?=[,，。;；、(]|$|作為|用於|,)"),
    _rule("supply.topic_adopts", rf"(?:^|[,，])[^。,，Ⓒ]{{0,8}}?(?:採用|使用|搭載|選用|導入|選擇了)(?:了|的是)?(?:國內供應商)?(?P<sup>{_CS})的?{_ITEM}(?=[,，。;；、(]|$|作為|用於)", "cus"),
    _rule("supply.to", rf"(?P<sup>{_CS})(?:[^。Ⓒ]{{0,24}}?)(?:向|為|給|替)(?P<cus>{_CS})(?:等)?(?:客戶|企業|廠商|業者)?(?:{_SUPPLY}|提供|供貨|代工|生產|出貨|交付)(?:的)?{_ITEM}(?=[,，。;；(]|$|數量|Ⓠ)"),
    _rule("supply.delivers", rf"(?P<sup>{_CS})(?:[^。,，Ⓒ]{{0,10}}?)(?:{_SUPPLY}給?|供貨(?:給|予)?|出貨(?:給|予)|交付給)(?P<cus>{_CS})(?:的)?{_ITEM}?(?=[,，。;；(]|$)"),
    _rule("supply.enters_chain", rf"(?P<sup>{_CS})(?:[^。Ⓒ]{{0,24}}?)(?:打入|切入|進入|躋身|加入|打進|納入|擠進)(?P<cus>{_CS})(?P<item>[^,，。Ⓒ]{{0,8}}?)(?:的)?(?:核心)?(?:供應鏈|供應體系|採購名單)"),
    _rule("supply.shortlisted", rf"(?P<sup>Ⓒ)(?:[^。Ⓒ]{{0,16}}?)(?:入圍|列入|獲選)(?P<cus>{_CS})(?:[^,，。Ⓒ]{{0,8}}?)(?:採購名單|供應商|供應鏈)"),
    _rule("supply.wins_order", r"(?P<sup>Ⓒ)(?:[^。Ⓒ]{0,16}?)(?:拿下|取得|接獲|獲得|贏得|搶下|斬獲|獲|承接|吃下)(?P<cus>Ⓒ)(?P<item>[^,，。Ⓒ]{0,20}?)(?:大單|訂單|標案|合約|急單|大訂單|長約)"),
    _rule("supply.customers_are", rf"(?P<sup>Ⓒ)(?:[^。Ⓒ]{{0,12}}?)客戶(?:群)?(?:包括|有|為|涵蓋|包含|遍及)(?P<cus>{_CS})"),
    _rule("supply.apposition", rf"(?P<cus>Ⓒ){_ROLE}(?P<item>[^,，。;；:：、ⒸⓅ的]{{0,8}}?)供應商(?P<sup>Ⓒ)"),
    _rule("supply.buys_from", rf"(?P<cus>Ⓒ)(?:[^。Ⓒ]{{0,12}}?)(?:向|自|從)(?P<sup>{_CS})(?:採購|購買|下單|訂購|進貨)(?:了)?{_ITEM}?(?=[,，。;；]|$)"),
    _rule("supply.outsources", rf"(?P<cus>Ⓒ)(?:[^。Ⓒ]{{0,14}}?)將(?P<item>[^,，。Ⓒ]{{1,14}}?)(?:外包|委外|轉單|交由|委由|轉交|交)(?:給|予|到|至)?(?P<sup>{_CS})"),
    _rule("supply.made_by", rf"(?P<cus>Ⓒ)(?P<item>[^,，。Ⓒ]{{0,14}}?)(?:由|交由|委由)(?P<sup>{_CS})(?:獨家)?(?:代工|生產|供應|供貨|組裝|製造|封裝)"),
    _rule("supply.reserved", r"(?P<sup>Ⓒ)(?P<item>[^,，。Ⓒ]{0,12}?產能)[^,，。Ⓒ]{0,4}?(?:被|遭)(?P<cus>Ⓒ)[^,，。]{0,8}?(?:預留|包下|預訂|鎖定|吃下)"),
    _rule("supply.talks", rf"(?P<cus>Ⓒ)(?:[^。Ⓒ]{{0,10}}?)與(?:中國)?(?P<sup>{_CS})(?:展開|進行|開展)?(?:了)?(?:合作)?(?:洽談|接洽|磋商)"),
    _rule("supply.topic_customer", rf"(?:^|[,，;；])(?:[^。,，Ⓒ]{{0,12}}?)(?:向|為|給)(?P<cus>{_CS})(?:等)?(?:客戶|企業)?(?:{_SUPPLY}|提供|供貨|出貨|送樣)(?P<item>[^,，。;；:：、Ⓒ()]{{0,18}})", "sup"),
    _rule("supply.topic_talks", rf"(?:還|也|同時|正)?(?:正)?與(?P<cus>{_CS})(?:等)?(?:[^,，。Ⓒ]{{0,6}}?)(?:開展了?溝通|洽談|展開洽談|接洽)", "sup"),
    _rule("supply.supplies_item", rf"(?P<sup>Ⓒ)(?:[^。,，Ⓒ]{{0,8}}?)(?:同時)?(?:主要)?(?:負責)?(?:{_SUPPLY}|提供)(?P<item>[^,，。;；:：Ⓒ()]{{2,16}})(?=[,，。;；(]|$)"),
)  # fmt: skip

_STATUS = (
    ("ended", r"終止|停止供|結束合作|不再供|失去|被取代|退出"),
    ("trial", r"送樣|驗證|試點|試產|認證中|樣品|測試中|試用|打樣"),
    ("negotiating", r"洽談|接洽|溝通|磋商|考慮|評估|探索|商談|談判|傳出|有意"),
    (
        "planned",
        r"將|計畫|計劃|有望|預計|擬|可望|未來|目標|準備|爭取|規劃|預期|明年|後年|下半年|年底|量產後|可能|預定",
    ),
)
_STATUS_PATTERNS = tuple((code, re.compile(normalize(pattern))) for code, pattern in _STATUS)
_ROLES = {normalize(word): role for word, role in {
    "核心": "primary", "主要": "primary", "首選": "primary", "第一大": "primary", "最大": "primary", "主力": "primary",
    "獨家": "sole", "唯一": "sole", "備選": "backup", "第二": "backup", "備用": "backup",
}.items()}  # fmt: skip
#: Rules whose item may be several things, each a delivery of its own.
_SEVERAL = frozenset({"supply.to", "supply.topic_customer", "supply.supplies_item"})
_NEGATION = re.compile(normalize(r"未獲|尚未|並未|沒有|否認|並非|不是|無法|未能|不再是"))
_LEADING_MODEL = re.compile(r"(?:[A-Za-z][\w.\-]*(?: [\w.\-]+)*|[\u4e00-\u9fff]{2}\d+)(?=\s?[\u4e00-\u9fff])")
_ITEM_TOPIC = re.compile(
    normalize(r"^\s*(?:而|先看|再看)?(?P<item>[^,，。:：ⒸⓅⓆ]{2,12}?)(?:方面|部分|領域|是)")
)
_GENERIC = frozenset(
    map(normalize, ("晶片", "產品", "零件", "零組件", "零部件", "設備", "材料", "模組", "方案"))
)
_AND = re.compile(normalize(r"(?:、|及|和)"))
_TRIM = re.compile(
    normalize(
        r"^(?:的|了|其|高階|更多|主要|部分|大量|國內|關鍵的?|負責|提供|供應|等|所需的?|用的)|(?:的|等|及|和|與|作為|業務|方面|產品線|用)$"
    )
)
#: A numbered heading names the company of its section; an opening company is the topic until the next one.
_NUMBERED = re.compile(r"^\s*(?:[一二三四五六七八九十]+[、.．]|\d+[.、)]|[▲●◆*]\s)\s*Ⓒ")
_OPENING = re.compile(r"^[^,，。Ⓒ]{0,6}Ⓒ")


class SupplyReader:
    """Reads supply claims from the masked sentences of a document."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._products = PhraseMatcher({form: p for p in lexicon.products for form in p.forms})

    def read(self, document: Document, title_topic: Company | None) -> list[SupplyClaim]:
        """The supply claims in their order; one for each pair of a supplier and a customer.

        A side that a pattern leaves open is the company of the section's heading, else the one that the last sentence
        with a company at its head opened with.
        """
        claims: list[SupplyClaim] = []
        topic, section = title_topic, None
        item: str | None = None
        for sentence in document.sentences:
            mentions = sentence.mentions()
            if mentions and _NUMBERED.match(sentence.masked):
                section, item = mentions[0].company, None
            elif mentions and _OPENING.match(sentence.masked) and mentions[0].company.status != "anonymous":
                topic = mentions[0].company
            if (m := _ITEM_TOPIC.match(sentence.masked)) and self._is_item(m["item"]):
                item = m["item"]
            if mentions:
                found = self._of_sentence(sentence, section or topic)
                claims.extend(self._with_item(claim, item) for claim in found)
        return _merged(claims)

    def _of_sentence(self, sentence: Sentence, topic: Company | None) -> list[SupplyClaim]:
        """The claims of one sentence; a stretch that one rule has read is closed to the rules after it."""
        claims: list[SupplyClaim] = []
        taken: list[tuple[int, int]] = []
        for rule in RULES:
            for m in rule.pattern.finditer(sentence.masked):
                if any(start < m.end() and m.start() < end for start, end in taken):
                    continue
                found = list(self._claims(sentence, rule, m, self._subject(sentence, m.start()) or topic))
                if found:
                    taken.append(m.span())
                    claims.extend(found)
        return claims

    def _subject(self, sentence: Sentence, before: int) -> Company | None:
        """The company that last opened a clause of the sentence before a place of its masked form."""
        found = None
        for i, token in sentence.by_mask.items():
            opens = i == 0 or sentence.masked[i - 1] in ",，;；:：。—"
            if (
                i < before
                and opens
                and isinstance(token.item, Mention)
                and token.item.company.status != "anonymous"
            ):
                found = token.item.company
        return found

    def _is_item(self, words: str) -> bool:
        """Whether the head of a sentence names a product: it holds a known one or ends like one."""
        return any(True for _ in self._products.find(words)) or words.endswith(tuple(_GENERIC))

    def _with_item(self, claim: SupplyClaim, topic: str | None) -> SupplyClaim:
        """The passage's item where a claim names none or only 晶片."""
        if topic is not None and (claim.item is None or claim.item in _GENERIC):
            return replace(claim, item=topic)
        return claim

    def _claims(
        self,
        sentence: Sentence,
        rule: SupplyRule,
        m: re.Match[str],
        topic: Company | None,
    ) -> Iterable[SupplyClaim]:
        groups = m.groupdict()
        suppliers = self._parties(sentence, m, "sup") if "sup" in groups else []
        customers = self._parties(sentence, m, "cus") if "cus" in groups else []
        anchor = suppliers[0].span if suppliers else customers[0].span
        if rule.topic == "sup" and topic is not None:
            suppliers = [replace(customers[0], company=topic)]
        clause_words = self._words(sentence, m)
        if _NEGATION.search(clause_words) or not suppliers:
            return
        receivers: list[Company | None] = [c.company for c in customers]
        if rule.topic == "cus" and topic is not None:
            receivers = [topic]
        items = self._items(groups.get("item") or "", groups.get("model") or "", rule.name)
        if not receivers:
            receivers = [None]
        role = _ROLES.get(groups.get("role") or "")
        status = self._status(clause_words)
        shares = self._share(sentence, m)
        for supplier, receiver, (item, model) in product(suppliers, receivers, items):
            if (receiver is None and item is None) or receiver == supplier.company:
                continue
            yield SupplyClaim(
                Evidence(supplier.span if groups.get("sup") else anchor, sentence.span, rule.name, 0.6),
                supplier.company, receiver, item, status, model, role, *shares,
            )  # fmt: skip

    def _parties(self, sentence: Sentence, m: re.Match[str], group: str) -> list[Mention]:
        start, end = m.span(group)
        tokens = [sentence.by_mask[i] for i in range(start, end) if i in sentence.by_mask]
        return [t.item for t in tokens if isinstance(t.item, Mention)]

    def _words(self, sentence: Sentence, m: re.Match[str]) -> str:
        """The words of the match with those of its clause in front."""
        start = max(sentence.masked.rfind(mark, 0, m.start()) for mark in ",，;；。")
        end = m.end()
        while end < len(sentence.masked) and sentence.masked[end] not in ",，;；。":
            end += 1
        return sentence.masked[start + 1 : end]

    def _items(self, words: str, model: str, rule: str) -> list[tuple[str | None, str | None]]:
        """The items without their trimmings, each with the model name that stands in front of it."""
        words = words.replace("Ⓠ", "").replace("Ⓟ", "")
        parts = _AND.split(words) if rule in _SEVERAL else [words]
        if any(len(part.strip()) < 2 for part in parts):
            parts = [words]
        return [self._item(part, model) for part in parts]

    def _item(self, words: str, model: str) -> tuple[str | None, str | None]:
        while (trimmed := _TRIM.sub("", words.strip())) != words:
            words = trimmed
        leading = _LEADING_MODEL.match(words)
        if model.strip():
            return words or None, model.strip()
        if leading and not any(end == leading.end() for _, end, _ in self._products.find(leading[0])):
            return words[leading.end() :].strip() or None, leading[0].strip()
        return words or None, None

    def _status(self, words: str) -> str:
        return next((code for code, pattern in _STATUS_PATTERNS if pattern.search(words)), "active")

    def _share(self, sentence: Sentence, m: re.Match[str]) -> tuple[Decimal | None, Decimal | None]:
        """A market share in brackets right behind the match or inside it."""
        found = re.search(
            r"\([^()]{0,8}(?:市占率|份额|占比|比重)[^()Ⓠ]{0,4}Ⓠ\)", sentence.masked[m.start() : m.end() + 24]
        )
        if not found:
            return None, None
        token = sentence.by_mask.get(m.start() + found.start() + found[0].index("Ⓠ"))
        quantity = token.item if token else None
        return (quantity.low, quantity.high) if isinstance(quantity, Quantity) else (None, None)


def _merged(claims: list[SupplyClaim]) -> list[SupplyClaim]:
    """One claim where neighbouring sentences say more of one delivery: same parties, and items that agree."""
    merged: list[SupplyClaim] = []
    for claim in claims:
        for i, known in enumerate(merged):
            if (
                known.supplier == claim.supplier
                and known.customer == claim.customer
                and _agree(known.item, claim.item)
            ):
                longer = max(known.item or "", claim.item or "", key=len) or None
                models = [m for m in (known.model, claim.model) if m]
                merged[i] = replace(
                    known, item=longer, model="、".join(dict.fromkeys(models)) or None, role=known.role or claim.role,
                    share_low=known.share_low or claim.share_low, share_high=known.share_high or claim.share_high,
                    status=claim.status if known.status == "active" else known.status,
                )  # fmt: skip
                break
        else:
            merged.append(claim)
    return merged


def _agree(first: str | None, second: str | None) -> bool:
    return first is None or second is None or first in second or second in first
