"""The canvas in the user's hand: marking things, painting, moving the split, dragging the cutout out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QEnterEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QTabletEvent,
)
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QLineEdit, QWidget

from gui.canvas.brush import Brush, StrokeBuilder, Tool, brush_after_key
from gui.canvas.grip import Grip, find_grip, split_at
from gui.canvas.marking import Place, as_stroke, box_of, mark_of
from gui.canvas.overlays import brush_area, paint_box, paint_ring
from gui.canvas.painting import RenderContext
from gui.canvas.piece_menu import PieceMenu
from gui.canvas.scene import Scene
from gui.canvas.view import Box, View, panned, to_canvas, to_photo
from gui.look.images import Samples

if TYPE_CHECKING:
    from matting.alpha.strokes import Stroke
    from matting.cutout.cut import Cutout
    from matting.selection.marks import Mark

SPLIT_KEY_STEP = 0.05
RING_KEY_STEP = 12.0
"""Canvas pixels that a key moves the ring."""
_SHIFT, _ALT, _NO_KEYS = (
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.NoModifier,
)
_RING_STEPS = {
    Qt.Key.Key_Left: QPointF(-RING_KEY_STEP, 0),
    Qt.Key.Key_Right: QPointF(RING_KEY_STEP, 0),
    Qt.Key.Key_Up: QPointF(0, -RING_KEY_STEP),
    Qt.Key.Key_Down: QPointF(0, RING_KEY_STEP),
}


class Canvas(Scene):
    """Shows one photo in one of five views, and takes marks, strokes, pans, zooms and drags.

    Signals:
        mark_made(Mark), stroke_finished(Stroke): the hand was lifted; photo pixels. Both stay tinted until the next
        cutout.
        brush_changed(Brush): another tool, sign, size or hardness.
        drag_out_requested(): the cutout is being pulled away; the window starts the drag.
        zoom_changed(float), view_moved(), detail_wanted(Box): see ``Surface`` and ``Scene``.
    """

    mark_made = Signal(object)
    stroke_finished = Signal(object)
    brush_changed = Signal(object)
    drag_out_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("canvas")
        self.setAccessibleName(self.tr("Preview"))
        self.set_message("")
        self._brush = Brush()
        self._can_mark = True
        self._keys = _NO_KEYS
        self._builder: StrokeBuilder | None = None
        self._corner: Place = (0.0, 0.0)
        self._pending: tuple[Stroke, ...] = ()
        self._last_point: tuple[float, float] | None = None
        self._grip = Grip.NOTHING
        self._button = Qt.MouseButton.NoButton
        self._pressed_at = QPointF()
        self._mouse: QPointF | None = None
        self._space_held = False

    def set_photo(self, rgb8: Samples | None, full_size: tuple[int, int]) -> None:
        """See ``Scene``; a stroke that is being painted is dropped."""
        self._builder, self._grip, self._pending, self._last_point = None, Grip.NOTHING, (), None
        super().set_photo(rgb8, full_size)
        self._choose_cursor()

    def set_cutout(self, cutout: Cutout | None) -> None:
        """See ``Scene``; finished strokes are part of this cutout now and lose their tint."""
        self._pending = ()
        super().set_cutout(cutout)

    def set_view(self, view: View) -> None:
        """Choose what is shown of the photo."""
        super().set_view(view)
        self._choose_cursor()

    def set_message(self, text: str) -> None:
        """Show a sentence over the canvas, read by screen readers too; empty for none."""
        super().set_message(text)
        self.setAccessibleDescription(text or self.tr("Wheel zooms to the cursor; space and drag moves the photo"))

    @property
    def brush(self) -> Brush:
        """The brush in use."""
        return self._brush

    def set_brush(self, brush: Brush) -> None:
        """Take another brush."""
        if brush != self._brush:
            self._brush = brush
            self._choose_cursor()
            self.update()
            self.brush_changed.emit(brush)

    def take(self, tool: Tool) -> None:
        """Take another tool, the brush as it is."""
        self.set_brush(replace(self._brush, tool=tool))

    def set_marking(self, allowed: bool) -> None:
        """Set whether things can be pointed at; where they cannot, the tools for that paint."""
        self._can_mark = allowed

    # The hand: mouse and pen meet in three methods

    def _press(self, at: QPointF, button: Qt.MouseButton, pressure: float, keys: Qt.KeyboardModifier) -> None:
        if self._grip is not Grip.NOTHING:  # a second button changes nothing about what the first one holds
            return
        self._grip, self._button = self._grip_at(at, button), button
        self._pressed_at = self._mouse = at
        self._keys, self._corner = keys, to_photo(self._state, at.x(), at.y())
        if self._grip in (Grip.SELECT, Grip.PAINT):
            self._builder = StrokeBuilder(
                self._signed(keys).keep, self._brush.radius / self._state.scale, self._brush.hardness
            )
            if keys & _SHIFT and self._last_point is not None:
                self._builder.add(*self._last_point, pressure)
            self._paint_to(at, pressure)
        self._choose_cursor()
        self.update()

    def _drag(self, at: QPointF, pressure: float) -> None:
        previous, self._mouse = self._mouse, at
        match self._grip:
            case Grip.PAN if previous is not None:
                self._move(panned(self._state, at.x() - previous.x(), at.y() - previous.y()))
            case Grip.SPLIT:
                self._set_split(split_at(self._state, at.x()))
            case Grip.SELECT | Grip.PAINT:
                self._paint_to(at, pressure)
            case Grip.DRAG_OUT if (at - self._pressed_at).manhattanLength() >= QApplication.startDragDistance():
                self._grip = Grip.NOTHING
                self.drag_out_requested.emit()
            case Grip.NOTHING:
                self._choose_cursor()
        if self._view is View.SPLIT or self._grip is Grip.BOX:
            self.update()
        elif self._brush.active:
            self.update(brush_area(self._brush, previous or at, at).toAlignedRect())

    def _release(self, button: Qt.MouseButton) -> None:
        if button != self._button:
            return
        grip, builder = self._grip, self._builder
        self._grip, self._builder = Grip.NOTHING, None
        self._choose_cursor()
        self.update()
        if builder is not None:
            stroke = builder.stroke()
            self._last_point = stroke.points[-1][:2]
            if grip is Grip.SELECT:
                self._mark(mark_of(stroke, self._state))
            else:
                self._pending = (*self._pending, stroke)
                self.stroke_finished.emit(stroke)
        elif grip is Grip.BOX and self._mouse is not None:
            end = to_photo(self._state, self._mouse.x(), self._mouse.y())
            keep, alone = self._signed(self._keys).keep, bool(self._keys & _SHIFT)
            self._mark(box_of(self._corner, end, self._state, keep=keep, alone=alone))

    def _mark(self, mark: Mark | None) -> None:
        if mark is not None:
            self._pending = (*self._pending, as_stroke(mark, self._state))
            self.mark_made.emit(mark)

    def _signed(self, keys: Qt.KeyboardModifier) -> Brush:
        """Return the brush as it acts while these keys are held: Alt swaps keep and erase."""
        return self._brush.swapped() if keys & _ALT else self._brush

    def _paint_to(self, at: QPointF, pressure: float) -> None:
        if self._builder is not None:
            self._builder.add(*to_photo(self._state, at.x(), at.y()), pressure)

    def _set_split(self, split: float) -> None:
        self._split = min(1.0, max(0.0, split))
        self.update()

    def _grip_at(self, at: QPointF | None, button: Qt.MouseButton = Qt.MouseButton.LeftButton) -> Grip:
        if at is None or self._whole is None:
            return Grip.NOTHING
        return find_grip(
            self._state,
            self._view,
            (at.x(), at.y()),
            button,
            space_held=self._space_held,
            tool=self._brush.tool if self._can_mark or not self._brush.active else Tool.PAINT,
            has_cutout=self._whole.cut is not None,
            split=self._split,
        )

    def _choose_cursor(self) -> None:
        hovered = self._grip_at(self._mouse)
        held = self._grip if self._grip is not Grip.NOTHING else hovered
        if held is Grip.SPLIT:
            self.setCursor(Qt.CursorShape.SplitHCursor)
        elif held in (Grip.SELECT, Grip.PAINT):
            self.setCursor(Qt.CursorShape.BlankCursor)
        elif held is Grip.BOX:
            self.setCursor(Qt.CursorShape.CrossCursor)
        elif self._grip is Grip.PAN:
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif hovered is Grip.PAN and not self._state.fitted:
            self.setCursor(Qt.CursorShape.OpenHandCursor)
        else:
            self.unsetCursor()

    def _context(self) -> RenderContext:
        shown = self._pending if self._builder is None else (*self._pending, self._builder.stroke())
        if self._view is View.OVERLAY and self._brush.active:
            shown = (*self._strokes, *shown)
        hot = Grip.SPLIT in (self._grip, self._grip_at(self._mouse))
        return replace(super()._context(), strokes=shown, handle_hot=hot)

    def _paint_over(self, painter: QPainter) -> None:
        if self._mouse is None:
            return
        if self._grip is Grip.BOX:
            corner = QPointF(*to_canvas(self._state, *self._corner))
            paint_box(painter, corner, self._mouse, keep=self._signed(self._keys).keep)
        elif not {Grip.SELECT, Grip.PAINT}.isdisjoint((self._grip, self._grip_at(self._mouse))):
            held = self._keys if self._builder is not None else QApplication.keyboardModifiers()
            paint_ring(painter, self._signed(held), self._mouse.x(), self._mouse.y())

    # Qt's events

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin whatever is under the mouse."""
        self._press(event.position(), event.button(), 1.0, event.modifiers())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with it, or move the ring."""
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
        """Take the focus for the brush's keys when the mouse enters, unless a number is being typed."""
        super().enterEvent(event)
        if self._brush.active and not isinstance(QApplication.focusWidget(), QLineEdit | QAbstractSpinBox):
            self.setFocus(Qt.FocusReason.MouseFocusReason)

    def leaveEvent(self, event: QEvent) -> None:
        """Hide the ring."""
        super().leaveEvent(event)
        self._mouse = None
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Change size by ``[`` ``]``, with Shift hardness; ``X`` swaps the sign, space pans, Esc drops what is drawn.

        Enter clicks at the ring, which Alt and the arrows move.
        """
        brush, key = brush_after_key(self._brush, event), Qt.Key(event.key())
        if brush is not None:
            self.set_brush(brush)
        elif key == Qt.Key.Key_Alt:
            self.update()
        elif key in _RING_STEPS and event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier == _ALT:
            self._drag(self._ring() + _RING_STEPS[key], 1.0)
            self.update()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._brush.active and self._grip is Grip.NOTHING:
            self._press(self._ring(), Qt.MouseButton.LeftButton, 1.0, event.modifiers())
            self._release(Qt.MouseButton.LeftButton)
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

    def _ring(self) -> QPointF:
        return QPointF(self.rect().center()) if self._mouse is None else self._mouse

    def _hold_space(self, held: bool) -> None:
        if held != self._space_held:
            self._space_held = held
            self._choose_cursor()
            self.update()
