"""A real HTTP server on the loopback address, with pages that behave as a test wants, and a list of what was asked."""

from __future__ import annotations

import contextlib
import gzip
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Page = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """Answers a path by the page of that name."""

    protocol_version = "HTTP/1.1"
    pages: dict[str, Page]
    asked: list[str]
    posted: list[bytes]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.pages.get(self.path, missing)(self)

    def do_POST(self) -> None:
        self.posted.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.do_GET()

    def handle(self) -> None:
        # a client that hangs up is what some tests are about
        with contextlib.suppress(ConnectionError):
            super().handle()

    def log_message(self, *_: object) -> None:
        """Silent."""

    def answer(self, content: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if "Content_Length" not in headers:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def missing(handler: Handler) -> None:
    handler.answer(b"", 404)


def static(content: bytes | str, kind: str = "text/xml", **headers: str) -> Page:
    """A page that never changes and does not know what it sent before."""
    body = content.encode() if isinstance(content, str) else content
    return lambda handler: handler.answer(body, Content_Type=kind, **headers)


def dated(content: str, etag: str) -> Page:
    """A page that answers 304 to those who have it."""

    def page(handler: Handler) -> None:
        if handler.headers.get("If-None-Match") == etag:
            handler.answer(b"", 304, ETag=etag)
        else:
            handler.answer(
                content.encode(),
                ETag=etag,
                Last_Modified="Sun, 08 Feb 2026 00:00:00 GMT",
                Content_Type="text/xml",
            )

    return page


def failing(times: int, content: str, status: int = 500, **headers: str) -> Page:
    """A page that fails some times before it answers."""
    left = [times]

    def page(handler: Handler) -> None:
        if left[0]:
            left[0] -= 1
            handler.answer(b"", status, **headers)
        else:
            handler.answer(content.encode())

    return page


def moved(to: str, status: int = 301) -> Page:
    return lambda handler: handler.answer(b"", status, Location=to)


def slow(seconds: float) -> Page:
    return lambda handler: time.sleep(seconds)


def truncated(content: bytes) -> Page:
    """A page that promises more than it sends."""

    def page(handler: Handler) -> None:
        handler.answer(content, Content_Length=str(len(content) + 1000))
        handler.close_connection = True

    return page


def dripping(seconds: float) -> Page:
    """A page that sends a byte now and then, for long."""

    def page(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "100000")
        handler.end_headers()
        until = time.monotonic() + seconds
        try:
            while time.monotonic() < until:
                handler.wfile.write(b"x")
                handler.wfile.flush()
                time.sleep(0.05)
        except OSError:
            pass
        handler.close_connection = True

    return page


def zipped(content: bytes) -> Page:
    return static(gzip.compress(content, 9), Content_Encoding="gzip")


@dataclass
class Web:
    """The server: its address, its pages, what was asked of it and what was posted to it."""

    address: str
    pages: dict[str, Page]
    asked: list[str] = field(default_factory=list)
    posted: list[bytes] = field(default_factory=list)

    @property
    def paths(self) -> list[str]:
        return [path for path in self.asked if path != "/robots.txt"]


@contextmanager
def web(pages: dict[str, Page]) -> Iterator[Web]:
    """A server with these pages, on a port of its own."""
    asked: list[str] = []
    posted: list[bytes] = []
    handler = type("Pages", (Handler,), {"pages": pages, "asked": asked, "posted": posted})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield Web(f"http://127.0.0.1:{server.server_address[1]}", pages, asked, posted)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
