"""How far a run is, how fast it learns there, and when it ends."""

from __future__ import annotations

import math
from dataclasses import dataclass

from models.training.settings import TrainSettings

_FLOOR = 0.01
"""The learning rate at the end, of the largest."""


_ASLEEP = 50.0
"""Times the usual length: busy computers are slower by less."""


@dataclass
class Plan:
    """The place of a run in its schedule.

    With epochs, progress is counted in steps. With minutes it is counted in time spent, pauses left out, and the time
    that the last evaluation will take (as long as the one before) is kept back: the schedule reaches its end on time
    on a fast computer and on a busy one, which a count of steps guessed at the start would not.
    """

    settings: TrainSettings
    steps_per_epoch: int
    step: int = 0
    spent: float = 0.0
    step_seconds: float = 0.0
    judge_seconds: float = 0.0

    @property
    def steps(self) -> int | None:
        """All steps of the run; ``None`` when time decides."""
        return self.settings.epochs * self.steps_per_epoch if self.settings.epochs is not None else None

    @property
    def epoch(self) -> int:
        """Epochs completed."""
        return self.step // self.steps_per_epoch

    @property
    def progress(self) -> float:
        """From 0 at the start to 1 at the end."""
        return self.progress_at(self.step)

    def progress_at(self, step: int) -> float:
        """Return the progress at a step from the present one on; by time, only the present is known."""
        if self.steps is not None:
            return min(1.0, step / self.steps)
        budget = max(60.0 * (self.settings.minutes or 0.0) - self.judge_seconds - self.step_seconds, 1e-3)
        return min(1.0, self.spent / budget)

    @property
    def complete(self) -> bool:
        """Whether no step is left to do."""
        return self.progress >= 1

    @property
    def epoch_ends(self) -> bool:
        """Whether the held-out photos are due: after each epoch, and at the end."""
        return self.step > 0 and (self.step % self.steps_per_epoch == 0 or self.complete)

    @property
    def lr(self) -> float:
        """The learning rate: up in a line, then down along a cosine (Loshchilov, Hutter 2017)."""
        settings, progress = self.settings, self.progress
        if progress < settings.warmup:
            # Never 0: the first step would be lost.
            return settings.lr * max(progress / settings.warmup, 0.02)
        falling = (progress - settings.warmup) / max(1 - settings.warmup, 1e-9)
        return settings.lr * (_FLOOR + (1 - _FLOOR) * 0.5 * (1 + math.cos(math.pi * falling)))

    @property
    def remaining_s(self) -> float:
        """Seconds to the end, evaluations included, as far as can be told."""
        if self.steps is None:
            return max(0.0, 60.0 * (self.settings.minutes or 0.0) - self.spent)
        left = self.steps - self.step
        return left * self.step_seconds + math.ceil(left / self.steps_per_epoch) * self.judge_seconds

    def stepped(self, seconds: float) -> None:
        """Count a step that took so much time; one of ages means that the computer slept, and counts as usual."""
        self.step += 1
        if self.step_seconds and seconds > _ASLEEP * self.step_seconds:
            seconds = self.step_seconds
        self.spent += seconds
        self.step_seconds = seconds if not self.step_seconds else 0.9 * self.step_seconds + 0.1 * seconds

    def judged(self, seconds: float) -> None:
        """Note how long the judging of the held-out photos took."""
        self.spent += seconds
        self.judge_seconds = seconds
