"""The preset for Amazon's main images, judged by the rule alone, on the samples that come with Kirie."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import resources
from main import main
from tests.app.amazon_rule import violations
from tests.commands.run_help import save_map

SAMPLES = ("cat.jpg", "coffee.jpg", "rocket.jpg")


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Return a folder of samples that say where they were taken."""
    folder = tmp_path / "in"
    folder.mkdir()
    exif = Image.Exif()
    exif.get_ifd(0x8825).update({1: "N", 2: (35.0, 39.0, 31.0), 3: "E", 4: (139.0, 44.0, 43.0)})
    for name in SAMPLES:
        with Image.open(resources.SAMPLES / name) as picture:
            picture.save(folder / name, quality=95, exif=exif.tobytes())
    return folder


def test_samples_keep_to_the_rule(photos: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert main(["cut", str(photos), "-o", str(out), "--preset", "amazon-main-image", "--device", "cpu"]) == 0
    assert {file.name: violations(file) for file in out.iterdir()} == {
        f"{Path(name).stem}-cutout.jpg": [] for name in SAMPLES
    }


def test_the_rule_finds_what_breaks_it(photos: Path, tmp_path: Path) -> None:
    for name in SAMPLES:
        save_map((tmp_path / "maps" / name).with_suffix(".png"))
    common = ["cut", str(photos), "-o", str(tmp_path / "out"), "--probability-from", str(tmp_path / "maps")]
    common += ["--preset", "amazon-main-image"]
    breaks = {
        "places": ("--metadata", "keep"),
        "sRGB": ("--colour", "keep"),
        "fills": ("--share", "80"),
        "corners": ("--background", "#fefefe"),
        "(900, 900)": ("--canvas", "900x900"),
    }
    for words, options in breaks.items():
        shutil.rmtree(tmp_path / "out", ignore_errors=True)
        assert main([*common, *options, "--redo"]) == 0
        found = violations(tmp_path / "out" / "cat-cutout.jpg")
        assert any(words in clause for clause in found), (words, found)


def test_a_speck_is_no_product() -> None:
    from tests.app.amazon_rule import share_of

    pixels = np.full((2000, 2000, 3), 255, np.uint8)
    pixels[500:1500, 500:1500] = 0
    pixels[3:6, 3:6] = 0
    assert share_of(pixels) == 0.5
