"""The folder for pictures that have no file of their own: pasted ones, and those that came from the web."""

from __future__ import annotations

import logging
import os
import re
import threading
import time
from collections.abc import Collection
from pathlib import Path

from matting.system import folders
from matting.system.atomic import write_atomic

log = logging.getLogger(__name__)

KEPT_DAYS = 30
_LONGEST_STEM = 100
_UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f]')
_naming = threading.Lock()


def pasted_folder() -> Path:
    """Return where pictures without a file of their own are kept."""
    return folders.home() / "pasted"


def keep_picture(data: bytes, stem: str, suffix: str) -> Path:
    """Write a new file, named so if that name is free and valid everywhere; return it. Raises ``WriteError`` types."""
    stem = _UNSAFE.sub("_", stem).strip(". ")[:_LONGEST_STEM] or "picture"
    folder = pasted_folder()
    with _naming:  # photos are fetched and pasted on two threads
        path, number = folder / f"{stem}{suffix}", 2
        while os.path.lexists(path):
            path, number = folder / f"{stem} {number}{suffix}", number + 1
        write_atomic(path, data)
    return path


def empty_pasted_folder(named: Collection[Path], now: float | None = None) -> None:
    """Delete files that are older than ``KEPT_DAYS`` and not among ``named``, the photos of the workspace.

    Where ``named`` is empty, nothing is deleted: the workspace may just have been unreadable. ``now`` in seconds since
    the epoch.
    """
    oldest = (time.time() if now is None else now) - KEPT_DAYS * 24 * 3600
    kept = {os.path.realpath(path) for path in named}
    try:
        files = list(pasted_folder().iterdir()) if kept else []
    except OSError:  # there is none yet
        return
    for file in files:
        try:
            if file.is_file() and file.stat().st_mtime < oldest and os.path.realpath(file) not in kept:
                file.unlink()
        except OSError:
            log.info("%s stays", file, exc_info=True)
