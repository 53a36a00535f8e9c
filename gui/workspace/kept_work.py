"""What a hand made of photos that were taken off the list is kept for a while, and is there when they come back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from time import time

from gui.workspace.entry import PhotoEntry

KEPT_S = 30 * 24 * 3600.0
MOST = 500

Kept = Mapping[Path, tuple[float, PhotoEntry]]


class KeptWork:
    """Entries by path, with the time (seconds since 1970) of their removal."""

    def __init__(self, kept: Kept | None = None) -> None:
        self._kept = dict(kept or {})

    def keep(self, removed: Iterable[PhotoEntry], now: float | None = None) -> None:
        """Remember photos that go; those that nobody touched are not worth it."""
        at = time() if now is None else now
        for entry in removed:
            if entry.settings is not None or entry.corrected:
                self._kept[entry.path] = at, entry
        recent = sorted(self._kept.items(), key=lambda item: item[1][0], reverse=True)[:MOST]
        self._kept = {path: (when, entry) for path, (when, entry) in recent if at - when < KEPT_S}

    def restored(self, entry: PhotoEntry) -> PhotoEntry:
        """Return a photo that comes, with the work that was kept of it."""
        found = self._kept.pop(entry.path, None)
        if found is None or entry.settings is not None or entry.corrected:
            return entry
        work = found[1]
        return entry.but(**work.by_hand)

    def all(self) -> Kept:
        """Return what is kept, for the workspace's file."""
        return dict(self._kept)
