"""Teaching from corrections: plain words, pictures of both models, the new one tried on the canvas, kept or not."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

import resources
from gui.main_window import MainWindow
from gui.training.dialog import TrainingDialog
from gui.training.recipe import Recipe
from gui.training.teach_page import TeachPage
from matting.cutout.cut import Cutout
from matting.photo import Metadata
from matting.system.control import Control
from models.catalogue.catalogue import list_models
from models.catalogue.load import load_predictor
from models.training.events import Checking, Evaluated, Finished, Started, Stepped
from models.training.judging.before_after import BeforeAfter
from models.training.phrases import Verdict
from models.training.run_folder import RunFolder, free_run_name, runs_folder
from tests.gui.window_help import PATIENCE_MS, add, opened

LONG = 600_000
"""Milliseconds; a loaded machine imports torch slowly, and a test waits for events, never for a time."""


def button(window: QWidget, text: str) -> QPushButton:
    return next(one for one in window.findChildren(QPushButton) if one.text() == text)


def finished(verdict: str, mix: float | None = None) -> Finished:
    sentence = Verdict.SAME(photos=Verdict.PHOTO, numbers="")
    return Finished(True, 9, Path("/runs/mugs/mugs.safetensors"), {}, {}, verdict, sentence, sentence, mix)


@pytest.fixture
def page(qtbot: QtBot) -> TeachPage:
    page = TeachPage()
    qtbot.addWidget(page)
    return page


def test_a_lesson_is_told_without_figures_of_science(page: TeachPage) -> None:
    said = []
    for event in (
        Checking(Path("/sets/mugs"), 2, 6),
        Started("mugs", Path("/runs/mugs"), "u2net-small", "cpu", "fp32", 5, 1, 0, None, 32, 8, ("subject",), None),
        Stepped(8, 1, 0.3, 0.001, 256, 4.0, 0.2, 290.0),
        Evaluated(8, 1, 0.3, {"max_f": 0.9}, True, None, 1.0),
        finished("better"),
        finished("worse", 0.6),
    ):
        page.show_event(event)
        said.append(page.words())
    assert said[0] == "Looking through the photos: 2 of 6"
    assert said[1] == "Learning from 5 photos; 1 are kept aside, to see whether it helps."
    assert said[2] == said[3] == "Learning… about 5 minutes left"
    assert said[4] == "The new model is better on photos that it has not learned from."
    assert "keep the old one" in said[5]
    assert "the slider mixes it" in said[5]
    assert not any(word in " ".join(said) for word in ("loss", "epoch", "max_f", "Fβ", "step"))


def test_the_heading_counts_the_corrections(page: TeachPage, qtbot: QtBot) -> None:
    corrected = 0
    dialog = TrainingDialog([], "cpu", lambda: lambda *_: 0, lesson=lambda: (corrected, "u2net-small"))
    qtbot.addWidget(dialog)
    assert not button(dialog, "Teach").isEnabled()
    assert dialog.teaching.words().startswith("Correct a few photos first")
    for count, heading in ((0, "your subjects"), (1, "from your correction"), (6, "from your 6 corrections")):
        page.show_corrections(count)
        assert page.findChild(QLabel).text() == f"Teach Kirie {heading}"


def test_datasets_and_curves_are_under_advanced(qtbot: QtBot) -> None:
    dialog = TrainingDialog([], "cpu", lambda: lambda *_: 0)
    qtbot.addWidget(dialog)
    dialog.show()
    assert not dialog.form.isVisible()
    assert not dialog.progress.isVisible()
    fold = dialog.findChild(QWidget, "advanced")
    assert fold is not None
    fold.click()
    assert dialog.form.isVisible()
    assert dialog.progress.isVisible()


def test_pictures_stand_side_by_side_and_say_which_photos_were_kept_aside(page: TeachPage) -> None:
    cutout = Cutout(np.zeros((8, 6, 3), np.uint8), np.full((8, 6), 255, np.uint8), Metadata())
    pictures = [BeforeAfter(Path(f"/photos/{name}.png"), name == "a", cutout, cutout) for name in "abc"]
    page.pictures.show_pictures(pictures)
    columns = [one for one in page.findChildren(QWidget, "before-after") if not one.isHidden()]
    words = [[label.text() for label in column.findChildren(QLabel)] for column in columns]
    assert words == [["Before", "After", "kept aside"], *[["Before", "After", "learned from"]] * 2]
    page.pictures.show_pictures([])
    assert page.pictures.isHidden()


def test_a_name_that_a_run_has_is_not_given_to_another(tmp_path: Path) -> None:
    for taken in ("corrections", "corrections-2"):
        (tmp_path / taken).mkdir()
    assert free_run_name(Path("/home/me/corrections"), tmp_path) == "corrections-3"


def make_discs(folder: Path) -> Path:
    """Write a dataset of bright discs on dark."""
    y, x = np.mgrid[:48, :48]
    for number in range(4):
        disc = (y - 20 - 2 * number) ** 2 + (x - 24) ** 2 < 120
        for part, pixels in (
            ("images", np.where(disc[..., None], (230, 220, 40), (30, 40, 60))),
            ("masks", disc * 255),
        ):
            (folder / part).mkdir(parents=True, exist_ok=True)
            Image.fromarray(pixels.astype(np.uint8)).save(folder / part / f"{number}.png")
    return folder


def test_teaching_begins_from_the_corrections_and_the_model_in_use(qtbot: QtBot, kirie_home: Path) -> None:
    def export(folder: Path, control: Control) -> int:
        make_discs(folder)
        return 4

    dialog = TrainingDialog(list_models(), "cpu", lambda: export, lesson=lambda: (4, "u2net-small"))
    qtbot.addWidget(dialog, before_close_func=lambda window: (window.process.kill(), window.process.wait()))
    dialog.show()
    with qtbot.waitSignal(dialog.process.reported, timeout=LONG):
        button(dialog, "Teach").click()
    recipe = dialog.form.recipe()
    assert recipe is not None
    assert (recipe.name, recipe.start) == ("corrections", "u2net-small")
    assert recipe.datasets == ((kirie_home / "corrections", 1.0),)
    assert not button(dialog, "Teach").isVisible()
    assert button(dialog, "Stop").isVisible()


def test_a_new_model_is_compared_tried_kept_and_given_up(qtbot: QtBot, tmp_path: Path) -> None:
    discs = make_discs(tmp_path / "discs")
    with opened(qtbot, load_predictor) as window:
        add(qtbot, window, discs / "images" / "0.png")
        window.training.open()
        qtbot.waitUntil(lambda: bool(window.findChildren(TrainingDialog)), timeout=PATIENCE_MS)
        (dialog,) = window.findChildren(TrainingDialog)
        dialog.train(Recipe(((discs, 1.0),), "discs", network="u2net-small", minutes=None, epochs=1, size=64))
        qtbot.waitUntil(lambda: dialog.outcome.offered and not dialog.process.running, timeout=LONG)
        qtbot.waitUntil(lambda: len(dialog.findChildren(QWidget, "before-after")) == 3, timeout=LONG)
        before = window.workspace.model
        wanted = load_predictor(str(RunFolder(runs_folder() / "discs").model), "cpu").predict(_pixels(discs))
        qtbot.waitUntil(lambda: _map(window) is not None, timeout=LONG)
        assert not _same(_map(window), wanted)
        button(dialog, "Try on this photo").click()
        qtbot.waitUntil(lambda: _same(_map(window), wanted), timeout=LONG)
        assert window.workspace.model == before, "nothing is exported with a model that is only tried"
        button(dialog, "Try on this photo").click()
        qtbot.waitUntil(lambda: _map(window) is not None and not _same(_map(window), wanted), timeout=LONG)
        button(dialog, "Keep new").click()
        qtbot.waitUntil(lambda: window.workspace.model == "discs", timeout=LONG)
        button(dialog, "Back to U²-Net small").click()
        qtbot.waitUntil(lambda: window.workspace.model == before, timeout=LONG)
        assert dialog.teaching.words() == "U²-Net small finds the subjects as before."


def _pixels(discs: Path) -> NDArray[np.uint8]:
    return np.asarray(Image.open(discs / "images" / "0.png"))


def _map(window: MainWindow) -> NDArray[np.float32] | None:
    """Return the map of what the canvas shows."""
    request = window.current.request()
    return None if request is None else request.maps.after(request.marks).probability


def _same(map_: NDArray[np.float32] | None, other: NDArray[np.float32]) -> bool:
    return map_ is not None and map_.shape == other.shape and bool(np.abs(map_ - other).max() < 0.05)


def test_a_window_says_which_run_an_earlier_one_left(qtbot: QtBot, kirie_home: Path) -> None:
    run = RunFolder(runs_folder() / "mugs")
    run.path.mkdir(parents=True)
    shutil.copy(resources.WEIGHTS / "u2net-small.safetensors", run.model)
    run.record(finished("better"))
    run.await_end(True)
    with opened(qtbot) as window:
        words = "Kirie has learned “mugs”; Tools, Teach Kirie shows what came of it."
        labels = window.bar.findChildren(QLabel)
        qtbot.waitUntil(lambda: words in [label.text() for label in labels], timeout=PATIENCE_MS)
