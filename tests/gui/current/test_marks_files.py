"""Marks saved from the window do the same on the command line, and come back into a window."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image
from pytestqt.qtbot import QtBot

from gui.main_window import MainWindow
from main import main
from models.catalogue.load import load_predictor
from tests.gui.current.test_marks import LEFT, RIGHT, click, discs, looking_at, save, written
from tests.gui.photos.test_list_actions import said
from tests.gui.window_help import PATIENCE_MS, add, entry, opened


def test_the_command_line_writes_the_windows_cutout_from_the_windows_marks(qtbot: QtBot, tmp_path: Path) -> None:
    photo = save(tmp_path / "photos" / "two.png", discs())
    with opened(qtbot, load_predictor) as window:
        add(qtbot, window, photo)
        qtbot.waitUntil(lambda: window.current.request() is not None, timeout=PATIENCE_MS)
        window.workspace.correct(click(LEFT, keep=False))
        window.workspace.correct(click(RIGHT, keep=True))
        window.marks_files.save(tmp_path / "marks")
        qtbot.waitUntil(lambda: said(window) == f"The marks are saved in {tmp_path / 'marks'}", timeout=PATIENCE_MS)
        shown = written(qtbot, window, photo)
    words = ["cut", photo, "-o", tmp_path / "out", "--marks", tmp_path / "marks", "--model", "u2net-small"]
    assert main(list(map(str, words))) == 0
    assert np.array_equal(np.asarray(Image.open(tmp_path / "out" / "two-cutout.png"))[..., -1], shown)


def test_marks_are_read_into_a_window_and_can_be_taken_back(qtbot: QtBot, tmp_path: Path) -> None:
    photo = save(tmp_path / "two.png", discs())
    with looking_at(qtbot, photo) as (window, _cutouts):
        window.workspace.correct(click(LEFT, keep=False))
        window.marks_files.save(tmp_path)
        qtbot.waitUntil(lambda: (tmp_path / "two.json").exists(), timeout=PATIENCE_MS)
        marks = entry(window, photo).marks
        window.workspace.clear_corrections()
        window.marks_files.read(tmp_path)
        qtbot.waitUntil(lambda: entry(window, photo).marks == marks, timeout=PATIENCE_MS)
        window.workspace.undo()
        assert not entry(window, photo).marks
        assert read_says(qtbot, window, tmp_path / "nowhere", "There are no marks for these photos in that folder")
        (tmp_path / "two.json").write_text("{")
        assert read_says(qtbot, window, tmp_path, "two.json")


def read_says(qtbot: QtBot, window: MainWindow, folder: Path, text: str) -> bool:
    window.marks_files.read(folder)
    qtbot.waitUntil(lambda: text in said(window), timeout=PATIENCE_MS)
    return True
