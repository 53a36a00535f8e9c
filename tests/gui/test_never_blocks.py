"""The window answers while everything else works: a batch, thousands of rows, a slider in the hand.

What the GUI's thread computes between two turns of its event loop is counted in its own processor time: how long the
system keeps it waiting on a loaded machine says nothing about us, and is measured by ``benchmarks/window.py``.
"""

from __future__ import annotations

import time
from pathlib import Path

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QSlider
from pytestqt.qtbot import QtBot

from gui.main_window import MainWindow
from gui.workspace.entry import PhotoEntry, PhotoState
from gui.workspace.order import Filter, Sort
from tests.gui.conftest import MakePhoto
from tests.gui.window_help import PATIENCE_MS, add, opened

TICK_MS = 4
MOUSE_MS = 16
COMPUTED_MS = 100.0
"""The most that the GUI's thread may compute at a stretch: what the eye takes for at once."""

WAITED_MS = 3000.0
"""The most that it may be kept waiting, by a lock or a disk of ours: no loaded machine takes that long a turn."""


class Pulse(QObject):
    """Beats in the event loop and measures, in milliseconds, what passed between beats: for it and for everybody."""

    def __init__(self) -> None:
        super().__init__()
        self.computed: list[float] = []
        self.waited: list[float] = []
        self._last = time.thread_time(), time.perf_counter()
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._beat)
        self._timer.start()

    def _beat(self) -> None:
        now = time.thread_time(), time.perf_counter()
        self.computed.append((now[0] - self._last[0]) * 1000)
        self.waited.append((now[1] - self._last[1]) * 1000)
        self._last = now

    def assert_never_blocked(self) -> None:
        """Ends the beats."""
        self._timer.stop()
        assert len(self.computed) >= 100, "the event loop turned"
        assert max(self.computed) <= COMPUTED_MS
        assert max(self.waited) <= WAITED_MS


def slider_of(window: MainWindow) -> QSlider:
    (slider,) = [one for one in window.findChildren(QSlider) if one.accessibleName() == "Threshold"]
    return slider


def test_dragging_a_slider_during_a_batch_of_200_photos(qtbot: QtBot, make_photo: MakePhoto) -> None:
    photos = [make_photo("in/open.jpg", 640, 480), *(make_photo(f"in/{index:03}.jpg") for index in range(199))]
    with opened(qtbot) as window:
        add(qtbot, window, *photos)
        qtbot.waitUntil(lambda: window.current.request() is not None, timeout=PATIENCE_MS)
        slider = slider_of(window)
        pulse = Pulse()
        window.batch.start_only(photos)
        for move in range(400):
            slider.setValue(slider.minimum() + 3 * move % (slider.maximum() - slider.minimum()))
            qtbot.wait(MOUSE_MS)
        qtbot.waitUntil(lambda: not window.batch.running, timeout=10 * PATIENCE_MS)
        pulse.assert_never_blocked()
        finished = [entry for entry in list(window.workspace.photos) if entry.state is PhotoState.DONE]
        assert len(finished) >= 199, "all but the one whose slider was moved meanwhile"


def test_five_thousand_photos_come_scroll_sort_and_change(qtbot: QtBot) -> None:
    entries = [PhotoEntry(Path(f"/photos/{index % 97}/photo {index}.jpg"), doubt=index / 5000) for index in range(5000)]
    with opened(qtbot) as window:
        view = window.panel.view
        pulse = Pulse()
        window.workspace.add(entries)
        qtbot.wait(TICK_MS)
        bar = view.verticalScrollBar()
        for step in range(60):
            bar.setValue(bar.maximum() * step // 60)
            qtbot.wait(TICK_MS)
        for sort in Sort:
            window.workspace.arrange(sort, Filter.ALL)
            qtbot.wait(TICK_MS)
        for entry in entries[::100]:
            window.workspace.change_many({entry.path: {"state": PhotoState.DONE}})
            qtbot.wait(1)
        qtbot.wait(900)  # the workspace is saved meanwhile
        window.workspace.arrange(Sort.ADDED, Filter.ALL)
        window.workspace.remove([entry.path for entry in entries])
        pulse.assert_never_blocked()
