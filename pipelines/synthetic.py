"""Synthetic briefs with known truth: for measuring extraction and the warehouse at any size.

Every sentence comes from a pattern whose claim follows from the contract alone. Names are those of the reference data, the
numbers are drawn, and nothing in a brief says anything about a company.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path

#: Briefs in one file.
PER_FILE = 10_000
_FIRST_DAY = date(2026, 1, 5)


@dataclass(frozen=True, slots=True)
class Truth:
    """What one sentence states, in the words of the marts; a None is not stated."""

    kind: str
    metric: str | None = None
    company: str | None = None
    customer: str | None = None
    subject: str | None = None
    value: float | None = None
    unit: str | None = None
    per: str | None = None
    direction: str | None = None
    status: str | None = None


@dataclass(frozen=True, slots=True)
class Synthetic:
    """A brief and everything that it claims."""

    title: str
    text: str
    published: date
    source: str
    claims: tuple[Truth, ...]


@dataclass(frozen=True, slots=True)
class Names:
    """Whom and what the briefs are about."""

    companies: Sequence[str]
    products: Sequence[str]
    items: Sequence[str]
    publishers: Sequence[str]


def generate(count: int, seed: int, names: Names) -> Iterator[Synthetic]:
    """So many briefs; the same for the same seed and names on every machine."""
    chance = random.Random(seed)
    for number in range(count):
        patterns = chance.sample(_PATTERNS, chance.randint(2, 4))
        told = [pattern(chance, names) for pattern in patterns]
        yield Synthetic(
            f"產業快訊第{seed}輯第{number + 1}則",
            "".join(sentence for sentence, _ in told),
            _FIRST_DAY + timedelta(days=chance.randrange(300)),
            chance.choice(names.publishers),
            tuple(claim for _, claim in told),
        )


def write(briefs: Iterator[Synthetic], to: Path) -> int:
    """Briefs as an inbox of .jsonl files, and beside them, in `truth/`, what each claims; returns how many claims."""
    (to / "truth").mkdir(parents=True)
    claims, lines, truth, files = 0, list[str](), list[str](), 0
    for brief in briefs:
        told = {
            "title": brief.title,
            "text": brief.text,
            "published": brief.published.isoformat(),
            "source": brief.source,
        }
        lines.append(json.dumps(told, ensure_ascii=False))
        truth.append(
            json.dumps(
                {"title": brief.title, "claims": [asdict(c) for c in brief.claims]}, ensure_ascii=False
            )
        )
        claims += len(brief.claims)
        if len(lines) == PER_FILE:
            files = _flush(to, files, lines, truth)
    if lines:
        _flush(to, files, lines, truth)
    return claims


def _flush(to: Path, files: int, lines: list[str], truth: list[str]) -> int:
    for folder, content in ((to, lines), (to / "truth", truth)):
        (folder / f"briefs-{files:05}.jsonl").write_text("\n".join(content) + "\n", encoding="utf-8")
        content.clear()
    return files + 1


def _capacity(chance: random.Random, names: Names) -> tuple[str, Truth]:
    company, product, n = chance.choice(names.companies), chance.choice(names.products), chance.randint(2, 99)
    text = f"{company}目前{product}月產能為{n}萬片。"
    return text, Truth(
        "capacity", "capacity", company, None, product, n * 10_000.0, "piece", "month", status="current"
    )


def _planned(chance: random.Random, names: Names) -> tuple[str, Truth]:
    company, product, n = chance.choice(names.companies), chance.choice(names.products), chance.randint(2, 99)
    text = f"{company}計劃2027年{product}年產能達{n}萬噸。"
    return text, Truth(
        "capacity", "capacity", company, None, product, n * 10_000.0, "t", "year", status="planned"
    )


def _utilization(chance: random.Random, names: Names) -> tuple[str, Truth]:
    company, n = chance.choice(names.companies), chance.randint(50, 99)
    return f"{company}目前稼動率為{n}%。", Truth(
        "capacity", "utilization", company, None, "稼動率", float(n), "percent"
    )


def _revenue(chance: random.Random, names: Names) -> tuple[str, Truth]:
    company, n, up = chance.choice(names.companies), chance.randint(2, 80), chance.random() < 0.5
    text = f"{company}上季營收年{'增' if up else '減'}{n}%。"
    return text, Truth(
        "observation", "growth", company, None, "營收", float(n), "percent", None, "up" if up else "down"
    )


def _forecast(chance: random.Random, names: Names) -> tuple[str, Truth]:
    company, product, n = (
        chance.choice(names.companies),
        chance.choice(names.products),
        chance.randint(2, 900),
    )
    text = f"法人預估{company}明年{product}出貨量將達{n}萬台。"
    return text, Truth("forecast", "shipments", company, None, f"{product}出貨量", n * 10_000.0, "piece")


def _price(chance: random.Random, names: Names) -> tuple[str, Truth]:
    product, n = chance.choice(names.products), chance.randint(2, 60)
    text = f"{product}合約價上季季增{n}%。"
    return text, Truth(
        "observation", "price_change", None, None, f"{product}合約價", float(n), "percent", None, "up"
    )


def _supply(chance: random.Random, names: Names) -> tuple[str, Truth]:
    supplier, customer = chance.sample(names.companies, 2)
    item = chance.choice(names.items)
    return f"{supplier}供應{customer}{item}。", Truth(
        "supply", None, supplier, customer, item, status="active"
    )


_PATTERNS: tuple[Callable[[random.Random, Names], tuple[str, Truth]], ...] = (
    _capacity, _planned, _utilization, _revenue, _forecast, _price, _supply,
)  # fmt: skip
