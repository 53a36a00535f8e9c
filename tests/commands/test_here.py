"""``kirie here``: cutouts beside the photos, told by the desktop's programs; here stand-ins that note their calls."""

from __future__ import annotations

import os
import plistlib
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import resources
from commands.here import folder_beside
from tests.commands.run_help import ROOT, kirie
from tests.matting.batch.batch_help import files_in, save_photo

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the programs of Linux desktops")
INTEGRATION = resources.ROOT / "integration"


@pytest.fixture
def desktop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], list[str]]:
    """Put stand-ins on the PATH; returns a function that gives the calls of one, each as one line."""
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir()
    for name, says in (("notify-send", "echo 7"), ("xdg-open", "true")):
        script = bin_folder / name
        script.write_text(f'#!/bin/sh\necho "$*" >> "{tmp_path}/{name}.calls"\n{says}\n')
        script.chmod(0o755)
    program = bin_folder / "kirie"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{ROOT / "main.py"}" "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(bin_folder), prepend=os.pathsep)

    def calls(name: str) -> list[str]:
        file, limit = tmp_path / f"{name}.calls", time.monotonic() + 20
        while not file.exists() and time.monotonic() < limit:  # xdg-open is not waited for
            time.sleep(0.01)
        return file.read_text().splitlines()

    return calls


def test_a_folder_is_cut_into_itself_and_shown(tmp_path: Path, desktop: Callable[[str], list[str]]) -> None:
    for number in range(3):
        save_photo(tmp_path / f"photos/{number}.jpg", side=64, seed=number)
    assert kirie("here", tmp_path / "photos").status == 0
    out = tmp_path / "photos/cutouts"
    assert files_in(out) == {"0-cutout.png", "1-cutout.png", "2-cutout.png"}
    notified = desktop("notify-send")
    assert "Loading the model" in notified[0]
    assert any("of 3 photos" in call and "int:value:" in call for call in notified)
    assert notified[-1].endswith(f"3 cut out: {out}")
    assert all("--replace-id=7" in call for call in notified[1:]), "each text replaces the last one"
    assert desktop("xdg-open") == [str(out)]
    assert kirie("here", tmp_path / "photos").status == 0
    assert desktop("notify-send")[-1].endswith(f"3 already there: {out}")


def test_photos_are_cut_beside_themselves(tmp_path: Path, desktop: Callable[[str], list[str]]) -> None:
    photo = save_photo(tmp_path / "photos/-a.jpg", side=64)
    (tmp_path / "photos/b.jpg").write_bytes(b"\xff\xd8\xff no photo")
    ended = kirie("here", "--", "-a.jpg", "b.jpg", cwd=photo.parent)
    assert ended.status == 1
    assert files_in(photo.parent / "cutouts") == {"-a-cutout.png"}
    assert "1 cut out, 1 failed" in desktop("notify-send")[-1]


def test_what_cannot_be_done_is_said(tmp_path: Path, desktop: Callable[[str], list[str]]) -> None:
    assert kirie("here", tmp_path / "none.jpg").status == 2
    assert "there is no such file or folder" in desktop("notify-send")[-1]
    (tmp_path / "empty").mkdir()
    assert kirie("here", tmp_path / "empty").status == 0
    assert desktop("notify-send")[-1].endswith("There are no photos here.")


def test_a_desktop_without_notifications_stops_nothing(tmp_path: Path) -> None:
    save_photo(tmp_path / "photos/a.jpg", side=64)
    assert kirie("here", tmp_path / "photos", PATH="/nonexistent").status == 0
    assert files_in(tmp_path / "photos/cutouts") == {"a-cutout.png"}


def test_the_script_of_nautilus(tmp_path: Path, desktop: Callable[[str], list[str]]) -> None:
    """Nautilus starts it in the folder, with the names of what is selected."""
    photo = save_photo(tmp_path / "my photos/a b.jpg", side=64)
    script = INTEGRATION / "nautilus/Cut out with Kirie"
    assert subprocess.run([script, "a b.jpg"], cwd=photo.parent, check=False).returncode == 0
    assert files_in(photo.parent / "cutouts") == {"a b-cutout.png"}
    assert desktop("xdg-open")


def test_where_cutouts_go(tmp_path: Path) -> None:
    folder = tmp_path / "shoot"
    (folder / "sub").mkdir(parents=True)
    assert folder_beside([folder]) == folder / "cutouts"
    assert folder_beside([folder / "a.jpg"]) == folder / "cutouts"
    assert folder_beside([folder / "a.jpg", folder / "sub/b.jpg"]) == folder / "cutouts"
    assert folder_beside([folder, tmp_path / "a.jpg"]) == tmp_path / "cutouts"


def test_files_for_file_managers_are_whole() -> None:
    contents = INTEGRATION / "finder/Cut out with Kirie.workflow/Contents"
    services = plistlib.loads((contents / "Info.plist").read_bytes())["NSServices"]
    assert services[0]["NSMenuItem"]["default"] == "Cut out with Kirie"
    (action,) = plistlib.loads((contents / "document.wflow").read_bytes())["actions"]
    parameters = action["action"]["ActionParameters"]
    checked = subprocess.run(["sh", "-n"], input=parameters["COMMAND_STRING"].encode(), check=False)
    assert checked.returncode == 0
    assert parameters["inputMethod"] == 1, "files come as arguments"
    for file in ("nautilus/Cut out with Kirie", "dolphin/kirie-cutout.desktop"):
        assert os.access(INTEGRATION / file, os.X_OK), f"{file} must be executable"
