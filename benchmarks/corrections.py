"""How many corrections a photo needs until its cutout is right: marks that follow the edges beside painted strokes.

    python benchmarks/corrections.py [DATASET] [--model FILE] [--photos 100] [--skip 0] [--only smart]

A simulated user dabs the centre of the largest error (where a disc fits best into the largest connected wrong region),
with a brush as large as fits, at most 5 % of the photo's long side, at most 20 times. Photos of the dataset (default:
``../shared/data/salient``) that were kept aside when the bundled model was trained, in the order of ``kirie evaluate``;
the marks' constants were chosen on the first 30, so ``--skip 30`` judges them. Starts: the bundled model's map, that of
``--model``, and an empty map with and without another look by the bundled model. Alpha is that of ``kirie cut``, at one
half. For each start: mean number of dabs to an overlap of 0.90 and of 0.95 (20 where it is never reached), the share of
photos that never get to 0.95, each with the middle 95 % of 2000 bootstrap samples of photos, and the median time a dab
takes with alpha.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from commands.evaluate import held_out_rows  # noqa: E402
from matting.alpha.alpha import make_alpha  # noqa: E402
from matting.alpha.strokes import Stroke  # noqa: E402
from matting.photo import Photo  # noqa: E402
from matting.selection.looks import Look  # noqa: E402
from matting.selection.marks import Mark, MarkKind  # noqa: E402
from matting.selection.selection import selection_of  # noqa: E402
from matting.settings import CutSettings  # noqa: E402
from models.catalogue.catalogue import DEFAULT_MODEL, find_model  # noqa: E402
from models.catalogue.load import load_predictor  # noqa: E402
from models.training.data.check import check_dataset  # noqa: E402
from models.training.data.datasets import find_dataset  # noqa: E402
from models.training.data.pictures import read_sample  # noqa: E402
from models.training.judging.judge import as_maps  # noqa: E402

Map = NDArray[np.float32]
Mask = NDArray[np.bool_]
MOST, BRUSH = 20, 0.05
EMPTY = np.full((320, 320), 0.02, np.float32)


@dataclass(frozen=True)
class Dab:
    """Where the user corrects, in photo pixels."""

    keep: bool
    x: float
    y: float
    radius: float


Corrector = Callable[[list[Dab]], tuple[Mask, float]]
"""From all dabs so far to the cutout's mask and the seconds it took."""


def dab(found: Mask, truth: Mask) -> Dab | None:
    """Return the next correction, or ``None`` where nothing is wrong."""
    count, pieces, stats, _ = cv2.connectedComponentsWithStats((found != truth).astype(np.uint8), connectivity=8)
    if count < 2:
        return None
    largest = pieces == 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
    depth = cv2.distanceTransform(np.pad(largest, 1).astype(np.uint8), cv2.DIST_L2, 5)[1:-1, 1:-1]
    y, x = np.unravel_index(int(np.argmax(depth)), depth.shape)
    return Dab(bool(truth[y, x]), float(x) + 0.5, float(y) + 0.5, min(float(depth[y, x]), BRUSH * max(truth.shape)))


def smart(photo: Photo, first: Map, look: Look | None) -> Corrector:
    """Return a user with clicks that follow the photo's edges."""
    engine = selection_of(photo, first, look)

    def correct(dabs: list[Dab]) -> tuple[Mask, float]:
        begun = time.perf_counter()
        map_ = engine.select([Mark(one.keep, MarkKind.CLICK, ((one.x, one.y),), one.radius) for one in dabs])
        return make_alpha(photo, map_, CutSettings()) > 127, time.perf_counter() - begun

    return correct


def paint(photo: Photo, first: Map, look: Look | None) -> Corrector:  # noqa: ARG001
    """Return a user with strokes that paint alpha where the brush goes."""

    def correct(dabs: list[Dab]) -> tuple[Mask, float]:
        strokes = [Stroke(one.keep, max(one.radius, 1.0), 0.8, ((one.x, one.y, 1.0),)) for one in dabs]
        begun = time.perf_counter()
        return make_alpha(photo, first, CutSettings(), strokes) > 127, time.perf_counter() - begun

    return correct


def overlaps(correct: Corrector, truth: Mask) -> tuple[list[float], list[float]]:
    """Return the overlap before and after each dab until 0.95, and the seconds of each dab."""
    dabs: list[Dab] = []
    reached, seconds = [], []
    while True:
        mask, took = correct(dabs)
        seconds.append(took)
        reached.append(float((mask & truth).sum() / max((mask | truth).sum(), 1)))
        following = dab(mask, truth)
        if reached[-1] >= 0.95 or following is None or len(dabs) == MOST:
            return reached, seconds[1:]
        dabs.append(following)


def dabs_to(reached: list[float], goal: float) -> int:
    """Return how many dabs it took, ``MOST`` where it never came so far."""
    return next((count for count, overlap in enumerate(reached) if overlap >= goal), MOST)


def interval(values: NDArray[np.float64], digits: int = 2) -> str:
    """Return mean and the middle 95 % of its bootstrap samples."""
    drawn = np.random.default_rng(0).integers(0, len(values), (2000, len(values)))
    low, high = np.percentile(values[drawn].mean(axis=1), (2.5, 97.5))
    return f"{values.mean():.{digits}f} [{low:.{digits}f}, {high:.{digits}f}]"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset", nargs="?", type=Path, default=ROOT.parent / "shared" / "data" / "salient")
    parser.add_argument("--model", help="another model beside the bundled one, on the same photos")
    parser.add_argument("--photos", type=int, default=100)
    parser.add_argument("--skip", type=int, default=0)
    parser.add_argument("--only", choices=("smart", "paint"))
    arguments = parser.parse_args()
    if not arguments.dataset.is_dir():
        sys.exit(f"skipped: {arguments.dataset} is not there")
    rows = held_out_rows(check_dataset(find_dataset(arguments.dataset)).usable, find_model(DEFAULT_MODEL))
    rows = rows[arguments.skip :][: arguments.photos]
    bundled = load_predictor(DEFAULT_MODEL, "cpu")
    other = load_predictor(arguments.model, "cpu") if arguments.model else None

    def look(crop: NDArray[np.uint8]) -> Map:
        return np.asarray(bundled.predict(crop)[0])

    ways = {name: way for name, way in (("smart", smart), ("paint", paint)) if arguments.only in (None, name)}
    found: dict[tuple[str, str], list[tuple[float, ...]]] = {}
    for row in rows:
        assert row.pair is not None  # only usable rows are judged
        sample = read_sample(row.pair, 1)
        photo, truth = Photo(sample.rgb), as_maps(sample.target)[0] > 0.5
        starts: dict[str, tuple[Map, Look | None]] = {"bundled": (look(sample.rgb), look)}
        if other is not None:
            starts["--model"] = np.asarray(other.predict(sample.rgb)[0]), look
        starts |= {"empty, look": (EMPTY, look), "empty": (EMPTY, None)}
        for start, (first, looks) in starts.items():
            for name, way in ways.items():
                if name == "paint" and start == "empty":
                    continue  # the same as with a look
                reached, seconds = overlaps(way(photo, first, looks), truth)
                scores = dabs_to(reached, 0.9), dabs_to(reached, 0.95), float(max(reached) < 0.95)
                found.setdefault((start, name), []).append((*scores, float(np.median(seconds or [np.nan]))))
    print(f"{len(rows)} photos\n{'start':12}{'way':7}{'dabs to 0.90':>20}{'dabs to 0.95':>21}{'never':>20}{'ms':>7}")
    for (start, name), scores_ in found.items():
        to_90, to_95, never, seconds_ = np.array(scores_, np.float64).T
        figures = f"{interval(to_90):>20}{interval(to_95):>21}{interval(never):>20}{1000 * np.nanmedian(seconds_):7.0f}"
        print(f"{start:12}{name:7}{figures}")


if __name__ == "__main__":
    main()
