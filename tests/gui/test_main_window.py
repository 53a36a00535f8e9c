"""The window as a whole: reachable by keyboard and ear, asks before closing, forgets nothing."""

from __future__ import annotations

import logging
import shutil
import threading
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, QSize, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QMessageBox,
    QScrollBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

import resources
from gui.actions.table import MENUS
from gui.main_window import MainWindow
from gui.threads.preview import Preview
from gui.workspace.entry import PhotoState
from matting.alpha.strokes import Stroke
from matting.photo import Photo
from matting.predictor import Predictor
from matting.settings import CutSettings
from tests.gui.conftest import MakePhoto
from tests.gui.window_help import PATIENCE_MS, add, entry, opened
from tests.matting.batch.batch_help import Brightness

CONTROLS = (QAbstractButton, QComboBox, QAbstractSlider, QAbstractSpinBox, QLineEdit, QAbstractItemView)


def _is_inner_part(widget: QWidget) -> bool:
    """Parts that Qt makes inside a control: they answer under the control's own name."""
    if isinstance(widget, QScrollBar) or widget.objectName().startswith("qt_"):
        return True
    outer = widget.parentWidget()
    while outer is not None and not isinstance(outer, QComboBox | QAbstractSpinBox):
        outer = outer.parentWidget()
    return outer is not None


def test_every_control_has_a_name_a_tooltip_and_a_place_in_the_tab_order(qtbot: QtBot) -> None:
    with opened(qtbot) as window:
        bare = [
            f"{type(widget).__name__} {widget.objectName()} {widget.accessibleName()}"
            for widget in window.findChildren(QWidget)
            if isinstance(widget, CONTROLS)
            and not _is_inner_part(widget)
            and not (widget.accessibleName() and widget.toolTip() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
        ]
        assert not bare


def test_every_action_explains_itself_and_no_key_means_two_things() -> None:
    rows = [row for table in MENUS for row in table.rows if row is not None]
    assert all(row.text and row.tip for row in rows)
    keys = Counter(QKeySequence(key).toString() for row in rows for key in row.keys)
    assert [key for key, count in keys.items() if count > 1 or not key] == []


def test_an_empty_window_invites_and_shows_the_samples_on_request(qtbot: QtBot) -> None:
    with opened(qtbot) as window:
        (invitation,) = [
            button
            for button in window.findChildren(QAbstractButton)
            if button.accessibleName() == "Try the sample photos" and button.isVisible()
        ]
        QTest.mouseClick(invitation, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: len(window.workspace.photos) >= 3, timeout=PATIENCE_MS)
        assert not invitation.isVisible()
        assert window.canvas.isVisible()


def wait_for_map(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: window.current.request() is not None, timeout=PATIENCE_MS)


def test_a_cutout_that_cannot_be_made_leaves_no_older_one_on_the_canvas_and_says_so(
    qtbot: QtBot, make_photo: MakePhoto, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger("matting.system.unexpected"), "propagate", False)  # an error is logged
    with opened(qtbot) as window:
        photo = make_photo("shoe.png")
        with qtbot.waitSignal(window.current.shown, timeout=PATIENCE_MS):
            add(qtbot, window, photo)
        cut_out = window.canvas.grab().toImage()
        preview = window.findChild(Preview)
        rgb = np.zeros((64, 96, 3), np.uint8)
        with qtbot.waitSignal(preview.failed, timeout=PATIENCE_MS):
            preview.request(Photo(rgb), np.zeros((8, 8), np.float32), CutSettings(), path=photo)  # no class axis
        assert "shoe.png could not be cut because of an unexpected error" in window.canvas.accessibleDescription()
        window.canvas.set_message("")
        assert window.canvas.grab().toImage() != cut_out


def test_list_settings_strokes_and_place_come_back_after_closing(qtbot: QtBot, make_photo: MakePhoto) -> None:
    photos = [make_photo(f"{name}.png") for name in "abc"]
    stroke = Stroke(True, 4.0, 0.5, ((10.0, 10.0, 1.0), (20.0, 12.0, 0.5)))
    with opened(qtbot) as window:
        add(qtbot, window, *photos)
        window.workspace.look_at(photos[1])
        wait_for_map(qtbot, window)
        window.workspace.correct(stroke)
        window.batch.start_only([photos[0]])
        qtbot.waitUntil(lambda: entry(window, photos[0]).state is PhotoState.DONE, timeout=PATIENCE_MS)
        qtbot.waitUntil(lambda: not window.batch.running, timeout=PATIENCE_MS)
        before = list(window.workspace.photos)
        window.resize(1111, 777)
        window.close()
    photos[2].unlink()
    with opened(qtbot) as window:
        qtbot.waitUntil(lambda: entry(window, photos[2]).state is PhotoState.MISSING, timeout=PATIENCE_MS)
        assert list(window.workspace.photos)[:2] == before[:2]
        assert entry(window, photos[1]).strokes == (stroke,)
        assert window.workspace.looked_at == photos[1]
        assert window.workspace.output.folder == photos[0].parent / "cutouts"
        assert window.size() == QSize(1111, 777) or QGuiApplication.primaryScreen().size().width() < 1111


class Gate:
    """Holds predictions while it is closed."""

    def __init__(self) -> None:
        self.opened = threading.Event()
        self.opened.set()
        self.passed = 0

    def load(self, _name: str) -> Predictor:
        return Brightness(before=self._pass)

    def _pass(self, _count: int) -> None:
        assert self.opened.wait(60)
        self.passed += 1


def question() -> QMessageBox:
    (box,) = [one for one in QApplication.topLevelWidgets() if isinstance(one, QMessageBox) and one.isVisible()]
    return box


def answer(text: str) -> None:
    (button,) = [one for one in question().buttons() if one.text().replace("&", "") == text]
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_closing_while_working_asks_finishes_what_is_under_way_and_loses_nothing(
    qtbot: QtBot, make_photo: MakePhoto
) -> None:
    photos = [make_photo(f"{index:02}.png") for index in range(30)]
    gate = Gate()
    with opened(qtbot, gate.load) as window:
        add(qtbot, window, *photos)
        qtbot.waitUntil(lambda: gate.passed >= 3, timeout=PATIENCE_MS)
        gate.opened.clear()
        window.batch.start()
        qtbot.waitUntil(
            lambda: any(one.state is PhotoState.CUTTING for one in list(window.workspace.photos)), timeout=PATIENCE_MS
        )
        window.close()
        answer("Keep working")
        assert window.isVisible()
        assert window.batch.running
        window.close()
        answer("Finish and close")
        under_way = {one.path for one in list(window.workspace.photos) if one.state is PhotoState.CUTTING}
        gate.opened.set()
        qtbot.waitUntil(lambda: not window.isVisible(), timeout=PATIENCE_MS)
        finished = {one.path for one in list(window.workspace.photos) if one.state is PhotoState.DONE}
        assert under_way <= finished
        assert len(finished) < 30
    written = {path.stem.removesuffix("-cutout") for path in (photos[0].parent / "cutouts").iterdir()}
    assert written == {path.stem for path in finished}
    with opened(qtbot) as window:
        states = {one.path: one.state for one in list(window.workspace.photos)}
        assert all(states[path] is (PhotoState.DONE if path in finished else PhotoState.WAITING) for path in photos)
        window.batch.start()
        qtbot.waitUntil(
            lambda: all(one.state is PhotoState.DONE for one in list(window.workspace.photos)), timeout=PATIENCE_MS
        )


def test_a_photo_changed_after_its_cutout_waits_to_be_cut_again(qtbot: QtBot, make_photo: MakePhoto) -> None:
    photo = make_photo("a.png")
    with opened(qtbot) as window:
        add(qtbot, window, photo)
        wait_for_map(qtbot, window)
        window.batch.start()
        qtbot.waitUntil(lambda: entry(window, photo).state is PhotoState.DONE, timeout=PATIENCE_MS)
        qtbot.waitUntil(lambda: not window.batch.running, timeout=PATIENCE_MS)
        (output,) = entry(window, photo).outputs
        first = output.read_bytes()
        window.workspace.correct(Stroke(False, 30.0, 1.0, ((48.0, 32.0, 1.0),)))
        assert entry(window, photo).state is PhotoState.WAITING
        window.batch.start()
        qtbot.waitUntil(lambda: entry(window, photo).state is PhotoState.DONE, timeout=PATIENCE_MS)
        assert entry(window, photo).outputs == (output,), "the same file, not a second one"
        assert output.read_bytes() != first
        qtbot.waitUntil(lambda: not window.batch.running, timeout=PATIENCE_MS)


def test_a_failed_photo_says_why_on_its_row_and_can_be_retried(
    qtbot: QtBot, make_photo: MakePhoto, tmp_path: Path
) -> None:
    good, bad = make_photo("good.png"), tmp_path / "bad.png"
    bad.write_bytes(b"")
    with opened(qtbot) as window:
        add(qtbot, window, good, bad)
        window.batch.start()
        qtbot.waitUntil(lambda: entry(window, bad).state is PhotoState.FAILED, timeout=PATIENCE_MS)
        qtbot.waitUntil(lambda: not window.batch.running, timeout=PATIENCE_MS)
        assert entry(window, good).state is PhotoState.DONE
        row = window.photos.index(1).data(Qt.ItemDataRole.AccessibleTextRole)
        assert "Empty file" in row
        bad.write_bytes(good.read_bytes())
        window.batch.retry_failed()
        qtbot.waitUntil(lambda: entry(window, bad).state is PhotoState.DONE, timeout=PATIENCE_MS)
        qtbot.waitUntil(lambda: not window.batch.running, timeout=PATIENCE_MS)


def test_the_copied_cutout_keeps_its_transparency_and_is_not_pasted_back(qtbot: QtBot, make_photo: MakePhoto) -> None:
    with opened(qtbot) as window:
        add(qtbot, window, make_photo("a.png"))
        wait_for_map(qtbot, window)
        clipboard = QGuiApplication.clipboard()
        clipboard.setText("something else")
        with qtbot.waitSignal(clipboard.dataChanged, timeout=PATIENCE_MS):
            window.clipboard.copy()
        assert clipboard.mimeData().hasFormat("image/png")
        image = clipboard.image()
        assert (image.width(), image.height()) == (96, 64)
        assert image.pixelColor(2, 2).alpha() == 0
        assert image.pixelColor(48, 32).alpha() > 100
        window.list_actions.paste()
        assert len(window.workspace.photos) == 1


def test_settings_of_one_photo_stay_its_own_until_applied_to_all(qtbot: QtBot, make_photo: MakePhoto) -> None:
    photos = [make_photo(f"{name}.png") for name in "abc"]
    with opened(qtbot) as window:
        add(qtbot, window, *photos)
        window.workspace.look_at(photos[0])
        changed = CutSettings(threshold=0.8)
        window.workspace.edit(changed)
        assert entry(window, photos[0]).settings == changed
        assert entry(window, photos[1]).settings is None
        window.panel.view.select(photos[:2])
        window.inspector.apply_to_selected_requested.emit()
        assert entry(window, photos[1]).settings == changed
        assert entry(window, photos[2]).settings is None
        window.workspace.apply_to_all()
        assert window.workspace.shared == changed
        assert all(window.workspace.settings_of(one) == changed for one in list(window.workspace.photos))


def test_a_sliders_step_reads_no_picture_behind_anew(
    qtbot: QtBot, make_photo: MakePhoto, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(qtbot) as window:
        add(qtbot, window, make_photo("a.png"))
        asked: list[object] = []
        monkeypatch.setattr(window.canvas, "set_backdrop", asked.append)
        wall = make_photo("wall.png")
        before = CutSettings(background=wall)
        for threshold in (0.5, 0.6, 0.7):
            window.workspace.edit(replace(before, threshold=threshold))
        assert asked == [wall]


def test_the_key_for_doubtful_photos_goes_round(qtbot: QtBot, make_photo: MakePhoto) -> None:
    photos = [make_photo(f"{name}.png") for name in "abcd"]
    with opened(qtbot) as window:
        add(qtbot, window, *photos)
        for path, doubt in zip(photos, (0.9, 0.1, 0.7, 0.0), strict=True):
            window.workspace.change_many({path: {"state": PhotoState.DONE, "doubt": doubt}})
        window.workspace.look_at(photos[0])
        seen = []
        for _ in range(2):
            window.list_actions.next_doubtful()
            seen.append(window.workspace.looked_at)
        window.list_actions.previous_doubtful()
        assert [*seen, window.workspace.looked_at] == [photos[2], photos[0], photos[2]]


@pytest.mark.parametrize("damage", [b"", b"{", b"[1, 2]", b'{"photos": 3}', b"\xff\xfe\x00"])
def test_a_damaged_workspace_never_stops_the_start(qtbot: QtBot, kirie_home: Path, damage: bytes) -> None:
    kirie_home.mkdir(parents=True)
    (kirie_home / "workspace.json").write_bytes(damage)
    with opened(qtbot) as window:
        assert len(window.workspace.photos) == 0
    assert (kirie_home / "workspace.damaged.json").read_bytes() == damage


def test_arrays_are_never_computed_on_the_gui_thread(qtbot: QtBot, make_photo: MakePhoto) -> None:
    threads: set[int] = set()

    class Noting(Brightness):
        def predict(self, rgb: np.ndarray) -> np.ndarray:
            threads.add(threading.get_ident())
            return super().predict(rgb)

    with opened(qtbot, lambda _name: Noting()) as window:
        add(qtbot, window, make_photo("a.png"), make_photo("b.png"))
        wait_for_map(qtbot, window)
        window.batch.start()
        qtbot.waitUntil(
            lambda: all(one.state is PhotoState.DONE for one in list(window.workspace.photos)), timeout=PATIENCE_MS
        )
        qtbot.waitUntil(lambda: not window.batch.running, timeout=PATIENCE_MS)
    assert len(threads) == 1, "one thread owns the predictor"
    assert threading.get_ident() not in threads


@pytest.mark.parametrize("name", ["settings", "shortcuts", "log", "about"])
def test_every_dialog_opens_and_closes_from_its_menu(qtbot: QtBot, name: str) -> None:
    with opened(qtbot) as window:
        window.actions_[name].trigger()
        qtbot.waitUntil(lambda: QApplication.activeModalWidget() is not None, timeout=PATIENCE_MS)
        dialog = QApplication.activeModalWidget()
        assert dialog.windowTitle()
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None, timeout=PATIENCE_MS)


def test_vessel_mode_without_a_model_says_so_and_starts_nothing(
    qtbot: QtBot, make_photo: MakePhoto, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights = tmp_path / "weights"
    weights.mkdir()
    for file in resources.WEIGHTS.glob("u2net-small*"):
        shutil.copy(file, weights)
    monkeypatch.setattr(resources, "WEIGHTS", weights)
    with opened(qtbot) as window:
        add(qtbot, window, make_photo("a.png"))
        window.actions_["mode_vessel"].trigger()
        qtbot.waitUntil(lambda: "No vessel model" in window.canvas.accessibleDescription(), timeout=PATIENCE_MS)
        window.batch.start()
        assert not window.batch.running


def test_a_drop_is_a_copy_even_where_a_move_is_proposed(qtbot: QtBot, make_photo: MakePhoto) -> None:
    """After a move the file manager would delete the originals."""
    photo = make_photo("shoe.png")
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(photo))])
    offered = Qt.DropAction.CopyAction | Qt.DropAction.MoveAction | Qt.DropAction.LinkAction
    rest = (offered, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier)
    with opened(qtbot) as window:
        for event in (
            QDragEnterEvent(QPoint(10, 10), *rest),
            QDragMoveEvent(QPoint(11, 11), *rest),
            QDropEvent(QPointF(12, 12), *rest),
        ):
            assert event.proposedAction() == Qt.DropAction.MoveAction
            event.ignore()
            QApplication.sendEvent(window, event)
            assert event.isAccepted()
            assert event.dropAction() == Qt.DropAction.CopyAction
        qtbot.waitUntil(lambda: photo in window.workspace.photos, timeout=PATIENCE_MS)
    assert photo.is_file()
