"""Dark and light: every control can be seen in both, and after each change from one to the other."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QDialogButtonBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QSplitter,
    QWidget,
)
from pytestqt.qtbot import QtBot

from gui.look.theme import Theme, apply_theme


@pytest.fixture(autouse=True)
def themed(qapp: QApplication) -> Iterator[None]:
    before = qapp.styleSheet()
    yield
    qapp.setStyleSheet(before)
    apply_theme(Theme.SYSTEM)


def _luminance(colour: QColor) -> float:
    """WCAG 2.1's relative luminance."""
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: QColor, other: QColor) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("kind", [QCheckBox, QLineEdit, QSpinBox])
def test_an_empty_control_has_an_outline_in_the_dark(qtbot: QtBot, kind: type[QWidget]) -> None:
    apply_theme(Theme.LIGHT)
    around = QWidget()
    qtbot.addWidget(around)
    control = kind(around)
    apply_theme(Theme.DARK)
    control.resize(120, 26)
    around.resize(140, 40)
    picture = around.grab().toImage()
    window = picture.pixelColor(135, 35)
    left = [picture.pixelColor(x, 13) for x in range(6)]
    assert window.lightness() < 60
    assert max(_contrast(colour, window) for colour in left) >= 3


def test_every_widget_follows_each_change(qtbot: QtBot) -> None:
    apply_theme(Theme.LIGHT)
    splitter = QSplitter()
    qtbot.addWidget(splitter)
    inner = QWidget()
    splitter.addWidget(inner)
    widgets = [splitter, inner, *(kind(inner) for kind in (QCheckBox, QLabel, QLineEdit, QComboBox, QPushButton))]
    splitter.show()
    for theme in (Theme.DARK, Theme.LIGHT, Theme.DARK, Theme.LIGHT):
        apply_theme(theme)
        grounds = [widget.palette().color(QPalette.ColorRole.Base).lightness() for widget in widgets]
        inks = [widget.palette().color(QPalette.ColorRole.Text).lightness() for widget in widgets]
        assert max(grounds) < 60 if theme is Theme.DARK else min(grounds) > 230
        assert min(inks) > 220 if theme is Theme.DARK else max(inks) < 40


def test_buttons_of_dialogs_wear_no_foreign_icons(qtbot: QtBot) -> None:
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close | QDialogButtonBox.StandardButton.Cancel)
    qtbot.addWidget(buttons)
    buttons.show()
    assert all(button.icon().isNull() for button in buttons.buttons())
