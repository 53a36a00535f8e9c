"""Words have a contrast of 4.5 to what is behind them, parts of 3, in the light and in the dark (WCAG 2.1, AA)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage, QPalette
from PySide6.QtWidgets import QApplication, QCheckBox, QLineEdit, QPushButton, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from gui.look.theme import Theme, apply_theme, colours
from gui.photos.delegate import ROW_HEIGHT, state_colour
from gui.photos.list_model import PhotoListModel
from gui.photos.thumbnails import Thumbnails
from gui.photos.view import PhotoView
from gui.settings.output_defaults import output_defaults
from gui.settings.table import Settings
from gui.widgets.labelled_slider import LabelledSlider, ResettableSlider, Scale
from gui.widgets.segmented import Option, Segmented
from gui.workspace.entry import PhotoEntry, PhotoState
from gui.workspace.workspace import Workspace

WORDS, PARTS = 4.5, 3.0
Role = QPalette.ColorRole


@pytest.fixture(autouse=True, params=[Theme.LIGHT, Theme.DARK])
def theme(qapp: QApplication, request: pytest.FixtureRequest) -> Iterator[Theme]:
    before = qapp.styleSheet()
    apply_theme(request.param)
    yield request.param
    qapp.setStyleSheet(before)
    apply_theme(Theme.SYSTEM)


def luminance(colour: QColor) -> float:
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: QColor, other: QColor) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def strongest(picture: QImage, points: list[QPoint], behind: QColor) -> float:
    return max(contrast(picture.pixelColor(point), behind) for point in points)


ENTRIES = [PhotoEntry(Path(f"/none/{state.value}.png"), Path("/none"), state=state) for state in PhotoState]
ENTRIES.append(PhotoEntry(Path("/none/doubt.png"), Path("/none"), state=PhotoState.DONE, doubt=1.0))


@pytest.mark.parametrize("selected", [False, True])
def test_the_words_of_every_state_are_readable_in_their_row(qtbot: QtBot, selected: bool) -> None:
    workspace = Workspace(output_defaults(Settings()))
    workspace.add(ENTRIES)
    thumbnails = Thumbnails()
    view = PhotoView(PhotoListModel(workspace), thumbnails)
    qtbot.addWidget(view)
    view.resize(300, ROW_HEIGHT * len(ENTRIES))
    view.show()
    view.select([entry.path for entry in ENTRIES] if selected else [])
    picture = view.viewport().grab().toImage()
    palette, faint = view.palette(), view.palette().color(Role.PlaceholderText)
    behind = picture.pixelColor(200, ROW_HEIGHT - 6)  # under the words of the first row
    assert (behind == palette.color(Role.Base)) is not selected
    for entry in ENTRIES:
        assert contrast(state_colour(entry, palette), behind) >= WORDS, entry.state
    assert contrast(faint, behind) >= WORDS
    assert contrast(palette.color(Role.Text), behind) >= WORDS
    thumbnails.close()


@pytest.mark.parametrize("role", [Role.Text, Role.PlaceholderText, Role.Link])
@pytest.mark.parametrize("behind", [Role.Window, Role.Base, Role.AlternateBase])
def test_the_inks_of_labels_are_readable_on_every_ground(qapp: QApplication, role: Role, behind: Role) -> None:
    palette = qapp.palette()
    assert contrast(palette.color(role), palette.color(behind)) >= WORDS


def test_segments_are_readable_and_the_chosen_one_is_seen(qtbot: QtBot) -> None:
    options = [Option(name, name, name, name) for name in ("One", "Two")]
    box = Segmented("box", "Box", options)
    qtbot.addWidget(box)
    box.resize(200, 34)
    picture = box.grab().toImage()
    groove, plate = picture.pixelColor(195, 17), picture.pixelColor(8, 17)
    assert contrast(box.palette().color(Role.PlaceholderText), groove) >= WORDS
    assert contrast(box.palette().color(Role.ButtonText), groove) >= WORDS  # under the mouse
    assert contrast(box.palette().color(Role.ButtonText), plate) >= WORDS
    edge = [QPoint(50, y) for y in range(8)]
    assert strongest(picture, edge, groove) >= PARTS


@pytest.mark.parametrize("kind", [ResettableSlider, QCheckBox, QLineEdit, QSpinBox])
def test_parts_that_are_grasped_stand_out_of_the_window(qtbot: QtBot, kind: type[QWidget]) -> None:
    around = QWidget()
    qtbot.addWidget(around)
    control = ResettableSlider(Qt.Orientation.Horizontal) if kind is ResettableSlider else kind()
    control.setParent(around)
    control.resize(120, 26)
    around.resize(140, 40)
    picture = around.grab().toImage()
    assert strongest(picture, [QPoint(x, 13) for x in range(6)], picture.pixelColor(135, 35)) >= PARTS


def test_the_main_button_is_readable_at_rest_and_under_the_mouse() -> None:
    words, now = QColor(colours().on_accent), colours()
    assert contrast(words, QColor(now.accent)) >= WORDS
    assert contrast(words, QColor(now.accent_hovered)) >= WORDS


@pytest.mark.parametrize("ground", ["panel", "base", "control", "hovered", "pressed"])
def test_inks_and_outlines_of_the_tokens_are_readable_on_every_ground(theme: Theme, ground: str) -> None:
    now = colours()
    behind = QColor(getattr(now, ground))
    assert contrast(QColor(now.ink), behind) >= WORDS
    assert contrast(QColor(now.error), behind) >= WORDS
    assert contrast(QColor(now.faint), behind) >= WORDS
    assert contrast(QColor(now.outline), behind) >= (PARTS if ground in ("panel", "base") else 2.5)


def test_a_button_in_use_is_readable(qtbot: QtBot) -> None:
    button = QPushButton("Retry")
    qtbot.addWidget(button)
    button.resize(140, 34)
    picture = button.grab().toImage()
    ground = picture.pixelColor(12, 17)
    inks = [QPoint(x, y) for x in range(40, 100) for y in range(8, 26)]
    assert strongest(picture, inks, ground) >= WORDS


def test_the_number_of_a_slider_is_seen(qtbot: QtBot) -> None:
    slider = LabelledSlider("size", "Size", "Size", Scale(0, 100, 1, 50, decimals=0))
    qtbot.addWidget(slider)
    slider.resize(240, 50)
    picture = slider.number.grab().toImage()
    ground = picture.pixelColor(8, picture.height() // 2)
    inks = [
        QPoint(x, y) for x in range(picture.width() // 2, picture.width() - 8) for y in range(6, picture.height() - 6)
    ]
    assert strongest(picture, inks, ground) >= WORDS
