"""A picture from a server is whole and a photo, or there is no file of it."""

from __future__ import annotations

import http.client
import ssl
import threading
from pathlib import Path

import pytest
import trustme

from gui.photos.fetch import fetch_picture
from gui.photos.pasted import pasted_folder
from matting.system.control import Cancelled, Control
from tests.gui.conftest import MakePhoto
from tests.models.download.mirror import (
    Plan,
    Request,
    cut_after,
    no_length,
    page,
    redirect,
    says_length,
    serve,
    stall_after,
    status,
    well,
)


@pytest.fixture
def photo(make_photo: MakePhoto) -> bytes:
    return make_photo("shoe.jpg", 640, 480).read_bytes()


def typed(kind: str) -> Plan:
    """Send everything, called so."""

    def plan(request: Request) -> None:
        request.head(200, Content_Length=len(request.mirror.data), Content_Type=kind)
        request.wfile.write(request.mirror.data)

    return plan


def nothing_kept() -> bool:
    return not pasted_folder().is_dir() or not list(pasted_folder().iterdir())


@pytest.mark.parametrize("kind", ["image/jpeg", "application/octet-stream", "text/plain"])
def test_what_arrives_decides_and_not_what_it_is_called(photo: bytes, kind: str) -> None:
    with serve(photo, typed(kind)) as server:
        path = fetch_picture(server.url, Control())
    assert path.parent == pasted_folder()
    assert path.name == "weights.safetensors.jpg"
    assert path.read_bytes() == photo


def test_a_page_that_is_called_a_picture_is_refused() -> None:
    with serve(b"<html>" + b" " * 1000, typed("image/png")) as server, pytest.raises(ValueError, match="no photo"):
        fetch_picture(server.url, Control())
    assert nothing_kept()


@pytest.mark.parametrize("plan", [well, no_length()])
def test_a_picture_that_is_too_large_is_not_fetched_to_its_end(photo: bytes, plan: Plan) -> None:
    with serve(photo + bytes(3_000_000), plan) as server, pytest.raises(ValueError, match="more than"):
        fetch_picture(server.url, Control(), limit=200_000)
    assert nothing_kept()


@pytest.mark.parametrize("plan", [cut_after(5000), says_length(1_000_000)])
def test_half_a_picture_is_none(photo: bytes, plan: Plan) -> None:
    with serve(photo, plan) as server, pytest.raises((OSError, http.client.HTTPException)):
        fetch_picture(server.url, Control())
    assert nothing_kept()


def test_one_whose_length_is_not_told_is_taken(photo: bytes) -> None:
    with serve(photo, no_length()) as server:
        assert fetch_picture(server.url, Control()).read_bytes() == photo


@pytest.mark.parametrize("plan", [status(404), page])
def test_a_refusal_is_no_picture(plan: Plan) -> None:
    with serve(b"", plan) as server, pytest.raises((OSError, ValueError)):
        fetch_picture(server.url, Control())
    assert nothing_kept()


def test_a_redirect_is_followed_but_not_to_a_file(photo: bytes, make_photo: MakePhoto) -> None:
    with serve(photo) as target, serve(b"", redirect(target.url)) as server:
        assert fetch_picture(server.url, Control()).read_bytes() == photo
    with serve(b"", redirect(make_photo("secret.jpg").as_uri())) as server, pytest.raises(OSError, match="file:"):
        fetch_picture(server.url, Control())


def test_cancelled_it_ends_while_the_server_is_silent(photo: bytes) -> None:
    control, ended = Control(), threading.Event()

    def fetch() -> None:
        with pytest.raises(Cancelled):
            fetch_picture(server.url, control)
        ended.set()

    with serve(photo, stall_after(1000)) as server:
        thread = threading.Thread(target=fetch)
        thread.start()
        control.cancel()
        assert ended.wait(20)
        assert not server.leaving.is_set()
        thread.join()
    assert nothing_kept()


def test_two_pictures_of_one_name_are_two_files(photo: bytes) -> None:
    with serve(photo) as server:
        address = server.url.replace("weights.safetensors", "a%2Fb%20c.jpg")
        first, second = fetch_picture(address, Control()), fetch_picture(address, Control())
    assert [first.name, second.name] == ["a_b c.jpg", "a_b c 2.jpg"]


def test_a_companys_own_certificates_are_trusted(photo: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    bundle = tmp_path / "company.pem"
    authority.cert_pem.write_to_path(str(bundle))
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
    with serve(photo, tls=context) as server:
        assert fetch_picture(server.url, Control()).read_bytes() == photo
