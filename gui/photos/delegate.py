"""How a row of the list looks."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QPalette, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from gui.look.checkerboard import paint_checkerboard
from gui.look.icons import paint_icon
from gui.look.theme import Tone
from gui.look.tokens import CAPTION, RADIUS_M
from gui.photos.list_model import ENTRY_ROLE
from gui.photos.row_text import size_text, state_text
from gui.photos.thumbnails import Drawn, Thumbnails
from gui.workspace.entry import PhotoEntry, PhotoState

ROW_HEIGHT = 72
THUMBNAIL = 56
MARGIN = 8
CORNER = float(RADIUS_M)
STATE_ICON = 14

_ICONS = {
    PhotoState.WAITING: "waiting",
    PhotoState.CUTTING: "export",
    PhotoState.DONE: "done",
    PhotoState.NO_SUBJECT: "no-subject",
    PhotoState.FAILED: "failed",
    PhotoState.SKIPPED: "skipped",
    PhotoState.MISSING: "failed",
}
_TONES = {
    PhotoState.DONE: Tone.GOOD,
    PhotoState.NO_SUBJECT: Tone.DOUBT,
    PhotoState.FAILED: Tone.BAD,
    PhotoState.MISSING: Tone.BAD,
}
SELECTED, HOVERED = 0.10, 0.05
"""How much of the text's colour lies over the base: neutral, so that the states' own colours stay readable."""
CHECK = 7
"""The side of a square of the checkerboard behind results, in pixels."""
BAR = 3.0
"""The accent at the left of a selected row, in pixels."""


class PhotoDelegate(QStyledItemDelegate):
    """Paints thumbnail, name, size and state. Asks for a thumbnail only when a row is painted.

    ``drawn`` tells how a photo's result looks, ``None`` where nothing is known of it.
    """

    def __init__(
        self, thumbnails: Thumbnails, drawn: Callable[[PhotoEntry], Drawn | None], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._thumbnails, self._drawn = thumbnails, drawn

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: ARG002
        """Return the same height for all rows."""
        return QSize(200, ROW_HEIGHT)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint one photo."""
        entry = index.data(ENTRY_ROLE)
        if not isinstance(entry, PhotoEntry):
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        _paint_background(painter, option)
        self.paint_entry(painter, option, entry, self._thumbnails.get(entry.path, self._drawn(entry)))
        painter.restore()

    def paint_entry(
        self, painter: QPainter, option: QStyleOptionViewItem, entry: PhotoEntry, thumbnail: QPixmap | None
    ) -> None:
        """Paint what stands on the background of a photo's place."""
        row = option.rect
        picture = QRect(row.left() + MARGIN, row.top() + (ROW_HEIGHT - THUMBNAIL) // 2, THUMBNAIL, THUMBNAIL)
        shown = QStyle.visualRect(option.direction, row, picture)
        paint_thumbnail(painter, option, shown, thumbnail)
        left = picture.right() + MARGIN + 4
        _paint_words(painter, option, QRect(left, row.top(), row.right() - MARGIN - left, ROW_HEIGHT), entry)


def _selected(option: QStyleOptionViewItem) -> bool:
    return bool(option.state & QStyle.StateFlag.State_Selected)


def _paint_background(painter: QPainter, option: QStyleOptionViewItem) -> None:
    """Paint what shows that a photo is selected, under the mouse or has the focus."""
    plate = QRectF(option.rect).adjusted(3, 1.5, -3, -1.5)
    path = QPainterPath()
    path.addRoundedRect(plate, CORNER + 2, CORNER + 2)
    tint, accent = (option.palette.color(role) for role in (QPalette.ColorRole.Text, QPalette.ColorRole.Highlight))
    if _selected(option):
        tint.setAlphaF(SELECTED)
        painter.fillPath(path, tint)
        bar = QPainterPath()
        at_right = option.direction == Qt.LayoutDirection.RightToLeft
        bar.addRect(QRectF(plate.right() - BAR if at_right else plate.left(), plate.top(), BAR, plate.height()))
        painter.fillPath(path.intersected(bar), accent)
    elif option.state & QStyle.StateFlag.State_MouseOver:
        tint.setAlphaF(HOVERED)
        painter.fillPath(path, tint)
    if option.state & QStyle.StateFlag.State_HasFocus:
        painter.setPen(option.palette.color(QPalette.ColorRole.Dark))
        painter.drawPath(path)


def paint_thumbnail(
    painter: QPainter, option: QStyleOptionViewItem, area: QRect, pixmap: QPixmap | None, whole: bool = False
) -> None:
    """Paint a photo's picture: the middle square of it, or all of it."""
    plate = option.palette.color(QPalette.ColorRole.Text)
    plate.setAlphaF(0.07)
    clip = QPainterPath()
    clip.addRoundedRect(QRectF(area), CORNER, CORNER)
    painter.fillPath(clip, plate)
    if pixmap is None:
        return
    if pixmap.isNull():
        faded = option.palette.color(QPalette.ColorRole.PlaceholderText)
        paint_icon(painter, "failed", QRectF(area).adjusted(18, 18, -18, -18), faded)
        return
    target, source = QRectF(area), QRectF(pixmap.rect())
    if whole:
        factor = min(area.width() / pixmap.width(), area.height() / pixmap.height())
        shown = QSizeF(pixmap.width() * factor, pixmap.height() * factor)
        target = QRectF(QPointF(), shown)
        target.moveCenter(QRectF(area).center())
    else:  # the middle square of the photo fills the tile: rows line up whatever the photos' shapes
        side = min(pixmap.width(), pixmap.height())
        source = QRectF((pixmap.width() - side) / 2, (pixmap.height() - side) / 2, side, side)
    painter.save()
    painter.setClipPath(clip)
    if pixmap.hasAlphaChannel():
        painter.setBrushOrigin(area.topLeft())
        paint_checkerboard(painter, area, option.palette, CHECK)
    painter.drawPixmap(target, pixmap, source)
    painter.restore()


def _paint_words(painter: QPainter, option: QStyleOptionViewItem, area: QRect, entry: PhotoEntry) -> None:
    text = option.palette.color(QPalette.ColorRole.Text)
    faint = option.palette.color(QPalette.ColorRole.PlaceholderText)
    left = QStyle.visualAlignment(option.direction, Qt.AlignmentFlag.AlignLeft) | Qt.AlignmentFlag.AlignVCenter
    right = QStyle.visualAlignment(option.direction, Qt.AlignmentFlag.AlignRight) | Qt.AlignmentFlag.AlignVCenter

    def placed(x: int, y: int, width: int, height: int) -> QRect:
        """Return a place of the row, mirrored where the language runs from right to left."""
        return QStyle.visualRect(option.direction, option.rect, QRect(x, y, width, height))

    small = QFont(option.font)
    small.setPointSizeF(option.font.pointSizeF() * CAPTION)
    metrics = option.fontMetrics
    line = metrics.height()
    top = area.top() + (ROW_HEIGHT - 2 * line - 6) // 2

    marks = _marks(entry)
    name = placed(area.left(), top, area.width() - 18 * len(marks), line)
    painter.setFont(option.font)
    painter.setPen(faint if entry.state is PhotoState.MISSING else text)
    shown = metrics.elidedText(entry.path.name, Qt.TextElideMode.ElideMiddle, name.width())
    painter.drawText(name, left, shown)
    for place, mark in enumerate(marks):
        box = placed(area.right() - 18 * (place + 1) + 4, top + (line - STATE_ICON) // 2, STATE_ICON, STATE_ICON)
        paint_icon(painter, mark, QRectF(box), faint)

    second = top + line + 6
    colour = state_colour(entry, option.palette)
    symbol = state_icon(entry)
    sign = placed(area.left(), second + (line - STATE_ICON) // 2, STATE_ICON, STATE_ICON)
    paint_icon(painter, symbol, QRectF(sign), colour)
    painter.setFont(small)
    size = size_text(entry)
    size_width = painter.fontMetrics().horizontalAdvance(size)
    words = placed(area.left() + STATE_ICON + 5, second, area.width() - STATE_ICON - 5, line)
    said = state_text(entry)
    said_width = painter.fontMetrics().horizontalAdvance(said)
    if size and said_width + size_width + 12 <= words.width():
        painter.setPen(faint)
        painter.drawText(words, right, size)
    painter.setPen(colour)
    shown = painter.fontMetrics().elidedText(said, Qt.TextElideMode.ElideRight, words.width())
    painter.drawText(words, left, shown)


def state_icon(entry: PhotoEntry) -> str:
    """Return the name of the sign of where a photo stands."""
    if _wants_a_look(entry):
        return "doubt"
    if entry.state is PhotoState.WAITING and entry.looked:
        return "brush" if entry.corrected else "settings" if entry.settings else "ready"
    return _ICONS[entry.state]


def state_colour(entry: PhotoEntry, palette: QPalette) -> QColor:
    """Return the colour of a row's second line and its sign."""
    if entry.state is PhotoState.CUTTING:
        return palette.color(QPalette.ColorRole.Text)
    tone = Tone.DOUBT if _wants_a_look(entry) else _TONES.get(entry.state)
    return palette.color(QPalette.ColorRole.PlaceholderText) if tone is None else tone.colour(palette)


def _wants_a_look(entry: PhotoEntry) -> bool:
    return entry.doubtful and entry.state in (PhotoState.WAITING, PhotoState.DONE)


def _marks(entry: PhotoEntry) -> list[str]:
    """Return the icons after the name: own settings, corrected by hand."""
    return [name for name, wanted in (("settings", entry.settings), ("brush", entry.corrected)) if wanted]
