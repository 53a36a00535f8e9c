"""One window a home: later starts hand their photos over; who does not own the list never writes it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from gui.app import open_window
from gui.main_window import MainWindow
from gui.one_window import Claim, claim
from tests.gui.conftest import MakePhoto
from tests.gui.window_help import PATIENCE_MS, add, entry

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def owning(take: object = None) -> Iterator[Claim]:
    """Hold a claim that owns the home and gives what comes to ``take``."""
    own = claim()
    assert own is not None
    assert own.owned
    if callable(take):
        own.listen(take)
    try:
        yield own
    finally:
        own.close()


def address(home: Path) -> dict[str, str]:
    stored = json.loads((home / "window.lock").read_bytes())
    assert isinstance(stored, dict)
    return stored


def test_a_second_start_hands_its_photos_over_and_has_no_claim() -> None:
    came: list[list[Path]] = []

    def take(photos: list[Path], taken: Future[None]) -> None:
        came.append(photos)
        taken.set_result(None)

    strange = Path("/photos/图.jpg" if os.name == "nt" else os.fsdecode(b"/photos/\xe9.jpg"))
    with owning(take):
        assert claim([Path("/photos/a b.jpg"), strange]) is None
        assert claim() is None
    assert came == [[Path("/photos/a b.jpg"), strange], []]


def test_a_start_that_the_closing_window_does_not_answer_gets_the_home(kirie_home: Path) -> None:
    asked = threading.Event()
    first = claim()
    assert first is not None
    first.listen(lambda _photos, _taken: asked.set())  # its event loop has ended: nobody takes them
    closing = threading.Thread(target=lambda: (asked.wait(30), first.close()))
    closing.start()
    second = claim([Path("/a.jpg")], patience_s=60)
    closing.join()
    assert second is not None
    assert second.owned
    second.close()


@pytest.mark.skipif(os.name != "posix", reason="Windows deletes the pipe of a dead process")
def test_what_a_crashed_window_left_stops_nobody(kirie_home: Path) -> None:
    crash = "from gui.one_window import claim; import os; c = claim(); c.listen(print); os._exit(9)"
    assert subprocess.run([sys.executable, "-c", crash], cwd=ROOT, check=False).returncode == 9
    stale = address(kirie_home)
    with owning():
        assert address(kirie_home)["place"] != stale["place"]


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_another_user_can_neither_read_the_key_nor_reach_the_socket(kirie_home: Path) -> None:
    with owning():
        assert (kirie_home / "window.lock").stat().st_mode & 0o077 == 0
        assert Path(address(kirie_home)["place"]).parent.stat().st_mode & 0o077 == 0


def test_who_does_not_know_the_key_is_refused_and_later_starts_are_served() -> None:
    came: list[list[Path]] = []

    def take(photos: list[Path], taken: Future[None]) -> None:
        came.append(photos)
        taken.set_result(None)

    with owning(take):
        place = address(Path(os.environ["KIRIE_HOME"]))["place"]
        with pytest.raises((AuthenticationError, EOFError, ConnectionError)):
            Client(place, authkey=b"guess")
        assert claim([Path("/a.jpg")]) is None
    assert came == [[Path("/a.jpg")]]


def test_each_home_has_its_own_window(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with owning():
        monkeypatch.setenv("KIRIE_HOME", str(tmp_path / "other"))
        with owning():
            pass


# -- what the window keeps ------------------------------------------------------------------------------------------


@contextmanager
def window_of(qtbot: QtBot, mine: Claim) -> Iterator[MainWindow]:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    window = open_window(application, (), mine)
    window.show()
    qtbot.waitUntil(lambda: bool(window.workspace.model), timeout=PATIENCE_MS)
    try:
        yield window
    finally:
        window.close()
        window.deleteLater()
        QApplication.processEvents()


def notice(window: MainWindow) -> str:
    label = window.findChild(QLabel, "notice")
    return label.text() if label.isVisible() else ""


@pytest.mark.usefixtures("qapp")
def test_a_window_beside_the_owners_says_that_its_list_is_not_kept_and_leaves_the_owners_alone(
    qtbot: QtBot, make_photo: MakePhoto, kirie_home: Path
) -> None:
    mine, other = make_photo("mine.png"), make_photo("other.png")
    with owning() as own:
        with window_of(qtbot, own) as window:
            add(qtbot, window, mine)
            assert notice(window) == ""
        kept = (kirie_home / "workspace.json").read_bytes()
        assert b"mine.png" in kept
        stored = address(kirie_home) | {"host": "not-" + socket.gethostname()}  # the owner sits at another machine
        (kirie_home / "window.lock").write_text(json.dumps(stored), "utf-8")
        beside = claim()
        assert beside is not None
        assert not beside.owned
        with window_of(qtbot, beside) as window:
            add(qtbot, window, other)
            assert "not kept" in notice(window)
        beside.close()
        assert (kirie_home / "workspace.json").read_bytes() == kept


@pytest.mark.usefixtures("qapp")
def test_nothing_is_written_where_nothing_was_changed(qtbot: QtBot, make_photo: MakePhoto, kirie_home: Path) -> None:
    photo = make_photo("a.png")

    def shown(window: MainWindow) -> None:
        """Wait for the cutout, and for the photo's size, which the window finds out by itself and keeps."""
        qtbot.waitUntil(lambda: window.current.request() is not None, timeout=PATIENCE_MS)
        qtbot.waitUntil(lambda: entry(window, photo).size is not None, timeout=PATIENCE_MS)

    with owning() as own, window_of(qtbot, own) as window:
        add(qtbot, window, photo)
        shown(window)
    file = kirie_home / "workspace.json"
    os.utime(file, ns=(1, 1))
    with owning() as own, window_of(qtbot, own) as window:
        shown(window)
        assert len(window.workspace.photos) == 1
    assert file.stat().st_mtime_ns == 1


@pytest.mark.usefixtures("qapp")
def test_a_home_that_cannot_be_made_is_said_in_a_window_that_works(
    qtbot: QtBot, make_photo: MakePhoto, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("KIRIE_HOME", str(tmp_path / "file" / "x"))
    with owning() as own, window_of(qtbot, own) as window:
        said = notice(window)
        assert "not kept" in said
        assert str(tmp_path / "file" / "x") in said
        assert "not a folder" in said
        assert "choose another" not in said
        with qtbot.waitSignals([window.current.shown, window.saver.saved], timeout=PATIENCE_MS):
            add(qtbot, window, make_photo("a.png"))
        assert notice(window) == said


@pytest.mark.usefixtures("qapp")
def test_a_list_that_cannot_be_saved_any_more_is_said_until_it_can(
    qtbot: QtBot, make_photo: MakePhoto, kirie_home: Path
) -> None:
    with owning() as own, window_of(qtbot, own) as window:
        (kirie_home / "workspace.json").mkdir()
        with qtbot.waitSignal(window.saver.saved, timeout=PATIENCE_MS):
            add(qtbot, window, make_photo("a.png"))
        assert "not kept" in notice(window)
        (kirie_home / "workspace.json").rmdir()
        with qtbot.waitSignal(window.saver.saved, timeout=PATIENCE_MS):
            add(qtbot, window, make_photo("b.png"))
        assert notice(window) == ""
