"""Things picked on the canvas by a real hand: clicks, rough strokes, boxes, keys and the menu of a place."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QMouseEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.canvas.brush import Brush, Tool
from gui.canvas.canvas import RING_KEY_STEP, Canvas
from gui.canvas.piece_menu import PieceMenu
from gui.canvas.view import to_canvas, to_photo
from matting.selection.marks import Mark, MarkKind

FULL = (4000, 3000)
LEFT, NO_BUTTON = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
NO_KEYS, SHIFT, ALT = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)


@pytest.fixture
def canvas(qtbot: QtBot) -> Canvas:
    """Return a canvas of 400 × 300 with a photo of 12 megapixels and the select tool."""
    widget = Canvas()
    qtbot.addWidget(widget)
    widget.resize(400, 300)
    widget.show()
    widget.set_photo(np.full((300, 400, 3), 90, np.uint8), FULL)
    widget.set_brush(Brush(Tool.SELECT, radius=5))
    return widget


@pytest.fixture
def marks(canvas: Canvas) -> list[Mark]:
    """Return the list that the canvas's marks go to."""
    made: list[Mark] = []
    canvas.mark_made.connect(made.append)
    return made


def spot(canvas: Canvas, x: float, y: float) -> QPoint:
    return QPointF(*to_canvas(canvas.state, x, y)).toPoint()


def drag(qtbot: QtBot, canvas: Canvas, *points: tuple[float, float], keys: Qt.KeyboardModifier = NO_KEYS) -> None:
    qtbot.mousePress(canvas, LEFT, keys, spot(canvas, *points[0]))
    for point in points[1:]:
        where = QPointF(spot(canvas, *point))
        event = QMouseEvent(QEvent.Type.MouseMove, where, canvas.mapToGlobal(where), NO_BUTTON, LEFT, keys)
        QApplication.sendEvent(canvas, event)
    qtbot.mouseRelease(canvas, LEFT, keys, spot(canvas, *points[-1]))


def near(canvas: Canvas, *points: tuple[float, float]) -> list[object]:
    """Return points as a test compares them: to a pixel of the canvas."""
    return [pytest.approx(point, abs=1 / canvas.state.scale) for point in points]


def test_a_click_and_a_rough_stroke_come_in_photo_pixels_with_the_ring_as_radius(
    qtbot: QtBot, canvas: Canvas, marks: list[Mark]
) -> None:
    drag(qtbot, canvas, (1000, 1000), (1005, 1000))  # a hand that trembles
    drag(qtbot, canvas, (1000, 1000), (2000, 1500), (3000, 1000))
    click, stroke = marks
    assert (click.kind, stroke.kind) == (MarkKind.CLICK, MarkKind.STROKE)
    assert list(click.points) == near(canvas, (1000, 1000))
    assert list(stroke.points) == near(canvas, (1000, 1000), (2000, 1500), (3000, 1000))
    assert click.radius == stroke.radius == pytest.approx(5 / canvas.state.scale, abs=0.01)


def test_alt_and_x_swap_keep_and_erase_for_one_mark_and_for_good(
    qtbot: QtBot, canvas: Canvas, marks: list[Mark]
) -> None:
    at = spot(canvas, 1000, 1000)
    qtbot.mouseClick(canvas, LEFT, pos=at)
    qtbot.mouseClick(canvas, LEFT, ALT, at)
    qtbot.mouseClick(canvas, LEFT, pos=at)
    qtbot.keyClick(canvas, Qt.Key.Key_X)
    qtbot.mouseClick(canvas, LEFT, pos=at)
    assert [mark.keep for mark in marks] == [True, False, True, False]


def test_shift_marks_along_a_straight_line_from_the_last_place(qtbot: QtBot, canvas: Canvas, marks: list[Mark]) -> None:
    qtbot.mouseClick(canvas, LEFT, pos=spot(canvas, 1000, 1000))
    qtbot.mouseClick(canvas, LEFT, SHIFT, spot(canvas, 3000, 1000))
    assert marks[-1].kind is MarkKind.STROKE
    assert list(marks[-1].points) == near(canvas, (1000, 1000), (3000, 1000))


def test_a_box_is_drawn_between_two_corners_and_shift_lets_nothing_else_stay(
    qtbot: QtBot, canvas: Canvas, marks: list[Mark]
) -> None:
    canvas.take(Tool.BOX)
    drag(qtbot, canvas, (3000, 2000), (1000, 500))
    drag(qtbot, canvas, (1000, 500), (3000, 2000), keys=SHIFT)
    drag(qtbot, canvas, (1000, 500), (3000, 2000), keys=ALT)
    assert [(mark.kind, mark.keep) for mark in marks] == [
        (MarkKind.BOX, True),
        (MarkKind.ONLY_BOX, True),
        (MarkKind.BOX, False),
    ]
    assert list(marks[0].points) == near(canvas, (3000, 2000), (1000, 500))


def test_a_box_ends_at_the_photo_and_a_slip_of_the_hand_is_none(
    qtbot: QtBot, canvas: Canvas, marks: list[Mark]
) -> None:
    canvas.take(Tool.BOX)
    drag(qtbot, canvas, (3000, 2000), (4200, 3200))
    drag(qtbot, canvas, (1000, 500), (1010, 510))
    drag(qtbot, canvas, (4100, 500), (4200, 900))
    (mark,) = marks
    assert mark.points[1] == (4000, 3000)


def test_what_misses_the_photo_marks_nothing(qtbot: QtBot, canvas: Canvas, marks: list[Mark]) -> None:
    drag(qtbot, canvas, (-200, 1000), (-150, 2000))
    qtbot.mouseClick(canvas, LEFT, pos=spot(canvas, 4200, 1000))
    assert not marks
    drag(qtbot, canvas, (-200, 1000), (500, 1000))
    assert len(marks) == 1


def test_escape_another_photo_and_space_leave_no_mark(qtbot: QtBot, canvas: Canvas, marks: list[Mark]) -> None:
    for tool in (Tool.SELECT, Tool.BOX):
        canvas.take(tool)
        qtbot.mousePress(canvas, LEFT, pos=QPoint(100, 100))
        qtbot.keyClick(canvas, Qt.Key.Key_Escape)
        qtbot.mouseRelease(canvas, LEFT, pos=QPoint(250, 200))
        qtbot.mousePress(canvas, LEFT, pos=QPoint(100, 100))
        canvas.set_photo(np.zeros((10, 10, 3), np.uint8), (10, 10))
        qtbot.mouseRelease(canvas, LEFT, pos=QPoint(250, 200))
        qtbot.keyPress(canvas, Qt.Key.Key_Space)
        qtbot.mouseClick(canvas, LEFT, pos=QPoint(200, 150))
        qtbot.keyRelease(canvas, Qt.Key.Key_Space)
    assert not marks


def test_where_nothing_can_be_pointed_at_the_tool_paints(qtbot: QtBot, canvas: Canvas, marks: list[Mark]) -> None:
    canvas.set_marking(False)
    with qtbot.waitSignal(canvas.stroke_finished):
        drag(qtbot, canvas, (1000, 1000), (2000, 1000))
    assert not marks


def test_the_smallest_photo_takes_a_click_and_a_box(qtbot: QtBot, canvas: Canvas, marks: list[Mark]) -> None:
    canvas.set_photo(np.zeros((1, 1, 3), np.uint8), (1, 1))
    qtbot.mouseClick(canvas, LEFT, pos=QPoint(200, 150))
    canvas.take(Tool.BOX)
    drag(qtbot, canvas, (-1, -1), (2, 2))
    assert [mark.kind for mark in marks] == [MarkKind.CLICK, MarkKind.BOX]
    assert marks[1].points == ((0, 0), (1, 1))


def test_a_keyboard_moves_the_ring_and_marks(qtbot: QtBot, canvas: Canvas, marks: list[Mark]) -> None:
    qtbot.keyClick(canvas, Qt.Key.Key_Return)
    for _ in range(3):
        qtbot.keyClick(canvas, Qt.Key.Key_Right, ALT)
    qtbot.keyClick(canvas, Qt.Key.Key_Return)
    first, second = marks
    assert list(first.points) == near(canvas, (2000, 1500))
    assert second.points[0][0] > first.points[0][0]
    assert second.points[0][1] == first.points[0][1]


def test_a_keyboard_draws_a_box_between_two_corners(qtbot: QtBot, canvas: Canvas, marks: list[Mark]) -> None:
    canvas.take(Tool.BOX)
    plain = canvas.grab().toImage()
    qtbot.keyClick(canvas, Qt.Key.Key_Left, ALT)
    assert canvas.grab().toImage() != plain, "without a mouse a cross shows where the corner would be"
    middle, step = canvas.rect().center(), RING_KEY_STEP
    start = to_photo(canvas.state, middle.x() - step, middle.y())
    end = to_photo(canvas.state, middle.x() + step, middle.y() + step)
    for keys in (NO_KEYS, SHIFT):
        qtbot.keyClick(canvas, Qt.Key.Key_Return, keys)
        for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down):
            qtbot.keyClick(canvas, key, ALT)
        assert len(marks) == int(keys == SHIFT), "the box ends with the second Enter"
        qtbot.keyClick(canvas, Qt.Key.Key_Return)
    assert [mark.kind for mark in marks] == [MarkKind.BOX, MarkKind.ONLY_BOX]
    assert list(marks[0].points) == near(canvas, start, end)


def test_escape_drops_a_box_of_the_keyboard(qtbot: QtBot, canvas: Canvas, marks: list[Mark]) -> None:
    canvas.take(Tool.BOX)
    for key, keys in (
        (Qt.Key.Key_Return, NO_KEYS),
        (Qt.Key.Key_Right, ALT),
        (Qt.Key.Key_Down, ALT),
        (Qt.Key.Key_Escape, NO_KEYS),
        (Qt.Key.Key_Return, NO_KEYS),
        (Qt.Key.Key_Escape, NO_KEYS),
    ):
        qtbot.keyClick(canvas, key, keys)
    assert not marks


def test_the_menu_of_a_place_keeps_only_the_thing_there(qtbot: QtBot, canvas: Canvas, marks: list[Mark]) -> None:
    at = spot(canvas, 1000, 1000)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, canvas.mapToGlobal(at))
    QApplication.sendEvent(canvas, event)
    (menu,) = canvas.findChildren(PieceMenu)
    names = [action.text().replace("&", "") for action in menu.actions()]
    assert names == ["Only this one", "Keep this", "Erase this"]
    for action in menu.actions():
        action.trigger()
    menu.close()
    assert [(mark.kind, mark.keep) for mark in marks] == [
        (MarkKind.ONLY, True),
        (MarkKind.CLICK, True),
        (MarkKind.CLICK, False),
    ]
    assert list(marks[0].points) == near(canvas, (1000, 1000))
