"""The list under the hand: what is selected and looked at stays so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QItemSelectionModel, QObject, Qt
from PySide6.QtGui import QPaintEvent, QRegion
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.photos.list_model import PhotoListModel
from gui.photos.panel import PhotoPanel
from gui.photos.thumbnails import Thumbnails
from gui.photos.view import PhotoView
from gui.workspace.change import Part
from gui.workspace.entry import PhotoEntry, PhotoState
from gui.workspace.order import Filter, Sort
from gui.workspace.output import OutputDefaults
from gui.workspace.workspace import Workspace
from tests.gui.conftest import MakePhoto


@pytest.fixture
def thumbnails(qtbot: QtBot) -> Iterator[Thumbnails]:
    thumbnails = Thumbnails()
    yield thumbnails
    thumbnails.close()


@pytest.fixture
def workspace() -> Workspace:
    return Workspace(OutputDefaults(Path("/pictures/Kirie")))


@pytest.fixture
def model(qtbot: QtBot, workspace: Workspace) -> PhotoListModel:
    return PhotoListModel(workspace)


@pytest.fixture
def panel(qtbot: QtBot, model: PhotoListModel, thumbnails: Thumbnails) -> PhotoPanel:
    panel = PhotoPanel(model, thumbnails, [])
    qtbot.addWidget(panel)
    panel.resize(280, 600)
    panel.show()
    return panel


@pytest.fixture
def view(panel: PhotoPanel) -> PhotoView:
    return panel.view


def paths(*names: str) -> list[Path]:
    return [Path("/nowhere") / name for name in names]


def fill(workspace: Workspace, *names: str) -> None:
    workspace.add([PhotoEntry(path) for path in paths(*names)])


def looked_at(workspace: Workspace) -> list[Path | None]:
    """Every photo that is looked at from now on."""
    seen: list[Path | None] = []
    workspace.subscribe(lambda change: seen.append(workspace.looked_at) if change.has(Part.LOOKED_AT) else None)
    return seen


def test_the_first_photo_is_looked_at_at_once(workspace: Workspace, view: PhotoView) -> None:
    seen = looked_at(workspace)
    fill(workspace, "a", "b")
    assert seen == paths("a")


def test_sorting_keeps_selection_and_the_photo_looked_at(
    workspace: Workspace, model: PhotoListModel, view: PhotoView
) -> None:
    fill(workspace, "c", "a", "b")
    workspace.look_at(Path("/nowhere/c"))
    seen = looked_at(workspace)
    view.selectionModel().select(model.index(2), QItemSelectionModel.SelectionFlag.Select)
    workspace.arrange(Sort.NAME, Filter.ALL)
    assert view.selected_paths() == paths("b", "c")
    assert view.currentIndex().data() == "c"
    assert seen == [], "the canvas keeps its photo"


def test_a_filter_may_hide_the_photo_looked_at_without_taking_it_off_the_canvas(
    workspace: Workspace, view: PhotoView
) -> None:
    fill(workspace, "a", "b")
    workspace.change_many({Path("/nowhere/b"): {"state": PhotoState.FAILED}})
    workspace.look_at(Path("/nowhere/a"))
    workspace.arrange(Sort.ADDED, Filter.FAILED)
    assert workspace.looked_at == Path("/nowhere/a")
    workspace.arrange(Sort.ADDED, Filter.ALL)
    assert view.currentIndex().data() == "a"


def test_after_removing_the_neighbour_is_looked_at_and_in_the_end_nothing(
    workspace: Workspace, view: PhotoView
) -> None:
    fill(workspace, "a", "b", "c")
    workspace.look_at(Path("/nowhere/b"))
    seen = looked_at(workspace)
    workspace.remove(paths("b"))
    assert seen == paths("c")
    workspace.remove(paths("a", "c"))
    assert seen[-1] is None


def test_arrow_keys_and_select_all_work_by_keyboard(qtbot: QtBot, workspace: Workspace, view: PhotoView) -> None:
    fill(workspace, "a", "b", "c")
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert workspace.looked_at == Path("/nowhere/b")
    qtbot.keyClick(view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert view.selected_paths() == paths("a", "b", "c")


def test_thumbnails_come_for_the_rows_on_the_screen_only(
    qtbot: QtBot, workspace: Workspace, view: PhotoView, thumbnails: Thumbnails, make_photo: MakePhoto
) -> None:
    photos = [make_photo(f"{index}.jpg", 120, 80) for index in range(40)]
    with qtbot.waitSignal(thumbnails.loaded, timeout=10_000):
        workspace.add([PhotoEntry(path) for path in photos])
    qtbot.waitUntil(lambda: workspace.photos.get(photos[3]).size == (120, 80), timeout=10_000)  # type: ignore[union-attr]
    assert workspace.photos.get(photos[39]).size is None  # type: ignore[union-attr]
    view.scrollToBottom()
    qtbot.waitUntil(lambda: workspace.photos.get(photos[39]).size == (120, 80), timeout=10_000)  # type: ignore[union-attr]


def test_a_file_that_is_no_photo_has_an_empty_thumbnail(qtbot: QtBot, thumbnails: Thumbnails, tmp_path: Path) -> None:
    text = tmp_path / "letter.jpg"
    text.write_text("no photo")
    with qtbot.waitSignal(thumbnails.loaded, timeout=10_000) as loaded:
        assert thumbnails.get(text) is None
    assert loaded.args == [text, None]
    pixmap = thumbnails.get(text)
    assert pixmap is not None
    assert pixmap.isNull()


def test_a_change_of_one_photo_repaints_one_row(
    qtbot: QtBot, workspace: Workspace, model: PhotoListModel, view: PhotoView, thumbnails: Thumbnails
) -> None:
    fill(workspace, *"abcdef")
    # Each thumbnail that comes repaints its own row.
    qtbot.waitUntil(lambda: all(thumbnails.get(path) is not None for path in paths(*"abcdef")))
    painted: list[QRegion] = []

    class Watch(QObject):
        def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
            if isinstance(event, QPaintEvent):
                painted.append(event.region())
            return False

    watch = Watch(view)
    qtbot.waitUntil(lambda: not view.viewport().visibleRegion().isEmpty())
    view.viewport().repaint()
    QApplication.processEvents()
    view.viewport().installEventFilter(watch)
    workspace.change_many({paths("c")[0]: {"state": PhotoState.DONE}})
    qtbot.waitUntil(lambda: bool(painted))
    row = view.visualRect(model.index(2))
    assert [region.boundingRect() for region in painted] == [row]
