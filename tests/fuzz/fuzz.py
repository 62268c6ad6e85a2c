"""Throws broken, hostile and odd inputs at the readers and the extractor: `python -m tests.fuzz.fuzz --inputs 100000`.

Each input is a seed number's alone, so that one that fails is made again by `--only SEED`. Nothing may raise, and nothing may
take longer than its limit; an input that does either is written beside the log. Inputs begin as whole files of every
kind, in every encoding, out of the sample briefs and pieces that readers trip over; then they are cut, doubled, flipped,
spliced with another and packed. What is read out of them goes on to the extractor, and offsets are checked.
"""

from __future__ import annotations

import argparse
import faulthandler
import functools
import gzip
import io
import json
import random
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from multiprocessing import get_context
from pathlib import Path

from pipelines import seeds
from pipelines.extraction.engine import Extractor
from pipelines.extraction.model import Extraction
from pipelines.sources.inbox import Delivery, read_delivery
from pipelines.text.brief import Brief
from pipelines.workers import bounded

#: Seconds of computing that one input may take: reading it, and extracting from one brief of it.
LIMIT = 10.0
#: Characters of a sample brief that an input begins with; now and then all of them.
_WINDOW, _WHOLE = 250, 0.03
ENCODINGS = (
    "utf-8",
    "utf-8",
    "utf-8",
    "utf-8-sig",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "cp950",
    "big5hkscs",
    "gb18030",
)
#: What has broken readers of text, numbers, dates, markup and archives before.
PIECES = (
    "\0", "\x1b[2J", "\u200b", "\u200d", "\ufeff", "\u202e", "\u2066", "\ud83d", "\ud83d\udcc8", "👨‍👩‍👧", "e\u0301", "\uffff", "\U0010ffff", "𠮷",
    "0" * 400, "9" * 400 + "萬片", "-1", "1e999", "０．５％", "三百五十萬億兆片", "百分之百", "負負三成", "民國999年13月32日", "0年0月", "2026年2月30日",
    "第0季", "一一一一年", "今年明年去年", "至至至", "由由由由", "()（）「」『』", "(" * 60, "）" * 60, "」" * 60, "、" * 80, "。" * 80, "%" * 80,
    "台積電", "蘋果供應台積電", "甲供應乙、丙、丁、戊", "<script>alert(1)</script>", "]]>", "<![CDATA[", "<!--", "&amp;&#0;&#x110000;&nope;",
    "<!DOCTYPE x [<!ENTITY a '&a;'>]>", "{{7*7}}", "'; DROP TABLE x; --", "../../etc/passwd", "%00", "\r", "\r\n", "\n\n", "\t", "#", "\\", '"', "{", "[" * 300,
)  # fmt: skip


@dataclass(slots=True)
class Outcome:
    """What came of a range of inputs."""

    counts: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    slowest: tuple[float, int] = (0.0, -1)


def sample_texts() -> list[tuple[str, str]]:
    """Titles and bodies of the sample briefs."""
    folder = seeds.PROJECT_ROOT / "seeds" / "briefs"
    found = [
        read.brief
        for p in sorted(folder.iterdir())
        for read in read_delivery(Delivery(p.name, p.read_bytes())).briefs
    ]
    return [(brief.title, brief.body) for brief in found]


def make_input(seed: int, texts: list[tuple[str, str]]) -> tuple[str, bytes]:
    """The file of a seed: its name and its bytes."""
    rnd = random.Random(seed)
    briefs = [_spoiled(rnd, *_window(rnd, *rnd.choice(texts))) for _ in range(rnd.choice((1, 1, 2)))]
    suffix = rnd.choices(tuple(KINDS), _OFTEN)[0]
    text = KINDS[suffix](rnd, briefs)
    content = text.encode(rnd.choice(ENCODINGS), rnd.choice(("ignore", "backslashreplace", "replace")))
    if rnd.random() < 0.5:
        content = _broken(rnd, content)
    name = rnd.choice(("2026-02-08-x", "x", "2026-99-99", "新聞", "..", "a b")) + suffix
    if rnd.random() < 0.15:
        name, content = _packed(rnd, name, content)
        if rnd.random() < 0.3:
            content = _broken(rnd, content)
    return name, content


def _window(rnd: random.Random, title: str, body: str) -> tuple[str, str]:
    """A brief, mostly cut to a part, so that many inputs can be tried."""
    if rnd.random() < _WHOLE:
        return title, body
    at = rnd.randrange(max(1, len(body) - _WINDOW))
    return title, body[at : at + rnd.randrange(20, _WINDOW)]


def _spoiled(rnd: random.Random, title: str, body: str) -> tuple[str, str]:
    """A brief with pieces of others and of `PIECES` in it."""
    for _ in range(rnd.choice((0, 1, 1, 2, 5))):
        at = rnd.randrange(len(body) + 1)
        match rnd.randrange(4):
            case 0:
                body = body[:at] + rnd.choice(PIECES) + body[at:]
            case 1:
                body = body[:at] + body[at + rnd.randrange(1, 40) :]
            case 2:
                piece = body[at : at + rnd.randrange(1, 60)]
                body = body[:at] + piece * rnd.choice((2, 3, 20)) + body[at:]
            case 3:
                body = (
                    body[:at]
                    + chr(rnd.choice((rnd.randrange(0x3000), rnd.randrange(0x110000))))
                    + body[at + 1 :]
                )
    if rnd.random() < 0.2:
        title += rnd.choice(PIECES)
    return title, body


def _digest(rnd: random.Random, briefs: list[tuple[str, str]]) -> str:
    end = rnd.choice(("\n", "\r\n", "\r"))
    tag = rnd.choice(("", f"#半導體{end}"))
    return tag + "".join(f"{title}{end}{body}(某報){end}" for title, body in briefs)


def _jsonl(rnd: random.Random, briefs: list[tuple[str, str]]) -> str:
    day = rnd.choice(("2026-02-08", "2026-02-30", "1066-10-14", "9999-12-31", "", 7, None))
    rows = [
        {"title": t, "text": b, "published": day, "source": "某報", "id": rnd.choice((1, "x", [], 1e999))}
        for t, b in briefs
    ]
    return "\n".join(json.dumps(row, ensure_ascii=rnd.random() < 0.5) for row in rows)


def _feed(rnd: random.Random, briefs: list[tuple[str, str]]) -> str:
    quote: Callable[[str], str] = escape if rnd.random() < 0.8 else str
    head = (
        f'<?xml version="1.0" encoding="{rnd.choice(("utf-8", "big5", "gb2312", "x"))}"?>'
        if rnd.random() < 0.7
        else ""
    )
    items = "".join(
        f"<item><title>{quote(t)}</title><description>{quote(b)}</description></item>" for t, b in briefs
    )
    entries = "".join(
        f"<entry><title>{quote(t)}</title><summary>{quote(b)}</summary></entry>" for t, b in briefs
    )
    articles = "".join(
        f"<article><title>{quote(t)}</title><text>{quote(b)}</text></article>" for t, b in briefs
    )
    return head + rnd.choice(
        (
            f"<rss><channel><title>某報</title>{items}</channel></rss>",
            f'<feed xmlns="http://www.w3.org/2005/Atom">{entries}</feed>',
            f"<news>{articles}</news>",
        )
    )


def _json_feed(rnd: random.Random, briefs: list[tuple[str, str]]) -> str:
    items = [
        {"id": "1", "title": t, rnd.choice(("content_text", "content_html", "summary")): b} for t, b in briefs
    ]
    return json.dumps({"version": "1.1", "title": rnd.choice(("某報", None, 3)), "items": items})


def _page(rnd: random.Random, briefs: list[tuple[str, str]]) -> str:
    title, body = briefs[0]
    ld = json.dumps(
        {"@type": "NewsArticle", "headline": title, "datePublished": rnd.choice(("2026-02-08", "x", 3))}
    )
    head = (
        f'<script type="application/ld+json">{ld}</script>'
        if rnd.random() < 0.5
        else f"<title>{title}</title>"
    )
    deep = "<div>" * rnd.choice((0, *[1] * 50, 300))
    return f"<html><head>{head}</head><body>{deep}<h1>{title}</h1><p>{body}</p><p>{body}</p></body></html>"


KINDS: dict[str, Callable[[random.Random, list[tuple[str, str]]], str]] = {
    ".txt": _digest, ".jsonl": _jsonl, ".xml": _feed, ".json": _json_feed, ".html": _page,
}  # fmt: skip


#: How often each kind comes; a page takes twenty times as long as any other.
_OFTEN = (3, 3, 3, 2, 1)


def _broken(rnd: random.Random, content: bytes) -> bytes:
    """The bytes with some of them flipped, cut out, doubled, or in each other's place."""
    data = bytearray(content)
    for _ in range(rnd.choice((1, 1, 3, 20))):
        if not data:
            break
        at = rnd.randrange(len(data))
        match rnd.randrange(5):
            case 0:
                data[at] = rnd.randrange(256)
            case 1:
                del data[at : at + rnd.randrange(1, 50)]
            case 2:
                data[at:at] = data[at : at + rnd.randrange(1, 200)]
            case 3:
                data[at:at] = rnd.randbytes(rnd.randrange(1, 8))
            case 4:
                data = data[: at + 1]
    return bytes(data)


def _packed(rnd: random.Random, name: str, content: bytes) -> tuple[str, bytes]:
    if rnd.random() < 0.5:
        return f"{name}.gz", gzip.compress(content, 1)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", rnd.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))) as archive:
        archive.writestr(rnd.choice((name, f"../{name}", f"a/{name}")), content)
        archive.writestr(f"b-{name}", content[: len(content) // 2])
    return "x.zip", target.getvalue()


def try_one(seed: int, texts: list[tuple[str, str]], extractor: Extractor, counts: Counter[str]) -> None:
    """Reads the input of a seed and extracts from it; raises what they raise, `AssertionError` for a broken promise."""
    name, content = make_input(seed, texts)
    with bounded(LIMIT):
        reading = read_delivery(Delivery(name, content))
    assert reading.briefs or reading.rejected or suits_nothing(name), "neither read nor refused"
    assert all(r.reason and "\n" not in r.reason for r in reading.rejected), "a reason is one line"
    counts["briefs"] += len(reading.briefs)
    counts["refused"] += len(reading.rejected)
    counts.update(f"refused: {r.reader}: {r.check}" for r in reading.rejected)
    for number, read in enumerate(reading.briefs):
        brief = read.brief
        assert brief.title.strip() and brief.body.strip() and read.line >= 1
        brief.body.encode("utf-8")
        if number:
            continue  # one of each input is enough for the extractor, the slower of the two
        with bounded(LIMIT):
            found = extractor.extract(brief)
        _promises(found, brief)
        counts["extracted"] += 1
        counts["claims"] += len(found.claims)


def suits_nothing(name: str) -> bool:
    """Whether a file may hold nothing and be no error: a digest of a tag alone, a feed without items."""
    return name.endswith((".txt", ".xml", ".json", ".gz", ".zip", ".jsonl"))


def _promises(found: Extraction, brief: Brief) -> None:
    """What holds of every claim: its places lie in the body."""
    for claim in found.claims:
        evidence = claim.evidence
        assert 0 <= evidence.sentence.start <= evidence.sentence.end <= len(brief.body)
        assert 0 <= evidence.span.start < evidence.span.end <= len(brief.body)


@functools.cache
def prepared() -> tuple[list[tuple[str, str]], Extractor]:
    """What each process needs once."""
    return sample_texts(), Extractor(seeds.load_lexicon(), "fuzz")


def run_range(first: int, count: int, folder: Path) -> Outcome:
    """Tries some seeds; a failing input is written into the folder."""
    texts, extractor = prepared()
    outcome = Outcome()
    # a hang that no signal ends is ended with its place; an hour is far more than so many inputs take
    faulthandler.dump_traceback_later(3600, exit=True)
    for seed in range(first, first + count):
        started = time.process_time()
        try:
            try_one(seed, texts, extractor, outcome.counts)
        except Exception as error:  # whatever it is, it is what we look for
            name, content = make_input(seed, texts)
            (folder / f"{seed}-{Path(name).name}").write_bytes(content)
            outcome.failures.append(f"seed {seed}: {name}: {type(error).__name__}: {error}"[:300])
        took = time.process_time() - started
        outcome.slowest = max(outcome.slowest, (took, seed))
        outcome.counts["inputs"] += 1
    faulthandler.cancel_dump_traceback_later()
    return outcome


def main(arguments: list[str] | None = None) -> int:
    """Runs the inputs on all cores, tells as it goes, and writes the same to the log; 1 where one failed."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--inputs", type=int, default=100_000)
    options.add_argument("--first", type=int, default=0, help="the first seed")
    options.add_argument("--only", type=int, help="one seed, with its error raised")
    options.add_argument("--processes", type=int, default=2)
    options.add_argument("--log", type=Path, default=seeds.PROJECT_ROOT / "warehouse" / "fuzz.log")
    asked = options.parse_args(arguments)
    if asked.only is not None:
        try_one(asked.only, *prepared(), Counter())
        return 0
    folder = asked.log.with_suffix("")
    folder.mkdir(parents=True, exist_ok=True)
    size, started, total = 500, time.monotonic(), Outcome()
    parts = [
        (at, min(size, asked.first + asked.inputs - at), folder)
        for at in range(asked.first, asked.first + asked.inputs, size)
    ]
    with (
        asked.log.open("w", encoding="utf-8") as log,
        get_context("forkserver").Pool(asked.processes) as pool,
    ):

        def tell(line: str) -> None:
            for target in (sys.stdout, log):
                print(line, file=target, flush=True)

        for part in pool.imap(_run, parts):
            total.counts += part.counts
            total.failures += part.failures
            total.slowest = max(total.slowest, part.slowest)
            for failure in part.failures:
                tell(f"FAILED {failure}")
            if total.counts["inputs"] % 5_000 == 0:
                tell(
                    f"{total.counts['inputs']:,} inputs, {time.monotonic() - started:,.0f} s, {len(total.failures)} failed"
                )
        tell("")
        for name, number in sorted(total.counts.items()):
            tell(f"{number:>10,} {name}")
        tell(f"slowest: {total.slowest[0]:.2f} s of computing, seed {total.slowest[1]}; limit {LIMIT:g} s")
        tell(f"{len(total.failures)} of {total.counts['inputs']:,} inputs failed")
    return 1 if total.failures else 0


def _run(part: tuple[int, int, Path]) -> Outcome:
    return run_range(*part)


if __name__ == "__main__":
    sys.exit(main())
