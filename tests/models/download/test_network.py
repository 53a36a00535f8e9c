"""Proxies, certificates, redirects and mirrors of companies."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest
import trustme

from matting.system.version import version
from models.catalogue.model_files import part_files
from models.download.errors import (
    NoConnection,
    NotTrusted,
    ProxyRefused,
)
from tests.models.download import mirror
from tests.models.download.kit import (
    HALF,
    Offer,
    assert_installed,
    assert_nothing_installed,
    download,
    stop_half_way,
)
from tests.models.download.mirror import serve


def test_a_whole_part_needs_no_network(offer: Offer, weights: bytes, tmp_path: Path) -> None:
    with serve(weights, mirror.stall_after(HALF)) as one:
        offer(one.url)
        stop_half_way(one)
    part_files("studio")[0].write_bytes(weights)
    download()
    assert_installed(weights, tmp_path)


def test_a_redirect_is_followed_with_the_range(offer: Offer, weights: bytes, tmp_path: Path) -> None:
    with (
        serve(weights, mirror.stall_after(HALF), mirror.well) as store,
        serve(b"", mirror.redirect(store.url)) as front,
    ):
        offer(front.url)
        stop_half_way(store)
        download()
        assert store.asked[0]["range"] == f"bytes={HALF}-"
    assert_installed(weights, tmp_path)


def test_hf_endpoint_takes_the_place_of_hugging_face(
    offer: Offer, weights: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve(weights) as one:
        offer("https://huggingface.co/a/b/resolve/main/w.pth", "https://hf-mirror.com/a/b/resolve/main/w.pth")
        monkeypatch.setenv("HF_ENDPOINT", one.url.rpartition("/")[0] + "/inside/")
        download()
        assert [request["path"] for request in one.asked] == ["/inside/a/b/resolve/main/w.pth"]
    assert_installed(weights, tmp_path)


def test_the_proxy_of_the_environment_is_used(
    offer: Offer, weights: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve(weights) as proxy:
        offer("http://models.example/w.pth")
        monkeypatch.setenv("http_proxy", proxy.url.rpartition("/")[0].replace("//", "//me:secret@"))
        download()
        assert proxy.asked[0]["path"] == "http://models.example/w.pth"
        assert proxy.asked[0]["proxy-authorization"].startswith("Basic ")
    assert_installed(weights, tmp_path)


@pytest.mark.parametrize("url", ["http://models.example/w.pth", "https://models.example/w.pth"])
def test_a_proxy_that_refuses_is_named(url: str, offer: Offer, weights: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    with serve(weights, mirror.status(407)) as proxy:
        offer(url)
        for name in ("http_proxy", "https_proxy"):
            monkeypatch.setenv(name, proxy.url.rpartition("/")[0])
        # A tunnel is asked for with CONNECT, which this server does not know: it refuses with 501.
        with pytest.raises(ProxyRefused, match="HTTPS_PROXY"):
            download()


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def tls(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


def test_an_untrusted_certificate_is_refused(offer: Offer, weights: bytes, tls: ssl.SSLContext) -> None:
    with serve(weights, tls=tls) as one:
        offer(one.url)
        with pytest.raises(NotTrusted, match="SSL_CERT_FILE"):
            download()
        assert one.asked == []
    assert_nothing_installed()


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"])
def test_a_company_certificate_is_honoured(
    variable: str,
    offer: Offer,
    weights: bytes,
    tmp_path: Path,
    authority: trustme.CA,
    tls: ssl.SSLContext,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bundle = tmp_path / "company.pem"
    authority.cert_pem.write_to_path(str(bundle))
    monkeypatch.setenv(variable, str(bundle))
    with serve(weights, mirror.cut_after(HALF), mirror.well, tls=tls) as one:
        offer(one.url)
        download()
    assert_installed(weights, tmp_path)


def test_the_wrong_host_name_is_refused(
    offer: Offer,
    weights: bytes,
    tmp_path: Path,
    authority: trustme.CA,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bundle = tmp_path / "company.pem"
    authority.cert_pem.write_to_path(str(bundle))
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("models.example").configure_cert(context)
    with serve(weights, tls=context) as one:
        offer(one.url)
        with pytest.raises(NotTrusted):
            download()


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_bundle_that_cannot_be_read_is_named(
    content: str | None,
    offer: Offer,
    weights: bytes,
    tmp_path: Path,
    tls: ssl.SSLContext,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bundle = tmp_path / "company.pem"
    if content:
        bundle.write_text(content)
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
    with serve(weights, tls=tls) as one:
        offer(one.url)
        with pytest.raises(NotTrusted, match="SSL_CERT_FILE="):
            download()


def test_no_tls_at_all_is_refused(offer: Offer, weights: bytes) -> None:
    with serve(weights) as one:
        offer(one.url.replace("http:", "https:"))
        with pytest.raises(NotTrusted):
            download()


def test_no_network(offer: Offer) -> None:
    offer("http://127.0.0.1:9/a", "http://127.0.0.1:9/b")
    with pytest.raises(NoConnection, match=r"127\.0\.0\.1 cannot be reached"):
        download()


def test_the_program_says_its_name_and_version_and_no_page(offer: Offer, weights: bytes) -> None:
    with serve(weights) as one:
        offer(one.url)
        download()
        assert one.asked[0]["user-agent"] == f"kirie/{version()}"
