"""Photos get into the list from files, folders, text, pictures and links."""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QByteArray, QMimeData, QUrl
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.photos.intake import Intake
from gui.photos.mime import PROGRAM_MIME, can_take
from gui.photos.pasted import pasted_folder
from matting.errors import WriteError
from tests.gui.conftest import MakePhoto
from tests.models.download.mirror import serve, silent, stall_after


@pytest.fixture
def intake(qtbot: QtBot) -> Iterator[Intake]:
    intake = Intake(lambda: pasted_folder() / "cutouts")
    yield intake
    intake.close()


@pytest.fixture
def web(tmp_path: Path) -> Iterator[str]:
    handler = partial(SimpleHTTPRequestHandler, directory=str(tmp_path))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def urls(*targets: Path | str) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(one)) if isinstance(one, Path) else QUrl(one) for one in targets])
    return mime


def found_by(qtbot: QtBot, intake: Intake, mime: QMimeData) -> list[Path]:
    with qtbot.waitSignal(intake.found, timeout=20_000) as found:
        assert intake.take(mime)
    search = found.args[0]  # type: ignore[index]
    return [photo.path for photo in search.photos]


def test_a_folder_brings_its_tree_and_a_file_itself(
    qtbot: QtBot, intake: Intake, make_photo: MakePhoto, tmp_path: Path
) -> None:
    inside = [make_photo("set/a.jpg"), make_photo("set/deep/b.png")]
    alone = make_photo("alone.jpg")
    (tmp_path / "set" / "notes.txt").write_text("no photo")
    assert set(found_by(qtbot, intake, urls(tmp_path / "set", alone))) == {*inside, alone}


def test_paths_pasted_as_text_are_taken(qtbot: QtBot, intake: Intake, make_photo: MakePhoto) -> None:
    first, second = make_photo("one two.jpg"), make_photo("b.jpg")
    mime = QMimeData()
    mime.setText(f'"{first}"\n{QUrl.fromLocalFile(str(second)).toString()}\nand some words\n')
    assert set(found_by(qtbot, intake, mime)) == {first, second}


def test_a_picture_from_the_clipboard_becomes_a_file_with_its_transparency(qtbot: QtBot, intake: Intake) -> None:
    picture = QImage(20, 10, QImage.Format.Format_ARGB32)
    picture.fill(QColor(200, 100, 50, 128))
    mime = QMimeData()
    mime.setImageData(picture)
    (path,) = found_by(qtbot, intake, mime)
    assert path.parent == pasted_folder()
    with Image.open(path) as saved:
        assert saved.size == (20, 10)
        assert saved.convert("RGBA").getpixel((3, 3)) == (200, 100, 50, 128)
    (again,) = found_by(qtbot, intake, mime)
    assert again != path, "a second paste does not overwrite the first"


def test_a_picture_dropped_from_a_browser_is_fetched(
    qtbot: QtBot, intake: Intake, make_photo: MakePhoto, web: str
) -> None:
    photo = make_photo("shoe%20red.png")
    (path,) = found_by(qtbot, intake, urls(f"{web}/shoe%2520red.png"))
    assert path.read_bytes() == photo.read_bytes()


def test_a_page_is_no_picture_and_says_so(qtbot: QtBot, intake: Intake, web: str, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<html>")
    with qtbot.waitSignal(intake.link_failed, timeout=20_000) as failed:
        intake.take(urls(f"{web}/page.html"))
    assert failed.args == [f"{web}/page.html"]


@pytest.mark.parametrize("name", ["my photo.jpg", "图片.jpg", "50%25 off & more.jpg"])
def test_an_address_may_have_any_letters(
    qtbot: QtBot, intake: Intake, make_photo: MakePhoto, web: str, name: str
) -> None:
    photo = make_photo(name.replace("%25", "%"))
    mime = QMimeData()
    mime.setUrls([QUrl(f"{web}/{name}")])  # as browsers hand it over, decoded
    (path,) = found_by(qtbot, intake, mime)
    assert path.name == photo.name
    assert path.read_bytes() == photo.read_bytes()


@pytest.mark.parametrize("as_text", [False, True])
def test_a_picture_may_be_written_out_in_its_address(
    qtbot: QtBot, intake: Intake, make_photo: MakePhoto, as_text: bool
) -> None:
    photo = make_photo("shoe.png")
    address = "data:image/png;base64," + base64.b64encode(photo.read_bytes()).decode()
    mime = urls(address)
    if as_text:
        mime = QMimeData()
        mime.setText(address)
    (path,) = found_by(qtbot, intake, mime)
    assert path.suffix == ".png"
    assert path.read_bytes() == photo.read_bytes()


def test_closing_waits_for_no_server_and_leaves_no_file(qtbot: QtBot, make_photo: MakePhoto) -> None:
    data = make_photo("shoe.jpg", 640, 480).read_bytes()
    with serve(data, stall_after(1000)) as server:
        intake = Intake(lambda: pasted_folder() / "cutouts")
        failed: list[str] = []
        intake.link_failed.connect(failed.append)
        intake.take(urls(server.url))
        qtbot.waitUntil(lambda: bool(server.asked), timeout=20_000)
        intake.close()
        assert not server.leaving.is_set(), "the server has not ended yet"
        QApplication.processEvents()
        assert failed == []
    assert not pasted_folder().exists()


def test_a_folder_does_not_wait_for_a_server(qtbot: QtBot, intake: Intake, make_photo: MakePhoto) -> None:
    photo = make_photo("set/shoe.jpg")
    with serve(b"", silent) as server:
        intake.take(urls(server.url))
        qtbot.waitUntil(lambda: bool(server.asked), timeout=20_000)
        assert found_by(qtbot, intake, urls(photo.parent)) == [photo]
        intake.close()


def test_a_picture_that_cannot_be_kept_says_why(qtbot: QtBot, intake: Intake, kirie_home: Path) -> None:
    kirie_home.mkdir()
    pasted_folder().write_text("a file where the folder should be")
    mime = QMimeData()
    mime.setImageData(QImage(20, 10, QImage.Format.Format_ARGB32))
    with qtbot.waitSignal(intake.failed, timeout=20_000) as failed:
        intake.take(mime)
    assert isinstance(failed.args[0], WriteError)  # type: ignore[index]


def test_nothing_useful_is_refused_and_so_is_our_own_cutout(make_photo: MakePhoto) -> None:
    words = QMimeData()
    words.setText("just words, and /not/a/file")
    assert not can_take(words)
    own = urls(make_photo("cutout.png"))
    own.setData(PROGRAM_MIME, QByteArray(b"cutout"))
    assert not can_take(own)


def test_an_empty_folder_is_said_to_hold_no_photo(qtbot: QtBot, intake: Intake, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with qtbot.waitSignal(intake.nothing_found, timeout=10_000):
        intake.take(urls(tmp_path / "empty"))
