"""The workspace's file is read before it is written, and written after each change."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from gui.workspace.entry import PhotoEntry, PhotoState
from gui.workspace.output import OutputDefaults
from gui.workspace.saver import WorkspaceSaver
from gui.workspace.snapshot import Snapshot
from gui.workspace.workspace import Workspace
from gui.workspace.workspace_file import load, save

Open = Callable[[], tuple[Workspace, WorkspaceSaver]]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "workspace.json"


@pytest.fixture
def session(qtbot: QtBot, file: Path) -> Iterator[Open]:
    """Open a workspace on the file, as a start of the program does; closed at the end."""
    savers: list[WorkspaceSaver] = []

    def begin() -> tuple[Workspace, WorkspaceSaver]:
        workspace = Workspace(OutputDefaults(Path("/pictures/Kirie")))
        savers.append(WorkspaceSaver(workspace, file))
        return workspace, savers[-1]

    yield begin
    for saver in savers:
        saver.deleteLater()


def restored(qtbot: QtBot, saver: WorkspaceSaver) -> None:
    with qtbot.waitSignal(saver.restored, timeout=20_000):
        saver.restore()


def test_each_change_is_on_the_disk_soon_and_comes_back(
    qtbot: QtBot, session: Open, make_photo: Callable[[str], Path], file: Path
) -> None:
    photo = make_photo("a.png")
    workspace, saver = session()
    restored(qtbot, saver)
    workspace.add([PhotoEntry(photo)])
    qtbot.waitUntil(lambda: file.is_file() and [one.path for one in load(file).entries] == [photo], timeout=20_000)
    saver.close()
    again, second = session()
    restored(qtbot, second)
    assert again.snapshot() == workspace.snapshot()
    second.close()


def test_closed_before_the_file_was_read_loses_nothing(session: Open, file: Path) -> None:
    save(Snapshot((PhotoEntry(Path("/photos/kept.png")),)), file)
    workspace, saver = session()
    saver.restore()
    workspace.add([PhotoEntry(Path("/photos/new.png"))])
    saver.close()
    assert [one.path.name for one in load(file).entries] == ["kept.png", "new.png"]


def test_one_that_never_began_writes_nothing(session: Open, file: Path) -> None:
    save(Snapshot((PhotoEntry(Path("/photos/kept.png")),)), file)
    before = file.read_bytes()
    _, saver = session()
    saver.close()
    assert file.read_bytes() == before


def test_photos_that_vanished_are_marked(
    qtbot: QtBot, session: Open, make_photo: Callable[[str], Path], file: Path
) -> None:
    here, gone = make_photo("here.png"), make_photo("gone.png")
    save(Snapshot((PhotoEntry(here), PhotoEntry(gone))), file)
    gone.unlink()
    workspace, saver = session()
    saver.restore()
    qtbot.waitUntil(lambda: workspace.photos.count([PhotoState.MISSING]) == 1, timeout=20_000)
    assert workspace.photos[gone].state is PhotoState.MISSING
    saver.close()


def test_a_newer_kiries_list_is_kept_and_the_user_is_told(qtbot: QtBot, session: Open, file: Path) -> None:
    file.write_text(json.dumps({"version": 99, "photos": [{"path": "/a.png"}]}))
    whole = file.read_bytes()
    workspace, saver = session()
    with qtbot.waitSignal(saver.said, timeout=20_000) as said:
        saver.restore()
    assert "newer Kirie" in said.args[0]
    assert "workspace.version-99.json" in said.args[0]
    workspace.add([PhotoEntry(Path("/photos/new.png"))])
    saver.close()
    assert (file.parent / "workspace.version-99.json").read_bytes() == whole
    assert [one.path.name for one in load(file).entries] == ["new.png"]
