"""The strip beside the canvas, in the real window."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QDoubleSpinBox
from pytestqt.qtbot import QtBot

from gui.canvas.brush import MAX_RADIUS, MIN_RADIUS, Tool
from gui.canvas.tool_strip import ToolStrip
from tests.gui.conftest import MakePhoto
from tests.gui.inspector.parts import part
from tests.gui.window_help import add, opened


def test_tools_are_chosen_by_button_and_key_and_both_show_it(qtbot: QtBot, make_photo: MakePhoto) -> None:
    with opened(qtbot) as window:
        add(qtbot, window, make_photo("a.png"))
        (strip,) = window.findChildren(ToolStrip)
        assert window.canvas.brush.tool is Tool.SELECT
        for tool, key in zip(Tool, "HSBM", strict=True):
            part(strip, QAbstractButton, f"tool-{tool}").click()
            assert window.canvas.brush.tool is tool
            assert [keys.toString() for keys in window.actions_[f"tool_{tool}"].shortcuts()] == [key]
        window.actions_["tool_paint"].trigger()
        assert part(strip, QAbstractButton, "tool-paint").isChecked()
        swap = part(strip, QAbstractButton, "swap")
        assert swap.accessibleName() == "Keeps"
        swap.click()
        assert (window.canvas.brush.keep, swap.accessibleName()) == (False, "Erases")
        qtbot.keyClick(window.canvas, Qt.Key.Key_X)
        assert swap.accessibleName() == "Keeps"
        assert all(
            button.accessibleName() and button.toolTip() and button.focusPolicy() & Qt.FocusPolicy.TabFocus
            for button in strip.findChildren(QAbstractButton)
        )


@pytest.mark.parametrize("nonsense", ["huge", "nan", "", "-5"])
def test_the_brush_is_as_it_was_last_and_usable_whatever_is_kept(qtbot: QtBot, nonsense: str) -> None:
    with opened(qtbot) as window:
        assert part(window.inspector, QDoubleSpinBox, "brush-size-number").isEnabled() is False, "no photo yet"
        window.canvas.set_brush(replace(window.canvas.brush.sized(33), hardness=0.4))
    with opened(qtbot) as window:
        assert (window.canvas.brush.radius, window.canvas.brush.hardness) == (33, 0.4)
        assert part(window.inspector, QDoubleSpinBox, "brush-size-number").value() == 33
        window.settings.store.setValue("brush/radius", nonsense)
    with opened(qtbot) as window:
        assert MIN_RADIUS <= window.canvas.brush.radius <= MAX_RADIUS
