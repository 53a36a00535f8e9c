"""The pasted folder loses what is old and in no list."""

from __future__ import annotations

import os
import time
from pathlib import Path

from pytestqt.qtbot import QtBot

from gui.photos.pasted import empty_pasted_folder, keep_picture, pasted_folder
from tests.gui.conftest import MakePhoto
from tests.gui.window_help import PATIENCE_MS, add, opened

MONTH = 31 * 24 * 3600


def made(name: str, age: float) -> Path:
    path = keep_picture(b"png", name, ".png")
    os.utime(path, (time.time() - age,) * 2)
    return path


def left() -> set[str]:
    return {path.name for path in pasted_folder().iterdir()}


def test_old_files_go_unless_a_photo_of_the_list_is_one(tmp_path: Path) -> None:
    listed, _old, _new = made("listed", MONTH), made("old", MONTH), made("new", MONTH - 2 * 24 * 3600)
    empty_pasted_folder([tmp_path / "elsewhere.png", listed])
    assert left() == {"listed.png", "new.png"}


def test_an_empty_list_deletes_nothing() -> None:
    """The workspace may just have been unreadable."""
    made("old", MONTH)
    empty_pasted_folder([])
    assert left() == {"old.png"}


def test_without_a_folder_there_is_nothing_to_do(tmp_path: Path) -> None:
    empty_pasted_folder([tmp_path / "a.png"])
    assert not pasted_folder().exists()


def test_the_window_tidies_up_when_it_starts(qtbot: QtBot, make_photo: MakePhoto) -> None:
    photo, listed, old = make_photo("shoe.png"), made("listed", MONTH), made("old", MONTH)
    listed.write_bytes(photo.read_bytes())
    os.utime(listed, (time.time() - MONTH,) * 2)
    with opened(qtbot) as window:
        add(qtbot, window, photo, listed)
        assert old.exists(), "while no photo is known, nothing is deleted"
        assert [entry.path for entry in window.workspace.photos] == [photo, listed]
    with opened(qtbot):
        qtbot.waitUntil(lambda: not old.exists(), timeout=PATIENCE_MS)
    assert listed.exists()
