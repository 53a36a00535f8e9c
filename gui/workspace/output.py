"""Where cutouts go until the user picks a folder by hand, and what else the program's settings decide about output."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

from gui.workspace.entry import PhotoEntry
from matting.settings import Existing, Mode, OutputSettings, Write

CUTOUTS = "cutouts"


@dataclass(frozen=True)
class OutputDefaults:
    """What holds for output as long as nothing else was chosen by hand.

    ``folder`` is the default folder of the program's settings, ``None`` where there is none: then cutouts go beside
    the photos, and into ``pictures`` before there are any. ``not_beside`` are folders of ours that get no cutouts.
    """

    pictures: Path
    folder: Path | None = None
    existing: Existing = Existing.SKIP
    not_beside: tuple[Path, ...] = ()

    def folder_for(self, first: PhotoEntry | None) -> Path:
        """Return where cutouts go when ``first`` is the first photo added."""
        if self.folder is not None:
            return self.folder
        beside = None if first is None else first.root or first.path.parent
        return self.pictures if beside is None or beside in self.not_beside else beside / CUTOUTS

    def applied(self, output: OutputSettings, by_hand: Collection[str]) -> OutputSettings:
        """Return ``output`` with these defaults in the fields that were not chosen by hand."""
        if self.folder is not None and "folder" not in by_hand:
            output = replace(output, folder=self.folder)
        return output if "existing" in by_hand else replace(output, existing=self.existing)


USUAL_WRITES = {Mode.CUTOUT: (Write.CUTOUT,), Mode.VESSEL: (Write.MASK,)}
"""What is written in each mode as long as nothing else was chosen: of vessels the mask."""

BY_HAND = ("folder", "existing")
"""Fields of ``OutputSettings`` that follow the defaults until the user sets them in the window."""
