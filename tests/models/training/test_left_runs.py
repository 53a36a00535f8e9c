"""Runs that the window left going are found and can be stopped."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.training.errors import (
    TooFewPhotos,
)
from models.training.events import (
    Command,
    Event,
    Failed,
    Finished,
    Paused,
    Recorder,
)
from models.training.run import resume_run, start_run
from models.training.run_folder import RunFolder, left_runs
from tests.models.training.make_data import make_dataset
from tests.models.training.runs import AskAt, StopAt, of, recipe, start


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
