"""What the tests of reading and of batches share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from matting.files.reading.read_photo import read_photo
from matting.photo import Photo
from tests.matting.batch.batch_help import save_photo


@pytest.fixture
def read(tmp_path: Path) -> Any:
    """Read bytes as a photo file."""

    def from_bytes(data: bytes, name: str = "photo.bin") -> Photo:
        path = tmp_path / name
        path.write_bytes(data)
        return read_photo(path)

    return from_bytes


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Return a folder of six small photos, ``0.png`` to ``5.png``."""
    folder = tmp_path / "in"
    for number in range(6):
        save_photo(folder / f"{number}.png", seed=number)
    return folder
