"""The settings dialog writes through, and its models page installs and removes real weights."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit
from pytestqt.qtbot import QtBot

import resources
from gui.settings import Settings
from gui.settings_dialog.dialog import SettingsDialog
from gui.settings_dialog.models_page import ModelsPage
from models.catalogue import list_models


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "settings.ini")


@pytest.fixture
def models_page(qtbot: QtBot) -> Iterator[ModelsPage]:
    page = ModelsPage()
    qtbot.addWidget(page)
    yield page
    page.close_page()


def test_a_change_in_the_dialog_is_stored_at_once(qtbot: QtBot, settings: Settings) -> None:
    dialog = SettingsDialog(settings)
    qtbot.addWidget(dialog)
    theme = dialog.findChild(QComboBox, "program/theme")
    assert theme is not None
    theme.setCurrentIndex(theme.findData("dark"))
    theme.activated.emit(theme.currentIndex())
    notify = dialog.findChild(QCheckBox, "program/notify")
    assert notify is not None
    notify.click()
    folder = dialog.findChild(QLineEdit, "program/output_folder")
    assert folder is not None
    folder.setText("/photos/out")
    folder.editingFinished.emit()
    assert settings.get("program/theme") == "dark"
    assert settings.get("program/notify") is False
    assert settings.get("program/output_folder") == "/photos/out"


def test_import_then_remove_changes_the_list_of_models(qtbot: QtBot, models_page: ModelsPage, tmp_path: Path) -> None:
    mine = tmp_path / "my shoes.safetensors"
    mine.write_bytes((resources.WEIGHTS / "u2net-small.safetensors").read_bytes())
    before = {model.name for model in list_models()}
    with qtbot.waitSignal(models_page.models_changed, timeout=60_000):
        models_page.import_file(mine)
    (added,) = {model.name for model in list_models()} - before
    with qtbot.waitSignal(models_page.models_changed, timeout=60_000):
        models_page.remove(added)
    assert {model.name for model in list_models()} == before


def test_a_file_that_is_no_weights_is_refused_in_one_sentence(
    qtbot: QtBot, models_page: ModelsPage, tmp_path: Path
) -> None:
    letter = tmp_path / "letter.pth"
    letter.write_text("Dear Sir or Madam")
    before = list_models()
    models_page.import_file(letter)
    qtbot.waitUntil(lambda: "letter.pth cannot be used" in models_page.outcome(), timeout=60_000)
    assert list_models() == before
