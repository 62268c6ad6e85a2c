"""XML and HTML made harmless: no entity of their own, nothing fetched, nothing run; and the text of an HTML fragment."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from lxml import etree
from lxml import html as lxml_html

from pipelines.sources.encoding import detect, named

_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})["']""", re.I)
_META = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{1,40})""", re.I)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
#: An entity by name. XML knows five; feeds use those of HTML as well.
_NAMED_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z][A-Za-z0-9]{1,30});")
_NO_XML = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_DROPPED = ("script", "style", "noscript", "template", "iframe", "object", "embed", "svg", "head", "form")
_BLOCKS = frozenset(
    [
        "p",
        "div",
        "br",
        "li",
        "ul",
        "ol",
        "tr",
        "table",
        "section",
        "article",
        "blockquote",
        "figure",
        "figcaption",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "pre",
    ]
)


class MarkupError(ValueError):
    """XML that is refused; carries the check and the reason with the cure, and the line where it is known."""

    def __init__(self, check: str, reason: str, line: int | None = None) -> None:
        super().__init__(reason)
        self.check = check
        self.line = line


@dataclass(frozen=True, slots=True)
class Xml:
    """A parsed document. `broken` tells where and why it is no XML; what could be read in spite of it is there."""

    root: etree._Element
    broken: MarkupError | None = None


def decoded(content: bytes, is_xml: bool) -> tuple[str, str]:
    """A document's text and codec: by its mark, else by the name that it gives, else by its bytes. Raises `EncodingError`.

    Bytes that the codec cannot read become U+FFFD.
    """
    label = (_DECLARED if is_xml else _META).search(content[:2048])
    codec = named(label[1].decode("ascii"), content) if label is not None else None
    found, mark = (
        detect(content) if codec is None or content[:2] in (b"\xff\xfe", b"\xfe\xff") else (codec, 0)
    )
    text = content[mark:].decode(found, "replace")
    return text.removeprefix("\ufeff"), found


def parse_xml(text: str) -> Xml:
    """The document, with no entity but the standard ones resolved and nothing loaded. Raises `MarkupError`."""
    if "<!ENTITY" in text.upper():
        raise MarkupError(
            "entities",
            "declares entities of its own, which can expand without end or read files; take the DOCTYPE out",
        )
    text = _NO_XML.sub("", _DECLARATION.sub("", text, count=1))
    data = _NAMED_ENTITY.sub(_plain, text).encode("utf-8")
    try:
        return Xml(etree.fromstring(data, _parser(recover=False)))
    except etree.XMLSyntaxError as error:
        line = error.lineno or 1
        what = re.sub(r", line \d+, column \d+.*", "", error.msg or "no XML")[:120]
        broken = MarkupError("xml", f"is no well-formed XML here ({what}); repair it or send it again", line)
    root = etree.fromstring(data, _parser(recover=True)) if b"<" in data else None
    if root is None:
        raise broken
    return Xml(root, broken)


def local_name(element: etree._Element) -> str:
    """An element's name without namespace and prefix, in small letters; empty for comments and the like."""
    # by hand: a broken document may hold names that lxml itself does not take
    return element.tag.rpartition("}")[2].rpartition(":")[2].lower() if isinstance(element.tag, str) else ""


def parse_html(text: str) -> lxml_html.HtmlElement | None:
    """The tree of a page or a fragment, without what a browser would run or load; None where there is none."""
    text = _NO_XML.sub("", text)
    if not text.strip():
        return None
    try:
        parser = lxml_html.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, huge_tree=False)
        root = lxml_html.document_fromstring(text, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None
    return root


def text_of_html(fragment: str) -> str:
    """What a reader sees of a fragment: a line for each block, no markup, no scripts."""
    if "<" not in fragment:
        return _lines(html.unescape(fragment))
    root = parse_html(fragment)
    if root is None:
        return ""
    for element in list(root.iter(*_DROPPED)):
        parent = element.getparent()
        if parent is not None:
            element.drop_tree()
    parts: list[str] = []
    for event, element in etree.iterwalk(root, events=("start", "end")):
        block = element.tag in _BLOCKS
        if block:
            parts.append("\n")
        if event == "start":
            parts.append(_spaces(element.text))
        else:
            parts.append(_spaces(element.tail))
    return _lines("".join(parts))


def _parser(recover: bool) -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
        recover=recover, remove_comments=True, remove_pis=True,
    )  # fmt: skip


def _plain(m: re.Match[str]) -> str:
    char = html.unescape(m[0])
    return f"&amp;{m[1]};" if char == m[0] else html.escape(char, quote=False)


def _spaces(text: str | None) -> str:
    return re.sub(r"\s+", " ", text) if text else ""


def _lines(text: str) -> str:
    stripped = (re.sub(r"[ \t\xa0]+", " ", line).strip() for line in text.splitlines())
    return "\n".join(line for line in stripped if line)
