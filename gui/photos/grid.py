"""All photos side by side, to scan hundreds of results at a glance."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPalette, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QStyleOptionViewItem, QWidget

from gui.look.icons import paint_icon
from gui.look.tokens import SPACE_M
from gui.photos.delegate import STATE_ICON, PhotoDelegate, paint_thumbnail, state_colour, state_icon
from gui.photos.list_model import Index
from gui.photos.thumbnails import Thumbnails
from gui.photos.view import PhotoView
from gui.workspace.entry import PhotoEntry

TILE = 112
"""Side of a tile's picture in logical pixels."""
WORDS = 24


class PhotoGrid(QListView):
    """The rows of ``rows`` as tiles; what is selected and looked at is the same in both."""

    def __init__(self, rows: PhotoView, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = rows
        self.setItemDelegate(_Tiles(thumbnails, rows.drawn, self))
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setUniformItemSizes(True)
        self.setSpacing(SPACE_M)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setObjectName("grid")
        self.setAccessibleName(self.tr("Photos in a grid"))
        self.setToolTip(self.tr("Double-click a photo to look at it alone"))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)

    def begin(self) -> None:
        """Show the photos from now on; before, thousands of tiles would be laid out for nobody."""
        if self.model() is None:
            self.setModel(self._rows.model())
            self.setSelectionModel(self._rows.selectionModel())
        self.scrollTo(self.currentIndex())
        self.setFocus()

    def dataChanged(self, first: Index, last: Index, roles: Sequence[int] = ()) -> None:
        """Repaint these tiles; ``QListView`` itself would lay out all of them anew."""
        QAbstractItemView.dataChanged(self, first, last, roles)


class _Tiles(PhotoDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: ARG002
        return QSize(TILE + 2 * SPACE_M, TILE + 2 * SPACE_M + WORDS)

    def paint_entry(
        self, painter: QPainter, option: QStyleOptionViewItem, entry: PhotoEntry, thumbnail: QPixmap | None
    ) -> None:
        left, top = option.rect.left() + SPACE_M, option.rect.top() + SPACE_M
        paint_thumbnail(painter, option, QRect(left, top, TILE, TILE), thumbnail, whole=True)
        line = QRect(left, top + TILE, TILE, WORDS)
        sign = QRectF(line.left(), line.top() + (WORDS - STATE_ICON) / 2, STATE_ICON, STATE_ICON)
        paint_icon(painter, state_icon(entry), sign, state_colour(entry, option.palette))
        painter.setPen(option.palette.color(QPalette.ColorRole.Text))
        words = line.adjusted(STATE_ICON + SPACE_M, 0, 0, 0)
        name = option.fontMetrics.elidedText(entry.path.name, Qt.TextElideMode.ElideMiddle, words.width())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, name)
