"""The window in a language that runs from right to left: mirrored, nothing lost. And what a screen reader is told."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QLabel, QSlider, QWidget
from pytestqt.qtbot import QtBot

from gui.inspector.inspector import Inspector
from tests.gui.conftest import MakePhoto
from tests.gui.window_help import PATIENCE_MS, add, entry, opened


@pytest.fixture
def mirrored(qapp: QApplication) -> Iterator[None]:
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    yield
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


def left_of(widget: QWidget) -> int:
    return widget.mapToGlobal(QPoint(0, 0)).x()


@pytest.mark.usefixtures("mirrored")
def test_columns_rows_and_sliders_are_mirrored(qtbot: QtBot, make_photo: MakePhoto) -> None:
    photo = make_photo("a.png", 64, 64)
    with opened(qtbot) as window:
        add(qtbot, window, photo)
        assert left_of(window.inspector) < left_of(window.canvas) < left_of(window.panel)
        view = window.panel.view

        def painted(x: int) -> bool:
            seen = view.viewport().grab().toImage().pixelColor(x, view.visualRect(window.photos.index(0)).center().y())
            return seen.saturation() > 100  # the disc

        qtbot.waitUntil(lambda: painted(view.viewport().width() - 36), timeout=PATIENCE_MS)
        assert not painted(36)
        slider = window.findChild(QSlider, "threshold")
        qtbot.mouseClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(10, slider.height() // 2))
        assert window.workspace.current_settings().threshold > 0.9, "more is at the left"


def told(widget: QWidget, what: QAccessible.Text) -> str:
    interface = QAccessible.queryAccessibleInterface(widget)
    assert interface is not None
    return interface.text(what)


def test_a_screen_reader_is_told_names_and_values(qtbot: QtBot, make_photo: MakePhoto) -> None:
    photo = make_photo("a.png", 64, 64)
    with opened(qtbot) as window:
        add(qtbot, window, photo)
        qtbot.waitUntil(lambda: bool(entry(window, photo).looked), timeout=PATIENCE_MS)
        slider = window.findChild(Inspector).findChild(QSlider, "edge-shift")
        slider.setValue(slider.maximum())
        assert told(slider, QAccessible.Text.Name) == "Expand / contract"
        assert told(slider, QAccessible.Text.Description).replace(",", ".") == "0.6 px"
        rows = QAccessible.queryAccessibleInterface(window.panel.view)
        assert rows is not None
        assert rows.child(0).text(QAccessible.Text.Name).startswith("a.png · 64 × 64")
        window.batch.start()
        qtbot.waitUntil(lambda: not window.batch.running, timeout=PATIENCE_MS)
        (words,) = [one for one in window.bar.findChildren(QLabel) if one.accessibleName() == "State of the batch"]
        assert told(words, QAccessible.Text.Description).startswith("1 exported")
