"""The window offers a model with finer outlines, fetches it from a real server, and uses it."""

from __future__ import annotations

import hashlib
import json
import threading
from pathlib import Path

import pytest
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

import resources
from gui.main_window import MainWindow
from gui.settings.model_row import ModelRow
from gui.settings.models_page import ModelsPage
from matting.predictor import Predictor
from matting.settings import Mode
from matting.system import folders
from models.catalogue.catalogue import DEFAULT_MODEL, remove_model
from models.catalogue.import_model import import_model
from tests.gui.conftest import MakePhoto
from tests.gui.inspector.parts import part
from tests.gui.window_help import PATIENCE_MS, add, opened
from tests.matting.batch.batch_help import Brightness
from tests.models.download.mirror import Request, serve, stall_after, well
from tests.models.download.mirror import status as answer

SMALL = resources.WEIGHTS / "u2net-small.safetensors"


@pytest.fixture
def weights() -> bytes:
    return SMALL.read_bytes()


def put_at(home: Path, url: str, weights: bytes) -> None:
    """Say in the user's own catalogue that U²-Net is to be had at an address; the bytes are the bundled model's."""
    entry = {"name": "u2net", "title": "U²-Net", "size": len(weights), "sha256": hashlib.sha256(weights).hexdigest()}
    home.mkdir(parents=True, exist_ok=True)
    (home / "catalogue.json").write_text(json.dumps({"version": 1, "models": [{**entry, "mirrors": [url]}]}), "utf-8")


def text(window: MainWindow) -> str:
    """Return what the line says; empty while it is not there."""
    label = part(window.inspector, QLabel, "offer-text")
    return label.text() if label.isVisibleTo(window) else ""


def wait_for(qtbot: QtBot, window: MainWindow, words: str) -> None:
    qtbot.waitUntil(lambda: words in text(window), timeout=PATIENCE_MS)


def wait_for_listing(qtbot: QtBot, window: MainWindow) -> None:
    with qtbot.waitSignal(window.chooser.offered, timeout=PATIENCE_MS):
        window.chooser.refresh()


def get(window: MainWindow) -> str:
    """Press the line's button; return what was on it."""
    button = part(window.inspector, QPushButton, "offer-get")
    assert button.isVisibleTo(window)
    words = button.text()
    button.click()
    return words


def cross(window: MainWindow) -> None:
    part(window.inspector, QToolButton, "offer-cross").click()


def chosen(window: MainWindow) -> str:
    box = part(window.inspector, QComboBox, "model")
    return str(box.currentData())


def test_one_press_fetches_the_model_and_the_photo_is_cut_with_it(
    qtbot: QtBot, kirie_home: Path, make_photo: MakePhoto, weights: bytes
) -> None:
    used: list[str] = []

    def load(name: str) -> Predictor:
        return Brightness(before=lambda _count: used.append(name))

    with serve(weights) as mirror:
        put_at(kirie_home, mirror.url, weights)
        with opened(qtbot, load) as window:
            said: list[str] = []
            window._offer.said.connect(said.append)
            with qtbot.waitSignal(window.current.shown, timeout=PATIENCE_MS):
                add(qtbot, window, make_photo("a.png"))
            assert set(used) == {DEFAULT_MODEL}
            wait_for(qtbot, window, "Finer outlines: get U²-Net, 2 MB")
            shown: list[str] = []
            window.current.shown.connect(lambda: shown.append(used[-1]))
            assert get(window) == "Get"
            qtbot.waitUntil(lambda: "u2net" in shown, timeout=PATIENCE_MS)
            assert chosen(window) == "u2net"
            assert said == ["U²-Net finds the subjects now"]
            assert text(window) == ""
        with opened(qtbot, load) as window:
            assert window.workspace.model == "u2net", "it is the choice for cutouts from now on"
            wait_for_listing(qtbot, window)
            assert text(window) == ""


def test_progress_is_shown_and_a_download_can_be_stopped_and_continued(
    qtbot: QtBot, kirie_home: Path, weights: bytes
) -> None:
    with serve(weights, stall_after(len(weights) // 2), well) as mirror:
        put_at(kirie_home, mirror.url, weights)
        with opened(qtbot) as window:
            wait_for(qtbot, window, "Finer outlines")
            get(window)
            wait_for(qtbot, window, " of 2.4 MB")
            cross(window)
            wait_for(qtbot, window, "Stopped; what has arrived is kept.")
            assert get(window) == "Continue"
            qtbot.waitUntil(lambda: chosen(window) == "u2net", timeout=PATIENCE_MS)
            assert mirror.asked[1]["range"].startswith("bytes=")


def test_a_failure_is_one_sentence_and_can_be_tried_again(qtbot: QtBot, kirie_home: Path, weights: bytes) -> None:
    with serve(weights, answer(404), well) as mirror:
        put_at(kirie_home, mirror.url, weights)
        with opened(qtbot) as window:
            wait_for(qtbot, window, "Finer outlines")
            get(window)
            wait_for(qtbot, window, "404")
            wait_for_listing(qtbot, window)
            assert "404" in text(window), "a new list is no reason to forget the trouble"
            assert get(window) == "Try again"
            qtbot.waitUntil(lambda: chosen(window) == "u2net", timeout=PATIENCE_MS)


def test_a_refusal_holds_after_a_restart_and_can_be_taken_back(qtbot: QtBot, kirie_home: Path, weights: bytes) -> None:
    put_at(kirie_home, "https://files.example/u2net.pth", weights)
    with opened(qtbot) as window:
        wait_for(qtbot, window, "Finer outlines")
        cross(window)
        assert text(window) == ""
    with opened(qtbot) as window:
        wait_for_listing(qtbot, window)
        assert text(window) == ""
        window.settings.set("models/offer", True)
        assert "Finer outlines" in text(window)


def test_nothing_is_offered_to_vessels_or_where_a_better_model_is(
    qtbot: QtBot, kirie_home: Path, weights: bytes
) -> None:
    put_at(kirie_home, "https://files.example/u2net.pth", weights)
    with opened(qtbot) as window:
        wait_for(qtbot, window, "Finer outlines")
        window.chooser.use_mode(Mode.VESSEL)
        assert text(window) == ""
        window.chooser.use_mode(Mode.CUTOUT)
        assert "Finer outlines" in text(window)
        folders.models_folder().mkdir(parents=True, exist_ok=True)
        (folders.models_folder() / "u2netp.safetensors").write_bytes(weights)
        wait_for_listing(qtbot, window)
        assert text(window) == ""
        remove_model("u2netp")
        wait_for_listing(qtbot, window)
        assert "Finer outlines" in text(window)


def test_a_model_picked_by_hand_meanwhile_stays(qtbot: QtBot, kirie_home: Path, tmp_path: Path, weights: bytes) -> None:
    file = tmp_path / "shoes.safetensors"
    file.write_bytes(weights)
    import_model(file)
    picked = threading.Event()

    def after_the_pick(request: Request) -> None:
        rest = request.begin()
        request.wfile.write(rest[:500_000])
        picked.wait(60)
        request.wfile.write(rest[500_000:])

    with serve(weights, after_the_pick) as mirror:
        put_at(kirie_home, mirror.url, weights)
        with opened(qtbot) as window:
            said: list[str] = []
            window._offer.said.connect(said.append)
            wait_for(qtbot, window, "Finer outlines")
            get(window)
            wait_for(qtbot, window, " of 2.4 MB")
            window.chooser.choose("shoes")
            picked.set()
            qtbot.waitUntil(lambda: said == ["U²-Net is installed"], timeout=PATIENCE_MS)
            wait_for_listing(qtbot, window)
            assert chosen(window) == "shoes"


def test_line_and_settings_show_one_download_and_the_settings_offer_its_use(
    qtbot: QtBot, kirie_home: Path, weights: bytes
) -> None:
    with serve(weights, stall_after(len(weights) // 2), well) as mirror:
        put_at(kirie_home, mirror.url, weights)
        with opened(qtbot) as window:
            wait_for(qtbot, window, "Finer outlines")
            get(window)
            wait_for(qtbot, window, " of 2.4 MB")
            window.dialogs.models()
            page = window.findChild(ModelsPage)
            assert page is not None
            qtbot.waitUntil(lambda: row_buttons(page) == ["Cancel"], timeout=PATIENCE_MS)
            press(page, "Cancel")
            wait_for(qtbot, window, "Stopped")
            with qtbot.waitSignal(page.models_changed, timeout=PATIENCE_MS):
                press(page, "Continue")
            wait_for_listing(qtbot, window)
            assert chosen(window) == DEFAULT_MODEL, "what the settings fetch is used when the user says so"
            press(page, "Use it now")
            qtbot.waitUntil(lambda: chosen(window) == "u2net", timeout=PATIENCE_MS)
            assert row_buttons(page) == ["Remove"]


def visible(page: ModelsPage) -> list[QPushButton]:
    rows = [row for row in page.findChildren(ModelRow, "model:u2net") if not row.isHidden()]
    return [one for row in rows for one in row.findChildren(QPushButton) if not one.isHidden()]


def row_buttons(page: ModelsPage) -> list[str]:
    return [one.text() for one in visible(page)]


def press(page: ModelsPage, words: str) -> None:
    next(one for one in visible(page) if one.text() == words).click()
