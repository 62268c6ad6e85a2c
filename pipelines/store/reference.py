"""Dimensions from the reference data: companies and products with their history, units, publishers' countries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import duckdb
import polars as pl

from pipelines.store.connect import transaction
from pipelines.store.frames import count, insert, registered
from pipelines.text.brief import content_key

#: First day of everything that has no known beginning.
BEGINNING = date(1900, 1, 1)

Cells = dict[str, str | None]


@dataclass(frozen=True, slots=True)
class ReferenceData:
    """Rows of the dimensions as the seeds have them: column name -> cell."""

    companies: Sequence[Cells]
    products: Sequence[Cells]
    units: Sequence[Cells]
    publishers: Sequence[Cells]


_COMPANY = (
    "company_id",
    "name_zh_hant",
    "name_zh_hans",
    "name_en",
    "ticker",
    "exchange",
    "country",
    "industry",
    "kind",
    "status",
)
_PRODUCT = ("product_id", "name_zh_hant", "name_en", "parent_product_id")


def sync_reference(connection: duckdb.DuckDBPyConnection, data: ReferenceData, today: date) -> int:
    """Brings the dimensions up to the reference data in one transaction; returns how many rows changed.

    A changed company or product closes its row (`valid_to` the day before) and opens a new one; one that left the
    reference data is closed. Candidates and anonymous companies are the loader's and stay untouched.
    """
    with transaction(connection):
        changed = _sync_history(
            connection,
            "star.dim_company",
            "company_key",
            _COMPANY,
            data.companies,
            today,
            "status = 'curated'",
        )
        changed += _sync_history(
            connection, "star.dim_product", "product_key", _PRODUCT, data.products, today, "true"
        )
        changed += _replace_if_changed(
            connection, "star.dim_unit", ("unit", "dimension", "name_zh_hant", "name_en"), data.units
        )
        changed += _sync_publishers(connection, data.publishers)
    return changed


def _sync_history(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    key: str,
    columns: tuple[str, ...],
    rows: Sequence[Cells],
    today: date,
    scope: str,
) -> int:
    frame = pl.DataFrame(
        [{c: row.get(c) or None for c in columns} for row in rows], schema=dict.fromkeys(columns, pl.String)
    )
    listed = ", ".join(columns)
    natural = columns[0]
    with registered(connection, frame):
        new = connection.execute(
            f"SELECT {listed}, {natural} IN (SELECT {natural} FROM {table}) AS known FROM "
            f"(SELECT {listed} FROM incoming EXCEPT SELECT {listed} FROM {table} WHERE is_current AND {scope})"
        ).fetchall()
        gone = connection.execute(
            f"SELECT {natural} FROM (SELECT {listed} FROM {table} WHERE is_current AND {scope} "
            f"EXCEPT SELECT {listed} FROM incoming)"
        ).fetchall()
    if gone:
        # a row that began today cannot end yesterday; it stays as it is, for facts of today may point to it
        connection.execute(
            f"UPDATE {table} SET is_current = false, valid_to = greatest(valid_from, ?) "
            f"WHERE is_current AND {natural} IN (SELECT unnest(?))",
            [today - timedelta(days=1), [row[0] for row in gone]],
        )
    if new:
        # a second change on one day takes the place of the first: same key
        connection.execute(
            f"DELETE FROM {table} WHERE valid_from = ? AND {natural} IN (SELECT unnest(?))",
            [today, [row[0] for row in new]],
        )
        opened = []
        for *cells, known in new:
            start = today if known else BEGINNING
            record = dict(zip(columns, cells, strict=True))
            opened.append(
                {
                    key: content_key(str(cells[0]), start.isoformat()),
                    **record,
                    "valid_from": start,
                    "is_current": True,
                }
            )
        types = {
            key: pl.String,
            **dict.fromkeys(columns, pl.String),
            "valid_from": pl.Date,
            "is_current": pl.Boolean,
        }
        insert(connection, table, pl.DataFrame(opened, schema=types))
    return len(new) + len(gone)


def _replace_if_changed(
    connection: duckdb.DuckDBPyConnection, table: str, columns: tuple[str, ...], rows: Sequence[Cells]
) -> int:
    frame = pl.DataFrame(
        [{c: row.get(c) for c in columns} for row in rows], schema=dict.fromkeys(columns, pl.String)
    )
    listed = ", ".join(columns)
    with registered(connection, frame):
        differing = count(
            connection,
            f"SELECT (SELECT count(*) FROM (SELECT {listed} FROM incoming EXCEPT SELECT {listed} FROM {table})) "
            f"+ (SELECT count(*) FROM (SELECT {listed} FROM {table} EXCEPT SELECT {listed} FROM incoming))",
        )
    if differing:
        connection.execute(f"DELETE FROM {table}")
        insert(connection, table, frame)
    return differing


def _sync_publishers(connection: duckdb.DuckDBPyConnection, rows: Sequence[Cells]) -> int:
    """The country of publishers that briefs have named; the list of the seeds itself is no dimension."""
    countries = {str(row["name"]): row["country"] for row in rows}
    known = connection.execute("SELECT publisher_key, name, country FROM star.dim_publisher").fetchall()
    changed = [
        (country_of(name, countries), key)
        for key, name, country in known
        if country_of(name, countries) != country
    ]
    for country, key in changed:
        connection.execute(
            "UPDATE star.dim_publisher SET country = ? WHERE publisher_key = ?", [country, key]
        )
    return len(changed)


def country_of(publisher: str, countries: Mapping[str, str | None]) -> str | None:
    """The country of a publisher, also of one that adds its channel in brackets: 每日新聞(騰訊)."""
    return countries.get(publisher) or countries.get(publisher.split("(")[0].split("（")[0].strip())
