"""Events of training as JSON lines and back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from matting.errors import DiskFull, PhotoDamaged
from matting.settings import Mode
from matting.system.os_errors import SystemProblem
from models.training.data.findings import Finding, Problem
from models.training.errors import DatasetUnusable, TrainingUnexpected
from models.training.events import (
    Checked,
    Checking,
    Evaluated,
    Event,
    Failed,
    Finished,
    Labelling,
    Notice,
    Paused,
    Resumed,
    Saved,
    Started,
    Stepped,
)
from models.training.judging.verdict import compare
from models.training.phrases import DatasetProblem, FindingDetail, TrainingNotice

SCORES = {"max_f": 0.91, "mae": 0.02, "iou": 0.85}
SENTENCE = compare(Mode.CUTOUT, SCORES, {"max_f": 0.8, "mae": 0.05, "iou": 0.7}, 3)[1]
EVENTS: list[Event] = [
    Checking(Path("/d"), 100, 250),
    Labelling(3, 10),
    Checked(
        Path("/d"),
        2,
        {Finding.OK: 2, Finding.NO_MASK: 1, Finding.UNREADABLE: 2},
        (
            Problem(Path("/d/images/a.png"), Finding.NO_MASK),
            Problem(Path("/d/b.png"), Finding.SIZES_DIFFER, FindingDetail.SIZES(photo="4×4", file="b", mask="4×9")),
            Problem(Path("/d/c.png"), Finding.UNREADABLE, PhotoDamaged(Path("/d/c.png"))),
        ),
    ),
    Started(
        *("r", Path("/runs/r"), "unet", "cpu", "fp32", 9, 3, 5, 100, 4, 2, ("a", "b"), SCORES),
        ({"epoch": 1, "step": 4, "loss": 0.5, **SCORES},),
    ),
    Started("r", Path("/runs/r"), "unet", "cpu", "fp32", 9, 3, 0, None, 4, 2, ("a",), None),
    Labelling(3, 9),
    Stepped(6, 1, 0.5, 0.001, 32, 12.5, 0.06, 99.0),
    Evaluated(8, 2, 0.4, SCORES, True, Path("/runs/r/strips/1.png"), 1.5),
    Evaluated(8, 2, 0.4, SCORES, False, None, 1.5),
    Saved(8, 0.1),
    Paused(8),
    Resumed(8),
    Notice(TrainingNotice.SMALLER_PARTS(now=4, before=8)),
    Finished(True, 100, Path("/runs/r/r.safetensors"), SCORES, SCORES, "better", SENTENCE),
    Finished(False, 1, None, {}, None, "", compare(Mode.CUTOUT, {}, None, 3)[1]),
    Failed(DatasetUnusable(path=Path("/d"), reason=DatasetProblem.COUNT(count=3, finding=Finding.ALL_BLACK.phrase))),
    Failed(DiskFull(Path("/runs"), reason=SystemProblem.FULL)),
]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.kind)
def test_an_event_comes_back_as_it_was(event: Event) -> None:
    line = event.to_json()
    assert "\n" not in line
    again = Event.from_json(line)
    if isinstance(event, Failed):  # errors are equal only to themselves
        assert isinstance(again, Failed)
        assert (type(again.error), again.error.facts) == (type(event.error), event.error.facts)
    elif isinstance(event, Checked):
        assert isinstance(again, Checked)
        assert (again.folder, again.usable, again.counts) == (event.folder, event.usable, event.counts)
        assert list(map(str, again.problems)) == list(map(str, event.problems))
        assert again.problems[:2] == event.problems[:2]
    else:
        assert again == event


def test_every_kind_of_event_is_tried_and_has_a_name_of_its_own() -> None:
    kinds = Event.__subclasses__()
    assert {type(event) for event in EVENTS} == set(kinds)
    assert len({kind.kind for kind in kinds}) == len(kinds)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "training begins",
        "[]",
        "3",
        '{"event": "of tomorrow", "step": 3}',
        '{"event": "paused"}',
        '{"event": "notice", "message": {"phrase": "Of.TOMORROW", "facts": {}}}',
    ],
)
def test_what_is_not_known_is_none(line: str) -> None:
    assert Event.from_json(line) is None


def test_fields_of_a_later_version_are_passed_over() -> None:
    assert Event.from_json('{"event": "paused", "step": 3, "mood": "fine"}') == Paused(3)


def test_an_error_of_a_later_version_is_still_an_end() -> None:
    event = Event.from_json('{"event": "failed", "error": {"type": "OfTomorrow", "facts": {}}}')
    assert isinstance(event, Failed)
    assert isinstance(event.error, TrainingUnexpected)
    assert "OfTomorrow" in str(event.error)


def test_programs_read_english_beside_the_names() -> None:
    line = json.loads(EVENTS[-2].to_json())
    assert line["event"] == "failed"
    assert line["error"]["type"] == "DatasetUnusable"
    assert line["error"]["text"].startswith("/d cannot be trained on: 3 mask all black.")
