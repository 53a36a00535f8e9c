"""Photos are looked at in the background: rows say what wants a look before anything is exported."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.workspace.entry import PhotoState
from gui.workspace.order import Filter
from matting.predictor import Predictor
from matting.settings import CutSettings
from tests.gui.conftest import MakePhoto
from tests.gui.window_help import PATIENCE_MS, NoSuchModel, add, entry, opened
from tests.matting.batch.batch_help import Brightness


class HalfSure(Brightness):
    """In doubt about every photo."""

    def predict(self, rgb: NDArray[np.uint8]) -> NDArray[np.float32]:  # noqa: ARG002
        sure = np.zeros((1, 32, 32), np.float32)
        sure[:, 8:24, 8:24] = 0.6
        return sure


def test_what_wants_a_look_is_known_before_the_export_and_reviewed_by_enter(
    qtbot: QtBot, make_photo: MakePhoto, tmp_path: Path
) -> None:
    photos = [make_photo(f"{number}.png") for number in range(3)]
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"\xff\xd8\xff\xe0 nothing more")
    with opened(qtbot, lambda _name: HalfSure()) as window:
        workspace = window.workspace
        add(qtbot, window, *photos, broken)
        qtbot.waitUntil(lambda: all(entry(window, one).looked for one in photos), timeout=PATIENCE_MS)
        qtbot.waitUntil(lambda: entry(window, broken).state is PhotoState.FAILED, timeout=PATIENCE_MS)
        assert all(entry(window, one).doubtful for one in photos)
        assert not list(tmp_path.glob("cutouts/*")), "nothing is written by looking"
        window.panel.show_only(Filter.DOUBTFUL)
        for _ in photos:
            assert entry(window, workspace.looked_at or broken).doubtful
            window.panel.view.setFocus()
            qtbot.keyClick(window.panel.view, Qt.Key.Key_Return)
        assert not any(entry(window, one).doubtful for one in photos)
        qtbot.waitUntil(lambda: not workspace.photos.rows, timeout=PATIENCE_MS)


def test_looks_are_kept_with_the_list(qtbot: QtBot, make_photo: MakePhoto) -> None:
    photo = make_photo("a.png")
    with opened(qtbot, lambda _name: HalfSure()) as window:
        add(qtbot, window, photo)
        qtbot.waitUntil(lambda: bool(entry(window, photo).looked), timeout=PATIENCE_MS)
        before = entry(window, photo)
    with opened(qtbot, lambda _name: HalfSure()) as window:
        qtbot.waitUntil(lambda: photo in window.workspace.photos, timeout=PATIENCE_MS)
        after = entry(window, photo)
        assert (after.looked, after.doubt, after.reason) == (before.looked, before.doubt, before.reason)


def test_a_row_shows_the_cutout_and_follows_its_settings(qtbot: QtBot, make_photo: MakePhoto) -> None:
    photo = make_photo("a.png", 64, 64)
    with opened(qtbot, lambda _name: HalfSure()) as window:
        add(qtbot, window, photo)

        def clear(x: int, y: int) -> bool:
            row = window.panel.view.visualRect(window.photos.index(0))
            seen = window.panel.view.viewport().grab().toImage().pixelColor(row.left() + 8 + x, row.top() + 8 + y)
            return seen.saturation() < 10 and seen.lightness() > 60

        # The checkerboard beside the subject.
        qtbot.waitUntil(lambda: clear(3, 28) and not clear(28, 28), timeout=PATIENCE_MS)
        window.workspace.edit(CutSettings(threshold=0.9))
        qtbot.waitUntil(lambda: clear(28, 28), timeout=PATIENCE_MS)
        window.workspace.undo()
        qtbot.waitUntil(lambda: not clear(28, 28), timeout=PATIENCE_MS)


def test_a_model_that_cannot_be_loaded_fails_no_photo_and_is_not_tried_for_ever(
    qtbot: QtBot, make_photo: MakePhoto
) -> None:
    tries: list[str] = []

    def load(name: str) -> Predictor:
        tries.append(name)
        raise NoSuchModel(name=name)

    photos = [make_photo(f"{number}.png") for number in range(3)]
    with opened(qtbot, load) as window:
        add(qtbot, window, *photos)
        qtbot.waitUntil(lambda: len(tries) >= 2, timeout=PATIENCE_MS)
        for _ in range(500):
            QApplication.processEvents()
        assert len(tries) < 20
        assert {entry(window, one).state for one in photos} == {PhotoState.WAITING}
