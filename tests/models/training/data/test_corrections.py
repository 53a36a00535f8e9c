"""The loop that no other background remover has: correct some photos, train on them, and the others get better."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from matting.alpha.strokes import Stroke
from matting.cutout.cut import cut
from matting.files.reading.read_photo import read_photo
from matting.settings import CutSettings, Edges
from models.catalogue.load import load_predictor
from models.training.data.check import check_dataset
from models.training.data.corrections import save_correction
from models.training.data.datasets import find_dataset
from models.training.data.findings import Finding
from models.training.data.masks import read_mask
from models.training.events import Finished, Recorder
from models.training.run import start_run
from models.training.settings import Source, TrainSettings
from tests.models.training.make_data import make_dataset, write

SIDE = 96


def still_life(number: int) -> tuple[np.ndarray, tuple[int, int], tuple[int, int]]:
    """Draw a large red ball and a small dark blue tile on a grey table; also return where the tile and the ball are.

    The bundled model takes the ball for the subject. Somebody who sells tiles does not.
    """
    rng = np.random.default_rng(number)
    tile = int(rng.integers(18, SIDE - 18)), int(rng.integers(14, 30))
    ball = int(rng.integers(30, SIDE - 30)), int(rng.integers(60, 74))
    rgb = np.ascontiguousarray((rng.integers(150, 190) + rng.normal(0, 6, (SIDE, SIDE, 3))).clip(0, 255), np.uint8)
    cv2.circle(rgb, ball, 20, (220, 40, 30), -1)
    cv2.rectangle(rgb, (tile[0] - 10, tile[1] - 8), (tile[0] + 10, tile[1] + 8), (40, 50, 120), -1)
    return rgb, tile, ball


def strokes_for(tile: tuple[int, int], ball: tuple[int, int]) -> tuple[Stroke, ...]:
    """Return the strokes a user paints: erase over the ball and around, keep along the tile."""
    erase = Stroke(False, 200.0, 1.0, ((*map(float, ball), 1.0),))
    keep = Stroke(True, 8.0, 1.0, ((tile[0] - 2.0, tile[1] + 0.5, 1.0), (tile[0] + 3.0, tile[1] + 0.5, 1.0)))
    return erase, keep


def test_corrected_photos_teach_the_bundled_model(tmp_path: Path) -> None:
    bundled = load_predictor("u2net-small", "cpu")
    settings = CutSettings(edges=Edges.OFF)
    corrections = tmp_path / "corrections"
    for number in range(12):
        rgb, tile, ball = still_life(number)
        source = write(tmp_path / "photos" / f"{number}.png", rgb)
        photo = read_photo(source)
        corrected = cut(photo, bundled.predict(photo.rgb8()), settings, strokes_for(tile, ball))
        save_correction(source, corrected.alpha, corrections)
    recipe = TrainSettings(
        (Source(corrections),), start="u2net-small", epochs=4, draws=60, size=64, batch=4, lr=1e-3, ema=0.9, val=0.25
    )
    channel = Recorder()
    start_run("tiles", recipe, channel, tmp_path / "runs")
    (finished,) = [event for event in channel.events if isinstance(event, Finished)]
    assert finished.start_scores is not None
    assert finished.start_scores["iou"] < 0.3
    assert finished.scores["iou"] > 0.7
    assert finished.verdict == "better"


def test_a_correction_is_a_pair_of_the_photos_own_bytes(tmp_path: Path) -> None:
    folder = make_dataset(tmp_path / "photos", 2)
    source, alpha = folder / "images" / "photo0.png", read_mask(folder / "masks" / "photo0.png")
    kept = save_correction(source, alpha, tmp_path / "corrections")
    assert kept.read_bytes() == source.read_bytes()
    again = save_correction(source, (255 - alpha).astype(np.uint8), tmp_path / "corrections")
    assert again == kept
    report = check_dataset(find_dataset(tmp_path / "corrections"))
    assert report.counts == {Finding.INVERTED: 1}  # as it is: white but for a disc
    assert len(report.usable) == 1
    (row,) = report.usable
    assert row.pair is not None
    assert row.pair.masks[0] is not None
    assert np.array_equal(read_mask(row.pair.masks[0]), 255 - alpha)
