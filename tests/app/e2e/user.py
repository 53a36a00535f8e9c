"""What a person does with the window: look for things by their names, click, drag, type, drop."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QAction, QColor, QDragEnterEvent, QDropEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QComboBox,
    QLineEdit,
    QListView,
    QSlider,
    QWidget,
)
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from gui.main_window import MainWindow

Kind = TypeVar("Kind", bound=QWidget)
LEFT, NO_KEYS = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
PATIENCE_MS = 120_000
"""A loaded machine with two cores loads torch in a while."""


class User:
    """Finds widgets by accessible name among those that can be seen, and uses them through Qt's events."""

    def __init__(self, window: MainWindow, qtbot: QtBot, pictures: Path, scene: str) -> None:
        self._window, self._qtbot, self._pictures, self._scene = window, qtbot, pictures, scene

    def begin(self) -> None:
        """Bring the window to the front: keys reach only what is active."""
        self._window.activateWindow()
        self.wait(self._window.isActiveWindow)

    # -- looking ------------------------------------------------------------------------------------------------

    def find(self, kind: type[Kind], name: str) -> Kind:
        """Return the visible widget with that accessible name."""
        everywhere = [widget for widget in QApplication.allWidgets() if isValid(widget) and isinstance(widget, kind)]
        seen = [widget for widget in everywhere if widget.accessibleName() == name and widget.isVisible()]
        assert seen, f"no {kind.__name__} named {name!r} among {sorted({w.accessibleName() for w in everywhere})}"
        return seen[0]

    def wait(self, true: Callable[[], object], patience_ms: int = PATIENCE_MS) -> None:
        """Wait until something is the case."""
        self._qtbot.waitUntil(lambda: bool(true()), timeout=patience_ms)

    def window_buttons(self) -> list[QAbstractButton]:
        """All buttons that can be seen."""
        return [one for one in self._window.findChildren(QAbstractButton) if one.isVisible()]

    def rows(self) -> list[str]:
        """Return what the list reads aloud, row by row."""
        model = self.photos.model()
        return [str(model.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole)) for row in range(model.rowCount())]

    @property
    def photos(self) -> QListView:
        """The list."""
        return self.find(QListView, "Photos")

    @property
    def canvas(self) -> QWidget:
        """The preview."""
        return self.find(QWidget, "Preview")

    def picture(self) -> QImage:
        """Return the canvas as it looks now."""
        return self.canvas.grab().toImage()

    def colour(self, x: float, y: float) -> QColor:
        """Return the canvas's colour at fractions of its width and height."""
        picture = self.picture()
        return picture.pixelColor(int(x * (picture.width() - 1)), int(y * (picture.height() - 1)))

    def photograph(self, name: str) -> None:
        """Keep a picture of the window."""
        self._window.grab().save(str(self._pictures / f"{self._scene}-{name}.png"))

    # -- acting -------------------------------------------------------------------------------------------------

    def drop(self, *files: Path) -> None:
        """Drop files or folders from the file manager."""
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
        at = self._window.rect().center()
        buttons = (LEFT, NO_KEYS)
        enter = QDragEnterEvent(at, Qt.DropAction.CopyAction, mime, *buttons)
        QApplication.sendEvent(self._window, enter)
        assert enter.isAccepted()
        QApplication.sendEvent(self._window, QDropEvent(QPointF(at), Qt.DropAction.CopyAction, mime, *buttons))

    def click(self, name: str, kind: type[QAbstractButton] = QAbstractButton) -> None:
        """Press the button (or box to tick) of that name."""
        button = self.find(kind, name)
        assert button.isEnabled(), f"{name!r} is disabled"
        self._reveal(button)
        # A box to tick answers on its mark and its words, not on the empty space behind them.
        at = QPoint(10, button.height() // 2) if kind is QCheckBox else QPoint()
        QTest.mouseClick(button, LEFT, NO_KEYS, at)

    def choose(self, name: str, text: str) -> None:
        """Choose an entry of a list box by keyboard."""
        box = self.find(QComboBox, name)
        wanted = [index for index in range(box.count()) if box.itemText(index) == text]
        assert wanted, f"{text!r} is not among {[box.itemText(index) for index in range(box.count())]}"
        box.setFocus()
        QTest.keyClick(box, Qt.Key.Key_Home)
        while box.currentIndex() != wanted[0]:
            before = box.currentIndex()
            QTest.keyClick(box, Qt.Key.Key_Down)
            assert box.currentIndex() != before

    def type(self, name: str, text: str) -> None:
        """Replace what stands in a line."""
        line = self.find(QLineEdit, name)
        line.setFocus()
        line.selectAll()
        QTest.keyClicks(line, text)
        QTest.keyClick(line, Qt.Key.Key_Return)

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NO_KEYS, on: QWidget | None = None) -> None:
        """Press a key."""
        QTest.keyClick(on or self._window, key, modifiers)

    def drag_slider(self, name: str, to: float, steps: int = 12, between: Callable[[], Any] = lambda: None) -> None:
        """Drag a slider's handle to a fraction of its way; ``between`` is called after each step."""
        slider = self.find(QSlider, name)
        self._reveal(slider)
        begin = self._handle(slider)
        end = QPoint(round(8 + to * (slider.width() - 16)), slider.height() // 2)
        QTest.mousePress(slider, LEFT, NO_KEYS, begin)
        for step in range(1, steps + 1):
            QTest.mouseMove(slider, begin + (end - begin) * (step / steps))
            between()
        QTest.mouseRelease(slider, LEFT, NO_KEYS, end)

    def paint(self, *points: tuple[float, float]) -> None:
        """Draw a stroke through fractions of the canvas's width and height."""
        canvas = self.canvas
        path = [QPoint(int(x * canvas.width()), int(y * canvas.height())) for x, y in points]
        QTest.mouseMove(canvas, path[0])
        QTest.mousePress(canvas, LEFT, NO_KEYS, path[0])
        for point in path[1:]:
            QTest.mouseMove(canvas, point)
        QTest.mouseRelease(canvas, LEFT, NO_KEYS, path[-1])
        QTest.mouseMove(canvas, QPoint(canvas.width() // 2, 4))  # the brush's ring out of the way

    def trigger(self, text: str) -> None:
        """Choose a menu's entry."""
        found = [one for one in self._window.findChildren(QAction) if one.text().replace("&", "") == text]
        assert found, f"no menu entry {text!r}"
        assert found[0].isEnabled(), f"{text!r} is disabled"
        found[0].trigger()

    def close(self) -> None:
        """Close the window as its frame's button does."""
        self._window.close()

    def force_close(self) -> None:
        """End the program whatever is going on."""
        for box in QApplication.topLevelWidgets():
            if box is not self._window and box.isVisible():
                box.close()
        if self._window.isVisible():
            self._window.batch.cancel()
            self.wait(lambda: not self._window.batch.running)
            self._window.close()

    def _handle(self, slider: QSlider) -> QPoint:
        share = (slider.value() - slider.minimum()) / max(1, slider.maximum() - slider.minimum())
        return QPoint(round(8 + share * (slider.width() - 16)), slider.height() // 2)

    def _reveal(self, widget: QWidget) -> None:
        """Scroll to a widget, as a person would before using it."""
        parent = widget.parentWidget()
        while parent is not None:
            show = getattr(parent, "ensureWidgetVisible", None)
            if show is not None:
                show(widget)
            parent = parent.parentWidget()
