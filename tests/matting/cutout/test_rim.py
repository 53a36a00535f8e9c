"""A product on a coloured ground, through a lens and a JPEG: no rim of the ground's hue on white."""

from __future__ import annotations

import io

import cv2
import numpy as np
import pytest
from PIL import Image

from matting.cutout.foreground import estimate_foreground
from matting.photo import Pixels

RED, GREY, DARK = (225, 40, 30), (120, 120, 120), (60, 62, 66)
WHITE = (222, 220, 214)


def photographed(subject: tuple[int, ...], ground: tuple[int, ...], jpeg: bool = True) -> tuple[Pixels, Pixels]:
    """Return the photo of a disc of cloth on a ground, colours at half the resolution, and its hard alpha."""
    side = 4 * 240
    large = np.full((side, side, 3), ground, np.uint8)
    cv2.circle(large, (side // 2, side // 2), side // 3, subject, -1)
    mask = np.zeros((side, side), np.uint8)
    cv2.circle(mask, (side // 2, side // 2), side // 3, 255, -1)
    photo = cv2.GaussianBlur(cv2.resize(large, (240, 240), interpolation=cv2.INTER_AREA), (0, 0), 0.6)
    weave = np.random.default_rng(3).integers(-6, 7, (240, 240, 1))
    photo = np.clip(photo + weave, 0, 255).astype(np.uint8)
    if jpeg:
        file = io.BytesIO()
        Image.fromarray(photo).save(file, "JPEG", quality=88, subsampling="4:2:0")
        photo = np.array(Image.open(file))
    return photo, cv2.resize(mask, (240, 240), interpolation=cv2.INTER_AREA)


def rim_of(alpha: Pixels) -> np.ndarray:
    opaque = (alpha > 0).astype(np.uint8)
    return (opaque == 1) & (cv2.erode(opaque, np.ones((7, 7), np.uint8)) == 0)


def hue_error(colours: Pixels, alpha: Pixels, subject: tuple[int, ...]) -> float:
    """Mean distance from the subject's hue in the rim, on white, in steps of 255."""
    a = alpha[..., None] / 255.0
    shown = colours * a + 255 * (1 - a) - (np.array(subject) * a + 255 * (1 - a))
    return float(np.abs(shown - shown.mean(axis=2, keepdims=True))[rim_of(alpha)].mean())


@pytest.mark.parametrize("subject", [WHITE, DARK])
def test_a_red_ground_leaves_no_red_rim(subject: tuple[int, ...]) -> None:
    photo, alpha = photographed(subject, RED)
    naive = hue_error(photo, alpha, subject)
    assert naive > 8
    assert hue_error(estimate_foreground(photo, alpha), alpha, subject) < naive / 4


def test_sixteen_bits_are_cleaned_alike() -> None:
    photo, alpha = photographed(WHITE, RED)
    eight = estimate_foreground(photo, alpha)
    sixteen = estimate_foreground(photo.astype(np.uint16) * 257, alpha.astype(np.uint16) * 257)
    assert np.abs(sixteen / 257.0 - eight)[alpha > 128].max() < 1.5


def test_what_is_farther_in_keeps_every_pixel() -> None:
    photo, alpha = photographed(WHITE, RED)
    inside = cv2.erode(alpha, np.ones((5, 5), np.uint8)) == 255
    assert (estimate_foreground(photo, alpha)[inside] == photo[inside]).all()


@pytest.mark.parametrize(("subject", "ground"), [(WHITE, GREY), (RED, GREY), (DARK, WHITE)])
def test_a_ground_without_a_hue_of_its_own_changes_no_opaque_pixel(
    subject: tuple[int, ...], ground: tuple[int, ...]
) -> None:
    photo, alpha = photographed(subject, ground, jpeg=False)
    opaque = alpha == 255
    assert np.abs(estimate_foreground(photo, alpha)[opaque].astype(int) - photo[opaque]).max() <= 1


def test_a_hem_of_another_hue_is_the_subjects_own() -> None:
    """A green hem of two pixels on a white shirt lies beside the way from white to red."""
    photo, alpha = photographed(WHITE, RED, jpeg=False)
    hem = (alpha == 255) & (cv2.erode(alpha, np.ones((5, 5), np.uint8)) < 255)
    photo[hem] = (40, 160, 70)
    made = estimate_foreground(photo, alpha)
    assert np.abs(made[hem].astype(int) - photo[hem]).max() <= 2
