"""The canvas in the user's hand: painting strokes, moving the split, dragging the cutout out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QEnterEvent, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QTabletEvent
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QLineEdit, QWidget

from gui.canvas.brush import Brush, StrokeBuilder, brush_after_key
from gui.canvas.grip import Grip, find_grip, split_at
from gui.canvas.overlays import brush_area, paint_ring
from gui.canvas.painting import RenderContext
from gui.canvas.scene import Scene
from gui.canvas.view import View, panned, to_photo
from gui.look.images import Samples

if TYPE_CHECKING:
    from matting.alpha.strokes import Stroke
    from matting.cutout.cut import Cutout

SPLIT_KEY_STEP = 0.05


class Canvas(Scene):
    """Shows one photo in one of five views, and takes strokes, pans, zooms and drags.

    Signals:
        stroke_finished(Stroke): the hand was lifted; photo pixels. The stroke stays tinted until the next cutout.
        brush_changed(Brush): by a key on the canvas.
        drag_out_requested(): the cutout is being pulled away; the window starts the drag.
        zoom_changed(float), view_moved(), detail_wanted(Box): see ``Surface`` and ``Scene``.
    """

    stroke_finished = Signal(object)
    brush_changed = Signal(object)
    drag_out_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("canvas")
        self.setAccessibleName(self.tr("Preview"))
        self.set_message("")
        self._brush = Brush()
        self._builder: StrokeBuilder | None = None
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
        self._brush = brush
        self._choose_cursor()
        self.update()

    # The hand: mouse and pen meet in three methods

    def _press(self, at: QPointF, button: Qt.MouseButton, pressure: float, straight: bool) -> None:
        if self._grip is not Grip.NOTHING:  # a second button changes nothing about what the first one holds
            return
        self._grip, self._button = self._grip_at(at, button), button
        self._pressed_at = self._mouse = at
        if self._grip is Grip.PAINT:
            self._builder = StrokeBuilder(
                self._brush.keep, self._brush.radius / self._state.scale, self._brush.hardness
            )
            if straight and self._last_point is not None:
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
            case Grip.PAINT:
                self._paint_to(at, pressure)
            case Grip.DRAG_OUT if (at - self._pressed_at).manhattanLength() >= QApplication.startDragDistance():
                self._grip = Grip.NOTHING
                self.drag_out_requested.emit()
            case Grip.NOTHING:
                self._choose_cursor()
        if self._view is View.SPLIT:
            self.update()
        elif self._brush.active:
            self.update(brush_area(self._brush, previous or at, at).toAlignedRect())

    def _release(self, button: Qt.MouseButton) -> None:
        if button != self._button:
            return
        builder, self._builder, self._grip = self._builder, None, Grip.NOTHING
        self._choose_cursor()
        self.update()
        if builder is not None:
            stroke = builder.stroke()
            self._last_point = stroke.points[-1][:2]
            self._pending = (*self._pending, stroke)
            self.stroke_finished.emit(stroke)

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
            brush_active=self._brush.active,
            has_cutout=self._whole.cut is not None,
            split=self._split,
        )

    def _choose_cursor(self) -> None:
        hovered = self._grip_at(self._mouse)
        held = self._grip if self._grip is not Grip.NOTHING else hovered
        if held is Grip.SPLIT:
            self.setCursor(Qt.CursorShape.SplitHCursor)
        elif held is Grip.PAINT:
            self.setCursor(Qt.CursorShape.BlankCursor)
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
        if self._mouse is not None and Grip.PAINT in (self._grip, self._grip_at(self._mouse)):
            paint_ring(painter, self._brush, self._mouse.x(), self._mouse.y())

    # Qt's events

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin whatever is under the mouse."""
        straight = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self._press(event.position(), event.button(), 1.0, straight)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with it, or move the ring."""
        self._drag(event.position(), 1.0)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End it."""
        self._release(event.button())

    def tabletEvent(self, event: QTabletEvent) -> None:
        """Paint with the pen's pressure; for everything else a pen is a mouse, which Qt makes of an ignored event."""
        at = event.position()
        pen_down = event.type() == QEvent.Type.TabletPress and self._grip_at(at, event.button()) is Grip.PAINT
        if not pen_down and self._builder is None:
            event.ignore()
            return
        if pen_down:
            straight = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._press(at, event.button(), event.pressure(), straight)
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
        """Change size by ``[`` ``]``, with Shift hardness; ``X`` swaps the sign, space pans, Esc drops a stroke."""
        brush = brush_after_key(self._brush, event)
        if brush is not None:
            self.set_brush(brush)
            self.brush_changed.emit(brush)
        elif event.key() == Qt.Key.Key_Space:
            self._hold_space(True)
        elif event.key() == Qt.Key.Key_Escape and self._builder is not None:
            self._builder, self._grip = None, Grip.NOTHING
            self.update()
        elif self._view is View.SPLIT and event.modifiers() == Qt.KeyboardModifier.ShiftModifier:
            step = {Qt.Key.Key_Left: -SPLIT_KEY_STEP, Qt.Key.Key_Right: SPLIT_KEY_STEP}.get(Qt.Key(event.key()), 0.0)
            self._set_split(self._split + step)
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """End panning by a held space bar."""
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._hold_space(False)
        else:
            super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Forget a held space bar: when it is released elsewhere, the canvas never hears of it."""
        super().focusOutEvent(event)
        self._hold_space(False)

    def _hold_space(self, held: bool) -> None:
        if held != self._space_held:
            self._space_held = held
            self._choose_cursor()
            self.update()
