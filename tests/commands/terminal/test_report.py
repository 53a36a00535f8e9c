"""Sentences, numbers and statuses of a batch's end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from commands.terminal.duration import duration
from commands.terminal.progress import pace
from commands.terminal.report import describe, exit_status, photo_as_json, summary_as_json, summary_as_text
from matting.batch.jobs import Job, JobResult, JobState, Progress, Summary
from matting.errors import DiskFull, PhotoDamaged
from matting.settings import CutSettings


def _result(index: int, state: JobState, **facts: object) -> JobResult:
    job = Job(Path(f"in/{index}.jpg"), None, CutSettings())
    return JobResult(index, job, state, **facts)  # type: ignore[arg-type]


DONE = _result(0, JobState.DONE, outputs=(Path("out/0.png"),), doubt=0.1)
DOUBTFUL = _result(1, JobState.DONE, outputs=(Path("out/1.png"),), doubt=0.9)
EMPTY = _result(2, JobState.NO_SUBJECT, doubt=1.0)
DAMAGED = _result(3, JobState.FAILED, error=PhotoDamaged(Path("in/3.jpg")))
SKIPPED = _result(4, JobState.SKIPPED, outputs=(Path("out/4.png"),))


def test_the_summary_counts_and_names_what_wants_a_look() -> None:
    text = summary_as_text(Summary((DONE, DOUBTFUL, EMPTY, DAMAGED, SKIPPED), 6, 2.0, cancelled=True))
    first, second, *rest = text.splitlines()
    assert first == "6 photos: 2 cut out, 1 with no subject found, 1 skipped, 1 failed, 1 not reached, in 2.0 s."
    assert second == "2 of 6 want a look:"
    assert rest[0].endswith("2.jpg (no subject found)")
    assert rest[1].endswith("1.jpg (doubt 0.90)")


def test_a_long_list_of_doubtful_photos_is_cut_short() -> None:
    results = tuple(_result(index, JobState.DONE, doubt=0.8) for index in range(400))
    lines = summary_as_text(Summary(results, 400, 1.0)).splitlines()
    assert lines[1] == "400 of 400 want a look:"
    assert lines[-1] == "  … and 390 more (--json names them all)"


def test_statuses() -> None:
    assert exit_status(Summary((), 0, 0.0)) == 0
    assert exit_status(Summary((DONE, EMPTY, SKIPPED), 3, 0.0)) == 0
    assert exit_status(Summary((DONE, DAMAGED), 2, 0.0)) == 1
    assert exit_status(Summary((DONE,), 2, 0.0)) == 1


@pytest.mark.parametrize("result", [DONE, DOUBTFUL, EMPTY, DAMAGED, SKIPPED])
def test_a_photo_is_one_line_and_valid_json(result: JobResult) -> None:
    line = describe(result)
    assert str(result.job.source) in line
    assert "\n" not in line
    decoded = json.loads(json.dumps(photo_as_json(result)))
    assert decoded["state"] == result.state
    wanted = {"source", "state", "outputs", "doubt", "error", "seconds", "width", "height"}
    assert wanted <= decoded.keys()


def test_an_error_about_another_file_still_names_the_photo() -> None:
    full = _result(5, JobState.FAILED, error=DiskFull(Path("out/5.png"), reason="No space left on device"))
    line = describe(full)
    assert "in/5.jpg" in line.replace("\\", "/")
    assert "the disk is full" in line


def test_the_summary_says_which_model_ran_where() -> None:
    summary = summary_as_json(Summary((DONE,), 1, 1.0), "u2net-small", "cpu", "bf16")
    assert (summary["model"], summary["device"], summary["precision"]) == ("u2net-small", "cpu", "bf16")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.4, "0 s"),
        (11, "11 s"),
        (99, "99 s"),
        (100, "2 min"),
        (3600, "60 min"),
        (7200, "2 h 0 min"),
        (9000, "2 h 30 min"),
    ],
)
def test_durations(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_the_pace() -> None:
    assert pace(Progress(0, 9, 0, None, None)) == ""
    assert pace(Progress(2, 9, 1, 1.44, 5.2)) == ", 1.4 photos/s, 5 s left, 1 failed"
    assert pace(Progress(1, 9, 0, 0.02, 400)) == ", 50 s a photo, 7 min left"
