"""An inspector on screen, and what it tells."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from gui.inspector.inspector import Inspector
from gui.widgets.fold import FoldButton
from matting.settings import CutSettings, OutputSettings


@pytest.fixture
def inspector(qtbot: QtBot) -> Inspector:
    widget = Inspector()
    qtbot.addWidget(widget)
    widget.resize(300, 1400)
    for fold in widget.findChildren(FoldButton):
        fold.setChecked(True)
    widget.show()
    widget.set_output(OutputSettings(folder=Path("/pictures/cutouts")))
    return widget


@pytest.fixture
def heard(inspector: Inspector) -> list[CutSettings]:
    settings: list[CutSettings] = []
    inspector.settings_changed.connect(settings.append)
    return settings


@pytest.fixture
def outputs(inspector: Inspector) -> list[OutputSettings]:
    heard: list[OutputSettings] = []
    inspector.output_changed.connect(heard.append)
    return heard
