"""The inbox: every file is read by its kind or refused with the reason; none stops the others."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest

from pipelines.sources.inbox import LONGEST_BODY, Delivery, Inbox, InboxError, read_delivery, read_inbox

PAIR = "甲廠擴產\n甲廠月產能達七萬片,年底前再增一成。\n"
JAPANESE = (
    "工場の生産能力\nこれは日本の工場です。生産能力は毎月七万枚に達し、年末までにさらに増える見込みである。\n"
)


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
        ("a.docx", b"PK", "file_kind", "is of no kind that is read here (*.txt, *.jsonl, *.xml"),
        ("a.txt", JAPANESE.encode("shift_jis"), "encoding", "looks like cp932; save it as UTF-8"),
        ("a.jsonl", b" \r\n", "empty", "is empty; send it again or take it out"),
    ],
    ids=["kind", "Japanese", "empty"],
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


@pytest.mark.parametrize("name", ["a.txt.part", "a.txt.crdownload", "a.jsonl.tmp", "a.txt~"])
def test_a_file_with_a_name_of_one_being_written_is_left(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(PAIR, encoding="utf-8")
    assert [(d.name, d.unfinished) for d in read_inbox(tmp_path)] == [(name, True)]


def test_a_file_that_was_just_written_is_waited_for_and_an_old_one_is_not(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(PAIR, encoding="utf-8")
    started = time.monotonic()
    (new,) = read_inbox(Inbox(tmp_path, settle=0.5))
    waited = time.monotonic() - started
    os.utime(tmp_path / "a.txt", (time.time() - 60, time.time() - 60))
    started = time.monotonic()
    (old,) = read_inbox(Inbox(tmp_path, settle=0.5))
    assert (new.unfinished, old.unfinished) == (False, False)
    assert waited > 0.3 > time.monotonic() - started


def test_a_file_that_grows_while_it_is_looked_at_is_left_and_taken_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(PAIR, encoding="utf-8")
    done = threading.Event()

    def write() -> None:
        while not done.wait(0.02):
            with path.open("a", encoding="utf-8") as file:
                file.write("又一行\n")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        (growing,) = read_inbox(Inbox(tmp_path, settle=0.3))
    finally:
        done.set()
        writer.join()
    assert (growing.unfinished, growing.content) == (True, b"")
    (whole,) = read_inbox(Inbox(tmp_path, settle=0.3))
    assert (whole.unfinished, whole.content) == (False, path.read_bytes())


def test_marks_that_nobody_sees_are_taken_out_and_told() -> None:
    text = PAIR.replace("七萬", "七\u200b萬\u2067").replace("擴產", "擴\u202e產\ufeff")
    (read,) = read_delivery(Delivery("a.txt", text.encode())).briefs
    (plain,) = read_delivery(Delivery("a.txt", PAIR.encode())).briefs
    assert read.brief == plain.brief
    assert (read.cleaned, plain.cleaned) == ("2 bidi, 2 zero-width", None)


def test_a_text_of_nothing_but_such_marks_is_refused() -> None:
    reading = read_delivery(Delivery("a.jsonl", b'{"title": "\\u200b", "text": "x"}'))
    assert [(r.check, r.line) for r in reading.rejected] == [("blank", 1)]


def test_a_text_too_long_for_a_brief_is_put_aside_and_the_next_is_read() -> None:
    text = f"甲廠擴產\n{'甲' * (LONGEST_BODY + 1)}\n{PAIR}"
    reading = read_delivery(Delivery("a.txt", text.encode()))
    assert [r.line for r in reading.briefs] == [3]
    (refused,) = reading.rejected
    assert (refused.check, refused.line, refused.value) == ("too_long", 1, "甲廠擴產")
    assert "split it into the briefs" in refused.reason
    assert refused.content is not None and len(refused.content) < 5_000


def test_a_name_that_cannot_be_shown_is_told_in_escapes(tmp_path: Path) -> None:
    for name in (b"\xb4\xfa.txt", "a\n\u202eb.txt".encode()):
        (tmp_path / os.fsdecode(name)).write_text(PAIR, encoding="utf-8")
    names = [d.name for d in read_inbox(tmp_path)]
    assert names == ["a\\n\\u202eb.txt", "\\xb4\\xfa.txt"]
    assert all(len(read_delivery(d).briefs) == 1 for d in read_inbox(tmp_path))


@pytest.mark.parametrize("name", ["a.txt", "a.jsonl"])
def test_a_line_of_a_hundred_megabytes_is_refused_in_no_time_and_the_others_are_read(name: str) -> None:
    good = '{"title": "乙", "text": "乙廠漲價。"}\n' if name == "a.jsonl" else PAIR
    text = f"{'題' * 35_000_000}\n{good}" if name == "a.jsonl" else f"甲廠\n{'題' * 35_000_000}\n{good}"
    content = text.encode()
    started = time.process_time()
    reading = read_delivery(Delivery(name, content))
    assert time.process_time() - started < 10
    assert len(reading.briefs) == 1
    assert [r.check for r in reading.rejected] == ["too_long"]
    assert (
        "105,000,000 bytes long, more than 1,048,576; a brief is shorter, split it"
        in reading.rejected[0].reason
    )
    assert len(reading.rejected[0].content or "") < 300_000
