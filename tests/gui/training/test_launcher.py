"""The training dialog opens once its models are listed, and only once."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from gui.training.dialog import TrainingDialog
from tests.gui.window_help import PATIENCE_MS, opened


def test_asking_twice_opens_one_dialog(qtbot: QtBot) -> None:
    with opened(qtbot) as window:
        window.training.open()
        window.training.open()
        qtbot.waitUntil(lambda: bool(window.findChildren(TrainingDialog)), timeout=PATIENCE_MS)
        (dialog,) = window.findChildren(TrainingDialog)
        assert dialog.isVisible()
        window.training.open()
        assert window.findChildren(TrainingDialog) == [dialog]


def test_closing_the_window_before_the_models_are_listed_opens_none(qtbot: QtBot) -> None:
    with opened(qtbot) as window:
        window.training.open()
        window.close()
        assert not window.findChildren(TrainingDialog)
