"""Whole runs of a tiny network: it learns, resumes exactly, keeps the best, and fails in sentences."""

from __future__ import annotations

import dataclasses
import json
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest
import torch

from matting.errors import DiskFull
from models.catalogue.catalogue import read_metadata
from models.catalogue.errors import BadModelName
from models.networks.weights import load_weights
from models.predict.prediction import ModelPredictor
from models.training.errors import (
    CannotStartFrom,
    DataChanged,
    DatasetUnusable,
    NameListed,
    RunBusy,
    RunDamaged,
    RunExists,
    RunMissing,
    TooFewPhotos,
    TrainingDiverged,
    TrainingNeedsMemory,
)
from models.training.events import (
    Command,
    Evaluated,
    Event,
    Failed,
    Finished,
    Notice,
    Paused,
    Recorder,
    Resumed,
    Saved,
    Started,
    Stepped,
)
from models.training.run import resume_run, start_run
from models.training.run_folder import RunFolder, left_runs, open_run
from models.training.run_name import check_run_name, run_name_for
from models.training.settings import Source, TrainSettings
from models.training.steps.stepper import Stepper
from tests.models.training.make_data import disc, make_dataset, write

T = TypeVar("T")
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def discs(tmp_path: Path) -> Path:
    return make_dataset(tmp_path / "discs", 8)


def recipe(folder: Path, **changes: Any) -> TrainSettings:
    basic = TrainSettings(
        (Source(folder),), network="unet", width=4, mode="cutout", epochs=2, size=32, batch=2, draws=6
    )
    return dataclasses.replace(basic, **{"val": 0.25, "lr": 0.003, "ema": 0.9, "device": "cpu", **changes})


class AskAt(Recorder):
    """Does something after a step."""

    def __init__(self, step: int, act: Callable[[], object]) -> None:
        super().__init__()
        self._step, self._act = step, act

    def emit(self, event: Event) -> None:
        super().emit(event)
        if isinstance(event, Stepped) and event.step == self._step:
            self._act()


class StopAt(Recorder):
    """Asks for something after a step, as a user would."""

    def __init__(self, step: int, *commands: Command) -> None:
        super().__init__()
        self._step, self._then = step, commands

    def emit(self, event: Event) -> None:
        super().emit(event)
        if isinstance(event, Stepped) and event.step == self._step:
            for command in self._then:
                self.commands.put(command)


def start(name: str, settings: TrainSettings, runs: Path, channel: Recorder | None = None) -> Recorder:
    channel = channel or Recorder()
    start_run(name, settings, channel, runs)
    return channel


def of(channel: Recorder, kind: type[T]) -> list[T]:
    return [event for event in channel.events if isinstance(event, kind)]


def parameters(runs: Path, name: str) -> dict[str, torch.Tensor]:
    state: dict[str, torch.Tensor] = torch.load(runs / name / "checkpoint.pt", weights_only=True)["average"]
    return state


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


@pytest.mark.parametrize("step", [1, 4])
def test_stop_and_resume_equals_no_stop(discs: Path, tmp_path: Path, step: int) -> None:
    settings = recipe(discs, epochs=2, sizes=(16,))
    whole = start("whole", settings, tmp_path)
    halted = start("halted", settings, tmp_path, StopAt(step, Command.STOP))
    assert not of(halted, Finished)[0].complete
    assert of(halted, Stepped)[-1].step == step
    rest = Recorder()
    resume_run("halted", rest, tmp_path)
    assert of(rest, Started)[0].step == step
    assert [event.loss for event in (*of(halted, Stepped), *of(rest, Stepped))] == [
        event.loss for event in of(whole, Stepped)
    ]
    one, other = parameters(tmp_path, "whole"), parameters(tmp_path, "halted")
    assert all(torch.equal(one[key], other[key]) for key in one)
    assert of(rest, Finished)[0].scores == of(whole, Finished)[0].scores


def test_a_killed_run_goes_on(discs: Path, tmp_path: Path) -> None:
    settings = recipe(discs, epochs=2000)
    start("killed", settings, tmp_path, StopAt(2, Command.STOP))
    command = [
        sys.executable,
        str(ROOT / "main.py"),
        "train",
        "--resume",
        "--name",
        "killed",
        "--runs",
        str(tmp_path),
        "--json",
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    steps = 0
    for line in process.stdout:
        steps += json.loads(line)["event"] == "stepped"
        if steps == 3:
            process.send_signal(signal.SIGKILL)
            break
    process.stdout.close()
    process.wait()
    channel = StopAt(4, Command.STOP)
    resume_run("killed", channel, tmp_path)
    assert of(channel, Started)[0].step == 2
    assert of(channel, Stepped)[-1].step == 4


def test_pause_saves_and_waits(discs: Path, tmp_path: Path) -> None:
    channel = start("p", recipe(discs), tmp_path, StopAt(2, Command.PAUSE, Command.RESUME))
    kinds = [type(event) for event in channel.events]
    place = kinds.index(Paused)
    assert kinds[place - 1] is Saved
    assert kinds[place + 1] is Resumed
    assert of(channel, Finished)[0].complete


def test_stop_ends_a_pause(discs: Path, tmp_path: Path) -> None:
    channel = start("p", recipe(discs), tmp_path, StopAt(2, Command.PAUSE, Command.STOP))
    assert of(channel, Stepped)[-1].step == 2
    assert not of(channel, Finished)[0].complete


def test_minutes_end_the_run_on_time_with_the_schedule_done(discs: Path, tmp_path: Path) -> None:
    started = time.monotonic()
    channel = start("t", recipe(discs, epochs=None, minutes=0.05, draws=4), tmp_path)
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


def test_a_stop_left_in_the_folder_ends_a_run_that_nobody_commands(discs: Path, tmp_path: Path) -> None:
    run = RunFolder(tmp_path / "s")
    channel = AskAt(3, run.ask_to_stop)
    start_run("s", recipe(discs, epochs=50), channel, tmp_path)
    (finished,) = of(channel, Finished)
    assert (finished.complete, finished.step) == (False, 3)
    channel = Recorder()
    resume_run("s", channel, tmp_path, epochs=2)  # the old request is gone
    assert of(channel, Finished)[0].complete


def test_a_stop_left_in_the_folder_ends_a_pause_too(discs: Path, tmp_path: Path) -> None:
    run = RunFolder(tmp_path / "p")

    class PauseThenStop(StopAt):
        def emit(self, event: Event) -> None:
            super().emit(event)
            if isinstance(event, Paused):
                run.ask_to_stop()

    channel = PauseThenStop(2, Command.PAUSE)
    start_run("p", recipe(discs, epochs=50), channel, tmp_path)
    assert not of(channel, Finished)[0].complete


def test_runs_that_live_or_are_awaited_are_found(discs: Path, tmp_path: Path) -> None:
    assert left_runs(tmp_path / "nothing") == []
    seen: list[list[str]] = []
    channel = AskAt(2, lambda: seen.append([run.name for run in left_runs(tmp_path)]))
    start_run("alive", recipe(discs, epochs=1), channel, tmp_path)
    assert seen == [["alive"]]
    assert left_runs(tmp_path) == []
    run = RunFolder(tmp_path / "alive")
    run.await_end(True)
    assert left_runs(tmp_path) == [run]
    run.await_end(False)
    assert left_runs(tmp_path) == []


def test_an_error_is_among_the_runs_events(tmp_path: Path) -> None:
    with pytest.raises(TooFewPhotos):
        start("e", recipe(make_dataset(tmp_path / "one", 1)), tmp_path)
    last = Event.from_json(RunFolder(tmp_path / "e").events.read_text("utf-8").splitlines()[-1])
    assert isinstance(last, Failed)
    assert isinstance(last.error, TooFewPhotos)


def test_a_run_goes_on_from_any_folder(discs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(discs.parent)
    make_dataset(tmp_path / "judge", 2, first=30)
    start("first", recipe(Path(discs.name), epochs=1), tmp_path)
    onward = recipe(Path(discs.name), epochs=2, val=Path("judge"), start="first/first.safetensors")
    start("here", onward, tmp_path, StopAt(1, Command.STOP))
    monkeypatch.chdir("/")
    channel = Recorder()
    resume_run("here", channel, tmp_path)
    assert of(channel, Finished)[0].complete


def test_a_damaged_checkpoint_is_told(discs: Path, tmp_path: Path) -> None:
    start("d", recipe(discs, epochs=1), tmp_path)
    checkpoint = tmp_path / "d" / "checkpoint.pt"
    checkpoint.write_bytes(checkpoint.read_bytes()[:5000])
    with pytest.raises(RunDamaged, match=r"d\.safetensors"):
        resume_run("d", Recorder(), tmp_path)


def test_changed_data_cannot_be_resumed(discs: Path, tmp_path: Path) -> None:
    start("c", recipe(discs, epochs=2), tmp_path, StopAt(1, Command.STOP))
    make_dataset(discs, 1, first=20)
    with pytest.raises(DataChanged, match="8 pairs then, 9 now"):
        resume_run("c", Recorder(), tmp_path)


def test_a_finished_run_can_be_made_longer(discs: Path, tmp_path: Path) -> None:
    start("l", recipe(discs, epochs=1), tmp_path)
    channel = Recorder()
    resume_run("l", channel, tmp_path, epochs=2)
    assert [event.step for event in of(channel, Stepped)] == [4, 5, 6]
