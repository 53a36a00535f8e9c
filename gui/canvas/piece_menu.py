"""The menu of a place on the photo: what can be done with the thing under it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from gui.canvas.marking import Place
from gui.look.icons import icon
from matting.selection.marks import Mark, MarkKind


class PieceMenu(QMenu):
    """Offers marks at ``place`` (photo pixels); ``chosen(Mark)``. Goes when it is closed."""

    chosen = Signal(object)

    def __init__(self, place: Place, radius: float, parent: QWidget) -> None:
        super().__init__(parent)
        place = round(place[0], 2), round(place[1], 2)
        self.setAccessibleName(self.tr("The thing here"))
        self.setToolTipsVisible(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for name, text, tip, mark in (
            (
                "cut",
                self.tr("&Only this one"),
                self.tr("Keep the thing here and nothing else"),
                Mark(True, MarkKind.ONLY, (place,), radius),
            ),
            (
                "keep",
                self.tr("&Keep this"),
                self.tr("Add the thing here, up to its edges"),
                Mark(True, MarkKind.CLICK, (place,), radius),
            ),
            (
                "erase",
                self.tr("&Erase this"),
                self.tr("Take the thing here away, up to its edges"),
                Mark(False, MarkKind.CLICK, (place,), radius),
            ),
        ):
            action = QAction(icon(name), text, self)
            action.setToolTip(tip)
            action.triggered.connect(lambda _checked=False, mark=mark: self.chosen.emit(mark))
            self.addAction(action)
