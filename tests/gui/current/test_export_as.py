"""“Export this one as…” writes the bytes that the batch would write, under another name and in another format."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from gui.main_window import MainWindow
from matting.settings import CutSettings, Existing, Format, OutputSettings, Write
from tests.gui.conftest import MakePhoto
from tests.gui.window_help import PATIENCE_MS, add, opened


def looked_at(qtbot: QtBot, window: MainWindow, photo: Path) -> None:
    with qtbot.waitSignal(window.current.shown, timeout=PATIENCE_MS):
        add(qtbot, window, photo)


def written(qtbot: QtBot, window: MainWindow, file: Path) -> bytes:
    told: list[str] = []
    window.export_as.said.connect(told.append)
    window.export_as.write(file)
    qtbot.waitUntil(lambda: any(str(file) in text for text in told), timeout=PATIENCE_MS)
    return file.read_bytes()


@pytest.mark.parametrize("format", [Format.PNG, Format.JPG, Format.PSD])
def test_the_file_is_the_one_that_the_batch_writes(
    qtbot: QtBot, make_photo: MakePhoto, tmp_path: Path, format: Format
) -> None:
    with opened(qtbot) as window:
        looked_at(qtbot, window, make_photo("a.png", 64, 48))
        window.workspace.edit(CutSettings(threshold=0.3, softness=0.6))
        output = OutputSettings(tmp_path / "out", format=format, existing=Existing.OVERWRITE)
        window.workspace.edit_output(output)
        window.batch.start()
        qtbot.waitUntil(lambda: (tmp_path / "out" / f"a-cutout.{format}").is_file(), timeout=PATIENCE_MS)
        qtbot.waitUntil(lambda: not window.batch.running, timeout=PATIENCE_MS)
        window.workspace.edit_output(replace(output, format=Format.TIFF))  # the suffix says what is written, not this
        mine = written(qtbot, window, tmp_path / f"mine.{format}")
    assert mine == (tmp_path / "out" / f"a-cutout.{format}").read_bytes()


def test_the_dialog_offers_name_and_format_and_its_file_is_written(
    qtbot: QtBot, make_photo: MakePhoto, tmp_path: Path
) -> None:
    with opened(qtbot) as window:
        looked_at(qtbot, window, make_photo("a.png", 64, 48))
        window.workspace.edit_output(OutputSettings(tmp_path, format=Format.WEBP))
        window.actions_["export_as"].trigger()
        (dialog,) = window.findChildren(QFileDialog)
        assert dialog.selectedFiles() == [str(tmp_path / "a-cutout.webp")]
        dialog.accept()
        qtbot.waitUntil((tmp_path / "a-cutout.webp").is_file, timeout=PATIENCE_MS)
    with Image.open(tmp_path / "a-cutout.webp") as picture:
        assert (picture.format, picture.size, picture.mode) == ("WEBP", (64, 48), "RGBA")


@pytest.mark.parametrize(
    ("name", "words"), [("mine.gif", "of no kind"), ("file/mine.png", "a file of that name is in the way")]
)
def test_what_cannot_be_written_is_said_in_a_sentence(
    qtbot: QtBot, make_photo: MakePhoto, tmp_path: Path, name: str, words: str
) -> None:
    told: list[str] = []
    (tmp_path / "file").write_bytes(b"")
    with opened(qtbot) as window:
        looked_at(qtbot, window, make_photo("a.png", 64, 48))
        window.export_as.said.connect(told.append)
        window.export_as.write(tmp_path / name)
        qtbot.waitUntil(lambda: len(told) > ("/" in name), timeout=PATIENCE_MS)
        assert words in told[-1]
    assert not (tmp_path / name).exists()


def test_a_photo_of_the_list_is_never_written_over_by_whatever_name(
    qtbot: QtBot, make_photo: MakePhoto, tmp_path: Path
) -> None:
    told: list[str] = []
    photo, other = make_photo("a.png", 64, 48), make_photo("b.png", 64, 48)
    before = photo.read_bytes(), other.read_bytes()
    (tmp_path / "same.png").hardlink_to(photo)
    with opened(qtbot) as window:
        looked_at(qtbot, window, photo)
        add(qtbot, window, other)
        window.workspace.look_at(photo)
        qtbot.waitUntil(lambda: window.current.request() is not None, timeout=PATIENCE_MS)
        window.export_as.said.connect(told.append)
        for file in (photo, other, tmp_path / "same.png"):
            window.export_as.write(file)
            assert told[-1] == f"{file.name} is a photo of the list; choose another name"
    assert before == (photo.read_bytes(), other.read_bytes())


def test_a_mask_is_written_as_png_alone(qtbot: QtBot, make_photo: MakePhoto, tmp_path: Path) -> None:
    told: list[str] = []
    with opened(qtbot) as window:
        looked_at(qtbot, window, make_photo("a.png", 64, 48))
        window.workspace.edit_output(OutputSettings(tmp_path / "out", writes=(Write.MASK,), format=Format.JPG))
        window.export_as.said.connect(told.append)
        window.export_as.write(tmp_path / "mine.jpg")
        assert told == ["mine.jpg is of no kind that can be written; choose one of PNG"]
        written(qtbot, window, tmp_path / "mine.png")
    with Image.open(tmp_path / "mine.png") as picture:
        assert (picture.format, picture.mode) == ("PNG", "L")
