"""The doubt score ranks real errors of the bundled model (issue: Spearman at least 0.5 in magnitude)."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from benchmarks.doubt import ranks, spearman, true_error
from matting.alpha.doubt import doubt
from matting.files.reading.read_photo import read_photo
from models.catalogue.catalogue import DEFAULT_MODEL
from models.catalogue.load import load_predictor


def test_ranks_share_ties() -> None:
    assert ranks(np.array([3.0, 1.0, 3.0, 2.0])).tolist() == [3.5, 1.0, 3.5, 2.0]
    assert spearman(np.array([1.0, 2.0, 3.0]), np.array([10.0, 20.0, 21.0])) == 1.0
    assert spearman(np.array([1.0, 2.0, 3.0]), np.array([3.0, 2.0, 1.0])) == -1.0


def test_real_errors_are_ranked(shared: Path) -> None:
    import cv2

    salient = shared / "data" / "salient"
    # None of these were used to choose the score (benchmarks/doubt.py); the whole 200 are measured there.
    stems = sorted(path.stem for path in (salient / "images").iterdir())[2::4][::4]
    predictor = load_predictor(DEFAULT_MODEL, "cpu")
    doubts, errors = [], []
    for stem in stems:
        probability = predictor.predict(read_photo(salient / "images" / f"{stem}.jpg").rgb8())
        mask = np.asarray(cv2.imread(str(salient / "masks" / f"{stem}.png"), cv2.IMREAD_GRAYSCALE))
        doubts.append(doubt(probability))
        errors.append(true_error(probability, np.asarray(mask > 127)))
    assert len(stems) == 50
    assert spearman(np.array(doubts), np.array(errors)) >= 0.5
