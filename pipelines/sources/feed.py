"""Feeds and simple article XML, saved or fetched: RSS and Atom by feedparser, JSON Feed, `<article>` elements."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from pipelines.sources.dates import day_of
from pipelines.sources.encoding import EncodingError
from pipelines.sources.markup import MarkupError, decoded, local_name, parse_xml, text_of_html
from pipelines.sources.reading import ReadBrief, Reading, RejectedInput, refused_file, unstorable
from pipelines.text.brief import Brief

_FEEDS = ("rss", "rdf", "feed")
_ITEMS = ("item", "entry")
#: Elements that are one article each in XML of no known kind, and what their children are called.
_ARTICLES = ("article", "news", "story", "item", "doc", "record")
_FIELDS = {
    "title": ("title", "headline", "newstitle"),
    "text": ("text", "body", "content", "newscontent", "fulltext", "description"),
    "published": ("published", "pubdate", "publishdate", "date", "publish_date", "publishtime"),
    "source": ("source", "publisher", "media"),
    "url": ("url", "link"),
    "id": ("id", "guid", "newsid"),
}


def read_xml(name: str, content: bytes) -> Reading:  # noqa: ARG001 - every reader takes the file's name
    """The items of an RSS or Atom feed, or the articles of simple XML (`<article>` with `<title>` and `<text>` in it)."""
    try:
        text, encoding = decoded(content, is_xml=True)
        document = parse_xml(text)
    except EncodingError as error:
        return refused_file("xml", "encoding", f"looks like {error}; save it as UTF-8")
    except MarkupError as error:
        at = f"line {error.line}: " if error.line else ""
        return Reading(rejected=(RejectedInput("xml", error.check, f"{at}{error}", error.line),))
    root = document.root
    kind = local_name(root)
    if kind in _FEEDS:
        try:
            reader, items = "feed", list(_feed_items(root))
        except Exception as error:  # feedparser has no error of its own for names that are none
            told = (
                f"is no feed that can be read ({type(error).__name__}: {error}); repair it or send it again"
            )
            return refused_file("feed", "feed", told)
    else:
        reader, items = "xml", list(_article_items(root))
    rejected = []
    if document.broken is not None:
        line = document.broken.line or 1
        cut = max((n for n, (at, _) in enumerate(items) if at <= line), default=None)
        if cut is not None:
            del items[cut]  # it is cut off there, or damaged
        rejected.append(RejectedInput(reader, "xml", f"line {line}: {document.broken}", line))
    elif not items and kind not in _FEEDS:
        known = ", ".join(f"<{e}>" for e in _ARTICLES)
        return refused_file(
            "xml", "xml_kind", f"is no feed, and has no article elements ({known}) with a title"
        )
    briefs, refused = _briefs(reader, items)
    return Reading(tuple(briefs), (*rejected, *refused), encoding)


def read_json_feed(name: str, content: bytes) -> Reading:  # noqa: ARG001 - every reader takes the file's name
    """The items of a JSON Feed."""
    try:
        text, encoding = decoded(content, is_xml=False)
        feed = json.loads(text)
    except EncodingError as error:
        return refused_file("json feed", "encoding", f"looks like {error}; save it as UTF-8")
    except (ValueError, RecursionError) as error:
        return refused_file("json feed", "json", f"is no JSON ({error}); save it again")
    entries = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(entries, list):
        told = "is no JSON Feed (an object with a list `items`); name a file with an object a line *.jsonl"
        return refused_file("json feed", "json_kind", told)
    items = []
    for number, entry in enumerate(entries, 1):
        entry = entry if isinstance(entry, dict) else {}
        item = {
            "title": entry.get("title"),
            "text": entry.get("content_text") or _unmarked(entry.get("content_html")) or entry.get("summary"),
            "published": entry.get("date_published"), "source": feed.get("title"),
            "url": entry.get("url") or entry.get("external_url"), "id": entry.get("id"),
        }  # fmt: skip
        # JSON has no lines to speak of: the item's number serves
        items.append((number, {key: value for key, value in item.items() if isinstance(value, str)}))
    briefs, refused = _briefs("json feed", items)
    return Reading(tuple(briefs), tuple(refused), encoding)


def _briefs(
    reader: str, items: list[tuple[int, dict[str, str]]]
) -> tuple[list[ReadBrief], list[RejectedInput]]:
    """The briefs among items, and those that lack what a brief needs. Each has its line, or its number where it has none."""
    place = "item" if reader == "json feed" else "line"
    briefs, rejected = [], []
    for line, item in items:
        title = re.sub(r"\s+", " ", item.get("title") or "").strip()
        text = (item.get("text") or "").strip()
        missing = "title" if not title else "text" if not text else None
        reason = f"has no {missing}; ask its publisher for one" if missing else unstorable(title + text)
        if reason:
            check = f"{missing}_missing" if missing else "characters"
            rejected.append(
                RejectedInput(reader, check, f"{place} {line}: {reason}", line, None, title or None)
            )
            continue
        day = day_of(item.get("published"))
        brief = Brief(
            title, text, (item.get("source") or "").strip() or None, day, "given" if day else None,
            item.get("url") or None, item.get("id") or None,
        )  # fmt: skip
        briefs.append(ReadBrief(brief, line))
    return briefs, rejected


def _feed_items(root: etree._Element) -> Iterator[tuple[int, dict[str, str]]]:
    """What feedparser reads of each item, with the line on which the item starts."""
    import feedparser  # slow to import, and most nights have no new feed

    lines = [element.sourceline or 1 for element in root.iter() if local_name(element) in _ITEMS]
    # written anew from the checked tree: no DOCTYPE, no entity, one encoding
    feed = feedparser.parse(
        etree.tostring(root, encoding="utf-8"), sanitize_html=False, resolve_relative_uris=False
    )
    publisher = text_of_html(feed.feed.get("title", ""))
    for number, entry in enumerate(feed.entries):
        written: list[Any] = [c.get("value") for c in entry.get("content", ())]
        written.append(entry.get("summary"))
        yield (
            lines[number] if len(lines) == len(feed.entries) else 1,
            {
                "title": text_of_html(entry.get("title", "")),
                "text": next((text for text in map(_unmarked, written) if text), ""),
                "published": entry.get("published") or entry.get("updated") or entry.get("date") or "",
                "source": entry.get("source", {}).get("title") or publisher,
                "url": entry.get("link", ""), "id": entry.get("id", ""),
            },
        )  # fmt: skip


def _article_items(root: etree._Element) -> Iterator[tuple[int, dict[str, str]]]:
    """The elements of simple XML that have a title of their own, by the names of their children."""
    for element in root.iter():
        if local_name(element) not in _ARTICLES:
            continue
        children = {local_name(child): child for child in reversed(element) if local_name(child)}
        if not any(name in children for name in _FIELDS["title"]):
            continue
        item = {}
        for field, names in _FIELDS.items():
            found = next((children[name] for name in names if name in children), None)
            if found is not None:
                item[field] = _content(found)
        yield element.sourceline or 1, item


def _content(element: etree._Element) -> str:
    """An element's text: paragraphs in it a line each, HTML written as text unpacked."""
    if len(element):
        return text_of_html(etree.tostring(element, encoding="unicode", with_tail=False, method="html"))
    return text_of_html(element.text or "")


def _unmarked(value: object) -> str:
    return text_of_html(value) if isinstance(value, str) else ""
