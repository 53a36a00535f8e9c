"""A double click on a photo while Kirie runs: the photo comes into the window that is open."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from PIL import Image
from PySide6.QtWidgets import QListView

from tests.app.e2e.conftest import Play
from tests.app.e2e.user import User
from tests.gui.conftest import disc

ROOT = Path(__file__).resolve().parents[3]


def test_a_second_start_brings_its_photo_into_the_open_window_and_ends(play: Play, tmp_path: Path) -> None:
    photo = tmp_path / "shoot" / "front.jpg"
    photo.parent.mkdir()
    Image.fromarray(disc(96, 64)).save(photo)

    def scene(user: User) -> None:
        # Named from where the terminal stands, which is not where the window was started.
        start = [sys.executable, str(ROOT / "main.py"), photo.name]
        second = subprocess.Popen(start, cwd=photo.parent, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        user.wait(lambda: second.poll() is not None)
        assert second.returncode == 0
        assert second.communicate()[0] == b""
        user.wait(lambda: len(user.rows()) == 1)
        assert user.rows()[0].startswith("front.jpg")
        user.wait(lambda: "96 × 64" in user.rows()[0])
        assert user.find(QListView, "Photos").window().isActiveWindow()

    play(scene)
    kept = (tmp_path / "kirie-home" / "workspace.json").read_text("utf-8")
    assert str(photo) in kept

    def next_day(user: User) -> None:
        user.wait(lambda: len(user.rows()) == 1)

    play(next_day)
