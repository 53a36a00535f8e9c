"""What the tests of reading share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from matting.photo import Photo
from matting.read import read_photo


@pytest.fixture
def read(tmp_path: Path) -> Any:
    """Read bytes as a photo file."""

    def from_bytes(data: bytes, name: str = "photo.bin") -> Photo:
        path = tmp_path / name
        path.write_bytes(data)
        return read_photo(path)

    return from_bytes
