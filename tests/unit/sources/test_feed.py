"""Saved feeds and simple XML: each item a brief with its line; what is hostile or cut off is refused by name."""

from __future__ import annotations

import json
from datetime import date

import pytest

from pipelines.sources.inbox import Delivery, read_delivery
from pipelines.sources.markup import text_of_html
from pipelines.sources.reading import Reading

RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">
<channel><title>某報財經</title>
<item><title>甲廠擴產&nbsp;三成</title><link>http://news.example/1</link>
<description>摘要</description>
<content:encoded><![CDATA[<p>甲廠月產能<b>七萬片</b>。</p><script>alert(1)</script><p>年底再增一成。</p>]]></content:encoded>
<pubDate>Tue, 03 Feb 2026 23:00:00 GMT</pubDate><guid>g-1</guid></item>
<item><title>乙廠漲價</title><description>乙廠報價漲一成 &amp;amp; 還會再漲。</description>
<source url="http://other.example">他報</source><pubDate>Wed, 04 Feb 2026 01:00:00 +0800</pubDate></item>
<item><title>沒有內文</title></item>
</channel></rss>
"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>他報</title>
<entry><title>丙廠減產</title><id>urn:3</id><updated>2026-02-08T01:00:00+08:00</updated>
<link href="http://news.example/3"/><content type="html">&lt;p&gt;丙廠減產三成。&lt;/p&gt;</content></entry>
<entry><title type="html">丁廠&lt;b&gt;接單&lt;/b&gt;</title><id>urn:4</id><published>2026-02-08T20:00:00Z</published>
<summary>丁廠接單滿載。</summary></entry></feed>
"""
ARTICLES = """<news>
<article><title>戊廠投產</title><date>2026/2/8</date><source>戊報</source>
<text><p>戊廠投產。</p><p>月產能七萬片。</p></text></article>
<article><headline>己廠</headline><body>己廠滿載。</body></article>
</news>
"""


def read(text: str | bytes, name: str = "a.xml") -> Reading:
    return read_delivery(Delivery(name, text.encode() if isinstance(text, str) else text))


def refused(reading: Reading) -> list[tuple[str, int | None]]:
    return [(r.check, r.line) for r in reading.rejected]


def test_rss_items_are_briefs() -> None:
    reading = read(RSS)
    first, second = reading.briefs
    assert (first.line, first.brief.title, first.brief.body) == (
        4,
        "甲廠擴產 三成",
        "甲廠月產能七萬片。\n年底再增一成。",
    )
    assert (first.brief.publisher, first.brief.url, first.brief.source_id) == (
        "某報財經", "http://news.example/1", "g-1",
    )  # fmt: skip
    assert (first.brief.published_on, first.brief.date_source) == (date(2026, 2, 4), "given"), (
        "GMT is brought to Taipei"
    )
    assert (second.brief.publisher, second.brief.published_on) == ("他報", date(2026, 2, 4))
    assert second.brief.body == "乙廠報價漲一成 & 還會再漲。"
    assert refused(reading) == [("text_missing", 10)]


def test_atom_entries_are_briefs() -> None:
    reading = read(ATOM)
    assert [(r.line, r.brief.title, r.brief.body, r.brief.published_on) for r in reading.briefs] == [
        (2, "丙廠減產", "丙廠減產三成。", date(2026, 2, 8)),
        (4, "丁廠接單", "丁廠接單滿載。", date(2026, 2, 9)),
    ]


def test_articles_of_simple_xml_are_briefs() -> None:
    reading = read(ARTICLES)
    assert [(r.line, r.brief.title, r.brief.body) for r in reading.briefs] == [
        (2, "戊廠投產", "戊廠投產。\n月產能七萬片。"),
        (4, "己廠", "己廠滿載。"),
    ]
    first = reading.briefs[0].brief
    assert (first.publisher, first.published_on) == ("戊報", date(2026, 2, 8))


def test_json_feed_items_are_briefs() -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1", "title": "庚報",
        "items": [
            {"id": "1", "url": "http://news.example/1", "title": "庚廠", "content_html": "<p>庚廠<b>滿載</b>。</p>",
             "date_published": "2026-02-08T10:00:00+08:00"},
            {"id": "2", "title": "辛廠", "content_text": "辛廠滿載。"},
            {"id": 3}, "no item",
        ],
    }  # fmt: skip
    reading = read(json.dumps(feed), "a.json")
    assert [(r.line, r.brief.title, r.brief.body, r.brief.published_on) for r in reading.briefs] == [
        (1, "庚廠", "庚廠滿載。", date(2026, 2, 8)),
        (2, "辛廠", "辛廠滿載。", None),
    ]
    assert refused(reading) == [("title_missing", 3), ("title_missing", 4)]


@pytest.mark.parametrize("codec", ["cp950", "gb18030", "utf-16"])
def test_a_feed_is_read_in_its_encoding(codec: str) -> None:
    label = {"cp950": "big5", "gb18030": "gb2312"}.get(codec, codec)
    reading = read(RSS.replace('encoding="utf-8"', f'encoding="{label}"').encode(codec))
    assert reading.briefs == read(RSS).briefs


def test_a_name_of_a_wrong_encoding_is_not_believed_against_a_mark() -> None:
    assert read(b"\xef\xbb\xbf" + RSS.encode()).briefs == read(RSS).briefs


def test_a_feed_that_breaks_off_is_read_up_to_there_but_for_the_last_item() -> None:
    reading = read(RSS[: RSS.index("還會再漲")])
    assert [r.brief.source_id for r in reading.briefs] == ["g-1"]
    (check,) = refused(reading)
    assert check[0] == "xml" and check[1] is not None
    assert "is no well-formed XML here" in reading.rejected[0].reason


def test_an_item_with_a_name_that_is_none_is_refused_and_the_others_are_read() -> None:
    reading = read(RSS.replace("<description>摘要", "<tit:>摘要"))
    assert [r.brief.title for r in reading.briefs] == ["乙廠漲價"]
    assert refused(reading)[0] == ("xml", 5)


BOMB = '<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
)


@pytest.mark.parametrize(
    ("text", "check"),
    [
        (f"{BOMB}]><rss><channel><item><title>&j;</title></item></channel></rss>", "entities"),
        ('<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel/></rss>', "entities"),
        ('<!DOCTYPE r [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x">%x;]><rss/>', "entities"),
        ("<html><body>no feed</body></html>", "xml_kind"),
        ("plain text", "xml"),
        ("", "empty"),
    ],
    ids=["bomb", "external", "parameter", "no feed", "no XML", "empty"],
)
def test_what_is_no_feed_or_hostile_is_refused(text: str, check: str) -> None:
    reading = read(text)
    assert reading.briefs == ()
    assert [r.check for r in reading.rejected] == [check]
    assert ";" in reading.rejected[0].reason or check == "xml_kind"


def test_a_doctype_that_names_a_file_loads_nothing() -> None:
    reading = read(RSS.replace("<rss", '<!DOCTYPE rss SYSTEM "http://127.0.0.1:9/rss.dtd"><rss', 1))
    assert len(reading.briefs) == 2


def test_the_same_holds_in_utf_16() -> None:
    assert [r.check for r in read(f"{BOMB}]><rss>&j;</rss>".encode("utf-16")).rejected] == ["entities"]


@pytest.mark.parametrize(
    ("fragment", "text"),
    [
        ("一 &lt;二&gt;", "一 <二>"),
        ("<p>一</p><p>二<br>三</p>", "一\n二\n三"),
        ("一<script>alert('x')</script>二<style>p{}</style>三", "一二三"),
        ("<div onclick='x()'>一<iframe src='http://x'></iframe></div>", "一"),
        ("<ul><li>一<li>二</ul>", "一\n二"),
        ("<!-- 註 -->一", "一"),
        ("甲 < 乙", "甲 < 乙"),
    ],
)
def test_text_of_a_fragment(fragment: str, text: str) -> None:
    assert text_of_html(fragment) == text
