"""A worker thread that serves the newest request: one that waits is replaced by the next of its kind."""

from __future__ import annotations

import itertools
import logging
import threading
from collections.abc import Callable, Hashable
from time import monotonic
from typing import Generic, TypeVar

from gui.threads.priority import lower_priority

log = logging.getLogger(__name__)

Request = TypeVar("Request")


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
        # Rank, number, due time and request: the number is the request's own, so tuples are compared no further.
        self._waiting: dict[Hashable, tuple[float, int, float, Request]] = {}
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
            self._waiting[key] = (rank, next(self._count), due, request)
            if self._most is not None and len(self._waiting) > self._most:
                del self._waiting[max(self._waiting, key=self._waiting.__getitem__)]
            self._change.notify()
            return True

    def drop(self) -> list[Request]:
        """Forget what waits, and return it."""
        with self._change:
            dropped, self._waiting = sorted(self._waiting.values()), {}
            return [request for *_, request in dropped]

    def close(self, wait: bool = True) -> list[Request]:
        """Drop and return what waits; ``wait`` for the request in hand, if any, and end the thread."""
        with self._change:
            self._closed = True
            dropped = self.drop()
            self._change.notify()
        if wait and self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join()
        return dropped

    def _work(self) -> None:
        if self._background:
            lower_priority()
        while self._serve_next():
            pass

    def _serve_next(self) -> bool:
        """Wait for a request whose time has come, and serve it; ``False`` once closed.

        A call of its own for each, since the pixels of the last request would be kept while the next is waited for.
        """
        with self._change:
            while not (self._closed or (ready := self._ready())):
                first_due = min((due for _, _, due, _ in self._waiting.values()), default=None)
                self._change.wait(None if first_due is None else first_due - monotonic())
            if self._closed:
                return False
            *_, request = self._waiting.pop(min(ready, key=self._waiting.__getitem__))
        try:
            self._serve(request)
        except Exception as error:
            self._report(request, error)
        return True

    def _ready(self) -> list[Hashable]:
        now = monotonic()
        return [key for key, (_, _, due, _) in self._waiting.items() if due <= now]

    def _report(self, request: Request, error: Exception) -> None:
        try:
            self._failed(request, error)
        except Exception:  # a defect must not end the thread: the next request would never be answered
            # Once closed, the Qt object that is told may be gone already.
            log.log(logging.INFO if self._closed else logging.ERROR, "a failure could not be told", exc_info=True)
