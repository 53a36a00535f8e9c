"""Photoshop documents: one layer, its mask the alpha, the photo whole beneath it."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image
from psd_tools import PSDImage
from psd_tools.constants import Resource

from matting.files.writing.packbits import pack_rows
from matting.files.writing.psd import PsdLayer, encode_psd
from matting.photo import Metadata, Pixels
from tests.matting.files import profiles
from tests.matting.files.photo_files import HEIGHT, WIDTH, exif, opacity, picture


def masked(rgb: Pixels, alpha: Pixels, metadata: Metadata | None = None, name: str = "Cutout") -> bytes:
    """Return a document of one layer with a mask."""
    return encode_psd([PsdLayer(name, rgb, mask=alpha)], rgb, alpha, metadata or Metadata())


def opened(data: bytes) -> PSDImage:
    return PSDImage.open(io.BytesIO(data))


def numbers(channel: NDArray[Any], deep: bool) -> NDArray[Any]:
    """psd-tools gives floats in [0, 1]."""
    return np.rint(channel * (65535 if deep else 255)).astype(np.uint16 if deep else np.uint8)


@pytest.mark.parametrize("deep", [False, True])
def test_the_mask_is_the_alpha_and_the_photo_stays_whole(deep: bool) -> None:
    document = opened(masked(picture(deep), opacity(deep), name="shoe 切り絵"))
    assert (document.width, document.height, document.depth) == (WIDTH, HEIGHT, 16 if deep else 8)
    (layer,) = document
    assert layer.name == "shoe 切り絵"
    assert layer.is_visible()
    assert layer.bbox == (0, 0, WIDTH, HEIGHT)
    assert layer.mask is not None
    assert layer.mask.bbox == (0, 0, WIDTH, HEIGHT)
    assert not layer.mask.disabled
    assert layer.mask.background_color == 0
    assert np.array_equal(numbers(layer.numpy("mask")[..., 0], deep), opacity(deep))
    assert np.array_equal(numbers(layer.numpy("color"), deep), picture(deep))


@pytest.mark.parametrize("deep", [False, True])
def test_the_flattened_picture_agrees_with_the_layer(deep: bool) -> None:
    document = opened(masked(picture(deep), opacity(deep)))
    flat = document.numpy()
    assert np.array_equal(numbers(flat[..., 3], deep), opacity(deep))
    composite = document.composite(force=True)
    assert composite.mode == "RGBA"
    difference = np.abs(np.asarray(composite).astype(int)[..., 3] - (opacity(deep) >> 8 if deep else opacity()))
    assert difference.max() <= 1


def test_a_reader_without_layers_sees_the_cutout_on_white() -> None:
    with Image.open(io.BytesIO(masked(picture(), opacity()))) as image:
        shown = np.asarray(image)
    weight = opacity()[..., None] / 255
    expected = picture() * weight + 255 * (1 - weight)
    assert np.abs(shown[..., :3] - expected).max() <= 1


def test_profile_resolution_exif_and_xmp() -> None:
    metadata = Metadata(profiles.adobe_like_rgb(), exif(1), b"<x:xmpmeta/>", (300.0, 150.0))
    resources = opened(masked(picture(), opacity(), metadata)).image_resources
    assert resources.get_data(Resource.ICC_PROFILE) == metadata.icc
    assert resources.get_data(Resource.XMP_METADATA) == metadata.xmp
    assert resources.get_data(Resource.EXIF_DATA_1) == metadata.exif
    resolution = resources.get_data(Resource.RESOLUTION_INFO)
    assert resolution.horizontal / 65536 == pytest.approx(300)
    assert resolution.vertical / 65536 == pytest.approx(150)


@settings(max_examples=60)
@given(st.integers(1, 40), st.integers(1, 300), st.booleans(), st.integers(0, 2**32 - 1), st.integers(1, 256))
def test_any_size(height: int, width: int, deep: bool, seed: int, levels: int) -> None:
    random = np.random.default_rng(seed)
    dtype = np.uint16 if deep else np.uint8
    rgb = (random.integers(0, levels, (height, width, 3)) * (257 if deep else 1)).astype(dtype)
    alpha = (random.integers(0, levels, (height, width)) * (257 if deep else 1)).astype(dtype)
    (layer,) = opened(masked(rgb, alpha))
    assert np.array_equal(numbers(layer.numpy("color"), deep), rgb)
    assert np.array_equal(numbers(layer.numpy("mask")[..., 0], deep), alpha)


def unpack(packed: bytes) -> bytes:
    """PackBits as TIFF 6.0 §9 tells it."""
    out, place = bytearray(), 0
    while place < len(packed):
        count = packed[place]
        if count < 128:
            out += packed[place + 1 : place + 2 + count]
            place += count + 2
        else:
            if count > 128:
                out += packed[place + 1 : place + 2] * (257 - count)
            place += 2 if count > 128 else 1
    return bytes(out)


@settings(max_examples=60)
@given(st.integers(1, 9), st.integers(1, 400), st.integers(1, 5), st.integers(0, 2**32 - 1))
def test_packed_rows_unpack(height: int, width: int, levels: int, seed: int) -> None:
    rows = np.random.default_rng(seed).integers(0, levels, (height, width)).astype(np.uint8)
    packed, sizes = pack_rows(rows)
    assert len(sizes) == height
    ends = np.cumsum(sizes)
    for row, end, size in zip(rows, ends, sizes, strict=True):
        assert unpack(packed[end - size : end]) == row.tobytes()


def test_sizes_beyond_the_format() -> None:
    with pytest.raises(OverflowError):
        masked(np.zeros((1, 30_001, 3), np.uint8), np.zeros((1, 30_001), np.uint8))
