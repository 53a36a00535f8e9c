"""The canvas: Qt's mouse, pen and keys, handed to the tool in the user's hand."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QEnterEvent, QFocusEvent, QKeyEvent, QMouseEvent, QTabletEvent
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QLineEdit, QWidget

from gui.canvas.brush import brush_after_key
from gui.canvas.grip import Grip
from gui.canvas.hand import ALT, Hand
from gui.canvas.piece_menu import PieceMenu
from gui.canvas.view import Box, View, to_photo

SPLIT_KEY_STEP = 0.05
RING_KEY_STEP = 12.0
"""Canvas pixels that a key moves the ring."""
_RING_STEPS = {
    Qt.Key.Key_Left: QPointF(-RING_KEY_STEP, 0),
    Qt.Key.Key_Right: QPointF(RING_KEY_STEP, 0),
    Qt.Key.Key_Up: QPointF(0, -RING_KEY_STEP),
    Qt.Key.Key_Down: QPointF(0, RING_KEY_STEP),
}


class Canvas(Hand):
    """Shows one photo in one of five views, and takes marks, strokes, pans, zooms and drags.

    Its signals are those of ``Hand``, ``Scene`` and ``Surface``.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("canvas")
        self._entered = QPointF()
        self.setAccessibleName(self.tr("Preview"))
        self.set_message("")

    def set_message(self, text: str) -> None:
        """Show a sentence over the canvas, read by screen readers too; empty for none."""
        super().set_message(text)
        self.setAccessibleDescription(text or self.tr("Wheel zooms to the cursor; space and drag moves the photo"))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin whatever is under the mouse."""
        self._press(event.position(), event.button(), 1.0, event.modifiers())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with it, or move the ring; a mouse over the brush brings the keys for it."""
        if event.globalPosition() != self._entered:
            self._take_focus()
        self._by_keys = False
        self._drag(event.position(), 1.0)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End it."""
        self._release(event.button())

    def tabletEvent(self, event: QTabletEvent) -> None:
        """Paint with the pen's pressure; for everything else a pen is a mouse, which Qt makes of an ignored event."""
        at = event.position()
        draws = self._grip_at(at, event.button()) in (Grip.SELECT, Grip.PAINT)
        pen_down = event.type() == QEvent.Type.TabletPress and draws
        if not pen_down and self._builder is None:
            event.ignore()
            return
        if pen_down:
            self._press(at, event.button(), event.pressure(), event.modifiers())
        elif event.type() == QEvent.Type.TabletMove:
            self._drag(at, event.pressure())
        elif event.type() == QEvent.Type.TabletRelease:
            self._release(event.button())
        event.accept()

    def enterEvent(self, event: QEnterEvent) -> None:
        """Remember where the mouse came in: a canvas that appears under a mouse at rest leaves the focus alone."""
        super().enterEvent(event)
        self._entered = event.globalPosition()

    def _take_focus(self) -> None:
        """Take the focus for the brush's keys, unless a number or a name is being typed."""
        typing = isinstance(QApplication.focusWidget(), QLineEdit | QAbstractSpinBox)
        if self._brush.active and not self.hasFocus() and not typing:
            self.setFocus(Qt.FocusReason.MouseFocusReason)

    def leaveEvent(self, event: QEvent) -> None:
        """Hide the ring."""
        super().leaveEvent(event)
        self._mouse = None
        self._hover()
        self.update()

    def event(self, event: QEvent) -> bool:
        """Keep Enter from the window's action “fine” while the ring is led by keys, or a box is being drawn."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            led = self._brush.active and (self._by_keys or self._grip is Grip.BOX)
            if led and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Change size by ``[`` ``]``, with Shift hardness; ``X`` swaps the sign, space pans, Esc drops what is drawn.

        Enter clicks at the ring, which Alt and the arrows move; of a box it sets one corner, then the other.
        """
        brush, key = brush_after_key(self._brush, event), Qt.Key(event.key())
        if brush is not None:
            self.set_brush(brush)
        elif key == Qt.Key.Key_Alt:
            self._hover()
            self.update()
        elif key in _RING_STEPS and event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier == ALT:
            self._by_keys = True
            self._drag(self._ring() + _RING_STEPS[key], 1.0)
            self.update()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._brush.active and not event.isAutoRepeat():
            self._enter(event.modifiers())
        elif event.key() == Qt.Key.Key_Space:
            self._hold_space(True)
        elif key == Qt.Key.Key_Escape and self._grip in (Grip.SELECT, Grip.PAINT, Grip.BOX):
            self._builder, self._grip = None, Grip.NOTHING
            self.update()
        elif self._view is View.SPLIT and event.modifiers() == Qt.KeyboardModifier.ShiftModifier:
            step = {Qt.Key.Key_Left: -SPLIT_KEY_STEP, Qt.Key.Key_Right: SPLIT_KEY_STEP}.get(Qt.Key(event.key()), 0.0)
            self._set_split(self._split + step)
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """End panning by a held space bar, and the other sign by Alt."""
        self._hover()
        self.update()
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._hold_space(False)
        else:
            super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Forget a held space bar: when it is released elsewhere, the canvas never hears of it."""
        super().focusOutEvent(event)
        self._hold_space(False)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be done with the thing under the mouse, or under the ring."""
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        at = self._ring() if by_key else QPointF(event.pos())
        place = to_photo(self._state, at.x(), at.y())
        if self._whole is not None and self._can_mark and Box(0, 0, *self._state.photo).contains(*place):
            menu = PieceMenu(place, self._brush.radius / self._state.scale, self)
            menu.chosen.connect(self._mark)
            menu.popup(self.mapToGlobal(at.toPoint()))

    def _enter(self, keys: Qt.KeyboardModifier) -> None:
        """Do at the ring what a click does; a box that is being drawn ends there. Then Enter is the window's again."""
        self._by_keys = True
        if self._grip is Grip.BOX:
            self._release(Qt.MouseButton.LeftButton)
            self._by_keys = False
        elif self._grip is Grip.NOTHING:
            begins_box = self._grip_at(self._ring()) is Grip.BOX
            self._press(self._ring(), Qt.MouseButton.LeftButton, 1.0, keys)
            if not begins_box:
                self._release(Qt.MouseButton.LeftButton)
                self._by_keys = False

    def _ring(self) -> QPointF:
        return QPointF(self.rect().center()) if self._mouse is None else self._mouse

    def _hold_space(self, held: bool) -> None:
        if held != self._space_held:
            self._space_held = held
            self._choose_cursor()
            self.update()
