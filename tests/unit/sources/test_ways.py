"""Nights with several sources: what each gave, what became of those that failed, and that nothing is lost or doubled."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from pipelines import nightly
from pipelines.seeds import PROJECT_ROOT
from pipelines.sources.ways import Ways, ways_of
from pipelines.store.migrate import migrate
from tests.unit.sources.test_feed import ATOM, RSS
from tests.unit.sources.test_page import LD, page
from tests.web import Web, dated, failing, static, truncated, web

PAIR = "甲廠擴產\n甲廠月產能達七萬片,年底前再增一成。\n"
FUNCTION = """
from datetime import date

def briefs(settings):
    yield {"title": settings["title"], "text": "函式來的內文。", "published": date(2026, 2, 8)}
    yield {"title": "沒有內文"}

def broken(settings):
    raise KeyError("x")
"""


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        migrate(connection, PROJECT_ROOT / "warehouse" / "ddl")
        yield connection


@pytest.fixture
def server() -> Iterator[Web]:
    json_feed = {
        "version": "1.1",
        "title": "庚報",
        "items": [{"id": "1", "title": "庚廠", "content_text": "庚廠滿載。"}],
    }
    pages = {
        "/rss.xml": dated(RSS, '"v1"'),
        "/atom": static(ATOM.encode(), "application/atom+xml"),
        "/feed.json": static(json.dumps(json_feed), "application/feed+json"),
        "/a.html": static(page(LD), "text/html"),
        "/down.xml": failing(99, ""),
        "/cut.xml": truncated(RSS.encode()),
    }
    with web(pages) as found:
        yield found


def ways(folder: Path, sources: str, server: Web | None = None, http: str = "") -> Ways:
    """The ways of a sources file in a folder, which also holds the warehouse's."""
    host = server.address.removeprefix("http://") if server else ""
    text = f"sources:\n{sources}\nhttp:\n  private: ['{host}']\n  pause: 0\n  retries: 0\n{http}"
    (folder / "sources.yaml").write_text(
        text.replace("SERVER", server.address if server else ""), encoding="utf-8"
    )
    return ways_of(folder / "sources.yaml", folder / "warehouse")


def titles(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str | None]]:
    return connection.execute("SELECT title, publisher FROM raw.brief ORDER BY title").fetchall()


def test_all_kinds_come_in_in_one_night_and_again_nothing_changes(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection, server: Web
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text(PAIR, encoding="utf-8")
    (tmp_path / "own_source.py").write_text(FUNCTION, encoding="utf-8")
    found = ways(
        tmp_path,
        "  - inbox: in\n  - feed: SERVER/rss.xml\n    publisher: 定名報\n  - feed: SERVER/atom\n  - feed: SERVER/feed.json\n"
        "  - page: SERVER/a.html\n  - python: own_source:briefs\n    settings: {title: 函式}",
        server,
    )
    first = nightly.take_in(connection, found)
    assert titles(connection) == [
        ("丁廠接單", "他報"), ("丁廠擴產", "丁報"), ("丙廠減產", "他報"), ("乙廠漲價", "定名報"), ("函式", None), ("庚廠", "庚報"),
        ("甲廠擴產", None), ("甲廠擴產 三成", "定名報"),
    ]  # fmt: skip
    assert (first.new, len(first.refused)) == (8, 2), "an item without a text, and a row of the function"
    urls = dict(connection.execute("SELECT origin, url FROM raw.delivery").fetchall())
    assert urls[f"{server.address[7:].replace(':', '-')}-rss.xml"] == f"{server.address}/rss.xml"
    assert urls["a.txt"] is None
    again = nightly.take_in(connection, found)
    assert (again.new, again.refused, len(server.paths)) == (0, [], 4), "asked a moment ago"
    assert list(found.spool.deliveries()) == []


def test_unchanged_feeds_are_asked_and_cost_nothing(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection, server: Web
) -> None:
    found = ways(tmp_path, "  - feed: SERVER/rss.xml\n    every: 0 seconds", server)
    assert nightly.take_in(connection, found).new == 2
    assert nightly.take_in(connection, found).files == 0
    assert server.paths == ["/rss.xml", "/rss.xml"]
    server.pages["/rss.xml"] = dated(RSS.replace("g-1", "g-2").replace("擴產", "停產"), '"v2"')
    assert nightly.take_in(connection, found).new == 1


def test_a_source_that_fails_is_told_and_the_others_go_on(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection, server: Web
) -> None:
    (tmp_path / "own_broken.py").write_text(FUNCTION, encoding="utf-8")
    found = ways(
        tmp_path,
        "  - inbox: nowhere\n  - feed: SERVER/down.xml\n    name: down\n  - feed: SERVER/cut.xml\n    name: cut\n"
        "  - feed: http://127.0.0.1:9/x.xml\n    name: private\n  - python: own_broken:broken\n    name: function\n"
        "  - python: no_such_module:briefs\n    name: module\n  - feed: SERVER/atom",
        server,
    )
    taken = nightly.take_in(connection, found)
    assert taken.new == 2
    told = sorted(taken.refused)
    assert [line.partition(": ")[0] for line in told] == [
        str(tmp_path / "nowhere"),
        "cut",
        "down",
        "function",
        "module",
        "private",
    ]
    assert "no inbox folder at" in told[0]
    assert told[1].startswith("cut: breaks off (")
    assert told[2] == "down: answers 500, 1 times; it is tried again in the next run"
    assert told[3] == "function: failed (KeyError: 'x'); the others went on"
    assert "No module named 'no_such_module'" in told[4]
    assert "leads to the private address 127.0.0.1" in told[5]
    assert sorted(nightly.take_in(connection, found).refused) == told, (
        "what is wrong stays told until it is right"
    )
    assert server.paths.count("/down.xml") == 1


def test_a_crash_after_fetching_loses_nothing(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection, server: Web
) -> None:
    found = ways(tmp_path, "  - feed: SERVER/rss.xml", server)
    assert found.gather() == []  # and the run ends here
    assert len(list(found.spool.deliveries())) == 1
    assert nightly.take_in(connection, found).new == 2
    assert server.paths == ["/rss.xml"]


def test_a_broken_memory_is_begun_anew(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection, server: Web
) -> None:
    found = ways(tmp_path, "  - feed: SERVER/rss.xml", server)
    nightly.take_in(connection, found)
    (tmp_path / "warehouse" / "sources" / "state.json").write_text("{", encoding="utf-8")
    assert nightly.take_in(connection, found).new == 0
    assert server.paths == ["/rss.xml"] * 2


def shelved(folder: Path) -> dict[str, list[str]]:
    return {
        name: sorted(
            str(p.relative_to(folder / name).name) for p in (folder / name).rglob("*") if p.is_file()
        )
        for name in ("in", "taken", "refused")
    }


def test_files_move_to_the_archive_or_to_quarantine_with_the_reason(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    (tmp_path / "in").mkdir()
    files = {"good.txt": PAIR, "bad.docx": "x", "half.txt": f"{PAIR}孤單的標題\n", "new.txt.part": PAIR}
    for name, text in files.items():
        (tmp_path / "in" / name).write_text(text, encoding="utf-8")
    found = ways(
        tmp_path, "  - inbox: in\n    archive: taken\n    quarantine: refused\n    settle: 0 seconds"
    )
    taken = nightly.take_in(connection, found)
    assert (taken.files, taken.new, len(taken.refused)) == (3, 1, 2)
    assert shelved(tmp_path) == {
        "in": ["new.txt.part"],
        "taken": ["good.txt", "half.txt", "half.txt.reason.txt"],
        "refused": ["bad.docx", "bad.docx.reason.txt"],
    }
    day = nightly.utc_now().date().isoformat()
    reason = (tmp_path / "refused" / day / "bad.docx.reason.txt").read_text(encoding="utf-8")
    assert reason.startswith("bad.docx: is of no kind that is read here") and reason.endswith("take it out\n")
    # sent again: the same file takes its own place, another of the name gets a number
    (tmp_path / "in" / "good.txt").write_text(PAIR, encoding="utf-8")
    nightly.take_in(connection, found)
    (tmp_path / "in" / "good.txt").write_text(PAIR.replace("七", "八"), encoding="utf-8")
    assert nightly.take_in(connection, found).new == 1
    assert shelved(tmp_path)["taken"] == ["good-2.txt", "good.txt", "half.txt", "half.txt.reason.txt"]
    assert nightly.take_in(connection, found).files == 0


def test_without_an_archive_files_stay(tmp_path: Path, connection: duckdb.DuckDBPyConnection) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "bad.docx").write_text("x", encoding="utf-8")
    found = ways(tmp_path, "  - inbox: in")
    assert len(nightly.take_in(connection, found).refused) == 1
    assert nightly.take_in(connection, found).files == 1
    assert shelved(tmp_path)["in"] == ["bad.docx"]
