"""What is written, where and under which name, chosen by mouse and keys."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit, QMenu
from pytestqt.qtbot import QtBot

from gui.inspector.inspector import Inspector
from matting.settings import CutSettings, Existing, Format, OutputSettings, Write
from tests.gui.inspector.parts import part


def test_the_example_name_follows_every_key(qtbot: QtBot, inspector: Inspector, outputs: list[OutputSettings]) -> None:
    inspector.set_example("shoe", "u2net-small")
    line = part(inspector, QLineEdit, "name-template")
    example = part(inspector, QLabel, "name-example")
    assert example.text() == "→ shoe-cutout.png"
    qtbot.keyClicks(line, "{model}/{stem}")
    assert example.text() == "→ u2net-small/shoe.png"
    assert outputs[-1].name == "{model}/{stem}"
    line.selectAll()
    qtbot.keyClick(line, Qt.Key.Key_Delete)
    assert outputs[-1].name is None


def test_a_wrong_template_is_explained_and_not_passed_on(
    qtbot: QtBot, inspector: Inspector, outputs: list[OutputSettings]
) -> None:
    line = part(inspector, QLineEdit, "name-template")
    qtbot.keyClicks(line, "{stem}{oops}")
    assert outputs[-1].name == "{stem}"  # the last one that was right
    assert "{oops}" in part(inspector, QLabel, "name-example").text()


def test_fields_are_inserted_from_a_menu(inspector: Inspector, outputs: list[OutputSettings]) -> None:
    menu = next(menu for menu in inspector.findChildren(QMenu) if any("{stem}" in a.text() for a in menu.actions()))
    for action in menu.actions():
        if "{index}" in action.text() or "{kind}" in action.text():
            action.trigger()
    assert outputs[-1].name == "{kind}{index}"


def test_something_is_always_written(inspector: Inspector, outputs: list[OutputSettings]) -> None:
    cutout, mask = (part(inspector, QCheckBox, f"write-{kind}") for kind in ("cutout", "mask"))
    assert not cutout.isEnabled()
    mask.click()
    assert outputs[-1].writes == (Write.CUTOUT, Write.MASK)
    cutout.click()
    assert outputs[-1].writes == (Write.MASK,)
    assert not mask.isEnabled()
    assert not part(inspector, QComboBox, "format").isEnabled()


def test_format_and_existing_are_picked_by_key(
    qtbot: QtBot, inspector: Inspector, outputs: list[OutputSettings]
) -> None:
    qtbot.keyClick(part(inspector, QComboBox, "format"), Qt.Key.Key_Down)
    qtbot.keyClick(part(inspector, QComboBox, "existing"), Qt.Key.Key_Down)
    assert outputs[-1] == OutputSettings(
        folder=Path("/pictures/cutouts"), format=Format.WEBP, existing=Existing.OVERWRITE
    )
    assert part(inspector, QLabel, "name-example").text().endswith(".webp")


def test_jpeg_warns_of_white_until_there_is_a_background(inspector: Inspector) -> None:
    def warned() -> bool:
        return any("white" in label.text() and label.isVisible() for label in inspector.findChildren(QLabel))

    assert not warned()
    inspector.set_output(OutputSettings(folder=Path(), format=Format.JPG))
    assert warned()
    inspector.set_settings(CutSettings(background="#ff0000"))
    assert not warned()
