"""Vessel mode in the window, with the bundled models."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

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
