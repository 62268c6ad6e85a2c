"""Loading: once is as good as twice, a new version replaces and remembers, what is refused keeps its reason."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

import duckdb
import pytest

from pipelines.extraction.model import Company, Extraction
from pipelines.seeds import PROJECT_ROOT
from pipelines.sources.inbox import Delivery, read_delivery
from pipelines.store.checks import CHECKS, run_check
from pipelines.store.intake import TakenIn, is_read, keep_delivery, store_reading, waiting_deliveries
from pipelines.store.load import load_batch, pending_briefs
from pipelines.store.migrate import migrate
from pipelines.store.reference import ReferenceData, sync_reference
from pipelines.store.stories import tell_stories
from pipelines.text.brief import Brief
from pipelines.text.span import Span
from tests.builders import capacity, exactly, extraction, forecast, observation, supply
from tests.warehouses import rows_of

NOW, LATER = datetime(2026, 2, 9, 2, 30), datetime(2026, 2, 10, 2, 30)
DIGEST = (
    "擴產\n台積電月產能為7萬片。大立光供應鏡頭。(某報)\n又擴產\n台積電月產能為9萬片。大立光供應鏡頭。(某報)\n"
)
COMPANIES = [
    {"company_id": "tw-2330", "name_zh_hant": "台積電", "status": "curated"},
    {"company_id": "tw-3008", "name_zh_hant": "大立光", "status": "curated"},
]


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        migrate(connection, PROJECT_ROOT / "warehouse" / "ddl")
        products = [{"product_id": "lens", "name_zh_hant": "鏡頭"}]
        sync_reference(connection, ReferenceData(COMPANIES, products, [], []), date(2026, 1, 1))
        yield connection


def store(connection: duckdb.DuckDBPyConnection, delivery: Delivery, now: datetime = NOW) -> TakenIn:
    keep_delivery(connection, delivery, now)
    return store_reading(connection, delivery, read_delivery(delivery), now, now)


def take_in(
    connection: duckdb.DuckDBPyConnection, text: str = DIGEST, name: str = "2026-02-08-a.txt"
) -> list[Brief]:
    delivery = Delivery(name, text.encode())
    store(connection, delivery)
    return next(pending_briefs(connection, "v1", 100))


def load(
    connection: duckdb.DuckDBPyConnection, *read: tuple[Brief, Extraction], now: datetime = NOW
) -> dict[str, int]:
    briefs, extractions = zip(*read, strict=True)
    loaded = load_batch(connection, briefs, extractions, {"piece"}, {"某報": "TW"}, now)
    tell_stories(connection)
    return {table: number for table, number in loaded.claims.items() if number}


def ask(connection: duckdb.DuckDBPyConnection, sql: str) -> list[tuple]:
    return connection.execute(sql).fetchall()


def failed_checks(connection: duckdb.DuckDBPyConnection, version: str = "v1") -> list[str]:
    outcomes = [run_check(connection, check, version) for check in CHECKS]
    return [outcome.check.name for outcome in outcomes if not outcome.passed]


def test_a_delivery_is_kept_byte_for_byte_and_its_briefs_once(connection: duckdb.DuckDBPyConnection) -> None:
    delivery = Delivery("2026-02-08-a.txt", b"\xef\xbb\xbf" + DIGEST.encode())
    assert not is_read(connection, delivery)
    taken = store(connection, delivery)
    assert (taken.new, taken.seen, taken.rejected) == (2, 0, 0)
    assert is_read(connection, delivery)
    kept = ask(
        connection, "SELECT origin, content, size_bytes, sha256, received_at, read_at FROM raw.delivery"
    )
    digest = hashlib.sha256(delivery.content).hexdigest()
    assert kept == [(delivery.name, delivery.content, len(delivery.content), digest, NOW, NOW)]


def test_a_file_is_kept_before_it_is_read_and_waits_until_it_is(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    delivery = Delivery("2026-02-08-a.txt", DIGEST.encode())
    for moment in (NOW, LATER):
        keep_delivery(connection, delivery, moment)
        assert not is_read(connection, delivery)
    assert list(waiting_deliveries(connection)) == [(delivery, NOW)]
    assert ask(connection, "SELECT count(*) FROM raw.brief") == [(0,)]
    store_reading(connection, delivery, read_delivery(delivery), NOW, LATER)
    assert list(waiting_deliveries(connection)) == []
    assert ask(connection, "SELECT DISTINCT received_at FROM raw.brief") == [(NOW,)]


def test_a_brief_that_comes_in_again_in_another_file_is_seen(connection: duckdb.DuckDBPyConnection) -> None:
    take_in(connection)
    again = Delivery("2026-02-08-b.txt", (DIGEST + "新聞\n台積電月產能為十萬片以上。(某報)\n").encode())
    taken = store(connection, again, LATER)
    assert (taken.new, taken.seen) == (1, 2)
    assert ask(connection, "SELECT count(*) FROM raw.brief") == [(3,)]


def test_a_brief_twice_in_one_file_counts_once(connection: duckdb.DuckDBPyConnection) -> None:
    delivery = Delivery("2026-02-08-a.txt", (DIGEST + DIGEST).encode())
    taken = store(connection, delivery)
    assert (taken.new, taken.seen) == (2, 2)


def test_the_work_list_is_what_a_version_has_not_read_in_the_order_of_arrival(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    first, second = take_in(connection)
    assert (first.title, second.title) == ("擴產", "又擴產")
    assert [len(batch) for batch in pending_briefs(connection, "v1", 1)] == [1, 1]
    load(connection, (first, extraction(first, capacity())))
    assert [[b.title for b in batch] for batch in pending_briefs(connection, "v1", 9)] == [["又擴產"]]
    assert [len(batch) for batch in pending_briefs(connection, "v2", 9)] == [2]


def test_a_brief_comes_back_as_it_went_in(connection: duckdb.DuckDBPyConnection) -> None:
    line = '{"title":"題","text":" 首尾有空白。 \\n第二行。","published":"2026-02-08","source":"某報","url":"http://x.example/1","id":7}'
    (brief,) = take_in(connection, line, "x.jsonl")
    assert brief == Brief(
        "題", " 首尾有空白。 \n第二行。", "某報", date(2026, 2, 8), "given", "http://x.example/1", "7"
    )
    assert ask(connection, "SELECT brief_id FROM raw.brief") == [(brief.brief_id,)]


def test_claims_lead_to_their_company_product_brief_and_publisher(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    brief = take_in(connection)[0]
    assert load(connection, (brief, extraction(brief, capacity(), supply()))) == {
        "fact_capacity": 1,
        "fact_supply": 1,
        "fact_company_mention": 1,
    }
    rows = ask(
        connection,
        "SELECT s.name_zh_hant, p.product_id, b.title, w.name, w.country FROM star.fact_supply f "
        "JOIN star.dim_company s ON s.company_key = f.supplier_key JOIN star.dim_product p USING (product_key) "
        "JOIN star.dim_brief b USING (brief_key) JOIN star.dim_publisher w USING (publisher_key)",
    )
    assert rows == [("大立光", "lens", "擴產", "某報", "TW")]
    assert ask(connection, "SELECT value_per_year FROM star.fact_capacity") == [(840_000.0,)]
    assert failed_checks(connection) == ["every_brief_was_read", "dim_brief_matches_raw"], "one still waits"


def test_a_new_version_replaces_a_briefs_claims_and_keeps_what_was_believed(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    brief = take_in(connection)[0]
    load(connection, (brief, extraction(brief, capacity(), supply())))
    load(connection, (brief, extraction(brief, observation(), version="v2")), now=LATER)
    believed = "SELECT extractor_version, known_from, known_to FROM star.fact_{} ORDER BY known_from"
    assert ask(connection, believed.format("capacity")) == [("v1", NOW, LATER)]
    assert ask(connection, believed.format("supply")) == [("v1", NOW, LATER)]
    assert ask(connection, believed.format("observation")) == [("v2", LATER, None)]


def test_a_claim_that_a_new_version_reads_alike_is_known_since_it_was_first_read(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    brief = take_in(connection)[0]
    load(connection, (brief, extraction(brief, capacity(), supply(), observation())))
    sure = replace(supply(), evidence=replace(supply().evidence, confidence=0.9))
    later = extraction(brief, capacity(), sure, forecast(), version="v2")
    load(connection, (brief, later), now=LATER)
    believed = "SELECT extractor_version, known_from, known_to FROM star.fact_{} ORDER BY known_from"
    assert ask(connection, believed.format("capacity")) == [("v1", NOW, None)]
    assert ask(connection, believed.format("company_mention")) == [("v1", NOW, None)]
    assert ask(connection, believed.format("supply")) == [("v1", NOW, LATER), ("v2", LATER, None)]
    assert ask(connection, believed.format("observation")) == [("v1", NOW, LATER)]
    assert ask(connection, believed.format("forecast")) == [("v2", LATER, None)]
    known_on = "SELECT confidence FROM star.as_known_on('star.fact_supply', DATE '2026-02-{}')"
    said = [ask(connection, known_on.format(day)) for day in ("08", "09", "10")]
    assert said == [[], [(0.6,)], [(0.9,)]]


def test_loading_again_changes_no_row_of_any_table(connection: duckdb.DuckDBPyConnection) -> None:
    first, second = take_in(connection)
    read = [(b, extraction(b, capacity(), supply(), observation())) for b in (first, second)]
    load(connection, *read)
    before = rows_of(connection, times=True)
    connection.execute("CREATE TEMP TABLE read_once AS FROM raw.extraction; DELETE FROM raw.extraction")
    load(connection, *read, now=LATER)
    connection.execute("DELETE FROM raw.extraction; INSERT INTO raw.extraction FROM read_once")
    assert rows_of(connection, times=True) == before


def test_a_failing_load_leaves_nothing_of_the_batch(connection: duckdb.DuckDBPyConnection) -> None:
    first, second = take_in(connection)
    load(connection, (first, extraction(first, capacity())))
    before = ask(connection, "SELECT * FROM star.fact_capacity")
    broken = replace(extraction(second, capacity(), version="v2"), brief_id=None)
    with pytest.raises(duckdb.Error, match="NOT NULL"):
        load(connection, (first, extraction(first, version="v2")), (second, broken), now=LATER)
    assert ask(connection, "SELECT * FROM star.fact_capacity") == before
    assert ask(connection, "SELECT count(*) FROM star.dim_brief") == [(1,)]


def test_a_refused_row_is_kept_with_check_value_brief_and_reason_and_the_others_go_on(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    brief = take_in(connection)[0]
    odd = capacity(amount=exactly("70000", unit="furlong"))
    loaded = load_batch(connection, [brief], [extraction(brief, odd, supply())], {"piece"}, {}, NOW)
    assert loaded.claims["fact_capacity"] == 0
    assert loaded.claims["fact_supply"] == 1
    assert loaded.rejected == {"fact_capacity: unit: is a known code": 1}
    assert ask(connection, "SELECT stage, model, check_name, value, brief_id, reason FROM raw.rejected") == [
        (
            "validation", "fact_capacity", "unit: is a known code", "furlong", brief.brief_id,
            "fact_capacity: must hold: unit: is a known code (found furlong)",
        )
    ]  # fmt: skip
    assert ask(connection, "SELECT claims, rejected FROM raw.extraction") == [(1, 1)]
    assert "claims_reconcile" not in failed_checks(connection)


def test_facts_point_to_the_company_as_it_was_on_the_day_of_publication(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    renamed = [{**COMPANIES[0], "name_zh_hant": "新台積電"}, COMPANIES[1]]
    sync_reference(connection, ReferenceData(renamed, [], [], []), date(2026, 2, 8))
    texts = {"2026-02-07-a.txt": "舊聞", "2026-02-08-b.txt": "新聞", "undated.txt": "無日期"}
    for name, title in texts.items():
        take_in(connection, f"{title}\n台積電月產能為7萬片。大立光供應鏡頭。\n", name)
    for brief in next(pending_briefs(connection, "v1", 9)):
        load(connection, (brief, extraction(brief, capacity())))
    names = ask(
        connection,
        "SELECT b.title, c.name_zh_hant FROM star.fact_capacity f JOIN star.dim_brief b USING (brief_key) "
        "JOIN star.dim_company c USING (company_key) ORDER BY b.published_on NULLS LAST",
    )
    assert names == [("舊聞", "台積電"), ("新聞", "新台積電"), ("無日期", "新台積電")]


def test_a_company_found_in_a_brief_becomes_a_candidate_once(connection: duckdb.DuckDBPyConnection) -> None:
    first, second = take_in(connection)
    found = Company("c-1", "某新廠", "candidate")
    for brief in (first, second):
        load(connection, (brief, extraction(brief, capacity(company=found))))
    candidates = "SELECT name_zh_hant, is_current FROM star.dim_company WHERE status = 'candidate'"
    assert ask(connection, candidates) == [("某新廠", True)]
    assert failed_checks(connection) == []


def test_the_same_claim_twice_in_a_brief_is_one_row(connection: duckdb.DuckDBPyConnection) -> None:
    brief = take_in(connection)[0]
    assert load(connection, (brief, extraction(brief, capacity(), capacity())))["fact_capacity"] == 1


def test_a_supplier_named_in_an_earlier_sentence_is_stored_and_passes_the_checks(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    carried = supply()
    carried = replace(carried, evidence=replace(carried.evidence, span=Span(0, 3)))
    kept = load(connection, *((brief, extraction(brief, carried)) for brief in take_in(connection)))
    assert kept["fact_supply"] == 2
    assert failed_checks(connection) == []


DAMAGE = {
    "briefs_are_unique": "INSERT INTO raw.brief SELECT * FROM raw.brief",
    "every_brief_was_read": "DELETE FROM raw.extraction",
    "claims_reconcile": "DELETE FROM star.fact_capacity",
    "fact_capacity_rows_are_unique": "INSERT INTO star.fact_capacity SELECT * FROM star.fact_capacity",
    "fact_capacity_rows_have_a_brief": "UPDATE star.fact_capacity SET brief_key = 'none'",
    "fact_supply_supplier_key_resolves": "UPDATE star.fact_supply SET supplier_key = 'none'",
    "fact_company_mention_company_key_resolves": "UPDATE star.fact_company_mention SET company_key = 'none'",
    "fact_capacity_spans_hold": "UPDATE star.fact_capacity SET sentence = '別的句子不在文中'",
    "fact_supply_spans_hold": "UPDATE star.fact_supply SET span_end = 9999",
    "fact_observation_spans_hold": "UPDATE star.fact_observation SET span_start = 12, span_end = 15",
    "dim_company_has_one_current_row": "INSERT INTO star.dim_company SELECT * FROM star.dim_company",
    "dim_product_has_one_current_row": "INSERT INTO star.dim_product SELECT * FROM star.dim_product",
    "dim_brief_matches_raw": "DELETE FROM star.dim_brief",
    "stories_have_one_first": "UPDATE star.dim_brief SET is_first = false",
}


@pytest.mark.parametrize("check", DAMAGE)
def test_a_damaged_warehouse_fails_its_check(connection: duckdb.DuckDBPyConnection, check: str) -> None:
    first, second = take_in(connection)
    load(connection, *((b, extraction(b, capacity(), supply(), observation())) for b in (first, second)))
    assert failed_checks(connection) == []
    connection.execute(DAMAGE[check])
    assert check in failed_checks(connection)


def test_a_brief_that_could_not_be_read_is_kept_with_the_reason_and_is_no_more_on_the_list(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    store(connection, Delivery("2026-02-08-x.txt", DIGEST.encode()))
    (batch,) = pending_briefs(connection, "v1", 10)
    unread = Extraction(batch[0].brief_id, "v1", (), (), "took too long; split it")
    loaded = load_batch(connection, batch, [unread, extraction(batch[1], capacity())], ["piece"], {}, NOW)
    assert dict(loaded.rejected) == {"extractor: read": 1}
    kept = connection.execute(
        "SELECT model, check_name, reason, brief_id, content FROM raw.rejected WHERE stage = 'validation'"
    ).fetchall()
    assert kept == [
        (
            "extractor",
            "read",
            "took too long; split it",
            batch[0].brief_id,
            f"{batch[0].title}\n{batch[0].body}",
        )
    ]
    assert list(pending_briefs(connection, "v1", 10)) == []
    counted = [check for check in CHECKS if check.name in ("every_brief_was_read", "claims_reconcile")]
    assert [run_check(connection, check, "v1").passed for check in counted] == [True, True]
