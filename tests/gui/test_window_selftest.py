"""What the window's selftest finds missing."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

import resources
from gui import selftest
from gui.look.icons import _source


def test_a_translation_or_icon_that_is_missing_is_named(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert selftest._missing() is None
    (tmp_path / "nothing.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'/>")
    monkeypatch.setattr(resources, "ICONS", tmp_path)
    assert selftest._missing() == "the icon nothing is empty"
    monkeypatch.setattr(resources, "TRANSLATIONS", tmp_path)
    assert selftest._missing() == f"the translation kirie_zh_CN does not load from {tmp_path}"
    _source.cache_clear()


def test_without_samples_it_says_so(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(resources, "SAMPLES", tmp_path)
    assert selftest.run() == 1
    assert "there are no sample photos" in capsys.readouterr().err
