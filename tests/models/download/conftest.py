"""A small model to download, and a catalogue that offers it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
import torch

from models.networks.unet import UNet
from tests.models.download.kit import (
    Offer,
)


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return a real, small file in a foreign layout: a state dict written by torch."""
    path = tmp_path_factory.mktemp("weights") / "unet.pth"
    torch.manual_seed(1)
    torch.save(UNet(width=4).state_dict(), path)
    return path.read_bytes()


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "HF_ENDPOINT", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def offer(kirie_home: Path, weights: bytes) -> Offer:
    """Write the user's own catalogue, with one model called studio."""

    def write(*urls: str, **changes: object) -> None:
        entry = {
            "name": "studio",
            "title": "Studio shoes",
            "licence": "CC0-1.0",
            "size": len(weights),
            "sha256": hashlib.sha256(weights).hexdigest(),
            "mirrors": list(urls),
        }
        kirie_home.mkdir(parents=True, exist_ok=True)
        (kirie_home / "catalogue.json").write_text(json.dumps({"version": 1, "models": [{**entry, **changes}]}))

    return write
