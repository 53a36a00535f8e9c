"""The preview with the engine's own cut, on a real thread."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QThread
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.threads.preview import Preview
from matting.alpha.strokes import Stroke, scale_strokes
from matting.cutout.cut import Cutout, cut
from matting.errors import PhotoUnexpected
from matting.photo import Photo
from matting.settings import CanvasSize, CutSettings, Edges, Shadow


@pytest.fixture
def preview(qapp: QApplication) -> Iterator[Preview]:
    made = Preview()
    yield made
    made.close()


def disc(width: int = 160, height: int = 120, colour: int = 200) -> tuple[Photo, NDArray[np.float32]]:
    """Draw a bright disc on a dark ground, and a map that fades around it."""
    y, x = np.mgrid[0:height, 0:width]
    distance = np.hypot(x - width / 2, y - height / 2)
    rgb = (
        np.where((distance < height / 3)[..., None], np.uint8(colour), np.uint8(30)).astype(np.uint8).repeat(3, axis=2)
    )
    probability = np.clip(1 - distance / (height * 2 / 3), 0, 1).astype(np.float32)
    return Photo(rgb), probability[None, ::2, ::2]


def latest(qtbot: QtBot, preview: Preview, wanted: Cutout) -> None:
    """Wait until the preview has delivered exactly this."""
    seen: list[Cutout] = []
    preview.ready.connect(seen.append)
    qtbot.waitUntil(lambda: bool(seen) and same(seen[-1], wanted), timeout=30_000)


def same(one: Cutout, other: Cutout) -> bool:
    return one.box == other.box and np.array_equal(one.rgb, other.rgb) and np.array_equal(one.alpha, other.alpha)


def test_it_is_what_the_engine_cuts(qtbot: QtBot, preview: Preview) -> None:
    photo, probability = disc()
    settings = CutSettings(threshold=0.4, trim=True)
    preview.request(photo, probability, settings)
    latest(qtbot, preview, cut(photo, probability, settings))


def test_strokes_and_padding_follow_the_full_photos_size(qtbot: QtBot, preview: Preview) -> None:
    photo, probability = disc()
    stroke = Stroke(keep=False, radius=100, hardness=1, points=((800, 600, 1.0),))
    preview.request(photo, probability, CutSettings(trim=True, padding=50), (stroke,), full_size=(1600, 1200))
    small = CutSettings(trim=True, padding=5)
    latest(qtbot, preview, cut(photo, probability, small, scale_strokes((stroke,), 0.1)))


def test_a_canvas_is_the_files_at_the_previews_resolution(qtbot: QtBot, preview: Preview) -> None:
    photo, probability = disc()
    canvas, settings = CanvasSize(2000, 900), CutSettings(share=60, shadow=Shadow.DROP)
    preview.request(photo, probability, settings, full_size=(1600, 1200), canvas=canvas)
    wanted = cut(photo, probability, settings, canvas=canvas, factor=0.1)
    latest(qtbot, preview, wanted)
    height, width = wanted.alpha.shape
    assert abs(width / height - 2000 / 900) < 0.05
    assert wanted.shadow is not None


def test_the_background_is_left_to_the_canvas(qtbot: QtBot, preview: Preview) -> None:
    photo, probability = disc()
    preview.request(photo, probability, CutSettings(background="#ff0000"))
    latest(qtbot, preview, cut(photo, probability, CutSettings()))


def test_a_dragged_slider_ends_with_the_whole_cutout_of_its_last_place(qtbot: QtBot, preview: Preview) -> None:
    """Whatever was simplified or dropped on the way."""
    photo, probability = disc(400, 300)
    wanted = CutSettings(threshold=0.7, edges=Edges.HAIR)
    for step in range(31):
        preview.request(photo, probability, CutSettings(threshold=0.4 + step / 100, edges=Edges.HAIR))
    latest(qtbot, preview, cut(photo, probability, wanted))


def test_only_the_newest_request_waits(qtbot: QtBot, preview: Preview) -> None:
    photo, probability = disc(900, 600)
    seen: list[Cutout] = []
    preview.ready.connect(seen.append)
    for step in range(200):
        preview.request(photo, probability, CutSettings(threshold=0.2 + step / 400, decontaminate=False))
    wanted = cut(photo, probability, CutSettings(threshold=0.2 + 199 / 400, decontaminate=False))
    qtbot.waitUntil(lambda: bool(seen) and same(seen[-1], wanted), timeout=30_000)
    assert len(seen) < 20


def test_a_late_cutout_of_the_photo_before_is_never_shown(qtbot: QtBot, preview: Preview) -> None:
    first, first_map = disc(1200, 900)
    second, second_map = disc(64, 48)
    seen: list[Cutout] = []
    preview.ready.connect(seen.append)
    preview.request(first, first_map, CutSettings())
    preview.request(second, second_map, CutSettings())
    qtbot.waitUntil(lambda: bool(seen), timeout=30_000)
    assert {cutout.alpha.shape for cutout in seen} == {(48, 64)}


def test_a_cutout_without_the_last_stroke_is_not_shown(qtbot: QtBot, preview: Preview) -> None:
    """It would take the stroke off the canvas until the next one comes."""
    photo, probability = disc(400, 300)
    settings = CutSettings(edges=Edges.OFF)
    strokes = [Stroke(keep=False, radius=20, hardness=1, points=((200.0, y, 1.0),)) for y in (100.0, 150.0, 200.0)]
    seen: list[Cutout] = []
    preview.ready.connect(seen.append)
    preview.request(photo, probability, settings)
    wanted = cut(photo, probability, settings)
    qtbot.waitUntil(lambda: bool(seen) and same(seen[-1], wanted), timeout=30_000)
    seen.clear()
    for count in range(1, 4):
        preview.request(photo, probability, settings, strokes[:count])
    qtbot.waitUntil(lambda: bool(seen), timeout=30_000)
    assert same(seen[0], cut(photo, probability, settings, strokes))


def test_dropped_means_silent_until_asked_again(qtbot: QtBot, preview: Preview) -> None:
    photo, probability = disc(400, 300)
    seen: list[Cutout] = []
    preview.ready.connect(seen.append)
    preview.request(photo, probability, CutSettings(threshold=0.9))
    preview.drop()
    preview.request(photo, probability, CutSettings(threshold=0.3))
    wanted = cut(photo, probability, CutSettings(threshold=0.3))
    qtbot.waitUntil(lambda: bool(seen) and same(seen[-1], wanted), timeout=30_000)
    assert not any(same(cutout, cut(photo, probability, CutSettings(threshold=0.9))) for cutout in seen)


def test_a_map_that_cannot_be_used_does_not_end_the_preview(qtbot: QtBot, preview: Preview) -> None:
    photo, probability = disc()
    preview.request(photo, probability[0], CutSettings())  # no class axis: a defect of the caller
    preview.request(photo, probability, CutSettings())
    latest(qtbot, preview, cut(photo, probability, CutSettings()))


def test_a_defect_is_told_with_the_photos_name(qtbot: QtBot, preview: Preview, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logging.getLogger("matting.system.unexpected"), "propagate", False)  # an error is logged
    photo, probability = disc()
    with qtbot.waitSignal(preview.failed, timeout=30_000) as failed:
        preview.request(photo, probability[0], CutSettings(), path=Path("/photos/shoe.jpg"))  # no class axis
    (error,) = failed.args or [None]
    assert isinstance(error, PhotoUnexpected)
    assert error.path == Path("/photos/shoe.jpg")


def test_signals_arrive_on_the_thread_that_owns_the_preview(qtbot: QtBot, preview: Preview) -> None:
    photo, probability = disc()
    threads: list[QThread] = []
    preview.ready.connect(lambda _: threads.append(QThread.currentThread()))
    preview.request(photo, probability, CutSettings())
    qtbot.waitUntil(lambda: bool(threads), timeout=30_000)
    assert threads[0] is preview.thread()


def test_closed_during_work_it_waits_and_stays_silent(qtbot: QtBot) -> None:
    preview = Preview()
    photo, probability = disc(1200, 900)
    with qtbot.assertNotEmitted(preview.ready):
        preview.request(photo, probability, CutSettings())
        preview.close()
        QApplication.processEvents()  # for what might have been posted


def test_a_real_photo_keeps_its_subject_at_every_threshold(qtbot: QtBot, preview: Preview, shared: Path) -> None:
    """The authors' own mask in place of the network: less and less is kept as the threshold rises."""
    from PIL import Image

    file = next((shared / "data/parity/photos").glob("horse.*"))
    rgb = np.asarray(Image.open(file).convert("RGB").resize((320, 240)))
    mask = next(path for path in (shared / "data/parity").rglob("horse*.png") if path.parent.name != "photos")
    probability = (np.asarray(Image.open(mask).convert("L").resize((320, 320)), np.float32) / 255)[None]
    kept: list[int] = []
    preview.ready.connect(lambda cutout: kept.append(int(cutout.alpha.astype(int).sum())))
    photo = Photo(rgb)
    for number, threshold in enumerate((0.1, 0.5, 0.9), 1):
        preview.request(photo, probability, CutSettings(threshold=threshold, edges=Edges.OFF, decontaminate=False))
        qtbot.waitUntil(lambda number=number: len(kept) >= number, timeout=30_000)  # type: ignore[misc]
    assert kept[0] > kept[1] > kept[2] > 0
