"""The training dialog in Chinese: every report of a trainer is shown without an English sentence."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QTranslator
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

import resources
from gui.training.dialog import TrainingDialog
from matting.settings import Mode
from models.training.data.findings import Finding
from models.training.errors import TrainingDiverged
from models.training.events import Checked, Event, Failed, Finished, Notice
from models.training.judging.verdict import compare
from models.training.phrases import FindingName
from tests.gui.look.test_error_text import latin_words
from tests.models.training.test_events import EVENTS, SCORES


@pytest.fixture
def dialog(qtbot: QtBot, qapp: QApplication) -> Iterator[TrainingDialog]:
    translator = QTranslator(qapp)
    assert translator.load(str(resources.TRANSLATIONS / "kirie_zh_CN.qm"))
    qapp.installTranslator(translator)
    window = TrainingDialog([], "cpu", lambda: lambda *_: 0)
    qtbot.addWidget(window)
    yield window
    qapp.removeTranslator(translator)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.kind)
def test_every_report_is_shown_in_chinese(dialog: TrainingDialog, event: Event) -> None:
    again = Event.from_json(event.to_json())
    dialog.process.reported.emit(again)
    # File and network names are what they are.
    shown = f"{dialog.progress.state()}\n{dialog.findings()}".replace(".png", "").replace("epoch", "")
    assert [word for word in latin_words(shown) if word not in ("fp", "unet", "runs")] == []


def test_a_sentence_of_each_kind(dialog: TrainingDialog) -> None:
    dialog.process.reported.emit(Failed(TrainingDiverged(step=7, lr=0.5)))
    assert dialog.progress.state().startswith("训练在第 7 步发散")
    worse = compare(Mode.CUTOUT, SCORES, {name: 1 - value for name, value in SCORES.items()}, 3)
    dialog.process.reported.emit(Finished(True, 9, None, SCORES, None, *worse))
    assert dialog.progress.state().startswith("在留出的 3 张照片上优于起点模型（F 值 0.090 → 0.910、误差 0.980 → 0.020")
    dialog.process.reported.emit(next(event for event in EVENTS if isinstance(event, Notice)))
    assert dialog.progress.state() == "内存不足：从现在起每次 4 块，而不是 8 块。"
    dialog.process.reported.emit(next(event for event in EVENTS if isinstance(event, Checked)))
    assert dialog.findings().splitlines()[1:3] == ["  a.png：没有蒙版", "  b.png：尺寸不符（照片 4×4，b 4×9）"]


def test_each_finding_has_words() -> None:
    assert {finding.phrase.name for finding in Finding} == {
        f"FindingName.{name}" for name in vars(FindingName) if name.isupper()
    }
