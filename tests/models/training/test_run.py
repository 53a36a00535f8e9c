"""Whole runs of a tiny network: it learns, keeps the best, and fails in sentences."""

from __future__ import annotations

import json
import resource
import signal
import time
from pathlib import Path
from typing import Any

import pytest
import torch

from matting.errors import DiskFull
from models.catalogue.catalogue import read_metadata
from models.networks.weights import load_weights
from models.predict.prediction import ModelPredictor
from models.training.errors import (
    CannotStartFrom,
    DatasetUnusable,
    TooFewPhotos,
    TrainingDiverged,
    TrainingNeedsMemory,
)
from models.training.events import (
    Command,
    Evaluated,
    Finished,
    Notice,
    Recorder,
    Started,
    Stepped,
)
from models.training.run import resume_run
from models.training.run_folder import RunFolder
from models.training.steps.stepper import Stepper
from tests.models.training.make_data import disc, make_dataset, write
from tests.models.training.runs import StopAt, of, parameters, recipe, start


def test_a_run_learns_and_leaves_an_ordinary_model(discs: Path, tmp_path: Path) -> None:
    channel = start("discs", recipe(discs, epochs=10, draws=16, lr=0.01), tmp_path)
    first, *_, last = of(channel, Evaluated)
    assert last.loss < 0.6 * first.loss
    (finished,) = of(channel, Finished)
    assert finished.complete
    assert finished.scores["max_f"] > 0.9
    assert finished.model is not None
    predictor = ModelPredictor(load_weights(finished.model))
    rgb, _ = disc(100)
    assert predictor.predict(rgb).shape == (1, 32, 32)
    extra = read_metadata(finished.model)["extra"]
    assert extra["recipe"]["seed"] == 0
    assert str(tmp_path).encode() not in finished.model.read_bytes()
    assert len(extra["held_out"]) == 2
    assert len(extra["data"]) == 16
    assert extra["scores"]["max_f"] == pytest.approx(finished.scores["max_f"], abs=1e-4)
    assert [point["epoch"] for point in extra["curve"]] == list(range(1, len(extra["curve"]) + 1))
    for epoch in range(1, 11):
        assert (tmp_path / "discs" / "strips" / f"epoch-{epoch:04d}.png").stat().st_size > 1000
    recorded = [json.loads(line)["event"] for line in (tmp_path / "discs" / "events.jsonl").read_text().splitlines()]
    assert recorded.count("stepped") == 80
    assert recorded[-1] == "finished"


def test_deep_supervision_trains_u2net(discs: Path, tmp_path: Path) -> None:
    settings = recipe(discs, network="u2net-small", epochs=1, draws=4)
    channel = start("u2", settings, tmp_path)
    assert of(channel, Finished)[0].complete
    assert load_weights(tmp_path / "u2" / "u2.safetensors").info.size == "small"


def test_the_same_seed_gives_the_same_weights(discs: Path, tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        start(name, recipe(discs, seed=seed, epochs=1), tmp_path)
    a, b, c = (parameters(tmp_path, name) for name in "abc")
    assert all(torch.equal(a[key], b[key]) for key in a)
    assert any(not torch.equal(a[key], c[key]) for key in a)


def test_minutes_end_the_run_on_time_with_the_schedule_done(discs: Path, tmp_path: Path) -> None:
    started = time.monotonic()
    channel = start("t", recipe(discs, epochs=None, minutes=0.1, draws=4), tmp_path)
    steps = of(channel, Stepped)
    assert of(channel, Finished)[0].complete
    assert steps[-1].lr < 0.3 * max(step.lr for step in steps)
    assert time.monotonic() - started < 30
    assert of(channel, Evaluated)[-1].step == steps[-1].step


def test_crops_grow_in_stages(discs: Path, tmp_path: Path) -> None:
    channel = start("s", recipe(discs, sizes=(16, 24), epochs=2), tmp_path)
    assert [event.size for event in of(channel, Stepped)] == [16, 16, 24, 24, 32, 32]


def test_going_on_from_a_model_compares_with_it(discs: Path, tmp_path: Path) -> None:
    start("first", recipe(discs, epochs=8, draws=16, lr=0.01, seed=1), tmp_path)
    model = str(tmp_path / "first" / "first.safetensors")
    channel = start("onward", recipe(discs, start=model, epochs=1, lr=1e-5, seed=1), tmp_path)
    (finished,) = of(channel, Finished)
    assert finished.verdict == "same"
    assert finished.start_scores is not None
    assert of(channel, Started)[0].start_scores == finished.start_scores
    ruined = start("ruined", recipe(discs, start=model, epochs=1, lr=0.3, ema=0.0, seed=1), tmp_path)
    (finished,) = of(ruined, Finished)
    assert finished.verdict == "worse"
    assert str(finished.sentence).startswith("Worse than the model it started from")


def test_other_classes_begin_with_new_last_layers(discs: Path, tmp_path: Path) -> None:
    start("first", recipe(discs, epochs=1), tmp_path)
    for number in range(8):
        write(tmp_path / "two" / "images" / f"{number}.png", disc(number)[0])
        for name in ("disc", "ground"):
            mask = disc(number)[1]
            write(tmp_path / "two" / "masks" / name / f"{number}.png", mask if name == "disc" else 255 - mask)
    settings = recipe(tmp_path / "two", start=str(tmp_path / "first" / "first.safetensors"), epochs=1)
    channel = start("second", settings, tmp_path)
    assert "its last layers begin anew" in str(of(channel, Notice)[0].message)
    assert load_weights(tmp_path / "second" / "second.safetensors").info.classes == ("disc", "ground")


def test_a_start_of_another_network_is_refused(discs: Path, tmp_path: Path) -> None:
    start("first", recipe(discs, epochs=1), tmp_path)
    with pytest.raises(CannotStartFrom, match="unet of width 4, not a unet of width 8"):
        start("second", recipe(discs, width=8, start=str(tmp_path / "first" / "first.safetensors")), tmp_path)
    assert not (tmp_path / "second" / "run.json").exists()


def test_photos_to_judge_by_are_not_learned(discs: Path, tmp_path: Path) -> None:
    judged = make_dataset(tmp_path / "judged", 3)  # the same as the first three of the others
    channel = start("j", recipe(discs, val=judged, epochs=1), tmp_path)
    (started,) = of(channel, Started)
    assert (started.photos, started.held_out) == (5, 3)
    assert "3 photos" in str(of(channel, Notice)[0].message)


def test_a_held_out_photo_stays_held_out_when_photos_are_added(tmp_path: Path) -> None:
    def held_out(count: int, name: str) -> set[str]:
        folder = make_dataset(tmp_path / name, count)
        start(name, recipe(folder, epochs=1, val=0.5), tmp_path / "runs")
        return set(read_metadata(tmp_path / "runs" / name / f"{name}.safetensors")["extra"]["held_out"])

    few, many = held_out(6, "few"), held_out(8, "many")
    assert len(few & many) >= 2


def test_out_of_memory_takes_smaller_parts_and_says_so(discs: Path, tmp_path: Path, monkeypatch: Any) -> None:
    accumulate = Stepper._accumulate

    def scarce(self: Stepper, batch: Any, apart: bool) -> float:
        if self.micro > 2:
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory")
        return accumulate(self, batch, apart)

    monkeypatch.setattr(Stepper, "_accumulate", scarce)
    channel = start("m", recipe(discs, batch=8, draws=16), tmp_path)
    assert [str(event.message) for event in of(channel, Notice)] == [
        "Memory ran out: 2 crops at a time from now on instead of 8."
    ]
    assert of(channel, Finished)[0].complete


def test_smaller_parts_have_the_same_gradient(discs: Path, tmp_path: Path) -> None:
    # Norms see fewer crops at once, so the losses are near, not equal.
    whole = start("w", recipe(discs, batch=4, epochs=1), tmp_path)
    parts = start("p", recipe(discs, batch=4, epochs=1, micro=2), tmp_path)
    assert of(parts, Stepped)[0].loss == pytest.approx(of(whole, Stepped)[0].loss, rel=0.1)


def test_no_memory_at_all_is_told(discs: Path, tmp_path: Path, monkeypatch: Any) -> None:
    def scarce(*_: Any) -> float:
        raise torch.OutOfMemoryError

    monkeypatch.setattr(Stepper, "_accumulate", scarce)
    with pytest.raises(TrainingNeedsMemory):
        start("m", recipe(discs), tmp_path)


def test_a_loss_that_is_no_number_ends_the_run_and_keeps_the_best(
    discs: Path, tmp_path: Path, monkeypatch: Any
) -> None:
    accumulate = Stepper._accumulate
    calls = iter(range(100))

    def astray(self: Stepper, batch: Any, apart: bool) -> float:
        loss = accumulate(self, batch, apart)
        return float("nan") if next(calls) == 4 else loss

    monkeypatch.setattr(Stepper, "_accumulate", astray)
    with pytest.raises(TrainingDiverged, match="smaller learning rate"):
        start("n", recipe(discs), tmp_path)
    assert load_weights(tmp_path / "n" / "n.safetensors")


def test_all_black_masks_are_refused(tmp_path: Path) -> None:
    folder = make_dataset(tmp_path / "black", 3)
    for path in (folder / "masks").iterdir():
        write(path, disc(0)[1] * 0)
    with pytest.raises(DatasetUnusable, match="3 mask all black"):
        start("b", recipe(folder), tmp_path)


def test_a_single_pair_is_too_few(tmp_path: Path) -> None:
    with pytest.raises(TooFewPhotos, match="1 usable pairs are too few"):
        start("o", recipe(make_dataset(tmp_path / "one", 1)), tmp_path)


def test_a_full_disk_leaves_the_older_files_whole(discs: Path, tmp_path: Path) -> None:
    start("full", recipe(discs, epochs=2), tmp_path, StopAt(4, Command.STOP))
    run = RunFolder(tmp_path / "full")
    before = run.model.read_bytes(), run.checkpoint.read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))  # the system's own way to refuse more bytes
    try:
        with pytest.raises(DiskFull, match="the disk is full"):
            resume_run("full", Recorder(), tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert (run.model.read_bytes(), run.checkpoint.read_bytes()) == before
    assert not [path for path in run.path.iterdir() if path.suffix == ".tmp"]
    channel = Recorder()
    resume_run("full", channel, tmp_path)
    assert of(channel, Finished)[0].complete
