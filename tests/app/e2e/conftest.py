"""A user in front of the real program: started through ``main``, seen and used by what a person can see and reach."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

import main
from gui.main_window import MainWindow
from tests.app.e2e.user import User
from tests.gui.conftest import clipboard_cleared, make_photo, no_error_logged, nothing_left_running

__all__ = ["clipboard_cleared", "make_photo", "no_error_logged", "nothing_left_running"]

Play = Callable[[Callable[[User], None]], None]


@pytest.fixture
def play(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest, tmp_path: Path) -> Play:
    """``play(scene)`` starts Kirie, lets ``scene`` act on it, and closes it; called again it is the next start."""
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    monkeypatch.setenv("XDG_PICTURES_DIR", str(tmp_path / "pictures"))
    pictures = Path(os.environ.get("KIRIE_SCREENSHOTS") or tmp_path / "screenshots")
    pictures.mkdir(parents=True, exist_ok=True)

    def start(scene: Callable[[User], None]) -> None:
        trouble: list[BaseException] = []

        def act() -> None:
            (window,) = [one for one in QApplication.topLevelWidgets() if isinstance(one, MainWindow)]
            user = User(window, qtbot, pictures, request.node.name)
            try:
                user.begin()
                scene(user)
            except BaseException as error:
                trouble.append(error)
                user.photograph("failed")
            finally:
                user.force_close()

        # After the first turn of the event loop, in which the program begins its slow parts.
        QTimer.singleShot(0, lambda: QTimer.singleShot(0, act))
        status = main.main([])
        for window in QApplication.topLevelWidgets():
            if isinstance(window, MainWindow):
                window.deleteLater()
        if trouble:
            raise trouble[0]
        assert status == 0

    return start
