"""What a run leaves on disk: its recipe, its checkpoint, its best weights, strips and events.

``runs/NAME/``: ``run.json`` (settings and what the data were), ``checkpoint.pt`` (to resume), ``NAME.safetensors``
(the best weights so far: an ordinary model), ``strips/epoch-0001.png``, ``events.jsonl``.
"""

from __future__ import annotations

import io
import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from matting.system import folders
from matting.system.atomic import remove_leftovers, write_atomic
from matting.system.file_lock import try_lock
from models.training.errors import BadRunName, RunBusy, RunDamaged, RunExists, RunMissing
from models.training.events import Event

CHECKPOINT_FORMAT = 1
_NAME = re.compile(r"[\w][\w.-]{0,79}")


def runs_folder() -> Path:
    """Where runs lie unless told otherwise."""
    return folders.home() / "runs"


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
        """The picture after an epoch."""
        return self.path / "strips" / f"epoch-{epoch:04d}.png"

    def record(self, event: Event) -> None:
        """Append to the run's own list of events; a full disk must not end training for a line of text."""
        with suppress(OSError), (self.path / "events.jsonl").open("a", encoding="utf-8") as file:
            file.write(event.to_json() + "\n")

    def write_recipe(self, recipe: dict[str, Any]) -> None:
        """Keep what the run was told. Raises ``WriteError`` types."""
        write_atomic(self.path / "run.json", json.dumps(recipe, indent=2, ensure_ascii=False).encode())

    def read_recipe(self) -> dict[str, Any]:
        """What the run was told. Raises ``RunMissing`` or ``RunDamaged``."""
        try:
            recipe: dict[str, Any] = json.loads((self.path / "run.json").read_text("utf-8"))
        except FileNotFoundError as error:
            raise RunMissing(name=self.name, folder=self.path.parent) from error
        except (OSError, ValueError) as error:
            raise self.damaged("its run.json cannot be read") from error
        return recipe

    def save(self, state: dict[str, Any]) -> float:
        """Replace the checkpoint in one step; the seconds it took. Raises ``WriteError`` types."""
        started = time.monotonic()
        data = io.BytesIO()
        torch.save({"format": CHECKPOINT_FORMAT, **state}, data)
        write_atomic(self.checkpoint, data.getvalue())
        return time.monotonic() - started

    def load(self) -> dict[str, Any] | None:
        """The checkpoint, ``None`` when there is none yet. Raises ``RunDamaged``."""
        if not self.checkpoint.exists():
            return None
        try:
            state: dict[str, Any] = torch.load(self.checkpoint, map_location="cpu", weights_only=True)
        except Exception as error:
            # A damaged archive surfaces as RuntimeError, EOFError, KeyError… from deep inside torch.
            raise self.damaged("its checkpoint cannot be read to the end") from error
        if state.get("format") != CHECKPOINT_FORMAT:
            raise self.damaged("its checkpoint is of another version of Kirie")
        return state

    def damaged(self, found: str) -> RunDamaged:
        """The error for a run that cannot go on."""
        return RunDamaged(folder=self.path, found=found, best=self.model)


@contextmanager
def open_run(name: str, resume: bool, parent: Path | None = None) -> Iterator[RunFolder]:
    """The folder of a run, held so that no other process trains it meanwhile.

    Raises ``BadRunName``, ``RunExists``, ``RunMissing``, ``RunBusy``, ``WriteError`` types.
    """
    if not _NAME.fullmatch(name) or name.endswith("."):
        raise BadRunName(name=name)
    run = RunFolder((parent or runs_folder()) / name)
    if resume and not (run.path / "run.json").is_file():
        raise RunMissing(name=name, folder=run.path.parent)
    if not resume and (run.path / "run.json").exists():
        raise RunExists(name=name, folder=run.path.parent)
    # Made by the same function as all files of the run, so that a refusal is told in the same words.
    lock = run.path / "lock"
    if not lock.exists():
        write_atomic(lock, b"")
    with lock.open("a+b") as file:
        if not try_lock(file):
            raise RunBusy(name=name)
        remove_leftovers(run.path)
        yield run
