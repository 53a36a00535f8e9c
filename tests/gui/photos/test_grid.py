"""The grid shows the list's photos side by side, with the same selection."""

from __future__ import annotations

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gui.photos.grid import PhotoGrid
from tests.gui.conftest import MakePhoto
from tests.gui.window_help import PATIENCE_MS, add, opened


def test_the_grid_and_the_list_look_at_and_select_the_same(qtbot: QtBot, make_photo: MakePhoto) -> None:
    photos = [make_photo(f"{number}.png") for number in range(5)]
    with opened(qtbot) as window:
        add(qtbot, window, *photos)
        grid = window.findChild(PhotoGrid)
        assert not grid.isVisible()
        window.actions_["grid"].trigger()
        assert grid.isVisible()
        assert not window.canvas.isVisible()
        third = grid.visualRect(grid.model().index(2, 0)).center()
        qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=third)
        assert window.workspace.looked_at == photos[2]
        assert window.panel.view.selected_paths() == [photos[2]]
        qtbot.mouseDClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=third)
        qtbot.waitUntil(window.canvas.isVisible, timeout=PATIENCE_MS)
        assert window.workspace.looked_at == photos[2]


def test_tiles_show_the_photo_and_its_state(qtbot: QtBot, make_photo: MakePhoto) -> None:
    photo = make_photo("a.png", 64, 64)
    with opened(qtbot) as window:
        add(qtbot, window, photo)
        window.actions_["grid"].trigger()
        grid = window.findChild(PhotoGrid)

        def painted() -> bool:
            middle = grid.visualRect(grid.model().index(0, 0)).center()
            seen = grid.viewport().grab().toImage().pixelColor(middle)
            return seen.saturation() > 100  # the disc

        qtbot.waitUntil(painted, timeout=PATIENCE_MS)
