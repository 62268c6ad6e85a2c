"""Corrections over nights: which hold, what they change, what comes back when they go."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

import duckdb
import pytest

from pipelines.contracts.corrections import COLUMNS, Correction, read_corrections
from pipelines.extraction.model import Company, CompanyMentions, Extraction
from pipelines.seeds import PROJECT_ROOT
from pipelines.sources.inbox import Delivery, read_delivery
from pipelines.store.checks import CHECKS, run_check
from pipelines.store.corrections import failed_corrections, settle
from pipelines.store.intake import keep_delivery, store_reading
from pipelines.store.load import load_batch, pending_briefs
from pipelines.store.migrate import migrate
from pipelines.store.reference import ReferenceData, sync_reference
from pipelines.store.stories import tell_stories
from pipelines.text.brief import Brief
from pipelines.text.span import Span
from tests.builders import FOUNDRY, LENSES, brief, capacity, supply
from tests.warehouses import rows_of

BRIEF = brief()
FOUND = Company("c-1", "台積", "candidate")
DATA = ReferenceData(
    [
        {"company_id": c.company_id, "name_zh_hant": c.name, "status": "curated"} for c in (FOUNDRY, LENSES)
    ],
    [], [], [],
)  # fmt: skip
SIGNED = {"reason": "said by the firm", "author": "Chen", "decided_on": "2026-03-01"}
CHANGE = {
    "action": "change", "kind": "capacity", "brief_id": BRIEF.brief_id, "span_start": "7", "span_end": "10",
    "column": "status", "expected": "current", "value": "past",
}  # fmt: skip


def lines(origin: str, *rows: dict[str, str]) -> list[Correction]:
    columns = COLUMNS[origin]
    cells = [[{**SIGNED, **row}.get(c, "") for c in columns] for row in rows]
    return read_corrections(origin, columns, list(enumerate(cells, 2)))


def companies(action: str, company_id: str, expected: str, value: str = "") -> list[Correction]:
    return lines(
        "companies.csv", {"action": action, "company_id": company_id, "expected": expected, "value": value}
    )


class Nights:
    """A warehouse with one brief that names the foundry, the lenses' maker and a candidate."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        self.now = datetime(2026, 2, 9, 2, 30)
        migrate(connection, PROJECT_ROOT / "warehouse" / "ddl")

    def extract(self, of: Brief, version: str) -> Extraction:
        mentions = (CompanyMentions(FOUNDRY, 1, Span(0, 3)), CompanyMentions(FOUND, 1, Span(0, 2)))
        return Extraction(of.brief_id, version, (capacity(company=FOUND), supply()), mentions)

    def take_in(self) -> None:
        delivery = Delivery("2026-02-08-a.txt", f"{BRIEF.title}\n{BRIEF.body}\n".encode())
        keep_delivery(self.connection, delivery, self.now)
        store_reading(self.connection, delivery, read_delivery(delivery), self.now, self.now)

    def run(
        self, corrections: Sequence[Correction] = (), version: str = "v1", data: ReferenceData = DATA
    ) -> int:
        """One night; returns how many briefs were read."""
        self.now += timedelta(days=1)
        holding = settle(self.connection, corrections, data, version, self.now)
        sync_reference(self.connection, holding.reference(data), self.now.date())
        holding = settle(self.connection, corrections, data, version, self.now)
        read = 0
        while batches := list(pending_briefs(self.connection, version, 9)):
            for batch in batches:
                found = [self.extract(b, version) for b in batch]
                load_batch(self.connection, batch, found, {"piece"}, {}, self.now, holding)
                read += len(batch)
            holding = settle(self.connection, corrections, data, version, self.now, final=True)
        settle(self.connection, corrections, data, version, self.now, final=True)
        tell_stories(self.connection)
        failed = [c.name for c in CHECKS if not run_check(self.connection, c, version).passed]
        assert failed == []
        return read

    def ask(self, sql: str) -> list[tuple]:
        return self.connection.execute(sql).fetchall()

    def states(self) -> list[tuple]:
        return self.ask("SELECT action, state FROM raw.correction WHERE known_to IS NULL ORDER BY ALL")


@pytest.fixture
def nights() -> Iterator[Nights]:
    with duckdb.connect() as connection:
        nights = Nights(connection)
        nights.take_in()
        yield nights


STATUS = "SELECT status, corrected_by, correction_reason FROM star.fact_capacity WHERE known_to IS NULL"


def test_a_new_correction_is_applied_the_next_night_and_what_was_believed_is_kept(nights: Nights) -> None:
    assert nights.run() == 1
    assert nights.run(lines("claims.csv", CHANGE)) == 1
    assert nights.ask(STATUS) == [("past", "Chen", "said by the firm")]
    believed = nights.ask("SELECT status, known_to IS NULL FROM star.fact_capacity ORDER BY known_from")
    assert believed == [("current", False), ("past", True)]
    assert nights.ask("SELECT count(*) FROM star.fact_supply") == [(1,)], "what it leaves alone is as it was"
    assert nights.states() == [("change", "applied")]


def test_a_correction_is_applied_from_the_first_night_and_survives_a_new_version(nights: Nights) -> None:
    nights.run(lines("claims.csv", CHANGE))
    assert nights.ask(STATUS)[0][:2] == ("past", "Chen")
    assert nights.run(lines("claims.csv", CHANGE), "v2") == 1
    assert nights.ask(STATUS)[0][:2] == ("past", "Chen")
    assert nights.ask("SELECT count(*) FROM star.fact_capacity") == [(1,)], (
        "the same belief since the first night"
    )


def test_a_second_night_with_the_same_corrections_changes_no_row(nights: Nights) -> None:
    given = [
        *lines("claims.csv", CHANGE),
        *companies("merge", "c-1", "台積", "tw-2330"),
        *companies("rename", "tw-3008", "大立光", "大立光電"),
    ]
    nights.run(given)
    before = rows_of(nights.connection, times=True)
    assert nights.run(given) == 0
    assert rows_of(nights.connection, times=True) == before


def test_a_correction_that_is_taken_back_leaves_what_is_read(nights: Nights) -> None:
    nights.run(lines("claims.csv", CHANGE))
    assert nights.run() == 1
    assert nights.ask(STATUS) == [("current", None, None)]
    assert nights.states() == []
    assert nights.ask("SELECT count(*), count(known_to) FROM raw.correction") == [(1, 1)], "it is remembered"


def test_one_that_does_not_hold_fails_alone(nights: Nights) -> None:
    given = lines(
        "claims.csv", {**CHANGE, "column": "metric", "expected": "output", "value": "capacity"}, CHANGE,
        {**CHANGE, "brief_id": "0" * 32},
    )  # fmt: skip
    nights.run(given)
    assert nights.ask(STATUS)[0][0] == "past"
    told = failed_corrections(nights.connection)
    assert [line.split(": ")[0] for line in told] == [
        "corrections/claims.csv line 2",
        "corrections/claims.csv line 4",
    ]
    assert "metric is read as capacity already" in told[0]
    assert "no brief with this id was taken in" in told[1]


def test_a_correction_waits_for_a_brief_that_comes_later() -> None:
    with duckdb.connect() as connection:
        nights = Nights(connection)
        nights.run(lines("claims.csv", CHANGE))
        assert nights.states() == [("change", "failed")]
        nights.take_in()
        nights.run(lines("claims.csv", CHANGE))
        assert nights.states() == [("change", "applied")]
        assert nights.ask(STATUS)[0][0] == "past"


def test_lines_may_move(nights: Nights) -> None:
    other = {**CHANGE, "column": "metric", "expected": "capacity", "value": "output"}
    nights.run(lines("claims.csv", CHANGE))
    nights.run(lines("claims.csv", other, CHANGE))
    at = "SELECT origin_line, known_to IS NULL FROM raw.correction WHERE content LIKE '%past%'"
    assert nights.ask(at) == [(3, True)]


NAMES = "SELECT c.company_id, c.name_zh_hant, c.status FROM star.fact_capacity f JOIN star.dim_company c USING (company_key) WHERE known_to IS NULL"


def test_a_merged_company_is_the_other_one_until_it_is_taken_back(nights: Nights) -> None:
    nights.run()
    assert nights.ask(NAMES) == [("c-1", "台積", "candidate")]
    assert nights.run(companies("merge", "c-1", "台積", "tw-2330")) == 1
    assert nights.ask(NAMES) == [("tw-2330", "台積電", "curated")]
    mentions = "SELECT mentions, corrected_by FROM star.fact_company_mention WHERE known_to IS NULL"
    assert nights.ask(mentions) == [(2, "Chen")]
    assert nights.run() == 1
    assert nights.ask(NAMES) == [("c-1", "台積", "candidate")]


@pytest.mark.parametrize("action", ["merge", "reject"])
def test_merged_and_rejected_from_the_first_night_or_later_is_the_same_and_is_undone_alike(
    action: str,
) -> None:
    given = companies(action, "c-1", "台積", "tw-2330" if action == "merge" else "")
    ends = []
    for first in ((), given):
        with duckdb.connect() as connection:
            nights = Nights(connection)
            nights.take_in()
            nights.run(first)
            nights.run(given)
            now = "SELECT * EXCLUDE (known_from) FROM star.fact_{} WHERE known_to IS NULL ORDER BY ALL"
            corrected = [nights.ask(now.format(t)) for t in ("capacity", "supply", "company_mention")]
            nights.run()
            ends.append(
                (corrected, [nights.ask(now.format(t)) for t in ("capacity", "supply", "company_mention")])
            )
    assert ends[0] == ends[1]
    assert ends[0][0] != ends[0][1]


COMPANY = (
    "SELECT name_zh_hant, status, corrected_by, valid_from FROM star.dim_company WHERE company_id = '{}'"
)


def test_a_renamed_company_of_the_reference_data_is_renamed_in_place_and_back(nights: Nights) -> None:
    nights.run()
    first = date(1900, 1, 1)
    nights.run(companies("rename", "tw-3008", "大立光", "大立光電"))
    assert nights.ask(COMPANY.format("tw-3008")) == [("大立光電", "curated", "Chen", first)]
    nights.run()
    assert nights.ask(COMPANY.format("tw-3008")) == [("大立光", "curated", None, first)]


def test_a_candidate_is_promoted_and_renamed_and_back(nights: Nights) -> None:
    first = date(1900, 1, 1)
    for given in (companies("promote", "c-1", "台積", "台積股份"), ()):
        nights.run(given)
        nights.run(given, "v2")
        expected = ("台積股份", "curated", "Chen", first) if given else ("台積", "candidate", None, first)
        assert nights.ask(COMPANY.format("c-1")) == [expected]
    nights.run(companies("rename", "c-1", "台積", "台積廠"))
    nights.run(companies("rename", "c-1", "台積", "台積二廠"))
    assert nights.ask(COMPANY.format("c-1")) == [("台積二廠", "candidate", "Chen", first)]


UNMET = {
    "of another name": (("rename", "tw-3008", "大立", "大立光電"), "the company is called 大立光, not 大立 as expected"),
    "of none": (("rename", "c-7", "甲", "乙"), "there is no company c-7; repair the line"),
    "promoted already": (("promote", "tw-3008", "大立光", "大立光電"), "the company stands in the reference data already"),
    "merged with none": (("merge", "c-1", "台積", "c-7"), "there is no company c-7 to merge it with"),
}  # fmt: skip


@pytest.mark.parametrize("case", UNMET)
def test_a_correction_of_a_company_that_does_not_hold_changes_nothing(nights: Nights, case: str) -> None:
    nights.run()
    before = {t: r for t, r in rows_of(nights.connection).items() if t.startswith("star")}
    arguments, told = UNMET[case]
    nights.run(companies(*arguments))
    (problem,) = failed_corrections(nights.connection)
    assert problem.startswith(f"corrections/companies.csv line 2: {told}")
    assert {t: r for t, r in rows_of(nights.connection).items() if t.startswith("star")} == before


def test_two_corrections_of_one_company_do_not_fight(nights: Nights) -> None:
    given = [
        *companies("merge", "c-1", "台積", "tw-2330"),
        *companies("merge", "tw-2330", "台積電", "tw-3008"),
    ]
    given += lines("companies.csv", {"action": "reject", "company_id": "tw-2330", "expected": "台積電"})
    nights.run(given)
    told = failed_corrections(nights.connection)
    assert len(told) == 2
    assert "tw-2330 is merged itself; give the company that remains as value" in "".join(told)
    assert "corrects the same company; keep one of them" in "".join(told)


def test_a_company_that_changes_in_the_world_opens_a_row_all_the_same(nights: Nights) -> None:
    renamed = ReferenceData(
        [{**DATA.companies[0], "name_zh_hant": "新台積電"}, DATA.companies[1]], [], [], []
    )
    nights.run()
    nights.run(companies("rename", "tw-3008", "大立光", "大立光電"), data=renamed)
    assert nights.ask("SELECT name_zh_hant, is_current FROM star.dim_company WHERE company_id = 'tw-2330' ORDER BY ALL") == [
        ("台積電", False), ("新台積電", True),
    ]  # fmt: skip
