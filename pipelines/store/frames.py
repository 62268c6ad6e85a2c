"""Rows into tables: bulk insert from a polars frame, by column name."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

import duckdb
import polars as pl


def insert(connection: duckdb.DuckDBPyConnection, table: str, frame: pl.DataFrame) -> None:
    """Appends a frame to a table; the frame's columns are those of the table that it fills, `table` is a name of ours."""
    if frame.is_empty():
        return
    columns = ", ".join(frame.columns)
    with registered(connection, frame):
        connection.execute(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM incoming")


class registered:  # noqa: N801 - reads as a verb in a with statement
    """Makes a frame readable as the table `incoming` inside a block."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, frame: pl.DataFrame) -> None:
        self._connection = connection
        self._frame = frame

    def __enter__(self) -> None:
        self._connection.register("incoming", self._frame.to_arrow())

    def __exit__(self, *_: object) -> None:
        # an aborted transaction refuses this as well, and would hide the error that aborted it
        with suppress(duckdb.TransactionException):
            self._connection.unregister("incoming")


def count(connection: duckdb.DuckDBPyConnection, sql: str, parameters: Sequence[object] = ()) -> int:
    """The one whole number that a query yields."""
    return int(connection.execute(sql, list(parameters)).fetchall()[0][0])
