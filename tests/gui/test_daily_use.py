"""Small things that a person meets every day: focus, what is possible, folders, closing, photos that leave a batch."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QMessageBox
from pytestqt.qtbot import QtBot

from gui.canvas.brush import Brush, Tool
from gui.inspector.background_section import BackgroundSection
from gui.main_window import MainWindow
from gui.workspace.entry import PhotoState
from matting.alpha.strokes import Stroke
from matting.predictor import Predictor
from matting.settings import CutSettings
from tests.gui.conftest import MakePhoto
from tests.gui.window_help import PATIENCE_MS, add, entry, opened
from tests.matting.batch.batch_help import Brightness


def said(window: MainWindow) -> str:
    (words,) = [one for one in window.bar.findChildren(QLabel) if one.accessibleName() == "State of the batch"]
    return words.text()


def questions() -> list[QMessageBox]:
    return [one for one in QApplication.topLevelWidgets() if isinstance(one, QMessageBox) and one.isVisible()]


class Gate:
    """Holds predictions while it is closed."""

    def __init__(self) -> None:
        self.opened = threading.Event()
        self.opened.set()

    def load(self, _name: str) -> Predictor:
        return Brightness(before=lambda _count: self.opened.wait(60))


def test_the_question_goes_when_the_batch_ends_and_the_next_close_closes(qtbot: QtBot, make_photo: MakePhoto) -> None:
    gate = Gate()
    with opened(qtbot, gate.load) as window:
        with qtbot.waitSignal(window.current.shown, timeout=PATIENCE_MS):
            add(qtbot, window, make_photo("a.png"))
        gate.opened.clear()
        window.batch.start_only([entry.path for entry in window.workspace.photos])
        window.close()
        window.close()
        assert len(questions()) == 1
        gate.opened.set()
        qtbot.waitUntil(lambda: not window.batch.running, timeout=PATIENCE_MS)
        assert not questions()
        assert window.isVisible()
        assert "1 exported" in said(window)
        window.close()
        assert not window.isVisible()


def test_finish_and_close_closes_where_the_batch_has_ended_meanwhile(qtbot: QtBot, make_photo: MakePhoto) -> None:
    """The answer that was clicked in the moment in which the batch ended."""
    with opened(qtbot) as window:
        add(qtbot, window, make_photo("a.png"))
        assert not window.batch.running
        window._close_after_photo()
        qtbot.waitUntil(lambda: not window.isVisible(), timeout=PATIENCE_MS)


def test_closing_hides_the_window_before_it_waits_for_a_prediction(
    qtbot: QtBot, make_photo: MakePhoto, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, begun = Gate(), threading.Event()
    visible: list[bool] = []

    class Held(Brightness):
        def predict(self, rgb: np.ndarray) -> np.ndarray:
            begun.set()
            gate.opened.wait(60)
            return super().predict(rgb)

    with opened(qtbot, lambda _name: Held()) as window:
        gate.opened.clear()
        add(qtbot, window, make_photo("a.png"))
        qtbot.waitUntil(begun.is_set, timeout=PATIENCE_MS)

        def look() -> None:
            visible.append(window.isVisible())
            gate.opened.set()

        close = window._predicting.close

        def look_and_close() -> None:
            look()
            close()

        monkeypatch.setattr(window._predicting, "close", look_and_close)
        window.close()
    assert visible == [False]


def test_photos_taken_off_the_list_leave_the_batch_and_count_nowhere(qtbot: QtBot, make_photo: MakePhoto) -> None:
    photos = [make_photo(f"{index:02}.png") for index in range(24)]
    gate = Gate()
    with opened(qtbot, gate.load) as window:
        with qtbot.waitSignal(window.current.shown, timeout=PATIENCE_MS):
            add(qtbot, window, *photos)
        gate.opened.clear()
        window.batch.start()
        qtbot.waitUntil(
            lambda: any(one.state is PhotoState.CUTTING for one in window.workspace.photos), timeout=PATIENCE_MS
        )
        window.workspace.remove(photos[-4:])
        gate.opened.set()
        qtbot.waitUntil(lambda: not window.batch.running, timeout=PATIENCE_MS)
        assert said(window).startswith("20 exported")
        assert "not begun" not in said(window)
    written = {path.stem.removesuffix("-cutout") for path in (photos[0].parent / "cutouts").iterdir()}
    assert written == {path.stem for path in photos[:-4]}


def test_a_folder_that_nothing_opens_is_named(
    qtbot: QtBot, make_photo: MakePhoto, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = make_photo("set/a.png")
    asked: list[str] = []
    opens = [False]

    def no_launcher(url: QUrl) -> bool:
        asked.append(url.toLocalFile())
        return opens[0]

    monkeypatch.setattr(QDesktopServices, "openUrl", no_launcher)
    monkeypatch.setattr("gui.photos.list_actions.sys.platform", "linux")
    with opened(qtbot) as window:
        add(qtbot, window, photo)
        window.actions_["open_output"].trigger()
        assert str(photo.parent) in said(window)
        window.bar.show_message("")
        window.actions_["reveal"].trigger()
        assert str(photo) in said(window)
        assert asked == [str(photo.parent)] * 2
        opens[0] = True
        window.bar.show_message("")
        window.actions_["reveal"].trigger()
        assert said(window) == ""


def test_an_output_folder_that_cannot_be_written_is_said_with_what_to_do(qtbot: QtBot, make_photo: MakePhoto) -> None:
    photo = make_photo("a.png")
    (photo.parent / "cutouts").touch()  # a file in the way
    with opened(qtbot) as window:
        add(qtbot, window, photo)
        window.batch.start()
        qtbot.waitUntil(lambda: not window.batch.running, timeout=PATIENCE_MS)
        assert said(window).startswith("Kirie cannot write to cutouts (")
        assert said(window).endswith("choose another folder.")
        assert "kirie-can-write" not in said(window)
        assert entry(window, photo).state is PhotoState.WAITING


def test_arrow_keys_move_through_photos_that_were_just_added_and_typing_goes_on(
    qtbot: QtBot, make_photo: MakePhoto
) -> None:
    photos = [make_photo(f"{name}.png") for name in "abc"]
    with opened(qtbot) as window:
        window.activateWindow()
        add(qtbot, window, *photos[:2])
        assert window.focusWidget() is window.panel.view
        QTest.keyClick(window.focusWidget(), Qt.Key.Key_Down)
        assert window.workspace.looked_at == photos[1]
        window.canvas.setFocus()
        QTest.keyClick(window.canvas, Qt.Key.Key_Left)
        assert window.workspace.looked_at == photos[0], "the whole photo is seen, so the arrow has nothing to pan"
        line = window.inspector.findChild(QLineEdit, "name-template") or window.inspector.findChildren(QLineEdit)[0]
        line.setFocus()
        add(qtbot, window, photos[2])
        assert window.focusWidget() is line


def test_enter_marks_where_keys_have_led_the_ring_and_else_says_that_the_cutout_is_fine(
    qtbot: QtBot, make_photo: MakePhoto
) -> None:
    with opened(qtbot) as window:
        with qtbot.waitSignal(window.current.shown, timeout=PATIENCE_MS):
            add(qtbot, window, photo := make_photo("a.png", 64, 48))
        window.activateWindow()
        window.canvas.set_brush(Brush(Tool.SELECT))
        window.canvas.setFocus()
        qtbot.waitUntil(window.canvas.hasFocus)
        QTest.keyClick(window.windowHandle(), Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
        QTest.keyClick(window.windowHandle(), Qt.Key.Key_Return)
        assert len(entry(window, photo).marks) == 1
        assert not entry(window, photo).reviewed
        QTest.keyClick(window.windowHandle(), Qt.Key.Key_Return)
        assert len(entry(window, photo).marks) == 1
        assert entry(window, photo).reviewed


def test_undo_redo_and_retry_are_possible_only_where_there_is_something(qtbot: QtBot, make_photo: MakePhoto) -> None:
    bad = make_photo("bad.png")
    bad.write_bytes(b"")
    with opened(qtbot) as window:

        def enabled() -> set[str]:
            return {name for name in ("undo", "redo", "retry") if window.actions_[name].isEnabled()}

        add(qtbot, window, make_photo("a.png"))
        assert enabled() == set()
        window.workspace.correct(Stroke(True, 4.0, 0.5, ((10.0, 10.0, 1.0), (20.0, 12.0, 0.5))))
        assert enabled() == {"undo"}
        window.actions_["undo"].trigger()
        assert enabled() == {"redo"}
        add(qtbot, window, bad)
        window.batch.start()
        qtbot.waitUntil(lambda: entry(window, bad).state is PhotoState.FAILED, timeout=PATIENCE_MS)
        qtbot.waitUntil(lambda: not window.batch.running, timeout=PATIENCE_MS)
        assert "retry" in enabled()
        window.workspace.remove([bad])
        assert "retry" not in enabled()


def test_the_panel_keeps_its_height_whatever_stands_behind_the_subject(qtbot: QtBot, tmp_path: Path) -> None:
    section = BackgroundSection()
    qtbot.addWidget(section)
    section.show()
    heights = set()
    for background in (None, "#102030", tmp_path / "wall.png"):
        section.show_settings(CutSettings(background=background))
        QApplication.processEvents()
        heights.add(section.sizeHint().height())
    assert len(heights) == 1
