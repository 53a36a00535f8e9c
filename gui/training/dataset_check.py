"""The check of datasets, run by a process of its own, since it loads torch and reads every photo."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from matting.system.control import Cancelled, Control
from models.training.data.findings import Finding, Problem
from models.training.errors import TrainingUnexpected
from models.training.events import Event, Failed, read_problem

TICK_S = 0.1
"""How soon a check that nobody waits for any more is ended."""


def run_check(command: list[str], control: Control) -> list[tuple[Path, int, list[Problem]]]:
    """Return (folder, usable pairs, problems) of each dataset that the command line ``command`` checks.

    Raises the ``KirieError`` that ended the check, or ``Cancelled``.
    """
    status, output = _output_of(command, control)
    found = []
    for line in output.splitlines():
        if isinstance(event := Event.from_json(line), Failed):
            raise event.error
        report = json.loads(line)
        problems = [problem for problem in map(read_problem, report["rows"]) if problem.finding is not Finding.OK]
        found.append((Path(report["folder"]), int(report["usable"]), problems))
    if not found:
        raise TrainingUnexpected(kind=f"status {status}")
    return found


def _output_of(command: list[str], control: Control) -> tuple[int, str]:
    """Run a program; return its status and what it wrote to standard output. A cancelled one is killed."""
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, encoding="utf-8", errors="replace") as process:
        while True:
            try:
                output, _ = process.communicate(timeout=TICK_S)
                return process.returncode, output
            except subprocess.TimeoutExpired:
                if control.cancelled:
                    process.kill()
                    raise Cancelled from None
