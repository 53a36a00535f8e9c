"""Runs that are stopped, paused, killed or damaged go on as if nothing had happened, or say why not."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from models.training.errors import (
    DataChanged,
    RunDamaged,
)
from models.training.events import (
    Command,
    Finished,
    Paused,
    Recorder,
    Resumed,
    Saved,
    Started,
    Stepped,
)
from models.training.run import resume_run
from tests.models.training.make_data import make_dataset
from tests.models.training.runs import StopAt, of, parameters, recipe, start

ROOT = Path(__file__).resolve().parents[3]


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
