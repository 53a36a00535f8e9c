"""The files that are dragged out of the window: other programs may link to them instead of copying them."""

from __future__ import annotations

import logging
import shutil
import tempfile
import time
from pathlib import Path

from matting.system import folders

log = logging.getLogger(__name__)

KEPT_S = 24 * 3600.0
"""A day: time to save the layout that the file was dragged into."""


def dragged_folder() -> Path:
    """Return where the files of the last day are."""
    return folders.home() / "dragged"


def new_drag_file(name: str) -> Path:
    """Return a path for a file of this name, in a folder of its own: files dragged before keep their pixels."""
    dragged_folder().mkdir(parents=True, exist_ok=True)
    return Path(tempfile.mkdtemp(dir=dragged_folder())) / name


def delete_old_drags(now: float | None = None) -> None:
    """Delete what was dragged out longer ago than ``KEPT_S``; ``now`` in seconds since the epoch."""
    oldest = (time.time() if now is None else now) - KEPT_S
    try:
        for folder in dragged_folder().iterdir():
            if folder.stat().st_mtime < oldest:
                shutil.rmtree(folder, ignore_errors=True)
    except OSError:  # there is none yet
        log.debug("nothing was dragged out", exc_info=True)
