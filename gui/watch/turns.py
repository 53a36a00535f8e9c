"""Whose turn it is to write: the watched folder's, unless it is paused or a batch of the window is at work."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from matting.system.control import Control


class Turns:
    """Lets one side write at a time: both may use one output folder, whose journal has one writer.

    All methods may be called from any thread; ``batch`` and ``watch`` block the thread that uses them.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._batches = 0
        self._paused = False
        self._watching: Control | None = None

    @property
    def batch_at_work(self) -> bool:
        """Whether a batch has the turn or waits for it."""
        return self._batches > 0

    @property
    def paused(self) -> bool:
        """Whether the watched folder is held until it is let go on."""
        return self._paused

    def pause(self, hold: bool) -> None:
        """Hold the watched folder after the photos under way, or let it go on."""
        with self._changed:
            self._paused = hold
            self._interrupt()

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Let a batch run: wait until the watched folder has finished its photos under way, and hold it meanwhile."""
        with self._changed:
            self._batches += 1
            self._interrupt()
            self._changed.wait_for(lambda: self._watching is None)
        try:
            yield
        finally:
            with self._changed:
                self._batches -= 1
                self._changed.notify_all()

    @contextmanager
    def watch(self, stop: threading.Event) -> Iterator[Control | None]:
        """Wait for the turn of the watched folder and return its control, which winds down when the turn ends.

        ``None`` once it was stopped.
        """
        with self._changed:
            self._changed.wait_for(lambda: stop.is_set() or self._is_free())
            control = self._watching = None if stop.is_set() else Control()
        try:
            yield control
        finally:
            if control is not None:
                with self._changed:
                    self._watching = None
                    self._changed.notify_all()

    def stop(self, stop: threading.Event) -> None:
        """Set ``stop``, and end the turn of the watched folder within a photo."""
        with self._changed:
            stop.set()
            if self._watching is not None:
                self._watching.cancel()
                self._watching.wind_down()
            self._changed.notify_all()

    def _is_free(self) -> bool:
        return not self._paused and not self._batches and self._watching is None

    def _interrupt(self) -> None:
        if self._watching is not None and (self._paused or self._batches):
            self._watching.wind_down()
        self._changed.notify_all()
