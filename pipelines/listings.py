"""Newer listings: companies from a CSV file that a person downloads from an exchange, added to the seeds.

Accepts the columns of the open data of TWSE and TPEx (公司代號, 公司名稱, 公司簡稱, 英文簡稱, 產業別) and plain ones
(ticker, name, full_name, name_en, exchange, country, industry). New companies are added with their names; what differs
from the seeds is told and left to a person, who knows whether a name changed or a row is wrong. Nothing is added twice.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipelines.extraction.lexicon import LexiconError, Rows, build_lexicon, normalize
from pipelines.seeds import read_tables
from pipelines.text.script import to_simplified
from pipelines.text.segmentation import Segmenter

#: Our name of each column -> the names that it goes by in downloads.
_COLUMNS = {
    "ticker": ("公司代號", "股票代號", "有價證券代號", "SecuritiesCompanyCode", "ticker", "code"),
    "name": ("公司簡稱", "公司名稱簡稱", "CompanyAbbreviation", "name", "name_zh_hant", "short_name"),
    "full_name": ("公司名稱", "CompanyName", "full_name"),
    "name_en": ("英文簡稱", "Symbol", "name_en", "english"),
    "industry": ("產業別", "SecuritiesIndustryCode", "industry"),
    "exchange": ("市場別", "exchange"),
    "country": ("country",),
}
_EXCHANGES = {"上市": "TWSE", "上櫃": "TPEX", "興櫃": "TPEX-ESB"}
_COUNTRIES = {
    "TWSE": "TW",
    "TPEX": "TW",
    "TPEX-ESB": "TW",
    "SSE": "CN",
    "SZSE": "CN",
    "BSE": "CN",
    "HKEX": "HK",
}
_LEGAL_ENDINGS = ("股份有限公司", "有限公司", "公司")


class ListingError(ValueError):
    """The file cannot be used; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Listing:
    """One company as an exchange lists it."""

    ticker: str
    name: str
    full_name: str
    name_en: str
    exchange: str
    country: str
    industry: str

    @property
    def company_id(self) -> str:
        """The id that the company gets in the seeds."""
        return f"{self.country}-{self.ticker}".lower()


@dataclass(slots=True)
class Outcome:
    """What an import does: companies and aliases to add, what differs, what is refused and why."""

    companies: list[dict[str, str]] = field(default_factory=list)
    aliases: list[dict[str, str]] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    unchanged: int = 0


def import_listings(path: Path, folder: Path, exchange: str | None = None, dry_run: bool = False) -> Outcome:
    """Adds the new companies of a file to the tables of `folder`, unless it is a dry run.

    The tables are checked as a whole before either file is written. Raises `ListingError` and `LexiconError`.
    """
    tables = read_tables(folder)
    industries = {row["code"]: row["industry"] for row in tables["listing_industries"]}
    industries |= {row["name_zh_hant"]: row["industry"] for row in tables["listing_industries"]}
    outcome = compare(read_listings(path, exchange, industries), tables)
    if outcome.companies and not dry_run:
        both = {"companies": outcome.companies, "company_aliases": outcome.aliases}
        build_lexicon({**tables, **{name: [*tables[name], *new] for name, new in both.items()}})
        for name, new in both.items():
            _append(folder / f"{name}.csv", new)
    return outcome


def read_listings(path: Path, exchange: str | None, industries: Mapping[str, str]) -> list[Listing]:
    """The companies of a file, in UTF-8 or the Big5 of older downloads."""
    reader = csv.DictReader(io.StringIO(_text(path)))
    names = [name.strip() for name in reader.fieldnames or ()]
    found = {ours: next((n for n in theirs if n in names), None) for ours, theirs in _COLUMNS.items()}
    if not found["ticker"] or not (found["name"] or found["full_name"]):
        raise ListingError(
            f"{path.name}: no column with the code or the name of a company; it needs 公司代號 and 公司簡稱, or ticker and name"
        )
    listings: dict[tuple[str, str], Listing] = {}
    for row in reader:
        cells = {k.strip(): (v or "").strip() for k, v in row.items() if isinstance(k, str)}
        cell = {ours: cells.get(theirs, "") if theirs else "" for ours, theirs in found.items()}
        if not cell["ticker"]:
            continue
        market = _EXCHANGES.get(cell["exchange"], cell["exchange"]) or exchange or ""
        if not market:
            raise ListingError(
                f"{path.name}: the file does not say the exchange; name it with --exchange, for example TWSE or TPEX"
            )
        full = cell["full_name"]
        listing = Listing(
            ticker=cell["ticker"],
            name=cell["name"] or _without_ending(full),
            full_name=full,
            name_en="" if cell["name_en"] in ("-", "－") else cell["name_en"],
            exchange=market,
            country=cell["country"] or _COUNTRIES.get(market, ""),
            industry=industries.get(cell["industry"], cell["industry"] or "other"),
        )
        if not listing.country:
            raise ListingError(f"{path.name}: the country of {market} is not known; add a column country")
        listings.setdefault((market, listing.ticker), listing)
    return list(listings.values())


def compare(listings: Iterable[Listing], tables: Mapping[str, Rows]) -> Outcome:
    """What the listings add to the tables, and where they differ from them."""
    by_ticker = {(r["exchange"], r["ticker"]): r for r in tables["companies"] if r["ticker"]}
    by_id = {r["company_id"]: r for r in tables["companies"]}
    owners = _owners(tables)
    segmenter = Segmenter()
    outcome = Outcome()
    for listing in listings:
        known = by_ticker.get((listing.exchange, listing.ticker)) or by_id.get(listing.company_id)
        if known is not None:
            differences = _differences(listing, known, owners)
            outcome.changes.extend(differences)
            outcome.unchanged += not differences
            continue
        owner = owners.get(normalize(listing.name))
        if owner is not None:
            outcome.refused.append(
                f"{listing.exchange} {listing.ticker}: '{listing.name}' already names {owner}; add it by hand, with a row for "
                "each in company_context.csv"
            )
            continue
        company, aliases = _rows(listing, owners, segmenter)
        outcome.companies.append(company)
        outcome.aliases.extend(aliases)
        owners.update((normalize(a["alias"]), listing.company_id) for a in aliases)
        owners[normalize(listing.name)] = listing.company_id
    return outcome


def _owners(tables: Mapping[str, Rows]) -> dict[str, str]:
    owners = {normalize(r["alias"]): r["company_id"] for r in tables["company_aliases"]}
    for row in tables["companies"]:
        for column in ("name_zh_hant", "name_zh_hans", "name_en"):
            if row[column]:
                owners.setdefault(normalize(row[column]), row["company_id"])
    return owners


def _differences(listing: Listing, known: Mapping[str, str], owners: Mapping[str, str]) -> list[str]:
    company_id = known["company_id"]
    told = []
    if owners.get(normalize(listing.name)) != company_id:
        told.append(f"{company_id}: listed as '{listing.name}', here '{known['name_zh_hant']}'; a new name?")
    if (listing.exchange, listing.ticker) != (known["exchange"], known["ticker"]):
        old = f"{known['exchange']} {known['ticker']}".strip() or "unlisted"
        told.append(f"{company_id}: listed on {listing.exchange} as {listing.ticker}, here {old}; moved?")
    return told


def _rows(
    listing: Listing, owners: Mapping[str, str], segmenter: Segmenter
) -> tuple[dict[str, str], list[dict[str, str]]]:
    company = {
        "company_id": listing.company_id,
        "name_zh_hant": listing.name,
        "name_zh_hans": to_simplified(listing.name),
        "name_en": listing.name_en,
        "ticker": listing.ticker,
        "exchange": listing.exchange,
        "country": listing.country,
        "industry": listing.industry,
        "kind": "maker" if not listing.industry.startswith("finance") else "bank",
    }
    forms = [(_without_ending(listing.full_name), "full", "0"), (listing.name_en, "english", "0")]
    if len(listing.name) <= 2 or segmenter.frequency(to_simplified(listing.name)):
        forms.append((listing.name, "short", "1"))
    blank = {"valid_from": "", "valid_to": "", "note": ""}
    aliases = [
        {
            "company_id": listing.company_id,
            "alias": form,
            "alias_kind": kind,
            "needs_evidence": evidence,
            **blank,
        }
        for form, kind, evidence in dict.fromkeys(forms)
        if len(form) > 1 and (kind == "short" or normalize(form) not in {*owners, normalize(listing.name)})
    ]
    return company, aliases


def _without_ending(name: str) -> str:
    for ending in _LEGAL_ENDINGS:
        if name.endswith(ending) and len(name) > len(ending) + 1:
            return name.removesuffix(ending)
    return name


def _text(path: Path) -> str:
    data = path.read_bytes()
    for encoding in ("utf-8-sig", "cp950"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ListingError(f"{path.name}: neither UTF-8 nor Big5; save it as UTF-8")


def _append(path: Path, rows: Sequence[Mapping[str, str]]) -> None:
    """Adds rows to a table in one step: a reader sees the old file or the new one."""
    old = path.read_text("utf-8")
    header = next(csv.reader(io.StringIO(old)))
    out = io.StringIO()
    csv.DictWriter(out, header, lineterminator="\n").writerows(rows)
    fresh = path.with_suffix(".csv.new")
    fresh.write_text(old + ("" if old.endswith("\n") else "\n") + out.getvalue(), "utf-8")
    fresh.replace(path)


__all__ = [
    "LexiconError",
    "Listing",
    "ListingError",
    "Outcome",
    "compare",
    "import_listings",
    "read_listings",
]
