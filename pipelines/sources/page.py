"""An article page: what its JSON-LD says of title, day and publisher first; text and the rest by trafilatura."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from lxml import html as lxml_html

from pipelines.sources.dates import day_of
from pipelines.sources.encoding import EncodingError
from pipelines.sources.markup import decoded, parse_html
from pipelines.sources.reading import ReadBrief, Reading, refused_file
from pipelines.text.brief import Brief

_READER = "page"
#: Characters of a page, markup included; what is longer is none, and would take long to be looked through.
_LONGEST = 5_000_000
_ARTICLE = re.compile(r"(?:News|Report|Analysis\w*|Blog|Opinion\w*|Tech)?(?:Article|Posting)$")
#: What stands around an article.
_AROUND = ("nav", "aside", "footer", "form")
#: Where pages without JSON-LD say what they are.
_META = {
    "title": ("og:title", "twitter:title"),
    "published": ("article:published_time", "pubdate", "publishdate", "date", "dc.date", "dc.date.issued"),
    "publisher": ("og:site_name", "publisher", "dc.publisher", "application-name"),
    "url": ("og:url",),
}


@dataclass(frozen=True, slots=True)
class Stated:
    """What a page says of itself."""

    title: str | None = None
    published_on: date | None = None
    publisher: str | None = None
    url: str | None = None

    def or_else(self, other: Stated) -> Stated:
        """The same, with what is missing from another statement."""
        return Stated(
            self.title or other.title, self.published_on or other.published_on,
            self.publisher or other.publisher, self.url or other.url,
        )  # fmt: skip


def read_page(name: str, content: bytes) -> Reading:  # noqa: ARG001 - every reader takes the file's name
    """The article of a page."""
    try:
        text, encoding = decoded(content, is_xml=False)
    except EncodingError as error:
        return refused_file(_READER, "encoding", f"looks like {error}; save it as UTF-8")
    if len(text) > _LONGEST:
        return refused_file(
            _READER, "too_long", f"has {len(text):,} characters; an article page has fewer than {_LONGEST:,}"
        )
    root = parse_html(text)
    if root is None:
        return refused_file(_READER, "html", "holds no page; save it again")
    stated = _stated_by_json_ld(root).or_else(_stated_by_meta(root))
    body, title = _main_text(root)
    title = stated.title or title
    if not body:
        return refused_file(_READER, "text_missing", "has no article text that can be told from its menus")
    if not title:
        return refused_file(_READER, "title_missing", "has no title; give it one in <title>")
    brief = Brief(
        title=_one_line(title),
        body=body,
        publisher=_one_line(stated.publisher) if stated.publisher else None,
        published_on=stated.published_on,
        date_source="page" if stated.published_on else None,
        url=stated.url,
    )
    return Reading((ReadBrief(brief, 1),), encoding=encoding)


def _main_text(root: lxml_html.HtmlElement) -> tuple[str, str | None]:
    """The article's text, a paragraph a line, and the title that the page shows."""
    from trafilatura import bare_extraction  # slow to import
    from trafilatura.settings import Document

    headings = [_one_line(h.text_content()) for h in root.iter("h1")] or [
        _one_line(t.text_content()) for t in root.iter("title")
    ]
    for element in list(root.iter(*_AROUND)):
        if element.getparent() is not None:
            element.drop_tree()
    text = ""
    for recall in (False, True):
        found = bare_extraction(root, include_comments=False, include_tables=True, favor_recall=recall)
        text = (found.text if isinstance(found, Document) else None) or ""
        if text.strip():
            break
    title = next((heading for heading in headings if heading), None)
    lines = [line for line in text.splitlines() if line.strip() and line.strip() not in headings]
    return "\n".join(lines).strip(), title


def _stated_by_json_ld(root: lxml_html.HtmlElement) -> Stated:
    stated = Stated()
    for script in root.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower():
            continue
        try:
            data = json.loads(script.text or "", strict=False)
        except (ValueError, RecursionError):
            continue
        for node in _articles(data):
            stated = stated.or_else(
                Stated(
                    _text(node.get("headline")) or _text(node.get("name")),
                    day_of(_text(node.get("datePublished")) or _text(node.get("dateCreated"))),
                    _name(node.get("publisher")),
                    _text(node.get("url")) or _text(node.get("mainEntityOfPage")),
                )
            )
    return stated


def _articles(data: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    """The nodes of JSON-LD that are articles, however they are nested."""
    if depth > 6:
        return
    if isinstance(data, list):
        for node in data:
            yield from _articles(node, depth + 1)
    elif isinstance(data, dict):
        kinds = data.get("@type")
        kinds = kinds if isinstance(kinds, list) else [kinds]
        if any(isinstance(kind, str) and _ARTICLE.search(kind) for kind in kinds):
            yield data
        for key in ("@graph", "mainEntity", "itemListElement", "item"):
            yield from _articles(data.get(key), depth + 1)


def _stated_by_meta(root: lxml_html.HtmlElement) -> Stated:
    said: dict[str, str] = {}
    for meta in root.iter("meta"):
        key = (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").lower()
        if key and meta.get("content"):
            said.setdefault(key, meta.get("content"))
    first = {name: next((said[k] for k in keys if k in said), None) for name, keys in _META.items()}
    times = (time.get("datetime") for time in root.iter("time"))
    written = [said[k] for k in _META["published"] if k in said]
    days = (day_of(text) for text in (*written, *times))
    canonical = next((link.get("href") for link in root.iter("link") if link.get("rel") == "canonical"), None)
    return Stated(
        first["title"],
        next((day for day in days if day), None),
        first["publisher"],
        canonical or first["url"],
    )


def _name(value: Any) -> str | None:
    if isinstance(value, list):
        return next((name for name in map(_name, value) if name), None)
    return _text(value.get("name")) if isinstance(value, dict) else _text(value)


def _text(value: Any) -> str | None:
    if isinstance(value, dict):
        value = value.get("@id") or value.get("@value")
    return value.strip() or None if isinstance(value, str) else None


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
