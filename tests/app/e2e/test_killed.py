"""A killed program comes back with everything that was on the table, and its batch goes on where it stopped."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtWidgets import QAbstractButton

from tests.app.e2e.conftest import Play
from tests.app.e2e.user import PATIENCE_MS, User
from tests.gui.conftest import disc

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
import main
from gui.main_window import MainWindow

def act():
    (window,) = [one for one in QApplication.topLevelWidgets() if isinstance(one, MainWindow)]
    window.batch.changed.connect(lambda: print("batch", window.batch.running, flush=True))
    window.workspace.subscribe(lambda change: change.added and QTimer.singleShot(0, window.batch.start))
    window.list_actions.add([Path(sys.argv[1])])

QTimer.singleShot(0, lambda: QTimer.singleShot(1000, act))
sys.exit(main.main([]))
"""


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is POSIX; elsewhere the journal's own tests stand for it")
def test_after_a_kill_the_list_is_back_and_no_photo_is_lost_or_done_twice(play: Play, tmp_path: Path) -> None:
    shoot = tmp_path / "shoot"
    shoot.mkdir()
    photos = [shoot / f"{index:02}.jpg" for index in range(24)]
    for photo in photos:
        Image.fromarray(disc(240, 180)).save(photo)
    out, kept = shoot / "cutouts", Path(os.environ["KIRIE_HOME"]) / "workspace.json"
    program = subprocess.Popen([sys.executable, "-c", PROGRAM, str(shoot)], cwd=ROOT)
    deadline = time.monotonic() + PATIENCE_MS / 1000
    while not (kept.is_file() and out.is_dir() and len(list(out.glob("*.png"))) >= 3):
        with contextlib.suppress(subprocess.TimeoutExpired):
            pytest.fail(f"the program ended by itself with {program.wait(0.05)}")
        assert time.monotonic() < deadline
    program.send_signal(signal.SIGKILL)
    program.wait()
    before = {path: path.stat().st_mtime_ns for path in out.glob("*.png")}
    assert 3 <= len(before) < len(photos)
    for path in before:
        with Image.open(path) as cutout:
            cutout.load()

    def scene(user: User) -> None:
        user.wait(lambda: len(user.rows()) == len(photos))
        (button,) = [
            one
            for one in user.window_buttons()
            if one.accessibleName().startswith("Export ") and one.objectName() == "start"
        ]
        user.wait(button.isEnabled)
        user.click(button.accessibleName())
        user.wait(lambda: all("exported" in row for row in user.rows()))
        user.wait(lambda: user.find(QAbstractButton, "Export again").isEnabled())

    play(scene)
    assert len(list(out.iterdir())) == len(photos)
    assert {path: path.stat().st_mtime_ns for path in before} == before, "what was done is not done again"
