"""The program's stored choices survive odd values, damage and newer versions."""

from __future__ import annotations

from pathlib import Path

import pytest

from gui.settings.table import SETTINGS, VERSION, Settings


def test_every_row_is_consistent_with_its_own_default() -> None:
    keys = [row.key for row in SETTINGS]
    assert len(keys) == len(set(keys))
    for row in SETTINGS:
        assert row.accepts(row.default), row.key
        assert row.text
        assert row.hint


def test_values_come_back_with_their_type_after_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "settings.ini"
    first = Settings(file)
    first.set("program/theme", "dark")
    first.set("program/notify", False)
    first.sync()
    second = Settings(file)
    assert second.get("program/theme") == "dark"
    assert second.get("program/notify") is False


def test_a_value_outside_the_choices_is_refused_and_a_stored_one_is_ignored(tmp_path: Path) -> None:
    file = tmp_path / "settings.ini"
    settings = Settings(file)
    with pytest.raises(ValueError, match="program/theme"):
        settings.set("program/theme", "purple")
    file.write_text(f"[General]\nversion={VERSION}\n[program]\ntheme=purple\nnotify=maybe\n", "utf-8")
    damaged = Settings(file)
    assert damaged.get("program/theme") == "system"
    assert damaged.get("program/notify") is True


@pytest.mark.parametrize("content", [b"\0" * 200, b"[program\ntheme", b"\xff\xfe\x00garbage", b""])
def test_a_damaged_file_never_stops_the_start(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "settings.ini"
    file.write_bytes(content)
    settings = Settings(file)
    assert settings.get("program/theme") == "system"
    settings.set("program/theme", "light")
    settings.sync()
    assert Settings(file).get("program/theme") == "light"


def test_settings_of_a_newer_version_are_read_and_kept(tmp_path: Path) -> None:
    file = tmp_path / "settings.ini"
    settings = Settings(file)
    settings.set("program/theme", "dark")
    settings.store.setValue("version", VERSION + 5)
    settings.sync()
    newer = Settings(file)
    assert newer.get("program/theme") == "dark"
    assert str(newer.store.value("version")) == str(VERSION + 5)


def test_changed_names_the_key_and_fires_only_on_change(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "settings.ini")
    heard: list[str] = []
    settings.changed.connect(heard.append)
    settings.set("program/theme", "dark")
    settings.set("program/theme", "dark")
    assert heard == ["program/theme"]
