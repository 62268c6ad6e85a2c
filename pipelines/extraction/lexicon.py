"""The lexicon: tables of words as frozen rows, built from the CSV files of seeds/lexicon.

Forms are kept in the normal form of the text (half-width, Simplified), so that one table reads both scripts.
A fault in a table raises `LexiconError` with the table, the row and the cure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from pipelines.text.script import to_simplified
from pipelines.text.width import fold_width

T = TypeVar("T")

_TAIL_KINDS = frozenset({"legal", "trade", "thing", "branch"})
_ORGANISATION_KINDS = frozenset(
    {"government", "agency", "association", "exchange", "university", "media", "index", "person", "term"}
)
#: How exchanges write tickers; others are held to the general form.
_TICKER_FORMS = {
    **dict.fromkeys(("TWSE", "TPEX", "TPEX-ESB"), re.compile(r"\d{4,6}[A-Z]?")),
    **dict.fromkeys(("SSE", "SZSE", "BSE", "KRX", "KOSDAQ", "KOSPI"), re.compile(r"\d{6}")),
    "HKEX": re.compile(r"\d{4,5}"),
    "TSE": re.compile(r"\d{3}[\dA-Z]"),
    **dict.fromkeys(("NASDAQ", "NYSE"), re.compile(r"[A-Z]{1,5}(?:[.-][A-Z])?")),
}
_ANY_TICKER = re.compile(r"[A-Z0-9][A-Z0-9.&-]{0,11}")

#: A table as read from CSV: one mapping a row, column name -> cell.
Rows = Sequence[Mapping[str, str]]


class LexiconError(ValueError):
    """A table of the lexicon is wrong; the message names the table, the row and the cure."""


def normalize(text: str) -> str:
    """The form in which everything is matched: half-width and Simplified, character for character."""
    return to_simplified(fold_width(text))


@dataclass(frozen=True, slots=True)
class NumeralWord:
    """A numeral character or multiplier. `kind`: digit, ten (十百千), tens (廿卅), myriad (万亿兆), scale (k, M)."""

    form: str
    kind: str
    value: Decimal


@dataclass(frozen=True, slots=True)
class UnitWord:
    """A unit as written. `kind`: percent, pp, ratio, fold, money, count, person, measure, duration, model ..."""

    form: str
    unit: str
    factor: Decimal
    kind: str


@dataclass(frozen=True, slots=True)
class Metric:
    """A word that says what is measured.

    `units` are the kinds of unit that it takes; `per` is what the word itself says (月產能: month); `subject`
    tells whether the word is the subject (`self`: 營收) or the thing in front of it is (`thing`: 產能).
    """

    form: str
    metric: str
    units: frozenset[str]
    per: str | None
    subject: str


@dataclass(frozen=True, slots=True)
class Change:
    """A word of change. `basis` where the word itself says it: 月減 is against the month before."""

    form: str
    direction: str
    basis: str | None


@dataclass(frozen=True, slots=True)
class FixedChange:
    """A word that is a change with its amount in percent: 翻倍 is 100 up, 腰斬 50 down, 持平 0 flat."""

    form: str
    value: Decimal
    direction: str


@dataclass(frozen=True, slots=True)
class CompanyRow:
    """A curated company, as in star.dim_company."""

    company_id: str
    name_zh_hant: str
    name_zh_hans: str
    name_en: str
    ticker: str
    exchange: str
    country: str
    industry: str
    kind: str


@dataclass(frozen=True, slots=True)
class Alias:
    """A way to write a company. `needs_evidence`: also an ordinary word, so a mention needs more than its letters."""

    form: str
    company_id: str
    needs_evidence: bool


@dataclass(frozen=True, slots=True)
class AliasReading:
    """One company that a form of several may name. `cues` are words near by that tell; `is_default` without any."""

    company_id: str
    cues: frozenset[str]
    is_default: bool


@dataclass(frozen=True, slots=True)
class FirmTail:
    """A word that ends a firm's name.

    `kind`: `legal` (集團, 股份), `trade` (科技, 電子: the rest is the firm's short form), `branch` (證券, 投顧: behind
    another firm's name it makes a firm of its own), `thing` (材料, 電池: a trade too, but as often a product). `spots`: 2 marks an unknown firm whatever follows, 1 where a
    name can end, 0 only with more evidence.
    """

    form: str
    kind: str
    spots: int


@dataclass(frozen=True, slots=True)
class Product:
    """A product with its place in the hierarchy."""

    product_id: str
    name_zh_hant: str
    name_en: str
    parent_product_id: str | None
    forms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SupplyRuleRow:
    """A rule of supply as written; `pipelines.extraction.claims.supply.rules` tells what its columns mean."""

    name: str
    subject: str
    reach: str
    traits: str
    status: str
    template: str
    example: str


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All tables, checked and normalised."""

    numerals: tuple[NumeralWord, ...]
    units: tuple[UnitWord, ...]
    comparators_before: Mapping[str, str]
    comparators_after: Mapping[str, str]
    currency_prefixes: Mapping[str, str]
    per_words: Mapping[str, str]
    currencies: Mapping[str, str]
    publishers: Mapping[str, str]
    region_words: Mapping[str, str]
    metrics: tuple[Metric, ...]
    changes: tuple[Change, ...]
    fixed_changes: Mapping[str, FixedChange]
    words: Mapping[str, frozenset[str]]
    companies: Mapping[str, CompanyRow]
    aliases: tuple[Alias, ...]
    alias_readings: Mapping[str, tuple[AliasReading, ...]]
    firm_tails: tuple[FirmTail, ...]
    company_cues: Mapping[str, frozenset[str]]
    organisations: Mapping[str, str]
    products: tuple[Product, ...]
    supply_rules: tuple[SupplyRuleRow, ...]
    supply_words: Mapping[str, Mapping[str, str]]
    product_owners: Mapping[str, str]


def build_lexicon(tables: Mapping[str, Rows]) -> Lexicon:
    """The lexicon of the tables (file stem -> rows). Raises `LexiconError` on duplicates and unknown codes."""
    units = tuple(
        UnitWord(normalize(r["form"]), r["unit"], _decimal("units", n, r["factor"]), r["kind"])
        for n, r in _numbered(tables, "units")
    )
    companies = _companies(tables["companies"])
    readings = _readings(tables["company_context"], companies)
    comparators = [(normalize(r["form"]), r["position"], r["comparator"]) for r in tables["comparators"]]
    return Lexicon(
        numerals=_unique(
            "numerals",
            (
                NumeralWord(normalize(r["form"]), r["kind"], _decimal("numerals", n, r["value"]))
                for n, r in _numbered(tables, "numerals")
            ),
            lambda w: (w.form, w.value),
        ),
        units=_unique("units", units, lambda u: (u.form, (u.unit, u.factor))),
        comparators_before={form: code for form, position, code in comparators if position == "before"},
        comparators_after={form: code for form, position, code in comparators if position == "after"},
        currency_prefixes={normalize(r["form"]): r["currency"] for r in tables["currency_prefixes"]},
        per_words={normalize(r["form"]): r["per"] for r in tables["per_words"]},
        currencies={r["country"]: r["currency"] for r in tables["locales"]},
        publishers={normalize(r["name"]): r["country"] for r in tables["publishers"]},
        region_words={normalize(r["form"]): r["country"] for r in tables["region_words"]},
        metrics=_unique(
            "metrics",
            (
                Metric(
                    normalize(r["form"]),
                    r["metric"],
                    frozenset(r["units"].split()),
                    r["per"] or None,
                    r["subject"],
                )
                for r in tables["metrics"]
            ),
            lambda m: (m.form, m.metric),
        ),
        changes=_unique(
            "changes",
            (Change(normalize(r["form"]), r["direction"], r["basis"] or None) for r in tables["changes"]),
            lambda c: (c.form, c.direction),
        ),
        fixed_changes={
            normalize(r["form"]): FixedChange(
                normalize(r["form"]), _decimal("fixed_changes", n, r["value"]), r["direction"]
            )
            for n, r in _numbered(tables, "fixed_changes")
        },
        words=_word_classes(tables["words"]),
        companies=companies,
        aliases=_aliases(tables["company_aliases"], companies, readings),
        alias_readings=readings,
        firm_tails=_unique(
            "company_suffixes",
            (
                FirmTail(
                    normalize(r["form"]),
                    _one_of("company_suffixes", n, "kind", r["kind"], _TAIL_KINDS),
                    int(_one_of("company_suffixes", n, "spots", r["spots"], frozenset("012"))),
                )
                for n, r in _numbered(tables, "company_suffixes")
            ),
            lambda t: (t.form, (t.kind, t.spots)),
        ),
        company_cues=_word_classes([{"class": r["kind"], "form": r["form"]} for r in tables["company_cues"]]),
        organisations={
            normalize(r["form"]): _one_of("organisations", n, "kind", r["kind"], _ORGANISATION_KINDS)
            for n, r in _numbered(tables, "organisations")
        },
        products=tuple(_products(tables["products"])),
        supply_rules=tuple(SupplyRuleRow(**r) for r in tables["supply_rules"]),
        supply_words=_valued_classes(tables["supply_words"]),
        product_owners=_owners(tables["product_owners"], companies, tables["company_aliases"]),
    )


def _numbered(tables: Mapping[str, Rows], name: str) -> Iterable[tuple[int, Mapping[str, str]]]:
    return enumerate(tables[name], 2)


def _decimal(table: str, line: int, cell: str) -> Decimal:
    try:
        return Decimal(cell)
    except InvalidOperation:
        raise LexiconError(f"{table}.csv line {line}: '{cell}' is no number; write digits only") from None


def _unique(table: str, rows: Iterable[T], key: Callable[[T], tuple[str, object]]) -> tuple[T, ...]:
    """The rows once each; the same form with another meaning is an error."""
    known: dict[str, tuple[object, T]] = {}
    for row in rows:
        form, meaning = key(row)
        if form in known and known[form][0] != meaning:
            raise LexiconError(
                f"{table}.csv: '{form}' has two meanings ({known[form][0]}, {meaning}); keep one"
            )
        known.setdefault(form, (meaning, row))
    return tuple(row for _, row in known.values())


def _word_classes(rows: Rows) -> dict[str, frozenset[str]]:
    classes: dict[str, set[str]] = {}
    for row in rows:
        classes.setdefault(row["class"], set()).add(normalize(row["form"]))
    return {name: frozenset(forms) for name, forms in classes.items()}


def _one_of(table: str, line: int, column: str, cell: str, allowed: frozenset[str]) -> str:
    if cell not in allowed:
        raise LexiconError(
            f"{table}.csv line {line}: unknown {column} '{cell}'; write one of {', '.join(sorted(allowed))}"
        )
    return cell


def _companies(rows: Rows) -> dict[str, CompanyRow]:
    """The companies by id; an id twice, a company without a name or a ticker of the wrong form is an error."""
    companies: dict[str, CompanyRow] = {}
    listed: dict[tuple[str, str], str] = {}
    for n, r in enumerate(rows, 2):
        company = CompanyRow(**r)
        where = f"companies.csv line {n}"
        if not company.company_id or company.company_id in companies:
            raise LexiconError(
                f"{where}: company_id '{company.company_id}' occurs twice; give each company one row"
            )
        if not company.name_zh_hant:
            raise LexiconError(
                f"{where}: {company.company_id} has no name_zh_hant; write the name that briefs use"
            )
        if bool(company.ticker) != bool(company.exchange):
            raise LexiconError(f"{where}: {company.company_id} needs both ticker and exchange, or neither")
        form = _TICKER_FORMS.get(company.exchange, _ANY_TICKER)
        if company.ticker and not form.fullmatch(company.ticker):
            raise LexiconError(
                f"{where}: '{company.ticker}' is no ticker of {company.exchange}; write it as the exchange does"
            )
        listing = (company.exchange, company.ticker)
        if company.ticker and listed.setdefault(listing, company.company_id) != company.company_id:
            raise LexiconError(
                f"{where}: {company.exchange} {company.ticker} is also {listed[listing]}; keep it for one"
            )
        companies[company.company_id] = company
    return companies


def _readings(rows: Rows, companies: Mapping[str, CompanyRow]) -> dict[str, tuple[AliasReading, ...]]:
    """The forms that name several companies, with what tells them apart."""
    readings: dict[str, list[AliasReading]] = {}
    for n, r in enumerate(rows, 2):
        where = f"company_context.csv line {n}"
        if r["company_id"] not in companies:
            raise LexiconError(f"{where}: no company '{r['company_id']}'; add it to companies.csv")
        cues = frozenset(normalize(cue) for cue in r["cues"].split("|") if cue)
        if not cues and r["is_default"] != "1":
            raise LexiconError(
                f"{where}: '{r['alias']}' needs cues, or is_default 1; write words that stand near it"
            )
        readings.setdefault(normalize(r["alias"]), []).append(
            AliasReading(r["company_id"], cues, r["is_default"] == "1")
        )
    for form, options in readings.items():
        if len(options) != len({o.company_id for o in options}) or sum(o.is_default for o in options) > 1:
            raise LexiconError(
                f"company_context.csv: '{form}' needs one row a company and at most one default; remove the rest"
            )
    return {form: tuple(options) for form, options in readings.items()}


def _aliases(
    rows: Rows, companies: Mapping[str, CompanyRow], readings: Mapping[str, Sequence[AliasReading]]
) -> tuple[Alias, ...]:
    """Every form of every company: its names, then its aliases.

    A form of two companies is an error, unless company_context.csv tells them apart. An English name that two
    companies share and that no row claims as an alias belongs to the first.
    """
    marked = {(r["company_id"], normalize(r["alias"])) for r in rows if r["needs_evidence"] == "1"}
    forms: dict[str, str] = {}
    for company in companies.values():
        for name in (company.name_zh_hant, company.name_zh_hans):
            if name:
                _claim(forms, readings, normalize(name), company.company_id, "companies.csv", name)
    for company in companies.values():
        if company.name_en:
            forms.setdefault(normalize(company.name_en), company.company_id)
    for n, row in enumerate(rows, 2):
        form, company_id = normalize(row["alias"]), row["company_id"]
        where = f"company_aliases.csv line {n}"
        if company_id not in companies:
            raise LexiconError(f"{where}: no company '{company_id}'; add it to companies.csv")
        if len(form) < 2:
            raise LexiconError(
                f"{where}: '{row['alias']}' is too short to find; write two characters or more"
            )
        _claim(forms, readings, form, company_id, where, row["alias"])
    for form, options in readings.items():
        forms.setdefault(form, options[0].company_id)
    return tuple(Alias(form, company_id, (company_id, form) in marked) for form, company_id in forms.items())


def _claim(
    forms: dict[str, str],
    readings: Mapping[str, Sequence[AliasReading]],
    form: str,
    company_id: str,
    where: str,
    name: str,
) -> None:
    owner = forms.setdefault(form, company_id)
    if owner == company_id:
        return
    told_apart = {option.company_id for option in readings.get(form, ())}
    if not {owner, company_id} <= told_apart:
        raise LexiconError(
            f"{where}: '{name}' of {company_id} also names {owner}; keep it for one, or tell them apart by a row for "
            f"each in company_context.csv"
        )


def _products(rows: Rows) -> Iterable[Product]:
    ids = {row["product_id"] for row in rows}
    for n, row in enumerate(rows, 2):
        parent = row["parent_product_id"] or None
        if parent and parent not in ids:
            raise LexiconError(f"products.csv line {n}: no parent product '{parent}'; add it")
        forms = [row["name_zh_hant"], row["name_en"], *row["aliases"].split("|")]
        yield Product(
            row["product_id"],
            row["name_zh_hant"],
            row["name_en"],
            parent,
            tuple(dict.fromkeys(normalize(form) for form in forms if form)),
        )


def _valued_classes(rows: Rows) -> dict[str, dict[str, str]]:
    """Word classes whose words stand for something: class -> form -> value, empty where it stands for nothing."""
    classes: dict[str, dict[str, str]] = {}
    for row in rows:
        classes.setdefault(row["class"], {})[normalize(row["form"])] = row["value"]
    return classes


def _owners(rows: Rows, companies: Mapping[str, CompanyRow], aliases: Rows) -> dict[str, str]:
    """Products by name with the id of the firm whose they are."""
    ids = {normalize(row["alias"]): row["company_id"] for row in aliases}
    ids |= {normalize(company.name_zh_hant): company.company_id for company in companies.values()}
    owners: dict[str, str] = {}
    for n, row in enumerate(rows, 2):
        owner = ids.get(normalize(row["owner"]))
        if owner is None:
            raise LexiconError(
                f"product_owners.csv line {n}: no company '{row['owner']}'; write a name that companies.csv has"
            )
        owners[normalize(row["form"])] = owner
    return owners
