"""The dataset that runs learn from."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.models.training.make_data import make_dataset


@pytest.fixture
def discs(tmp_path: Path) -> Path:
    return make_dataset(tmp_path / "discs", 8)
