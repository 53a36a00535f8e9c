"""The models that the window offers follow what comes and goes on the disk."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

import resources
from gui.threads.predicting import Priority
from matting.predictor import Predictor
from matting.settings import Mode
from models.catalogue.catalogue import DEFAULT_MODEL, list_models, remove_model
from models.catalogue.default import set_default_model
from models.catalogue.import_model import import_model
from tests.gui.window_help import PATIENCE_MS, opened
from tests.matting.batch.batch_help import Brightness


@pytest.fixture
def shoes(tmp_path: Path) -> str:
    """Return an installed model."""
    file = tmp_path / "shoes.safetensors"
    file.write_bytes((resources.WEIGHTS / "u2net-small.safetensors").read_bytes())
    return import_model(file).name


def test_a_removed_model_in_use_gives_way_to_the_bundled_one_and_that_is_said(qtbot: QtBot, shoes: str) -> None:
    with opened(qtbot) as window:
        said: list[str] = []
        window.chooser.said.connect(said.append)
        window.chooser.adopt(shoes)
        qtbot.waitUntil(lambda: window.workspace.model == shoes, timeout=PATIENCE_MS)
        remove_model(shoes)
        window.chooser.refresh()
        qtbot.waitUntil(lambda: window.workspace.model == DEFAULT_MODEL, timeout=PATIENCE_MS)
        assert len(said) == 1
        assert said[0].endswith("is not installed any more; U²-Net small is used instead")
        window.chooser.refresh()
        qtbot.wait(200)
        assert len(said) == 1, "once is enough"


def test_a_model_for_vessels_that_comes_brings_its_mode(qtbot: QtBot, tmp_path: Path) -> None:
    file = tmp_path / "eyes.safetensors"
    file.write_bytes((resources.WEIGHTS / "unet-vessel.safetensors").read_bytes())
    with opened(qtbot) as window:
        window.chooser.adopt(import_model(file).name)
        qtbot.waitUntil(lambda: window.workspace.model == "eyes", timeout=PATIENCE_MS)
        assert window.workspace.mode is Mode.VESSEL


def test_a_model_that_comes_while_the_list_is_read_is_not_missed(qtbot: QtBot, tmp_path: Path) -> None:
    with opened(qtbot) as window:
        said: list[str] = []
        window.chooser.said.connect(said.append)
        window.chooser.refresh()
        file = tmp_path / "late.safetensors"
        file.write_bytes((resources.WEIGHTS / "u2net-small.safetensors").read_bytes())
        window.chooser.adopt(import_model(file).name)
        qtbot.waitUntil(lambda: window.workspace.model == "late", timeout=PATIENCE_MS)
        assert said == []


def test_other_weights_under_the_same_name_are_loaded_anew(qtbot: QtBot, shoes: str) -> None:
    loaded: list[str] = []

    def load(name: str) -> Predictor:
        loaded.append(name)
        return Brightness()

    with opened(qtbot, load) as window:
        window.chooser.adopt(shoes)
        qtbot.waitUntil(lambda: loaded.count(shoes) == 1, timeout=PATIENCE_MS)
        window.chooser.refresh()
        qtbot.wait(200)
        window._predicting.predictor(shoes, Priority.LOOKED_AT).result()
        assert loaded.count(shoes) == 1
        file = next(model.file for model in list_models() if model.name == shoes)
        os.utime(file, (1, 1))
        window.chooser.refresh()
        qtbot.waitUntil(lambda: loaded.count(shoes) == 2, timeout=PATIENCE_MS)


def test_the_default_model_of_the_command_line_is_the_windows_too(qtbot: QtBot, shoes: str) -> None:
    set_default_model(shoes)
    with opened(qtbot) as window:
        assert window.workspace.model == shoes
        assert window.workspace.models == {}, "it is no choice of the window's own"
        offered: list[str] = []
        window.chooser.offered.connect(lambda _models, name: offered.append(name))
        window.chooser.refresh()
        qtbot.waitUntil(lambda: bool(offered), timeout=PATIENCE_MS)
        assert offered[-1] == shoes
