"""What goes wrong in a batch: it is said in a sentence, the rest goes on, and nothing half is left."""

from __future__ import annotations

import gc
import logging
import os
import shutil
import weakref
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from matting.batch.batch import Batch
from matting.batch.jobs import Job, JobState
from matting.errors import (
    FolderNotWritable,
    PhotoMissing,
    PhotoNeedsMemory,
    PhotoUnexpected,
    ProbabilityMissing,
    WriteError,
)
from matting.settings import Existing, OutputSettings, Write
from tests.matting.batch.batch_help import FAST, Brightness, files_in, jobs_for, save_photo


def test_one_bad_photo_does_not_stop_the_rest(tmp_path: Path, photos: Path) -> None:
    (photos / "2.png").write_bytes(b"no photo at all")
    (photos / "3.png").write_bytes((photos / "3.png").read_bytes()[:200])
    (photos / "4.png").write_bytes(b"")
    jobs = [*jobs_for(photos), Job(photos / "gone.jpg", photos, FAST)]
    summary = Batch(jobs, OutputSettings(tmp_path / "out"), Brightness()).run()
    assert summary.counts == {JobState.DONE: 3, JobState.FAILED: 4}
    assert summary.failed == (2, 3, 4, 6)
    for index in summary.failed:
        error = summary.results[index].error
        assert error is not None
        assert str(jobs[index].source) in str(error)
    assert isinstance(summary.results[6].error, PhotoMissing)
    assert files_in(tmp_path / "out") == {"0-cutout.png", "1-cutout.png", "5-cutout.png"}


@pytest.mark.parametrize(
    ("raised", "expected"),
    [
        (ZeroDivisionError("a defect"), PhotoUnexpected),
        (MemoryError(), PhotoNeedsMemory),
        (RuntimeError("DefaultCPUAllocator: not enough memory: you tried to allocate 9 bytes"), PhotoNeedsMemory),
    ],
)
def test_the_unforeseen_fails_one_photo_in_a_sentence_with_the_traceback_in_the_log(
    tmp_path: Path, photos: Path, caplog: pytest.LogCaptureFixture, raised: Exception, expected: type[Exception]
) -> None:
    def fail(count: int) -> None:
        if count == 3:
            raise raised

    with caplog.at_level(logging.INFO):
        summary = Batch(jobs_for(photos), OutputSettings(tmp_path / "out"), Brightness(fail)).run()
    assert summary.counts == {JobState.DONE: 5, JobState.FAILED: 1}
    (failed,) = summary.failed
    assert isinstance(summary.results[failed].error, expected)
    assert "Traceback" in caplog.text
    assert type(raised).__name__ in caplog.text


def test_failed_photos_do_not_stay_in_memory(tmp_path: Path, photos: Path) -> None:
    seen: list[weakref.ref[NDArray[np.uint8]]] = []

    class Watching(Brightness):
        def predict(self, rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
            seen.append(weakref.ref(rgb))
            if len(seen) % 2:
                raise ProbabilityMissing(Path("a"), folder="b")
            return super().predict(rgb)

    out = tmp_path / "out"
    for number in range(6):  # writing fails for those whose prediction does not
        (out / f"{number}-cutout.png").mkdir(parents=True)
    output = OutputSettings(out, existing=Existing.OVERWRITE)
    summary = Batch(jobs_for(photos), output, Watching()).run()
    assert len(summary.failed) == len(seen) == 6
    gc.collect()
    assert [reference for reference in seen if reference() is not None] == []


def test_failed_photos_can_be_retried_under_the_same_names(tmp_path: Path, photos: Path) -> None:
    save_photo(photos / "0.jpg")
    good = (photos / "0.jpg").read_bytes()
    (photos / "0.jpg").write_bytes(b"broken")
    batch = Batch(jobs_for(photos), OutputSettings(tmp_path / "out"), Brightness())
    summary = batch.run()
    assert len(summary.failed) == 1
    (photos / "0.jpg").write_bytes(good)
    again = batch.run(only=summary.failed)
    assert again.counts == {JobState.DONE: 1}
    assert again.results[0].index == summary.failed[0]
    assert {"0-jpg-cutout.png", "0-png-cutout.png"} <= files_in(tmp_path / "out")


@pytest.mark.parametrize("callback", ["on_start", "on_result", "on_progress"])
def test_an_error_of_the_listener_comes_out_and_no_thread_stays(tmp_path: Path, photos: Path, callback: str) -> None:
    def broken(*_: object) -> None:
        raise BrokenPipeError

    listeners: dict[str, Callable[..., None]] = {callback: broken}
    with pytest.raises(BrokenPipeError):
        Batch(jobs_for(photos), OutputSettings(tmp_path / "out"), Brightness(), **listeners).run()  # type: ignore[arg-type]


def test_a_folder_that_cannot_be_made_is_said_before_anything_is_done(tmp_path: Path, photos: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    predictor = Brightness()
    with pytest.raises(FolderNotWritable, match="choose another folder"):
        Batch(jobs_for(photos), OutputSettings(tmp_path / "file"), predictor).run()
    with pytest.raises(FolderNotWritable):
        Batch(jobs_for(photos), OutputSettings(tmp_path / "file/out"), predictor).run()
    assert predictor.count == 0


def test_a_file_in_place_of_a_subfolder_fails_its_photos_only(tmp_path: Path, photos: Path) -> None:
    save_photo(photos / "sub/a.png")
    save_photo(photos / "sub/b.png")
    (tmp_path / "out").mkdir()
    (tmp_path / "out/sub").write_text("in the way")
    summary = Batch(jobs_for(photos), OutputSettings(tmp_path / "out"), Brightness()).run()
    assert summary.counts == {JobState.DONE: 6, JobState.FAILED: 2}
    for index in summary.failed:
        assert isinstance(summary.results[index].error, WriteError)
        assert "sub" in str(summary.results[index].error)
    assert (tmp_path / "out/sub").read_text() == "in the way"


def test_an_output_folder_deleted_midway_is_made_again(tmp_path: Path, photos: Path) -> None:
    out = tmp_path / "out"
    predictor = Brightness(lambda count: shutil.rmtree(out, ignore_errors=True) if count == 4 else None)
    summary = Batch(jobs_for(photos), OutputSettings(out), predictor).run()
    assert len(summary.results) == 6
    assert summary.counts[JobState.DONE] + summary.counts[JobState.FAILED] == 6
    assert summary.counts[JobState.DONE] >= 4
    assert "5-cutout.png" in files_in(out)
    assert not [name for name in files_in(out) if name.startswith(".")]


def test_a_source_deleted_midway_fails_alone(tmp_path: Path, photos: Path) -> None:
    predictor = Brightness(lambda count: (photos / "5.png").unlink() if count == 1 else None)
    summary = Batch(jobs_for(photos), OutputSettings(tmp_path / "out"), predictor, workers=1).run()
    assert summary.counts == {JobState.DONE: 5, JobState.FAILED: 1}
    assert isinstance(summary.results[5].error, PhotoMissing)


def test_when_one_of_two_files_cannot_be_written_neither_is_left(tmp_path: Path, photos: Path) -> None:
    out = tmp_path / "out"
    (out / "mask").mkdir(parents=True)
    (out / "mask/0.png").mkdir()
    output = OutputSettings(out, (Write.CUTOUT, Write.MASK), name="{kind}/{stem}", existing=Existing.OVERWRITE)
    summary = Batch(jobs_for(photos / "0.png"), output, Brightness()).run()
    assert summary.counts == {JobState.FAILED: 1}
    assert files_in(out) == set()


def test_leftovers_of_a_killed_run_are_removed(tmp_path: Path, photos: Path) -> None:
    from matting.system.atomic import write_atomic

    out = tmp_path / "out"
    out.mkdir()
    child = os.fork() if hasattr(os, "fork") else pytest.skip("needs fork")
    if child == 0:  # a process that dies with its temporary file half-written
        os.fsync = lambda _: os._exit(0)  # type: ignore[assignment]
        write_atomic(out / "x.png", b"half")
    os.waitpid(child, 0)
    assert len(files_in(out)) == 1
    Batch(jobs_for(photos), OutputSettings(out), Brightness()).run()
    assert files_in(out) == {f"{number}-cutout.png" for number in range(6)}
