"""Ctrl-C, SIGTERM and SIGKILL in the middle of a real batch, as processes."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections import Counter
from pathlib import Path

import cv2
import pytest

from matting.system import folders
from tests.commands.run_help import kirie, running, save_map
from tests.matting.batch.batch_help import save_photo

pytestmark = pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
COUNT = 40
# All twenty moments take two minutes: KIRIE_KILLS=20.
KILLS = int(os.environ.get("KIRIE_KILLS", "5"))


@pytest.fixture
def batch(tmp_path: Path) -> list[str]:
    """Return the command line of a batch of 40 photos that takes a few seconds."""
    for number in range(COUNT):
        name = f"{'sub/' if number % 3 else ''}{number}"
        save_photo(tmp_path / f"in/{name}.jpg", side=700, seed=number)
        save_map(tmp_path / f"maps/{name}.png")
    plain = ("--edges", "off", "--no-decontaminate")  # little work, many files
    arguments = ("cut", tmp_path / "in", "-o", tmp_path / "out", "--write", "cutout", "--write", "mask", *plain)
    return [*map(str, arguments), "--probability-from", str(tmp_path / "maps")]


def _outputs(folder: Path) -> dict[str, tuple[int, int]]:
    """Each file and what changes when it is written again."""
    if not folder.is_dir():
        return {}
    found = {path: path.stat() for path in folder.rglob("*") if path.is_file() and path.suffix != ".tmp"}
    return {path.relative_to(folder).as_posix(): (stat.st_ino, stat.st_mtime_ns) for path, stat in found.items()}


def _wait_for_files(folder: Path, count: int, process: subprocess.Popen[str]) -> None:
    limit = time.monotonic() + 60
    while len(_outputs(folder)) < count and process.poll() is None and time.monotonic() < limit:
        time.sleep(0.005)


def test_killed_at_random_moments_every_photo_is_done_exactly_once(tmp_path: Path, batch: list[str]) -> None:
    seed = random.randrange(10**6)
    moments = random.Random(seed)
    seen: dict[str, tuple[int, int]] = {}
    for _ in range(KILLS):
        with running(*batch) as process:
            # Somewhere in what this run will still do, then a little later: anywhere in reading, cutting or writing.
            _wait_for_files(tmp_path / "out", len(seen) + moments.randrange(2 * COUNT // KILLS + 1), process)
            time.sleep(moments.random() * 0.05)
            process.kill()
        now = _outputs(tmp_path / "out")
        rewritten = {name for name in seen if now.get(name) != seen[name]}
        # A photo's second file may have been missing when the kill came: then both are made again.
        assert all(_lacked_one(name, seen) for name in rewritten), (seed, rewritten)
        seen = now
    ended = kirie(*batch)
    assert ended.status == 0, ended.err
    final = _outputs(tmp_path / "out")
    assert all(final[name] == mark or _lacked_one(name, seen) for name, mark in seen.items()), seed
    below = {number: "sub/" if number % 3 else "" for number in range(COUNT)}
    assert set(final) == {f"{below[n]}{n}-{kind}.png" for n in range(COUNT) for kind in ("cutout", "mask")}
    everything = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert len(everything) == 2 * COUNT, "temporary files are left"
    for path in everything:
        assert cv2.imread(str(path), cv2.IMREAD_UNCHANGED) is not None, path
    (journal,) = folders.journals_folder().glob("*.jsonl")
    done = Counter(
        line.split('"source":"')[1].split('"')[0]
        for line in journal.read_text().splitlines()
        if '"event":"done"' in line
    )
    assert set(done.values()) == {1}
    assert len(done) == COUNT


def _lacked_one(name: str, seen: dict[str, tuple[int, int]]) -> bool:
    other = name.replace("-cutout.", "-mask.") if "-cutout." in name else name.replace("-mask.", "-cutout.")
    return other not in seen


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_one_signal_ends_cleanly(tmp_path: Path, batch: list[str], number: signal.Signals, status: int) -> None:
    with running(*batch) as process:
        _wait_for_files(tmp_path / "out", 8, process)
        process.send_signal(number)
        assert process.stderr
        err = process.stderr.read()
    assert process.returncode == status
    assert "stopping after the photos in hand" in err
    assert "not reached" in err
    assert "Traceback" not in err
    before = _outputs(tmp_path / "out")
    names = Counter(name.rpartition("-")[0] for name in before)
    assert f"{len(names)} cut out, {COUNT - len(names)} not reached" in err
    assert 4 <= len(names) < COUNT
    assert set(names.values()) == {2}, "a photo was begun and not finished"
    assert not list((tmp_path / "out").rglob("*.tmp"))
    assert kirie(*batch).status == 0
    after = _outputs(tmp_path / "out")
    assert len(after) == 2 * COUNT
    assert all(after[name] == mark for name, mark in before.items())


def test_a_second_signal_ends_at_once(tmp_path: Path, batch: list[str]) -> None:
    with running(*batch) as process:
        _wait_for_files(tmp_path / "out", 4, process)
        process.send_signal(signal.SIGINT)
        assert process.stderr
        while "press Ctrl-C again" not in process.stderr.readline():
            pass
        process.send_signal(signal.SIGINT)
    assert process.returncode == 130
    assert kirie(*batch).status == 0
    assert len([path for path in (tmp_path / "out").rglob("*") if path.is_file()]) == 2 * COUNT


def test_two_programs_do_not_write_into_one_folder(tmp_path: Path, batch: list[str]) -> None:
    with running(*batch) as process:
        _wait_for_files(tmp_path / "out", 2, process)
        process.send_signal(signal.SIGSTOP)
        other = kirie(*batch)
        process.send_signal(signal.SIGCONT)
    assert other.status == 1
    assert "Another Kirie is already writing into" in other.err
    assert process.returncode == 0
