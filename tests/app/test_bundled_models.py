"""The models that a build of the standalone program brings along."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest
import torch

from models.networks.u2net import U2Net
from models.networks.weights import load_weights
from resources.packaging.others_models import STANDARD, VARIABLE, bundled_models
from tests.models.download.mirror import serve


@pytest.fixture(autouse=True)
def without_an_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    monkeypatch.setenv("KIRIE_HOME", os.environ.get("KIRIE_HOME", ""))  # which a build sets for itself
    monkeypatch.delenv(VARIABLE, raising=False)


def test_they_lie_beside_the_bundled_ones_in_16_bits_with_licence_and_origin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch.manual_seed(3)
    weights = tmp_path / "weights.pth"
    torch.save(U2Net(size="small").state_dict(), weights)
    content = weights.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    monkeypatch.setenv(VARIABLE, "another")
    with serve(content) as one:
        about = {"title": "Theirs", "licence": "Apache-2.0", "homepage": "https://theirs.example"}
        entry = {**about, "size": len(content), "sha256": digest, "mirrors": [one.url]}
        entries = [{"name": name, **entry} for name in (*STANDARD, "another")]
        home = tmp_path / "build" / "home"
        home.mkdir(parents=True)
        (home / "catalogue.json").write_text(json.dumps({"version": 1, "models": entries}))
        files = bundled_models(tmp_path / "build")
    names = [file.name for file, _ in files]
    assert names == [f"{name}.{suffix}" for name in (*STANDARD, "another") for suffix in ("safetensors", "md")]
    assert {target for _, target in files} == {"resources/weights"}
    stored, card = files[0][0], files[1][0].read_text("utf-8")
    assert stored.stat().st_size < 0.6 * len(content)
    assert (load_weights(stored).info.title, load_weights(stored).info.licence) == ("Theirs", "Apache-2.0")
    for fact in ("Apache-2.0", "https://theirs.example", digest):
        assert fact in card


def test_without_a_network_a_build_goes_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert bundled_models(tmp_path / "build") == []
    assert "the build goes on without u2netp: “u2netp” could not be downloaded" in capsys.readouterr().out
