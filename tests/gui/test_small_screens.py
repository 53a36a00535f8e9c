"""The window fits the screens of common laptops, and nothing in it is cut off there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

CHILD = """
import json, sys, time
from PySide6.QtCore import QEventLoop, QPoint, QRect
from PySide6.QtWidgets import QAbstractButton, QDialog, QLabel, QPushButton, QToolButton
from gui.app import make_application, open_window
from gui.settings.table import Settings

def narrow(widget):
    return widget.width() < widget.sizeHint().width() or widget.height() < min(widget.sizeHint().height(), 22)

application = make_application()
found = {}
for language in ("en", "zh_CN"):
    settings = Settings()
    settings.set("program/language", language)
    settings.set("program/theme", "dark")
    settings.sync()
    window = open_window(application)
    window.show()
    application.processEvents()
    screen = window.screen().availableGeometry()
    start = window.findChild(QAbstractButton, "start")
    inside = lambda widget: QRect(widget.mapToGlobal(QPoint(0, 0)), widget.size())
    buttons = [one for kind in (QPushButton, QToolButton) for one in window.findChildren(kind)
               if one.isVisible() and not one.objectName().startswith("qt_")]
    labels = [one for one in window.findChildren(QLabel) if one.isVisible() and not one.wordWrap() and one.text()
              and one.accessibleName() != "State of the batch"]
    found[language] = {
        "screen": [screen.width(), screen.height()],
        "fits": screen.contains(window.frameGeometry()),
        "frame": window.frameGeometry().getRect(),
        "least": [window.minimumSizeHint().width(), window.minimumSizeHint().height()],
        "canvas": [window.canvas.parentWidget().width(), window.canvas.parentWidget().height()],
        "shown": [screen.contains(inside(part)) for part in (start, window.inspector, window.panel)],
        "dialogs": {},
        "cut": [one.accessibleName() or one.text() for one in buttons + labels if narrow(one)],
    }
    for name in ("train", "shortcuts", "settings", "about", "log"):
        window.actions_[name].trigger()
        dialogs, until = [], time.monotonic() + 60
        while not dialogs and time.monotonic() < until:
            application.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 1000)
            dialogs = [one for one in application.topLevelWidgets() if one.isVisible() and isinstance(one, QDialog)]
        for dialog in dialogs:
            found[language]["dialogs"][name] = [dialog.frameGeometry().width(), dialog.frameGeometry().height()]
            dialog.close()
    if len(sys.argv) > 1:
        window.grab().save(f"{sys.argv[1]}-{language}.png")
    window.close()
    window.deleteLater()
    application.processEvents()
print(json.dumps(found))
"""


@pytest.mark.parametrize(("width", "height", "scale"), [(1024, 600, "1"), (1366, 768, "1.25"), (1920, 1080, "1.75")])
def test_the_window_fits_a_small_screen(tmp_path: Path, width: int, height: int, scale: str) -> None:
    screens = tmp_path / "screens.json"
    screen = {"name": "laptop", "x": 0, "y": 0, "width": width, "height": height, "logicalDpi": 96, "dpr": 1}
    screens.write_text(json.dumps({"screens": [screen]}), "utf-8")
    environment = {**os.environ, "QT_QPA_PLATFORM": f"offscreen:configfile={screens}", "QT_SCALE_FACTOR": scale}
    pictures = os.environ.get("KIRIE_SCREENSHOTS")
    arguments = [str(Path(pictures) / f"{width}x{height}at{scale}")] if pictures else []
    child = [sys.executable, "-c", CHILD, *arguments]
    done = subprocess.run(child, cwd=ROOT, env=environment, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    for language, found in json.loads(done.stdout).items():
        told = (language, found)
        assert found["screen"] == [round(width / float(scale)), round(height / float(scale))], told
        assert found["fits"], told
        assert found["least"][0] <= 960, told
        assert found["least"][1] <= 560, told
        assert min(found["canvas"]) >= 300, told
        assert all(found["shown"]), told
        assert not found["cut"], told
        assert len(found["dialogs"]) == 5, told
        for wide, high in found["dialogs"].values():
            assert wide <= found["screen"][0], told
            assert high <= found["screen"][1], told
