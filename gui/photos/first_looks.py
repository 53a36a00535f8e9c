"""Every photo of the list is looked at in the background, the one on the canvas first."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QTimer

from gui.threads.looking import Looking
from gui.workspace.change import Change, Part
from gui.workspace.entry import PhotoEntry
from gui.workspace.entry_changes import FirstLook
from gui.workspace.workspace import Workspace

TELL_MS = 100
"""Looks reach the list at this pace."""
HOLD_MS = 400
"""After the user's hand moved something, the next look waits: the preview has the cores."""


class FirstLooks(QObject):
    """Asks for one look after the other while ``busy()`` is false: a batch looks at its photos itself."""

    def __init__(
        self, workspace: Workspace, looking: Looking, busy: Callable[[], bool], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._workspace, self._looking, self._busy = workspace, looking, busy
        self._queue: deque[Path] = deque()
        self._underway = False
        self._come: list[FirstLook] = []
        self._tell_soon = _timer(self, TELL_MS, self._tell)
        self._next_soon = _timer(self, HOLD_MS, self.go_on)
        looking.looked.connect(self._take)
        workspace.subscribe(self._follow)

    def go_on(self) -> None:
        """Ask for the next look, unless one is under way."""
        if self._underway or self._busy() or not self._workspace.model or self._next_soon.isActive():
            return
        current = self._workspace.current
        if current is not None and self._wanted(current):
            self._ask(current.path)
            return
        while self._queue:
            entry = self._workspace.photos.get(self._queue.popleft())
            if entry is not None and self._wanted(entry):
                self._ask(entry.path)
                return

    def _wanted(self, entry: PhotoEntry) -> bool:
        return entry.looked != self._workspace.model and entry.is_readable and not self._has_come(entry.path)

    def _has_come(self, path: Path) -> bool:
        return any(look.path == path for look in self._come)

    def _ask(self, path: Path) -> None:
        self._underway = True
        self._looking.ask(path, self._workspace.model)

    def _take(self, look: FirstLook | None) -> None:
        self._underway = False
        if look is None:
            return  # not before something changes: the next look would fare no better
        self._come.append(look)
        if not self._tell_soon.isActive():
            self._tell_soon.start()
        self.go_on()

    def _tell(self) -> None:
        come, self._come = self._come, []
        self._workspace.take_looks(come)

    def _follow(self, change: Change) -> None:
        if change.has(Part.MODEL):
            self._workspace.expire_looks()
        if change.has(Part.MODEL):
            self._queue = deque(entry.path for entry in self._workspace.photos)
        else:
            self._queue.extend(change.added)  # looked at only in its turn: thousands may come at once
        if change.has(Part.SETTINGS) or any(old.differs_by_hand(new) for old, new in change.replaced[:1]):
            self._next_soon.start()
        self.go_on()


def _timer(parent: QObject, milliseconds: int, slot: Callable[[], None]) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(milliseconds)
    timer.timeout.connect(slot)
    return timer
