"""The paint functions on a bare QImage: what a user sees, pixel by pixel."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QPalette
from pytestqt.qtbot import QtBot

from gui.canvas.layers import cut_images, photo_layer
from gui.canvas.painting import Layer, RenderContext, covering_part, paint_canvas
from gui.canvas.view import Box, View, ViewState, fitted
from matting.alpha.strokes import Stroke
from matting.cutout.cut import Cutout, finish
from matting.cutout.frame import Frame
from matting.photo import Metadata, Photo
from matting.settings import CanvasSize, CutSettings, Shadow

GREEN, BLUE = (0, 160, 0), (0, 0, 200)


@pytest.fixture(autouse=True)
def _application(qtbot: QtBot) -> None:
    """Fonts and palettes need one."""


def photo() -> NDArray[np.uint8]:
    """100 × 50, all green."""
    return np.full((50, 100, 3), GREEN, np.uint8)


def context(view: View, alpha: NDArray[np.uint8] | None = None, ratio: float = 1.0, **more: object) -> RenderContext:
    """Return the context of the photo at 100 % in a canvas of 200 × 100 device pixels: it lies at (50, 25)."""
    state = ViewState(photo=(100, 50), canvas=(200 / ratio, 100 / ratio), ratio=ratio, zoom=1.0, centre=(50, 25))
    layer = photo_layer(photo(), Box(0, 0, 100, 50))
    if alpha is not None:
        blue = np.full((*alpha.shape, 3), BLUE, np.uint8)
        layer = replace(layer, cut=cut_images(Cutout(blue, alpha, Metadata()), layer))
    return RenderContext(state=state, view=view, palette=QPalette(QColor("#eeeeee")), layers=(layer,), **more)  # type: ignore[arg-type]


def painted(scene: RenderContext) -> QImage:
    image = QImage(200, 100, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(scene.state.ratio)
    painter = QPainter(image)
    paint_canvas(painter, scene)
    painter.end()
    image.setDevicePixelRatio(1.0)
    return image


def at(image: QImage, x: int, y: int) -> tuple[int, int, int]:
    """Return the colour of a photo pixel."""
    colour = image.pixelColor(50 + x, 25 + y)
    return colour.red(), colour.green(), colour.blue()


def half() -> NDArray[np.uint8]:
    """Return an alpha whose right half is the subject."""
    alpha = np.zeros((50, 100), np.uint8)
    alpha[:, 50:] = 255
    return alpha


@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_original_shows_the_photo_and_nothing_of_it_beyond_its_edge(ratio: float) -> None:
    image = painted(context(View.ORIGINAL, half(), ratio))
    assert {at(image, x, y) for x in (0, 99) for y in (0, 49)} == {GREEN}
    around = {at(image, x, y) for x, y in ((-1, 0), (100, 0), (0, -1), (0, 50))}
    assert len(around) == 1
    assert GREEN not in around


@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_cutout_shows_its_own_colours_on_a_checkerboard(ratio: float) -> None:
    image = painted(context(View.CUTOUT, half(), ratio))
    assert at(image, 75, 25) == BLUE
    behind = [at(image, x, 25) for x in range(50)]
    squares = set(behind)
    assert len(squares) == 2
    changes = sum(left != right for left, right in pairwise(behind))
    assert changes == (50 - 1) // (8 * ratio)


def test_the_backdrop_takes_the_place_of_the_checkerboard() -> None:
    assert at(painted(context(View.CUTOUT, half(), backdrop=QColor("#ff8000"))), 10, 10) == (255, 128, 0)
    picture = QImage(4, 4, QImage.Format.Format_RGB32)
    picture.fill(QColor("#112233"))
    assert at(painted(context(View.CUTOUT, half(), backdrop=picture)), 10, 10) == (0x11, 0x22, 0x33)


def test_a_picture_behind_is_cropped_evenly_not_stretched() -> None:
    part = covering_part(QImage(400, 400, QImage.Format.Format_RGB32), QRectF(0, 0, 100, 50))
    assert part == QRectF(0, 100, 400, 200)


def test_mask_shows_alpha_as_grey() -> None:
    alpha = half()
    alpha[:, :50] = 77
    image = painted(context(View.MASK, alpha))
    assert at(image, 10, 10) == (77, 77, 77)
    assert at(image, 90, 10) == (255, 255, 255)


def test_overlay_leaves_the_subject_alone_and_veils_the_rest() -> None:
    image = painted(context(View.OVERLAY, half()))
    assert at(image, 75, 25) == GREEN
    red, green, _ = at(image, 25, 25)
    assert red > 100 > green


def test_split_shows_before_on_the_left_and_after_on_the_right() -> None:
    image = painted(context(View.SPLIT, half(), split=0.7))
    assert at(image, 60, 5) == GREEN
    assert at(image, 80, 5) == BLUE


def test_without_a_cutout_every_view_shows_the_photo() -> None:
    for view in View:
        assert at(painted(context(view)), 25, 5) == GREEN


def test_a_trimmed_cutout_lies_where_it_was_cut_and_the_rest_is_empty() -> None:
    scene = context(View.CUTOUT)
    layer = scene.layers[0]
    trimmed = Cutout(
        np.full((10, 20, 3), BLUE, np.uint8), np.full((10, 20), 255, np.uint8), Metadata(), Frame(20, 10, -30, -15)
    )
    scene = replace(scene, layers=(replace(layer, cut=cut_images(trimmed, layer)),))
    image = painted(scene)
    assert {at(image, x, y) for x in (30, 49) for y in (15, 24)} == {BLUE}
    beyond = {at(image, x, y) for x, y in ((29, 15), (50, 15), (30, 14), (30, 25), (-20, -20))}
    assert len(beyond) == 1
    overlay = painted(replace(scene, view=View.OVERLAY))
    assert at(overlay, 35, 20) == GREEN
    assert at(overlay, 5, 5)[0] > 100


def test_a_canvas_beyond_the_photo_shows_what_the_file_holds() -> None:
    """Background, shadow and subject, compared with the engine's own mix of them."""
    settings = CutSettings(shadow=Shadow.DROP, shadow_blur=0, shadow_distance=30, shadow_angle=180, share=50)
    made = finish(Photo(np.full((50, 100, 3), BLUE, np.uint8)), half(), settings, CanvasSize(200, 100), factor=1.0)
    scene = context(View.CUTOUT, backdrop=QColor("#ffffff"))
    layer = scene.layers[0]
    image = painted(replace(scene, layers=(replace(layer, cut=cut_images(made, layer)),)))
    written, opaque = finish(
        Photo(np.full((50, 100, 3), BLUE, np.uint8)),
        half(),
        replace(settings, background="#ffffff"),
        CanvasSize(200, 100),
    ).flat()
    assert (opaque == 255).all()
    x0, y0, *_ = made.box
    for x, y in ((-24, 10), (110, 20), (75, 25), (60, 2), (70, -20)):
        shown, filed = at(image, x, y), written[round(y - y0), round(x - x0)]
        assert np.abs(np.subtract(shown, filed, dtype=int)).max() <= 2, (x, y)
    assert at(image, 110, 20) != (255, 255, 255), "the shadow"


def test_a_detail_replaces_the_coarse_pixels_under_it_and_only_those() -> None:
    scene = context(View.CUTOUT, half())
    sharp = photo_layer(np.full((40, 40, 3), (200, 200, 0), np.uint8), Box(60, 10, 20, 20))
    opaque = Cutout(np.full((40, 40, 3), (200, 0, 0), np.uint8), np.full((40, 40), 255, np.uint8), Metadata())
    sharp = replace(sharp, cut=cut_images(opaque, sharp))
    image = painted(replace(scene, layers=(*scene.layers, sharp)))
    assert at(image, 70, 20) == (200, 0, 0)
    assert at(image, 59, 20) == BLUE
    assert at(image, 81, 20) == BLUE
    original = painted(replace(scene, view=View.ORIGINAL, layers=(*scene.layers, sharp)))
    assert at(original, 70, 20) == (200, 200, 0)


@pytest.mark.parametrize("pressures", [(1.0, 1.0, 1.0), (0.5, 1.0, 0.9)])
def test_a_stroke_that_crosses_itself_is_tinted_evenly(pressures: tuple[float, ...]) -> None:
    points = tuple((x, y, p) for (x, y), p in zip([(20, 25), (80, 25), (20, 26)], pressures, strict=True))
    stroke = Stroke(keep=False, radius=6, hardness=1, points=points)
    plain, image = painted(context(View.ORIGINAL)), painted(context(View.ORIGINAL, strokes=(stroke,)))
    tinted = {at(image, x, 25) for x in range(20, 78)}
    assert len(tinted) == 1
    assert tinted != {GREEN}
    assert at(image, 50, 40) == at(plain, 50, 40)


def test_a_message_is_painted_over_photo_and_over_emptiness() -> None:
    scene = context(View.ORIGINAL)
    assert painted(replace(scene, message="No subject")) != painted(scene)
    empty = RenderContext(state=fitted(scene.state), view=View.CUTOUT, palette=scene.palette)
    assert painted(replace(empty, message="Drop photos here")) != painted(empty)


def test_16_bit_cutouts_look_like_8_bit_ones() -> None:
    layer: Layer = photo_layer(photo(), Box(0, 0, 100, 50))
    deep = Cutout(np.full((50, 100, 3), 0xC8C8, np.uint16), np.full((50, 100), 0xFFFF, np.uint16), Metadata())
    scene = replace(context(View.CUTOUT), layers=(replace(layer, cut=cut_images(deep, layer)),))
    assert at(painted(scene), 50, 25) == (0xC8, 0xC8, 0xC8)
