"""Photos before and after, side by side, on the checkerboard."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from gui.look.checkerboard import paint_checkerboard
from gui.look.images import cutout_image, for_painting
from gui.look.tokens import SPACE_L, SPACE_S

if TYPE_CHECKING:
    from matting.cutout.cut import Cutout
    from models.training.judging.before_after import BeforeAfter

LEAST = QSize(96, 96)
CHECK = 6


class BeforeAfterPictures(QWidget):
    """A column for each photo: as the old model cuts it out, and under it as the new one does."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(SPACE_L)
        self.hide()

    def show_pictures(self, pictures: Sequence[BeforeAfter]) -> None:
        """Show these photos in place of those before; none hides the widget."""
        while (item := self._row.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for picture in pictures:
            self._row.addWidget(self._column(picture))
        self.setVisible(bool(pictures))

    def _column(self, picture: BeforeAfter) -> QWidget:
        column = QWidget()
        column.setObjectName("before-after")
        lines = QVBoxLayout(column)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(SPACE_S)
        known = self.tr("kept aside: it has not learned this photo")
        about = known if picture.kept_aside else self.tr("it has learned this photo")
        for words, cutout in ((self.tr("Before"), picture.before), (self.tr("After"), picture.after)):
            label = QLabel(words)
            label.setProperty("role", "caption")
            shown = _Picture(cutout)
            shown.setAccessibleName(f"{words}: {picture.photo.name}")
            shown.setToolTip(f"{picture.photo.name}, {about}")
            lines.addWidget(label)
            lines.addWidget(shown, 1)
        note = QLabel(self.tr("kept aside") if picture.kept_aside else self.tr("learned from"))
        note.setProperty("role", "caption")
        note.setToolTip(about)
        lines.addWidget(note)
        return column


class _Picture(QWidget):
    """A cutout as large as there is room for."""

    def __init__(self, cutout: Cutout) -> None:
        super().__init__()
        self._image: QImage = for_painting(cutout_image(cutout.rgb, cutout.alpha, cutout.metadata.icc))
        self.setMinimumSize(LEAST)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        """Ask for room for two rows of pictures in a dialog of the usual size."""
        return QSize(220, 170)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Paint the cutout at the left of its place."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        size = self._image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        left = self.width() - size.width() if self.isRightToLeft() else 0
        area = QRectF(left, 0, size.width(), size.height())
        paint_checkerboard(painter, area, self.palette(), CHECK)
        painter.drawImage(area, self._image)
