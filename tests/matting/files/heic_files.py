"""HEIC photos made by libheif's ``heif-enc``, and what a phone puts into them that it does not write itself."""

from __future__ import annotations

import shutil
import struct
import subprocess
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image


def _encodes_hevc() -> bool:
    if shutil.which("heif-enc") is None:
        return False
    return "x265" in subprocess.run(["heif-enc", "--list-encoders"], capture_output=True, text=True, check=False).stdout


needs_encoder = pytest.mark.skipif(not _encodes_hevc(), reason="heif-enc (libheif-examples) with x265 is missing")

LOSSLESS = ("-L", "-p", "chroma=444", "--matrix_coefficients=0")


def heic(folder: Path, *sources: Path, options: tuple[str, ...] = ("-q", "95")) -> Path:
    """Return the HEIC that heif-enc makes of PNG or JPEG files; the first one is the primary picture."""
    target = folder / "photo.heic"
    subprocess.run(["heif-enc", *options, *map(str, sources), "-o", str(target)], check=True, capture_output=True)
    return target


def png(folder: Path, pixels: NDArray[np.generic], name: str = "source.png", **options: object) -> Path:
    """Return the pixels, 8 or 16 bits, as a PNG."""
    path = folder / name
    if pixels.dtype == np.uint16:
        cv2.imwrite(str(path), cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR))
    else:
        Image.fromarray(pixels).save(path, **options)
    return path


def turned(file: Path, quarters: int) -> None:
    """Turn the picture by quarters to the left, as phones do (ISO/IEC 23008-12 §6.5.10), in the place of ``pixi``."""
    data = file.read_bytes()
    place = data.index(b"pixi")
    file.write_bytes(data[:place] + b"irot" + bytes([quarters]) + bytes(7) + data[place + 12 :])


def with_codes(file: Path, primaries: int, transfer: int) -> None:
    """Put codes (ISO/IEC 14496-12 §12.1.5) in the place of the profile."""
    data = file.read_bytes()
    place = data.index(b"colrprof") + 4
    codes = b"nclx" + struct.pack(">HHHB", primaries, transfer, 6, 0x80)
    file.write_bytes(data[:place] + codes + data[place + len(codes) :])


def with_depth_map(file: Path) -> None:
    """Make a depth map of the opacity: both are auxiliary pictures, told apart by their names alone."""
    data = file.read_bytes()
    assert data.count(b"mpeg:hevc:2015:auxid:1") == 1
    file.write_bytes(data.replace(b"mpeg:hevc:2015:auxid:1", b"mpeg:hevc:2015:auxid:2"))


def with_primary(file: Path, number: int) -> None:
    """Name another of the file's pictures, counted from 1, as the primary one; tiles are hidden items, no pictures."""
    data = file.read_bytes()
    place = data.index(b"pitm") + 8
    pictures = [index for index in range(1, 99) if b"infe\2\0\0\0" + struct.pack(">H", index) in data]
    file.write_bytes(data[:place] + struct.pack(">H", pictures[number - 1]) + data[place + 2 :])


def by_imagemagick(file: Path) -> NDArray[np.uint8]:
    """Return what ImageMagick shows of the file, (h, w, 3)."""
    shown = file.with_suffix(".shown.png")
    options = ["-alpha", "off", "-colorspace", "sRGB", "-type", "TrueColor", "-depth", "8"]
    subprocess.run(["convert", f"{file}[0]", *options, str(shown)], check=True, capture_output=True)
    with Image.open(shown) as image:
        return np.asarray(image.convert("RGB"))
