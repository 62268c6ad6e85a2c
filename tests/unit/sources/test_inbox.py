"""The inbox: every file is read by its kind or refused with the reason; none stops the others."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.sources.inbox import Delivery, InboxError, read_delivery, read_inbox

PAIR = "甲廠擴產\n甲廠月產能達七萬片,年底前再增一成。\n"


def test_files_come_by_name_and_hidden_ones_and_folders_are_left_alone(tmp_path: Path) -> None:
    for name in ("b.txt", "a.jsonl", ".hidden.txt"):
        (tmp_path / name).write_text(PAIR, encoding="utf-8")
    (tmp_path / "done").mkdir()
    assert [d.name for d in read_inbox(tmp_path)] == ["a.jsonl", "b.txt"]


def test_a_missing_folder_is_told_with_the_cure(tmp_path: Path) -> None:
    with pytest.raises(
        InboxError, match=r"no inbox folder at .*/nowhere; create it or name another with --inbox"
    ):
        list(read_inbox(tmp_path / "nowhere"))


def test_an_empty_inbox_is_no_error(tmp_path: Path) -> None:
    assert list(read_inbox(tmp_path)) == []


def test_a_delivery_is_known_by_its_name_and_bytes() -> None:
    one = Delivery("a.txt", b"x")
    assert one.delivery_id == Delivery("a.txt", b"x").delivery_id
    assert (
        len({one.delivery_id, Delivery("b.txt", b"x").delivery_id, Delivery("a.txt", b"y").delivery_id}) == 3
    )


@pytest.mark.parametrize("name", ["a.txt", "A.TXT"])
def test_the_suffix_decides_the_reader(name: str) -> None:
    assert len(read_delivery(Delivery(name, PAIR.encode())).briefs) == 1


@pytest.mark.parametrize(
    ("name", "content", "check", "told"),
    [
        ("a.docx", b"PK", "file_kind", "is of no kind that is read here (*.txt, *.jsonl)"),
        ("a.txt", PAIR.encode("utf-16"), "encoding", "looks like UTF-16; save it as UTF-8"),
        ("a.txt", PAIR.encode("big5"), "encoding", "looks like Big5; save it as UTF-8"),
        (
            "a.txt",
            "甲厂扩产\n甲厂月产能达七万片,年底前再增一成。\n".encode("gbk"),
            "encoding",
            "save it as UTF-8",
        ),
        ("a.jsonl", b" \r\n", "empty", "is empty; send it again or take it out"),
    ],
    ids=["kind", "UTF-16", "Big5", "GBK", "empty"],
)
def test_a_file_that_cannot_be_read_is_refused_as_a_whole(
    name: str, content: bytes, check: str, told: str
) -> None:
    reading = read_delivery(Delivery(name, content))
    assert reading.briefs == ()
    assert [(r.reader, r.check, r.line) for r in reading.rejected] == [("inbox", check, None)]
    assert told in reading.rejected[0].reason


def test_a_file_whose_bytes_cannot_be_had_is_refused(tmp_path: Path) -> None:
    refused = read_delivery(
        Delivery("a.txt", b"", "cannot be read: Permission denied; check its permissions")
    )
    assert [r.check for r in refused.rejected] == ["readable"]
