"""``kirie cut`` for shops: colours, metadata and quality of what is written."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from main import main
from matting.files.rgb_space import ADOBE_RGB, SRGB
from tests.commands.run_help import save_map
from tests.matting.batch.batch_help import save_photo
from tests.matting.files.profiles import cmyk_dull, grey_gamma


def cut(folder: Path, *more: object) -> int:
    save_map(folder / "maps" / "a.png")
    arguments = ["cut", folder / "in", "-o", folder / "out", "--probability-from", folder / "maps", *more]
    return main([str(argument) for argument in arguments])


@pytest.mark.skipif(shutil.which("convert") is None, reason="ImageMagick's convert is not installed")
@pytest.mark.parametrize(
    ("mode", "profile"),
    [("RGB", ADOBE_RGB.profile()), ("CMYK", cmyk_dull()), ("L", grey_gamma(1.8))],
    ids=["Adobe RGB", "CMYK", "grey"],
)
def test_pixels_are_in_srgb_as_imagemagick_converts_them_and_say_so(tmp_path: Path, mode: str, profile: bytes) -> None:
    photo = tmp_path / "in" / "a.tif"
    photo.parent.mkdir()
    rows = np.linspace(30, 220, 80).astype(np.uint8)
    values = np.stack([np.tile(rows, (60, 1)), np.tile(rows[::-1], (60, 1)), np.full((60, 80), 90, np.uint8)], -1)
    picture = Image.fromarray(values[..., 0] if mode == "L" else values).convert(mode)
    picture.save(photo, icc_profile=profile)
    assert cut(tmp_path, "--colour", "srgb", "--background", "white", "--threshold", "0", "--no-decontaminate") == 0
    made = Image.open(tmp_path / "out" / "a-cutout.png")
    assert made.info["icc_profile"] == SRGB.profile()
    assert ImageCms.getProfileName(ImageCms.ImageCmsProfile(io.BytesIO(made.info["icc_profile"]))).startswith("sRGB")
    (tmp_path / "srgb.icc").write_bytes(SRGB.profile())
    how = ("-intent", "Relative", "-black-point-compensation", "-profile", tmp_path / "srgb.icc")
    subprocess.run(["convert", photo, *how, "-type", "TrueColor", tmp_path / "theirs.png"], check=True)
    theirs = np.asarray(Image.open(tmp_path / "theirs.png").convert("RGB"), int)
    ours = np.asarray(made.convert("RGB"), int)
    inside = (slice(25, 35), slice(30, 50))  # what the map keeps
    assert np.abs(ours - theirs)[inside].max() <= 1


def test_a_white_background_is_255_whatever_the_profile(tmp_path: Path) -> None:
    photo = tmp_path / "in" / "a.jpg"
    photo.parent.mkdir()
    Image.new("RGB", (200, 160), (200, 40, 40)).save(photo, icc_profile=ADOBE_RGB.profile())
    options = ("--format", "jpg", "--background", "white", "--canvas", "96x96", "--quality", "80")
    assert cut(tmp_path, "--colour", "srgb", *options) == 0
    corners = np.asarray(Image.open(tmp_path / "out" / "a-cutout.jpg"))[[0, 0, -1, -1], [0, -1, 0, -1]]
    assert (corners == 255).all()


def test_quality_makes_files_smaller_and_they_are_made_anew(tmp_path: Path) -> None:
    save_photo(tmp_path / "in" / "a.jpg", seed=1)
    sizes = []
    for quality in (95, 40):
        assert cut(tmp_path, "--format", "webp", "--quality", quality) == 0
        sizes.append((tmp_path / "out" / "a-cutout.webp").stat().st_size)
    assert sizes[1] < 0.8 * sizes[0]


def test_metadata_goes_where_none_is_wanted(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x8298] = "(c) Ann"
    exif.get_ifd(0x8825)[1] = "N"
    photo = tmp_path / "in" / "a.jpg"
    photo.parent.mkdir()
    Image.new("RGB", (200, 160)).save(photo, exif=exif.tobytes())
    for keep, tags in (("keep", {0x8298, 0x8825}), ("no-location", {0x8298}), ("none", set())):
        assert cut(tmp_path, "--metadata", keep) == 0
        assert set(Image.open(tmp_path / "out" / "a-cutout.png").getexif()) & {0x8298, 0x8825} == tags
