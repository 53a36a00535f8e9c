"""Runs of a tiny network that the tests start, ask and look into."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import torch

from models.training.events import (
    Command,
    Event,
    Recorder,
    Stepped,
)
from models.training.run import start_run
from models.training.settings import Source, TrainSettings

T = TypeVar("T")


def recipe(folder: Path, **changes: Any) -> TrainSettings:
    basic = TrainSettings(
        (Source(folder),), network="unet", width=4, mode="cutout", epochs=2, size=32, batch=2, draws=6
    )
    return dataclasses.replace(basic, **{"val": 0.25, "lr": 0.003, "ema": 0.9, "device": "cpu", **changes})


class AskAt(Recorder):
    """Does something after a step."""

    def __init__(self, step: int, act: Callable[[], object]) -> None:
        super().__init__()
        self._step, self._act = step, act

    def emit(self, event: Event) -> None:
        super().emit(event)
        if isinstance(event, Stepped) and event.step == self._step:
            self._act()


class StopAt(Recorder):
    """Asks for something after a step, as a user would."""

    def __init__(self, step: int, *commands: Command) -> None:
        super().__init__()
        self._step, self._then = step, commands

    def emit(self, event: Event) -> None:
        super().emit(event)
        if isinstance(event, Stepped) and event.step == self._step:
            for command in self._then:
                self.commands.put(command)


def start(name: str, settings: TrainSettings, runs: Path, channel: Recorder | None = None) -> Recorder:
    channel = channel or Recorder()
    start_run(name, settings, channel, runs)
    return channel


def of(channel: Recorder, kind: type[T]) -> list[T]:
    return [event for event in channel.events if isinstance(event, kind)]


def parameters(runs: Path, name: str) -> dict[str, torch.Tensor]:
    state: dict[str, torch.Tensor] = torch.load(runs / name / "checkpoint.pt", weights_only=True)["average"]
    return state
