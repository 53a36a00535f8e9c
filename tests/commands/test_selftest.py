"""``kirie selftest``."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import resources
from main import main


def test_it_passes_here_and_names_device_and_precision(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["selftest", "--device", "cpu"]) == 0
    text = capsys.readouterr().out
    assert "device: cpu, precision: " in text
    assert "selftest passed" in text


def test_it_fails_when_the_installation_is_broken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(resources, "SAMPLES", tmp_path)
    assert main(["selftest", "--device", "cpu"]) == 1
    assert "there are no sample photos" in capsys.readouterr().err
    (tmp_path / "a.jpg").write_bytes(b"not a photo")
    assert main(["selftest", "--device", "cpu"]) == 1
    assert "selftest failed: " in capsys.readouterr().err


def test_it_fails_without_the_weights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    weights = tmp_path / "weights"
    shutil.copytree(resources.WEIGHTS, weights)
    for file in weights.glob("*.safetensors"):
        file.write_bytes(file.read_bytes()[:1000])
    monkeypatch.setattr(resources, "WEIGHTS", weights)
    assert main(["selftest"]) == 1
    assert "selftest failed: " in capsys.readouterr().err


def test_a_device_that_is_not_there_is_a_failure(capsys: pytest.CaptureFixture[str]) -> None:
    import torch

    if torch.backends.mps.is_available():
        pytest.skip("this computer has MPS")
    assert main(["selftest", "--device", "mps"]) == 1
    assert "mps cannot be used" in capsys.readouterr().err


def test_samples_say_where_they_come_from() -> None:
    text = (resources.SAMPLES / "SOURCES.md").read_text("utf-8")
    photos = sorted(path.name for path in resources.SAMPLES.glob("*.jpg"))
    assert photos
    assert all(f"`{name}`" in text for name in photos)
