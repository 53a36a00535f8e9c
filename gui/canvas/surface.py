"""A widget that is zoomed and panned: wheel, pinch, keys, space or middle button. What it shows is the subclass's."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QSizeF, Qt, Signal
from PySide6.QtGui import QInputDevice, QKeyEvent, QNativeGestureEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from gui.canvas.view import ViewState, fitted, next_stop, panned, resized, zoomed

WHEEL_NOTCH = 120
"""Eighths of a degree that Qt reports for one notch of a mouse wheel."""
ZOOM_A_NOTCH = 1.25
KEY_PAN = 48
"""Canvas pixels an arrow key moves the photo."""
_ARROWS = {
    Qt.Key.Key_Left: (KEY_PAN, 0),
    Qt.Key.Key_Right: (-KEY_PAN, 0),
    Qt.Key.Key_Up: (0, KEY_PAN),
    Qt.Key.Key_Down: (0, -KEY_PAN),
}


class Surface(QWidget):
    """Keeps a ``ViewState`` up to date with mouse, touch pad and keys, and with its own size.

    ``zoom_changed(zoom)``: device pixels per photo pixel, 1.0 is "100 %"; after any change of it.
    ``view_moved()``: another part of the photo, or another zoom, is seen.
    ``stepped(way)``: an arrow key wants the next photo (1) or the previous one (-1), as all of this one is seen.
    """

    zoom_changed = Signal(float)
    view_moved = Signal()
    stepped = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = ViewState()
        self.setFocusPolicy(Qt.FocusPolicy.WheelFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(160, 120)

    @property
    def state(self) -> ViewState:
        """Which part of the photo is seen, and how large."""
        return self._state

    @property
    def zoom(self) -> float:
        """Device pixels per photo pixel."""
        return self._state.zoom

    def zoom_fit(self) -> None:
        """Show the whole photo."""
        self._move(fitted(self._state))

    def zoom_100(self) -> None:
        """Show one photo pixel as one pixel of the screen."""
        self._move(zoomed(self._state, 1.0))

    def zoom_in(self) -> None:
        """Zoom in to the next round step."""
        self._move(zoomed(self._state, next_stop(self._state.zoom, larger=True)))

    def zoom_out(self) -> None:
        """Zoom out to the next round step."""
        self._move(zoomed(self._state, next_stop(self._state.zoom, larger=False)))

    def _move(self, state: ViewState) -> None:
        if state == self._state:
            return
        zoom, self._state = self._state.zoom, state
        self.update()
        if state.zoom != zoom:
            self.zoom_changed.emit(state.zoom)
        self.view_moved.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep a fitted photo fitted."""
        super().resizeEvent(event)
        self._follow_size()

    def _follow_size(self) -> None:
        size = QSizeF(self.size())
        self._move(resized(self._state, (max(1.0, size.width()), max(1.0, size.height())), self.devicePixelRatioF()))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom to the cursor with a wheel; two fingers on a touch pad pan, with Ctrl they zoom."""
        turn, pixels = event.angleDelta(), event.pixelDelta()
        touch_pad = event.device() is not None and event.device().type() == QInputDevice.DeviceType.TouchPad
        if touch_pad and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            moved = pixels if not pixels.isNull() else turn / 2
            self._move(panned(self._state, moved.x(), moved.y()))
        else:
            self._zoom_by(ZOOM_A_NOTCH ** (turn.y() / WHEEL_NOTCH), event.position())
        event.accept()

    def event(self, event: QEvent) -> bool:
        """Follow pinching on a touch pad, and a move to a screen of another pixel ratio."""
        if isinstance(event, QNativeGestureEvent):
            if event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
                self._zoom_by(1.0 + event.value(), event.position())
                return True
            if event.gestureType() == Qt.NativeGestureType.SmartZoomNativeGesture:
                self._move(
                    zoomed(self._state, 1.0, _pair(event.position())) if self._state.fitted else fitted(self._state)
                )
                return True
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._follow_size()
        return super().event(event)

    def _zoom_by(self, factor: float, at: QPointF) -> None:
        self._move(zoomed(self._state, self._state.zoom * max(0.1, factor), _pair(at)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Pan with the arrows, zoom with + and -, fit with Ctrl+0, show 100 % with Ctrl+1.

        Where the whole photo is seen the arrows ask for another one.
        """
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        key = Qt.Key(event.key())
        if key in _ARROWS and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            if self._state.fitted:
                self.stepped.emit(1 if sum(_ARROWS[key]) < 0 else -1)
            else:
                self._move(panned(self._state, *_ARROWS[key]))
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom_in()
        elif key == Qt.Key.Key_Minus:
            self.zoom_out()
        elif control and key == Qt.Key.Key_0:
            self.zoom_fit()
        elif control and key == Qt.Key.Key_1:
            self.zoom_100()
        else:
            super().keyPressEvent(event)


def _pair(point: QPointF) -> tuple[float, float]:
    return point.x(), point.y()
