"""What a trainer reports and what it can be asked: typed values, and their JSON lines for another process.

The trainer knows no window and no terminal. It gives every event to a ``Channel`` and asks it for a command once a
step. Each event is one line, ``{"event": "stepped", ...}``; each command is one line, ``{"command": "pause"}``.
"""

from __future__ import annotations

import contextlib
import json
import queue
import re
import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import IO, Any, Protocol


class Command(StrEnum):
    """What a trainer can be asked between two steps. ``STOP`` saves, so that the run can be resumed."""

    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"


@dataclass(frozen=True)
class Event:
    """Base of all reports."""

    def to_json(self) -> str:
        """One line."""
        name = re.sub(r"(?<!^)(?=[A-Z])", "_", type(self).__name__).lower()
        return json.dumps({"event": name, **asdict(self)}, ensure_ascii=False, default=str)


@dataclass(frozen=True)
class Checking(Event):
    """The dataset is being looked into."""

    folder: Path
    done: int
    total: int


@dataclass(frozen=True)
class Checked(Event):
    """One dataset's table: ``counts`` by finding; ``problems`` are (file, finding, detail) of all that is not "ok"."""

    folder: Path
    usable: int
    counts: dict[str, int]
    problems: Sequence[tuple[str, str, str]]


@dataclass(frozen=True)
class Labelling(Event):
    """A teacher looks at the photos before they are learned from."""

    done: int
    total: int


@dataclass(frozen=True)
class Started(Event):
    """Training begins or goes on. ``steps`` is ``None`` when time decides, ``start_scores`` when it is from scratch."""

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

    step: int
    seconds: float


@dataclass(frozen=True)
class Paused(Event):
    """Waiting for a command."""

    step: int


@dataclass(frozen=True)
class Resumed(Event):
    """Going on after a pause."""

    step: int


@dataclass(frozen=True)
class Notice(Event):
    """Something the user should know that stops nothing."""

    text: str


@dataclass(frozen=True)
class Finished(Event):
    """The end: ``complete`` unless stopped before. ``model`` is the file of the best weights, if there is one yet.

    ``verdict`` compares with the start: "better", "worse", "same" or "" (from scratch); ``sentence`` says it in words.
    """

    complete: bool
    step: int
    model: Path | None
    scores: dict[str, float]
    start_scores: dict[str, float] | None
    verdict: str
    sentence: str


@dataclass(frozen=True)
class Failed(Event):
    """The end, by an error; ``kind`` is its type for programs."""

    sentence: str
    kind: str


class Channel(Protocol):
    """Where reports go and commands come from."""

    def emit(self, event: Event) -> None:
        """Report; never raises."""
        ...

    def poll(self) -> Command | None:
        """The next command, if one has come; does not wait."""
        ...

    def wait(self) -> Command:
        """The next command; waits for it."""
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
        """The next command put in."""
        try:
            return self.commands.get_nowait()
        except queue.Empty:
            return None

    def wait(self) -> Command:
        """The next command put in; waits for it."""
        return self.commands.get()


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
    """The command in a line; ``None`` for anything else, which a later version may mean something by."""
    try:
        return Command(json.loads(line)["command"])
    except (ValueError, KeyError, TypeError):
        return None
