"""Icons are drawn with as many pixels as the screen has."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSize
from pytestqt.qtbot import QtBot

from gui.look.icons import icon


@pytest.mark.parametrize(("ratio", "pixels"), [(1.0, 20), (1.5, 30), (2.0, 40)])
def test_an_icon_has_the_screens_pixels(qtbot: QtBot, ratio: float, pixels: int) -> None:
    pixmap = icon("settings").pixmap(QSize(20, 20), ratio)
    assert pixmap.size() == QSize(pixels, pixels)
    assert pixmap.devicePixelRatio() == ratio


def test_the_whole_area_is_drawn_on_at_twice_the_pixels(qtbot: QtBot) -> None:
    image = icon("settings").pixmap(QSize(20, 20), 2.0).toImage()
    drawn = [(x, y) for x in range(40) for y in range(40) if image.pixelColor(x, y).alpha() > 0]
    assert max(x for x, _ in drawn) > 30
    assert max(y for _, y in drawn) > 30
