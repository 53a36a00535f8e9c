from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

from gui.canvas.brush import MAX_RADIUS, MIN_RADIUS, Brush, StrokeBuilder, brush_after_key

NONE, SHIFT, CONTROL = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
)


def pressed(key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> Brush | None:
    return brush_after_key(Brush(radius=20, hardness=0.5), QKeyEvent(QEvent.Type.KeyPress, key, modifiers))


def test_brackets_change_the_size_and_with_shift_the_hardness() -> None:
    assert pressed(Qt.Key.Key_BracketRight) == Brush(radius=24, hardness=0.5)
    assert pressed(Qt.Key.Key_BracketLeft) == Brush(radius=20 / 1.2, hardness=0.5)
    for key in (Qt.Key.Key_BraceRight, Qt.Key.Key_BracketRight):
        assert pressed(key, SHIFT) == Brush(radius=20, hardness=0.6)
    for key in (Qt.Key.Key_BraceLeft, Qt.Key.Key_BracketLeft):
        assert pressed(key, SHIFT) == Brush(radius=20, hardness=0.4)


def test_x_swaps_keep_and_erase_and_ctrl_x_is_not_ours() -> None:
    assert pressed(Qt.Key.Key_X) == Brush(radius=20, hardness=0.5, keep=False)
    assert pressed(Qt.Key.Key_X, CONTROL) is None
    assert pressed(Qt.Key.Key_Y) is None


@given(st.lists(st.sampled_from(["larger", "smaller", "harder", "softer"]), max_size=60))
def test_no_sequence_of_keys_leaves_the_limits(steps: list[str]) -> None:
    brush = Brush()
    for step in steps:
        brush = getattr(brush, step)()
    assert MIN_RADIUS <= brush.radius <= MAX_RADIUS
    assert 0.0 <= brush.hardness <= 1.0


def test_a_builder_drops_points_that_could_not_be_seen() -> None:
    builder = StrokeBuilder(keep=True, radius=24, hardness=1)
    assert builder.add(0, 0)
    assert not builder.add(1, 0)
    assert builder.add(2, 0, 0.5)
    assert builder.stroke().points == ((0, 0, 1.0), (2, 0, 0.5))


@pytest.mark.parametrize(("given_pressure", "kept"), [(-1.0, 0.0), (0.25, 0.25), (3.0, 1.0)])
def test_pressure_stays_in_its_range(given_pressure: float, kept: float) -> None:
    builder = StrokeBuilder(keep=True, radius=5, hardness=1)
    builder.add(0, 0, given_pressure)
    assert builder.stroke().points[0][2] == kept
