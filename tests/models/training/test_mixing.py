"""What a run keeps of its start: rehearsal, the second line of the verdict, mixtures."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

import resources
from main import main
from models.networks.weights import load_weights
from models.training.data.batches import Draw
from models.training.data.check import check_dataset
from models.training.data.datasets import find_dataset
from models.training.data.rehearsal import PHOTOS, rehearsal_draws
from models.training.errors import CannotMix
from models.training.events import Finished
from models.training.mixing import mix_run
from models.training.run_folder import RunFolder
from tests.models.training.runs import of, recipe, start


@pytest.fixture
def onward(discs: Path, tmp_path: Path) -> tuple[RunFolder, RunFolder, Finished]:
    runs = tmp_path / "runs"
    start("first", recipe(discs), runs)
    first = RunFolder(runs / "first")
    channel = start("second", recipe(discs, start=str(first.model), lr=0.05), runs)
    (finished,) = of(channel, Finished)
    return first, RunFolder(runs / "second"), finished


def test_rehearsal_takes_its_share_of_the_draws(discs: Path) -> None:
    learned = [Draw(row, 3.0) for row in check_dataset(find_dataset(discs)).usable]
    rehearsed = rehearsal_draws(learned, 0.25)
    assert {draw.row.path.name for draw in rehearsed} == set(PHOTOS)
    weight = sum(draw.weight for draw in rehearsed)
    assert weight / (weight + sum(draw.weight for draw in learned)) == pytest.approx(0.25)
    assert rehearsal_draws(learned, 0.0) == ()


def test_photos_that_tell_what_is_forgotten_are_not_rehearsed() -> None:
    judges = {path.read_bytes() for path in resources.OTHER_PHOTOS.glob("*.jpg")}
    assert judges
    assert judges.isdisjoint((resources.SAMPLES / name).read_bytes() for name in PHOTOS)


def test_a_run_that_forgets_says_so_and_offers_a_mixture(onward: tuple[RunFolder, RunFolder, Finished]) -> None:
    _, _, finished = onward
    assert "something else" in str(finished.others)
    assert finished.mix is not None
    assert f"a mixture of {finished.mix:g}" in str(finished.others)


def test_a_run_from_scratch_has_nothing_to_forget_or_to_mix(discs: Path, tmp_path: Path) -> None:
    (finished,) = of(start("new", recipe(discs), tmp_path), Finished)
    assert finished.others is None
    with pytest.raises(CannotMix):
        mix_run(RunFolder(tmp_path / "new"), 0.5)


def test_a_mixture_lies_between_the_start_and_what_was_learned(
    onward: tuple[RunFolder, RunFolder, Finished], capsys: pytest.CaptureFixture[str]
) -> None:
    first, second, _ = onward
    assert main(["train", "--name", "second", "--runs", str(second.path.parent), "--mix", "0.25"]) == 0
    file = Path(capsys.readouterr().out.removeprefix("the weights: ").strip())
    before, after, mixed = (load_weights(path).state for path in (first.model, second.model, file))
    for name, tensor in mixed.items():
        wanted = before[name] + 0.25 * (after[name] - before[name])
        assert torch.allclose(tensor, wanted, rtol=1e-2, atol=1e-3), name
    assert any(not torch.allclose(before[name], after[name], atol=1e-2) for name in before)
