"""How fast recognition is, as ratios within one run: `make bench`.

Numbers, units and periods are recognised in the sample briefs on one core, beside `jieba.cut` on the same text; then in
texts of growing length and in hostile ones, whose time may grow no faster than they do. Times are processor time, the
best of a few rounds. A ratio below the floor, or time that outgrows the text, ends the run with an error.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from datetime import date
from functools import partial
from time import process_time

import jieba

from pipelines.extraction.engine import Extractor
from pipelines.extraction.lexicon import normalize
from pipelines.extraction.periods import PeriodReader
from pipelines.extraction.quantities import QuantityReader
from pipelines.extraction.recognize import Recognizer
from pipelines.seeds import load_lexicon, seeds_folder
from pipelines.sources.inbox import read_delivery, read_inbox
from pipelines.text.brief import Brief

REFERENCE = date(2026, 11, 25)
#: Recognition is at least this many times as fast as `jieba.cut`, and so is reading briefs to claims.
FLOOR, CLAIMS_FLOOR = 0.5, 1 / 3
#: A text eight times as long may take this many times as long.
GROWTH = 8 * 1.75
SIZES = (4_000, 32_000)
HOSTILE = ("一", "1", "1,", "1.", "百萬億兆", "(", "至", "的", "1-", "、一", "一 ", "半", "分之", "又", "零點", "上上", "2026年", "約",
           "1月", "-", "元", "三百", "https://", "1/", "七八", "每", "1e")  # fmt: skip


def seconds(work: Callable[[], object], rounds: int = 5) -> float:
    """Processor time of the fastest of some rounds."""
    best = float("inf")
    for _ in range(rounds):
        start = process_time()
        work()
        best = min(best, process_time() - start)
    return best


def sample_briefs() -> list[Brief]:
    """The sample briefs."""
    deliveries = read_inbox(seeds_folder() / "briefs")
    return [read.brief for delivery in deliveries for read in read_delivery(delivery).briefs]


def sample_text() -> str:
    """The bodies of the sample briefs, one after another."""
    return "\n".join(brief.body for brief in sample_briefs())


def speeds(recognizer: Recognizer, text: str) -> dict[str, float]:
    """Characters a second of jieba, of the whole recogniser, of the two readers that claims are built on, and of briefs
    to claims."""
    lexicon = load_lexicon()
    extractor, briefs = Extractor(lexicon, "bench"), sample_briefs()
    quantities = QuantityReader(lexicon)
    normal = normalize(text)

    def readers() -> None:
        periods = PeriodReader(normal, REFERENCE).read()
        quantities.read(normal, "TWD", [p.span for p in periods])

    return {
        "jieba.cut": len(text) / seconds(lambda: list(jieba.cut(normal))),
        "recognition as items": len(text) / seconds(lambda: recognizer.recognize(text, REFERENCE)),
        "recognition for claims": len(text) / seconds(readers),
        "briefs to claims": len(text) / seconds(lambda: [extractor.extract(b) for b in briefs]),
    }


def growth(recognizer: Recognizer, make: Callable[[int], str]) -> float:
    """How many times as long the long text takes as the short one."""
    texts = [make(size) for size in SIZES]
    short, long = (seconds(partial(recognizer.recognize, text, REFERENCE), 3) for text in texts)
    return long / max(short, 1e-6)


def main() -> int:
    """Prints the figures; 1 where one is worse than it may be."""
    logging.getLogger("jieba").setLevel(logging.ERROR)
    jieba.initialize()
    recognizer = Recognizer(load_lexicon())
    text = sample_text()
    found = speeds(recognizer, text)
    failed = False
    print(f"{len(text):,} characters of sample briefs")
    for name, speed in found.items():
        ratio = speed / found["jieba.cut"]
        is_slow = ratio < (CLAIMS_FLOOR if name == "briefs to claims" else FLOOR)
        failed |= is_slow
        told = f"  {name:24} {speed:>10,.0f} characters/s  {ratio:5.2f} x jieba.cut"
        print(f"{told}{'  too slow' if is_slow else ''}")
    print(
        f"time of a text of {SIZES[1]:,} characters to that of {SIZES[0]:,} ({SIZES[1] / SIZES[0]:.0f} times as long)"
    )
    cases = {"sample briefs": lambda size: (text * (size // len(text) + 1))[:size]} | {
        f"{piece} again and again": lambda size, piece=piece: piece * (size // len(piece))
        for piece in HOSTILE
    }
    for name, make in cases.items():
        times = growth(recognizer, make)
        failed |= times > GROWTH
        print(f"  {name:24} {times:5.1f}{'  too slow' if times > GROWTH else ''}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
