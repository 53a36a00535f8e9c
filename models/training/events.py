"""What a trainer reports and what it can be asked: typed values, and their JSON lines for another process.

The trainer knows no window and no terminal. It gives every event to a ``Channel`` and asks it for a command once a
step. Each event is one line, ``{"event": "stepped", ...}``, its fields those of the class; each command is one line,
``{"command": "pause"}``. An event carries facts: a phrase or an error is an object with its name, its facts and, for
programs, its English ``text``.
"""

from __future__ import annotations

import contextlib
import json
import queue
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from enum import StrEnum
from pathlib import Path
from typing import IO, Any, ClassVar, Protocol

import models.all_errors  # noqa: F401 - an error is read back by the name of its type
from matting.error_json import error_from_json, error_to_json, phrase_from_json, phrase_to_json
from matting.errors import KirieError
from matting.phrases import Phrase
from models.training.data.findings import Finding, Problem
from models.training.errors import TrainingUnexpected


class Command(StrEnum):
    """What a trainer can be asked between two steps. ``STOP`` saves, so that the run can be resumed."""

    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"


@dataclass(frozen=True)
class Event:
    """Base of all reports; ``kind`` is the event's name in JSON."""

    kind: ClassVar[str] = ""

    def to_json(self) -> str:
        """Return the event as one line."""
        values = {entry.name: _to_json(getattr(self, entry.name)) for entry in fields(self)}
        return json.dumps({"event": self.kind, **values}, ensure_ascii=False, default=str)

    @staticmethod
    def from_json(line: str) -> Event | None:
        """Return the event of a line; ``None`` for one that is not known. Unknown fields are passed over."""
        try:
            values = json.loads(line)
            event = {known.kind: known for known in Event.__subclasses__()}[values["event"]]
            given = {entry.name: values[entry.name] for entry in fields(event) if entry.name in values}
            return event(**{name: _from_json(name, value) for name, value in given.items()})
        except (ValueError, KeyError, TypeError):
            return None


def _to_json(value: object) -> Any:
    match value:
        case Phrase():
            return {**phrase_to_json(value), "text": str(value)}
        case KirieError():
            return {**error_to_json(value), "text": str(value)}
        case Problem():
            return {"file": str(value.path), "finding": value.finding, "detail": _to_json(value.detail)}
        case list() | tuple():
            return [_to_json(one) for one in value]
        case _:
            return value  # json writes paths and numbers


def problem_to_json(problem: Problem) -> Any:
    """Return a problem in types that JSON has."""
    return _to_json(problem)


@dataclass(frozen=True)
class Checking(Event):
    """The dataset is being looked into."""

    kind = "checking"
    folder: Path
    done: int
    total: int


@dataclass(frozen=True)
class Checked(Event):
    """One dataset's table: ``counts`` by finding; ``problems`` are all files that are not "ok"."""

    kind = "checked"
    folder: Path
    usable: int
    counts: Mapping[Finding, int]
    problems: Sequence[Problem]


@dataclass(frozen=True)
class Labelling(Event):
    """A teacher looks at the photos before they are learned from."""

    kind = "labelling"
    done: int
    total: int


@dataclass(frozen=True)
class Started(Event):
    """Training begins or goes on. ``steps`` is ``None`` when time decides, ``start_scores`` when it is from scratch.

    ``curve`` has an entry for each evaluation before: ``step``, ``epoch``, ``loss`` and the scores by name.
    """

    kind = "started"
    name: str
    folder: Path
    network: str
    device: str
    precision: str
    photos: int
    held_out: int
    step: int
    steps: int | None
    steps_per_epoch: int
    batch: int
    classes: tuple[str, ...]
    start_scores: dict[str, float] | None
    curve: Sequence[dict[str, Any]] = ()


@dataclass(frozen=True)
class Stepped(Event):
    """One step is done. ``rate`` in photos a second, ``progress`` in [0, 1], ``remaining_s`` estimated."""

    kind = "stepped"
    step: int
    epoch: int
    loss: float
    lr: float
    size: int
    rate: float
    progress: float
    remaining_s: float


@dataclass(frozen=True)
class Evaluated(Event):
    """The held-out photos were predicted: ``scores`` by name, ``best`` when these weights were kept."""

    kind = "evaluated"
    step: int
    epoch: int
    loss: float
    scores: dict[str, float]
    best: bool
    strip: Path | None
    seconds: float


@dataclass(frozen=True)
class Saved(Event):
    """The run can be resumed from here, whatever happens."""

    kind = "saved"
    step: int
    seconds: float


@dataclass(frozen=True)
class Paused(Event):
    """Waiting for a command."""

    kind = "paused"
    step: int


@dataclass(frozen=True)
class Resumed(Event):
    """Going on after a pause."""

    kind = "resumed"
    step: int


@dataclass(frozen=True)
class Notice(Event):
    """Something the user should know that stops nothing."""

    kind = "notice"
    message: Phrase


@dataclass(frozen=True)
class Finished(Event):
    """The end: ``complete`` unless stopped before. ``model`` is the file of the best weights, if there is one yet.

    ``verdict`` compares with the start: "better", "worse", "same" or "" (from scratch); ``sentence`` says it in words.
    ``others`` says what is left of the start's abilities, where that can be told; ``mix``, in [0, 1], is the mixture
    with the start that keeps both, where something is forgotten.
    """

    kind = "finished"
    complete: bool
    step: int
    model: Path | None
    scores: dict[str, float]
    start_scores: dict[str, float] | None
    verdict: str
    sentence: Phrase
    others: Phrase | None = None
    mix: float | None = None


@dataclass(frozen=True)
class Failed(Event):
    """The end, by an error."""

    kind = "failed"
    error: KirieError


def _from_json(name: str, value: Any) -> Any:
    return _READERS[name](value) if name in _READERS and value is not None else value


def _read_error(stored: Any) -> KirieError:
    return error_from_json(stored) or TrainingUnexpected(kind=stored["type"])


def read_problem(stored: Any) -> Problem:
    """Return a problem from JSON. Raises ``KeyError``, ``ValueError`` or ``TypeError``."""
    detail = stored["detail"]
    if detail is not None:
        detail = phrase_from_json(detail) if "phrase" in detail else _read_error(detail)
    return Problem(Path(stored["file"]), Finding(stored["finding"]), detail)


# How the fields, by name, are made from what JSON has; all others are taken as they are.
_READERS: Mapping[str, Callable[[Any], Any]] = {
    "folder": Path,
    "strip": Path,
    "model": Path,
    "classes": tuple,
    "curve": tuple,
    "counts": lambda counts: {Finding(name): count for name, count in counts.items()},
    "problems": lambda problems: tuple(map(read_problem, problems)),
    "message": phrase_from_json,
    "sentence": phrase_from_json,
    "others": phrase_from_json,
    "error": _read_error,
}


class Channel(Protocol):
    """Where reports go and commands come from."""

    def emit(self, event: Event) -> None:
        """Report; never raises."""
        ...

    def poll(self) -> Command | None:
        """Return the next command, if one has come; does not wait."""
        ...

    def wait(self, seconds: float | None = None) -> Command | None:
        """Wait for the next command, at most so many seconds, and return it."""
        ...


@dataclass
class Recorder:
    """A channel that keeps every event, and gives commands that were put into it."""

    events: list[Event] = field(default_factory=list)
    commands: queue.SimpleQueue[Command] = field(default_factory=queue.SimpleQueue)

    def emit(self, event: Event) -> None:
        """Keep it."""
        self.events.append(event)

    def poll(self) -> Command | None:
        """Return the next command put in."""
        try:
            return self.commands.get_nowait()
        except queue.Empty:
            return None

    def wait(self, seconds: float | None = None) -> Command | None:
        """Wait for the next command put in, at most so many seconds, and return it."""
        try:
            return self.commands.get(timeout=seconds)
        except queue.Empty:
            return None


class JsonLines(Recorder):
    """Events to one stream, commands from another, a JSON object a line.

    The end of the commands changes nothing: a window may close and leave its training running. So does a reader of
    the events that goes away.
    """

    def __init__(self, events: IO[str], commands: IO[str] | None = None) -> None:
        super().__init__()
        self._out = events
        if commands is not None:
            threading.Thread(target=self._listen, args=(commands,), name="commands", daemon=True).start()

    def emit(self, event: Event) -> None:
        """Write one line."""
        with contextlib.suppress(OSError, ValueError):
            self._out.write(event.to_json() + "\n")
            self._out.flush()

    def _listen(self, stream: IO[str]) -> None:
        with contextlib.suppress(OSError, ValueError):
            for line in stream:
                if (command := parse_command(line)) is not None:
                    self.commands.put(command)


def parse_command(line: str) -> Command | None:
    """Return the command in a line; ``None`` for anything else, which a later version may mean something by."""
    try:
        return Command(json.loads(line)["command"])
    except (ValueError, KeyError, TypeError):
        return None
