"""The bar says what will happen, what happens and what has happened."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QLabel
from pytestqt.qtbot import QtBot

from gui.batch.bar import BatchBar
from gui.workspace.order import Filter
from matting.batch.jobs import Job, JobResult, JobState, Progress, Summary
from matting.settings import CutSettings, OutputSettings, Write


@pytest.fixture
def bar(qtbot: QtBot) -> BatchBar:
    bar = BatchBar()
    qtbot.addWidget(bar)
    bar.resize(1200, 60)
    bar.show()
    return bar


def named(bar: BatchBar, name: str) -> QAbstractButton:
    (button,) = [one for one in bar.findChildren(QAbstractButton) if one.accessibleName() == name]
    return button


def words(bar: BatchBar) -> str:
    (label,) = [one for one in bar.findChildren(QLabel) if one.accessibleName() == "State of the batch"]
    return re.sub("<[^>]*>", "", label.text())


@pytest.mark.parametrize(
    ("waiting", "total", "text", "enabled"),
    [
        (0, 0, "Export", False),
        (1, 5, "Export 1 photo", True),
        (24, 24, "Export 24 photos", True),
        (0, 24, "Export again", True),
    ],
)
def test_the_button_says_what_it_will_do(bar: BatchBar, waiting: int, total: int, text: str, enabled: bool) -> None:
    bar.show_idle(waiting, total, 0)
    assert named(bar, text).text() == text
    assert named(bar, text).isEnabled() is enabled


@pytest.mark.parametrize(
    ("progress", "text"),
    [
        (Progress(0, 24, 0, None, None), "0 / 24"),
        (Progress(9, 24, 0, 1.44, 10.6), "9 / 24  ·  1.4 photos/s  ·  11 s left"),
        (Progress(9, 24, 2, 0.1, 150.0), "9 / 24  ·  0.1 photos/s  ·  2 min left  ·  2 failed"),
        (Progress(9, 24, 0, 0.1, 8000.0), "9 / 24  ·  0.1 photos/s  ·  2 h 13 min left"),
        (Progress(24, 24, 0, 2.0, 0.0), "24 / 24  ·  2.0 photos/s"),
    ],
)
def test_progress_in_words(bar: BatchBar, progress: Progress, text: str) -> None:
    bar.show_started(24)
    bar.show_progress(progress)
    assert words(bar) == text


def test_pause_becomes_resume_and_back(qtbot: QtBot, bar: BatchBar) -> None:
    bar.show_started(3)
    with qtbot.waitSignal(bar.pause_clicked):
        named(bar, "Pause").click()
    bar.show_paused(True)
    assert named(bar, "Resume").isVisible()
    assert "Paused" in words(bar)
    bar.show_paused(False)
    assert named(bar, "Pause").isVisible()


def test_the_summary_counts_and_offers_what_to_do_next(bar: BatchBar) -> None:
    job = Job(Path("/a.jpg"), None, CutSettings())
    states = [JobState.DONE, JobState.DONE, JobState.FAILED, JobState.NO_SUBJECT]
    results = tuple(JobResult(index, job, state, doubt=0.9) for index, state in enumerate(states))
    bar.show_idle(1, 6, 1)
    bar.show_summary(Summary(results, 6, 1.0, cancelled=True))
    assert words(bar).startswith("2 exported  ·  1 without a subject  ·  1 failed")
    assert words(bar).endswith("2 not begun")
    assert named(bar, "Open folder").isVisible()
    assert named(bar, "Retry 1 failed").isVisible()
    bar.show_started(2)
    assert not named(bar, "Retry 1 failed").isVisible()


def test_a_click_on_the_result_shows_those_photos(qtbot: QtBot, bar: BatchBar) -> None:
    job = Job(Path("/a.jpg"), None, CutSettings())
    bar.show_summary(Summary((JobResult(0, job, JobState.DONE, doubt=0.9),), 1, 1.0))
    (label,) = [one for one in bar.findChildren(QLabel) if one.accessibleName() == "State of the batch"]
    at = label.fontMetrics().horizontalAdvance("1 exported  ·  1 to")
    with qtbot.waitSignal(bar.shown_clicked) as told:
        qtbot.mouseClick(label, Qt.MouseButton.LeftButton, pos=QPoint(at, label.height() // 2))
    assert told.args == [Filter.DOUBTFUL]


def test_where_to_and_as_what_stands_beside_the_button(qtbot: QtBot, bar: BatchBar) -> None:
    bar.show_destination(OutputSettings(Path("/pictures/shop/cutouts"), writes=(Write.CUTOUT, Write.MASK)))
    (button,) = [one for one in bar.findChildren(QAbstractButton) if one.objectName() == "destination"]
    assert button.text() == "to shop/cutouts  ·  PNG + mask"
    with qtbot.waitSignal(bar.destination_clicked):
        button.click()
