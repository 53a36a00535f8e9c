"""What a change of the workspace was: told to every listener once, however many photos it touched."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from gui.workspace.entry import PhotoEntry
from gui.workspace.history import Step


class Part(Enum):
    """A part of the workspace beside the photos' own entries."""

    ROWS = "rows"
    """Which photos are shown and in which order: some came or went, or sort or filter changed."""
    SETTINGS = "settings"
    """The settings of all photos without their own."""
    OUTPUT = "output"
    MODEL = "model"
    """The mode, the model in use, or the threshold that suits it."""
    LOOKED_AT = "looked at"
    VIEW = "view"


@dataclass(frozen=True)
class Change:
    """One step from one state of the workspace to the next.

    ``replaced`` holds the entries that were replaced, as they were and as they are; ``added`` the photos that came;
    ``removed`` the entries that went. ``step`` is what a hand did, where it can be undone; a slider that is dragged
    on tells only its first.
    """

    parts: frozenset[Part] = frozenset()
    replaced: tuple[tuple[PhotoEntry, PhotoEntry], ...] = ()
    added: tuple[Path, ...] = ()
    removed: tuple[PhotoEntry, ...] = ()
    step: Step | None = None

    def has(self, *parts: Part) -> bool:
        """Return whether any of these parts changed."""
        return not self.parts.isdisjoint(parts)


Listener = Callable[[Change], None]


class Announcer:
    """Tells changes to listeners, one change after the other.

    A change that a listener makes is told after the present one has reached everybody, so that all hear them in order.
    """

    def __init__(self) -> None:
        self._listeners: list[Listener] = []
        self._untold: deque[Change] = deque()
        self._telling = False

    def subscribe(self, listener: Listener) -> None:
        """Call ``listener`` with each change, after those that subscribed before it."""
        self._listeners.append(listener)

    def tell(self, change: Change) -> None:
        """Call every listener, at once or after the change that is being told."""
        self._untold.append(change)
        if self._telling:
            return
        self._telling = True
        try:
            while self._untold:
                change = self._untold.popleft()
                for listener in self._listeners:
                    listener(change)
        finally:
            self._telling = False
