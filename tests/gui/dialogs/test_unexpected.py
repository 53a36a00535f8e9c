"""An error that nothing caught: logged, told in a sentence, and the window goes on with all that was on the table."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from gui.dialogs.log_viewer import LogViewer
from gui.dialogs.unexpected import Unexpected
from gui.workspace.workspace_file import load, workspace_file
from tests.gui.conftest import MakePhoto
from tests.gui.window_help import PATIENCE_MS, add, opened

Logged = list[str]


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> Iterator[Logged]:
    """Collect what reaches the hooks that write the log, in place of main's."""
    seen: Logged = []
    monkeypatch.setattr(sys, "excepthook", lambda _kind, error, _traceback: seen.append(str(error)))
    monkeypatch.setattr(threading, "excepthook", lambda args: seen.append(str(args.exc_value)))
    return seen


def _fail(text: str = "a defect") -> None:
    raise RuntimeError(text)


def _boxes() -> list[QMessageBox]:
    return [one for one in QApplication.topLevelWidgets() if isinstance(one, QMessageBox) and one.isVisible()]


def test_one_sentence_leads_to_the_log_and_the_workspace_is_kept(
    qtbot: QtBot, make_photo: MakePhoto, logged: Logged
) -> None:
    photo = make_photo("a.png")
    with opened(qtbot) as window:
        unexpected = Unexpected(window, window.dialogs.log)
        add(qtbot, window, photo)
        QTimer.singleShot(0, window, _fail)
        QTimer.singleShot(0, window, _fail)
        qtbot.waitUntil(lambda: bool(_boxes()) and len(logged) == 2, timeout=PATIENCE_MS)
        (box,) = _boxes()
        assert "unexpected" in box.text()
        assert "defect" not in box.text()
        (open_log,) = [button for button in box.buttons() if button.text() == "Open log"]
        open_log.click()
        qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), LogViewer), timeout=PATIENCE_MS)
        QApplication.activeModalWidget().close()
        qtbot.waitUntil(lambda: not _boxes(), timeout=PATIENCE_MS)
        unexpected.close()
    assert logged == ["a defect", "a defect"]
    assert [entry.path for entry in load(workspace_file()).entries] == [photo]


def test_an_error_on_another_thread_is_told_too_and_the_hooks_go_back(qtbot: QtBot, logged: Logged) -> None:
    before = sys.excepthook, threading.excepthook
    with opened(qtbot) as window:
        unexpected = Unexpected(window, window.dialogs.log)
        thread = threading.Thread(target=_fail, args=("elsewhere",))
        thread.start()
        thread.join()
        qtbot.waitUntil(lambda: bool(_boxes()), timeout=PATIENCE_MS)
        (box,) = _boxes()
        (go_on,) = [button for button in box.buttons() if button.text() == "Go on"]
        go_on.click()
        qtbot.waitUntil(lambda: not _boxes(), timeout=PATIENCE_MS)
        unexpected.close()
    assert logged == ["elsewhere"]
    assert (sys.excepthook, threading.excepthook) == before
