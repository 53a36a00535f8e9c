"""``kirie presets`` and ``kirie cut --preset``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from main import main
from matting.files.rgb_space import SRGB
from tests.commands.run_help import save_map
from tests.matting.batch.batch_help import save_photo


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with a photo in ``in``, its ready map in ``maps`` and an empty Kirie's home."""
    monkeypatch.setenv("KIRIE_HOME", str(tmp_path / "home"))
    save_photo(tmp_path / "in" / "a.jpg", seed=1)
    save_map(tmp_path / "maps" / "a.png")
    return tmp_path


def cut(folder: Path, *more: object) -> int:
    arguments = ["cut", folder / "in", "-o", folder / "out", "--probability-from", folder / "maps", *more]
    return main([str(argument) for argument in arguments])


def test_presets_are_listed_and_one_is_printed_to_be_changed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["presets"]) == 0
    listed = capsys.readouterr().out
    assert "amazon-main-image" in listed
    assert "rule: https://" in listed
    assert main(["presets", "--json"]) == 0
    names = [json.loads(line)["name"] for line in capsys.readouterr().out.splitlines()]
    assert "shop-square" in names
    assert main(["presets", "social-square"]) == 0
    mine = folder / "mine.json"
    mine.write_text(capsys.readouterr().out.replace("1080x1080", "64x48"), "utf-8")
    assert cut(folder, "--preset", mine) == 0
    assert Image.open(folder / "out" / "a-cutout.jpg").size == (64, 48)
    assert main(["presets", "nothing"]) == 2


def test_a_preset_decides_and_single_options_win(folder: Path) -> None:
    assert cut(folder, "--preset", "amazon-main-image") == 0
    amazon = Image.open(folder / "out" / "a-cutout.jpg")
    assert amazon.size == (2000, 2000)
    assert amazon.info["icc_profile"] == SRGB.profile()
    assert cut(folder, "--preset", "amazon-main-image", "--canvas", "90x80", "--format", "png", "--no-enlarge") == 0
    png = Image.open(folder / "out" / "a-cutout.png")
    assert png.size == (90, 80)
    assert png.info["icc_profile"] == SRGB.profile()
    assert cut(folder, "--preset", "amazon-main-image", "--padding", "3", "--format", "webp") == 0
    assert max(Image.open(folder / "out" / "a-cutout.webp").size) < 200, "trimmed, not on the preset's canvas"


@pytest.mark.parametrize("wanted", ["no-such-preset", "broken.json"])
def test_what_is_no_preset_is_bad_usage(
    folder: Path, wanted: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    Path("broken.json").write_text("{")
    assert cut(folder, "--preset", wanted) == 2
    assert wanted in capsys.readouterr().err
