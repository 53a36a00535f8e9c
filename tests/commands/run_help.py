"""Running the program as its users do: as a process, through ``main.py``."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Ended:
    """A process at its end."""

    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Standard output as JSON lines."""
        return [json.loads(line) for line in self.out.splitlines()]


def command(*arguments: object) -> list[str]:
    """Return the command line of a process that runs the program."""
    return [sys.executable, str(ROOT / "main.py"), *map(str, arguments)]


def shell_command(*arguments: object) -> str:
    """Return the same as one line for a shell."""
    return shlex.join(command(*arguments))


def kirie(*arguments: object, cwd: Path | None = None, prefix: Sequence[str] = (), **environment: str) -> Ended:
    """Run the program to its end, with the test's own ``KIRIE_HOME``; ``prefix`` is a command that starts it."""
    return run([*prefix, *command(*arguments)], cwd, **environment)


def run(words: Sequence[str], cwd: Path | None = None, **environment: str) -> Ended:
    """Run any command line to its end."""
    done = subprocess.run(
        words,
        capture_output=True,
        text=True,
        errors="surrogateescape",
        check=False,
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "OMP_NUM_THREADS": "1", **environment},
        timeout=300,
    )
    return Ended(done.returncode, done.stdout, done.stderr)


@contextmanager
def running(*arguments: object) -> Iterator[subprocess.Popen[str]]:
    """Yield the running program, its standard error to be read line by line; kill it if the test fails meanwhile."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    process = subprocess.Popen(
        command(*arguments), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environment
    )
    try:
        yield process
        process.wait(120)
    finally:
        process.kill()
        process.communicate()


def save_map(path: Path, value: int | None = None, side: int = 32) -> Path:
    """Save a ready probability map: a soft disc, or one value everywhere."""
    import cv2
    import numpy as np

    path.parent.mkdir(parents=True, exist_ok=True)
    grey = np.full((side, side), value or 0, np.uint8)
    if value is None:
        cv2.circle(grey, (side // 2, side // 2), side // 4, 255, -1)
        grey = np.asarray(cv2.GaussianBlur(grey, (5, 5), 0), np.uint8)
    cv2.imwrite(str(path), grey)
    return path
