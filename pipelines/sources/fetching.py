"""Asking the web: politely, within bounds, and never an address of one's own network that is not allowed by name."""

from __future__ import annotations

import ipaddress
import random
import socket
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import httpcore
import httpx
from protego import Protego

from pipelines.sources.config import HttpSettings

_MOST_REDIRECTS = 5
_MOST_OF_ROBOTS = 512 * 1024
#: The longest that a server may ask us to wait, in seconds.
_LONGEST_WAIT = 60.0


class FetchError(Exception):
    """An address could not be fetched; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a server said of its last answer, so that it need not send it again."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """A server's answer: `content` is None where nothing changed since `Seen`."""

    url: str
    content: bytes | None
    kind: str
    seen: Seen


class _Retry(Exception):  # noqa: N818 - it is caught here
    """It may go better in a while."""

    def __init__(self, reason: str, wait: float | None = None) -> None:
        super().__init__(reason)
        self.wait = wait


class Fetcher:
    """Fetches one address after the other, with one pause for each host."""

    def __init__(self, settings: HttpSettings) -> None:
        self._settings = settings
        self._asked: dict[str, float] = {}
        self._robots: dict[str, Protego | None] = {}
        headers = {"User-Agent": settings.agent, "Accept-Encoding": "gzip, deflate"}
        self._client = httpx.Client(
            transport=_Transport(settings), headers=headers, timeout=settings.timeout, trust_env=False
        )

    def __enter__(self) -> Fetcher:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def fetch(self, url: str, seen: Seen | None = None) -> Answer:
        """What stands at an address. Raises `FetchError`."""
        headers = {}
        if seen is not None and seen.etag:
            headers["If-None-Match"] = seen.etag
        if seen is not None and seen.last_modified:
            headers["If-Modified-Since"] = seen.last_modified
        at = httpx.URL(url)
        for _ in range(_MOST_REDIRECTS + 1):
            if at.scheme not in ("http", "https"):
                raise FetchError(f"leads to {at}, which is no address of the web; look at it")
            self._check_robots(at)
            answer = self._patiently(at, headers, self._settings.largest)
            if isinstance(answer, Answer):
                return answer
            at = answer
        raise FetchError(f"leads from redirect to redirect, {_MOST_REDIRECTS} of them; look at the address")

    def _check_robots(self, url: httpx.URL) -> None:
        origin = f"{url.scheme}://{url.netloc.decode('ascii')}"
        if origin not in self._robots:
            self._robots[origin] = self._read_robots(httpx.URL(f"{origin}/robots.txt"))
        robots = self._robots[origin]
        if robots is None:
            raise FetchError(
                f"{origin}/robots.txt cannot be had, which means no; it is tried again in the next run"
            )
        if not robots.can_fetch(str(url), self._settings.agent):
            raise FetchError(f"{origin}/robots.txt forbids it; ask the publisher, or take the source out")

    def _read_robots(self, at: httpx.URL) -> Protego | None:
        """A host's rules, which are none where it has no such file; None where that cannot be known."""
        try:
            for _ in range(_MOST_REDIRECTS + 1):
                answer = self._patiently(at, {}, _MOST_OF_ROBOTS)
                if isinstance(answer, Answer):
                    return Protego.parse((answer.content or b"").decode("utf-8", "replace"))
                at = answer
        except _MissingError:
            return Protego.parse("")
        except FetchError as error:
            if isinstance(error, PrivateAddressError):
                raise
        return None

    def _patiently(self, url: httpx.URL, headers: dict[str, str], largest: int) -> Answer | httpx.URL:
        """An answer, or where it leads; tried again, after longer and longer pauses, where that may help."""
        wait = max(self._settings.pause, 0.2)
        for left in range(self._settings.retries, -1, -1):
            self._pause(url)
            try:
                return self._once(url, headers, largest)
            except _Retry as error:
                if not left:
                    tries = self._settings.retries + 1
                    raise FetchError(f"{error}, {tries} times; it is tried again in the next run") from None
                time.sleep(
                    min(
                        _LONGEST_WAIT, error.wait if error.wait is not None else wait * random.uniform(1, 1.3)
                    )
                )
                wait *= 2
        raise AssertionError("the last try returns or raises")

    def _once(self, url: httpx.URL, headers: dict[str, str], largest: int) -> Answer | httpx.URL:
        try:
            with self._client.stream("GET", url, headers=headers) as response:
                return self._taken(response, largest)
        except httpx.TimeoutException:
            raise _Retry(f"does not answer within {self._settings.timeout:g} seconds") from None
        except httpx.DecodingError as error:
            raise FetchError(f"sends what cannot be unpacked ({error}); look at the address") from None
        except (httpx.TransportError, httpx.InvalidURL) as error:
            if isinstance(error, httpx.UnsupportedProtocol | httpx.InvalidURL):
                raise FetchError(f"leads to {url}, which is no address of the web; look at it") from None
            raise _Retry(f"breaks off ({error or type(error).__name__})") from None

    def _taken(self, response: httpx.Response, largest: int) -> Answer | httpx.URL:
        status, headers = response.status_code, response.headers
        seen = Seen(headers.get("etag"), headers.get("last-modified"))
        if status == 304:
            return Answer(str(response.url), None, "", seen)
        if response.is_redirect and "location" in headers:
            return response.url.join(headers["location"])
        if status == 429 or status >= 500:
            raise _Retry(f"answers {status}", _asked_wait(headers.get("retry-after")))
        if status in (404, 410) or (status >= 400 and response.url.path == "/robots.txt"):
            raise _MissingError(f"answers {status}; look at the address, or take the source out")
        if status != 200:
            raise FetchError(f"answers {status}; look at the address, or ask the publisher")
        content = self._body(response, largest)
        return Answer(
            str(response.url), content, headers.get("content-type", "").split(";")[0].strip().lower(), seen
        )

    def _body(self, response: httpx.Response, largest: int) -> bytes:
        """The unpacked body, given up as soon as it is too large or takes too long."""
        until = time.monotonic() + 3 * self._settings.timeout
        content = bytearray()
        for chunk in response.iter_bytes():
            content += chunk
            if len(content) > largest or response.num_bytes_downloaded > largest:
                raise FetchError(
                    f"sends more than {largest / 1024**2:g} MB; raise http.largest if that is right"
                )
            if time.monotonic() > until:
                raise _Retry(f"takes longer than {3 * self._settings.timeout:g} seconds to send all")
        return bytes(content)

    def _pause(self, url: httpx.URL) -> None:
        robots = self._robots.get(f"{url.scheme}://{url.netloc.decode('ascii')}")
        asked = robots.crawl_delay(self._settings.agent) if robots is not None else None
        pause = max(self._settings.pause, min(float(asked or 0), _LONGEST_WAIT))
        left = self._asked.get(url.host, -pause) + pause - time.monotonic()
        if left > 0:
            time.sleep(left)
        self._asked[url.host] = time.monotonic()


class _MissingError(FetchError):
    """There is nothing at the address."""


class PrivateAddressError(FetchError):
    """A name leads into a private network."""


class _Guarded(httpcore.SyncBackend):
    """Opens connections to public addresses only, and to hosts that are allowed by name; what it checks it connects to."""

    def __init__(self, allowed: Iterable[str]) -> None:
        super().__init__()
        self._allowed = {name.lower() for name in allowed}

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> httpcore.NetworkStream:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise httpcore.ConnectError(f"no such host: {host} ({error.strerror or error})") from None
        address = str(found[0][4][0])
        names = {host.lower(), f"{host.lower()}:{port}"}
        if not names & self._allowed and not all(_is_public(str(entry[4][0])) for entry in found):
            raise PrivateAddressError(
                f"{host} leads to the private address {address}; where that is meant, add {host} to http.private"
            )
        return super().connect_tcp(address, port, timeout, local_address, socket_options)


class _Transport(httpx.HTTPTransport):
    """The usual transport over guarded connections."""

    def __init__(self, settings: HttpSettings) -> None:
        super().__init__(trust_env=False)
        # httpx has no public way to say how connections are opened; the pool is httpcore's, and its argument is public
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(trust_env=False), network_backend=_Guarded(settings.private)
        )


def _is_public(address: str) -> bool:
    found = ipaddress.ip_address(address.split("%")[0])
    mapped = getattr(found, "ipv4_mapped", None)
    return (mapped or found).is_global and not found.is_multicast


def _asked_wait(retry_after: str | None) -> float | None:
    try:
        return max(0.0, float(retry_after)) if retry_after else None
    except ValueError:
        return None
