"""One attempt to get the rest of a file from one mirror."""

from __future__ import annotations

import contextlib
import http.client
import re
import socket
import ssl
import time
import urllib.error
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from email.message import Message
from typing import TypeVar

from matting.phrases import Phrase
from matting.system.control import Control
from matting.system.os_errors import system_reason
from models.download.connection import BundleUnreadable, Silence, Stream
from models.download.errors import MirrorAnswer
from models.download.mirrors import MirrorLeft, Why, host_of
from models.download.part import Origin, Part

# The catalogue's sizes are rounded here and there; an error page is far from them all the same.
_SIZE_SLACK = 0.05
_TRANSIENT = {408, 425, 429}
_T = TypeVar("_T")


@dataclass(frozen=True)
class Patience:
    """How long to wait for what; seconds and bytes a second.

    ``connect`` until the answer begins, ``stall`` without one byte, ``slow_rate`` on average over ``slow_after`` is
    too slow as long as other mirrors are left to try. ``rounds`` over mirrors that bring nothing new, ``pause``
    between them. ``tick`` is how soon a cancel is noticed.
    """

    connect: float = 15.0
    stall: float = 30.0
    slow_rate: float = 30_000.0
    slow_after: float = 20.0
    rounds: int = 2
    pause: float = 2.0
    tick: float = 0.1


@dataclass(frozen=True)
class DownloadProgress:
    """``done`` and ``total`` in bytes (``total`` about right until the server told it), ``rate`` in bytes a second."""

    name: str
    done: int
    total: int
    rate: float
    host: str

    @property
    def remaining_s(self) -> float | None:
        """Seconds left at this rate; ``None`` while there is no rate."""
        return max(0, self.total - self.done) / self.rate if self.rate > 0 else None


class Rate:
    """Bytes a second over the last few seconds."""

    def __init__(self, window: float) -> None:
        self._window = window
        self._seen: deque[tuple[float, int]] = deque()

    def add(self, count: int) -> None:
        """Note that so many bytes arrived now."""
        now = time.monotonic()
        self._seen.append((now, count))
        while now - self._seen[0][0] > self._window:
            self._seen.popleft()

    def restart(self) -> None:
        """Forget, after a pause."""
        self._seen.clear()

    def value(self) -> float:
        """Return the rate, 0 until two pieces were seen."""
        if len(self._seen) < 2:
            return 0.0
        # The first piece only starts the clock.
        span = time.monotonic() - self._seen[0][0]
        return sum(count for _, count in list(self._seen)[1:]) / span if span > 0 else 0.0


def fetch(
    url: str,
    part: Part,
    size: int,
    *,
    patience: Patience,
    may_leave_slow: bool,
    control: Control,
    on_bytes: Callable[[int, float], None],
) -> None:
    """Ask for what is missing in ``part`` and append it until the server ends the answer.

    ``size`` is the catalogue's, about. ``on_bytes`` gets the total expected and the rate. Returns when the answer has
    ended; whether the file is right is for the caller to see (``part.complete``).

    Raises:
        MirrorLeft: this mirror brought an error, silence, or something else than the file.
        Cancelled: the user wants no more.
        OSError: the part cannot be written.
    """
    host = host_of(url)
    mute = MirrorLeft(Why.UNREACHABLE, host, MirrorAnswer.NO_ANSWER(seconds=f"{patience.connect:g}"))
    stalled = MirrorLeft(Why.SLOW, host, MirrorAnswer.SILENT(seconds=f"{patience.stall:g}"))
    # The stream's own timeout only ends its reader thread, whose result is no longer needed.
    timeout = max(patience.connect, patience.stall) + 1
    with _explained(host, part), Stream(url, _headers(url, part), timeout) as stream:
        status, headers = _wait(lambda: stream.answer(patience.tick), patience.connect, control, mute)
        total = _accept(url, host, status, headers, part, size)
        limit = total or int(size * (1 + _SIZE_SLACK)) + 1
        rate = Rate(patience.slow_after)
        begun = time.monotonic()
        while piece := _wait(lambda: stream.piece(patience.tick), patience.stall, control, stalled):
            if part.size + len(piece) > limit:
                raise MirrorLeft(Why.WRONG, host, MirrorAnswer.TOO_MUCH)
            _write(part, piece)
            rate.add(len(piece))
            on_bytes(total or size, rate.value())
            if control.paused:
                control.wait_if_paused()
                rate.restart()
                begun = time.monotonic()
            if may_leave_slow and time.monotonic() - begun > patience.slow_after and rate.value() < patience.slow_rate:
                raise MirrorLeft(Why.SLOW, host, MirrorAnswer.SLOW(rate=f"{rate.value() / 1000:.1f}"))


class _DiskTrouble(Exception):
    """Carries an ``OSError`` of the disk past the handlers for those of the network."""

    def __init__(self, error: OSError) -> None:
        super().__init__(error)
        self.error = error


def _write(part: Part, piece: bytes) -> None:
    try:
        part.write(piece)
    except OSError as error:
        raise _DiskTrouble(error) from error


def _headers(url: str, part: Part) -> dict[str, str]:
    headers = {"Accept-Encoding": "identity"}  # compressed bytes have neither our length nor our hash
    if part.size:
        headers["Range"] = f"bytes={part.size}-"
        # Another mirror's names for versions mean nothing here; the SHA-256 at the end judges.
        if part.origin and part.origin.url == url and part.origin.if_range:
            headers["If-Range"] = part.origin.if_range
    return headers


def _wait(take: Callable[[], _T], longest: float, control: Control, left: MirrorLeft) -> _T:
    """Take the next thing from the stream, waking every tick to see whether to go on."""
    begun = time.monotonic()
    while True:
        if control.paused:
            control.wait_if_paused()
            begun = time.monotonic()
        control.wait_if_paused()
        try:
            return take()
        except Silence:
            if time.monotonic() - begun > longest:
                raise left from None


def _accept(url: str, host: str, status: int, headers: Message, part: Part, size: int) -> int:
    """Judge the answer before its bytes; make ``part`` ready for them. The total length, 0 when not told."""
    if headers.get("Content-Encoding", "identity").lower() != "identity":
        raise MirrorLeft(Why.WRONG, host, MirrorAnswer.COMPRESSED)
    length = _number(headers.get("Content-Length"))
    origin = Origin(url, headers.get("ETag", ""), headers.get("Last-Modified", ""))
    if status == 206:
        start, total = _content_range(headers)
        same = part.origin is None or part.origin.url != url or part.origin.etag == origin.etag
        if start != part.size or not same or (part.origin and total and part.origin.total not in (0, total)):
            part.restart()
            raise MirrorLeft(Why.BROKEN, host, MirrorAnswer.CHANGED)
        part.resumed = True
    elif status == 200:
        part.restart()
        total = length
    else:
        raise MirrorLeft(Why.REFUSED, host, MirrorAnswer.STATUS(status=status))
    if total and abs(total - size) > size * _SIZE_SLACK:
        raise MirrorLeft(Why.WRONG, host, MirrorAnswer.OTHER_SIZE(total=total, size=size))
    part.expect(replace(origin, total=total))
    return total


def _number(value: str | None) -> int:
    return int(value) if value and value.strip().isdecimal() else 0


def _content_range(headers: Message) -> tuple[int, int]:
    """Parse first byte and total length (0: unknown) of "bytes 5-9/10"; (-1, 0) for nonsense."""
    found = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+|\*)", headers.get("Content-Range", "").strip())
    return (int(found[1]), _number(found[3])) if found else (-1, 0)


@contextlib.contextmanager
def _explained(host: str, part: Part) -> Iterator[None]:
    """Turn what the network raises into ``MirrorLeft``."""
    try:
        yield
    except _DiskTrouble as trouble:
        raise trouble.error from None
    except urllib.error.HTTPError as error:
        if error.code == 416 and part.size:  # the server's file ends where our part does, or before: not the same file
            part.restart()
            raise MirrorLeft(Why.BROKEN, host, MirrorAnswer.NOTHING_MORE) from error
        raise _from_status(host, error) from error
    except urllib.error.URLError as error:
        cause = error.reason if isinstance(error.reason, Exception) else error
        raise _from_network(host, cause, connected=False) from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise _from_network(host, error, connected=True) from error


def _from_status(host: str, error: urllib.error.HTTPError) -> MirrorLeft:
    error.close()
    if error.code == 407:
        return MirrorLeft(Why.PROXY, host, MirrorAnswer.STATUS(status=407))
    if error.code < 400:
        return MirrorLeft(Why.REFUSED, host, MirrorAnswer.NOWHERE)
    busy = error.code in _TRANSIENT or error.code >= 500
    return MirrorLeft(Why.BUSY if busy else Why.REFUSED, host, MirrorAnswer.STATUS(status=error.code))


def _from_network(host: str, error: Exception, connected: bool) -> MirrorLeft:
    if isinstance(error, BundleUnreadable):
        return MirrorLeft(Why.UNTRUSTED, host, error.answer)
    if isinstance(error, ssl.SSLCertVerificationError):
        words = error.verify_message
        return MirrorLeft(
            Why.UNTRUSTED, host, MirrorAnswer.WORDS(words=words) if words else MirrorAnswer.BAD_CERTIFICATE
        )
    if isinstance(error, ssl.SSLError) and not connected:
        return MirrorLeft(Why.UNTRUSTED, host, MirrorAnswer.WORDS(words=error.reason or str(error)))
    text = " ".join(str(error).split())[:100] or type(error).__name__
    if "Tunnel connection failed" in text:
        return MirrorLeft(Why.PROXY, host, MirrorAnswer.WORDS(words=text.rpartition("failed: ")[2]))
    if connected:
        return MirrorLeft(Why.BROKEN, host, MirrorAnswer.BROKE_OFF(reason=_network_reason(error, text)))
    return MirrorLeft(Why.UNREACHABLE, host, MirrorAnswer.UNREACHABLE(reason=_network_reason(error, text)))


def _network_reason(error: Exception, text: str) -> Phrase:
    if isinstance(error, socket.gaierror):
        return MirrorAnswer.NO_ADDRESS
    return system_reason(error) if isinstance(error, OSError) and error.strerror else MirrorAnswer.WORDS(words=text)
