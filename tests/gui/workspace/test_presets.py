from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QSettings

from gui.workspace.presets import Presets
from gui.workspace.settings_json import settings_from_json, settings_to_json
from matting.setting_rows import PADDING
from matting.settings import CutSettings, Edges


@pytest.fixture
def store(tmp_path: Path) -> QSettings:
    return QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)


RICH = CutSettings(
    threshold=0.3, softness=0, edges=Edges.HAIR, edge_shift=-0.5, feather=0.2, decontaminate=False,
    largest_only=True, fill_holes=True, background="#a0b1c2", trim=True, padding=40,
)  # fmt: skip


@pytest.mark.parametrize("settings", [CutSettings(), RICH, CutSettings(background=Path("/pictures/wall & sky.jpg"))])
def test_what_is_saved_comes_back_in_the_next_session(store: QSettings, tmp_path: Path, settings: CutSettings) -> None:
    Presets(store).save("Shoes", settings)
    store.sync()
    again = Presets(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))
    assert again.names() == ["Shoes"]
    assert again.load("Shoes") == settings


def test_any_name_can_be_used(store: QSettings) -> None:
    names = ["a/b", "50 % off", "鞋子", "=[x]", "Ünder & über"]
    presets = Presets(store)
    for name in names:
        presets.save(name, RICH)
    assert sorted(presets.names()) == sorted(names)
    presets.remove("a/b")
    assert presets.load("a/b") is None
    assert "a/b" not in presets.names()
    with pytest.raises(ValueError, match="name"):
        presets.save("  ", RICH)


def test_damaged_presets_are_ignored_and_harm_no_other(store: QSettings) -> None:
    presets = Presets(store)
    presets.save("Good", RICH)
    for name, damage in {"a": "{", "b": "[1]", "c": "", "d": "null"}.items():
        store.setValue(f"presets/{name}", damage)
    store.setValue("presets/e", ["x", "y"])
    assert presets.names() == ["Good"]
    assert presets.load("e") is None


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from([*settings_to_json(RICH), "unknown"]), json_values) | json_values)
def test_whatever_is_stored_gives_settings_that_can_be_used(content: object) -> None:
    settings = settings_from_json(content)
    assert 0 <= settings.threshold <= 1
    assert 0 <= settings.softness <= 1
    assert -1 <= settings.edge_shift <= 1
    assert PADDING.range is not None
    assert PADDING.range.low <= settings.padding <= PADDING.range.high
    assert type(settings.padding) is int
    assert isinstance(settings.edges, Edges)
    assert isinstance(settings.trim, bool)
    assert settings_from_json(json.loads(json.dumps(settings_to_json(settings)))) == settings
