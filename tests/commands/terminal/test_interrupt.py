"""Ctrl-C in the middle of a batch: what was predicted is written."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from commands.terminal.interrupt import interruptible
from matting.batch.batch import Batch
from matting.batch.jobs import JobState
from matting.settings import OutputSettings
from matting.system.control import Control
from tests.matting.batch.batch_help import Brightness, files_in, jobs_for, save_photo

pytestmark = pytest.mark.skipif(os.name == "nt", reason="POSIX signals")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_photos_in_hand_are_finished(
    tmp_path: Path, number: signal.Signals, capfd: pytest.CaptureFixture[str]
) -> None:
    for seed in range(30):
        save_photo(tmp_path / f"in/{seed}.png", seed=seed)
    control = Control()
    # The predictor runs in this thread, where Python handles signals: at the third photo, with others read behind it.
    predictor = Brightness(before=lambda count: signal.raise_signal(number) if count == 3 else None)
    with interruptible(control) as interruption:
        summary = Batch(jobs_for(tmp_path / "in"), OutputSettings(tmp_path / "out"), predictor, control=control).run()
    assert interruption.status == 128 + number
    assert 3 <= predictor.count < 30
    assert summary.counts == {JobState.DONE: predictor.count}
    assert len(files_in(tmp_path / "out")) == predictor.count
    assert summary.cancelled
    assert "press Ctrl-C again" in capfd.readouterr().err


def test_nothing_is_begun_after_it(tmp_path: Path) -> None:
    for seed in range(30):
        save_photo(tmp_path / f"in/{seed}.png", seed=seed)
    control = Control()
    begun: list[int] = []
    predictor = Brightness(before=lambda count: signal.raise_signal(signal.SIGINT) if count == 1 else None)
    with interruptible(control):
        summary = Batch(
            jobs_for(tmp_path / "in"),
            OutputSettings(tmp_path / "out"),
            predictor,
            control=control,
            workers=1,
            on_start=lambda index, _: begun.append(index),
        ).run()
    # One reader: the photo being predicted, one waiting, one being read.
    assert len(begun) <= 4
    assert [result.index for result in summary.results] == sorted(begun)
