"""The canvas under a real hand: mouse, pen, wheel and keys."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QEnterEvent, QImage, QInputDevice, QMouseEvent, QPointingDevice, QTabletEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from gui.canvas.brush import Brush, Tool
from gui.canvas.canvas import Canvas
from gui.canvas.view import Box, View, photo_box, to_canvas, to_photo
from matting.alpha.strokes import Stroke
from matting.cutout.cut import Cutout
from matting.photo import Metadata

FULL = (4000, 3000)
LEFT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton
NO_MODIFIER = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def canvas(qtbot: QtBot) -> Canvas:
    """Return a canvas of 400 × 300 with a photo of 12 megapixels, of which it has a copy of 400 × 300."""
    widget = Canvas()
    qtbot.addWidget(widget)
    widget.resize(400, 300)
    widget.show()
    widget.set_photo(np.full((300, 400, 3), 90, np.uint8), FULL)
    return widget


def cutout(value: int = 255) -> Cutout:
    return Cutout(np.full((300, 400, 3), 200, np.uint8), np.full((300, 400), value, np.uint8), Metadata())


def spot(canvas: Canvas, x: float, y: float) -> QPoint:
    """Return the canvas point of a photo point."""
    return QPointF(*to_canvas(canvas.state, x, y)).toPoint()


def drag(qtbot: QtBot, canvas: Canvas, start: QPoint, end: QPoint, button: Qt.MouseButton = LEFT) -> None:
    qtbot.mousePress(canvas, button, pos=start)
    for step in range(1, 6):
        move(canvas, start + (end - start) * step / 5, button)
    qtbot.mouseRelease(canvas, button, pos=end)


def move(canvas: Canvas, to: QPoint, button: Qt.MouseButton = Qt.MouseButton.NoButton) -> None:
    where = QPointF(to)  # QTest.mouseMove would tell no buttons
    none = Qt.MouseButton.NoButton
    event = QMouseEvent(QEvent.Type.MouseMove, where, canvas.mapToGlobal(where), none, button, NO_MODIFIER)
    QApplication.sendEvent(canvas, event)


def wheel(canvas: Canvas, at: QPoint, notches: float) -> None:
    where = QPointF(at)
    turn = QPoint(0, round(120 * notches))
    event = QWheelEvent(
        where,
        canvas.mapToGlobal(where),
        QPoint(),
        turn,
        Qt.MouseButton.NoButton,
        NO_MODIFIER,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(canvas, event)


def test_a_stroke_comes_in_photo_pixels_with_the_brush_of_the_screen(qtbot: QtBot, canvas: Canvas) -> None:
    canvas.set_brush(Brush(Tool.PAINT, keep=False, radius=10, hardness=0.3))
    with qtbot.waitSignal(canvas.stroke_finished) as painted:
        drag(qtbot, canvas, spot(canvas, 1000, 1000), spot(canvas, 3000, 2000))
    stroke: Stroke = painted.args[0]
    pixel = 1 / canvas.state.scale
    assert (stroke.keep, stroke.hardness) == (False, 0.3)
    assert stroke.radius == pytest.approx(10 * pixel)
    assert stroke.points[0] == pytest.approx((1000, 1000, 1), abs=pixel)
    assert stroke.points[-1] == pytest.approx((3000, 2000, 1), abs=pixel)


def test_a_stroke_painted_from_closer_is_finer(qtbot: QtBot, canvas: Canvas) -> None:
    canvas.set_brush(Brush(Tool.PAINT, radius=10))
    canvas.zoom_100()
    with qtbot.waitSignal(canvas.stroke_finished) as painted:
        qtbot.mouseClick(canvas, LEFT, pos=QPoint(200, 150))
    assert painted.args[0].radius == pytest.approx(10 * canvas.devicePixelRatioF())


def test_a_stroke_is_seen_at_once_and_until_the_next_cutout(qtbot: QtBot, canvas: Canvas) -> None:
    canvas.set_brush(Brush(Tool.PAINT, radius=10))
    canvas.set_cutout(cutout())
    here = spot(canvas, 2000, 1500)
    before = colour(canvas, here)
    qtbot.mousePress(canvas, LEFT, pos=here)
    move(canvas, here + QPoint(60, 0), LEFT)
    assert colour(canvas, here) != before
    qtbot.mouseRelease(canvas, LEFT, pos=here + QPoint(60, 0))
    assert colour(canvas, here) != before
    canvas.set_cutout(cutout())
    assert colour(canvas, here) == before


def test_escape_drops_the_stroke_under_the_hand(qtbot: QtBot, canvas: Canvas) -> None:
    canvas.set_brush(Brush(Tool.PAINT))
    with qtbot.assertNotEmitted(canvas.stroke_finished):
        qtbot.mousePress(canvas, LEFT, pos=QPoint(200, 150))
        qtbot.keyClick(canvas, Qt.Key.Key_Escape)
        qtbot.mouseRelease(canvas, LEFT, pos=QPoint(250, 150))


def test_shift_click_draws_a_straight_line_from_the_last_stroke(qtbot: QtBot, canvas: Canvas) -> None:
    canvas.set_brush(Brush(Tool.PAINT))
    qtbot.mouseClick(canvas, LEFT, pos=spot(canvas, 1000, 1000))
    with qtbot.waitSignal(canvas.stroke_finished) as painted:
        qtbot.mouseClick(canvas, LEFT, Qt.KeyboardModifier.ShiftModifier, spot(canvas, 3000, 1000))
    pixel = 1 / canvas.state.scale
    assert [point[0] for point in painted.args[0].points] == pytest.approx([1000, 3000], abs=pixel)


def test_a_pen_paints_with_its_pressure(qtbot: QtBot, canvas: Canvas) -> None:
    canvas.set_brush(Brush(Tool.PAINT))
    with qtbot.waitSignal(canvas.stroke_finished) as painted:
        for kind, x, pressure in (
            (QEvent.Type.TabletPress, 150, 0.2),
            (QEvent.Type.TabletMove, 200, 0.6),
            (QEvent.Type.TabletRelease, 200, 0.0),
        ):
            pen(canvas, kind, QPointF(x, 150), pressure)
    assert [point[2] for point in painted.args[0].points] == pytest.approx([0.2, 0.6], abs=0.01)


def test_a_second_photo_forgets_the_stroke_being_painted(qtbot: QtBot, canvas: Canvas) -> None:
    canvas.set_brush(Brush(Tool.PAINT))
    qtbot.mousePress(canvas, LEFT, pos=QPoint(200, 150))
    canvas.set_photo(np.zeros((10, 10, 3), np.uint8), (10, 10))
    with qtbot.assertNotEmitted(canvas.stroke_finished):
        qtbot.mouseRelease(canvas, LEFT, pos=QPoint(200, 150))


def test_the_wheel_zooms_to_the_cursor(canvas: Canvas) -> None:
    canvas.zoom_100()
    at = QPoint(320, 60)
    before = canvas.state
    wheel(canvas, at, 3)
    assert canvas.zoom == pytest.approx(1.25**3)
    held = to_canvas(canvas.state, *to_photo(before, at.x(), at.y()))
    assert held == pytest.approx((at.x(), at.y()), abs=0.01)


def test_fit_and_100_percent_by_key_tell_the_zoom(qtbot: QtBot, canvas: Canvas) -> None:
    with qtbot.waitSignal(canvas.zoom_changed) as told:
        qtbot.keyClick(canvas, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert told.args == [1.0]
    qtbot.keyClick(canvas, Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    box = photo_box(canvas.state)
    assert box.width <= 400
    assert box.height <= 300


def test_space_and_drag_or_the_middle_button_pan_while_the_brush_is_in_the_hand(qtbot: QtBot, canvas: Canvas) -> None:
    canvas.set_brush(Brush(Tool.PAINT))
    canvas.zoom_100()
    with qtbot.assertNotEmitted(canvas.stroke_finished):
        start = canvas.state.centre
        qtbot.keyPress(canvas, Qt.Key.Key_Space)
        drag(qtbot, canvas, QPoint(200, 150), QPoint(150, 120))
        qtbot.keyRelease(canvas, Qt.Key.Key_Space)
        by_space = canvas.state.centre
        drag(qtbot, canvas, QPoint(200, 150), QPoint(250, 180), MIDDLE)
    assert by_space == pytest.approx((start[0] + 50, start[1] + 30))
    assert canvas.state.centre == pytest.approx(start)


def test_keys_change_the_brush_and_tell_it(qtbot: QtBot, canvas: Canvas) -> None:
    canvas.set_brush(Brush(Tool.PAINT, radius=20))
    with qtbot.waitSignal(canvas.brush_changed) as told:
        qtbot.keyClick(canvas, Qt.Key.Key_X)
    assert told.args == [Brush(Tool.PAINT, keep=False, radius=20)]
    assert canvas.brush == told.args[0]


@pytest.mark.parametrize(
    ("focused", "active", "taken"), [(QPushButton, True, True), (QLineEdit, True, False), (QPushButton, False, False)]
)
def test_a_brush_over_the_canvas_brings_its_keys_along_unless_something_is_being_typed(
    qtbot: QtBot, focused: type[QWidget], active: bool, taken: bool
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    canvas, other = Canvas(window), focused(window)
    window.show()
    window.activateWindow()
    other.setFocus()
    qtbot.waitUntil(other.hasFocus)
    canvas.set_photo(np.zeros((10, 10, 3), np.uint8), (10, 10))
    canvas.set_brush(Brush(Tool.PAINT if active else Tool.HAND))
    QApplication.sendEvent(canvas, QEnterEvent(QPointF(5, 5), QPointF(5, 5), QPointF(5, 5)))
    moved(canvas, 5)
    assert not canvas.hasFocus(), "it only came under a mouse at rest"
    moved(canvas, 6)
    assert canvas.hasFocus() is taken


def moved(canvas: Canvas, x: float) -> None:
    """Send what Qt sends when the mouse has moved there, and also when a widget has come under it."""
    at, none = QPointF(x, 5), Qt.MouseButton.NoButton
    QApplication.sendEvent(
        canvas, QMouseEvent(QEvent.Type.MouseMove, at, at, at, none, none, Qt.KeyboardModifier.NoModifier)
    )


def test_arrows_ask_for_another_photo_where_all_of_this_one_is_seen_and_pan_where_it_is_not(
    qtbot: QtBot, canvas: Canvas
) -> None:
    steps: list[int] = []
    canvas.stepped.connect(steps.append)
    canvas.zoom_fit()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Up):
        qtbot.keyClick(canvas, key)
    assert steps == [1, 1, -1, -1]
    canvas.zoom_100()
    centre = canvas.state.centre
    qtbot.keyClick(canvas, Qt.Key.Key_Right)
    assert len(steps) == 4
    assert canvas.state.centre != centre


def test_the_split_is_dragged_and_moved_by_key(qtbot: QtBot, canvas: Canvas) -> None:
    canvas.set_cutout(cutout())
    canvas.set_view(View.SPLIT)
    probe = spot(canvas, 1200, 200)
    before = colour(canvas, probe)
    middle = spot(canvas, 2000, 1500)
    drag(qtbot, canvas, middle, QPoint(spot(canvas, 800, 0).x(), middle.y()))
    after = colour(canvas, probe)
    assert before != after
    for _ in range(6):
        qtbot.keyClick(canvas, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert colour(canvas, probe) == before


def test_dragging_the_cutout_asks_once_and_a_click_does_not(qtbot: QtBot, canvas: Canvas) -> None:
    canvas.set_cutout(cutout())
    asked: list[int] = []
    canvas.drag_out_requested.connect(lambda: asked.append(1))
    qtbot.mouseClick(canvas, LEFT, pos=QPoint(200, 150))
    assert not asked
    drag(qtbot, canvas, QPoint(200, 150), QPoint(300, 200))
    assert asked == [1]


def test_sharper_pixels_are_asked_for_once_the_copy_does_not_suffice(qtbot: QtBot, canvas: Canvas) -> None:
    with qtbot.waitSignal(canvas.detail_wanted) as asked:
        canvas.zoom_100()
    box: Box = asked.args[0]
    ratio = canvas.devicePixelRatioF()
    assert (box.width, box.height) == pytest.approx((400 * ratio, 300 * ratio))
    assert box.x + box.width / 2 == pytest.approx(2000)
    before = colour(canvas, QPoint(200, 150))
    canvas.set_detail(np.full((300, 400, 3), 250, np.uint8), None, box)
    assert colour(canvas, QPoint(200, 150)) != before


def test_a_photo_that_the_copy_shows_whole_asks_for_nothing(qtbot: QtBot, canvas: Canvas) -> None:
    canvas.set_photo(np.zeros((300, 400, 3), np.uint8), (400, 300))
    with qtbot.assertNotEmitted(canvas.detail_wanted):
        canvas.zoom_100()
        canvas.zoom_in()
        qtbot.waitUntil(lambda: not any(timer.isActive() for timer in canvas.findChildren(QTimer)))


def test_a_picture_behind_is_read_off_the_gui_thread(qtbot: QtBot, canvas: Canvas, tmp_path: Path) -> None:
    file = tmp_path / "wall.png"
    Image.new("RGB", (40, 30), (10, 120, 30)).save(file)
    canvas.set_cutout(cutout(0))
    canvas.set_backdrop(file)
    qtbot.waitUntil(lambda: colour(canvas, QPoint(200, 150)) == (10, 120, 30))
    canvas.set_backdrop("#0000ff")
    assert colour(canvas, QPoint(200, 150)) == (0, 0, 255)


def test_a_picture_that_is_gone_leaves_the_checkerboard(qtbot: QtBot, canvas: Canvas, tmp_path: Path) -> None:
    canvas.set_cutout(cutout(0))
    plain = colour(canvas, QPoint(200, 150))
    canvas.set_backdrop("#0000ff")
    canvas.set_backdrop(tmp_path / "gone.png")
    qtbot.waitUntil(lambda: colour(canvas, QPoint(200, 150)) == plain)


def test_an_empty_canvas_takes_no_stroke_and_shows_its_message(qtbot: QtBot, canvas: Canvas) -> None:
    canvas.set_photo(None, (1, 1))
    canvas.set_brush(Brush(Tool.PAINT))
    canvas.set_message("Drop photos here")
    assert canvas.accessibleDescription() == "Drop photos here"
    with qtbot.assertNotEmitted(canvas.stroke_finished):
        qtbot.mouseClick(canvas, LEFT, pos=QPoint(200, 150))


def colour(canvas: Canvas, at: QPoint) -> tuple[int, int, int]:
    image: QImage = canvas.grab().toImage()
    found = image.pixelColor(at * image.devicePixelRatio())
    return found.red(), found.green(), found.blue()


def pen(canvas: Canvas, kind: QEvent.Type, at: QPointF, pressure: float) -> None:
    device = QPointingDevice(
        "pen",
        7,
        QInputDevice.DeviceType.Stylus,
        QPointingDevice.PointerType.Pen,
        QInputDevice.Capability.Pressure | QInputDevice.Capability.Position,
        1,
        1,
    )
    button = LEFT
    held = Qt.MouseButton.NoButton if kind == QEvent.Type.TabletRelease else LEFT
    where = canvas.mapToGlobal(at)
    event = QTabletEvent(kind, device, at, where, pressure, 0, 0, 0, 0, 0, NO_MODIFIER, button, held)
    QApplication.sendEvent(canvas, event)
