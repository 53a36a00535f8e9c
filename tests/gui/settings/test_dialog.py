"""The settings dialog writes through, and its models page installs and removes real weights."""

from __future__ import annotations

import hashlib
import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit, QProgressBar, QPushButton
from pytestqt.qtbot import QtBot

import resources
from gui.models.downloads import ModelDownloads
from gui.settings.dialog import SettingsDialog
from gui.settings.model_row import ModelRow
from gui.settings.models_page import ModelsPage
from gui.settings.table import Settings
from gui.widgets.fold import FoldButton
from gui.widgets.meter import Meter
from models.catalogue.catalogue import list_models
from tests.gui.window_help import opened
from tests.models.download.mirror import Request, serve, stall_after, well
from tests.models.download.mirror import status as answer


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "settings.ini")


def make_page(qtbot: QtBot) -> ModelsPage:
    """Return a models page that has listed its models."""
    page = ModelsPage(ModelDownloads())
    qtbot.addWidget(page)
    with qtbot.waitSignal(page.listed, timeout=60_000):
        pass
    return page


@pytest.fixture
def models_page(qtbot: QtBot) -> Iterator[ModelsPage]:
    page = make_page(qtbot)
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


def status(page: ModelsPage, name: str) -> str:
    """Return what the row of a model says about its download."""
    row = page.findChild(ModelRow, f"model:{name}")
    assert row is not None
    return " ".join(label.text() for label in row.findChildren(QLabel, "status") if not label.isHidden())


def press(page: ModelsPage, name: str) -> str:
    """Press the button of a model's row, as its user would; what was on it."""
    row = page.findChild(ModelRow, f"model:{name}")
    assert row is not None
    (button,) = [one for one in row.findChildren(QPushButton) if not one.isHidden()]
    button.click()
    return button.text()


def offer(home: Path, **urls: str) -> None:
    """Write the user's own catalogue, with a model for each address; all are the bundled weights."""
    weights = (resources.WEIGHTS / "u2net-small.safetensors").read_bytes()
    entry = {"size": len(weights), "sha256": hashlib.sha256(weights).hexdigest(), "scores": {"mae": 0.12345}}
    models = [{**entry, "name": name, "title": name, "mirrors": [url]} for name, url in urls.items()]
    home.mkdir(parents=True, exist_ok=True)
    (home / "catalogue.json").write_text(json.dumps({"version": 1, "models": models}))


def test_a_download_is_stopped_continued_and_leaves_what_other_rows_say(qtbot: QtBot, kirie_home: Path) -> None:
    weights = (resources.WEIGHTS / "u2net-small.safetensors").read_bytes()
    with serve(weights, stall_after(len(weights) // 2), well) as shoes, serve(weights, answer(404)) as hats:
        offer(kirie_home, shoes=shoes.url, hats=hats.url)
        page = make_page(qtbot)
        assert press(page, "hats") == "Download"
        qtbot.waitUntil(lambda: "404" in status(page, "hats"), timeout=60_000)
        assert press(page, "shoes") == "Download"
        qtbot.waitUntil(lambda: " of 2.4 MB" in status(page, "shoes"), timeout=60_000)
        assert press(page, "shoes") == "Cancel"
        qtbot.waitUntil(lambda: "Stopped" in status(page, "shoes"), timeout=60_000)
        with qtbot.waitSignal(page.models_changed, timeout=60_000):
            assert press(page, "shoes") == "Continue"
        assert shoes.asked[1]["range"].startswith("bytes=")
        assert "404" in status(page, "hats"), "an installation is no reason to forget another's trouble"
        assert press(page, "hats") == "Try again"
        page.close_page()


def labels(page: ModelsPage, model: str, kind: str) -> list[str]:
    """Return the texts of one kind that the row of a model shows."""
    row = page.findChild(ModelRow, f"model:{model}")
    assert row is not None
    return [label.text() for label in row.findChildren(QLabel, kind) if not label.isHidden()]


def test_a_row_tells_size_and_terms_and_the_rest_when_unfolded(qtbot: QtBot, kirie_home: Path) -> None:
    offer(kirie_home, shoes="https://files.example/shoes.pth")
    page = make_page(qtbot)
    assert labels(page, "u2net", "facts") == ["not installed · 176.3 MB · Free for commercial work: yes"]
    assert labels(page, "shoes", "facts") == ["not installed · 2.4 MB · Free for commercial work: not stated"]
    assert labels(page, "u2net", "details") == []
    for name in ("u2net", "shoes"):
        fold = page.findChild(FoldButton, f"details:{name}")
        assert fold is not None
        fold.click()
    (details,) = labels(page, "u2net", "details")
    assert details.startswith("u2net · u2net · Apache-2.0\nECSSD max Fβ 0.951 · ECSSD MAE 0.033\n")
    assert "https://github.com/xuebinqin/U-2-Net" in details
    assert labels(page, "shoes", "details") == ["shoes\nMAE 0.123"]


def test_quality_and_speed_stand_only_where_they_were_measured(qtbot: QtBot, kirie_home: Path) -> None:
    offer(kirie_home, shoes="https://files.example/shoes.pth")
    page = make_page(qtbot)
    assert labels(page, "shoes", "figure") == []
    assert labels(page, "u2net-small", "figure")[1] == "1.0× the time"

    def filled(name: str, meter: str) -> int:
        row = page.findChild(ModelRow, f"model:{name}")
        assert row is not None
        (bar,) = row.findChildren(Meter, meter)
        return bar.findChild(QProgressBar).value()

    assert filled("u2net", "quality") > filled("u2netp", "quality") > filled("u2net-small", "quality")
    assert filled("u2net-small", "speed") > filled("u2net", "speed")


def test_models_are_fetched_from_where_the_settings_say(qtbot: QtBot, kirie_home: Path) -> None:
    weights = (resources.WEIGHTS / "u2net-small.safetensors").read_bytes()
    with serve(weights) as shoes, opened(qtbot) as window:
        offer(kirie_home, shoes=shoes.url)
        window.settings.set("models/source", "package")
        window.dialogs.models()
        page = window.findChild(ModelsPage)
        assert page is not None
        qtbot.waitUntil(lambda: bool(page.findChildren(QLabel, "facts")), timeout=60_000)
        press(page, "shoes")
        qtbot.waitUntil(lambda: "not offered" in status(page, "shoes"), timeout=60_000)
        assert shoes.asked == [], "the entry names no package, and addresses were not wanted"


def test_a_download_goes_on_when_the_dialog_is_closed_and_its_end_is_said(qtbot: QtBot, kirie_home: Path) -> None:
    weights = (resources.WEIGHTS / "u2net-small.safetensors").read_bytes()
    left = threading.Event()

    def in_two_parts(request: Request) -> None:
        rest = request.begin()
        request.wfile.write(rest[:500_000])
        left.wait(60)
        request.wfile.write(rest[500_000:])

    with serve(weights, in_two_parts) as shoes, opened(qtbot) as window:
        offer(kirie_home, shoes=shoes.url)
        said: list[str] = []
        window.dialogs.said.connect(said.append)
        window.dialogs.models()
        dialog, page = window.findChild(SettingsDialog), window.findChild(ModelsPage)
        assert dialog is not None
        assert page is not None
        with qtbot.waitSignal(page.listed, timeout=60_000):
            pass
        press(page, "shoes")
        qtbot.waitUntil(lambda: " of 2.4 MB" in status(page, "shoes"), timeout=60_000)
        assert said == []
        dialog.reject()
        assert said == ["Downloading shoes…"]
        left.set()
        qtbot.waitUntil(lambda: said[1:] == ["shoes is installed."], timeout=60_000)
        qtbot.waitUntil(lambda: window.chooser.title("shoes") == "shoes", timeout=60_000)
        window.dialogs.models()
        assert page.isVisible()
        assert window.findChildren(ModelsPage) == [page]


def test_no_file_is_touched_on_the_gui_thread(qtbot: QtBot, kirie_home: Path, tmp_path: Path) -> None:
    """Where the home folder lies on a slow network drive, the window stood still for as long."""
    shoes = tmp_path / "shoes.safetensors"
    shoes.write_bytes((resources.WEIGHTS / "u2net-small.safetensors").read_bytes())
    with files_touched_by_this_thread(kirie_home) as touched:
        page = make_page(qtbot)
        page.show()
        qtbot.waitUntil(lambda: "u2net-small" in names(page), timeout=60_000)
        before = names(page)
        with qtbot.waitSignal(page.models_changed, timeout=60_000):
            page.import_file(shoes)
        qtbot.waitUntil(lambda: names(page) > before, timeout=60_000)
        (added,) = names(page) - before
        with qtbot.waitSignal(page.models_changed, timeout=60_000):
            page.remove(added)
        qtbot.waitUntil(lambda: names(page) == before, timeout=60_000)
        page.close_page()
    assert touched == []


def names(page: ModelsPage) -> set[str]:
    """Return the models that the page shows."""
    return {row.model.name for row in page.findChildren(ModelRow) if not row.isHidden()}


@contextmanager
def files_touched_by_this_thread(folder: Path) -> Iterator[list[str]]:
    """Record by audit events what this thread opens, lists, moves or removes in a folder; the hooks stay for ever."""
    touched: list[str] = []
    thread, watching = threading.get_ident(), True

    def hook(event: str, args: tuple[object, ...]) -> None:
        ours = watching and threading.get_ident() == thread
        if ours and event in ("open", "os.listdir", "os.scandir", "os.remove", "os.rename", "os.mkdir"):
            touched.extend([f"{event} {args[0]}"] if str(args[0]).startswith(str(folder)) else [])

    sys.addaudithook(hook)
    try:
        yield touched
    finally:
        watching = False


def test_a_damaged_own_catalogue_is_said(qtbot: QtBot, kirie_home: Path) -> None:
    kirie_home.mkdir()
    (kirie_home / "catalogue.json").write_text("{")
    page = make_page(qtbot)
    assert page.outcome().startswith("catalogue.json is not a catalogue that Kirie understands")


def test_what_rembg_has_is_offered_until_it_is_here(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("U2NET_HOME", str(tmp_path))
    # Told apart by content, so that no ONNX file is needed here.
    (tmp_path / "u2netp.pth").write_bytes((resources.WEIGHTS / "u2net-small.safetensors").read_bytes())
    (tmp_path / "u2net.pth").write_bytes(b"half a file")
    page = make_page(qtbot)
    button = page.findChild(QPushButton, "rembg")
    assert button is not None
    assert not button.isHidden()
    assert "u2net.pth, u2netp.pth" in button.toolTip()
    with qtbot.waitSignal(page.models_changed, timeout=60_000):
        button.click()
    assert page.outcome().startswith("Imported ")
    assert "u2net.pth cannot be used" in page.outcome()
    assert "rembg-u2netp" in {model.name for model in list_models() if model.installed}
    assert "u2netp.pth" not in button.toolTip()
    page.close_page()
