"""The built program, where ``KIRIE_EXECUTABLE`` names one: works anywhere, for anybody, and stays small."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import resources

EXECUTABLE = os.environ.get("KIRIE_EXECUTABLE", "")
MOST_MB = 700
# What the system itself needs, and a closed port for whoever tries the network.
KEPT = ("DISPLAY", "XAUTHORITY", "WAYLAND_DISPLAY", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR")
NOWHERE = {"PATH": "", "PYTHONPATH": "", "HTTP_PROXY": "http://127.0.0.1:9", "HTTPS_PROXY": "http://127.0.0.1:9"}

pytestmark = pytest.mark.skipif(not EXECUTABLE, reason="KIRIE_EXECUTABLE does not name a built program")


@pytest.fixture
def folder() -> Path:
    """Where the program lies."""
    return Path(EXECUTABLE).resolve().parent


@pytest.fixture
def read_only(folder: Path) -> Iterator[None]:
    """Make the folder as an administrator installs it; root may write anyway."""
    places = [folder, *(path for path in folder.rglob("*") if path.is_dir())]
    modes = [place.stat().st_mode for place in places]
    for place in places:
        place.chmod(0o555)
    yield
    for place, mode in zip(places, modes, strict=True):
        place.chmod(mode)


def _run(tmp_path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run it as another user in another place, with nothing of this environment."""
    home, elsewhere = tmp_path / "home", tmp_path / "elsewhere"
    for place in (home, elsewhere):
        place.mkdir(exist_ok=True)
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return subprocess.run(
        [str(Path(EXECUTABLE).resolve()), *arguments],
        cwd=elsewhere,
        env={**kept, **NOWHERE, "HOME": str(home), "USERPROFILE": str(home), "LOCALAPPDATA": str(home)},
        capture_output=True,
        encoding="utf-8",
        timeout=540,
        check=False,
    )


@pytest.mark.usefixtures("read_only")
def test_the_full_selftest_passes(tmp_path: Path) -> None:
    before = _files(Path(EXECUTABLE).resolve().parent)
    done = _run(tmp_path, "selftest", "--full")
    print(done.stdout)
    assert done.returncode == 0, done.stderr
    assert "selftest passed" in done.stdout
    assert not done.stderr
    if sys.platform == "linux":
        assert f"window: {'xcb' if 'DISPLAY' in os.environ else 'offscreen'}" in done.stdout
    assert _files(Path(EXECUTABLE).resolve().parent) == before


def test_the_command_line_cuts_a_photo(tmp_path: Path) -> None:
    photo = min(resources.SAMPLES.glob("*.jpg"))
    done = _run(tmp_path, "cut", str(photo), "-o", "out")
    assert done.returncode == 0, done.stderr
    assert [path.name for path in (tmp_path / "elsewhere" / "out").iterdir()] == [f"{photo.stem}-cutout.png"]
    assert _run(tmp_path, "--help").returncode == 0
    assert _run(tmp_path, "cut", "nowhere", "-o", "out").returncode == 2


def test_it_is_small(folder: Path) -> None:
    size = sum(size for size, _time in _files(folder).values()) / 1e6
    print(f"{size:.1f} MB")
    assert size <= MOST_MB


def test_it_says_what_is_inside(folder: Path) -> None:
    (bill,) = folder.rglob("kirie.cdx.json")
    parts = {part["name"].lower() for part in json.loads(bill.read_text("utf-8"))["components"]}
    assert parts >= {"cpython", "torch", "numpy", "opencv-python-headless", "pillow"}
    licences = [path for path in folder.rglob("*") if path.suffix in ("", ".txt") and "licens" in str(path).lower()]
    assert len(licences) > len(parts) - 3
    if sys.platform == "linux":
        assert not list(folder.rglob("libavcodec*")), "FFmpeg is not ours to carry"


def _files(folder: Path) -> dict[Path, tuple[int, float]]:
    """Size and time of each file."""
    files = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return {path: (path.stat().st_size, path.stat().st_mtime) for path in files}
