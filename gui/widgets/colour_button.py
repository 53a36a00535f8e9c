"""A button that shows a colour and opens the system's dialog to choose another."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPalette, QPen, QPixmap
from PySide6.QtWidgets import QColorDialog, QPushButton, QWidget

from gui.widgets.describe import describe

SWATCH = QSize(32, 16)


class ColourButton(QPushButton):
    """``colour_changed(str)`` carries ``#rrggbb``, live while the dialog is open; not for ``set_colour``."""

    colour_changed = Signal(str)

    def __init__(self, name: str, label: str, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        describe(self, name, label, tip)
        self.setIconSize(SWATCH)
        self.setAutoDefault(False)
        self._colour = ""
        self.set_colour("#ffffff")
        self.clicked.connect(self._open)

    def colour(self) -> str:
        """Return the colour as ``#rrggbb``."""
        return self._colour

    def set_colour(self, colour: str) -> None:
        """Show another colour without telling anybody."""
        self._colour = QColor(colour).name()
        self.setText(self._colour)
        self.setIcon(QIcon(self._swatch()))

    def _swatch(self) -> QPixmap:
        ratio = self.devicePixelRatioF()
        pixmap = QPixmap(SWATCH * ratio)
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Mid), 1))
        painter.setBrush(QColor(self._colour))
        painter.drawRoundedRect(QRectF(0.5, 0.5, SWATCH.width() - 1, SWATCH.height() - 1), 3, 3)
        painter.end()
        return pixmap

    def _open(self) -> None:
        before = self._colour
        dialog = QColorDialog(QColor(before), self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(self.accessibleName())
        dialog.currentColorChanged.connect(lambda colour: self._choose(colour.name()))
        dialog.rejected.connect(lambda: self._choose(before))
        dialog.open()

    def _choose(self, colour: str) -> None:
        if colour != self._colour:
            self.set_colour(colour)
            self.colour_changed.emit(self._colour)
