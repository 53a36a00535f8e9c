"""Mask files of every kind that people have: understood as they were made, or refused with their values named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image

from models.training.data.check import Report, check_dataset
from models.training.data.datasets import find_dataset
from models.training.data.findings import Finding
from models.training.data.masks import looks_inverted, read_mask
from models.training.data.pictures import read_sample
from models.training.errors import MaskLabels, MaskUnclear
from tests.models.training.make_data import disc, write

HARD = (disc(2)[1] > 127).astype(np.uint8) * np.uint8(255)
SOFT = disc(2)[1]
SUBJECT = HARD > 0
HALVES = np.where(np.arange(HARD.shape[1]) < HARD.shape[1] // 2, 1, 2).astype(np.uint8) * SUBJECT
"""Two labels on black."""


def voc_palette() -> list[int]:
    """Return the colours of Pascal VOC, by its own rule: bits of the number spread over the channels."""
    colours = []
    for number in range(256):
        channels = [0, 0, 0]
        for bit in range(8):
            for channel in range(3):
                channels[channel] |= (number >> (3 * bit + channel) & 1) << (7 - bit)
        colours += channels
    return colours


def png(pixels: np.ndarray, palette: list[int] | None = None) -> Callable[[Path], Path]:
    def save(folder: Path) -> Path:
        picture = Image.fromarray(pixels)
        if palette is not None:
            picture.putpalette(palette)
        picture.save(folder / "mask.png")
        return folder / "mask.png"

    return save


def tif(pixels: np.ndarray) -> Callable[[Path], Path]:
    def save(folder: Path) -> Path:
        tifffile.imwrite(folder / "mask.tif", pixels)
        return folder / "mask.tif"

    return save


def painted(colour: tuple[int, int, int], ground: tuple[int, int, int] = (0, 0, 0)) -> np.ndarray:
    return np.where(SUBJECT[..., None], np.uint8(colour), np.uint8(ground)).astype(np.uint8)


@pytest.mark.parametrize(
    "save",
    [
        pytest.param(png(HARD // 255), id="0/1"),
        pytest.param(png(HARD), id="0/255"),
        pytest.param(png(SUBJECT), id="1 bit"),
        pytest.param(png((HARD // 255).astype(np.uint16)), id="16 bits, 0/1"),
        pytest.param(png(HARD.astype(np.uint16)), id="16 bits, 0/255"),
        pytest.param(png(HARD.astype(np.uint16) * 257), id="16 bits, 0/65535"),
        pytest.param(tif((HARD // 255).astype(np.int32)), id="32 bits, 0/1"),
        pytest.param(tif(SUBJECT.astype(np.float32)), id="floats, 0/1"),
        pytest.param(tif(HARD.astype(np.float32)), id="floats, 0/255"),
        pytest.param(png(HARD // 2), id="mid-grey"),
        pytest.param(png(painted((128, 128, 128))), id="mid-grey in colour"),
        pytest.param(png(painted((255, 0, 0))), id="pure red"),
        pytest.param(png(painted((0, 0, 40))), id="dark blue"),
        pytest.param(png(SUBJECT.astype(np.uint8), voc_palette()), id="VOC palette, class 1"),
        pytest.param(png(SUBJECT.astype(np.uint8) * np.uint8(15), voc_palette()), id="VOC palette, class 15"),
        pytest.param(png(painted((128, 0, 0))), id="VOC colour"),
        pytest.param(png(HARD // 255, [0, 0, 0, 255, 255, 255]), id="palette of greys"),
        pytest.param(png(np.dstack([painted((9, 90, 200), (70, 80, 90)), HARD])), id="cutout"),
    ],
)
def test_hard_masks_of_every_kind_are_the_same(tmp_path: Path, save: Callable[[Path], Path]) -> None:
    assert np.array_equal(read_mask(save(tmp_path)), HARD)


@pytest.mark.parametrize(
    "save",
    [
        pytest.param(png(SOFT), id="8 bits"),
        pytest.param(png(SOFT.astype(np.uint16)), id="8-bit values in 16 bits"),
        pytest.param(png(SOFT.astype(np.uint16) * 257), id="16 bits"),
        pytest.param(tif(SOFT.astype(np.float32) / 255), id="floats 0-1"),
        pytest.param(tif(SOFT.astype(np.float32)), id="floats 0-255"),
        pytest.param(png(np.dstack([SOFT, SOFT * 0, SOFT * 0])), id="red, antialiased"),
    ],
)
def test_soft_edges_stay_soft(tmp_path: Path, save: Callable[[Path], Path]) -> None:
    assert len(np.unique(SOFT)) > 4
    assert np.abs(read_mask(save(tmp_path)).astype(int) - SOFT).max() <= 1


def test_voids_of_voc_belong_to_nothing(tmp_path: Path) -> None:
    index = SUBJECT.astype(np.uint8)
    index[:3] = 255
    expected = HARD.copy()
    expected[:3] = 0
    assert np.array_equal(read_mask(png(index, voc_palette())(tmp_path)), expected)


@pytest.mark.parametrize(
    ("save", "named"),
    [
        (png(HALVES), "0, 1, 2"),
        (png(HALVES.astype(np.uint16)), "0, 1, 2"),
        (png(HALVES, voc_palette()), "0, 1, 2"),
        (tif(HALVES.astype(np.float32)), "0, 1, 2"),
        (tif(np.where(HALVES == 2, 7, HALVES).astype(np.uint16)), "0, 1, 7"),
        (tif(np.where(HALVES == 2, 188, HALVES).astype(np.uint16)), "0, 1, 188"),
        (tif(np.arange(HARD.size, dtype=np.uint16).reshape(HARD.shape) % 301), "0, 1, 2 … 300"),
        (tif(np.arange(HARD.size, dtype=np.uint16).reshape(HARD.shape) % 200), "0, 1, 2 … 199"),
        (png(np.where(np.arange(HARD.shape[1]) == 0, 255, HALVES).astype(np.uint8)), "0, 1, 2, 255"),
    ],
)
def test_labels_without_names_are_refused_with_their_values(
    tmp_path: Path, save: Callable[[Path], Path], named: str
) -> None:
    with pytest.raises(MaskLabels) as caught:
        read_mask(save(tmp_path))
    assert f"({named})" in str(caught.value)


@pytest.mark.parametrize(
    ("save", "named"),
    [
        (tif(np.where(SUBJECT, np.nan, 0).astype(np.float32)), "NaN"),
        (tif(np.where(SUBJECT, 1, -1).astype(np.float32)), "-1, 1"),
        (tif(np.where(SUBJECT, 3.5, 0.25).astype(np.float32)), "0.25, 3.5"),
        (tif(SOFT.astype(np.float32) * 1000), "255000"),
        (png(np.full_like(HARD, 90)), "90"),
        (png(np.select([HALVES == 1, HALVES == 2], [90, 160], 0).astype(np.uint8)), "0, 90, 160"),
        (png(painted((255, 0, 0), (255, 255, 255))), "#ffffff, #ff0000"),
        (png(np.array([(0, 0, 0), (128, 0, 0), (0, 128, 0)], np.uint8)[HALVES]), "#000000, #"),
    ],
)
def test_values_that_mean_nothing_known_are_refused_and_named(
    tmp_path: Path, save: Callable[[Path], Path], named: str
) -> None:
    with pytest.raises(MaskUnclear) as caught:
        read_mask(save(tmp_path))
    assert named in str(caught.value)


def _report(folder: Path, mask: np.ndarray, listing: str = "", names: str = "") -> Report:
    """Check a dataset of one pair."""
    write(folder / "images/a.png", disc(2)[0])
    (folder / "masks").mkdir(exist_ok=True)
    tifffile.imwrite(folder / "masks/a.tif", mask)
    if listing:
        (folder / listing).write_text(names, "utf-8")
    return check_dataset(find_dataset(folder))


def test_labels_are_classes_or_instances_by_choice(tmp_path: Path) -> None:
    many = np.where(HALVES == 2, np.uint16(700), HALVES).astype(np.uint16)
    report = _report(tmp_path / "none", many)
    assert report.counts == {Finding.LABELS: 1}
    assert str(report.rows[0].detail) == "a.tif: 0, 1, 700"
    report = _report(tmp_path / "instances", many, "instances.txt", "cell\n")
    assert (report.counts, report.dataset.classes) == ({Finding.OK: 1}, ("cell",))
    assert np.array_equal(read_sample(report.usable[0].pair, 1).target[..., 0], HARD)  # type: ignore[arg-type]
    report = _report(tmp_path / "classes", HALVES, "classes.txt", "left\nright\n")
    assert (report.counts, report.dataset.classes) == ({Finding.OK: 1}, ("left", "right"))
    target = read_sample(report.usable[0].pair, 2).target  # type: ignore[arg-type]
    assert np.array_equal(target, np.stack([HALVES == 1, HALVES == 2], axis=-1) * 255)


@pytest.mark.parametrize(
    ("mask", "finding", "usable"),
    [
        (np.zeros_like(HARD), Finding.ALL_BLACK, 0),
        (np.full_like(HARD, 255), Finding.ALL_WHITE, 0),
        (np.ones_like(HARD), Finding.ALL_WHITE, 0),
        (255 - HARD, Finding.INVERTED, 1),
        (np.full_like(HARD, 90), Finding.UNCLEAR, 0),
    ],
)
def test_the_check_notices_masks_that_teach_nonsense(
    tmp_path: Path, mask: np.ndarray, finding: Finding, usable: int
) -> None:
    report = _report(tmp_path, mask)
    assert report.counts == {finding: 1}
    assert len(report.usable) == usable


def test_a_subject_that_touches_some_sides_is_not_called_inverted() -> None:
    portrait = np.zeros((60, 40), np.uint8)
    portrait[20:, 4:36] = 255
    ground = np.zeros((60, 40), np.uint8)
    ground[10:] = 255
    assert not looks_inverted(portrait)
    assert not looks_inverted(ground)
    assert looks_inverted(255 - HARD)
