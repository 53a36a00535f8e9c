"""Where the window was, how wide its columns and which cards were open, from one start to the next."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QPoint, QSettings, QSize
from PySide6.QtWidgets import QSplitter, QWidget

from gui.inspector.inspector import Inspector
from gui.look.screen import FRAME, fitting

FIRST_SIZE = QSize(1360, 860)


def keep_place(window: QWidget, columns: QSplitter, inspector: Inspector, store: QSettings) -> None:
    """Note the window's place, for ``restore_place`` at the next start."""
    store.setValue("window/geometry", window.saveGeometry())
    store.setValue("window/columns", columns.saveState())
    store.setValue("window/cards", inspector.open_cards())


def restore_place(window: QWidget, columns: QSplitter, inspector: Inspector, store: QSettings) -> None:
    """Bring back what was noted; a first window is as large as the screen has room for, in its middle."""
    geometry, widths, cards = (store.value(f"window/{part}") for part in ("geometry", "columns", "cards"))
    if isinstance(cards, str | list):  # Qt reads back a list of one as a string
        inspector.show_open([cards] if isinstance(cards, str) else cards)
    if isinstance(geometry, QByteArray):
        window.restoreGeometry(geometry)
    room = window.screen().availableGeometry()
    if geometry is None or window.width() > room.width() or window.height() > room.height():
        window.resize(fitting(FIRST_SIZE, window))
        left = room.size() - FRAME - window.size()
        window.move(room.topLeft() + QPoint(left.width() // 2, left.height() // 2))
    sides = (280, 310) if window.width() > 1200 else (244, 290)
    columns.setSizes([sides[0], window.width() - sum(sides), sides[1]])
    if isinstance(widths, QByteArray):
        columns.restoreState(widths)
