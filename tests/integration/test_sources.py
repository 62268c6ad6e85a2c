"""Nights over a sources file, as a person runs them: a real server, an inbox with an archive, and what is told."""

from __future__ import annotations

from pathlib import Path

import duckdb

from tests.conftest import briefs
from tests.unit.sources.test_feed import RSS
from tests.web import dated, failing, web

PAIR = "台積電擴產\n台積電目前CoWoS月產能7萬片,預計2026年底提升至13萬片。(某報)\n"


def test_a_night_over_a_sources_file_and_the_night_after(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "2026-02-08-a.txt").write_bytes(PAIR.encode("cp950"))
    with web({"/rss.xml": dated(RSS, '"v1"'), "/down.xml": failing(99, "")}) as server:
        host = server.address.removeprefix("http://")
        sources = f"""
sources:
  - inbox: in
    archive: taken
  - feed: {server.address}/rss.xml
    every: 0 seconds
  - feed: {server.address}/down.xml
    name: the one that is down
http: {{private: ["{host}"], pause: 0, retries: 0}}
"""
        (tmp_path / "sources.yaml").write_text(sources, encoding="utf-8")
        asked = ("nightly", "--sources", tmp_path / "sources.yaml", "--warehouse", tmp_path / "warehouse")
        first = briefs(*asked)
        assert first.returncode == 0, first.stderr
        assert "3 new, 0 seen before, 2 refused" in first.stdout
        assert (
            "- the one that is down: answers 500, 1 times; it is tried again in the next run" in first.stdout
        )
        assert list((tmp_path / "in").iterdir()) == []
        assert [path.name for path in (tmp_path / "taken").rglob("*.txt")] == ["2026-02-08-a.txt"]
        (tmp_path / "sources.yaml").write_text(sources.replace("/down.xml", "/rss.xml"), encoding="utf-8")
        second = briefs(*asked)
        assert second.returncode == 0, second.stderr
        assert "0 new" in second.stdout and "refused" in second.stdout
    with duckdb.connect(str(tmp_path / "warehouse" / "warehouse.duckdb"), read_only=True) as connection:
        kept = "SELECT encoding, briefs FROM raw.delivery ORDER BY origin LIKE '%.txt' DESC, read_at"
        assert connection.execute(kept).fetchall()[:2] == [("cp950", 1), ("utf-8", 2)]
        claims = "SELECT count(*) FROM star.fact_capacity WHERE known_to IS NULL"
        assert connection.execute(claims).fetchall()[0][0] >= 2


def test_a_wrong_sources_file_is_told_before_anything_is_done(tmp_path: Path) -> None:
    (tmp_path / "sources.yaml").write_text("sources:\n  - inbox: in\n    archiv: x\n", encoding="utf-8")
    done = briefs("nightly", "--sources", tmp_path / "sources.yaml", "--warehouse", tmp_path / "warehouse")
    assert done.returncode == 1
    assert "sources.yaml line 3: there is no option `archiv`; known here are" in done.stderr
    assert not (tmp_path / "warehouse").exists()
    both = briefs("nightly", "--sources", tmp_path / "sources.yaml", "--inbox", tmp_path)
    assert "give either --inbox or --sources" in both.stderr
