"""One window a home: the first start holds a lock there, later ones hand their photos to its window. Loads no Qt.

The lock's file names the place where the window listens and the key that both sides prove to know. The system releases
the lock when its holder dies, so what a crashed window left behind stops nobody. See
docs/decisions/0066-one-window.md.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import secrets
import socket
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Listener
from pathlib import Path
from typing import IO, Any

from matting.batch.write_outputs import make_folder
from matting.errors import WriteError
from matting.system import folders
from matting.system.file_lock import try_lock
from matting.system.os_errors import system_reason

log = logging.getLogger(__name__)

PATIENCE_S = 10.0
"""How long a start waits for a window that is closing or does not answer."""
_PAUSE_S = 0.1
_TAKEN = b"taken"

Take = Callable[[list[Path], "Future[None]"], None]
"""Called on a thread with photos that came; the result is set once the window has them, or it is cancelled."""


@dataclass(frozen=True)
class _Address:
    """Where a window listens: a socket or pipe of this user's on the machine ``host``."""

    host: str
    place: str
    key: bytes


class Claim:
    """What a start may do with the home: keep the workspace there (``owned``), or not.

    ``error`` says why nothing can be kept there at all. ``owned`` without a lock happens only with an ``error``: nobody
    else can write there either.
    """

    def __init__(self, owned: bool, error: WriteError | None = None, lock: IO[bytes] | None = None) -> None:
        self.owned, self.error = owned, error
        self._lock = lock
        self._listener: Listener | None = None
        self._thread: threading.Thread | None = None
        self._asked: Future[None] | None = None
        self._closed = False
        if lock is not None:
            self._announce(lock)

    def listen(self, take: Take) -> None:
        """Take what later starts hand over, until ``close``."""
        if self._listener is not None:
            self._thread = threading.Thread(target=self._serve, args=(take,), name="kirie-starts", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Stop listening and let go of the home. A start that waits for an answer opens its own window."""
        self._closed = True
        if self._asked is not None:
            self._asked.cancel()
        if self._listener is not None:
            if self._thread is not None:
                with contextlib.suppress(OSError, EOFError, AuthenticationError):  # wakes the thread
                    Client(self._listener.address, authkey=self._key).close()
                self._thread.join(1.0)
            self._listener.close()
        if self._lock is not None:
            self._lock.close()

    def _announce(self, lock: IO[bytes]) -> None:
        self._key = secrets.token_bytes(32)
        try:
            # The family of the platform: a socket in a folder of this user's alone, or a pipe of Windows.
            self._listener = Listener(authkey=self._key)
            address = {"host": socket.gethostname(), "place": self._listener.address, "key": self._key.hex()}
            lock.seek(0)
            lock.truncate()
            lock.write(json.dumps(address).encode())
            lock.flush()
        except OSError:
            log.warning("later starts cannot reach this window", exc_info=True)

    def _serve(self, take: Take) -> None:
        assert self._listener is not None
        while True:
            try:
                line = self._listener.accept()
            except (AuthenticationError, EOFError, ConnectionError):
                continue
            except OSError:
                return
            with line, contextlib.suppress(OSError, EOFError, ValueError, CancelledError):
                if self._closed:
                    return
                photos = [Path(photo) for photo in json.loads(line.recv_bytes())]
                self._asked = Future()
                if self._closed:
                    return
                take(photos, self._asked)
                self._asked.result()
                line.send_bytes(_TAKEN)


def claim(photos: Sequence[Path] = (), patience_s: float = PATIENCE_S) -> Claim | None:
    """Take the home for a window, or hand the photos (absolute paths) to the one that has it: then there is no claim.

    Where the window that has it cannot be reached, as one on another machine, the claim is not ``owned``.
    """
    home = folders.home()
    try:
        make_folder(home)
        lock = _open(home / "window.lock")
    except WriteError as error:
        log.warning("nothing is kept: %s", error)
        return Claim(True, error)
    until = time.monotonic() + patience_s
    while not try_lock(lock):
        address = _read(lock)
        here = address is None or address.host == socket.gethostname()
        if address is not None and here and _hand_over(address, photos, until - time.monotonic()):
            lock.close()
            return None
        if not here or time.monotonic() > until:
            lock.close()
            return Claim(False)
        time.sleep(_PAUSE_S)
    return Claim(True, lock=lock)


def _open(file: Path) -> IO[bytes]:
    try:
        # Only its user may read the key.
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
    except OSError as error:
        raise WriteError(file, reason=system_reason(error)) from error
    return os.fdopen(descriptor, "r+b")


def _read(lock: IO[bytes]) -> _Address | None:
    """Return what the holder wrote; ``None`` while it has not yet, or what is left of another version's."""
    try:
        lock.seek(0)
        stored = json.loads(lock.read())
        return _Address(str(stored["host"]), str(stored["place"]), bytes.fromhex(stored["key"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _hand_over(address: _Address, photos: Sequence[Path], patience_s: float) -> bool:
    """Return whether the window has taken the photos; one that hangs is not waited for."""
    taken: list[bool] = []

    def talk() -> None:
        refused = contextlib.suppress(OSError, EOFError, AuthenticationError)
        with refused, Client(address.place, authkey=address.key) as line:
            line.send_bytes(json.dumps([str(photo) for photo in photos]).encode())
            taken.append(line.recv_bytes() == _TAKEN)

    _let_it_come_to_the_front()
    thread = threading.Thread(target=talk, name="kirie-hand-over", daemon=True)
    thread.start()
    thread.join(max(patience_s, _PAUSE_S))
    return taken == [True]


def _let_it_come_to_the_front() -> None:
    """Pass on the right to do so, which Windows gives to the program that the user started last."""
    if sys.platform == "win32":
        import ctypes

        any_process: Any = -1
        ctypes.windll.user32.AllowSetForegroundWindow(any_process)
