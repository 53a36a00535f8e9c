"""What a hand does on the photo: marking things, painting, moving the split, dragging the cutout out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QApplication, QWidget

from gui.canvas.brush import Brush, StrokeBuilder, Tool
from gui.canvas.grip import Grip, find_grip, split_at
from gui.canvas.marking import Place, as_stroke, box_of, mark_of
from gui.canvas.overlays import brush_area, paint_box, paint_cross, paint_ring
from gui.canvas.painting import Foreseen, RenderContext
from gui.canvas.scene import Scene
from gui.canvas.view import View, panned, to_canvas, to_photo
from gui.look.images import Samples

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from matting.alpha.strokes import Stroke
    from matting.cutout.cut import Cutout
    from matting.selection.marks import Mark

SHIFT, ALT, NO_KEYS = (
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.NoModifier,
)


class Hand(Scene):
    """Takes marks, strokes, pans and drags with the tool in use; ``Canvas`` says where mouse, pen and keys are.

    Signals:
        mark_made(Mark), stroke_finished(Stroke): the hand was lifted; photo pixels. Both stay tinted until the next
        cutout.
        brush_changed(Brush): another tool, sign, size or hardness.
        hovered(Mark | None): the mark that a click would make now.
        drag_out_requested(): the cutout is being pulled away; the window starts the drag.
    """

    mark_made = Signal(object)
    stroke_finished = Signal(object)
    brush_changed = Signal(object)
    hovered = Signal(object)
    drag_out_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._brush = Brush()
        self._can_mark = True
        self._foreseen: Foreseen | None = None
        self._hovered: Mark | None = None
        self._keys = NO_KEYS
        self._builder: StrokeBuilder | None = None
        self._corner: Place = (0.0, 0.0)
        self._pending: tuple[Stroke, ...] = ()
        self._last_point: tuple[float, float] | None = None
        self._grip = Grip.NOTHING
        self._button = Qt.MouseButton.NoButton
        self._pressed_at = QPointF()
        self._mouse: QPointF | None = None
        self._by_keys = False  # the ring was moved last by keys: the mouse's own cursor is elsewhere
        self._space_held = False

    def set_photo(self, rgb8: Samples | None, full_size: tuple[int, int]) -> None:
        """See ``Scene``; a stroke that is being painted is dropped."""
        self._builder, self._grip, self._pending, self._last_point = None, Grip.NOTHING, (), None
        super().set_photo(rgb8, full_size)
        self._choose_cursor()
        self._hover()

    def set_cutout(self, cutout: Cutout | None) -> None:
        """See ``Scene``; finished strokes are part of this cutout now and lose their tint."""
        self._pending = ()
        super().set_cutout(cutout)

    def set_view(self, view: View) -> None:
        """Choose what is shown of the photo."""
        super().set_view(view)
        self._choose_cursor()

    @property
    def brush(self) -> Brush:
        """The brush in use."""
        return self._brush

    def set_brush(self, brush: Brush) -> None:
        """Take another brush."""
        if brush != self._brush:
            self._brush = brush
            self._choose_cursor()
            self._hover()
            self.update()
            self.brush_changed.emit(brush)

    @property
    def hovered_mark(self) -> Mark | None:
        """The mark that a click would make now."""
        return self._hovered

    def take(self, tool: Tool) -> None:
        """Take another tool, the brush as it is."""
        self.set_brush(replace(self._brush, tool=tool))

    def foresee(self, outlines: Sequence[NDArray[np.float32]], keep: bool) -> None:
        """Show what the mark under the mouse would change: outlines (n, 2) of x and y in photo pixels."""
        if outlines or self._foreseen is not None:
            self._foreseen = Foreseen(tuple(outlines), keep) if outlines else None
            self.update()

    def set_marking(self, allowed: bool) -> None:
        """Set whether things can be pointed at; where they cannot, the tools for that paint."""
        self._can_mark = allowed
        self._hover()

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
            if keys & SHIFT and self._last_point is not None:
                self._builder.add(*self._last_point, pressure)
            self._paint_to(at, pressure)
        self._choose_cursor()
        self._hover()
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
                self._hover()
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
            keep, alone = self._signed(self._keys).keep, bool(self._keys & SHIFT)
            self._mark(box_of(self._corner, end, self._state, keep=keep, alone=alone))

    def _mark(self, mark: Mark | None) -> None:
        if mark is not None:
            self._pending = (*self._pending, as_stroke(mark, self._state))
            self.mark_made.emit(mark)

    def _hover(self) -> None:
        """Tell which mark a click would make now."""
        mark = None
        if self._mouse is not None and self._grip is Grip.NOTHING and self._grip_at(self._mouse) is Grip.SELECT:
            brush = self._signed(QApplication.keyboardModifiers())
            path = StrokeBuilder(brush.keep, brush.radius / self._state.scale, brush.hardness)
            path.add(*to_photo(self._state, self._mouse.x(), self._mouse.y()))
            mark = mark_of(path.stroke(), self._state)
        if mark != self._hovered:
            self._hovered = mark
            self.hovered.emit(mark)
            if mark is None:
                self.foresee((), keep=True)

    def _signed(self, keys: Qt.KeyboardModifier) -> Brush:
        """Return the brush as it acts while these keys are held: Alt swaps keep and erase."""
        return self._brush.swapped() if keys & ALT else self._brush

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
        return replace(super()._context(), strokes=shown, handle_hot=hot, foreseen=self._foreseen)

    def _paint_over(self, painter: QPainter) -> None:
        if self._mouse is None:
            return
        if self._grip is Grip.BOX:
            corner = QPointF(*to_canvas(self._state, *self._corner))
            paint_box(painter, corner, self._mouse, keep=self._signed(self._keys).keep)
        if self._by_keys and Grip.BOX in (self._grip, self._grip_at(self._mouse)):
            paint_cross(painter, self._mouse)
        elif not {Grip.SELECT, Grip.PAINT}.isdisjoint((self._grip, self._grip_at(self._mouse))):
            held = self._keys if self._builder is not None else QApplication.keyboardModifiers()
            paint_ring(painter, self._signed(held), self._mouse.x(), self._mouse.y())
