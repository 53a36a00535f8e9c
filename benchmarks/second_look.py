"""What the second look gives on photos with small subjects, and what it costs.

    python benchmarks/second_look.py [DATASET…] [--model NAME] [--least 0.0] [--most 0.1]

For each photo of the datasets (default: ``../shared/data/salient``) whose subject covers between ``--least`` and
``--most`` of it: mean absolute error and overlap of the plain map and of the one after the second look, the mean over
the photos that got one, and how many gained or lost more than 0.02 of overlap.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from matting.read import read_photo  # noqa: E402
from matting.second_look import look_again  # noqa: E402
from models.catalogue import DEFAULT_MODEL  # noqa: E402
from models.metrics import CutoutMeter  # noqa: E402
from models.prediction import load_predictor  # noqa: E402
from models.training.datasets import find_dataset  # noqa: E402
from models.training.judge import enlarge  # noqa: E402
from models.training.pictures import read_mask  # noqa: E402


def scores(map_: NDArray[np.float32], truth: NDArray[np.bool_]) -> tuple[float, float]:
    """(mean absolute error, intersection over union at one half)."""
    meter = CutoutMeter()
    meter.add(enlarge(map_, *truth.shape).max(axis=0), truth.astype(np.float32))
    found = meter.scores()
    return found["mae"], found["iou"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("datasets", nargs="*", type=Path)
    parser.add_argument("--model", default=DEFAULT_MODEL)
    parser.add_argument("--least", type=float, default=0.0)
    parser.add_argument("--most", type=float, default=0.1)
    arguments = parser.parse_args()
    folders = arguments.datasets or [ROOT.parent / "shared" / "data" / "salient"]
    if missing := [folder for folder in folders if not folder.is_dir()]:
        sys.exit(f"skipped: {missing[0]} is not there")
    predictor = load_predictor(arguments.model, "cpu")
    before, after, small, once, again = [], [], 0, 0.0, 0.0
    for folder in folders:
        for pair in find_dataset(folder).pairs:
            if pair.masks[0] is None:
                continue
            truth = read_mask(pair.masks[0]) > 127
            if not arguments.least <= truth.mean() <= arguments.most:
                continue
            small += 1
            rgb = read_photo(pair.photo).rgb8()
            if rgb.shape[:2] != truth.shape:
                continue
            begun = time.perf_counter()
            first = predictor.predict(rgb)
            looked = time.perf_counter()
            joined = look_again(predictor, rgb, first)
            if joined is first:
                continue
            once, again = once + looked - begun, again + time.perf_counter() - looked
            before.append(scores(first, truth))
            after.append(scores(joined, truth))
    if not before:
        sys.exit(f"none of {small} photos got a second look")
    one, two = np.array(before), np.array(after)
    gained, lost = ((sign * (two[:, 1] - one[:, 1]) > 0.02).sum() for sign in (1, -1))
    print(f"{len(one)} of {small} photos with small subjects got a second look, {gained} gained, {lost} lost")
    print(f"plain        error {one[:, 0].mean():.4f}  overlap {one[:, 1].mean():.3f}")
    print(f"second look  error {two[:, 0].mean():.4f}  overlap {two[:, 1].mean():.3f}  time ×{1 + again / once:.2f}")


if __name__ == "__main__":
    main()
