"""Encodings: found from the bytes alone, and each file read as if it had been UTF-8."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.seeds import PROJECT_ROOT
from pipelines.sources.encoding import EncodingError, detect
from pipelines.sources.inbox import Delivery, read_delivery
from pipelines.sources.lines import Lines
from pipelines.text.script import to_simplified

SAMPLES = sorted((PROJECT_ROOT / "seeds" / "briefs").iterdir())
NEWS = "封測廠擴建新線\n封測廠甲乙精密表示,第三季稼動率已回升至八成五,月產能將由三萬片增加到五萬片,新廠明年投產。(某報)\n"
SIMPLE = to_simplified(NEWS)
#: Characters of Hong Kong's supplement; the first is in Windows' Big5 no more than in the plain one.
HONG_KONG = "工廠喺屯門嘅產能\n工廠話佢哋嘅月產能有七萬片,年底前會再加一成,睇嚟生意唔錯。(某報)\n"


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda p: p.name)
@pytest.mark.parametrize(
    "codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp950", "gb18030"]
)
def test_every_sample_reads_alike_in_every_encoding(sample, codec: str) -> None:
    text = sample.read_text(encoding="utf-8-sig")
    if codec == "cp950":
        text = "".join(c for c in text if c.encode("cp950", "ignore"))
    plain = read_delivery(Delivery(sample.name, text.encode()))
    reading = read_delivery(Delivery(sample.name, text.encode(codec)))
    assert (reading.briefs, reading.rejected) == (plain.briefs, plain.rejected)
    expected = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le"}.get(codec, codec)
    assert reading.encoding == expected
    assert len(reading.briefs) > 1


@pytest.mark.parametrize(
    ("text", "codec", "found"),
    [
        (NEWS, "big5", "cp950"),
        (NEWS, "gb18030", "gb18030"),
        (SIMPLE, "gbk", "gb18030"),
        (SIMPLE, "gb2312", "gb18030"),
        (HONG_KONG, "big5hkscs", "big5hkscs"),
        (NEWS, "utf-16-be", "utf-16-be"),
        ("plain title\nplain text of ASCII letters.\n", "utf-8", "utf-8"),
        ("plain title\nplain text of ASCII letters.\n", "utf-16-le", "utf-16-le"),
    ],
    ids=["Big5", "GB18030, Traditional", "GBK", "GB2312", "HKSCS", "UTF-16 BE", "ASCII", "wide ASCII"],
)
def test_one_brief_is_enough(text: str, codec: str, found: str) -> None:
    content = text.encode(codec)
    lines = Lines.of(content)
    assert lines.encoding == found
    assert [line.text for line in lines][:2] == text.split("\n")[:2]


def test_a_broken_line_in_big5_costs_itself_only() -> None:
    title, body = NEWS.encode("cp950").split(b"\n")[:2]
    reading = read_delivery(
        Delivery("a.txt", b"\n".join([title, body, title, body[:20] + b"\xff\xff", title, body]))
    )
    assert reading.encoding == "cp950"
    assert [read.line for read in reading.briefs] == [1, 5]
    (refused,) = reading.rejected
    assert (refused.check, refused.line) == ("encoding", 4)
    assert refused.reason == "line 4: cannot be read as CP950; repair it, or save the file as UTF-8"
    assert "\\xff" in (refused.content or "")


def test_a_broken_line_does_not_make_utf_8_something_else() -> None:
    lines = list(Lines.of(f"{NEWS}{NEWS}".encode() + b"\xa4\xa4\xff\n"))
    assert [line.text is None for line in lines] == [False] * 4 + [True, False]


def test_half_of_a_surrogate_pair_in_utf_16_costs_its_line_only() -> None:
    content = NEWS.encode("utf-16-le") + "題\ud83d目\n內文。\n".encode("utf-16-le", "surrogatepass")
    reading = read_delivery(Delivery("a.txt", b"\xff\xfe" + content))
    assert len(reading.briefs) == 1
    assert [(r.check, r.line) for r in reading.rejected] == [("characters", 3), ("title_unreadable", 4)]


def test_another_language_is_named() -> None:
    with pytest.raises(EncodingError, match="cp932"):
        detect(
            "これは日本の工場です。生産能力は毎月七万枚に達し、さらに増える見込みである。".encode("shift_jis")
        )


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_have_an_encoding_or_are_refused(content: bytes) -> None:
    try:
        lines = Lines.of(content)
    except EncodingError as error:
        assert str(error)
        return
    assert [line.number for line in lines] == [*range(1, len(list(lines)) + 1)]
