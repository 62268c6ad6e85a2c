"""Archives: each file read in memory by its own kind; bombs, paths and what is broken refused by name."""

from __future__ import annotations

import gzip
import io
import zipfile

import pytest

from pipelines.sources import packed
from pipelines.sources.inbox import Delivery, read_delivery
from pipelines.sources.packed import MIB, unpack
from pipelines.sources.reading import Reading

PAIR = "甲廠擴產\n甲廠月產能達七萬片,年底前再增一成。\n"


def zip_of(files: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


def refused(reading: Reading) -> list[tuple[str, str | None]]:
    return [(r.check, r.part) for r in reading.rejected]


def test_every_file_of_a_zip_is_read_by_its_kind_and_encoding() -> None:
    content = zip_of(
        {
            "2026-02-08-a.txt": PAIR.encode("cp950"),
            "lower/b.jsonl": '{"title": "乙", "text": "乙廠漲價。"}\n{"title": 1}\n'.encode(),
            "notes.docx": b"PK",
        }
    )
    reading = read_delivery(Delivery("x.zip", content))
    assert [(r.part, r.line, str(r.brief.published_on)) for r in reading.briefs] == [
        ("2026-02-08-a.txt", 1, "2026-02-08"),
        ("lower/b.jsonl", 1, "None"),
    ]
    assert refused(reading) == [("title_type", "lower/b.jsonl"), ("file_kind", "notes.docx")]
    assert reading.rejected[0].reason.startswith("lower/b.jsonl: line 2: ")


def test_a_gz_is_named_by_what_is_in_it() -> None:
    reading = read_delivery(Delivery("2026-02-08-a.txt.gz", gzip.compress(PAIR.encode("utf-16"))))
    assert [(r.part, str(r.brief.published_on)) for r in reading.briefs] == [
        ("2026-02-08-a.txt", "2026-02-08")
    ]


@pytest.mark.parametrize(
    ("name", "content", "check"),
    [
        ("a.txt.gz", gzip.compress(b"0" * 300 * MIB, 1), "bomb"),
        ("a.zip", zip_of({"a.txt": b"0" * 80 * MIB}), "bomb"),
        ("a.txt.gz", gzip.compress(PAIR.encode())[:-9], "archive"),
        ("a.txt.gz", b"no gzip at all", "archive"),
        ("a.zip", b"PK\x03\x04 no zip", "archive"),
        ("a.zip", zip_of({}), "empty"),
        ("a.tar.gz", gzip.compress(b"x"), "file_kind"),
        ("a.zip", zip_of({"b.zip": zip_of({"c.txt": PAIR.encode()})}), "file_kind"),
    ],
    ids=["gzip bomb", "zip bomb", "cut off", "no gzip", "no zip", "nothing in it", "tar", "zip in a zip"],
)
def test_what_cannot_be_unpacked_is_refused(name: str, content: bytes, check: str) -> None:
    reading = read_delivery(Delivery(name, content))
    assert reading.briefs == ()
    assert [r.check for r in reading.rejected] == [check]


@pytest.mark.parametrize(
    "name", ["../a.txt", "/etc/a.txt", "..\\..\\a.txt", "C:\\a.txt", "x/../../a.txt", "a\n.txt"]
)
def test_a_name_that_leads_out_is_refused_and_the_others_are_read(name: str) -> None:
    reading = read_delivery(Delivery("x.zip", zip_of({name: PAIR.encode(), "b.txt": PAIR.encode()})))
    assert [r.part for r in reading.briefs] == ["b.txt"]
    assert [r.check for r in reading.rejected] == ["path"]


def test_an_encrypted_file_is_refused() -> None:
    content = bytearray(zip_of({"a.txt": PAIR.encode()}))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    assert refused(read_delivery(Delivery("x.zip", bytes(content)))) == [("encrypted", "a.txt")]


def test_files_that_are_too_much_together_are_refused_from_there_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "LARGEST_SUM", 100)
    found = list(unpack("x.zip", zip_of({f"{n}.txt": b"x" * 80 for n in range(3)})))
    assert [(p.name, p.check) for p in found] == [("0.txt", ""), ("1.txt", "bomb"), ("2.txt", "bomb")]


def test_too_many_files_are_refused_from_there_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "MOST_FILES", 2)
    found = list(unpack("x.zip", zip_of({f"{n}.txt": b"x" for n in range(5)})))
    assert [p.check for p in found] == ["", "", "too_many_files"]


def test_a_chinese_name_without_the_mark_of_utf_8_is_told_apart() -> None:
    content = zip_of({"BBBB.txt": PAIR.encode()}).replace(b"BBBB.txt", "產能".encode("cp950") + b".txt")
    assert [p.name for p in unpack("x.zip", content)] == ["產能.txt"]
