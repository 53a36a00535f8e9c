"""What is dragged out stays for a day, each file for itself."""

from __future__ import annotations

import os
import time
from pathlib import Path

from pytestqt.qtbot import QtBot

from gui.current.dragged_files import delete_old_drags, dragged_folder, new_drag_file
from tests.gui.conftest import MakePhoto
from tests.gui.window_help import PATIENCE_MS, add, opened


def test_two_files_of_one_name_do_not_replace_each_other(kirie_home: Path) -> None:
    first, second = new_drag_file("shoe-cutout.png"), new_drag_file("shoe-cutout.png")
    first.write_bytes(b"1")
    second.write_bytes(b"2")
    assert first.name == second.name == "shoe-cutout.png"
    assert first.read_bytes() == b"1"


def test_files_go_after_a_day_and_not_before(kirie_home: Path) -> None:
    delete_old_drags()  # without a folder there is nothing to do
    old, new = new_drag_file("old.png"), new_drag_file("new.png")
    for file in (old, new):
        file.write_bytes(b"png")
    yesterday = time.time() - 25 * 3600
    os.utime(old.parent, (yesterday, yesterday))
    delete_old_drags()
    assert not old.parent.exists()
    assert new.read_bytes() == b"png"


def test_a_file_that_was_dragged_out_is_there_after_the_window_is_closed(
    qtbot: QtBot, make_photo: MakePhoto, kirie_home: Path
) -> None:
    old = new_drag_file("old.png")
    os.utime(old.parent, (0, 0))
    with opened(qtbot) as window:
        with qtbot.waitSignal(window.current.shown, timeout=PATIENCE_MS):
            add(qtbot, window, make_photo("shoe.png"))
        window.canvas.drag_out_requested.emit()
        qtbot.waitUntil(lambda: bool(list(dragged_folder().glob("*/shoe-cutout.png"))), timeout=PATIENCE_MS)
        qtbot.waitUntil(lambda: not old.parent.exists(), timeout=PATIENCE_MS)
    (file,) = dragged_folder().glob("*/shoe-cutout.png")
    assert file.read_bytes().startswith(b"\x89PNG")
