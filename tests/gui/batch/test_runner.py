"""A batch from the window: reports arrive, pause holds, cancel and winding down lose nothing."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from gui.batch.runner import BatchRunner
from gui.threads.predicting import PredictingThread
from matting.batch.jobs import Job, JobResult, JobState, Summary
from matting.predictor import Predictor
from matting.settings import CutSettings, OutputSettings
from tests.gui.conftest import MakePhoto
from tests.gui.threads.test_predicting import NoSuchModel
from tests.matting.batch.batch_help import FAST, Brightness


class Held:
    """Predictions wait at ``gate``; ``arrived`` says that one does."""

    def __init__(self) -> None:
        self.gate, self.arrived = threading.Event(), threading.Event()
        self.gate.set()

    def load(self, name: str) -> Predictor:
        if name == "absent":
            raise NoSuchModel(name=name)
        return Brightness(before=self._wait)

    def _wait(self, _count: int) -> None:
        self.arrived.set()
        assert self.gate.wait(30)


@pytest.fixture
def held() -> Held:
    return Held()


@pytest.fixture
def runner(qtbot: QtBot, held: Held) -> Iterator[BatchRunner]:
    predicting = PredictingThread(held.load)
    predicting.start()
    runner = BatchRunner(predicting)
    yield runner
    held.gate.set()
    predicting.close()
    runner.close()


def jobs(make_photo: MakePhoto, count: int, settings: CutSettings = FAST) -> list[Job]:
    return [Job(make_photo(f"in/{index:03}.png"), None, settings) for index in range(count)]


def end_of(qtbot: QtBot, runner: BatchRunner) -> Summary:
    with qtbot.waitSignal(runner.finished, timeout=60_000) as finished:
        pass
    summary, error = finished.args  # type: ignore[misc]
    assert error is None
    assert isinstance(summary, Summary)
    return summary


def test_every_photo_is_reported_and_written(
    qtbot: QtBot, runner: BatchRunner, make_photo: MakePhoto, tmp_path: Path
) -> None:
    work = jobs(make_photo, 5)
    results: list[JobResult] = []
    runner.job_finished.connect(results.append)
    with qtbot.waitSignal(runner.finished, timeout=60_000):
        runner.start(lambda: work, range(5), OutputSettings(tmp_path / "out"), "m")
    assert {result.job.source for result in results} == {job.source for job in work}
    assert all(path.is_file() for result in results for path in result.outputs)
    assert not runner.running


def test_only_the_wanted_photos_are_cut(
    qtbot: QtBot, runner: BatchRunner, make_photo: MakePhoto, tmp_path: Path
) -> None:
    with qtbot.waitSignal(runner.finished, timeout=60_000):
        runner.start(lambda: jobs(make_photo, 4), [1, 3], OutputSettings(tmp_path / "out"), "m")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["001-cutout.png", "003-cutout.png"]


def test_winding_down_finishes_what_is_under_way_and_begins_nothing_new(
    qtbot: QtBot, runner: BatchRunner, held: Held, make_photo: MakePhoto, tmp_path: Path
) -> None:
    work = jobs(make_photo, 30)
    started: list[Path] = []
    runner.job_started.connect(lambda job: started.append(job.source))
    held.gate.clear()
    runner.start(lambda: work, range(30), OutputSettings(tmp_path / "out"), "m")
    assert held.arrived.wait(20)
    runner.wind_down()
    held.gate.set()
    summary = end_of(qtbot, runner)
    assert {result.job.source for result in summary.results} == set(started), "what was begun was finished"
    assert 1 <= len(started) < 30
    assert len(list((tmp_path / "out").iterdir())) == len(started)


def test_cancelling_stops_soon_and_leaves_no_half_file(
    qtbot: QtBot, runner: BatchRunner, held: Held, make_photo: MakePhoto, tmp_path: Path
) -> None:
    held.gate.clear()
    runner.start(lambda: jobs(make_photo, 30), range(30), OutputSettings(tmp_path / "out"), "m")
    assert held.arrived.wait(20)
    runner.cancel()
    held.gate.set()
    summary = end_of(qtbot, runner)
    assert summary.cancelled
    assert len(summary.results) < 30
    assert all(path.suffix == ".png" for path in (tmp_path / "out").iterdir())


def test_a_held_batch_goes_on_where_it_was(
    qtbot: QtBot, runner: BatchRunner, held: Held, make_photo: MakePhoto, tmp_path: Path
) -> None:
    held.gate.clear()
    runner.start(lambda: jobs(make_photo, 12), range(12), OutputSettings(tmp_path / "out"), "m")
    assert held.arrived.wait(20)
    runner.pause(True)
    assert runner.is_paused
    held.gate.set()
    runner.pause(False)
    assert end_of(qtbot, runner).counts[JobState.DONE] == 12


def test_a_model_that_cannot_be_loaded_ends_the_batch_with_its_sentence(
    qtbot: QtBot, runner: BatchRunner, make_photo: MakePhoto, tmp_path: Path
) -> None:
    with qtbot.waitSignal(runner.finished, timeout=60_000) as finished:
        runner.start(lambda: jobs(make_photo, 2), range(2), OutputSettings(tmp_path / "out"), "absent")
    assert finished.args[0] is None  # type: ignore[index]
    assert str(finished.args[1]) == "There is no model absent."  # type: ignore[index]


def test_a_finished_batch_is_known_the_next_time(
    qtbot: QtBot, runner: BatchRunner, make_photo: MakePhoto, tmp_path: Path
) -> None:
    work = jobs(make_photo, 3)
    for _ in range(2):
        runner.start(lambda: work, range(3), OutputSettings(tmp_path / "out"), "m")
        summary = end_of(qtbot, runner)
    assert summary.counts[JobState.SKIPPED] == 3
    assert all(result.remembered for result in summary.results)
    runner.start(lambda: work, range(3), OutputSettings(tmp_path / "out"), "m", redo=True)
    assert end_of(qtbot, runner).counts[JobState.DONE] == 3


def test_photos_that_were_taken_back_are_not_cut(
    qtbot: QtBot, runner: BatchRunner, held: Held, make_photo: MakePhoto, tmp_path: Path
) -> None:
    held.gate.clear()
    work = jobs(make_photo, 12)
    runner.start(lambda: work, range(12), OutputSettings(tmp_path / "out"), "model")
    assert held.arrived.wait(30)
    runner.leave_out(job.source for job in work[6:])
    held.gate.set()
    summary = end_of(qtbot, runner)
    assert (summary.total, summary.cancelled) == (6, False)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [f"{n:03}-cutout.png" for n in range(6)]
