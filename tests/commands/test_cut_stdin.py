"""``kirie cut --stdin`` as other programs use it: as a process, a line in, a line out."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from tests.commands.run_help import command, kirie, save_map
from tests.matting.batch.batch_help import files_in, save_photo


class Program:
    """The other side: asks and reads the answer."""

    def __init__(self, folder: Path, *more: str) -> None:
        words = command(
            "cut", "--stdin", "-o", folder / "out", "--probability-from", folder / "maps", "--edges", "off", *more
        )
        self.process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ})
        self.ready = self.read()

    def read(self) -> dict[str, Any]:
        assert self.process.stdout
        line: dict[str, Any] = json.loads(self.process.stdout.readline())
        return line

    def ask(self, line: object) -> dict[str, Any]:
        assert self.process.stdin
        data = line if isinstance(line, bytes) else json.dumps(line).encode()
        self.process.stdin.write(data + b"\n")
        self.process.stdin.flush()
        return self.read()

    def end(self) -> int:
        """End the input; returns the exit status."""
        assert self.process.stdin
        self.process.stdin.close()
        return self.process.wait(60)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two photos with ready maps."""
    for name in ("a", "b"):
        save_photo(tmp_path / f"{name}.jpg", side=64)
        save_map(tmp_path / f"maps/{name}.png")
    return tmp_path


@pytest.fixture
def program(folder: Path) -> Iterator[Program]:
    """Return the program, running."""
    running = Program(folder)
    yield running
    running.process.kill()
    running.process.wait()
    for pipe in (running.process.stdin, running.process.stdout):
        assert pipe
        pipe.close()


def test_requests_are_answered_in_turn(folder: Path, program: Program) -> None:
    assert program.ready == {"type": "ready", "model": "maps", "device": None, "precision": None}
    mask = folder / "masks/a.png"
    answer = program.ask({"id": 7, "source": str(folder / "a.jpg"), "outputs": {"mask": str(mask)}})
    assert (answer["id"], answer["type"], answer["state"], answer["outputs"]) == (7, "photo", "done", [str(mask)])
    grey = cv2.imread(str(mask), cv2.IMREAD_UNCHANGED)
    assert grey.shape == (64, 64)
    assert (grey[32, 32], grey[2, 2]) == (255, 0)
    named = program.ask({"source": str(folder / "b.jpg")})
    assert named["outputs"] == [str(folder / "out/b-cutout.png")]
    again = program.ask({"source": str(folder / "b.jpg")})
    assert again["state"] == "skipped"
    assert program.end() == 0
    assert files_in(folder / "out") == {"b-cutout.png"}


def test_settings_of_a_request_are_its_own(folder: Path, program: Program) -> None:
    def area(settings: dict[str, Any]) -> int:
        out = folder / "mask.png"
        program.ask({"source": str(folder / "a.jpg"), "outputs": {"mask": str(out)}, "settings": settings})
        return int(np.count_nonzero(cv2.imread(str(out), cv2.IMREAD_UNCHANGED) > 127))

    whole = area({})
    assert area({"threshold": 0.9}) < whole
    assert area({}) == whole


def test_what_goes_wrong_is_answered_and_the_next_photo_is_cut(folder: Path, program: Program) -> None:
    (folder / "bad.jpg").write_bytes(b"\xff\xd8\xff no photo")
    bad = program.ask({"id": "x", "source": str(folder / "bad.jpg")})
    assert (bad["id"], bad["state"], bad["error_type"]) == ("x", "failed", "PhotoDamaged")
    missing = program.ask({"source": str(folder / "none.jpg")})
    assert missing["error_type"] == "PhotoMissing"
    odd = program.ask(b'{"id": 3, "colour": 1}')
    assert (odd["type"], odd["id"], odd["error_type"]) == ("error", 3, "BadRequest")
    assert "“colour” is unknown" in odd["error"]
    assert program.ask(b"\xfe\xff")["type"] == "error"
    assert program.ask({"source": str(folder / "a.jpg")})["state"] == "done"
    assert program.end() == 0


def test_paths_beside_it_are_refused(folder: Path) -> None:
    ended = kirie("cut", folder / "a.jpg", "--stdin", "-o", folder / "out")
    assert ended.status == 2
    assert "photos are named on standard input" in ended.err
    ended = kirie("cut", "-o", folder / "out")
    assert ended.status == 2
    assert "name a photo or a folder of photos" in ended.err
