"""What the training form holds, and the command line that it stands for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

SCRATCH = "scratch"


@dataclass(frozen=True)
class Recipe:
    """A run as the form describes it.

    ``datasets`` are (folder, weight above 0); ``network`` is "" for that of the start; ``start`` a model's name or
    ``SCRATCH``; ``minutes`` or ``epochs`` is set; ``size`` the side of the crops in pixels, 0 for the model's own.
    """

    datasets: tuple[tuple[Path, float], ...]
    name: str
    start: str = SCRATCH
    network: str = ""
    minutes: float | None = 10.0
    epochs: int | None = None
    size: int = 0
    device: str = "auto"

    def arguments(self, resume: bool = False) -> list[str]:
        """Return the arguments after ``kirie`` that start this training, or resume it, and report as JSON lines."""
        if resume:
            return ["train", "--json", "--resume", "--name", self.name]
        arguments = ["train", *self._datasets(), "--json", "--name", self.name, "--from", self.start]
        if self.network:
            arguments += ["--network", self.network]
        if self.epochs is not None:
            arguments += ["--epochs", str(self.epochs)]
        elif self.minutes is not None:
            arguments += ["--minutes", f"{self.minutes:g}"]
        if self.size:
            arguments += ["--size", str(self.size)]
        if self.device != "auto":
            arguments += ["--device", self.device]
        return arguments

    def check_arguments(self) -> list[str]:
        """Return the arguments that check the datasets and train nothing."""
        return ["train", *self._datasets(), "--check", "--json"]

    def _datasets(self) -> list[str]:
        return [str(folder) if weight == 1 else f"{folder}:{weight:g}" for folder, weight in self.datasets]
