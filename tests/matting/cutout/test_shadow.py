"""Shadows: where they fall, how dark they are, alike at every size, and what files hold of them."""

from __future__ import annotations

import io
from dataclasses import replace

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from psd_tools import PSDImage

from matting.cutout.cut import Cutout, finish
from matting.cutout.shadow import make_shadow
from matting.files.writing.encode import encode
from matting.photo import Photo
from matting.settings import CanvasSize, CutSettings, Format, Shadow

DROP = CutSettings(shadow=Shadow.DROP, shadow_angle=135, shadow_distance=20, shadow_blur=2, shadow_opacity=60)
CONTACT = CutSettings(shadow=Shadow.CONTACT)


def block(dtype: type = np.uint8, side: int = 400) -> NDArray[np.uint8]:
    """Return the opacity of a block in the middle."""
    alpha = np.zeros((side, side), dtype)
    alpha[side // 4 : side * 3 // 4, side // 4 : side * 3 // 4] = np.iinfo(dtype).max
    return alpha


def shadow(alpha: NDArray[np.uint8], settings: CutSettings) -> NDArray[np.float64]:
    made = make_shadow(alpha, settings)
    assert made is not None
    assert made.alpha.dtype == alpha.dtype
    assert made.alpha.shape == alpha.shape
    return made.alpha / np.iinfo(alpha.dtype).max


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_a_drop_shadow_is_the_subject_moved_away_from_the_light(dtype: type) -> None:
    made = shadow(block(dtype), DROP)
    moved = np.roll(block() / 255, (28, 28), (0, 1)) * 0.6  # 20 hundredths of 200 pixels, to the lower right
    assert np.abs(made - cv2.GaussianBlur(moved, (0, 0), 4)).max() < 0.03


def test_light_from_above_and_from_the_left() -> None:
    for angle, place in ((90, (310, 200)), (180, (200, 310)), (0, (200, 90)), (270, (90, 200))):
        made = shadow(block(), replace(DROP, shadow_angle=angle))
        assert made[place] > 0.55
        assert made.argmax() != 0


def test_a_contact_shadow_is_at_the_foot_and_fills_the_ground_between_the_legs() -> None:
    table = np.zeros((400, 400), np.uint8)
    table[100:150, 50:350] = 255
    table[150:300, 60:80] = table[150:300, 320:340] = 255
    made = shadow(table, CONTACT)
    assert made[301, 70] > 0.3, "under a leg"
    assert made[296, 200] > 0.15, "between the legs"
    assert made[303, 70] > made[312, 70] > made[330, 70]
    assert made[:200].max() < 0.01, "not beside the top"
    assert made[330:].max() < 0.05


@pytest.mark.parametrize("settings", [DROP, CONTACT], ids=["drop", "contact"])
def test_it_looks_alike_at_every_size(settings: CutSettings) -> None:
    large, small = shadow(block(side=1600), settings), shadow(block(side=400), settings)
    assert np.abs(cv2.resize(large, (400, 400), interpolation=cv2.INTER_AREA) - small).mean() < 0.004


def test_without_a_subject_or_a_shadow_there_is_none() -> None:
    assert make_shadow(block(), CutSettings()) is None
    assert make_shadow(np.zeros((40, 40), np.uint8), DROP) is None


def cutout(dtype: type = np.uint8, **settings: object) -> Cutout:
    alpha = block(dtype)
    rgb = np.full((400, 400, 3), np.iinfo(dtype).max // 2, dtype)
    return finish(Photo(rgb), alpha, replace(DROP, shadow_colour="#203040", **settings))  # type: ignore[arg-type]


def test_it_is_mixed_under_the_subject_as_pillow_mixes_layers() -> None:
    made = cutout()
    assert made.shadow is not None
    under = Image.fromarray(np.dstack([made.shadow.pixels(), made.shadow.alpha]))
    over = Image.fromarray(np.dstack([made.rgb, made.alpha]))
    theirs = np.asarray(Image.alpha_composite(under, over), int)
    rgb, alpha = made.flat()
    assert np.abs(theirs[..., 3] - alpha).max() <= 1
    seen = alpha > 20
    assert np.abs(theirs[..., :3] - rgb)[seen].max() <= 4
    white, opaque = cutout(background="#ffffff").flat()
    assert (opaque == 255).all()
    assert white[0, 0].tolist() == [255, 255, 255]
    assert white[310, 310].tolist() == [round(255 * 0.4 + part * 0.6) for part in (0x20, 0x30, 0x40)]


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_a_psd_has_it_as_a_layer_of_its_own(dtype: type) -> None:
    made = cutout(dtype, background="#ffffff")
    document = PSDImage.open(io.BytesIO(encode(made, Format.PSD, "shoe")))
    background, layer, subject = document
    assert [one.name for one in document] == ["Background", "Shadow", "shoe"]
    assert made.shadow is not None
    unit = np.iinfo(dtype).max
    assert np.array_equal(np.rint(layer.numpy("shape")[..., 0] * unit), made.shadow.alpha)
    assert np.allclose(layer.numpy("color") * 255, (0x20, 0x30, 0x40), atol=0.6)
    assert np.allclose(background.numpy("color"), 1)
    assert np.array_equal(np.rint(subject.numpy("mask")[..., 0] * unit), made.alpha)
    theirs = np.asarray(document.composite(force=True).convert("RGB"), int)
    assert np.abs(theirs - np.asarray(made.flat()[0] // (unit // 255), int)).max() <= 2


def test_a_trim_leaves_room_for_it_and_a_canvas_counts_the_subject_alone() -> None:
    trimmed = cutout(trim=True)
    assert trimmed.shadow is not None
    assert trimmed.alpha.shape[0] > 200 + 25
    assert trimmed.shadow.alpha[-1].max() < 12
    placed = finish(Photo(np.zeros((400, 400, 3), np.uint8)), block(), replace(DROP, share=50), CanvasSize(200, 200))
    assert placed.frame is not None
    assert placed.frame.scale == 0.5
