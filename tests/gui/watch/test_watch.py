"""A folder watched from the window: photos that arrive are written, failures reach the list, everything is kept."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from gui.main_window import MainWindow
from gui.watch.dialog import WatchDialog
from gui.watch.plan import WatchPlan, plan_from
from gui.widgets.path_row import PathRow
from gui.workspace.entry import PhotoState
from matting.settings import CutSettings, Format, OutputSettings
from tests.gui.conftest import MakePhoto
from tests.gui.window_help import PATIENCE_MS, add, entry, opened
from tests.matting.batch.batch_help import Brightness


@pytest.fixture
def incoming(tmp_path: Path) -> Path:
    folder = tmp_path / "incoming"
    folder.mkdir()
    return folder


def plan(folder: Path) -> WatchPlan:
    return WatchPlan(folder, OutputSettings(folder.parent / "out"), CutSettings(), "kirie-small")


def until(qtbot: QtBot, condition: Callable[[], bool]) -> None:
    qtbot.waitUntil(condition, timeout=PATIENCE_MS)


def words(window: MainWindow) -> str:
    line = window.panel.findChild(QLabel, "watch-words")
    assert line is not None
    return line.text() if line.isVisible() else ""


def click(window: MainWindow, name: str) -> None:
    button = window.panel.findChild(QToolButton, name)
    assert button is not None
    button.click()


def test_a_folder_chosen_in_the_dialog_is_watched_with_the_windows_settings(
    qtbot: QtBot, incoming: Path, make_photo: MakePhoto
) -> None:
    with opened(qtbot) as window:
        window.workspace.edit_output(OutputSettings(incoming, format=Format.WEBP))
        window.actions_["watch"].trigger()
        dialog = window.findChild(WatchDialog)
        assert dialog is not None
        begin = dialog.findChild(QPushButton, "watch-start")
        assert begin is not None
        assert not begin.isEnabled()
        (choice,) = (row for row in dialog.findChildren(PathRow) if row.button.objectName() == "watch-folder")
        choice.set_path(incoming)
        choice.path_chosen.emit(incoming)
        begin.click()
        assert "Waiting for photos" in words(window)
        make_photo("incoming/a.png")
        written = incoming / "cutouts" / "a-cutout.webp"
        until(qtbot, written.is_file)
        until(qtbot, lambda: "1 cut out" in words(window) and "a.png" in words(window))
        assert Image.open(written).mode == "RGBA"
        click(window, "watch-stop")
        assert words(window) == ""


def test_a_preset_is_what_photos_are_cut_with(qtbot: QtBot, incoming: Path, make_photo: MakePhoto) -> None:
    with opened(qtbot) as window:
        window.watch.ask()
        dialog = window.findChild(WatchDialog)
        assert dialog is not None
        settings = dialog.findChild(QComboBox, "watch-settings")
        assert settings is not None
        settings.setCurrentIndex(settings.findText("Amazon main image"))
        (choice,) = (row for row in dialog.findChildren(PathRow) if row.button.objectName() == "watch-folder")
        choice.set_path(incoming)
        choice.path_chosen.emit(incoming)
        make_photo("incoming/a.png")
        begin = dialog.findChild(QPushButton, "watch-start")
        assert begin is not None
        begin.click()
        written = incoming / "cutouts" / "a-cutout.jpg"
        until(qtbot, written.is_file)
        with Image.open(written) as picture:
            assert picture.size == (2000, 2000)
            assert picture.getpixel((0, 0)) == (255, 255, 255)


def test_the_folder_is_watched_on_after_the_next_start_and_nothing_is_cut_twice(
    qtbot: QtBot, incoming: Path, make_photo: MakePhoto
) -> None:
    out = incoming.parent / "out"
    make_photo("incoming/a.png")
    with opened(qtbot) as window:
        window.watch.take(plan(incoming))
        until(qtbot, (out / "a-cutout.png").is_file)
    before = (out / "a-cutout.png").stat().st_mtime_ns
    make_photo("incoming/b.png")
    with opened(qtbot) as window:
        until(qtbot, (out / "b-cutout.png").is_file)
        until(qtbot, lambda: "1 cut out" in words(window))
        assert (out / "a-cutout.png").stat().st_mtime_ns == before


def test_a_paused_folder_waits_also_after_the_next_start(qtbot: QtBot, incoming: Path, make_photo: MakePhoto) -> None:
    out = incoming.parent / "out"
    with opened(qtbot) as window:
        window.watch.take(plan(incoming))
        window.actions_["watch_pause"].trigger()
        assert "Paused" in words(window)
    make_photo("incoming/a.png")
    with opened(qtbot) as window:
        until(qtbot, lambda: "Paused" in words(window))
        add(qtbot, window, make_photo("other/b.png"))
        window.batch.start()
        until(qtbot, lambda: entry(window, incoming.parent / "other/b.png").state is PhotoState.DONE)
        assert not out.exists()
        click(window, "watch-pause")
        until(qtbot, (out / "a-cutout.png").is_file)


def test_a_failure_is_shown_in_the_list_and_mended_when_the_file_changes(
    qtbot: QtBot, incoming: Path, make_photo: MakePhoto
) -> None:
    bad = incoming / "a.png"
    bad.write_bytes(b"\x89PNG\r\n\x1a\n and no more")
    with opened(qtbot) as window:
        window.watch.take(plan(incoming))
        until(qtbot, lambda: "1 failed" in words(window))
        window.watch.show_failing()
        failed = entry(window, bad)
        assert failed.state is PhotoState.FAILED
        assert "a.png" in str(failed.error)
        make_photo("incoming/a.png")
        until(qtbot, lambda: entry(window, bad).state is PhotoState.DONE)
        until(qtbot, lambda: "failed" not in words(window))
        assert (incoming.parent / "out/a-cutout.png").is_file()


def test_an_export_into_the_same_folder_has_its_turn_and_the_folder_goes_on(
    qtbot: QtBot, incoming: Path, make_photo: MakePhoto
) -> None:
    """The journal of an output folder has one writer: they take turns, and both get everything done."""
    out = incoming.parent / "out"
    arrived, gate = threading.Event(), threading.Event()

    def hold(_count: int) -> None:
        arrived.set()
        assert gate.wait(60)

    for name in ("a", "b"):
        make_photo(f"incoming/{name}.png")
    others = [make_photo(f"other/{name}.png") for name in "cd"]
    with opened(qtbot, lambda _name: Brightness(hold)) as window:
        window.watch.take(plan(incoming))
        until(qtbot, arrived.is_set)
        add(qtbot, window, *others)
        window.workspace.edit_output(OutputSettings(out))
        window.batch.start()
        make_photo("incoming/e.png")
        gate.set()
        until(qtbot, lambda: all(entry(window, photo).state is PhotoState.DONE for photo in others))
        names = {f"{name}-cutout.png" for name in "abcde"}
        until(qtbot, lambda: {path.name for path in out.iterdir()} == names)


def test_a_folder_that_is_not_there_is_waited_for(qtbot: QtBot, incoming: Path, make_photo: MakePhoto) -> None:
    incoming.rmdir()
    with opened(qtbot) as window:
        window.watch.take(plan(incoming))
        until(qtbot, lambda: "not there" in words(window))
        make_photo("incoming/a.png")
        until(qtbot, (incoming.parent / "out/a-cutout.png").is_file)


def test_a_model_that_is_gone_is_said_and_the_window_works_on(qtbot: QtBot, incoming: Path) -> None:
    from tests.gui.window_help import NoSuchModel

    def load(name: str) -> Brightness:
        if name == "gone":
            raise NoSuchModel(name=name)
        return Brightness()

    with opened(qtbot, load) as window:
        window.watch.take(WatchPlan(incoming, OutputSettings(incoming / "out"), CutSettings(), "gone"))
        until(qtbot, lambda: "There is no model gone." in words(window))


@pytest.mark.parametrize("text", [None, "", "{", "[]", "{}", '{"folder": 3, "model": "m"}', '{"model": {}}'])
def test_a_damaged_plan_is_no_plan(text: str | None) -> None:
    assert plan_from(text) is None


def test_a_plan_comes_back_as_it_was(tmp_path: Path) -> None:
    output = OutputSettings(tmp_path / "ö ut", format=Format.JPG, name="{stem}")
    kept = WatchPlan(tmp_path / "in", output, CutSettings(threshold=0.3), "m", "A preset", True)
    assert plan_from(kept.text()) == kept
