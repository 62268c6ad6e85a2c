"""Late, repeated, reordered, split and partly failed deliveries all end in one warehouse, table by table."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from functools import cache

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.extraction.engine import Extractor
from pipelines.extraction.model import Extraction
from pipelines.seeds import PROJECT_ROOT, load_lexicon, reference_data, unit_codes
from pipelines.sources.inbox import Delivery, read_delivery
from pipelines.store.intake import keep_delivery, store_reading, waiting_deliveries
from pipelines.store.load import load_batch, pending_briefs
from pipelines.store.migrate import migrate
from pipelines.store.reference import ReferenceData, sync_reference
from pipelines.store.stories import tell_stories
from tests.warehouses import rows_of

NIGHT = datetime(2026, 2, 9, 2, 30)
TEXTS = (
    "台積電月產能7萬片,年底提升至13萬片。",
    "大立光供應蘋果潛望鏡頭,第一季出貨量年增三成。",
    "某電池大廠預計明年產能達30GWh。",
    "DRAM合約價第一季季增30%。",
    "甲乙精密向丙丁光電採購感測器,占需求六成。",
    "群創面板稼動率八成五。法人預估台積電第三季營收季增8%。",
    "國巨今天公布,第三季營收384億元,季增6.2%,年增21.5%,毛利率攀升至33.7%,車用與伺服器訂單能見度已到明年第一季。",
    "國巨第三季營收384億元,季增6.2%,年增21.5%,毛利率攀升至33.7%,車用與伺服器訂單能見度已到明年第一季。(某社)",
)
LINES = [
    json.dumps(
        {"title": f"第{n}則", "text": text, "published": "2026-02-08", "source": "某報"}, ensure_ascii=False
    )
    for n, text in enumerate(TEXTS)
]
BROKEN = '{"title": "斷行", "text": '
#: What depends on how and when a brief came in, and on nothing else.
EMPTY = ("star.dim_product", "star.dim_unit", "meta.acceptance")
ARRIVAL = ("raw.delivery", "raw.brief", "raw.rejected", "meta.migration")


@cache
def extractor() -> Extractor:
    return Extractor(load_lexicon(), "v1")


@cache
def reference() -> ReferenceData:
    """The companies that the texts name, as the reference data has them."""
    named = {c.company.company_id for line in LINES for c in _read(line).companies}
    return ReferenceData([c for c in reference_data().companies if c["company_id"] in named], [], [], [])


def _read(line: str) -> Extraction:
    (read,) = read_delivery(Delivery("x.jsonl", line.encode())).briefs
    return extractor().extract(read.brief)


@cache
def plain() -> dict[str, tuple[int, int]]:
    """The tables after one night with one file."""
    return run([[Delivery("all.jsonl", "\n".join(LINES).encode())]], [False])


def run(nights: list[list[Delivery]], crashes: list[bool]) -> dict[str, tuple[int, int]]:
    """The tables after some nights; a night that crashes keeps its files and loads at most its first batch."""
    with duckdb.connect() as connection:
        migrate(connection, PROJECT_ROOT / "warehouse" / "ddl")
        sync_reference(connection, reference(), NIGHT.date())
        for number, (deliveries, crash) in enumerate(zip(nights, crashes, strict=True)):
            now = NIGHT + timedelta(days=number)
            for delivery in deliveries:
                keep_delivery(connection, delivery, now)
            for delivery, received_at in list(waiting_deliveries(connection))[: 1 if crash else None]:
                store_reading(connection, delivery, read_delivery(delivery), received_at, now)
            for done, batch in enumerate(pending_briefs(connection, "v1", 2)):
                if crash and done:
                    break
                read = [extractor().extract(brief) for brief in batch]
                load_batch(connection, batch, read, unit_codes(), {}, now)
            if not crash:
                tell_stories(connection)
        return {t: rows for t, rows in rows_of(connection).items() if t not in ARRIVAL}


@st.composite
def deliveries(draw: st.DrawFn) -> tuple[list[list[Delivery]], list[bool]]:
    """Every line at least once, some more often, in files and nights of any size, some nights crashing; the last does not."""
    extra = draw(st.lists(st.sampled_from([*LINES, BROKEN]), max_size=4))
    lines = draw(st.permutations([*LINES, *extra]))
    cuts = sorted(draw(st.sets(st.integers(1, len(lines) - 1), max_size=4)))
    parts = [lines[a:b] for a, b in zip([0, *cuts], [*cuts, len(lines)], strict=True)]
    files = [Delivery(f"{n}.jsonl", "\n".join(part).encode()) for n, part in enumerate(parts)]
    files += draw(st.lists(st.sampled_from(files), max_size=2))
    night_of = draw(st.lists(st.integers(0, 2), min_size=len(files), max_size=len(files)))
    nights = [[f for f, n in zip(files, night_of, strict=True) if n == night] for night in range(3)]
    crashes = draw(st.lists(st.booleans(), min_size=3, max_size=3))
    return [*nights, []], [*crashes, False]


@settings(max_examples=8, deadline=None)
@given(deliveries())
def test_every_way_of_delivering_ends_in_the_same_tables(
    way: tuple[list[list[Delivery]], list[bool]],
) -> None:
    assert run(*way) == plain()


def test_the_texts_fill_every_table() -> None:
    assert [
        table
        for table, (rows, _) in plain().items()
        if not rows and "correction" not in table and table not in EMPTY
    ] == []
