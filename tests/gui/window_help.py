"""A window with a quick predictor, made as the program makes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.main_window import MainWindow
from gui.settings.table import Settings
from gui.workspace.entry import PhotoEntry
from matting.errors import KirieError
from matting.predictor import Predictor
from tests.matting.batch.batch_help import Brightness

PATIENCE_MS = 60_000


class NoSuchModel(KirieError):
    sentence = "There is no model {name}."


@contextmanager
def opened(qtbot: QtBot, load: Callable[[str], Predictor] | None = None) -> Iterator[MainWindow]:
    """Open the window, shown and begun; close it at the end if it is still open."""
    window = MainWindow(Settings(), load or (lambda _name: Brightness()))
    window.show()
    window.begin()
    qtbot.waitUntil(lambda: bool(window.workspace.model), timeout=PATIENCE_MS)
    try:
        yield window
    finally:
        if window.isVisible():
            window.batch.cancel()
            qtbot.waitUntil(lambda: not window.batch.running, timeout=PATIENCE_MS)
            window.close()
        window.deleteLater()
        QApplication.processEvents()


def add(qtbot: QtBot, window: MainWindow, *paths: Path) -> None:
    """Add photos as a drop would, and wait for them."""
    window.list_actions.add(list(paths))
    photos = window.workspace.photos
    qtbot.waitUntil(lambda: all(path in photos for path in paths if path.is_file()), timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: len(photos) > 0, timeout=PATIENCE_MS)


def entry(window: MainWindow, path: Path) -> PhotoEntry:
    """Return a photo's row."""
    found = window.workspace.photos.get(path)
    assert found is not None
    return found
