"""Names of runs follow the rule of models, since a run becomes one."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.catalogue.errors import BadModelName
from models.training.errors import (
    NameListed,
    RunBusy,
    RunExists,
    RunMissing,
)
from models.training.events import (
    Recorder,
)
from models.training.run import resume_run
from models.training.run_folder import open_run
from models.training.run_name import check_run_name, run_name_for
from tests.models.training.runs import recipe, start


def test_names_of_runs(discs: Path, tmp_path: Path) -> None:
    with pytest.raises(RunMissing):
        resume_run("never", Recorder(), tmp_path)
    start("once", recipe(discs, epochs=1), tmp_path)
    with pytest.raises(RunExists, match="resume it, or choose another name"):
        start("once", recipe(discs, epochs=1), tmp_path)
    with open_run("once", resume=True, parent=tmp_path), pytest.raises(RunBusy):
        resume_run("once", Recorder(), tmp_path)


@pytest.mark.parametrize("name", ["u2net", "U2NET-small", "unet-vessel"])
def test_a_run_cannot_take_a_name_of_the_catalogue(discs: Path, tmp_path: Path, name: str) -> None:
    with pytest.raises(NameListed, match="choose another name"):
        start(name, recipe(discs), tmp_path)
    assert not (tmp_path / name).exists()


@pytest.mark.parametrize("name", ["", "my shoes", "con", "x.pth", "-a", "a/b", "..", "n" * 65])
def test_names_of_runs_follow_the_rule_of_models(discs: Path, tmp_path: Path, name: str) -> None:
    with pytest.raises(BadModelName):
        start(name, recipe(discs), tmp_path)


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("my shoes", "my-shoes"),
        ("31-dataset Shoes (2024)", "31-dataset-Shoes-2024"),
        ("a,b & c:d", "a-b-c-d"),
        ("u2net", "u2net-trained"),
        ("鞋 子", "鞋-子"),
        ("con", "model-con"),
    ],
)
def test_a_folder_gives_a_valid_name(folder: str, name: str) -> None:
    assert run_name_for(Path("/sets") / folder) == name
    assert check_run_name(name) == name
