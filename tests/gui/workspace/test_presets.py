"""Presets that earlier versions kept in the settings file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings

from gui.workspace.presets import move_old_presets
from matting.presets.library import all_presets
from matting.settings import CutSettings


def test_old_presets_become_files_once_and_damaged_ones_are_dropped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIRIE_HOME", str(tmp_path / "home"))
    store = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
    store.setValue("presets/Shoes %26 bags", json.dumps({"threshold": 0.3, "trim": True, "edges": "hair"}))
    store.setValue("presets/bad", "{")
    store.setValue("program/theme", "dark")
    move_old_presets(store)
    (own,) = [preset for preset in all_presets() if preset.own]
    assert own.title == "Shoes & bags"
    assert own.cut_settings(CutSettings(padding=7)) == CutSettings(threshold=0.3, trim=True, edges="hair", padding=7)
    assert store.allKeys() == ["program/theme"]
