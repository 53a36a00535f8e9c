"""``kirie watch`` as a process: killed at random moments while photos arrive, started again, stopped."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import pytest

from matting.system import folders
from tests.commands.run_help import command, kirie, running, save_map
from tests.matting.batch.batch_help import save_photo

pytestmark = pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
COUNT = 24
KILLS = int(os.environ.get("KIRIE_KILLS", "5"))


@pytest.fixture
def watch(tmp_path: Path) -> list[str]:
    """Return the command line that watches an empty folder."""
    (tmp_path / "in").mkdir()
    for number in range(COUNT + 1):
        save_map(tmp_path / f"maps/{number}.png")
    arguments = ("watch", tmp_path / "in", "-o", tmp_path / "out", "--probability-from", tmp_path / "maps")
    speed = ("--settle", "0.2", "--every", "0.05", "--edges", "off", "--no-decontaminate")
    return [*map(str, arguments), *speed, "--failures", str(tmp_path / "failures.txt")]


def _until(condition: Callable[[], bool], process: subprocess.Popen[Any] | None = None) -> bool:
    limit = time.monotonic() + 90
    while not condition() and time.monotonic() < limit and (process is None or process.poll() is None):
        time.sleep(0.005)
    return condition()


def _written(folder: Path) -> dict[str, tuple[int, int]]:
    files = {path: path.stat() for path in folder.glob("*.png")}
    return {path.name: (stat.st_ino, stat.st_mtime_ns) for path, stat in files.items()}


def test_killed_at_random_moments_every_photo_is_cut_exactly_once(tmp_path: Path, watch: list[str]) -> None:
    seed = random.randrange(10**6)
    moments = random.Random(seed)
    arrived, seen = 0, dict[str, tuple[int, int]]()
    for _ in range(KILLS):
        with running(*watch) as process:
            for _ in range(COUNT // KILLS):
                # As a copy arrives: under its own name from the first byte.
                save_photo(tmp_path / f"in/{arrived}.jpg", side=400, seed=arrived)
                arrived += 1
            wanted = len(seen) + moments.randrange(1 + arrived - len(seen))
            _until(lambda wanted=wanted: len(_written(tmp_path / "out")) >= wanted, process)
            process.kill()
        now = _written(tmp_path / "out")
        assert all(now[name] == mark for name, mark in seen.items()), seed
        seen = now
    with running(*watch) as process:
        save_photo(tmp_path / f"in/{arrived}.jpg", side=400, seed=arrived)  # once it is written, the program is up
        arrived += 1
        assert _until(lambda: len(_written(tmp_path / "out")) == arrived, process), seed
        process.send_signal(signal.SIGTERM)
    assert process.returncode == 0
    final = _written(tmp_path / "out")
    assert set(final) == {f"{number}-cutout.png" for number in range(arrived)}
    assert all(final[name] == mark for name, mark in seen.items()), seed
    assert len(list((tmp_path / "out").iterdir())) == arrived, "temporary files are left"
    for name in final:
        assert cv2.imread(str(tmp_path / "out" / name), cv2.IMREAD_UNCHANGED).shape == (400, 400, 4)
    (journal,) = folders.journals_folder().glob("*.jsonl")
    lines = [json.loads(line) for line in journal.read_text().splitlines()]
    assert set(Counter(line["source"] for line in lines if line["event"] == "done").values()) == {1}


def test_failures_are_kept_in_a_file_and_leave_it(tmp_path: Path, watch: list[str]) -> None:
    bad, listed = tmp_path / "in/0.jpg", tmp_path / "failures.txt"
    bad.write_bytes(b"\xff\xd8\xff not a photo")
    with running(*watch) as process:
        assert _until(lambda: listed.is_file() and "0.jpg is damaged" in listed.read_text(), process)
        save_photo(bad)
        assert _until(lambda: listed.read_text() == "", process)
        process.send_signal(signal.SIGINT)
        assert process.stderr
        err = process.stderr.read()
    assert process.returncode == 0
    assert "1 cut out, 0 with no subject found, 1 failed; 0 fail now" in err
    assert "Traceback" not in err


def test_results_as_json(tmp_path: Path, watch: list[str]) -> None:
    save_photo(tmp_path / "in/0.jpg")
    out = tmp_path / "lines.jsonl"
    with out.open("w") as file:
        process = subprocess.Popen([*command(*watch), "--json"], stdout=file, stderr=subprocess.DEVNULL)
        try:
            assert _until(lambda: '"type": "photo"' in out.read_text(), process)
            process.send_signal(signal.SIGTERM)
            assert process.wait(60) == 0
        finally:
            process.kill()
            process.wait()
    photo, summary = map(json.loads, out.read_text().splitlines())
    assert (photo["state"], Path(photo["outputs"][0]).name) == ("done", "0-cutout.png")
    assert summary == {"type": "summary", "done": 1, "no_subject": 0, "failed": 0, "fail_now": 0}


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (("-o", "in"), "-o must be another folder than the one that is watched"),
        (("-o", "out", "--name", "{index}"), "photos that arrive have no number"),
        (("-o", "out", "--settle", "-1"), "not a number from 0 to 86400"),
    ],
)
def test_bad_usage(tmp_path: Path, more: tuple[str, ...], sentence: str) -> None:
    (tmp_path / "in").mkdir()
    ended = kirie("watch", "in", *more, cwd=tmp_path)
    assert ended.status == 2
    assert sentence in ended.err
