"""Marks in the window: what they change on the canvas is what a batch writes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from gui.main_window import MainWindow
from gui.photos.thumbnails import Thumbnails
from gui.threads.preview import Preview
from gui.workspace.entry import PhotoState
from matting.alpha.strokes import Stroke
from matting.cutout.cut import Cutout
from matting.selection.marks import Mark, MarkKind
from matting.settings import CutSettings, Edges, Mode
from tests.gui.window_help import PATIENCE_MS, add, entry, opened
from tests.matting.batch.batch_help import Brightness
from tests.matting.files import profiles

LEFT, RIGHT = (50.0, 60.0), (150.0, 60.0)
"""Middles of the two discs, x and y."""


@pytest.fixture
def two_discs(tmp_path: Path) -> Path:
    return save(tmp_path / "two.png", discs())


def discs() -> NDArray[np.uint8]:
    photo = np.full((120, 200, 3), 12, np.uint8)
    for middle, colour in ((LEFT, (250, 240, 230)), (RIGHT, (230, 250, 240))):
        cv2.circle(photo, (int(middle[0]), int(middle[1])), 30, colour, -1)
    return photo


def save(path: Path, pixels: NDArray[np.uint8], icc: bytes = b"") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path, icc_profile=icc)
    return path


def click(at: tuple[float, float], keep: bool) -> Mark:
    return Mark(keep, MarkKind.CLICK, (at,), 4.0)


@contextmanager
def looking_at(
    qtbot: QtBot, photo: Path, predictor: Brightness | None = None
) -> Iterator[tuple[MainWindow, list[Cutout]]]:
    """Open a window on a photo whose cutout is on the canvas; every cutout that comes there is collected."""
    with opened(qtbot, lambda _name: predictor or Brightness()) as window:
        cutouts: list[Cutout] = []
        window.findChild(Preview).ready.connect(cutouts.append)
        add(qtbot, window, photo)
        qtbot.waitUntil(lambda: bool(cutouts), timeout=PATIENCE_MS)
        yield window, cutouts


def written(qtbot: QtBot, window: MainWindow, photo: Path) -> NDArray[np.uint8]:
    window.batch.start()
    qtbot.waitUntil(lambda: not window.batch.running, timeout=PATIENCE_MS)
    (output,) = entry(window, photo).outputs
    pixels = np.asarray(Image.open(output))
    return pixels if pixels.ndim == 2 else pixels[..., -1]


def opacity(alpha: NDArray[np.uint8], at: tuple[float, float]) -> int:
    return int(alpha[int(at[1]), int(at[0])])


def comes_to_show(qtbot: QtBot, cutouts: list[Cutout], alpha: NDArray[np.uint8]) -> None:
    """Wait until the canvas was given exactly this; the photo is so small that the canvas has all its pixels."""
    qtbot.waitUntil(lambda: np.array_equal(cutouts[-1].alpha >> shift(cutouts[-1]), alpha), timeout=PATIENCE_MS)


def shift(cutout: Cutout) -> int:
    return 8 if cutout.alpha.dtype == np.uint16 else 0


@pytest.mark.parametrize("kind", ["rgb", "grey", "16-bit", "transparent", "adobe"])
def test_what_is_shown_after_marks_is_what_is_written(qtbot: QtBot, tmp_path: Path, kind: str) -> None:
    photo = photo_of(kind, tmp_path)
    with looking_at(qtbot, photo) as (window, cutouts):
        if kind == "adobe":  # the canvas aligns edges to the screen's colours
            window.workspace.edit(CutSettings(edges=Edges.OFF))
        window.workspace.correct(click(LEFT, keep=False))
        window.workspace.correct(Mark(True, MarkKind.STROKE, ((100.0, 20.0), (110.0, 30.0)), 6.0))
        window.workspace.correct(Stroke(True, 5.0, 1.0, ((20.0, 100.0, 1.0),)))
        file = written(qtbot, window, photo)
        assert opacity(file, (100.0, 20.0)) == opacity(file, RIGHT) == 255
        assert not opacity(file, LEFT)
        comes_to_show(qtbot, cutouts, file)


def photo_of(kind: str, folder: Path) -> Path:
    if kind == "grey":
        return save(folder / "grey.png", discs()[..., 0])
    if kind == "transparent":
        alpha = np.full((120, 200, 1), 255, np.uint8)
        alpha[:10] = 0
        return save(folder / "transparent.png", np.concatenate([discs(), alpha], axis=2))
    if kind == "16-bit":
        path = folder / "deep.png"
        path.write_bytes(cv2.imencode(".png", discs().astype(np.uint16) * 257)[1].tobytes())
        return path
    return save(folder / "photo.png", discs(), profiles.adobe_like_rgb() if kind == "adobe" else b"")


def test_an_erasing_click_drops_one_of_two_things_and_undo_brings_it_back(qtbot: QtBot, two_discs: Path) -> None:
    with looking_at(qtbot, two_discs) as (window, cutouts):
        window.workspace.correct(click(LEFT, keep=False))
        qtbot.waitUntil(lambda: not opacity(cutouts[-1].alpha, LEFT), timeout=PATIENCE_MS)
        assert opacity(cutouts[-1].alpha, RIGHT) == 255
        window.workspace.undo()
        qtbot.waitUntil(lambda: opacity(cutouts[-1].alpha, LEFT) > 200, timeout=PATIENCE_MS)
        window.workspace.redo()
        qtbot.waitUntil(lambda: not opacity(cutouts[-1].alpha, LEFT), timeout=PATIENCE_MS)


def test_the_picture_in_the_list_follows_marks_and_undo(qtbot: QtBot, two_discs: Path) -> None:
    with looking_at(qtbot, two_discs) as (window, _):

        def shown() -> tuple[bool, bool]:
            """Return which of the two discs the picture has."""
            drawn = window.panel.view.drawn(entry(window, two_discs))
            picture = window.findChild(Thumbnails).get(two_discs, drawn)
            if picture is None or picture.isNull() or not picture.hasAlphaChannel():
                return False, False
            image, factor = picture.toImage(), picture.width() / 200
            left, right = (
                image.pixelColor(round(x * factor), round(y * factor)).alpha() > 200 for x, y in (LEFT, RIGHT)
            )
            return left, right

        qtbot.waitUntil(lambda: shown() == (True, True), timeout=PATIENCE_MS)
        window.workspace.correct(click(LEFT, keep=False))
        qtbot.waitUntil(lambda: shown() == (False, True), timeout=PATIENCE_MS)
        window.workspace.undo()
        qtbot.waitUntil(lambda: shown() == (True, True), timeout=PATIENCE_MS)


def test_marks_made_while_the_map_is_being_computed_are_followed_when_it_is_here(qtbot: QtBot, two_discs: Path) -> None:
    go_on = threading.Event()

    class Slow(Brightness):
        def predict(self, rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
            assert go_on.wait(60)
            return super().predict(rgb)

    with opened(qtbot, lambda _name: Slow()) as window:
        cutouts: list[Cutout] = []
        window.findChild(Preview).ready.connect(cutouts.append)
        add(qtbot, window, two_discs)
        window.workspace.correct(click(LEFT, keep=False))
        go_on.set()
        qtbot.waitUntil(lambda: bool(cutouts), timeout=PATIENCE_MS)
        assert not opacity(cutouts[0].alpha, LEFT), "no cutout comes that lacks the mark"


def test_marks_belong_to_their_photo(qtbot: QtBot, two_discs: Path, tmp_path: Path) -> None:
    other = save(tmp_path / "other.png", discs())
    with looking_at(qtbot, two_discs) as (window, cutouts):
        add(qtbot, window, other)
        window.workspace.look_at(two_discs)
        window.workspace.correct(click(LEFT, keep=False))
        window.workspace.look_at(other)
        cutouts.clear()
        assert not opacity(written(qtbot, window, two_discs), LEFT)
        qtbot.waitUntil(lambda: bool(cutouts), timeout=PATIENCE_MS)
        assert all(opacity(cutout.alpha, LEFT) for cutout in cutouts)


def test_full_size_pixels_have_the_marks_too(qtbot: QtBot, two_discs: Path) -> None:
    with looking_at(qtbot, two_discs) as (window, _cutouts):
        window.workspace.correct(click(LEFT, keep=False))
        window.clipboard.copy()
        board = QGuiApplication.clipboard()
        qtbot.waitUntil(lambda: not board.image().isNull(), timeout=PATIENCE_MS)
        copied = board.image()
        assert copied.pixelColor(*map(int, LEFT)).alpha() == 0
        assert copied.pixelColor(*map(int, RIGHT)).alpha() == 255


def test_while_the_model_looks_closer_it_is_said_and_the_last_cutout_stays(qtbot: QtBot, two_discs: Path) -> None:
    go_on = threading.Event()

    def wait_at_a_crop(count: int) -> None:
        assert count == 1 or go_on.wait(60)

    with looking_at(qtbot, two_discs, Brightness(wait_at_a_crop)) as (window, cutouts):
        window.workspace.correct(Mark(True, MarkKind.ONLY_BOX, ((0.0, 0.0), (100.0, 120.0))))
        qtbot.waitUntil(lambda: window.canvas.accessibleDescription() == "Looking closer…", timeout=PATIENCE_MS)
        assert opacity(cutouts[-1].alpha, RIGHT) == 255
        go_on.set()
        qtbot.waitUntil(lambda: not opacity(cutouts[-1].alpha, RIGHT), timeout=PATIENCE_MS)
        assert window.canvas.accessibleDescription() != "Looking closer…"


def test_a_mark_off_a_photo_that_has_shrunk_is_said_in_a_sentence(qtbot: QtBot, two_discs: Path) -> None:
    with looking_at(qtbot, two_discs) as (window, _cutouts):
        window.workspace.set_marks({two_discs: (click((500.0, 60.0), keep=False),)})
        qtbot.waitUntil(lambda: "two.png" in window.canvas.accessibleDescription(), timeout=PATIENCE_MS)
        window.batch.start()
        qtbot.waitUntil(lambda: not window.batch.running, timeout=PATIENCE_MS)
        assert entry(window, two_discs).state is PhotoState.FAILED


def test_things_are_not_picked_among_vessels(qtbot: QtBot, two_discs: Path) -> None:
    with looking_at(qtbot, two_discs) as (window, cutouts):
        window.workspace.correct(click(LEFT, keep=False))
        qtbot.waitUntil(lambda: not opacity(cutouts[-1].alpha, LEFT), timeout=PATIENCE_MS)
        window.workspace.use_model(Mode.VESSEL, window.workspace.model)
        qtbot.waitUntil(lambda: opacity(cutouts[-1].alpha, LEFT) > 200, timeout=PATIENCE_MS)
        assert opacity(written(qtbot, window, two_discs), LEFT) > 200
