"""The guards of the window tests notice what they are for."""

from __future__ import annotations

from PySide6.QtCore import QObject, QThread, QTimer
from pytestqt.qtbot import QtBot

from tests.gui.conftest import running_leftovers


def test_a_running_thread_is_named_until_it_ends(qtbot: QtBot) -> None:
    thread = QThread()
    thread.start()
    assert running_leftovers([thread], []) == ["thread QThread"]
    thread.quit()
    thread.wait()
    assert running_leftovers([thread], []) == []


def test_a_timer_is_named_until_its_owner_is_gone(qtbot: QtBot) -> None:
    owner = QObject()
    timer = QTimer(owner)
    timer.start(10_000)
    assert running_leftovers([], [timer]) == ["timer of QObject"]
    owner.deleteLater()
    assert running_leftovers([], [timer]) == []
