"""A run that another process trains, or trained to its end, followed through the files in its folder."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QObject, Signal

from models.training.events import Command, Event, Finished, Stepped
from models.training.run_folder import RunFolder

_EVERY = 0.5
"""Seconds between two looks at the file of events."""

_MOST_STEPS = 1000
"""As many steps of a run's past are enough for its curve."""


class FollowedRun(QObject):
    """Reports the events of a run from its beginning, then those to come; the like of ``TrainingProcess``.

    Signals, on the thread that owns this object: ``reported(event)``; ``ended(status)`` when no process trains the run
    any more, 0 when it came to its end.
    """

    reported = Signal(object)
    ended = Signal(int)

    def __init__(self, run: RunFolder, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.run = run
        self._closed = threading.Event()
        self._over = False
        self._thread = threading.Thread(target=self._follow, name="kirie-followed-run", daemon=True)

    @property
    def running(self) -> bool:
        """Whether there may be more to come."""
        return not self._over

    def start(self) -> None:
        """Begin to report."""
        self._thread.start()

    def send(self, command: str) -> None:
        """Ask for "stop", the one thing that a trainer can be asked by others. Raises ``WriteError`` types."""
        if command == Command.STOP:
            self.run.ask_to_stop()

    def close(self) -> None:
        """Report nothing more; the run goes on."""
        self._closed.set()
        self._thread.join()

    def _follow(self) -> None:
        position, last = 0, None
        while not self._closed.is_set():
            running = self.run.running  # asked first, so that nothing written before its end is missed
            events, position = self._read(position)
            for event in thinned(events):
                self._emit(self.reported, event)
                last = event
            if not running:
                self._over = True
                self._emit(self.ended, 0 if isinstance(last, Finished) else 1)
                return
            self._closed.wait(_EVERY)

    def _read(self, position: int) -> tuple[list[Event], int]:
        """Return the events of the whole lines after ``position`` in bytes, and where the next line begins."""
        try:
            with self.run.events.open("rb") as file:
                file.seek(position)
                data = file.read()
        except OSError:
            return [], position
        whole = data[: data.rfind(b"\n") + 1]
        events = [Event.from_json(line) for line in whole.decode("utf-8", "replace").splitlines()]
        return [event for event in events if event is not None], position + len(whole)

    def _emit(self, signal: Any, value: object) -> None:
        with contextlib.suppress(RuntimeError):  # the dialog is gone
            signal.emit(value)


def thinned(events: Sequence[Event]) -> list[Event]:
    """Return all events but most of the steps, where there are very many: each costs the window a moment."""
    steps = [number for number, event in enumerate(events) if isinstance(event, Stepped)]
    stretch = -(-len(steps) // _MOST_STEPS)
    kept = set(steps[::stretch] + steps[-1:]) if stretch > 1 else set(steps)
    return [event for number, event in enumerate(events) if number in kept or not isinstance(event, Stepped)]
