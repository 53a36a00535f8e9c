"""What a change of the workspace was: told to every listener once, however many photos it touched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
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

    ``before`` holds the photos whose entries were replaced, as they were; ``added`` those that came; ``removed`` the
    entries that went.
    """

    parts: frozenset[Part] = frozenset()
    before: Mapping[Path, PhotoEntry] = field(default_factory=dict)
    added: tuple[Path, ...] = ()
    removed: tuple[PhotoEntry, ...] = ()

    def has(self, *parts: Part) -> bool:
        """Return whether any of these parts changed."""
        return not self.parts.isdisjoint(parts)
