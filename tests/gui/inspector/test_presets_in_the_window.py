"""A preset in the real window: seen on the canvas, written as seen, taken back in one step."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from gui.workspace.entry import PhotoState
from matting.settings import CanvasSize, CutSettings, Format
from tests.gui.inspector.parts import part
from tests.gui.window_help import PATIENCE_MS, add, entry, opened


def test_the_canvas_shows_what_the_preset_writes(qtbot: QtBot, tmp_path: Path) -> None:
    photo = tmp_path / "photos" / "a.png"
    photo.parent.mkdir()
    pixels = np.zeros((180, 240, 3), np.uint8)
    pixels[40:140, 60:180] = (250, 180, 20)
    Image.fromarray(pixels).save(photo)
    with opened(qtbot) as window:
        add(qtbot, window, photo)
        qtbot.waitUntil(lambda: window.current.request() is not None, timeout=PATIENCE_MS)
        before = window.workspace.output
        menu = part(window, QPushButton, "presets").menu()
        menu.aboutToShow.emit()
        next(action for action in menu.actions() if action.text() == "Amazon main image").trigger()
        assert window.workspace.output.canvases == (CanvasSize(2000, 2000),)

        def framed() -> bool:
            frame = window.canvas.state.frame
            return frame is not None and abs(frame.width - frame.height) < 2

        qtbot.waitUntil(framed, timeout=PATIENCE_MS)
        window.batch.start()
        qtbot.waitUntil(lambda: entry(window, photo).state is PhotoState.DONE, timeout=PATIENCE_MS)
        (written,) = entry(window, photo).outputs
        with Image.open(written) as picture:
            assert (picture.format, picture.size) == ("JPEG", (2000, 2000))
            frame = window.canvas.state.frame
            assert frame is not None
            seen = np.flatnonzero((np.asarray(picture)[1000] < 250).any(axis=1))
        left = frame.x + seen[0] * frame.width / 2000
        assert abs(left - 60) < 3, "the subject stands in the file where the canvas shows it"
        window.workspace.undo()
        assert window.workspace.output == before
        assert window.workspace.current_settings().background == CutSettings().background
        assert window.workspace.output.format is Format.PNG
