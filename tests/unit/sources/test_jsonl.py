"""JSON lines: an object a line; a line that is none is refused with its number, the others go on."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.sources.inbox import Delivery, read_delivery
from pipelines.sources.jsonl import read_jsonl

GOOD = '{"title": "甲廠擴產", "text": "甲廠月產能達七萬片。"}'
FULL = {
    "title": "甲廠擴產", "text": "甲廠月產能達七萬片。\n第二段。", "published": "2026-02-08", "source": "某報",
    "url": "https://news.example/1", "id": "a-1", "extra": ["ignored"],
}  # fmt: skip


def test_every_field_is_taken() -> None:
    (read,) = read_jsonl("x.jsonl", json.dumps(FULL).encode()).briefs
    brief = read.brief
    assert (brief.title, brief.body, brief.publisher) == (
        "甲廠擴產",
        "甲廠月產能達七萬片。\n第二段。",
        "某報",
    )
    assert (brief.published_on, brief.date_source) == (date(2026, 2, 8), "given")
    assert (brief.url, brief.source_id, read.line) == ("https://news.example/1", "a-1", 1)


def test_the_file_name_gives_no_date() -> None:
    (read,) = read_jsonl("2026-02-08-x.jsonl", GOOD.encode()).briefs
    assert (read.brief.published_on, read.brief.date_source) == (None, None)


def test_byte_order_mark_crlf_and_blank_lines_make_no_difference() -> None:
    reading = read_jsonl("x.jsonl", b"\xef\xbb\xbf" + f"{GOOD}\r\n\r\n{GOOD}\r\n".encode())
    assert [r.line for r in reading.briefs] == [1, 3]
    assert reading.rejected == ()


BAD = [
    ('{"title": "x", "text":', "json", None),
    ('["title"]', "object", '"list"'),
    ('{"text": "內文"}', "title_missing", None),
    ('{"title": "x"}', "text_missing", None),
    ('{"title": "x", "text": ""}', "text_blank", '""'),
    ('{"title": "  ", "text": "內文"}', "title_blank", '"  "'),
    ('{"title": 5, "text": "內文"}', "title_type", "5"),
    ('{"title": "x", "text": "內文", "published": "去年"}', "published_date", '"\\u53bb\\u5e74"'),
    ('{"title": "x", "text": "內文", "published": "2026-02-30"}', "published_date", '"2026-02-30"'),
    ('{"title": "x", "text": "內文", "published": "9999-12-31"}', "published_date", '"9999-12-31"'),
    ('{"title": "x", "text": "內文", "published": 20260208}', "published_date", "20260208"),
    ('{"title": "x", "text": "內文", "id": true}', "id_type", "true"),
    ('{"title": "x", "text": "a\\u0000b"}', "characters", '"a\\u0000b"'),
    ('{"title": "x", "text": "a\\ud83d"}', "characters", '"a\\ud83d"'),
    ("[" * 100_000, "json", None),
    ('{"title": "x", "text": "內文", "id": ' + "9" * 5000 + "}", "json", None),
]


@pytest.mark.parametrize(("line", "check", "value"), BAD, ids=[f"{c}: {line[:40]}" for line, c, _ in BAD])
def test_a_bad_line_is_refused_with_number_and_cure_and_the_others_go_on(
    line: str, check: str, value: str | None
) -> None:
    reading = read_jsonl("x.jsonl", f"{GOOD}\n{line}\n{GOOD}\n".encode())
    assert [r.line for r in reading.briefs] == [1, 3]
    (refused,) = reading.rejected
    assert (refused.check, refused.line, refused.value) == (check, 2, value)
    assert refused.reason.startswith("line 2: ")
    assert ";" in refused.reason, "the reason names the cure"
    assert refused.content == line


def test_a_line_that_is_no_utf8_is_refused() -> None:
    reading = read_jsonl("x.jsonl", GOOD.encode() + b"\n\xa4\xa4\n" + GOOD.encode())
    assert [r.line for r in reading.briefs] == [1, 3]
    assert [(r.check, r.line, r.content) for r in reading.rejected] == [("encoding", 2, r"\xa4\xa4")]


@pytest.mark.parametrize(
    "written", ["2026-02-08", "2026/2/8", "2026.02.08", "2026-02-08T23:10:00+08:00", " 2026-02-08 "]
)
def test_ways_to_write_a_date(written: str) -> None:
    line = json.dumps({"title": "x", "text": "y", "published": written})
    assert read_jsonl("x.jsonl", line.encode()).briefs[0].brief.published_on == date(2026, 2, 8)


@pytest.mark.parametrize("empty", [None, ""])
def test_an_empty_optional_field_is_none(empty: object) -> None:
    line = json.dumps(
        {"title": "x", "text": "y", "published": empty, "source": empty, "url": empty, "id": empty}
    )
    brief = read_jsonl("x.jsonl", line.encode()).briefs[0].brief
    assert (brief.published_on, brief.publisher, brief.url, brief.source_id) == (None, None, None, None)


@settings(deadline=None)
@given(st.lists(st.one_of(st.binary(max_size=30), st.just(GOOD.encode())), max_size=8))
def test_every_line_is_a_brief_or_refused(lines: list[bytes]) -> None:
    content = b"\n".join(line.replace(b"\n", b" ").replace(b"\r", b" ") for line in lines)
    reading = read_delivery(Delivery("x.jsonl", content))
    if [r.line for r in reading.rejected] == [None]:
        assert not reading.briefs and reading.rejected[0].check in ("encoding", "empty")
        return
    told = sorted([r.line for r in reading.briefs] + [r.line or 0 for r in reading.rejected])
    if reading.encoding != "utf-8":
        assert len(told) == len(set(told)), "UTF-16 has other line ends"
        return
    content = content.removeprefix(b"\xef\xbb\xbf")
    assert told == [n for n, line in enumerate(content.split(b"\n"), 1) if line.strip()]
