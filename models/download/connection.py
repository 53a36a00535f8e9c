"""One HTTP answer as a stream that can be abandoned at any moment.

The standard library's ``urllib`` does the protocol: proxies of the environment and the system, redirects, TLS. It can
only block, so a thread reads and the caller takes pieces from a short queue, free to look at its token and its clock.
Why no HTTP library: ``docs/decisions/0051-download-with-the-standard-library.md``.
"""

from __future__ import annotations

import contextlib
import functools
import http.client
import os
import queue
import socket
import ssl
import threading
import urllib.request
from collections.abc import Callable, Mapping
from email.message import Message
from pathlib import Path
from typing import Any

import truststore

from matting.phrases import Phrase
from matting.system.version import version
from models.download.errors import MirrorAnswer

PIECE = 1 << 17
_AGENT = f"kirie/{version()}"
_CA_VARIABLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


class Silence(Exception):
    """Nothing arrived within the time given; the stream is still open."""


class BundleUnreadable(OSError):
    """The certificates that an environment variable names cannot be used; ``answer`` says so."""

    def __init__(self, answer: Phrase) -> None:
        super().__init__(str(answer))
        self.answer = answer


class Stream:
    """The answer to one GET. Use as a context manager; leaving it wakes and ends the reading thread."""

    def __init__(self, url: str, headers: Mapping[str, str], timeout: float) -> None:
        self._request = urllib.request.Request(url, headers={"User-Agent": _AGENT, **headers})
        self._timeout = timeout
        self._pieces: queue.Queue[bytes | Exception | _Answer] = queue.Queue(maxsize=16)
        self._sockets: list[socket.socket] = []
        self._left = threading.Event()
        self._thread = threading.Thread(target=self._read, name="download", daemon=True)

    def __enter__(self) -> Stream:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._left.set()
        for sock in self._sockets:
            with contextlib.suppress(OSError, ValueError):
                sock.shutdown(socket.SHUT_RDWR)
        while self._thread.is_alive():
            # The thread may wait for room in the queue; a name lookup cannot be woken and is left to end by itself.
            with contextlib.suppress(queue.Empty):
                self._pieces.get_nowait()
            self._thread.join(0.01)
            if not self._sockets:
                return

    def answer(self, wait: float) -> tuple[int, Message]:
        """Return status and headers, after redirects. Raises ``Silence``, or whatever ``urllib`` raised."""
        item = self._next(wait)
        assert isinstance(item, _Answer)
        return item.status, item.headers

    def piece(self, wait: float) -> bytes:
        """Return the next bytes, empty at the end. Raises ``Silence``, or whatever ``urllib`` raised."""
        item = self._next(wait)
        assert isinstance(item, bytes)
        return item

    def _next(self, wait: float) -> bytes | _Answer:
        try:
            item = self._pieces.get(timeout=wait)
        except queue.Empty:
            raise Silence from None
        if isinstance(item, Exception):
            raise item
        return item

    def _read(self) -> None:
        try:
            with _opener(self._sockets.append).open(self._request, timeout=self._timeout) as response:
                self._put(_Answer(response.status, response.headers))
                while not self._left.is_set():
                    piece = response.read1(PIECE)
                    if not piece and response.length:
                        # read1 reports an early end as an end.
                        raise http.client.IncompleteRead(b"", response.length)
                    self._put(piece)
                    if not piece:
                        return
        except Exception as error:  # handed to the caller's thread, whatever it is
            self._put(error)

    def _put(self, item: bytes | Exception | _Answer) -> None:
        while not self._left.is_set():
            with contextlib.suppress(queue.Full):
                self._pieces.put(item, timeout=0.1)
                return


class _Answer:
    def __init__(self, status: int, headers: Message) -> None:
        self.status = status
        self.headers = headers


def trust() -> ssl.SSLContext:
    """Return a TLS context that trusts the system's certificates and the user's own bundle.

    The first variable that is set names the bundle: SSL_CERT_FILE, REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE.
    Raises ``BundleUnreadable``.
    """
    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    variable = next((variable for variable in _CA_VARIABLES if os.environ.get(variable)), None)
    if variable:
        place = Path(os.environ[variable]).expanduser()
        try:
            context.load_verify_locations(*((None, place) if place.is_dir() else (place, None)))
        except OSError as error:  # ssl.SSLError is one
            raise BundleUnreadable(MirrorAnswer.BUNDLE(variable=variable, place=str(place))) from error
    return context


def _opener(on_socket: Callable[[socket.socket], None]) -> urllib.request.OpenerDirector:
    """Do what ``urllib.request.build_opener`` does, without file: and ftp:, which a redirect must not reach."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        _Http(on_socket),
        _Https(on_socket),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPRedirectHandler(),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.UnknownHandler(),
    ):
        opener.add_handler(handler)
    return opener


class _HttpConnection(http.client.HTTPConnection):
    def __init__(self, *args: Any, on_socket: Callable[[socket.socket], None], **options: Any) -> None:
        super().__init__(*args, **options)
        self._on_socket = on_socket

    def connect(self) -> None:
        super().connect()
        self._on_socket(self.sock)


class _HttpsConnection(http.client.HTTPSConnection):
    def __init__(self, *args: Any, on_socket: Callable[[socket.socket], None], **options: Any) -> None:
        super().__init__(*args, **options)
        self._on_socket = on_socket

    def connect(self) -> None:
        super().connect()
        self._on_socket(self.sock)


class _Http(urllib.request.HTTPHandler):
    def __init__(self, on_socket: Callable[[socket.socket], None]) -> None:
        super().__init__()
        self._on_socket = on_socket

    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        connect = functools.partial(_HttpConnection, on_socket=self._on_socket)
        return self.do_open(connect, req)


class _Https(urllib.request.HTTPSHandler):
    def __init__(self, on_socket: Callable[[socket.socket], None]) -> None:
        super().__init__()
        self._on_socket = on_socket

    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        connect = functools.partial(_HttpsConnection, on_socket=self._on_socket)
        return self.do_open(connect, req, context=trust())
