"""What the program's settings say about output, for the workspace."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QStandardPaths

import resources
from gui.photos.pasted import pasted_folder
from gui.settings.table import Settings
from gui.workspace.output import OutputDefaults
from matting.settings import Existing

OUTPUT_KEYS = frozenset({"program/output_folder", "program/existing"})
"""The rows of the settings that ``output_defaults`` reads."""


def output_defaults(settings: Settings) -> OutputDefaults:
    """Return where cutouts go and what becomes of files that are there, as the settings say."""
    chosen = settings.text("program/output_folder")
    pictures = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
    return OutputDefaults(
        pictures=Path(pictures or str(Path.home())) / "Kirie",
        folder=Path(chosen).expanduser() if chosen else None,
        existing=Existing(settings.text("program/existing")),
        not_beside=(resources.SAMPLES, pasted_folder()),
    )
