"""The window as it is started from a terminal."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.app import open_window
from tests.gui.conftest import MakePhoto
from tests.gui.window_help import PATIENCE_MS


def test_photos_named_from_where_the_terminal_stands_are_found_from_anywhere(
    qtbot: QtBot, qapp: QApplication, make_photo: MakePhoto, monkeypatch: pytest.MonkeyPatch, kirie_home: Path
) -> None:
    photo = make_photo("set/a.png")
    monkeypatch.chdir(photo.parents[1])
    window = open_window(qapp, [Path("set")])
    window.show()
    qtbot.waitUntil(lambda: len(window.workspace.photos) == 1, timeout=PATIENCE_MS)
    assert [entry.path for entry in window.workspace.photos] == [photo]
    window.close()
    window.deleteLater()
    assert str(photo) in (kirie_home / "workspace.json").read_text("utf-8")
