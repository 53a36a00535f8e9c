"""What all tests of downloading share."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from matting.system.control import Cancelled, Control
from models.catalogue.catalogue import find_model, read_receipt
from models.catalogue.model_files import downloads_folder, part_files
from models.download import DownloadProgress, Patience, download_model
from models.networks.weights import load_weights
from tests.models.download.mirror import Mirror

HALF = 250_000
"""Where a connection breaks in most tests, in bytes."""

Offer = Callable[..., None]
"""Writes the user's own catalogue, offering one model called studio at the addresses given."""

QUICK = Patience(connect=5, stall=1, slow_rate=50_000, slow_after=0.5, rounds=2, pause=0, tick=0.01)


def download(**options: object) -> None:
    download_model("studio", patience=QUICK, **options)  # type: ignore[arg-type]


def assert_installed(weights: bytes, tmp_path: Path) -> None:
    """Our format, the very numbers of the original, nothing left lying about."""
    original = tmp_path / "original.pth"
    original.write_bytes(weights)
    installed = find_model("studio")
    assert installed.installed
    ours = load_weights(installed.file)
    assert ours.info.title == "Studio shoes"
    assert ours.info.licence == "CC0-1.0"
    for name, tensor in load_weights(original).state.items():
        assert torch.equal(tensor, ours.state[name]), name
    assert read_receipt("studio")["origin_sha256"] == hashlib.sha256(weights).hexdigest()
    assert [path.suffix for path in downloads_folder().iterdir()] == [".lock"]


def assert_nothing_installed() -> None:
    assert not find_model("studio").installed


def part_size() -> int:
    return part_files("studio")[0].stat().st_size


def wrong(data: bytes) -> bytes:
    """Return data of the same length, one bit different."""
    return data[:1000] + bytes([data[1000] ^ 1]) + data[1001:]


def stop_half_way(one: Mirror) -> None:
    """Download until some bytes are there, then cancel, as a user does."""
    control = Control()

    def stop(progress: DownloadProgress) -> None:
        if progress.done >= HALF:
            control.cancel()

    with pytest.raises(Cancelled):
        download(control=control, on_progress=stop)
    assert part_size() >= HALF
    assert one.asked.pop()
