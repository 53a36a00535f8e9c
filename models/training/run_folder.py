"""What a run leaves on disk: its recipe, its checkpoint, its best weights, strips and events.

``runs/NAME/``: ``run.json`` (settings and what the data were), ``checkpoint.pt`` (to resume), ``NAME.safetensors``
(the best weights so far: an ordinary model), ``strips/epoch-0001.png``, ``events.jsonl``.
"""

from __future__ import annotations

import io
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matting.phrases import Phrase
from matting.system import folders
from matting.system.atomic import remove_leftovers, write_atomic
from matting.system.file_lock import try_lock
from models.training.errors import RunBusy, RunDamaged, RunExists, RunMissing
from models.training.events import Event
from models.training.phrases import RunProblem
from models.training.run_name import check_run_name, run_name_for
from models.training.settings import TrainSettings

CHECKPOINT_FORMAT = 1


def runs_folder() -> Path:
    """Return where runs lie unless told otherwise."""
    return folders.home() / "runs"


def free_run_name(dataset: Path, runs: Path | None = None) -> str:
    """Return a valid name for a dataset's folder that no run in ``runs`` (``runs_folder``) has yet."""
    first = name = run_name_for(dataset)
    runs, number = runs or runs_folder(), 2
    while (runs / name).exists():
        name, number = f"{first}-{number}", number + 1
    return name


@dataclass(frozen=True)
class RunFolder:
    """The folder of one run, and the names in it."""

    path: Path

    @property
    def name(self) -> str:
        """The run's name."""
        return self.path.name

    @property
    def model(self) -> Path:
        """The best weights so far."""
        return self.path / f"{self.name}.safetensors"

    @property
    def checkpoint(self) -> Path:
        """All that is needed to resume."""
        return self.path / "checkpoint.pt"

    def strip(self, epoch: int) -> Path:
        """Return the path of the picture after an epoch."""
        return self.path / "strips" / f"epoch-{epoch:04d}.png"

    @property
    def events(self) -> Path:
        """All events, a JSON object a line."""
        return self.path / "events.jsonl"

    @property
    def stop_wanted(self) -> bool:
        """Whether somebody who is not the trainer's parent asked it to stop."""
        return self._stop.exists()

    def ask_to_stop(self) -> None:
        """Leave the request to save and stop, which the trainer finds after its step. Raises ``WriteError`` types."""
        write_atomic(self._stop, b"")

    @property
    def running(self) -> bool:
        """Whether a process trains it now."""
        try:
            with self._lock.open("r+b") as file:
                return not try_lock(file)
        except OSError:
            return False

    @property
    def awaited(self) -> bool:
        """Whether a window left it to train on and has not shown its end yet."""
        return self._awaited.exists()

    def await_end(self, awaited: bool) -> None:
        """Remember that a window left the run, or that its end was shown; a full disk is no reason to stay open."""
        with suppress(OSError):
            if awaited:
                self._awaited.touch()
            else:
                self._awaited.unlink(missing_ok=True)

    @property
    def _lock(self) -> Path:
        return self.path / "lock"

    @property
    def _stop(self) -> Path:
        return self.path / "stop"

    @property
    def _awaited(self) -> Path:
        return self.path / "awaited"

    def record(self, event: Event) -> None:
        """Append to the run's own list of events; a full disk must not end training for a line of text."""
        with suppress(OSError), self.events.open("a", encoding="utf-8") as file:
            file.write(event.to_json() + "\n")

    def write_recipe(self, recipe: dict[str, Any]) -> None:
        """Keep what the run was told. Raises ``WriteError`` types."""
        write_atomic(self.path / "run.json", json.dumps(recipe, indent=2, ensure_ascii=False).encode())

    def read_recipe(self) -> dict[str, Any]:
        """Return the recipe that the run was given. Raises ``RunMissing`` or ``RunDamaged``."""
        try:
            recipe: dict[str, Any] = json.loads((self.path / "run.json").read_text("utf-8"))
        except FileNotFoundError as error:
            raise RunMissing(name=self.name, folder=self.path.parent) from error
        except (OSError, ValueError) as error:
            raise self.damaged(RunProblem.RECIPE_UNREADABLE) from error
        return recipe

    def read_settings(self) -> TrainSettings:
        """Return what the run was told. Raises ``RunMissing`` or ``RunDamaged``."""
        try:
            return TrainSettings.from_json(self.read_recipe()["settings"])
        except (KeyError, TypeError, ValueError) as error:
            raise self.damaged(RunProblem.RECIPE_FOREIGN) from error

    def save(self, state: dict[str, Any]) -> float:
        """Replace the checkpoint in one step; the seconds it took. Raises ``WriteError`` types."""
        import torch  # here, because the window looks for runs and must not wait for torch

        started = time.monotonic()
        data = io.BytesIO()
        torch.save({"format": CHECKPOINT_FORMAT, **state}, data)
        write_atomic(self.checkpoint, data.getvalue())
        return time.monotonic() - started

    def load(self) -> dict[str, Any] | None:
        """Load the checkpoint, ``None`` when there is none yet. Raises ``RunDamaged``."""
        import torch

        if not self.checkpoint.exists():
            return None
        try:
            state: dict[str, Any] = torch.load(self.checkpoint, map_location="cpu", weights_only=True)
        except Exception as error:
            # A damaged archive surfaces as RuntimeError, EOFError, KeyError… from deep inside torch.
            raise self.damaged(RunProblem.CHECKPOINT_CUT) from error
        if state.get("format") != CHECKPOINT_FORMAT:
            raise self.damaged(RunProblem.CHECKPOINT_VERSION)
        return state

    def damaged(self, found: Phrase) -> RunDamaged:
        """Return the error for a run that cannot go on."""
        return RunDamaged(folder=self.path, found=found, best=self.model)


@contextmanager
def open_run(name: str, resume: bool, parent: Path | None = None) -> Iterator[RunFolder]:
    """Yield the folder of a run, held so that no other process trains it meanwhile.

    Raises ``BadModelName``, ``NameListed``, ``RunExists``, ``RunMissing``, ``RunBusy``, ``WriteError`` types.
    """
    if not resume:
        name = check_run_name(name)
    elif Path(name).name != name:
        raise RunMissing(name=name, folder=parent or runs_folder())
    run = RunFolder((parent or runs_folder()) / name)
    if resume and not (run.path / "run.json").is_file():
        raise RunMissing(name=name, folder=run.path.parent)
    if not resume and (run.path / "run.json").exists():
        raise RunExists(name=name, folder=run.path.parent)
    # Made by the same function as all files of the run, so that a refusal is told in the same words.
    if not run._lock.exists():
        write_atomic(run._lock, b"")
    with run._lock.open("a+b") as file:
        if not try_lock(file):
            raise RunBusy(name=name)
        run._stop.unlink(missing_ok=True)
        remove_leftovers(run.path)
        yield run


def left_runs(parent: Path | None = None) -> list[RunFolder]:
    """Return the runs that train now, and those that ended after a window had left them; the latest first."""
    found: list[tuple[float, RunFolder]] = []
    with suppress(OSError):  # no folder of runs yet
        for path in (parent or runs_folder()).iterdir():
            run = RunFolder(path)
            with suppress(OSError):
                if run.awaited or run.running:
                    found.append((run.events.stat().st_mtime, run))
    return [run for _, run in sorted(found, key=lambda one: one[0], reverse=True)]
