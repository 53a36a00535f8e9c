"""A token with which one thread pauses, resumes or cancels the work of others."""

from __future__ import annotations

import threading


class Cancelled(Exception):
    """The user cancelled; raised inside the work, never shown."""


class Control:
    """Shared by whoever asks (window, signal handler) and whoever works.

    Work calls ``wait_if_paused`` between steps. Cancelling also wakes paused work, and cannot be undone.
    All methods may be called from any thread, and from a signal handler.
    """

    def __init__(self) -> None:
        # Events, not a condition: a signal handler may interrupt this very thread while it holds a lock.
        self._running = threading.Event()
        self._running.set()
        self._cancelled = threading.Event()
        self._winding_down = threading.Event()

    def pause(self) -> None:
        """Hold the work at its next step; without effect once cancelled."""
        if not self._cancelled.is_set() and not self._winding_down.is_set():
            self._running.clear()
            # Cancelled between the two lines above: no later call would wake the waiting thread.
            if self._cancelled.is_set() or self._winding_down.is_set():
                self._running.set()

    def resume(self) -> None:
        """Let paused work go on."""
        self._running.set()

    def cancel(self) -> None:
        """Stop the work at its next step, paused or not."""
        self._cancelled.set()
        self._running.set()

    def wind_down(self) -> None:
        """Finish what is under way, paused or not, and begin nothing new."""
        self._winding_down.set()
        self._running.set()

    def wait(self, seconds: float) -> None:
        """Return after so many seconds, or sooner when the work is to wind down."""
        self._winding_down.wait(seconds)

    @property
    def winding_down(self) -> bool:
        """Whether nothing new is to be begun."""
        return self._winding_down.is_set()

    @property
    def paused(self) -> bool:
        """Whether work is being held."""
        return not self._running.is_set()

    @property
    def cancelled(self) -> bool:
        """Whether work has been told to stop."""
        return self._cancelled.is_set()

    def wait_if_paused(self) -> None:
        """Return at once, or when resumed.

        Raises:
            Cancelled: when the work has been cancelled, before or during the wait.
        """
        self._running.wait()
        if self._cancelled.is_set():
            raise Cancelled
