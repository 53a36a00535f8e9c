"""``kirie cut --canvas``: files of the sizes asked for, and what is said of subjects that do not fill them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from main import main
from tests.commands.run_help import save_map
from tests.matting.batch.batch_help import save_photo


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a photo in ``in`` and its ready map in ``maps``."""
    save_photo(tmp_path / "in" / "a.jpg", seed=1)
    save_map(tmp_path / "maps" / "a.png")
    return tmp_path


def cut(folder: Path, *more: object) -> int:
    arguments = ["cut", folder / "in", "-o", folder / "out", "--probability-from", folder / "maps", *more]
    return main([str(argument) for argument in arguments])


def test_several_sizes_come_of_one_cut_and_are_made_once(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sizes = ("--canvas", "60x60", "--canvas", "40x20", "--format", "jpg")
    assert cut(folder, *sizes) == 0
    written = {path.name: Image.open(path) for path in (folder / "out").iterdir()}
    assert {name: image.size for name, image in written.items()} == {
        "a-cutout-60x60.jpg": (60, 60),
        "a-cutout-40x20.jpg": (40, 20),
    }
    assert all(min(image.getpixel((0, 0))) >= 254 for image in written.values())
    assert cut(folder, *sizes) == 0
    assert "1 skipped" in capsys.readouterr().err
    assert cut(folder, *sizes, "--share", "50") == 0
    assert "1 cut out" in capsys.readouterr().err


def test_a_subject_with_too_few_pixels_is_told_and_enlarged_when_asked(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cut(folder, "--canvas", "900x900", "--json") == 0
    captured = capsys.readouterr()
    photo = json.loads(captured.out.splitlines()[0])
    assert photo["scale"] == 1 < photo["wanted_scale"]
    assert "1 of 1 fill less of the canvas than asked" in captured.err
    assert cut(folder, "--canvas", "900x900", "--enlarge") == 0
    assert f"an enlarged subject, {100 * photo['wanted_scale']:.0f} % at most" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--canvas", "900"), "is no canvas"),
        (("--canvas", "1:1", "--padding", "3"), "leave out --trim and --padding"),
        (("--share", "50"), "--share is for a canvas"),
    ],
)
def test_what_does_not_go_together_is_refused(
    folder: Path, options: tuple[str, ...], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cut(folder, *options) == 2
    assert sentence in capsys.readouterr().err
