"""Learning from a teacher: the same blocks agree, other blocks learn to, and what does not fit is refused."""

from __future__ import annotations

import copy
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from matting.settings import Mode
from models.catalogue.catalogue import read_metadata
from models.networks.u2net import U2Net
from models.networks.weights import WeightsInfo, load_weights, save_weights
from models.training.errors import CannotTeach
from models.training.events import Finished, Recorder
from models.training.run import resume_run, start_run
from models.training.settings import Source, TrainSettings
from models.training.steps.teacher import Pupil, load_teachers, relative_distance
from tests.models.training.make_data import make_dataset

SMALL = WeightsInfo("u2net", size="small")


@pytest.fixture(scope="module")
def teacher() -> U2Net:
    torch.manual_seed(7)
    return U2Net(size="small")


def recipe(folder: Path, **changes: object) -> TrainSettings:
    basic = TrainSettings((Source(folder),), epochs=2, size=32, batch=2, draws=6, val=0.25, device="cpu")
    return replace(basic, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("apart", [True, False])
def test_a_copy_of_the_teacher_is_at_no_distance(teacher: U2Net, apart: bool) -> None:
    pupil = Pupil(copy.deepcopy(teacher).eval(), teacher)
    outputs, distance = pupil(torch.rand(2, 3, 48, 37), apart)
    assert distance.item() == pytest.approx(0, abs=1e-5)
    assert outputs[0].shape == (2, 1, 48, 37)


def test_blocks_apart_are_told_what_is_wrong_with_themselves_alone(teacher: U2Net) -> None:
    """One bad block changes its own distance only; together, it spoils what follows it too."""
    network = copy.deepcopy(teacher).eval().requires_grad_(True)
    for parameter in network.encoder[1].parameters():
        parameter.data.mul_(0.5)
    pupil = Pupil(network, teacher)
    x = torch.rand(1, 3, 64, 64)
    _, apart = pupil(x, True)
    apart.backward()
    moved = {name for name, p in network.named_parameters() if p.grad is not None and p.grad.any()}
    blocks = {".".join(name.split(".")[:2]) for name in moved if name.startswith(("encoder", "decoder"))}
    assert blocks == {"encoder.1"}
    _, together = pupil(x, False)
    network.zero_grad()
    together.backward()
    decoder = [p.grad for p in network.decoder.parameters() if p.grad is not None]
    assert any(gradient.any() for gradient in decoder)


def test_the_teacher_learns_nothing(teacher: U2Net) -> None:
    before = copy.deepcopy(teacher.state_dict())
    pupil = Pupil(U2Net(size="small"), teacher).train()
    _, distance = pupil(torch.rand(2, 3, 32, 32), False)
    distance.backward()
    assert all(parameter.grad is None for parameter in teacher.parameters())
    assert all(torch.equal(before[name], tensor) for name, tensor in teacher.state_dict().items())


def test_distance_is_relative_to_the_spread() -> None:
    wanted = torch.rand(2, 4, 8, 8)
    ours = wanted + 0.1
    assert relative_distance(10 * ours, 10 * wanted).item() == pytest.approx(
        relative_distance(ours, wanted).item(), rel=0.01
    )


def test_a_taught_run_resumes_and_names_its_teacher(teacher: U2Net, tmp_path: Path) -> None:
    """Through both parts of a run: the stop lies where the blocks still learn apart."""
    file = tmp_path / "teacher.safetensors"
    save_weights(file, teacher.state_dict(), SMALL)
    discs = make_dataset(tmp_path / "discs", 8)
    settings = recipe(discs, teachers=(str(file),))
    for runs, name in ((tmp_path / "one", "whole"), (tmp_path / "two", "parts")):
        channel = Recorder()
        if name == "parts":
            start_run(name, replace(settings, epochs=1), channel, runs)
            resume_run(name, channel, runs, epochs=2)
        else:
            start_run(name, settings, channel, runs)
        (*_, finished) = [event for event in channel.events if isinstance(event, Finished)]
        assert finished.complete
        assert finished.model is not None
        assert load_weights(finished.model).info.size == "small"
        metadata = read_metadata(finished.model)
        assert "taught by teacher.safetensors" in metadata["provenance"]
        assert metadata["extra"]["recipe"]["teachers"] == ["teacher.safetensors"]
        assert str(tmp_path).encode() not in finished.model.read_bytes()


@pytest.mark.parametrize("taught", [True, False])
def test_a_run_onward_holds_the_norms(teacher: U2Net, tmp_path: Path, taught: bool) -> None:
    """From the first step on; a taught one does not begin with the blocks apart."""
    file = tmp_path / "teacher.safetensors"
    save_weights(file, teacher.state_dict(), SMALL)
    channel = Recorder()
    data = make_dataset(tmp_path / "discs", 8)
    settings = recipe(data, start=str(file), teachers=(str(file),) if taught else (), epochs=1)
    start_run("onward", settings, channel, tmp_path / "runs")
    (finished,) = [event for event in channel.events if isinstance(event, Finished)]
    assert finished.model is not None
    before, after = teacher.state_dict(), load_weights(finished.model).state
    statistics = [name for name in before if name.endswith(("running_mean", "running_var"))]
    assert statistics
    assert all(torch.equal(before[name], after[name]) for name in statistics)
    assert any(not torch.equal(before[name], after[name]) for name in before if name.endswith("weight"))


@pytest.mark.parametrize("wanted", [replace(SMALL, size="full"), replace(SMALL, mean=(0.5, 0.5, 0.5))])
def test_a_teacher_of_another_kind_teaches_by_its_maps(teacher: U2Net, tmp_path: Path, wanted: WeightsInfo) -> None:
    file = tmp_path / "teacher.safetensors"
    save_weights(file, teacher.state_dict(), SMALL)
    alike, other = (load_teachers([str(file)], info, "cpu") for info in (SMALL, wanted))
    assert alike.blocks is not None
    assert not alike.second_opinion
    assert other.blocks is None
    assert other.second_opinion
    assert len(alike.maps) == len(other.maps) == 1


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        (replace(SMALL, classes=("a", "b")), "1 classes, the data 2"),
        (replace(SMALL, mode=Mode.VESSEL), "it finds subjects, not vessels"),
    ],
)
def test_a_teacher_of_other_things_is_refused(teacher: U2Net, tmp_path: Path, wanted: WeightsInfo, reason: str) -> None:
    file = tmp_path / "teacher.safetensors"
    save_weights(file, teacher.state_dict(), SMALL)
    with pytest.raises(CannotTeach, match=reason):
        load_teachers([str(file)], wanted, "cpu")
