"""A worker thread that serves the newest request: one that waits is replaced by the next of its kind."""

from __future__ import annotations

import itertools
import logging
import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from time import monotonic
from typing import Generic, TypeVar

from gui.threads.priority import give_way_to_window

log = logging.getLogger(__name__)

Request = TypeVar("Request")


@dataclass(frozen=True)
class _Waiting(Generic[Request]):
    turn: tuple[float, int]
    due: float
    request: Request


class Latest(Generic[Request]):
    """Runs ``serve(request)`` on one thread, one request at a time; all methods may be called from any thread.

    An exception out of ``serve`` goes to ``failed(request, error)``, on the same thread, and the next request is
    served. ``most`` bounds how many requests wait: those whose turn is last are dropped. A ``background`` thread gives
    way to the window and to what the window waits for.
    """

    def __init__(
        self,
        name: str,
        serve: Callable[[Request], object],
        failed: Callable[[Request, Exception], object],
        most: int | None = None,
        background: bool = True,
    ) -> None:
        self._serve, self._failed, self._most, self._background = serve, failed, most, background
        self._waiting: dict[Hashable, _Waiting[Request]] = {}
        self._count = itertools.count()
        self._change = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)

    def start(self) -> None:
        """Begin to serve."""
        self._thread.start()

    def put(self, request: Request, key: Hashable = None, rank: float = 0, due: float = 0.0) -> bool:
        """Ask; replaces what waits under the same ``key``. Return whether it will be served: ``False`` once closed.

        The lowest ``rank`` is served first, of equal ranks the one asked first; none before ``due`` (``monotonic``).
        """
        with self._change:
            if self._closed:
                return False
            self._waiting[key] = _Waiting((rank, next(self._count)), due, request)
            if self._most is not None and len(self._waiting) > self._most:
                del self._waiting[max(self._waiting, key=self._turn)]
            self._change.notify()
            return True

    def drop(self) -> list[Request]:
        """Forget what waits, and return it."""
        with self._change:
            dropped = [self._waiting[key].request for key in sorted(self._waiting, key=self._turn)]
            self._waiting.clear()
            return dropped

    def close(self, wait: bool = True) -> list[Request]:
        """Drop and return what waits; ``wait`` for the request in hand, if any, and end the thread."""
        with self._change:
            self._closed = True
            dropped = self.drop()
            self._change.notify()
        if wait and self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join()
        return dropped

    def _turn(self, key: Hashable) -> tuple[float, int]:
        return self._waiting[key].turn

    def _next(self) -> _Waiting[Request] | None:
        """Wait for a request whose time has come, and take it; ``None`` once closed."""
        with self._change:
            while not self._closed:
                now = monotonic()
                due = [key for key, waiting in self._waiting.items() if waiting.due <= now]
                if due:
                    return self._waiting.pop(min(due, key=self._turn))
                first = min((waiting.due for waiting in self._waiting.values()), default=None)
                self._change.wait(None if first is None else first - now)
        return None

    def _work(self) -> None:
        if self._background:
            give_way_to_window()
        while (taken := self._next()) is not None:
            try:
                self._serve(taken.request)
            except Exception as error:
                self._report(taken.request, error)

    def _report(self, request: Request, error: Exception) -> None:
        try:
            self._failed(request, error)
        except Exception:  # a defect must not end the thread: whoever asks next would wait for ever
            # Once closed, the Qt object that is told may be gone already.
            log.log(logging.INFO if self._closed else logging.ERROR, "a failure could not be told", exc_info=True)
