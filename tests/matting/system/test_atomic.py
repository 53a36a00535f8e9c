"""A file is whole or not there, whatever happens while it is written."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from matting.errors import DiskFull, FolderNotWritable, WriteError
from matting.system import atomic
from matting.system.atomic import remove_leftovers, write_atomic

POSIX = sys.platform != "win32"


def only(folder: Path, *names: str) -> bool:
    return sorted(path.name for path in folder.iterdir()) == sorted(names)


def test_writes_and_replaces(tmp_path: Path) -> None:
    target = tmp_path / "切り絵 'quoted' 🙂.png"
    write_atomic(target, b"first")
    write_atomic(target, b"second")
    assert target.read_bytes() == b"second"
    assert only(tmp_path, target.name)


def test_missing_folders_are_made(tmp_path: Path) -> None:
    target = tmp_path / "a" / "b" / "c.png"
    write_atomic(target, b"x")
    assert target.read_bytes() == b"x"


@pytest.mark.skipif(not POSIX, reason="POSIX permissions")
def test_others_may_read_the_file_as_usual(tmp_path: Path) -> None:
    mask = os.umask(0o022)
    try:
        write_atomic(tmp_path / "a.png", b"x")
    finally:
        os.umask(mask)
    assert (tmp_path / "a.png").stat().st_mode & 0o777 == 0o644


@pytest.mark.skipif(not POSIX, reason="POSIX permissions")
def test_a_read_only_folder_is_named(tmp_path: Path) -> None:
    """Root may write anywhere, so a child without that privilege tries."""
    folder = tmp_path / "locked"
    folder.mkdir()
    (folder / "old.png").write_bytes(b"old")
    folder.chmod(0o555)
    done = run_writer(folder / "old.png", b"new", before="import os; os.geteuid() == 0 and os.setuid(65534)")
    assert done == f"FolderNotWritable Kirie cannot write to {folder} (access is denied); choose another folder."
    assert (folder / "old.png").read_bytes() == b"old"
    assert only(folder, "old.png")


def run_writer(target: Path, data: bytes, before: str = "") -> str:
    """Write in a child process after some preparation; the error it met, as "Type sentence"."""
    # Everything is imported before the preparation: it may take away the right to read the interpreter's files.
    script = f"""
import sys
from pathlib import Path
from matting.system.atomic import write_atomic
from matting.errors import WriteError
{before}
try:
    write_atomic(Path({str(target)!r}), {data!r})
except WriteError as error:
    print(type(error).__name__, error)
"""
    for folder in target.parents:  # pytest's folders are for their owner alone
        if folder.name.startswith("pytest-"):
            folder.chmod(0o755)
        if folder.parent.name.startswith("pytest-"):
            folder.chmod(0o755)
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout.strip()


@pytest.mark.skipif(not POSIX, reason="POSIX limits")
def test_a_full_disk_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    import resource  # not on Windows

    target = tmp_path / "a.png"
    target.write_bytes(b"old")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
        with pytest.raises(DiskFull, match="because the disk is full") as caught:
            write_atomic(target, bytes(5000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert caught.value.path == target
    assert target.read_bytes() == b"old"
    assert only(tmp_path, "a.png")


@pytest.mark.skipif(not sys.platform.startswith("linux") or os.geteuid() != 0, reason="needs Linux and root")
def test_a_really_full_disk(tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", small], capture_output=True).returncode:
        pytest.skip("mounting is not allowed here")
    try:
        with pytest.raises(DiskFull):
            write_atomic(small / "a.png", bytes(200_000))
        assert only(small)
        write_atomic(small / "b.png", bytes(20_000))
    finally:
        subprocess.run(["umount", small], check=True)


def test_a_file_in_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "out").write_bytes(b"")
    with pytest.raises(FolderNotWritable):
        write_atomic(tmp_path / "out" / "a.png", b"x")


def test_a_folder_in_place_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "a.png").mkdir()
    with pytest.raises(WriteError):
        write_atomic(tmp_path / "a.png", b"x")
    assert only(tmp_path, "a.png")


def test_a_name_that_is_too_long(tmp_path: Path) -> None:
    with pytest.raises(WriteError, match="could not be written"):
        write_atomic(tmp_path / ("x" * 300 + ".png"), b"x")
    assert only(tmp_path)


def test_a_folder_deleted_in_between_is_made_again(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    write_atomic(folder / "a.png", b"x")
    shutil.rmtree(folder)
    write_atomic(folder / "b.png", b"x")
    assert only(folder, "b.png")


@pytest.mark.skipif(not POSIX, reason="SIGKILL")
def test_leftovers_of_a_killed_process_are_removed_and_living_ones_stay(tmp_path: Path) -> None:
    """A child writes without end and is killed: what it leaves is a temporary file or nothing, never half a target."""
    script = (
        "import sys; from pathlib import Path; from matting.system.atomic import write_atomic\n"
        "print('ready', flush=True)\n"
        "while True: write_atomic(Path(sys.argv[1]) / 'big.bin', bytes(30_000_000))"
    )
    root = Path(__file__).resolve().parents[3]
    left: list[Path] = []
    for _ in range(20):
        child = subprocess.Popen([sys.executable, "-c", script, tmp_path], cwd=root, stdout=subprocess.PIPE)
        assert child.stdout is not None
        with child.stdout as out:
            out.readline()
            while not (left := list(tmp_path.glob(".kirie-*.tmp"))):  # killed while a temporary file is there
                pass
            assert remove_leftovers(tmp_path) == [], "its process lives"
            child.send_signal(signal.SIGKILL)
            child.wait()
        if left := list(tmp_path.glob(".kirie-*.tmp")):
            break
    assert left
    assert remove_leftovers(tmp_path) == left
    assert all(path.stat().st_size == 30_000_000 for path in tmp_path.iterdir())


def test_only_our_own_kind_of_leftover_goes(tmp_path: Path) -> None:
    mine = tmp_path / f".kirie-{atomic._HOST}-{os.getpid()}-01234567.tmp"  # an earlier process with our number
    foreign_new = tmp_path / ".kirie-00000000-5-01234567.tmp"
    foreign_old = tmp_path / ".kirie-00000000-6-01234567.tmp"
    others = [
        tmp_path / name for name in (".kirie.tmp", "photo.tmp", ".kirie-x-1-2.tmp", "kirie-00000000-6-01234567.tmp")
    ]
    for path in (mine, foreign_new, foreign_old, *others):
        path.write_bytes(b"x")
    two_days_ago = time.time() - 2 * 86400
    os.utime(foreign_old, (two_days_ago, two_days_ago))
    assert sorted(remove_leftovers(tmp_path)) == sorted([mine, foreign_old])
    assert foreign_new.exists()
    assert all(path.exists() for path in others)


def test_leftovers_of_a_missing_folder(tmp_path: Path) -> None:
    assert remove_leftovers(tmp_path / "nowhere") == []
