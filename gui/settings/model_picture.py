"""What a model makes of a photo that comes with Kirie, beside its name."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPixmap
from PySide6.QtWidgets import QWidget

import resources
from gui.look.checkerboard import paint_checkerboard
from gui.look.tokens import RADIUS_M

SIDE, CHECK = 72, 6


class ModelPicture(QWidget):
    """Shows ``resources/models/NAME.png``; an empty place of that size where there is none."""

    def __init__(self, name: str, title: str) -> None:
        super().__init__()
        self.setFixedSize(SIDE, SIDE)
        self._picture = QPixmap(str(resources.ROOT / "models" / f"{name}.png"))
        if not self._picture.isNull():
            self.setAccessibleName(self.tr("Cut out by {model}").format(model=title))
            self.setToolTip(self.tr("The same photo for all models, as this one finds its subject"))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Paint the picture with round corners, on the checkerboard where it is transparent."""
        if self._picture.isNull():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        corners = QPainterPath()
        corners.addRoundedRect(QRectF(self.rect()), RADIUS_M, RADIUS_M)
        painter.setClipPath(corners)
        paint_checkerboard(painter, self.rect(), self.palette(), CHECK)
        painter.drawPixmap(self.rect(), self._picture)
