"""What comes into the list, and what is said about what does not."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from gui.main_window import MainWindow
from gui.workspace.entry import PhotoState
from tests.gui.conftest import MakePhoto
from tests.gui.window_help import PATIENCE_MS, add, entry, opened


def said(window: MainWindow) -> str:
    (label,) = [one for one in window.findChildren(QLabel) if one.accessibleName() == "State of the batch"]
    return label.text()


def test_a_folder_dropped_again_brings_its_new_photos_and_not_its_cutouts(
    qtbot: QtBot, make_photo: MakePhoto, tmp_path: Path
) -> None:
    photos = [make_photo(f"shoes/{name}.png") for name in "ab"]
    with opened(qtbot) as window:
        add(qtbot, window, tmp_path / "shoes")
        window.batch.start()
        qtbot.waitUntil(lambda: all(entry(window, one).state is PhotoState.DONE for one in photos), timeout=PATIENCE_MS)
        qtbot.waitUntil(lambda: not window.batch.running, timeout=PATIENCE_MS)
        assert len(list((tmp_path / "shoes" / "cutouts").iterdir())) == 2
        fresh = make_photo("shoes/c.png")
        add(qtbot, window, tmp_path / "shoes")
        qtbot.waitUntil(lambda: fresh in window.workspace.photos, timeout=PATIENCE_MS)
        qtbot.waitUntil(lambda: said(window) == "2 cutouts made by Kirie were left out", timeout=PATIENCE_MS)
        assert [one.path for one in window.workspace.photos] == [*photos, fresh]
        qtbot.wait(200)
        assert said(window) == "2 cutouts made by Kirie were left out", "it can be read"
        # The folder of an earlier output is known too.
        window.workspace.remove([*photos, fresh])
        add(qtbot, window, tmp_path / "shoes" / "c.png", tmp_path / "shoes")
        qtbot.waitUntil(lambda: photos[0] in window.workspace.photos, timeout=PATIENCE_MS)
        assert {one.path for one in window.workspace.photos} == {*photos, fresh}
