"""The list of photos as a model: what it holds, shows and tells."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt, QUrl
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from gui.photos.list_model import PhotoListModel
from gui.photos.mime import can_take
from gui.workspace.entry import PhotoEntry, PhotoState
from gui.workspace.order import Filter, Sort, arranged
from gui.workspace.output import OutputDefaults
from gui.workspace.workspace import Workspace


def entry(name: str, state: PhotoState = PhotoState.WAITING, doubt: float | None = None) -> PhotoEntry:
    return PhotoEntry(Path("/photos") / name, state=state, doubt=doubt)


@pytest.fixture
def workspace() -> Workspace:
    return Workspace(OutputDefaults(Path("/pictures/Kirie")))


@pytest.fixture
def model(qtbot: QtBot, workspace: Workspace) -> PhotoListModel:
    model = PhotoListModel(workspace)
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal, model)
    return model


def names(model: PhotoListModel) -> list[str]:
    return [model.index(row).data() for row in range(model.rowCount())]


def test_a_photo_is_in_the_list_once(workspace: Workspace, model: PhotoListModel) -> None:
    workspace.add([entry("a.jpg"), entry("b.jpg"), entry("a.jpg")])
    assert workspace.add([entry("b.jpg"), entry("c.jpg")]) == (Path("/photos/c.jpg"),)
    assert names(model) == ["a.jpg", "b.jpg", "c.jpg"]


def test_names_sort_in_counting_order_and_new_photos_find_their_place(
    workspace: Workspace, model: PhotoListModel
) -> None:
    workspace.arrange(Sort.NAME, Filter.ALL)
    workspace.add([entry("shoe10.jpg"), entry("Shoe2.jpg")])
    workspace.add([entry("shoe1.jpg")])
    assert names(model) == ["shoe1.jpg", "Shoe2.jpg", "shoe10.jpg"]


def test_the_most_doubtful_comes_first(workspace: Workspace, model: PhotoListModel) -> None:
    done = PhotoState.DONE
    workspace.add([entry("a", done, 0.1), entry("b", done, 0.9), entry("c"), entry("d", done, 0.5)])
    workspace.arrange(Sort.DOUBT, Filter.ALL)
    assert names(model) == ["b", "d", "a", "c"]
    workspace.arrange(Sort.DOUBT, Filter.DOUBTFUL)
    assert names(model) == ["b", "d"]


def test_a_photo_that_fails_appears_under_the_filter_by_itself(
    qtbot: QtBot, workspace: Workspace, model: PhotoListModel
) -> None:
    workspace.add([entry("a"), entry("b")])
    workspace.arrange(Sort.ADDED, Filter.FAILED)
    assert names(model) == []
    workspace.change_many({Path("/photos/b"): {"state": PhotoState.FAILED}})
    qtbot.waitUntil(lambda: names(model) == ["b"])


def test_a_change_tells_the_view_about_its_row_only(workspace: Workspace, model: PhotoListModel) -> None:
    workspace.add([entry("a"), entry("b"), entry("c")])
    rows: list[int] = []
    model.dataChanged.connect(lambda first, last: rows.extend(range(first.row(), last.row() + 1)))
    workspace.change_many({Path("/photos/b"): {"state": PhotoState.CUTTING}})
    assert rows == [1]
    workspace.change_many({Path("/photos/b"): {"state": PhotoState.CUTTING}})
    assert rows == [1], "nothing changed"


def test_removing_keeps_the_others_reachable(workspace: Workspace, model: PhotoListModel) -> None:
    workspace.add([entry("a"), entry("b"), entry("c")])
    workspace.remove([Path("/photos/a")])
    assert workspace.photos.row_of(Path("/photos/c")) == 1
    workspace.change_many({Path("/photos/c"): {"size": (3, 2)}, Path("/photos/a"): {"size": (3, 2)}})
    assert [(one.path.name, one.size) for one in workspace.photos] == [("b", None), ("c", (3, 2))]


def test_a_row_dragged_out_takes_its_cutout_along(workspace: Workspace, model: PhotoListModel) -> None:
    workspace.add([PhotoEntry(Path("/p/a.jpg"), outputs=(Path("/out/a-cutout.png"),)), PhotoEntry(Path("/p/b.jpg"))])
    urls = model.mimeData([model.index(0), model.index(1)]).urls()
    assert [Path(url.toLocalFile()) for url in urls] == [Path("/out/a-cutout.png"), Path("/p/b.jpg")]
    assert model.flags(model.index(0)) & Qt.ItemFlag.ItemIsDragEnabled


@given(
    st.lists(st.tuples(st.sampled_from(list(PhotoState)), st.none() | st.floats(0, 1))),
    st.sampled_from(list(Sort)),
)
def test_sorting_loses_nothing_and_filters_show_what_they_say(
    rows: list[tuple[PhotoState, float | None]], sort: Sort
) -> None:
    entries = [entry(f"{index}", state, doubt) for index, (state, doubt) in enumerate(rows)]
    assert sorted(arranged(entries, sort, Filter.ALL)) == list(range(len(entries)))
    for shown, wanted in (
        (Filter.DOUBTFUL, [one.doubtful for one in entries]),
        (Filter.FAILED, [not one.is_readable for one in entries]),
    ):
        assert sorted(arranged(entries, sort, shown)) == [index for index, one in enumerate(wanted) if one]


def test_a_row_that_is_dragged_is_marked_as_the_programs_own(workspace: Workspace, model: PhotoListModel) -> None:
    """Dropped on the window itself, a finished row added its own cutout as a photo."""
    workspace.add([PhotoEntry(Path("/photos/a.jpg"))])
    mime = model.mimeData([model.index(0)])
    assert mime.urls() == [QUrl.fromLocalFile("/photos/a.jpg")]
    assert not can_take(mime)
