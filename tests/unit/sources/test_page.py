"""Article pages: JSON-LD first, then what the page says elsewhere; the text without menus and scripts."""

from __future__ import annotations

from datetime import date

import pytest

from pipelines.sources.dates import day_of
from pipelines.sources.inbox import Delivery, read_delivery
from pipelines.sources.reading import Reading

LD = """<script type="application/ld+json">{"@context": "https://schema.org", "@graph": [{"@type": "WebSite", "name": "站"},
{"@type": "NewsArticle", "headline": "丁廠擴產", "datePublished": "2026-02-08T20:00:00Z",
"publisher": {"@type": "Organization", "name": "丁報"}, "mainEntityOfPage": {"@id": "https://news.example/4"}}]}</script>"""
META = """<meta property="og:title" content="丁廠擴產計畫"><meta property="og:site_name" content="丁報網">
<meta property="article:published_time" content="2026-02-07T09:00:00+08:00"><link rel="canonical" href="https://news.example/5">"""
PARAGRAPHS = (
    "丁廠月產能達到七萬片,預計年底提升至十三萬片,法人看好明年營收成長兩成以上。",
    "公司表示,新廠將在第四季投產,屆時產能將再增加三成,主要客戶包括多家大廠。",
)


def page(head: str, charset: str = "utf-8") -> str:
    text = "".join(f"<p>{p}</p>" for p in PARAGRAPHS)
    return f"""<!DOCTYPE html><html><head><meta charset="{charset}"><title>丁廠擴產 | 丁報網</title>{head}</head><body>
<nav><ul><li><a href="/">首頁</a></li><li><a href="/tech">科技</a></li></ul></nav>
<article><h1>丁廠擴產了</h1>{text}<script>document.write("x")</script></article>
<aside><a href="/9">看更多新聞</a></aside><footer>版權所有</footer></body></html>"""


def read(text: str | bytes, name: str = "a.html") -> Reading:
    return read_delivery(Delivery(name, text.encode() if isinstance(text, str) else text))


def test_json_ld_comes_first() -> None:
    (found,) = read(page(META + LD)).briefs
    brief = found.brief
    assert (brief.title, brief.published_on, brief.publisher) == ("丁廠擴產", date(2026, 2, 9), "丁報")
    assert (brief.url, brief.date_source, found.line) == ("https://news.example/4", "page", 1)
    assert brief.body == "\n".join(PARAGRAPHS)


def test_then_what_the_head_says() -> None:
    (found,) = read(page(META)).briefs
    brief = found.brief
    assert (brief.title, brief.published_on, brief.publisher, brief.url) == (
        "丁廠擴產計畫", date(2026, 2, 7), "丁報網", "https://news.example/5",
    )  # fmt: skip


def test_then_what_a_reader_sees_and_nothing_is_invented() -> None:
    brief = read(page("")).briefs[0].brief
    assert (brief.title, brief.published_on, brief.publisher) == ("丁廠擴產了", None, None)


@pytest.mark.parametrize(
    ("codec", "label"), [("cp950", "big5"), ("gb18030", "gb2312"), ("cp950", "nonsense")]
)
def test_a_page_is_read_in_its_encoding(codec: str, label: str) -> None:
    reading = read(page(LD, label).encode(codec))
    assert (reading.briefs[0].brief, reading.encoding) == (read(page(LD)).briefs[0].brief, codec)


@pytest.mark.parametrize(
    "head", ["{", '["@type"]', "null", "[" * 5000, '{"@type": "NewsArticle", "headline": 3}']
)
def test_broken_json_ld_is_passed_over(head: str) -> None:
    (found,) = read(page(f'<script type="application/ld+json">{head}</script>')).briefs
    assert found.brief.title == "丁廠擴產了"


@pytest.mark.parametrize(
    ("text", "check"),
    [("<html><body><script>alert(1)</script></body></html>", "text_missing"), ("<!-- -->", "html")],
)
def test_a_page_without_an_article_is_refused(text: str, check: str) -> None:
    assert [r.check for r in read(text).rejected] == [check]


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2026-02-08", date(2026, 2, 8)),
        ("20260208", date(2026, 2, 8)),
        ("2026-02-08T15:59:00Z", date(2026, 2, 8)),
        ("2026-02-08T16:00:00Z", date(2026, 2, 9)),
        ("2026-12-31T16:00:00+00:00", date(2027, 1, 1)),
        ("2026-02-08T23:30:00+08:00", date(2026, 2, 8)),
        ("2026-02-08T23:30:00-05:00", date(2026, 2, 8)),
        ("2026-02-08 10:00:00.123", date(2026, 2, 8)),
        ("2026/2/8 10:00", date(2026, 2, 8)),
        ("2026年2月8日", date(2026, 2, 8)),
        ("Sun, 08 Feb 2026 10:00:00 +0800", date(2026, 2, 8)),
        ("Sun, 08 Feb 2026 18:00:00 GMT", date(2026, 2, 9)),
        ("2026-02-30", None),
        ("yesterday", None),
        ("", None),
        (None, None),
    ],
)
def test_days_as_feeds_and_pages_write_them(written: str | None, day: date | None) -> None:
    assert day_of(written) == day
