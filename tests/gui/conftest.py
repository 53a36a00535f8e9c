"""Window tests run without a screen, log no error, and leave no thread of Qt, call, pool job or timer behind."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QCoreApplication, QEvent, QThread, QThreadPool, QTimer
from PySide6.QtGui import QGuiApplication
from shiboken6 import isValid

from gui.threads.call import finish_calls

MakePhoto = Callable[..., Path]


def running_leftovers(threads: list[QThread], timers: list[QTimer]) -> list[str]:
    """Return what is still at work of these, by class and name."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    left = [f"thread {type(one).__name__}" for one in threads if isValid(one) and one.isRunning()]
    # A timer whose owner has gone is gone with it; one without an owner, or of a living one, still fires.
    left += [f"timer of {type(one.parent()).__name__}" for one in timers if isValid(one) and one.isActive()]
    if QThreadPool.globalInstance().activeThreadCount():
        left.append("job in the global thread pool")
    return left


@pytest.fixture(autouse=True)
def nothing_left_running(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail a test that leaves a QThread, a background call, a QThreadPool job or an active QTimer behind."""
    threads: list[QThread] = []
    timers: list[QTimer] = []
    start_thread, start_timer = QThread.start, QTimer.start

    def thread_started(thread: QThread, *args: object) -> None:
        threads.append(thread)
        start_thread(thread, *args)

    def timer_started(timer: QTimer, *args: object) -> None:
        timers.append(timer)
        start_timer(timer, *args)

    monkeypatch.setattr(QThread, "start", thread_started)
    monkeypatch.setattr(QTimer, "start", timer_started)
    yield
    left = running_leftovers(threads, timers)
    if not finish_calls(60):
        left.append("background call")
    assert not left, f"left running: {left}"


@pytest.fixture(autouse=True)
def clipboard_cleared() -> Iterator[None]:
    """Leave nothing on the clipboard: Qt's offscreen platform, and no other, deletes it after Python has ended."""
    yield
    if isinstance(QGuiApplication.instance(), QGuiApplication):
        QGuiApplication.clipboard().clear()


@pytest.fixture(autouse=True)
def no_error_logged() -> Iterator[None]:
    """Fail a test during which something of ours logged an error: a defect, since users' troubles are no errors."""
    records: list[logging.LogRecord] = []

    class Keeper(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            records.append(record)

    keeper = Keeper(logging.ERROR)
    logging.getLogger().addHandler(keeper)
    yield
    logging.getLogger().removeHandler(keeper)
    ours = [record.getMessage() for record in records if record.name.split(".")[0] in ("gui", "models", "matting")]
    assert not ours, f"logged: {ours}"


def disc(width: int, height: int, centre: float = 0.5) -> np.ndarray:
    """Draw a bright disc on a dark, slightly noisy ground: RGB, uint8."""
    y, x = np.mgrid[:height, :width]
    inside = np.hypot(x - width * centre, y - height / 2) < min(width, height) / 3
    noise = np.random.default_rng(7).integers(0, 12, (height, width, 1))
    return np.where(inside[..., None], (230, 120, 40), (30, 60, 80)).astype(np.uint8) + noise.astype(np.uint8)


@pytest.fixture
def make_photo(tmp_path: Path) -> MakePhoto:
    """Write a small photo of a disc; ``make_photo("a/b.jpg", 64, 48)``."""

    def make(name: str, width: int = 96, height: int = 64) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(disc(width, height)).save(path)
        return path

    return make
