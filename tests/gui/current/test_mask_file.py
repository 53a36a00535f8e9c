"""A mask from elsewhere in place of the model's map: dropped on the canvas, seen, written, kept and taken back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gui.main_window import MainWindow
from gui.workspace.entry_json import entry_from_json, entry_to_json
from tests.gui.photos.test_list_actions import said
from tests.gui.window_help import PATIENCE_MS, add, entry, opened


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """Return a photo with a bright block, beside it a mask of something else."""
    pixels = np.zeros((120, 160, 3), np.uint8)
    pixels[20:60, 20:60] = (255, 255, 250)
    Image.fromarray(pixels).save(tmp_path / "photo.png")
    mask = np.zeros((60, 80), np.uint8)
    mask[30:, 40:] = 255
    Image.fromarray(mask).save(tmp_path / "mask.png")
    return tmp_path / "photo.png"


@pytest.fixture
def window(qtbot: QtBot, photo: Path) -> Iterator[MainWindow]:
    with opened(qtbot) as window:
        add(qtbot, window, photo)
        qtbot.waitUntil(lambda: window.current.request() is not None, timeout=PATIENCE_MS)
        yield window


def drop(window: MainWindow, on: QWidget, file: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(file))])
    at = QPointF(on.mapTo(window, on.rect().center()))
    action, buttons, keys = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    window.dropEvent(QDropEvent(at, action, mime, buttons, keys))


def kept_part(window: MainWindow, qtbot: QtBot) -> tuple[int, int]:
    """Return the opacity of the shown cutout where the photo is bright, and where the mask is white."""
    request = window.current.request()
    assert request is not None
    found: list[np.ndarray] = []
    window._workers.full.done.connect(lambda _p, _r, outcome: found.append(outcome))
    window._workers.full.request("test", request, lambda _photo, cutout: cutout.alpha)
    qtbot.waitUntil(lambda: bool(found), timeout=PATIENCE_MS)
    return int(found[-1][40, 40]), int(found[-1][100, 140])


def test_a_mask_dropped_on_the_canvas_takes_the_models_place(
    qtbot: QtBot, window: MainWindow, photo: Path, tmp_path: Path
) -> None:
    assert kept_part(window, qtbot) == (255, 0)
    mask = tmp_path / "mask.png"
    drop(window, window.canvas, mask)
    qtbot.waitUntil(lambda: entry(window, photo).map_file == mask, timeout=PATIENCE_MS)
    assert "mask.png takes the place of the model" in said(window)
    qtbot.waitUntil(lambda: window.current.request() is not None, timeout=PATIENCE_MS)
    assert kept_part(window, qtbot) == (0, 255)
    assert entry_from_json(entry_to_json(entry(window, photo))) == entry(window, photo)
    window.batch.start()
    qtbot.waitUntil(lambda: bool(entry(window, photo).outputs), timeout=PATIENCE_MS)
    with Image.open(entry(window, photo).outputs[0]) as written:
        alpha = np.asarray(written)[..., 3]
    assert (alpha[40, 40], alpha[100, 140]) == (0, 255)
    window.workspace.undo()
    assert entry(window, photo).map_file is None
    qtbot.waitUntil(lambda: window.current.request() is not None, timeout=PATIENCE_MS)
    assert kept_part(window, qtbot) == (255, 0)


@pytest.mark.parametrize("kind", ["coloured", "other proportions", "on the list"])
def test_any_other_drop_adds_a_photo(qtbot: QtBot, window: MainWindow, photo: Path, tmp_path: Path, kind: str) -> None:
    other = tmp_path / "other.png"
    size = (80, 80) if kind == "other proportions" else (80, 60)
    Image.new("RGB", size, (200, 10, 10) if kind == "coloured" else (90, 90, 90)).save(other)
    drop(window, window.panel if kind == "on the list" else window.canvas, other)
    qtbot.waitUntil(lambda: other in window.workspace.photos, timeout=PATIENCE_MS)
    assert entry(window, photo).map_file is None


def test_a_mask_that_was_chosen_and_does_not_fit_is_refused(
    qtbot: QtBot, window: MainWindow, photo: Path, tmp_path: Path
) -> None:
    Image.new("L", (80, 80)).save(tmp_path / "square.png")
    window.mask_file.use(tmp_path / "square.png")
    qtbot.waitUntil(lambda: "other proportions" in said(window), timeout=PATIENCE_MS)
    assert entry(window, photo).map_file is None
