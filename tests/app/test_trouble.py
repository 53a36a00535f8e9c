"""What goes wrong around a batch: one clear message each, and the rest completes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands.run_help import Ended, kirie, running, save_map
from tests.matting.batch.batch_help import save_photo

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="uses Linux's mounts and limits")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Six small photos, and a large one that compresses badly, with their maps."""
    for number in range(6):
        save_photo(tmp_path / f"in/{number}.jpg", seed=number)
        save_map(tmp_path / f"maps/{number}.png")
    save_photo(tmp_path / "in/large.png", side=900)
    save_map(tmp_path / "maps/large.png", 255)
    (tmp_path / "out").mkdir()
    return tmp_path


def _arguments(folder: Path) -> list[object]:
    plain = ("--edges", "off", "--no-decontaminate")
    return ["cut", folder / "in", "-o", folder / "out", "--probability-from", folder / "maps", *plain]


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*")}


def _said_once(ended: Ended, sentence: str) -> None:
    assert ended.err.count(sentence) == 1, ended.err
    assert "Traceback" not in ended.err


def test_a_file_size_limit_fails_the_large_photo_only(folder: Path) -> None:
    limited = ["bash", "-c", 'ulimit -f 400; exec "$@"', "bash"]  # blocks of 1024 bytes
    ended = kirie(*_arguments(folder), prefix=limited)
    assert ended.status == 1
    _said_once(ended, "the disk is full")
    assert "large.png" in ended.err
    assert _names(folder / "out") == {f"{number}-cutout.png" for number in range(6)}
    assert kirie(*_arguments(folder)).status == 0
    assert "large-cutout.png" in _names(folder / "out")


def _mounted(folder: Path, options: str, ended: list[Ended], arguments: list[object]) -> None:
    """Run with a small file system at ``out``, in a mount namespace of its own that ends with the process."""
    script = f'mount -t tmpfs -o {options} none "$0" && exec "$@"'
    prefix = ["unshare", "--mount", "bash", "-c", script, str(folder / "out")]
    probe = subprocess.run([*prefix[:-1], str(folder / "out"), "true"], capture_output=True, check=False)
    if probe.returncode:
        pytest.skip(f"mounting is not allowed here: {probe.stderr.decode().strip()}")
    ended.append(kirie(*arguments, prefix=prefix))


def test_a_full_disk_fails_the_large_photo_only(folder: Path) -> None:
    ended: list[Ended] = []
    _mounted(folder, "size=600k", ended, _arguments(folder))
    assert ended[0].status == 1
    _said_once(ended[0], "the disk is full")
    assert "6 cut out, 1 failed" in ended[0].err


def test_a_read_only_output_folder_is_said_once_before_anything_is_cut(folder: Path) -> None:
    ended: list[Ended] = []
    _mounted(folder, "ro", ended, _arguments(folder))
    assert ended[0].status == 1
    _said_once(ended[0], "(the disk is read-only); choose another folder")


def test_the_output_folder_deleted_midway_is_made_again(folder: Path) -> None:
    for number in range(6, 60):
        save_photo(folder / f"in/{number}.jpg", side=400, seed=number)
        save_map(folder / f"maps/{number}.png")
    said = []
    with running(*_arguments(folder)) as process:
        for line in process.stderr or ():
            said.append(line)
            if line.startswith("[5/"):
                # Out of the program's reach first: rmtree stumbles over files that come and go while it works.
                shutil.rmtree((folder / "out").rename(folder / "gone"))
    assert "Traceback" not in "".join(said)
    assert process.returncode in {0, 1}  # a photo may have been between its temporary file and its name
    assert len(_names(folder / "out")) >= 50
    assert not [name for name in _names(folder / "out") if name.endswith(".tmp")]
    assert kirie(*_arguments(folder)).status == 0
    assert len(_names(folder / "out")) == 61


def test_sources_deleted_midway_fail_alone(folder: Path) -> None:
    for number in range(6, 60):
        save_photo(folder / f"in/{number}.jpg", side=400, seed=number)
        save_map(folder / f"maps/{number}.png")
    said = []
    with running(*_arguments(folder)) as process:
        for line in process.stderr or ():
            said.append(line)
            if line.startswith("[5/"):
                for number in (57, 58, 59):
                    (folder / f"in/{number}.jpg").unlink()
    assert process.returncode == 1
    assert sum("is no longer there" in line for line in said) == 3
    assert "Traceback" not in "".join(said)
    assert len(_names(folder / "out")) == 58


def test_a_folder_full_of_rubbish_is_one_sentence_each(folder: Path) -> None:
    good = (folder / "in/0.jpg").read_bytes()
    rubbish = {"empty.jpg": b"", "text.png": b"hello", "short.jpg": good[: len(good) // 2], "zeros.webp": bytes(5000)}
    for name, content in rubbish.items():
        (folder / "in" / name).write_bytes(content)
    (folder / "in/folder.jpg").mkdir()
    os.mkfifo(folder / "in/pipe.png")
    ended = kirie(*_arguments(folder), "--json")
    assert ended.status == 1
    failed = {Path(line["source"]).name: line["error"] for line in ended.lines[:-1] if line["state"] == "failed"}
    assert set(failed) == {*rubbish, "pipe.png"}
    assert all(sentence.count("\n") == 0 and sentence.endswith(".") for sentence in failed.values())
    assert ended.lines[-1]["done"] == 7


def test_a_loop_of_links_ends(folder: Path) -> None:
    (folder / "in/again").symlink_to(folder / "in", target_is_directory=True)
    ended = kirie(*_arguments(folder))
    assert ended.status == 0
    assert "7 photos: 7 cut out" in ended.err


def test_without_a_home_to_write_the_batch_is_done(folder: Path) -> None:
    (folder / "home").write_text("a file")
    ended = kirie(*_arguments(folder), KIRIE_HOME=str(folder / "home"))
    assert ended.status == 0
    assert kirie(*_arguments(folder), KIRIE_HOME=str(folder / "home")).err.count("already there") == 7
