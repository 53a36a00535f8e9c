"""What the canvas says and shows of the photo looked at is what a batch would write."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from pytestqt.qtbot import QtBot

from gui.main_window import MainWindow
from gui.workspace.entry import PhotoState
from matting.alpha.strokes import Stroke
from matting.predictor import Predictor
from matting.settings import CutSettings
from tests.gui.conftest import MakePhoto
from tests.gui.window_help import PATIENCE_MS, add, entry, opened
from tests.matting.batch.batch_help import Brightness

NO_SUBJECT = "No subject found at this threshold"


class Level(Brightness):
    """The same probability everywhere."""

    def __init__(self, level: float) -> None:
        super().__init__()
        self._level = level

    def predict(self, rgb: NDArray[np.uint8]) -> NDArray[np.float32]:  # noqa: ARG002
        return np.full((1, 8, 8), self._level, np.float32)


@pytest.mark.parametrize(
    ("level", "threshold", "strokes"),
    [
        (0.3, 0.5, ()),
        (0.3, 0.5, (False,)),
        (0.3, 0.5, (False, True)),
        (0.0, 0.0, ()),
        (0.3, 0.2, ()),
    ],
)
def test_no_subject_is_said_exactly_where_a_batch_finds_none(
    qtbot: QtBot, make_photo: MakePhoto, level: float, threshold: float, strokes: tuple[bool, ...]
) -> None:
    photo = make_photo("a.png")
    with opened(qtbot, lambda _name: Level(level)) as window:
        add(qtbot, window, photo)
        window.workspace.edit(CutSettings(threshold=threshold))
        for keep in strokes:
            window.workspace.correct(Stroke(keep, 10.0, 1.0, ((30.0, 30.0, 1.0),)))
        with qtbot.waitSignal(window.current.shown, timeout=PATIENCE_MS):
            window.current.ask_again()
        says_none = NO_SUBJECT in window.canvas.accessibleDescription()
        window.batch.start()
        qtbot.waitUntil(lambda: not window.batch.running, timeout=PATIENCE_MS)
        assert says_none == (entry(window, photo).state is PhotoState.NO_SUBJECT)


@pytest.mark.parametrize("key", ["device/flips", "device/second_look", "device/choice"])
def test_another_device_or_further_looks_show_the_map_that_a_batch_would_use(
    qtbot: QtBot, make_photo: MakePhoto, key: str
) -> None:
    levels = iter((0.9, 0.6))
    with opened(qtbot, lambda _name: Level(next(levels))) as window:
        add(qtbot, window, make_photo("a.png"))
        qtbot.waitUntil(lambda: shown_level(window) == pytest.approx(0.9), timeout=PATIENCE_MS)
        window.settings.set(key, "cpu" if key == "device/choice" else not window.settings.get(key))
        qtbot.waitUntil(lambda: shown_level(window) == pytest.approx(0.6), timeout=PATIENCE_MS)


def test_a_map_that_was_under_way_when_the_device_changed_is_not_kept(qtbot: QtBot, make_photo: MakePhoto) -> None:
    begun, go_on = threading.Event(), threading.Event()
    loads = iter(range(10))

    class Slow(Level):
        def predict(self, rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
            begun.set()
            assert go_on.wait(60)
            return super().predict(rgb)

    def load(_name: str) -> Predictor:
        return Slow(0.9) if next(loads) == 0 else Level(0.6)

    first, second = make_photo("a.png"), make_photo("b.png")
    with opened(qtbot, load) as window:
        add(qtbot, window, first, second)
        qtbot.waitUntil(begun.is_set, timeout=PATIENCE_MS)
        window.settings.set("device/flips", True)
        go_on.set()
        qtbot.waitUntil(lambda: shown_level(window) == pytest.approx(0.6), timeout=PATIENCE_MS)
        for path in (second, first):
            look_at(qtbot, window, path)
            assert shown_level(window) == pytest.approx(0.6)


def shown_level(window: MainWindow) -> float | None:
    request = window.current.request()
    return None if request is None else float(request.maps.after(request.marks).probability.max())


def look_at(qtbot: QtBot, window: MainWindow, path: Path) -> None:
    window.workspace.look_at(path)
    qtbot.waitUntil(lambda: window.current.request() is not None, timeout=PATIENCE_MS)
