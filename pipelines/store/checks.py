"""Facts about sets of rows that must hold before anything is published. A check is a query for what breaks it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb

_CLAIMS = ("fact_capacity", "fact_forecast", "fact_supply", "fact_observation")
_COMPANY_KEYS = {
    "fact_capacity": ("company_key",), "fact_forecast": ("company_key",), "fact_observation": ("company_key",),
    "fact_supply": ("supplier_key", "customer_key"), "fact_company_mention": ("company_key",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SetCheck:
    """A named query that yields one row for each offence; none means passed. `$version` is the extractor's."""

    name: str
    table: str
    meaning: str
    sql: str


@dataclass(frozen=True, slots=True)
class CheckOutcome:
    """What a check found: the number of offences and one of them."""

    check: SetCheck
    offences: int
    example: str | None

    @property
    def passed(self) -> bool:
        """Whether nothing offends."""
        return self.offences == 0


def _checks() -> Iterator[SetCheck]:
    yield SetCheck(
        "briefs_are_unique", "star.dim_brief", "Every brief is stored once.",
        "SELECT brief_id FROM raw.brief GROUP BY brief_id HAVING count(*) > 1",
    )  # fmt: skip
    yield SetCheck(
        "every_brief_was_read", "raw.extraction", "Every stored brief was read by the current extractor, once.",
        "SELECT b.brief_id FROM raw.brief b LEFT JOIN (SELECT brief_id, count(*) AS n FROM raw.extraction "
        "WHERE extractor_version = $version GROUP BY brief_id) e USING (brief_id) WHERE coalesce(e.n, 0) <> 1",
    )  # fmt: skip
    total = " + ".join(
        f"(SELECT count(*) FROM star.{t} f WHERE f.brief_key = e.brief_id AND f.known_to IS NULL)"
        for t in _CLAIMS
    )
    yield SetCheck(
        "claims_reconcile", "raw.extraction", "Each brief has as many current claims as its extraction recorded.",
        f"SELECT e.brief_id FROM raw.extraction e WHERE extractor_version = $version AND e.claims <> {total}",
    )  # fmt: skip
    for table, keys in _COMPANY_KEYS.items():
        id_column = "mention_id" if table == "fact_company_mention" else "claim_id"
        yield SetCheck(
            f"{table}_rows_are_unique", f"star.{table}", "A statement is held once at a time.",
            f"SELECT {id_column} FROM star.{table} WHERE known_to IS NULL GROUP BY {id_column} HAVING count(*) > 1",
        )  # fmt: skip
        yield SetCheck(
            f"{table}_rows_have_a_brief", f"star.{table}", "Every row leads back to a brief.",
            f"SELECT {id_column} FROM star.{table} WHERE brief_key NOT IN (SELECT brief_key FROM star.dim_brief)",
        )  # fmt: skip
        for key in keys:
            yield SetCheck(
                f"{table}_{key}_resolves", f"star.{table}", "Every company is in the dimension.",
                f"SELECT {id_column} FROM star.{table} WHERE {key} NOT IN (SELECT company_key FROM star.dim_company)",
            )  # fmt: skip
    for table in _CLAIMS:
        # a supply claim's span is its supplier, who may be named in another sentence
        held = (
            ("0", "length(b.body)")
            if table == "fact_supply"
            else ("f.sentence_start", "f.sentence_start + length(f.sentence)")
        )
        yield SetCheck(
            f"{table}_spans_hold", f"star.{table}", "The sentence stands in the body where the row says, and the span where it must.",
            f"SELECT f.claim_id FROM star.{table} f JOIN raw.brief b ON b.brief_id = f.brief_key WHERE f.known_to IS NULL "
            "AND (substr(b.body, f.sentence_start + 1, length(f.sentence)) <> f.sentence "
            f"OR f.span_start < {held[0]} OR f.span_end > {held[1]})",
        )  # fmt: skip
        said = ("item",) if table == "fact_supply" else ("unit_raw", "subject")
        yield SetCheck(
            f"{table}_parts_stand_where_said", f"star.{table}", "Where a row gives the place of a part, the body says it there.",
            f"SELECT f.claim_id FROM star.{table} f JOIN raw.brief b ON b.brief_id = f.brief_key WHERE f.known_to IS NULL AND ("
            + " OR ".join(_stands_elsewhere(column, column.removesuffix("_raw")) for column in said) + ")",
        )  # fmt: skip
    for table, id_column in (("dim_company", "company_id"), ("dim_product", "product_id")):
        yield SetCheck(
            f"{table}_has_one_current_row", f"star.{table}", "Each has exactly one row of today, and its intervals do not overlap.",
            f"SELECT {id_column} FROM star.{table} GROUP BY {id_column} HAVING count(*) FILTER (is_current) > 1 "
            f"UNION SELECT a.{id_column} FROM star.{table} a JOIN star.{table} b ON a.{id_column} = b.{id_column} "
            "AND a.valid_from < b.valid_from AND coalesce(a.valid_to, DATE '9999-12-31') >= b.valid_from",
        )  # fmt: skip
    yield SetCheck(
        "dim_brief_matches_raw", "star.dim_brief", "Every brief stands in the dimension once.",
        "SELECT brief_id FROM raw.brief WHERE brief_id NOT IN (SELECT brief_key FROM star.dim_brief) "
        "UNION ALL SELECT brief_key FROM star.dim_brief GROUP BY brief_key HAVING count(*) > 1",
    )  # fmt: skip
    yield SetCheck(
        "stories_have_one_first", "star.dim_brief", "Every brief has its story, and every story one first brief.",
        "SELECT brief_key FROM star.dim_brief WHERE story_id IS NULL "
        "UNION ALL SELECT story_id FROM star.dim_brief GROUP BY story_id "
        "HAVING count(*) FILTER (is_first) <> 1 OR bool_or(is_first <> (brief_key = story_id))",
    )  # fmt: skip


def _stands_elsewhere(column: str, part: str) -> str:
    start, end = f"f.{part}_span_start", f"f.{part}_span_end"
    return f"substr(b.body, {start} + 1, {end} - {start}) IS DISTINCT FROM f.{column} AND {start} IS NOT NULL"


CHECKS: tuple[SetCheck, ...] = tuple(_checks())


def run_check(connection: duckdb.DuckDBPyConnection, check: SetCheck, extractor_version: str) -> CheckOutcome:
    """Runs one check over the whole warehouse."""
    parameters = {"version": extractor_version} if "$version" in check.sql else None
    offences = (
        connection.execute(check.sql, parameters).fetchall()
        if parameters
        else connection.execute(check.sql).fetchall()
    )
    return CheckOutcome(check, len(offences), str(offences[0][0]) if offences else None)
