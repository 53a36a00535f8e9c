"""A limit on the megapixels that are in memory at once, whatever the number of photos."""

from __future__ import annotations

import threading

from matting.system.control import Cancelled


class MegapixelBudget:
    """Lets photos in while there is room for them; one that is larger than the whole budget goes in alone.

    ``take`` blocks, so callers that take in order are served in order. Methods may be called from any thread.
    """

    def __init__(self, megapixels: float) -> None:
        self._limit = megapixels
        self._used = 0.0
        self._closed = False
        self._changed = threading.Condition()

    def take(self, megapixels: float) -> None:
        """Wait for room and take it. Raises ``Cancelled`` once closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._used <= 0 or self._used + megapixels <= self._limit)
            if self._closed:
                raise Cancelled
            self._used += megapixels

    def add(self, megapixels: float) -> None:
        """Take more for a photo that proved larger than announced, or give some back (negative); never waits."""
        with self._changed:
            self._used += megapixels
            self._changed.notify_all()

    def give(self, megapixels: float) -> None:
        """Give back what was taken."""
        with self._changed:
            self._used = max(0.0, self._used - megapixels)
            self._changed.notify_all()

    def close(self) -> None:
        """Let nobody in any more and wake those who wait."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
