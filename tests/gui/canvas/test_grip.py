from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from gui.canvas.brush import Tool
from gui.canvas.grip import Grip, find_grip, split_at, split_line
from gui.canvas.view import View, ViewState, zoomed

# A photo of 100 × 50 in a canvas of 200 × 100: it covers (50, 25) to (150, 75).
STATE = ViewState(photo=(100, 50), canvas=(200, 100), zoom=1.0, centre=(50, 25))
LEFT, MIDDLE, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton, Qt.MouseButton.RightButton


def grip(
    view: View = View.CUTOUT,
    point: tuple[float, float] = (100, 50),
    button: Qt.MouseButton = LEFT,
    *,
    space: bool = False,
    tool: Tool = Tool.HAND,
    cutout: bool = True,
) -> Grip:
    return find_grip(STATE, view, point, button, space_held=space, tool=tool, has_cutout=cutout, split=0.5)


@pytest.mark.parametrize("view", View)
def test_middle_button_and_space_pan_everywhere(view: View) -> None:
    assert grip(view, button=MIDDLE, tool=Tool.PAINT) is Grip.PAN
    assert grip(view, space=True, tool=Tool.PAINT) is Grip.PAN


@pytest.mark.parametrize("view", View)
def test_other_buttons_take_hold_of_nothing(view: View) -> None:
    assert grip(view, button=RIGHT, tool=Tool.PAINT) is Grip.NOTHING


def test_the_split_handle_is_held_near_its_line_only() -> None:
    assert grip(View.SPLIT, (108, 30)) is Grip.SPLIT
    assert grip(View.SPLIT, (112, 30)) is Grip.PAN
    assert grip(View.SPLIT, (100, 10)) is Grip.PAN  # above the photo
    assert grip(View.OVERLAY, (100, 30)) is Grip.PAN
    assert grip(View.SPLIT, (100, 30), tool=Tool.PAINT) is Grip.SPLIT
    assert grip(View.SPLIT, (100, 30), cutout=False) is Grip.PAN  # there is nothing to compare with yet


def test_an_active_brush_paints_in_every_view() -> None:
    assert {grip(view, (60, 30), tool=Tool.PAINT) for view in View} == {Grip.PAINT}


def test_the_cutout_is_dragged_out_where_it_is_seen() -> None:
    assert grip(View.CUTOUT) is Grip.DRAG_OUT
    assert grip(View.MASK) is Grip.DRAG_OUT
    assert grip(View.ORIGINAL) is Grip.PAN
    assert grip(View.CUTOUT, (10, 10)) is Grip.PAN  # beside the photo
    assert grip(View.CUTOUT, cutout=False) is Grip.PAN


def test_the_split_line_goes_where_it_is_dragged_and_stays_on_the_visible_photo() -> None:
    assert split_line(STATE, split_at(STATE, 70)) == 70
    assert split_line(STATE, split_at(STATE, 5)) == 50
    assert split_line(STATE, split_at(STATE, 500)) == 150
    close = zoomed(STATE, 8.0)
    assert 0 <= split_line(close, 0.0) <= split_line(close, 1.0) <= 200
