"""The inspector under mouse and keys, found as a user or a screen reader finds its parts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QCheckBox,
    QColorDialog,
    QComboBox,
    QDoubleSpinBox,
    QFileDialog,
    QInputDialog,
    QLabel,
    QLineEdit,
    QMenu,
    QMessageBox,
    QPushButton,
    QScrollArea,
    QScrollBar,
    QSlider,
    QSpinBox,
    QWidget,
)
from pytestqt.qtbot import QtBot

from gui.canvas.brush import Brush, Tool
from gui.inspector.inspector import Inspector
from gui.inspector.presets_menu import PresetsMenu
from matting.cutout.frame import frame_of
from matting.files.suffixes import PHOTO_SUFFIXES
from matting.presets.library import all_presets, find_preset
from matting.settings import Anchor, CanvasSize, Colour, CutSettings, Edges, Format, Keep, Mode, OutputSettings, Shadow
from models.catalogue.catalogue import ModelInfo
from tests.gui.inspector.parts import part

LEFT = Qt.MouseButton.LeftButton


def controls(inspector: Inspector) -> list[QWidget]:
    """All that can be operated."""
    kinds = (QAbstractButton, QAbstractSlider, QAbstractSpinBox, QComboBox, QLineEdit)
    return [
        widget
        for widget in inspector.findChildren(QWidget)
        if isinstance(widget, kinds) and not isinstance(widget, QScrollBar) and widget.isVisible()
    ]


def test_every_control_can_be_reached_named_and_explained(inspector: Inspector) -> None:
    everything = controls(inspector)
    assert len(everything) > 30
    for control in everything:
        assert control.accessibleName(), control
        assert control.toolTip(), control.accessibleName()
        if not isinstance(control.parentWidget(), QAbstractSpinBox):
            assert control.objectName(), control.accessibleName()
            assert control.focusPolicy() & Qt.FocusPolicy.TabFocus, control.accessibleName()


def test_object_names_are_unique(inspector: Inspector) -> None:
    names = [
        control.objectName()
        for control in controls(inspector)
        if not isinstance(control.parentWidget(), QAbstractSpinBox)
    ]
    assert len(names) == len(set(names))


def test_dragging_the_threshold_tells_every_step(qtbot: QtBot, inspector: Inspector, heard: list[CutSettings]) -> None:
    slider = part(inspector, QSlider, "threshold")
    middle = slider.rect().center()
    qtbot.mousePress(slider, LEFT, pos=middle)
    for step in range(1, 11):
        qtbot.mouseMove(slider, middle + QPoint(step * 5, 0))
    qtbot.mouseRelease(slider, LEFT, pos=middle + QPoint(50, 0))
    values = [settings.threshold for settings in heard]
    assert len(values) >= 8
    assert values == sorted(values)
    assert part(inspector, QDoubleSpinBox, "threshold-number").value() == values[-1]


def test_pressing_beside_the_handle_brings_it_there(
    qtbot: QtBot, inspector: Inspector, heard: list[CutSettings]
) -> None:
    slider = part(inspector, QSlider, "threshold")
    qtbot.mouseClick(slider, LEFT, pos=QPoint(round(slider.width() * 0.8), slider.height() // 2))
    assert heard[-1].threshold == pytest.approx(0.8, abs=0.03)


def test_numbers_are_typed(qtbot: QtBot, inspector: Inspector, heard: list[CutSettings]) -> None:
    number = part(inspector, QDoubleSpinBox, "softness-number")
    number.selectAll()
    qtbot.keyClicks(number, number.locale().toString(0.37, "f", 2))
    qtbot.keyClick(number, Qt.Key.Key_Return)
    assert heard == [CutSettings(softness=0.37)]
    assert part(inspector, QSlider, "softness").value() == 37


def test_double_click_and_backspace_return_to_the_models_default(
    qtbot: QtBot, inspector: Inspector, heard: list[CutSettings]
) -> None:
    inspector.set_default_threshold(0.42)
    slider = part(inspector, QSlider, "threshold")
    inspector.set_settings(CutSettings(threshold=0.9))
    qtbot.mouseDClick(slider, LEFT)
    assert heard[-1].threshold == 0.42
    inspector.set_settings(CutSettings(threshold=0.9))
    qtbot.keyClick(slider, Qt.Key.Key_Backspace)
    assert heard[-1].threshold == 0.42


def test_a_wheel_over_an_unfocused_slider_changes_nothing(inspector: Inspector, heard: list[CutSettings]) -> None:
    for name, kind in (("threshold", QSlider), ("format", QComboBox), ("padding", QSpinBox)):
        control = part(inspector, kind, name)
        where = QPointF(control.rect().center())
        event = QWheelEvent(
            where, control.mapToGlobal(where), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(control, event)
    assert not heard


@pytest.mark.parametrize(
    ("name", "field", "value"),
    [
        ("edges-off", "edges", Edges.OFF),
        ("edges-hair", "edges", Edges.HAIR),
        ("decontaminate", "decontaminate", False),
        ("largest-only", "largest_only", True),
        ("fill-holes", "fill_holes", True),
        ("trim", "trim", True),
        ("background-colour", "background", "#ffffff"),
    ],
)
@pytest.mark.parametrize("by_key", [False, True])
def test_each_choice_changes_its_own_field_only(
    qtbot: QtBot, inspector: Inspector, heard: list[CutSettings], name: str, field: str, value: object, by_key: bool
) -> None:
    button = part(inspector, QAbstractButton, name)
    if by_key:
        qtbot.keyClick(button, Qt.Key.Key_Space)
    else:
        button.click()
    assert heard == [replace(CutSettings(), **{field: value})]  # type: ignore[arg-type]


def test_setting_values_tells_nobody_and_shows_them(inspector: Inspector, heard: list[CutSettings]) -> None:
    rich = CutSettings(0.1, 0.9, Edges.HAIR, -0.5, 0.3, False, True, True, "#123456", True, 17)
    inspector.set_settings(rich)
    assert not heard
    part(inspector, QCheckBox, "fill-holes").click()  # any change tells the rest as it is shown
    assert heard == [replace(rich, fill_holes=False)]
    assert part(inspector, QSpinBox, "padding").value() == 17
    assert part(inspector, QPushButton, "background-colour-value").text() == "#123456"


def test_padding_waits_for_trim(inspector: Inspector, heard: list[CutSettings]) -> None:
    padding = part(inspector, QSpinBox, "padding")
    assert not padding.isEnabled()
    part(inspector, QCheckBox, "trim").click()
    assert padding.isEnabled()
    padding.setValue(12)
    assert heard[-1] == CutSettings(trim=True, padding=12)


def test_a_canvas_is_typed_for_all_photos_and_brings_its_own_controls(
    qtbot: QtBot, inspector: Inspector, heard: list[CutSettings]
) -> None:
    written: list[OutputSettings] = []
    inspector.output_changed.connect(written.append)
    inspector.show_open(["card-canvas"])
    size, share = part(inspector, QComboBox, "canvas-size"), part(inspector, QSlider, "share")
    assert share.isHidden() or not share.isVisibleTo(inspector)
    line = size.lineEdit()
    assert line is not None
    for typed, expected in (
        ("2000 x 800", None),
        ("2000x800, 4:5", (CanvasSize(2000, 800), CanvasSize(4, 5, ratio=True))),
    ):
        line.selectAll()
        qtbot.keyClicks(line, typed)
        qtbot.keyClick(line, Qt.Key.Key_Return)
        assert (written[-1].canvases if written else None) == expected
        assert part(inspector, QLabel, "canvas-wrong").isVisibleTo(inspector) == (expected is None)
    assert share.isVisibleTo(inspector)
    assert not part(inspector, QCheckBox, "trim").isVisibleTo(inspector)
    anchor = part(inspector, QComboBox, "anchor")
    anchor.setCurrentIndex(2)
    anchor.activated.emit(2)
    assert heard == [CutSettings(anchor=Anchor.BOTTOM)]
    size.setCurrentIndex(0)
    size.activated.emit(0)
    assert written[-1].canvases == ()


def test_too_few_pixels_are_told_and_enlarging_too(inspector: Inspector) -> None:
    inspector.show_open(["card-canvas"])
    inspector.set_output(OutputSettings(Path("out"), canvases=(CanvasSize(2000, 2000),)))
    said = part(inspector, QLabel, "canvas-scale")
    alpha = np.zeros((200, 300), np.uint8)
    alpha[50:150, 100:200] = 255
    for enlarge, words in ((False, "would need 850 %"), (True, "enlarged to 850 %")):
        for factor in (1.0, 0.5):  # the file's frame, and a preview's of a photo twice as large on twice the canvas
            canvas = CanvasSize(round(1000 / factor), round(1000 / factor))
            inspector.set_frame(frame_of(alpha, CutSettings(share=85, enlarge=enlarge), canvas, factor))
            assert said.isVisibleTo(inspector)
            assert words in said.text()
    inspector.set_frame(frame_of(alpha, CutSettings(share=50), CanvasSize(100, 100)))
    assert not said.isVisibleTo(inspector)


def test_a_shadow_brings_its_own_controls(inspector: Inspector, heard: list[CutSettings]) -> None:
    inspector.show_open(["card-background"])
    strength = part(inspector, QSlider, "shadow-opacity")
    assert not strength.isVisibleTo(inspector)
    part(inspector, QAbstractButton, "shadow-drop").click()
    assert heard == [CutSettings(shadow=Shadow.DROP)]
    assert strength.isVisibleTo(inspector)


def test_quality_colours_and_metadata_of_the_files_are_chosen(inspector: Inspector) -> None:
    written: list[OutputSettings] = []
    inspector.output_changed.connect(written.append)
    quality = part(inspector, QSpinBox, "quality")
    assert not quality.isEnabled(), "PNG has none"
    inspector.set_output(OutputSettings(Path("out"), format=Format.JPG))
    assert quality.isEnabled()
    quality.setValue(80)
    for name, index in (("colour", 1), ("metadata", 1)):
        box = part(inspector, QComboBox, name)
        box.setCurrentIndex(index)
        box.activated.emit(index)
    assert written[-1] == OutputSettings(
        Path("out"), format=Format.JPG, quality=80, colour=Colour.SRGB, metadata=Keep.NO_LOCATION
    )


def test_a_colour_is_chosen_live_and_cancelling_returns_to_the_old_one(
    qtbot: QtBot, inspector: Inspector, heard: list[CutSettings]
) -> None:
    part(inspector, QAbstractButton, "background-colour").click()
    part(inspector, QPushButton, "background-colour-value").click()
    dialog = inspector.findChild(QColorDialog)
    assert dialog is not None
    qtbot.waitUntil(dialog.isVisible)
    dialog.setCurrentColor("#00ff80")
    assert heard[-1].background == "#00ff80"
    dialog.reject()
    assert heard[-1].background == "#ffffff"


def test_every_kind_of_photo_can_stand_behind_the_subject(qtbot: QtBot, inspector: Inspector) -> None:
    part(inspector, QAbstractButton, "background-picture").click()
    (dialog,) = inspector.findChildren(QFileDialog)
    (offered,) = dialog.nameFilters()
    dialog.reject()
    assert {f"*{suffix}" for suffix in PHOTO_SUFFIXES} == set(offered.partition("(")[2].rstrip(")").split())


def test_a_background_picture_comes_from_a_dialog_and_cancelling_changes_nothing(
    qtbot: QtBot, inspector: Inspector, heard: list[CutSettings], tmp_path: Path
) -> None:
    wall = tmp_path / "wall.png"
    wall.touch()
    part(inspector, QAbstractButton, "background-picture").click()
    dialog = inspector.findChild(QFileDialog)
    assert dialog is not None
    qtbot.waitUntil(dialog.isVisible)
    dialog.reject()
    assert not heard
    assert part(inspector, QAbstractButton, "background-none").isChecked()
    part(inspector, QAbstractButton, "background-picture").click()
    dialog = inspector.findChildren(QFileDialog)[-1]
    dialog.fileSelected.emit(str(wall))
    dialog.close()
    assert heard[-1].background == wall


def model(name: str, installed: bool = True) -> ModelInfo:
    return ModelInfo(
        name,
        name.title(),
        "u2net",
        Mode.CUTOUT,
        False,
        installed,
        1,
        "MIT",
        Path(name) if installed else None,
        f"About {name}",
    )


def test_models_that_are_not_installed_cannot_be_picked(qtbot: QtBot, inspector: Inspector) -> None:
    inspector.set_models([model("small"), model("large"), model("absent", installed=False)], "large")
    box = part(inspector, QComboBox, "model")
    assert [box.itemText(index) for index in range(box.count())] == ["Small", "Large"]
    assert box.currentText() == "Large"
    with qtbot.waitSignal(inspector.model_changed) as told:
        qtbot.keyClick(box, Qt.Key.Key_Up)
    assert told.args == ["small"]
    assert any(label.text() == "About small" for label in inspector.findChildren(QLabel))


def test_the_brush_is_chosen_sized_and_shown(inspector: Inspector) -> None:
    brushes: list[Brush] = []
    inspector.brush_changed.connect(brushes.append)
    part(inspector, QAbstractButton, "erase").click()
    assert brushes == [Brush(Tool.SELECT, keep=False)]
    part(inspector, QDoubleSpinBox, "brush-size-number").setValue(100)
    assert brushes[-1] == Brush(Tool.SELECT, keep=False, radius=100)
    inspector.set_brush(Brush(Tool.PAINT, keep=True, radius=7, hardness=0.25))
    assert len(brushes) == 2
    assert part(inspector, QAbstractButton, "keep").isChecked()
    assert part(inspector, QDoubleSpinBox, "brush-hardness-number").value() == 25


def test_steps_that_are_not_possible_are_greyed(qtbot: QtBot, inspector: Inspector) -> None:
    undo, redo, clear = (
        part(inspector, QAbstractButton, name) for name in ("undo-stroke", "redo-stroke", "clear-strokes")
    )
    assert not any(button.isEnabled() for button in (undo, redo, clear))
    inspector.set_history(can_undo=True, can_redo=False, corrected=True)
    assert (undo.isEnabled(), redo.isEnabled(), clear.isEnabled()) == (True, False, True)
    with qtbot.waitSignals([inspector.undo_requested, inspector.clear_strokes_requested]):
        undo.click()
        clear.click()


def test_what_has_no_effect_cannot_be_used(inspector: Inspector) -> None:
    def usable(name: str) -> bool:
        return part(inspector, QWidget, name).isEnabled()

    inspector.set_photo(False, None)
    assert not any(map(usable, ("threshold", "feather", "keep", "background-colour")))
    assert usable("format")
    inspector.set_photo(True, None)
    assert usable("threshold")
    assert not usable("brush-size")
    part(inspector, QAbstractButton, "keep").click()
    assert usable("brush-size")
    inspector.set_scope(photos=1, selected=1)
    assert not any(map(usable, ("apply-to-all", "apply-to-selected")))
    inspector.set_scope(photos=3, selected=1)
    assert usable("apply-to-all")
    assert not usable("apply-to-selected")


def test_widths_are_shown_in_pixels_of_the_photo_and_kept_in_parts_of_its_side(
    qtbot: QtBot, inspector: Inspector, heard: list[CutSettings]
) -> None:
    inspector.set_photo(True, (3000, 4000))
    inspector.set_settings(CutSettings(edge_shift=-0.5))
    number = part(inspector, QDoubleSpinBox, "edge-shift-number")
    assert number.text().replace(",", ".") == "-20.0 px"
    assert not heard
    number.selectAll()
    qtbot.keyClicks(number, number.locale().toString(10.0, "f", 1))
    qtbot.keyClick(number, Qt.Key.Key_Return)
    assert heard[-1].edge_shift == pytest.approx(0.25)
    inspector.set_photo(True, (300, 400))
    assert number.text().replace(",", ".") == "1.0 px"
    assert len(heard) == 1


def test_a_card_folds_by_key_and_what_is_open_can_be_kept(qtbot: QtBot, inspector: Inspector) -> None:
    feather = part(inspector, QSlider, "feather")
    assert feather.isVisible()
    qtbot.keyClick(part(inspector, QAbstractButton, "fold-refine"), Qt.Key.Key_Return)
    assert not feather.isVisible()
    kept = inspector.open_cards()
    inspector.show_open(["card-refine"])
    assert feather.isVisible()
    assert inspector.open_cards() == ["card-refine"]
    inspector.show_open(kept)
    assert not feather.isVisible()


def test_expert_words_are_behind_more(inspector: Inspector) -> None:
    template = part(inspector, QLineEdit, "name-template")
    part(inspector, QAbstractButton, "more-export").click()
    assert not template.isVisible()
    assert part(inspector, QComboBox, "format").isVisible()


def test_applying_to_others_is_asked_of_the_window(qtbot: QtBot, inspector: Inspector) -> None:
    with qtbot.waitSignals([inspector.apply_to_all_requested, inspector.apply_to_selected_requested]):
        part(inspector, QPushButton, "apply-to-all").click()
        part(inspector, QPushButton, "apply-to-selected").click()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KIRIE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.mark.usefixtures("home")
def test_presets_are_saved_used_and_removed_by_name(qtbot: QtBot, inspector: Inspector) -> None:
    used: list[tuple[CutSettings, OutputSettings]] = []
    inspector.preset_used.connect(lambda settings, output: used.append((settings, output)))
    shoes, webp = CutSettings(threshold=0.3, trim=True), OutputSettings(Path("out"), format=Format.WEBP)
    inspector.set_settings(shoes)
    inspector.set_output(webp)
    menu = part(inspector, QPushButton, "presets").menu()
    trigger(menu, "Save these settings…")
    dialog = part(inspector, QInputDialog, "preset-name")
    qtbot.waitUntil(dialog.isVisible)
    dialog.setTextValue("Shoes & bags")
    dialog.accept()
    inspector.set_settings(CutSettings())
    inspector.set_output(OutputSettings(Path("elsewhere")))
    trigger(menu, "Shoes && bags")
    assert used == [(shoes, replace(webp, folder=Path("elsewhere")))]
    remove = next(action.menu() for action in filled(menu).actions() if action.text() == "Remove")
    trigger(remove, "Shoes && bags", fill=False)
    assert not any(preset.own for preset in all_presets())


@pytest.mark.usefixtures("home")
def test_a_preset_of_kirie_sets_what_its_rule_asks_for(inspector: Inspector) -> None:
    used: list[tuple[CutSettings, OutputSettings]] = []
    inspector.preset_used.connect(lambda settings, output: used.append((settings, output)))
    inspector.set_settings(CutSettings(feather=0.3))
    trigger(part(inspector, QPushButton, "presets").menu(), "Amazon main image")
    amazon = find_preset("amazon-main-image")
    ((settings, output),) = used
    assert settings == amazon.cut_settings(CutSettings(feather=0.3))
    assert output.canvases == (CanvasSize(2000, 2000),)
    assert output.format is Format.JPG


def test_a_shared_preset_is_imported_and_a_broken_one_refused(qtbot: QtBot, inspector: Inspector, home: Path) -> None:
    home.mkdir()
    good, bad = home / "square.json", home / "bad.json"
    good.write_text('{"kirie preset": 1, "title": "Square", "settings": {"share": 70}}')
    bad.write_text("{")
    menu = part(inspector, QPushButton, "presets").menu()
    assert isinstance(menu, PresetsMenu)
    used: list[CutSettings] = []
    inspector.preset_used.connect(lambda settings, _output: used.append(settings))
    menu.import_file(str(good))
    assert used == [CutSettings(share=70)]
    assert find_preset("square").own
    menu.import_file(str(bad))
    box = part(inspector, QMessageBox, "preset-refused")
    qtbot.waitUntil(box.isVisible)
    assert "bad.json cannot be used" in box.text()
    box.close()


@pytest.mark.usefixtures("home")
def test_returning_to_the_defaults_takes_the_models_threshold(inspector: Inspector, heard: list[CutSettings]) -> None:
    inspector.set_default_threshold(0.3)
    inspector.set_settings(CutSettings(trim=True, threshold=0.8))
    trigger(part(inspector, QPushButton, "presets").menu(), "Return to the defaults")
    assert heard == [CutSettings(threshold=0.3)]


@pytest.mark.parametrize("width", [280, 320])
def test_nothing_is_cut_off_in_a_narrow_panel_and_a_short_one_scrolls(inspector: Inspector, width: int) -> None:
    inspector.resize(width, 400)
    QApplication.processEvents()
    assert inspector.width() == width
    scroll = inspector.findChild(QScrollArea)
    assert scroll is not None
    assert scroll.verticalScrollBar().maximum() > 0
    page = scroll.widget()
    assert page.width() <= scroll.viewport().width()
    for control in controls(inspector):
        right = control.mapTo(inspector, QPoint(control.width(), 0)).x()
        assert right <= width, control.accessibleName()


def filled(menu: QMenu) -> QMenu:
    menu.aboutToShow.emit()
    return menu


def trigger(menu: QMenu, text: str, *, fill: bool = True) -> None:
    actions = (filled(menu) if fill else menu).actions()
    next(action for action in actions if action.text() == text).trigger()
