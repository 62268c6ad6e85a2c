"""Digests: pairs of lines to briefs; whatever has no partner is refused with its line and the rest is read."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.sources.digest import date_of_name, publisher_of, read_digest
from pipelines.sources.inbox import Delivery, read_delivery
from pipelines.sources.reading import Reading

NAME = "2026-02-08-morning.txt"
TWO = ["#半導體", "甲廠擴產", "甲廠月產能達七萬片。(某報)", "乙廠漲價", "乙廠報價漲一成。（他報）"]


def read(lines: list[str], name: str = NAME, end: str = "\n", mark: bytes = b"") -> Reading:
    return read_digest(name, mark + end.join([*lines, ""]).encode())


def refused(reading: Reading) -> list[tuple[str, int | None]]:
    return [(r.check, r.line) for r in reading.rejected]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["no mark", "byte order mark"])
def test_encodings_and_line_ends_make_no_difference(end: str, mark: bytes) -> None:
    reading = read(TWO, end=end, mark=mark)
    assert reading == read(TWO)
    assert [(r.brief.title, r.brief.body, r.line) for r in reading.briefs] == [
        ("甲廠擴產", "甲廠月產能達七萬片。(某報)", 2),
        ("乙廠漲價", "乙廠報價漲一成。（他報）", 4),
    ]


def test_tag_date_and_publisher_are_read() -> None:
    brief = read(TWO).briefs[0].brief
    assert (brief.tag, brief.published_on, brief.date_source, brief.publisher) == (
        "半導體", date(2026, 2, 8), "file name", "某報",
    )  # fmt: skip


def test_blank_lines_count_but_do_not_matter() -> None:
    reading = read(["", *TWO[1:3], "", "  ", *TWO[3:]])
    assert [r.line for r in reading.briefs] == [2, 6]
    assert reading.rejected == ()


def test_a_tag_holds_until_the_next() -> None:
    reading = read([*TWO, "#記憶體", "丙廠減產", "丙廠減產三成。"])
    assert [r.brief.tag for r in reading.briefs] == ["半導體", "半導體", "記憶體"]


def test_a_title_without_a_body_is_refused_and_the_next_pair_is_read() -> None:
    reading = read(["孤單的標題", *TWO[1:]])
    assert refused(reading) == [("body_missing", 1)]
    assert [r.brief.title for r in reading.briefs] == ["甲廠擴產", "乙廠漲價"]


def test_a_body_without_a_title_is_refused_and_the_next_pair_is_read() -> None:
    reading = read(["很長的內文" * 40, *TWO[1:]])
    assert refused(reading) == [("title_missing", 1)]
    assert len(reading.briefs) == 2


def test_a_file_that_ends_after_a_title_says_so() -> None:
    reading = read([*TWO, "最後的標題"])
    assert refused(reading) == [("body_missing", 6)]
    assert "line 6: the file ends after a title; add its body" in reading.rejected[0].reason


def test_a_line_that_is_no_utf8_costs_its_own_brief_only() -> None:
    content = "\n".join(TWO[1:3]).encode() + b"\n\xff\xfe\xfa\n" + "\n".join(["內文。", *TWO[3:]]).encode()
    reading = read_digest(NAME, content)
    assert [r.brief.title for r in reading.briefs] == ["甲廠擴產", "乙廠漲價"]
    assert refused(reading) == [("encoding", 3), ("title_unreadable", 4)]
    assert reading.rejected[0].content == r"\xff\xfe\xfa"


def test_a_body_that_is_no_utf8_is_refused_and_its_title_does_not_take_the_next_line() -> None:
    content = "甲廠擴產\n".encode() + b"\xff\xfe\xfa\n" + "\n".join(TWO[3:]).encode()
    reading = read_digest(NAME, content)
    assert [r.brief.title for r in reading.briefs] == ["乙廠漲價"]
    assert refused(reading) == [("encoding", 2)]


def test_a_nul_character_is_refused_and_shown() -> None:
    reading = read(["甲廠\0擴產", "內文。", *TWO[3:]])
    assert refused(reading) == [("characters", 1), ("title_unreadable", 2)]
    assert reading.rejected[0].content == "甲廠\\0擴產"
    assert len(reading.briefs) == 1


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("2026-02-08-morning.txt", date(2026, 2, 8)),
        ("2026-02-08.txt", date(2026, 2, 8)),
        ("2026-02-30-x.txt", None),
        ("2026-02-081.txt", None),
        ("morning-2026-02-08.txt", None),
        ("notes.txt", None),
    ],
)
def test_the_date_of_a_files_name(name: str, day: date | None) -> None:
    assert date_of_name(name) == day
    brief = read(TWO, name=name).briefs[0].brief
    assert (brief.published_on, brief.date_source) == (day, "file name" if day else None)


@pytest.mark.parametrize(
    ("body", "publisher"),
    [
        ("產能滿載。(工商時報)", "工商時報"),
        ("產能滿載。（ 工商時報 ）  ", "工商時報"),
        ("產能滿載。(每日新聞(影音))", "每日新聞(影音)"),
        ("產能滿載(每月七萬片)。", None),
        ("產能滿載。(完)", None),
        ("產能滿載。(見圖一)", None),
        ("產能滿載。(2026)", None),
        ("產能滿載。(原因不明,待查)", None),
        ("產能滿載。", None),
    ],
)
def test_the_publisher_in_the_closing_brackets(body: str, publisher: str | None) -> None:
    assert publisher_of(body) == publisher


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_with_a_line(content: bytes) -> None:
    reading = read_delivery(Delivery(NAME, content))
    if [r.line for r in reading.rejected] == [None]:
        assert not reading.briefs and reading.rejected[0].check in ("encoding", "empty")
        return
    assert all(r.line and r.reason.startswith(f"line {r.line}: ") for r in reading.rejected)
    assert all(r.brief.title and r.brief.body for r in reading.briefs)
