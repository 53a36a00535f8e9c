"""Damaged files: one clear sentence each; no crash, no hang, bounded memory, silence on the terminal."""

from __future__ import annotations

import os
import struct
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest

from matting import errors
from matting.errors import KirieError, PhotoError
from matting.files.reading.read_photo import read_photo, read_size, read_thumbnail
from tests.matting.files.damage import damaged_files, read_all
from tests.matting.files.photo_files import HEIGHT, MAKERS, WIDTH, picture, pillow, tiff

COUNT = 540  # each kind of photo with each kind of damage twice; benchmarks/damaged.py takes 2,000 and more
NEVER_READABLE = {"truncated", "empty", "no photo at all"}


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX limits")
def test_damaged_files(tmp_path: Path) -> None:
    files = list(damaged_files(COUNT, seed=1))
    for file in files:
        (tmp_path / file.name).write_bytes(file.data)
    outcomes, printed = read_all(tmp_path, [file.name for file in files], timeout=300)
    assert printed == ""
    assert (tmp_path / "native.txt").stat().st_size > 0, "the decoders had something to say, and said it elsewhere"
    for file, outcome in zip(files, outcomes, strict=True):
        what = f"{file.kind}, {file.damage}: {outcome.error} {outcome.sentence}"
        if outcome.error:
            kind = getattr(errors, outcome.error)
            assert issubclass(kind, PhotoError), what
            assert outcome.sentence.startswith(str(tmp_path / file.name)), what
            assert outcome.sentence.count("\n") == 0, what
        if file.damage == "empty":
            assert outcome.error == "PhotoEmpty", what
        elif file.damage == "no photo at all":
            assert outcome.error == "NotAPhoto", what
        elif file.damage == "wrong suffix":
            assert outcome.error == "", what
        assert outcome.seconds < 60, what
    assert max(outcome.peak for outcome in outcomes) < 500e6


@pytest.mark.parametrize("name", sorted(set(MAKERS) - {"moving.gif", "fax.tif"}))
def test_a_file_cut_in_half_is_damaged(name: str, tmp_path: Path) -> None:
    data = MAKERS[name]()
    path = tmp_path / name
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(errors.PhotoDamaged, match="is damaged or incomplete"):
        read_photo(path)


def problem(path: Path) -> str:
    sentences = set()
    for reader in (read_photo, read_size, lambda path: read_thumbnail(path, 32)):
        with pytest.raises(PhotoError) as caught:
            reader(path)
        sentences.add(f"{type(caught.value).__name__}: {caught.value}")
    assert len(sentences) == 1, sentences
    return sentences.pop()


def test_missing_empty_folder_and_pipe(tmp_path: Path) -> None:
    assert problem(tmp_path / "gone.jpg").startswith("PhotoMissing")
    (tmp_path / "empty.jpg").touch()
    assert problem(tmp_path / "empty.jpg").startswith("PhotoEmpty")
    assert problem(tmp_path / "empty.jpg" / "below.jpg").startswith("PhotoMissing")
    (tmp_path / "folder.jpg").mkdir()
    assert problem(tmp_path / "folder.jpg").startswith("NotAPhoto")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.jpg")
        assert problem(tmp_path / "pipe.jpg").startswith("NotAPhoto")


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may read everything")
def test_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "secret.jpg"
    path.write_bytes(MAKERS["rgb.jpg"]())
    path.chmod(0)
    assert problem(path).startswith("PhotoUnreadable")


def test_a_name_too_long_for_the_system_is_unreadable(tmp_path: Path) -> None:
    assert problem(tmp_path / ("x" * 400 + ".jpg")).startswith("PhotoUnreadable")


def test_the_content_decides_and_not_the_name(tmp_path: Path) -> None:
    path = tmp_path / "really-a-jpeg.png"
    path.write_bytes(MAKERS["grey.jpg"]())
    assert read_photo(path).rgb.shape == (HEIGHT, WIDTH, 3)


@pytest.mark.parametrize("kind", ["PNG", "BMP", "GIF", "TIFF", "WEBP", "JPEG"])
def test_too_many_megapixels(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "large"
    path.write_bytes(pillow(kind, np.zeros((300, 500), np.uint8)))
    assert read_photo(path, max_megapixels=0.15).width == 500
    with pytest.raises(errors.PhotoTooLarge) as caught:
        read_photo(path, max_megapixels=0.1499)
    assert isinstance(caught.value, KirieError)
    assert read_size(path) == (500, 300)


def test_more_than_300_megapixels_are_refused_before_anything_is_decoded(tmp_path: Path) -> None:
    path = tmp_path / "bomb.png"
    data = bytearray(pillow("PNG", picture()))
    struct.pack_into(">II", data, 16, 20_000, 20_000)
    struct.pack_into(">I", data, 29, zlib.crc32(data[12:29]))
    path.write_bytes(data)
    with pytest.raises(errors.PhotoTooLarge, match="has 400 megapixels, more than the 300 Kirie reads"):
        read_photo(path)
    struct.pack_into(">II", data, 16, 17_000, 17_000)
    struct.pack_into(">I", data, 29, zlib.crc32(data[12:29]))
    path.write_bytes(data)
    with pytest.raises(errors.PhotoDamaged):
        read_photo(path)


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (lambda: tiff(picture().astype(np.float32), photometric="rgb"), "floating-point pixels"),
        (lambda: tiff(picture().astype(np.float32)[..., 0]), "floating-point pixels"),
        (lambda: tiff(picture().astype(np.uint32), photometric="rgb"), "32 bits a channel"),
        (lambda: tiff(picture().astype(np.int16), photometric="rgb"), "signed pixels"),
        (lambda: tiff(picture(), photometric="rgb", extratags=[(50706, 1, 4, b"\1\4\0\0", True)]), "camera raw data"),
    ],
)
def test_sound_files_of_kinds_not_read_are_called_that(data: object, found: str, tmp_path: Path) -> None:
    path = tmp_path / "odd.tif"
    assert callable(data)
    path.write_bytes(data())
    with pytest.raises(errors.PhotoUnsupported, match=f"holds {found}, which Kirie does not read"):
        read_photo(path)
