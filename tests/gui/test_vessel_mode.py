"""Vessel mode in the window, with the bundled models."""

from __future__ import annotations

from functools import cache

import numpy as np
from PySide6.QtCore import QLocale
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QCheckBox, QComboBox, QToolButton
from pytestqt.qtbot import QtBot

import resources
from commands.terminal.measurements import MeasuringPredictor
from gui.canvas.bar import CanvasBar
from gui.canvas.brush import Tool
from gui.current.vessel_figures import VesselFigures
from gui.inspector.result_section import ResultSection
from gui.main_window import MainWindow
from gui.widgets.segmented import Segmented
from matting.files.reading.read_photo import read_photo
from matting.settings import Edges, Mode, Write
from models.catalogue.load import load_predictor
from tests.gui.conftest import MakePhoto
from tests.gui.window_help import PATIENCE_MS, add, opened


def edges_of(window: MainWindow) -> Segmented:
    (section,) = window.findChildren(ResultSection)
    (choice,) = section.findChildren(Segmented)
    return choice


def test_vessels_keep_their_edges_and_subjects_their_choice(qtbot: QtBot, make_photo: MakePhoto) -> None:
    photo = make_photo("a.png")
    with opened(qtbot, load_predictor) as window:
        add(qtbot, window, photo)

        def edges_drawn_with(network: str) -> Edges:
            qtbot.waitUntil(
                lambda: window.workspace.model == network and window.current.request() is not None, timeout=PATIENCE_MS
            )
            request = window.current.request()
            assert request is not None
            return request.settings.edges

        assert edges_drawn_with("u2net-small") is Edges.FINE
        assert not edges_of(window).isHidden()
        window.actions_["mode_vessel"].trigger()
        assert edges_drawn_with("unet-vessel") is Edges.OFF
        assert edges_of(window).isHidden()
        window.actions_["mode_cutout"].trigger()
        assert edges_drawn_with("u2net-small") is Edges.FINE
        assert not edges_of(window).isHidden()


def test_the_tools_that_point_at_things_paint_among_vessels(qtbot: QtBot, make_photo: MakePhoto) -> None:
    with opened(qtbot, load_predictor) as window:
        add(qtbot, window, make_photo("a.png"))
        assert window.canvas.brush.tool is Tool.SELECT
        window.actions_["tool_box"].trigger()
        for mode, tool, can_select in (
            ("mode_vessel", Tool.PAINT, False),
            ("mode_cutout", Tool.SELECT, True),
        ):
            window.actions_[mode].trigger()
            qtbot.waitUntil(lambda tool=tool: window.canvas.brush.tool is tool, timeout=PATIENCE_MS)
            assert window.actions_["tool_select"].isEnabled() is can_select
            assert window.actions_[f"tool_{tool}"].isChecked()


def see_vessels(qtbot: QtBot, window: MainWindow) -> None:
    """Look at the sample of a retina in the mode for it, until its vessels are shown and measured."""
    add(qtbot, window, resources.SAMPLES / "retina.jpg")
    window.actions_["mode_vessel"].trigger()
    (line,) = window.findChildren(VesselFigures)
    qtbot.waitUntil(lambda: line.isVisible() and "density" in line.text(), timeout=PATIENCE_MS)


def test_vessels_are_green_on_grey(qtbot: QtBot) -> None:
    with opened(qtbot, load_predictor) as window:
        see_vessels(qtbot, window)
        image = window.canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
        rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
        pixels = rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).astype(int)
        red, green, blue = pixels[..., 0], pixels[..., 1], pixels[..., 2]
        vessels = green - np.maximum(red, blue) > 60
        assert 0.005 < vessels.mean() < 0.25
        assert (red - np.maximum(green, blue) > 25).sum() == 0, "nothing of the retina's own red is left"


def test_the_figures_under_the_photo_are_those_of_the_command_line(qtbot: QtBot) -> None:
    sample = resources.SAMPLES / "retina.jpg"
    load = cache(load_predictor)  # on a busy machine another one may come to another precision
    with opened(qtbot, load) as window:
        see_vessels(qtbot, window)
        (line,) = window.findChildren(VesselFigures)
        predictor = load("unet-vessel")
        command = MeasuringPredictor(predictor, predictor.default_threshold)
        command.predict_source(sample, None, read_photo(sample).rgb8())
        (measured,) = command.measures.values()
        counts = f"{measured.vessel_pixels} of {measured.field_pixels} pixels"
        assert counts in line.text().replace(QLocale().groupSeparator(), "")
        assert f"density {100 * measured.density:.1f} %" in line.text()
        window.actions_["mode_cutout"].trigger()
        qtbot.waitUntil(line.isHidden, timeout=PATIENCE_MS)


def test_the_mask_is_written_of_vessels_unless_something_else_was_chosen(qtbot: QtBot, make_photo: MakePhoto) -> None:
    with opened(qtbot, load_predictor) as window:
        add(qtbot, window, make_photo("a.png"))
        for mode, written in (("mode_vessel", Write.MASK), ("mode_cutout", Write.CUTOUT)):
            window.actions_[mode].trigger()
            assert window.workspace.output.writes == (written,)
        box = window.findChild(QCheckBox, f"write-{Write.PROBABILITY}")
        assert box is not None
        box.click()
        window.actions_["mode_vessel"].trigger()
        assert set(window.workspace.output.writes) == {Write.CUTOUT, Write.PROBABILITY}


def test_the_mode_comes_with_the_model_that_is_picked(qtbot: QtBot, make_photo: MakePhoto) -> None:
    with opened(qtbot, load_predictor) as window:
        add(qtbot, window, make_photo("a.png"))
        box = window.findChild(QComboBox, "model")
        assert box is not None
        for name, mode in (("unet-vessel", Mode.VESSEL), ("u2net-small", Mode.CUTOUT)):
            qtbot.waitUntil(lambda name=name: box.findData(name) >= 0, timeout=PATIENCE_MS)
            box.setCurrentIndex(box.findData(name))
            box.activated.emit(box.currentIndex())
            assert (window.workspace.model, window.workspace.mode) == (name, mode)
            assert box.currentData() == name
        (bar,) = window.findChildren(CanvasBar)
        assert not [button for button in bar.findChildren(QToolButton) if "mode" in button.objectName()]
