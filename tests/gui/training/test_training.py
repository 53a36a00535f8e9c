"""Training from the window: a real child process that checks, learns, stops, dies, and whose model is used."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from gui.threads.call import finish_calls
from gui.training.corrections import Correction, export_corrections
from gui.training.curve import line_through, thinned
from gui.training.dialog import TrainingDialog
from gui.training.followed import thinned as thinned_events
from gui.training.recipe import SCRATCH, Recipe
from matting.alpha.doubt_limit import WANTS_A_LOOK
from matting.alpha.strokes import Stroke
from matting.selection.marks import Mark, MarkKind
from matting.settings import CutSettings, Edges, Mode
from matting.system.control import Cancelled, Control
from models.catalogue.catalogue import list_models
from models.training.events import Evaluated, Event, Paused, Stepped
from models.training.run_folder import RunFolder, left_runs, runs_folder

LONG = 600_000
"""Milliseconds; a loaded machine imports torch slowly, and a test waits for events, never for a time."""


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    folder = tmp_path / "discs"
    random = np.random.default_rng(0)
    for part in ("images", "masks"):
        (folder / part).mkdir(parents=True)
    for number in range(6):
        y, x = np.mgrid[:48, :48]
        disc = (y - random.integers(16, 32)) ** 2 + (x - random.integers(16, 32)) ** 2 < 120
        photo = np.where(disc[..., None], (220, 60, 40), (40, 90, 160)) + random.integers(0, 20, (48, 48, 3))
        Image.fromarray(photo.astype(np.uint8)).save(folder / "images" / f"{number}.png")
        Image.fromarray((disc * 255).astype(np.uint8)).save(folder / "masks" / f"{number}.png")
    return folder


@pytest.fixture
def dialog(qtbot: QtBot, dataset: Path) -> TrainingDialog:
    window = TrainingDialog(list_models(), "cpu", lambda: lambda *_: 0)
    # Before pytest-qt closes it: a dialog whose run goes on asks what to do, and nobody would answer.
    qtbot.addWidget(window, before_close_func=_end_run)
    window.form.add_dataset(dataset)
    window.form.choose_start(SCRATCH)
    window.form.set_length(1, "epochs")
    window.form.choose_size(128)
    return window


def _end_run(window: TrainingDialog) -> None:
    window.process.kill()
    window.process.wait()


def test_a_run_ends_with_a_model_that_can_be_used(qtbot: QtBot, dialog: TrainingDialog, dataset: Path) -> None:
    dialog.train(Recipe(((dataset, 1.0),), "discs", network="unet", minutes=None, epochs=1, size=32))
    with qtbot.waitSignal(dialog.process.ended, timeout=LONG) as end:
        pass
    assert end.args == [0], dialog.progress.state()
    with qtbot.waitSignal(dialog.model_made, timeout=LONG) as made:
        dialog.outcome.keep_new()
    assert made.args == ["discs"]
    assert "discs" in {model.name for model in list_models() if model.installed}


def test_killing_the_child_leaves_the_dialog_alive_and_says_so(qtbot: QtBot, dialog: TrainingDialog) -> None:
    dialog.form.set_length(1000, "epochs")
    dialog.train()
    with qtbot.waitSignal(dialog.process.reported, timeout=LONG):
        pass
    with qtbot.waitSignal(dialog.process.ended, timeout=LONG):
        dialog.process.kill()
    assert "ended unexpectedly" in dialog.progress.state()
    assert dialog.isEnabled()


def button(window: TrainingDialog, text: str) -> QPushButton:
    return next(one for one in window.findChildren(QPushButton) if one.text() == text)


def _evaluated(event: Event) -> bool:
    return isinstance(event, Evaluated)


def _forget_run(window: TrainingDialog) -> None:
    window.close()


def test_a_run_left_going_is_found_by_the_next_dialog_shown_stopped_and_used(
    qtbot: QtBot, dialog: TrainingDialog, dataset: Path
) -> None:
    dialog.train(Recipe(((dataset, 2.0),), "discs", network="unet", minutes=None, epochs=5000, size=32))
    with qtbot.waitSignal(dialog.process.reported, timeout=LONG, check_params_cb=_evaluated):
        pass
    dialog.leave()
    later = TrainingDialog(list_models(), "cpu", lambda: lambda *_: 0)
    qtbot.addWidget(later, before_close_func=_forget_run)
    later.find_left_run()
    qtbot.waitUntil(lambda: "photos/s" in later.progress.state(), timeout=LONG)
    recipe = later.form.recipe()
    assert recipe is not None
    assert (recipe.name, recipe.datasets) == ("discs", ((dataset, 2.0),))
    assert not button(later, "Train").isEnabled()
    with qtbot.waitSignal(dialog.process.ended, timeout=LONG) as end:
        button(later, "Stop").click()
    assert end.args == [0]
    qtbot.waitUntil(lambda: button(later, "Keep new").isEnabled(), timeout=LONG)
    assert "kept aside" in later.progress.state()
    with qtbot.waitSignal(later.model_made, timeout=LONG):
        button(later, "Keep new").click()
    assert "discs" in {model.name for model in list_models() if model.installed}
    assert left_runs() == [], "its end was shown"


def test_an_end_that_nobody_saw_is_shown_by_the_next_dialog(
    qtbot: QtBot, dialog: TrainingDialog, dataset: Path
) -> None:
    dialog.train(Recipe(((dataset, 1.0),), "discs", network="unet", minutes=None, epochs=1, size=32))
    with qtbot.waitSignal(dialog.process.ended, timeout=LONG):
        pass
    RunFolder(runs_folder() / "discs").await_end(True)
    later = TrainingDialog(list_models(), "cpu", lambda: lambda *_: 0)
    qtbot.addWidget(later, before_close_func=_forget_run)
    later.find_left_run()
    qtbot.waitUntil(lambda: button(later, "Keep new").isEnabled(), timeout=LONG)
    assert later.progress.state() == dialog.progress.state()


def test_of_very_many_steps_a_few_are_shown() -> None:
    steps = [Stepped(number, 0, 1.0, 0.1, 32, 1.0, 0.0, 0.0) for number in range(25_000)]
    kept = thinned_events([Paused(0), *steps, Paused(1)])
    assert len(kept) < 1100
    assert (kept[0], kept[-2], kept[-1]) == (Paused(0), steps[-1], Paused(1))


@pytest.mark.parametrize(("name", "allowed"), [("mine", True), ("u2net", False), ("my shoes", False), ("con", False)])
def test_a_name_that_cannot_be_installed_is_refused_in_the_form(
    dialog: TrainingDialog, name: str, allowed: bool
) -> None:
    dialog.form.show_run(name, [(Path("/sets/a"), 1.0)])
    assert button(dialog, "Train").isEnabled() == allowed
    assert (f"“{name}”" in dialog.form.problem()) != allowed


def test_a_folder_with_spaces_gives_the_form_a_valid_name(dialog: TrainingDialog, tmp_path: Path) -> None:
    dialog.form.show_run("", [])
    dialog.form.add_dataset(tmp_path / "Shoes (2024)")
    recipe = dialog.form.recipe()
    assert recipe is not None
    assert recipe.name == "Shoes-2024"


def test_check_names_the_file_that_cannot_be_used(qtbot: QtBot, dialog: TrainingDialog, dataset: Path) -> None:
    (dataset / "masks" / "3.png").unlink()
    (dataset / "images" / "4.png").write_bytes(b"")
    dialog.check()
    qtbot.waitUntil(lambda: "3.png: no mask" in dialog.findings(), timeout=LONG)
    assert "4.png: empty file" in dialog.findings()


def test_closing_does_not_wait_for_the_export_of_corrections_and_cancels_it(qtbot: QtBot) -> None:
    begun, cancelled, go_on = threading.Event(), threading.Event(), threading.Event()

    def export(_folder: Path, control: Control) -> int:
        control.pause()
        begun.set()
        try:
            control.wait_if_paused()
        except Cancelled:
            assert go_on.wait(30)
            cancelled.set()
            raise
        return 1

    window = TrainingDialog(list_models(), "cpu", lambda: export)
    qtbot.addWidget(window)
    window.show()
    window.form.corrections_wanted.emit()
    assert begun.wait(30)
    assert window.close()
    assert not cancelled.is_set(), "it is at work still"
    go_on.set()
    assert finish_calls(30)
    assert cancelled.is_set()


def test_closing_ends_a_check_that_runs(qtbot: QtBot, dialog: TrainingDialog) -> None:
    dialog.show()
    dialog.check()
    assert dialog.close()
    assert finish_calls(30)
    QApplication.processEvents()
    assert dialog.findings() == "Checking…"


def test_an_export_that_is_cancelled_ends_before_the_next_photo(tmp_path: Path) -> None:
    photos = [tmp_path / "a.png", tmp_path / "b.png"]
    for photo in photos:
        Image.fromarray(np.full((60, 80, 3), 128, np.uint8)).save(photo)
    control = Control()

    class Cancelling(_Halves):
        def predict(self, rgb: np.ndarray) -> np.ndarray:
            control.cancel()
            return super().predict(rgb)

    corrections = [Correction(photo, CutSettings(), (), ()) for photo in photos]
    with pytest.raises(Cancelled):
        export_corrections(corrections, Cancelling, tmp_path / "set", control)
    assert [mask.stem[0] for mask in (tmp_path / "set" / "masks").iterdir()] == ["a"]


def test_a_recipe_becomes_the_command_line_that_a_person_would_type() -> None:
    recipe = Recipe(((Path("/a"), 1.0), (Path("/b"), 3.0)), "shoes", start="u2net-small", minutes=10, size=192)
    datasets, start = ["/a", "/b:3"], ["--from", "u2net-small"]
    assert recipe.arguments() == [
        *("train", *datasets, "--json", "--name", "shoes", *start, "--minutes", "10", "--size", "192")
    ]
    assert recipe.arguments(resume=True) == ["train", "--json", "--resume", "--name", "shoes"]


class _Halves:
    """A predictor that finds the left half."""

    key, classes, mode, default_threshold, doubt_limit = "halves", ("subject",), Mode.CUTOUT, 0.5, WANTS_A_LOOK

    def predict(self, rgb: np.ndarray) -> np.ndarray:
        x = np.arange(rgb.shape[1]) < rgb.shape[1] // 2
        return np.broadcast_to(x, (1, *rgb.shape[:2])).astype(np.float32)


def test_corrections_become_pairs_whose_masks_hold_the_strokes(tmp_path: Path) -> None:
    photo = tmp_path / "mug.png"
    Image.fromarray(np.full((60, 80, 3), 128, np.uint8)).save(photo)
    stroke = Stroke(keep=True, radius=6, hardness=1.0, points=((70.0, 30.0, 1.0),))
    correction = Correction(photo, CutSettings(edges=Edges.OFF, softness=0), (), (stroke,))
    for _ in range(2):  # corrected again, the pair is replaced
        assert export_corrections([correction], _Halves, tmp_path / "set") == 1
    masks = sorted((tmp_path / "set" / "masks").iterdir())
    images = sorted((tmp_path / "set" / "images").iterdir())
    assert len(masks) == 1
    assert [mask.stem for mask in masks] == [image.stem for image in images]
    mask = np.asarray(Image.open(masks[0]))
    assert mask[30, 10] == 255
    assert mask[30, 60] == 0
    assert mask[30, 70] == 255


def test_a_corrections_mask_holds_the_marks(tmp_path: Path) -> None:
    photo = tmp_path / "mug.png"
    Image.fromarray(np.full((60, 80, 3), 128, np.uint8)).save(photo)
    everything = Mark(False, MarkKind.BOX, ((0.0, 0.0), (80.0, 30.0)))
    export_corrections([Correction(photo, CutSettings(edges=Edges.OFF), (everything,), ())], _Halves, tmp_path / "set")
    (mask,) = (np.asarray(Image.open(path)) for path in (tmp_path / "set" / "masks").iterdir())
    assert mask[10, 10] == 0
    assert mask[50, 10] == 255


def test_a_curve_stays_small_and_keeps_its_ends() -> None:
    from PySide6.QtCore import QRectF

    points = [(float(step), float(step % 7)) for step in range(10_000)]
    few = thinned(points, 500)
    assert len(few) <= 500
    assert few[-1][0] == 9_999
    line = line_through([(0, 1.0), (5, 3.0), (10, 2.0)], QRectF(0, 0, 100, 50))
    assert [(point.x(), point.y()) for point in line] == [(0, 50), (50, 0), (100, 25)]
