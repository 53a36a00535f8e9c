"""What a change of the workspace was: told to every listener once, however many photos it touched."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from gui.workspace.entry import PhotoEntry


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
    ``removed`` the entries that went.
    """

    parts: frozenset[Part] = frozenset()
    replaced: tuple[tuple[PhotoEntry, PhotoEntry], ...] = ()
    added: tuple[Path, ...] = ()
    removed: tuple[PhotoEntry, ...] = ()

    def has(self, *parts: Part) -> bool:
        """Return whether any of these parts changed."""
        return not self.parts.isdisjoint(parts)
