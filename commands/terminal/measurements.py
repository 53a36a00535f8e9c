"""``kirie cut --measure``: how much of each retina is vessel, as a table for spreadsheets."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matting.alpha.resample import resize
from matting.predictor import Around, Predictor
from matting.system.atomic import write_atomic
from models.predict.vessels import VesselMeasures, find_field, measure_vessels, measures_as_csv


class MeasuringPredictor(Around):
    """A vessel model that notes a measure of each photo it predicts; otherwise what it wraps."""

    def __init__(self, predictor: Predictor, threshold: float) -> None:
        super().__init__(predictor)
        self._threshold = threshold
        self.measures: dict[str, VesselMeasures] = {}

    def predict(self, rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
        """See ``Predictor``; nothing is noted without a file's name."""
        return self._predictor.predict(rgb)

    def predict_source(self, source: Path, root: Path | None, rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Predict and note, at the photo's own resolution."""
        map_ = self._predictor.predict(rgb)
        vessels = resize(map_.max(axis=0), *rgb.shape[:2]) >= self._threshold
        name = str(source.relative_to(root)) if root and source.is_relative_to(root) else str(source)
        self.measures[name] = measure_vessels(name, vessels, find_field(rgb))
        return map_

    def write(self, path: Path) -> None:
        """Write the table; lines of photos that were finished earlier stay. Raises ``WriteError`` types."""
        rows = {**read_measures(path), **self.measures}
        write_atomic(path, measures_as_csv(rows[name] for name in sorted(rows)).encode())


def read_measures(path: Path) -> dict[str, VesselMeasures]:
    """Read the lines of an earlier table by photo; empty where there is none that can be read."""
    try:
        with path.open(newline="", encoding="utf-8") as file:
            return {
                row["photo"]: VesselMeasures(
                    row["photo"],
                    int(row["width"]),
                    int(row["height"]),
                    int(row["field_pixels"]),
                    int(row["vessel_pixels"]),
                    float(row["density"]),
                )
                for row in csv.DictReader(file)
            }
    except (OSError, ValueError, KeyError, TypeError):
        return {}
