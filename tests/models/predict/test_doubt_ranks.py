"""The doubt score ranks real errors of the bundled model (issue: Spearman at least 0.5 in magnitude)."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.doubt import ranks, spearman, true_error
from matting.alpha.doubt import doubt
from matting.alpha.doubt_limit import WANTS_A_LOOK, on_one_scale
from matting.files.reading.read_photo import read_photo
from matting.predictor import Predictor
from models.catalogue.catalogue import DEFAULT_MODEL
from models.catalogue.load import load_predictor


def test_ranks_share_ties() -> None:
    assert ranks(np.array([3.0, 1.0, 3.0, 2.0])).tolist() == [3.5, 1.0, 3.5, 2.0]
    assert spearman(np.array([1.0, 2.0, 3.0]), np.array([10.0, 20.0, 21.0])) == 1.0
    assert spearman(np.array([1.0, 2.0, 3.0]), np.array([3.0, 2.0, 1.0])) == -1.0


def doubts_and_errors(salient: Path, predictor: Predictor) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return both for 50 photos of which none chose the score or a limit; ``benchmarks/doubt.py`` measures 200."""
    stems = sorted(path.stem for path in (salient / "images").iterdir())[2::4][::4]
    assert len(stems) == 50
    doubts, errors = [], []
    for stem in stems:
        probability = predictor.predict(read_photo(salient / "images" / f"{stem}.jpg").rgb8())
        mask = np.asarray(cv2.imread(str(salient / "masks" / f"{stem}.png"), cv2.IMREAD_GRAYSCALE))
        doubts.append(on_one_scale(doubt(probability), predictor.doubt_limit))
        errors.append(true_error(probability, np.asarray(mask > 127)))
    return np.array(doubts), np.array(errors)


def test_real_errors_are_ranked(shared: Path) -> None:
    doubts, errors = doubts_and_errors(shared / "data" / "salient", load_predictor(DEFAULT_MODEL, "cpu"))
    assert spearman(doubts, errors) >= 0.5


def test_a_sure_network_names_bad_cutouts_too(shared: Path) -> None:
    """The authors' small network has a limit of its own: with the usual one a fourth of the bad cutouts was named."""
    predictor = load_predictor(str(shared / "weights" / "u2netp.pth"), "cpu")
    doubts, errors = doubts_and_errors(shared / "data" / "salient", predictor)
    named, bad = doubts >= WANTS_A_LOOK, errors > 0.1
    assert named.mean() <= 0.4, "50 photos, so an issue's 30 % have some room"
    assert named[bad].mean() >= 0.45
