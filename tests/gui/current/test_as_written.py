"""Each of several sizes can be looked at, and what the canvas shows has the shape and colours of the file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from gui.main_window import MainWindow
from gui.workspace.entry import PhotoState
from matting.cutout.cut import Cutout
from matting.cutout.frame import Frame
from matting.settings import CanvasSize, Colour
from tests.gui.conftest import MakePhoto, disc
from tests.gui.window_help import PATIENCE_MS, add, entry, opened
from tests.matting.batch.batch_help import Brightness
from tests.matting.files.profiles import adobe_like_rgb


class Everything(Brightness):
    """All of the photo is subject, so that colours are compared and not estimates."""

    def predict(self, rgb: NDArray[np.uint8]) -> NDArray[np.float32]:  # noqa: ARG002
        return np.ones((1, 8, 8), np.float32)


def export(qtbot: QtBot, window: MainWindow, photo: Path) -> list[Path]:
    window.batch.start()
    qtbot.waitUntil(lambda: entry(window, photo).state is PhotoState.DONE, timeout=PATIENCE_MS)
    return list(entry(window, photo).outputs)


def test_each_size_that_is_written_can_be_looked_at(qtbot: QtBot, make_photo: MakePhoto) -> None:
    photo = make_photo("a.png")
    sizes = (CanvasSize(200, 200), CanvasSize(100, 200), CanvasSize(300, 100))
    with opened(qtbot) as window:
        frames: list[Frame] = []
        window.current.framed.connect(frames.append)

        def ratio() -> float:
            return frames[-1].width / frames[-1].height if frames else 0.0

        add(qtbot, window, photo)
        window.workspace.edit_output(replace(window.workspace.output, canvases=sizes))
        shown = window.inspector.findChild(QComboBox, "canvas-size-shown")
        assert shown is not None
        for number, size in enumerate(sizes):
            shown.setCurrentIndex(number)
            shown.activated.emit(number)
            wanted = pytest.approx(size.width / size.height, rel=0.02)
            qtbot.waitUntil(lambda wanted=wanted: ratio() == wanted, timeout=PATIENCE_MS)
        window.workspace.edit_output(replace(window.workspace.output, canvases=sizes[:2]))
        qtbot.waitUntil(lambda: ratio() == pytest.approx(1.0, rel=0.02), timeout=PATIENCE_MS)
        assert shown.currentText() == str(sizes[0])
        written = {Image.open(path).size for path in export(qtbot, window, photo)}
        assert written == {(200, 200), (100, 200)}


def test_colours_in_srgb_are_shown_as_they_are_written(qtbot: QtBot, tmp_path: Path) -> None:
    photo = tmp_path / "a.png"
    Image.fromarray(disc(96, 64)).save(photo, icc_profile=adobe_like_rgb())
    with opened(qtbot, lambda _name: Everything()) as window:
        cutouts: list[Cutout] = []
        window._workers.preview.ready.connect(cutouts.append)
        window.workspace.edit_output(replace(window.workspace.output, colour=Colour.SRGB))
        add(qtbot, window, photo)
        qtbot.waitUntil(lambda: bool(cutouts), timeout=PATIENCE_MS)
        (file,) = export(qtbot, window, photo)
        written = np.asarray(Image.open(file).convert("RGB"), int)
        assert np.abs(written - disc(96, 64)).max() > 10, "the photo's colours are others in sRGB"
        assert np.abs(cutouts[-1].rgb.astype(int) - written).max() <= 1
