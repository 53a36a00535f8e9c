"""The canvas: how large the subject is on it, where it stands, and that its pixels are what they were."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from matting.cutout.cut import Cutout, finish
from matting.cutout.subject_box import subject_box, trim_box
from matting.photo import Photo
from matting.settings import Anchor, CanvasSize, CutSettings, parse_canvas

SQUARE = CanvasSize(500, 500)


def photo_with(height: int, width: int, dtype: type = np.uint8) -> tuple[Photo, np.ndarray]:
    """Return a photo of 1000 × 1200 pixels in one colour and the alpha of a block of this size on it."""
    rgb = np.zeros((1000, 1200, 3), dtype)
    rgb[:] = np.array([200, 120, 40], dtype) * dtype(np.iinfo(dtype).max // 255)
    alpha = np.zeros((1000, 1200), dtype)
    alpha[100 : 100 + height, 200 : 200 + width] = np.iinfo(dtype).max
    return Photo(rgb), alpha


def made(height: int, width: int, canvas: CanvasSize = SQUARE, dtype: type = np.uint8, **settings: object) -> Cutout:
    photo, alpha = photo_with(height, width, dtype)
    return finish(photo, alpha, CutSettings(**settings), canvas)  # type: ignore[arg-type]


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize(("height", "width"), [(800, 400), (300, 700), (850, 850)])
def test_the_limiting_side_takes_its_share_and_the_subject_is_in_the_middle(
    height: int, width: int, dtype: type
) -> None:
    cutout = made(height, width, dtype=dtype, share=80)
    assert cutout.rgb.shape == (500, 500, 3)
    box = subject_box(cutout.alpha)
    assert box is not None
    top, bottom, left, right = box
    assert max(bottom - top, right - left) in (400, 401), "a half covered pixel counts"
    assert abs((right - left) / (bottom - top) - width / height) < 0.01
    assert abs(top - (500 - bottom)) <= 1
    assert abs(left - (500 - right)) <= 1


@pytest.mark.parametrize(("anchor", "edge"), [(Anchor.TOP, 0), (Anchor.BOTTOM, 1), (Anchor.LEFT, 2), (Anchor.RIGHT, 3)])
def test_an_anchor_leaves_its_margin_at_that_edge(anchor: Anchor, edge: int) -> None:
    canvas = CanvasSize(600, 400)
    box = subject_box(made(700, 700, canvas, share=60, anchor=anchor, margin=10).alpha)
    assert box is not None
    top, bottom, left, right = box
    assert (top, 400 - bottom, left, 600 - right)[edge] == (40, 40, 60, 60)[edge]
    other = (left, 600 - right) if edge < 2 else (top, 400 - bottom)
    assert abs(other[0] - other[1]) <= 1


def test_a_margin_wins_over_the_share() -> None:
    assert subject_box(made(800, 800, share=100, margin=10).alpha) == (50, 450, 50, 450)
    assert subject_box(made(800, 800, share=100, anchor=Anchor.BOTTOM).alpha) == (0, 500, 0, 500)


def test_a_small_subject_keeps_its_pixels_unless_enlarging_is_asked_for() -> None:
    photo, alpha = photo_with(100, 60)
    photo.rgb[100:200, 200:260] = np.random.default_rng(1).integers(0, 256, (100, 60, 3))
    kept = finish(photo, alpha, CutSettings(share=80, decontaminate=False), SQUARE)
    assert subject_box(kept.alpha) == (200, 300, 220, 280)
    assert np.array_equal(kept.rgb[200:300, 220:280], photo.rgb[100:200, 200:260])
    assert kept.frame is not None
    assert (kept.frame.scale, kept.frame.wanted_scale) == (1, 4)
    larger = finish(photo, alpha, CutSettings(share=80, enlarge=True), SQUARE)
    box = subject_box(larger.alpha)
    assert box is not None
    assert abs(box[1] - box[0] - 400) <= 4, "the edge is soft where a pixel became four"


@pytest.mark.parametrize("share", [50, 85, 100])
def test_a_ratio_leaves_the_photos_pixels_and_grows_around_them(share: int) -> None:
    photo, alpha = photo_with(400, 200)
    cutout = finish(photo, alpha, CutSettings(share=share), CanvasSize(4, 5, ratio=True))
    height, width = cutout.alpha.shape
    assert abs(width / height - 0.8) < 0.005
    assert abs(400 / height - share / 100) < 0.005
    box = trim_box(cutout.alpha)
    assert box is not None
    assert (box[1] - box[0], box[3] - box[2]) == (400, 200)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("side", [300, 1500])
def test_scaling_draws_no_background_into_the_edge(side: int, dtype: type) -> None:
    """As Pillow scales premultiplied colours; also the transparent pixels beside the edge have its colour."""
    photo, alpha = photo_with(701, 503, dtype)
    photo.rgb[alpha == 0] = 0
    cutout = finish(photo, alpha, CutSettings(share=90, enlarge=True), CanvasSize(side, side))
    seen = cutout.alpha > 0
    unit = np.iinfo(dtype).max // 255
    assert np.abs(cutout.rgb[seen].astype(int) / unit - (200, 120, 40)).max() <= 1
    near = np.asarray(Image.fromarray(seen).resize((side, side))) ^ np.roll(seen, 1, axis=0)
    assert np.abs(cutout.rgb[near & ~seen].astype(int) / unit - (200, 120, 40)).max() <= 1


def test_the_background_fills_the_canvas_and_the_padding() -> None:
    for cutout in (made(800, 400, background="#ffffff"), finish(*photo_with(80, 90), CutSettings(
        background="#ffffff", trim=True, padding=30))):  # fmt: skip
        rgb, opaque = cutout.flat()
        assert (opaque == 255).all()
        assert (rgb[[0, 0, -1, -1], [0, -1, 0, -1]] == 255).all()


def test_without_a_subject_the_photo_is_placed() -> None:
    photo, alpha = photo_with(0, 0)
    assert finish(photo, alpha, CutSettings(), SQUARE).rgb.shape == (500, 500, 3)


@pytest.mark.parametrize("canvas", [CanvasSize(900, 1100), CanvasSize(2, 3, ratio=True), None])
def test_a_smaller_copy_shows_the_same_frame(canvas: CanvasSize | None) -> None:
    photo, alpha = photo_with(640, 320)
    settings = CutSettings(share=70, anchor=Anchor.BOTTOM, margin=5, trim=True, padding=40)
    whole = finish(photo, alpha, settings, canvas)
    small = finish(Photo(photo.rgb[::4, ::4].copy()), alpha[::4, ::4].copy(), settings, canvas, factor=0.25)
    assert small.box == pytest.approx(tuple(side / 4 for side in whole.box), abs=1.5)
    assert trim_box(small.alpha) is not None


def test_a_copy_on_a_canvas_that_is_mostly_empty_stays_small() -> None:
    photo, alpha = photo_with(640, 320)
    copy, seen = Photo(photo.rgb[::4, ::4].copy()), alpha[::4, ::4].copy()
    settings, canvas = CutSettings(share=10), CanvasSize(1, 1, ratio=True)
    small = finish(copy, seen, settings, canvas, factor=0.25)
    assert small.alpha.size <= 3.1 * seen.size
    whole = finish(photo, alpha, settings, canvas)
    assert small.box == pytest.approx(tuple(side / 4 for side in whole.box), rel=0.02, abs=2)
    box = subject_box(small.alpha)
    assert box is not None
    assert (box[1] - box[0]) / small.alpha.shape[0] == pytest.approx(0.1, abs=0.01)


@pytest.mark.parametrize("text", ["2000", "2000x", "0x5", "5:0", "40000x10", "12000x12000", "a:b", "-2x3"])
def test_what_is_no_canvas_is_refused(text: str) -> None:
    assert parse_canvas(text) is None


@pytest.mark.parametrize(("text", "same"), [("2000x800", "2000x800"), (" 20 × 30 ", "20x30"), ("16:9", "16:9")])
def test_a_canvas_is_written_as_it_is_read(text: str, same: str) -> None:
    canvas = parse_canvas(text)
    assert canvas is not None
    assert str(canvas) == same
    assert parse_canvas(same) == canvas
