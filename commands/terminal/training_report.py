"""What ``kirie train`` shows in a terminal."""

from __future__ import annotations

import json
import sys
import time
from typing import IO

from commands.terminal.duration import duration
from matting.system.streams import printable
from models.training.data.check import Report
from models.training.data.findings import Finding
from models.training.events import (
    Checked,
    Checking,
    Evaluated,
    Event,
    Finished,
    Labelling,
    Notice,
    Paused,
    Recorder,
    Started,
    Stepped,
    problem_to_json,
)

_LINE_EVERY = 30.0
_SHOWN = 8


class Terminal(Recorder):
    """Reports in words; the progress on one line that is redrawn, or a line now and then where that cannot be."""

    def __init__(self, out: IO[str]) -> None:
        super().__init__()
        self._out = out
        self._redraws = out.isatty()
        self._last = 0.0

    def emit(self, event: Event) -> None:
        """Print it."""
        match event:
            case Checking():
                self._progress(f"checking {event.folder}: {event.done} of {event.total}")
            case Checked():
                counts = ", ".join(f"{n} {name.phrase}" for name, n in event.counts.items())
                self._line(printable(f"{event.folder}: {counts}"))
                for problem in event.problems[:_SHOWN]:
                    self._line(printable(f"  {problem}"))
                if len(event.problems) > _SHOWN:
                    self._line(f"  … and {len(event.problems) - _SHOWN} more (--check lists them all)")
            case Labelling():
                self._progress(f"the teacher labels the photos: {event.done} of {event.total}")
            case Started():
                length = f"{event.steps} steps" if event.steps else "by time"
                self._line(
                    f"{event.network} on {event.device} {event.precision}: {event.photos} photos to learn from, "
                    f"{event.held_out} to judge by, {length}, {event.steps_per_epoch} steps an epoch"
                )
                if event.step:
                    self._line(f"going on at step {event.step}")
                if event.start_scores:
                    self._line(f"the start: {_scores(event.start_scores)}")
            case Stepped():
                self._progress(
                    f"{event.progress:4.0%}  step {event.step}, loss {event.loss:.4f}, {event.size} px, "
                    f"{event.rate:.1f} photos/s, {duration(event.remaining_s)} left"
                )
            case Evaluated():
                star = " *" if event.best else ""
                self._line(f"epoch {event.epoch}: loss {event.loss:.4f}, {_scores(event.scores)}{star}")
            case Notice():
                self._line(str(event.message))
            case Paused():
                self._line("paused")
            case Finished():
                self._line(str(event.sentence))
                if event.others:
                    self._line(str(event.others))
                if event.model:
                    self._line(f"the weights: {event.model}")
            case _:  # main prints the error when it ends the program
                pass

    def _line(self, text: str) -> None:
        if self._redraws:
            self._out.write("\r\x1b[K")
        self._out.write(text + "\n")
        self._out.flush()

    def _progress(self, text: str) -> None:
        now = time.monotonic()
        if now - self._last < (0.1 if self._redraws else _LINE_EVERY):
            return
        self._last = now
        self._out.write(f"\r\x1b[K{text}" if self._redraws else text + "\n")
        self._out.flush()


def print_table(report: Report, out: IO[str] = sys.stdout, as_json: bool = False) -> None:
    """Print every file of a dataset with what was found; files that are well are only counted."""
    if as_json:
        rows = [problem_to_json(row.problem) for row in report.rows]
        print(json.dumps({"folder": str(report.dataset.folder), "usable": len(report.usable), "rows": rows}), file=out)
        return
    classes = ", ".join(report.dataset.classes)
    print(printable(f"{report.dataset.folder}: ") + f"{len(report.usable)} usable pairs, classes: {classes}", file=out)
    for finding, count in report.counts.items():
        print(f"  {count:6}  {finding.phrase}", file=out)
    for row in report.rows:
        if row.finding is not Finding.OK:
            print(printable(f"  {row.problem}"), file=out)


def _scores(scores: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:.4f}" for name, value in scores.items())
