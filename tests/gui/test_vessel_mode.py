"""Vessel mode in the window, with the bundled models."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from gui.canvas.brush import Tool
from gui.inspector.result_section import ResultSection
from gui.main_window import MainWindow
from gui.widgets.segmented import Segmented
from matting.settings import Edges
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
