"""The slider between all that was learned and all that the start knew."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from gui.training.dialog import TrainingDialog
from models.catalogue.catalogue import list_models
from models.training.events import Finished
from models.training.phrases import Verdict


def finished(mix: float | None, said: bool) -> Finished:
    others = Verdict.OTHERS_LOST(change="0.075", mix="0.6") if said else None
    return Finished(True, 4, Path("a.safetensors"), {}, None, "", Verdict.NOTHING, others, mix)


def test_a_run_that_forgets_sets_the_slider_and_says_why(qtbot: QtBot) -> None:
    dialog = TrainingDialog(list_models(), "cpu", lambda: lambda *_: 0)
    qtbot.addWidget(dialog)
    assert not dialog.outcome.mix.isVisibleTo(dialog)
    dialog.process.reported.emit(finished(0.6, said=True))
    assert dialog.outcome.mix.isVisibleTo(dialog)
    assert dialog.outcome.mix.share == 0.6
    assert "0.075" in dialog.progress.state()
    dialog.process.reported.emit(finished(None, said=True))
    assert dialog.outcome.mix.share == 1.0
    dialog.process.reported.emit(finished(None, said=False))
    assert not dialog.outcome.mix.isVisibleTo(dialog)
