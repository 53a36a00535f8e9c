"""What is chosen in the settings happens, at once and after the next start."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from gui.main_window import MainWindow
from gui.settings.table import SETTINGS, Settings
from matting.settings import Existing
from tests.gui.conftest import MakePhoto
from tests.gui.window_help import PATIENCE_MS, add, opened


def existing_shown(window: MainWindow) -> str:
    (box,) = [one for one in window.findChildren(QComboBox) if one.accessibleName() == "Existing files"]
    return box.currentText()


def test_the_output_settings_hold_in_the_running_window(qtbot: QtBot, make_photo: MakePhoto, tmp_path: Path) -> None:
    with opened(qtbot) as window:
        photo = make_photo("a.png")
        add(qtbot, window, photo)
        window.settings.set("program/output_folder", str(tmp_path / "all cutouts"))
        window.settings.set("program/existing", Existing.OVERWRITE.value)
        assert existing_shown(window) == "Overwrite"
        window.batch.start()
        qtbot.waitUntil(lambda: not window.batch.running, timeout=PATIENCE_MS)
        assert [one.name for one in (tmp_path / "all cutouts").iterdir()] == ["a-cutout.png"]


def test_the_output_settings_hold_from_the_second_start_on(qtbot: QtBot, make_photo: MakePhoto, tmp_path: Path) -> None:
    with opened(qtbot) as window:
        add(qtbot, window, make_photo("a.png"))
    settings = Settings()
    settings.set("program/output_folder", str(tmp_path / "all cutouts"))
    settings.set("program/existing", Existing.RENAME.value)
    settings.sync()
    with opened(qtbot) as window:
        qtbot.waitUntil(lambda: len(window.workspace.photos) == 1, timeout=PATIENCE_MS)
        assert existing_shown(window) == "Write under a new name"
        window.batch.start()
        qtbot.waitUntil(lambda: not window.batch.running, timeout=PATIENCE_MS)
        assert [one.name for one in (tmp_path / "all cutouts").iterdir()] == ["a-cutout.png"]


def test_every_row_of_the_settings_is_read_by_somebody() -> None:
    root = Path(__file__).resolve().parents[3]
    sources = [file.read_text("utf-8") for file in (root / "gui").rglob("*.py") if file.name != "table.py"]
    unread = [row.key for row in SETTINGS if not any(f'"{row.key}"' in source for source in sources)]
    assert unread == []
