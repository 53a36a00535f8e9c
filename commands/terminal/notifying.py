"""A batch in a notification of the desktop."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from commands.desktop import Notification
from commands.terminal.duration import duration
from commands.terminal.progress import Display
from matting.batch.jobs import Progress

_EVERY_S = 2.0
_NAMES = {
    "done": "cut out",
    "skipped": "already there",
    "no_subject": "without a subject",
    "failed": "failed",
    "not_reached": "not reached",
}


class Notifying(Display):
    """Tells a notification how far the batch is, every other second."""

    def __init__(self, notification: Notification) -> None:
        self._notification = notification
        self._next = 0.0
        self._summary: dict[str, Any] = {}

    def on_progress(self, progress: Progress) -> None:
        """Show how far it is."""
        if time.monotonic() < self._next or not self._notification.can_progress:
            return
        self._next = time.monotonic() + _EVERY_S
        left = "" if progress.remaining_s is None else f", {duration(progress.remaining_s)} left"
        text = f"{progress.done} of {progress.total} photos{left}"
        self._notification.show(text, 100 * progress.done // max(1, progress.total))

    def end(self, summary: dict[str, Any]) -> None:
        """Keep the counts."""
        self._summary = summary

    def last_words(self, folder: Path) -> str:
        """Return what became of the photos."""
        if not self._summary:
            return "There are no photos here."
        parts = [f"{self._summary[key]} {name}" for key, name in _NAMES.items() if self._summary[key]]
        return f"{', '.join(parts)}: {folder}"
