"""Fields of view found automatically, and measures inside them."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import cv2
import numpy as np
import pytest

from models.predict.vessels import find_field, measure_vessels, measures_as_csv
from models.training.data.check import check_dataset
from models.training.data.datasets import find_dataset
from models.training.data.pictures import read_sample


def retina(side: int = 200) -> tuple[np.ndarray, np.ndarray]:
    """Draw a lit disc with dark vessels on a noisy black surround."""
    field = np.zeros((side, side), np.uint8)
    cv2.circle(field, (side // 2, side // 2), side * 2 // 5, 1, -1)
    rng = np.random.default_rng(1)
    rgb = field[..., None] * np.array([180, 90, 60]) + rng.integers(0, 6, (side, side, 3))
    rgb = np.ascontiguousarray(rgb.clip(0, 255), np.uint8)
    cv2.line(rgb, (30, 100), (170, 110), (90, 30, 20), 5)
    return rgb, field > 0


def test_the_field_is_the_lit_disc_vessels_included() -> None:
    rgb, field = retina()
    found = find_field(rgb)
    assert (found & field).sum() / (found | field).sum() > 0.97
    assert found[105, 100]


def test_a_photo_without_a_surround_is_all_field() -> None:
    assert find_field(np.full((50, 60, 3), 120, np.uint8)).all()
    assert find_field(np.zeros((50, 60, 3), np.uint8)).all()


def test_drive_fields_are_found(shared: Path) -> None:
    rows = check_dataset(find_dataset(shared / "data" / "drive" / "training")).usable
    for row in rows[::4]:
        assert row.pair is not None
        sample = read_sample(row.pair, 1)
        assert sample.inside is not None
        found, field = find_field(sample.rgb), sample.inside > 0
        assert (found & field).sum() / (found | field).sum() > 0.98, row.path.name


def test_density_counts_inside_the_field_alone() -> None:
    _, field = retina()
    vessels = np.zeros(field.shape, bool)
    vessels[:, 95:105] = True
    measures = measure_vessels("a.tif", vessels, field)
    assert measures.field_pixels == field.sum()
    assert measures.vessel_pixels == (vessels & field).sum()
    assert measures.density == pytest.approx((vessels & field).sum() / field.sum())


def test_measures_are_a_table_that_spreadsheets_read() -> None:
    _, field = retina()
    text = measures_as_csv([measure_vessels('left, "A".tif', field, field), measure_vessels("b.tif", ~field, field)])
    rows = list(csv.DictReader(io.StringIO(text)))
    assert rows[0]["photo"] == 'left, "A".tif'
    assert [float(row["density"]) for row in rows] == [1.0, 0.0]
    assert rows[0]["field_pixels"] == str(int(field.sum()))
