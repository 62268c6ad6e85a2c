"""Asking a real server: every kind of answer ends in content or in words that say what to do."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from pipelines.sources.config import HttpSettings
from pipelines.sources.fetching import Fetcher, FetchError, PrivateAddressError, Seen
from tests.web import Web, dated, dripping, failing, moved, slow, static, truncated, web, zipped

MIB = 1024 * 1024


@pytest.fixture(scope="module")
def server() -> Iterator[Web]:
    pages = {
        "/feed.xml": static("<rss/>"),
        "/dated.xml": dated("<rss/>", '"v1"'),
        "/moved.xml": moved("/feed.xml"),
        "/found.xml": moved("moved.xml", 302),
        "/loop.xml": moved("/loop.xml"),
        "/file.xml": moved("file:///etc/passwd"),
        "/inside.xml": moved("http://localhost:9/x"),
        "/once.xml": failing(1, "<rss/>"),
        "/busy.xml": failing(1, "<rss/>", 429, Retry_After="0"),
        "/broken.xml": failing(99, ""),
        "/forbidden.xml": failing(99, "", 403),
        "/slow.xml": slow(1.5),
        "/cut.xml": truncated(b"<rss>"),
        "/drip.xml": dripping(20),
        "/zipped.xml": zipped(b"<rss/>"),
        "/bomb.xml": zipped(b"0" * 50 * MIB),
        "/large.xml": static(b"0" * 2 * MIB),
        "/nozip.xml": static(b"no gzip", Content_Encoding="gzip"),
        "/private/feed.xml": static("<rss/>"),
        "/robots.txt": static("User-agent: *\nDisallow: /private/\n", "text/plain"),
    }
    with web(pages) as found:
        yield found


def settings(server: Web, **options: object) -> HttpSettings:
    name = server.address.removeprefix("http://")
    given = {"private": (name,), "timeout": 0.5, "retries": 1, "pause": 0, "largest": MIB, **options}
    return HttpSettings.model_validate(given)


@pytest.fixture
def fetcher(server: Web) -> Iterator[Fetcher]:
    with Fetcher(settings(server)) as found:
        yield found


@pytest.mark.parametrize(
    "path", ["/feed.xml", "/moved.xml", "/found.xml", "/once.xml", "/busy.xml", "/zipped.xml"]
)
def test_what_is_had_in_the_end(server: Web, fetcher: Fetcher, path: str) -> None:
    answer = fetcher.fetch(server.address + path)
    assert answer.content == b"<rss/>"
    if path in ("/moved.xml", "/found.xml"):
        assert answer.url == f"{server.address}/feed.xml"


def test_what_was_had_before_is_not_sent_again(server: Web, fetcher: Fetcher) -> None:
    first = fetcher.fetch(f"{server.address}/dated.xml")
    assert (first.content, first.kind) == (b"<rss/>", "text/xml")
    assert first.seen == Seen('"v1"', "Sun, 08 Feb 2026 00:00:00 GMT")
    assert fetcher.fetch(f"{server.address}/dated.xml", first.seen).content is None
    assert fetcher.fetch(f"{server.address}/dated.xml", Seen('"v0"')).content == b"<rss/>"


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/nowhere.xml", "answers 404; look at the address"),
        ("/forbidden.xml", "answers 403; look at the address"),
        ("/broken.xml", "answers 500, 2 times; it is tried again in the next run"),
        ("/slow.xml", "does not answer within 0.5 seconds, 2 times"),
        ("/cut.xml", "breaks off ("),
        ("/drip.xml", "takes longer than 1.5 seconds to send all"),
        ("/loop.xml", "leads from redirect to redirect"),
        ("/file.xml", "which is no address of the web"),
        ("/bomb.xml", "sends more than 1 MB; raise http.largest"),
        ("/large.xml", "sends more than 1 MB"),
        ("/nozip.xml", "sends what cannot be unpacked"),
        ("/private/feed.xml", "/robots.txt forbids it"),
    ],
)
def test_what_is_not_had_says_why(server: Web, fetcher: Fetcher, path: str, told: str) -> None:
    with pytest.raises(FetchError) as error:
        fetcher.fetch(server.address + path)
    assert told in str(error.value)
    assert ";" in str(error.value), "the cure"


def test_a_server_that_is_not_there_is_told(server: Web) -> None:
    with Fetcher(settings(server, private=("127.0.0.1:9",))) as fetcher:
        with pytest.raises(FetchError, match=r"robots.txt cannot be had, which means no"):
            fetcher.fetch("http://127.0.0.1:9/feed.xml")
        with pytest.raises(FetchError, match=r"robots.txt cannot be had"):
            fetcher.fetch("http://no-such-host.invalid/feed.xml")


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:{port}/feed.xml",
        "http://localhost:{port}/feed.xml",
        "http://2130706433:{port}/feed.xml",
        "http://0.0.0.0:{port}/feed.xml",
        "http://[::1]:{port}/feed.xml",
        "http://[::ffff:127.0.0.1]:{port}/feed.xml",
        "http://10.0.0.1/feed.xml",
        "http://169.254.169.254/latest/meta-data",
    ],
)
def test_private_addresses_are_not_asked(server: Web, address: str) -> None:
    before = len(server.asked)
    with (
        Fetcher(settings(server, private=())) as fetcher,
        pytest.raises(
            PrivateAddressError,
            match=r"leads to the private address .*; where that is meant, add .* to http\.private",
        ),
    ):
        fetcher.fetch(address.format(port=server.address.rpartition(":")[2]))
    assert len(server.asked) == before


def test_nor_where_a_redirect_leads_to_one(server: Web, fetcher: Fetcher) -> None:
    with pytest.raises(PrivateAddressError, match=r"localhost leads to the private address"):
        fetcher.fetch(f"{server.address}/inside.xml")


def test_a_host_is_asked_no_faster_than_it_or_we_say(server: Web) -> None:
    with Fetcher(settings(server, pause=0.3)) as fetcher:
        before, started = len(server.asked), time.monotonic()
        for _ in range(2):
            fetcher.fetch(f"{server.address}/feed.xml")
        took = time.monotonic() - started
    assert server.asked[before:] == ["/robots.txt", "/feed.xml", "/feed.xml"]
    assert took >= 0.6, "two pauses between three requests"


def test_robots_may_ask_for_more(server: Web) -> None:
    rules = "User-agent: *\nCrawl-delay: 0.4\n"
    with web({"/robots.txt": static(rules), "/a": static("a")}) as other, Fetcher(settings(other)) as fetcher:
        started = time.monotonic()
        fetcher.fetch(f"{other.address}/a")
        fetcher.fetch(f"{other.address}/a")
        assert time.monotonic() - started > 0.7


def test_a_host_whose_rules_fail_is_not_asked() -> None:
    with (
        web({"/robots.txt": failing(99, ""), "/a": static("a")}) as other,
        Fetcher(settings(other)) as fetcher,
    ):
        with pytest.raises(FetchError, match="cannot be had, which means no"):
            fetcher.fetch(f"{other.address}/a")
        assert other.paths == []
