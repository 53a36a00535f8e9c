"""Presets as files: what comes with Kirie, what a user saves, and what cannot be used."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path

import pytest

import resources
from matting.presets.errors import PresetMissing, PresetUnusable
from matting.presets.library import all_presets, find_preset, remove_preset, save_preset
from matting.presets.preset import Preset, preset_of, read_preset
from matting.settings import CanvasSize, CutSettings, Format, OutputSettings
from tests.matting.test_settings_json import OUTPUT, RICH


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty folder of Kirie's own."""
    monkeypatch.setenv("KIRIE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def test_each_that_comes_with_kirie_can_be_read_and_names_its_rule() -> None:
    files = sorted(resources.PRESETS.glob("*.json"))
    assert len(files) == len(all_presets()) >= 4
    for file in files:
        preset = read_preset(file)
        assert preset.source.startswith("https://")
        assert preset.date
        assert preset.about
        assert json.loads(preset.text()) == json.loads(file.read_text("utf-8"))


@pytest.mark.parametrize("settings", [CutSettings(), RICH, CutSettings(background=Path("/pictures/wall.jpg"))])
def test_what_is_saved_sets_everything_again(settings: CutSettings) -> None:
    kept = save_preset(preset_of("Shoes", settings, OUTPUT, 0.5))
    assert find_preset("shoes") == kept
    other = CutSettings(feather=0.4, share=50, trim=not settings.trim)
    again = find_preset("Shoes").cut_settings(other)
    assert again == (settings if settings.threshold != 0.5 else CutSettings(**vars_of(settings, other)))
    assert find_preset("Shoes").output_settings(OutputSettings(Path("out"))) == OUTPUT


def vars_of(settings: CutSettings, other: CutSettings) -> dict[str, object]:
    """Return all fields of ``settings`` but the threshold, which is ``other``'s: the model's is no choice."""
    chosen = {field.name: getattr(settings, field.name) for field in fields(settings)}
    return chosen | {"threshold": other.threshold}


def test_any_title_can_be_used_and_saving_again_replaces(home: Path) -> None:
    titles = ["a/b", "50 % off", "鞋子", "=[x]", "Ünder & über", "con", "a:b"]
    for title in titles:
        save_preset(Preset(title, {"trim": True}))
    assert sorted(preset.title for preset in all_presets() if preset.own) == sorted(titles)
    save_preset(Preset("a/b", {"trim": False}))
    assert find_preset("a/b").settings == {"trim": False}
    assert len(list((home / "presets").iterdir())) == len(titles)
    remove_preset(find_preset("a/b"))
    with pytest.raises(PresetMissing):
        find_preset("a/b")
    with pytest.raises(ValueError, match="title"):
        save_preset(Preset("  "))


def test_those_of_kirie_are_never_removed() -> None:
    preset = find_preset("amazon-main-image")
    remove_preset(preset)
    assert preset.path is not None
    assert preset.path.exists()


def test_a_preset_sets_what_it_names_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "shared.json"
    file.write_text(json.dumps({"kirie preset": 1, "settings": {"share": 70, "background": "wall.jpg"},
                                "output": {"canvases": ["4:5"], "format": "jpg"}}))  # fmt: skip
    preset = find_preset(str(file))
    assert preset.title == "shared"
    assert preset.cut_settings(CutSettings(feather=0.2)) == CutSettings(
        feather=0.2, share=70, background=tmp_path / "wall.jpg"
    )
    base = OutputSettings(Path("out"), quality=50)
    assert preset.output_settings(base) == OutputSettings(
        Path("out"), quality=50, format=Format.JPG, canvases=(CanvasSize(4, 5, ratio=True),)
    )


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("{", "does not hold a preset"),
        ("[1]", "does not hold a preset"),
        ('{"settings": {}}', "does not hold a preset"),
        ('{"kirie preset": 2}', "later version"),
        ('{"kirie preset": 1, "settings": {"sparkle": 1}}', "sets sparkle"),
        ('{"kirie preset": 1, "settings": {"trim": "yes"}}', '"yes" is no value of trim'),
        ('{"kirie preset": 1, "output": {"canvases": ["big"]}}', "no value of canvases"),
    ],
)
def test_what_is_no_preset_is_refused_by_name_and_harms_no_other(home: Path, content: str, reason: str) -> None:
    file = home / "presets" / "broken.json"
    file.parent.mkdir(parents=True)
    file.write_text(content)
    assert all(not preset.own for preset in all_presets())
    for wanted in ("broken", str(file)):
        with pytest.raises(PresetUnusable, match=reason):
            find_preset(wanted)
