"""What the canvas shows under the mouse is what a click there changes."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QColor, QMouseEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.canvas.view import to_canvas
from gui.main_window import MainWindow
from gui.threads.selecting import Selecting
from matting.cutout.cut import Cutout
from tests.gui.current.test_marks import LEFT, looking_at, opacity, two_discs
from tests.gui.window_help import PATIENCE_MS
from tests.matting.batch.batch_help import Brightness

__all__ = ["two_discs"]

BACKGROUND = (100.0, 100.0)


class CountsCrops(Brightness):
    """Counts how often it is asked about a part of the photo."""

    crops = 0

    def predict(self, rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
        self.crops += rgb.shape[:2] != (120, 200)
        return super().predict(rgb)


def hover(window: MainWindow, at: tuple[float, float]) -> QPointF:
    where = QPointF(QPointF(*to_canvas(window.canvas.state, *at)).toPoint())
    none = Qt.MouseButton.NoButton
    event = QMouseEvent(
        QEvent.Type.MouseMove, where, window.canvas.mapToGlobal(where), none, none, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(window.canvas, event)
    return where


def area_of(outlines: tuple[NDArray[np.float32], ...]) -> NDArray[np.bool_]:
    drawn = np.zeros((120, 200), np.uint8)
    cv2.fillPoly(drawn, [np.rint(outline).astype(np.int32) for outline in outlines], 1)
    return drawn > 0


@pytest.mark.parametrize("keep", [False, True])
def test_the_outline_under_the_mouse_is_what_a_click_changes(qtbot: QtBot, two_discs: Path, keep: bool) -> None:
    with looking_at(qtbot, two_discs) as (window, cutouts):
        if keep:  # bring back what was dropped
            window.canvas.set_brush(window.canvas.brush.swapped())
            qtbot.mouseClick(window.canvas, Qt.MouseButton.LeftButton, pos=hover(window, LEFT).toPoint())
            qtbot.waitUntil(lambda: not opacity(cutouts[-1].alpha, LEFT), timeout=PATIENCE_MS)
        window.canvas.set_brush(window.canvas.brush.swapped())
        before = cutouts[-1].alpha > 127
        seen: list[tuple[NDArray[np.float32], ...]] = []
        window.findChild(Selecting).foreseen.connect(
            lambda hover, outlines: seen.append(outlines) if hover.mark == window.canvas.hovered_mark else None
        )
        hover(window, (0.0, 0.0))
        plain = window.canvas.grab().toImage()
        where = hover(window, LEFT)
        seen.clear()
        qtbot.waitUntil(lambda: bool(seen) and bool(seen[-1]), timeout=PATIENCE_MS)
        rim = QPointF(*to_canvas(window.canvas.state, LEFT[0] + 20, LEFT[1])).toPoint()
        assert window.canvas.grab().toImage().pixel(rim) != plain.pixel(rim)
        qtbot.mouseClick(window.canvas, Qt.MouseButton.LeftButton, pos=where.toPoint())
        wanted = 255 if keep else 0
        qtbot.waitUntil(lambda: opacity(cutouts[-1].alpha, LEFT) == wanted, timeout=PATIENCE_MS)
        changed = (cutouts[-1].alpha > 127) != before
        foreseen = area_of(seen[-1])
        assert (changed & foreseen).sum() > 0.85 * (changed | foreseen).sum()


def test_nothing_is_shown_where_a_click_changes_nothing_and_after_the_mouse_has_left(
    qtbot: QtBot, two_discs: Path
) -> None:
    with looking_at(qtbot, two_discs) as (window, _cutouts):
        selecting = window.findChild(Selecting)
        # Well inside the disc however small the canvas is: a ring that reaches its rim may change that.
        window.canvas.set_brush(window.canvas.brush.sized(8))
        with qtbot.waitSignal(selecting.foreseen, timeout=PATIENCE_MS) as told:
            hover(window, LEFT)  # is kept already
        assert not told.args[1]
        window.canvas.set_brush(window.canvas.brush.swapped())
        plain = window.canvas.grab().toImage()
        with qtbot.waitSignal(selecting.foreseen, timeout=PATIENCE_MS) as told:
            hover(window, LEFT)
        assert told.args[1]
        QApplication.sendEvent(window.canvas, QEvent(QEvent.Type.Leave))
        rim = QPointF(*to_canvas(window.canvas.state, LEFT[0] + 20, LEFT[1])).toPoint()
        # Sharper pixels may have come meanwhile, which differ a little; the film over what goes differs far more.
        now, before = (QColor(image.pixel(rim)).green() for image in (window.canvas.grab().toImage(), plain))
        assert abs(now - before) < 16


def test_a_model_is_asked_about_the_background_once_and_the_click_finds_its_answer(
    qtbot: QtBot, two_discs: Path
) -> None:
    cutouts: list[Cutout]
    predictor = CountsCrops()
    with looking_at(qtbot, two_discs, predictor) as (window, cutouts):
        selecting = window.findChild(Selecting)
        where = hover(window, BACKGROUND)
        with qtbot.waitSignal(selecting.foreseen, timeout=PATIENCE_MS):  # at once: nothing yet
            pass
        with qtbot.waitSignal(selecting.foreseen, timeout=PATIENCE_MS):  # rested
            pass
        looked = predictor.crops
        assert looked
        shown = len(cutouts)
        qtbot.mouseClick(window.canvas, Qt.MouseButton.LeftButton, pos=where.toPoint())
        qtbot.waitUntil(lambda: len(cutouts) > shown, timeout=PATIENCE_MS)
        assert predictor.crops == looked
