"""Does the doubt score rank real errors? Spearman's correlation with the true IoU error, and what the limit finds.

    python benchmarks/doubt.py [--model NAME|FILE]... [--photos 200] [--half chosen|held-out]

The score was chosen on every fourth photo of ``../shared/data/salient`` ("chosen"); the figures that count are those
of other photos, as many ("held-out"). The true error of a photo is 1 − IoU of its map, at photo resolution and
threshold 0.5, with its mask. The single terms are shown beside the score, so that one can see what each is worth.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from matting.alpha.doubt import WANTS_A_LOOK, border_share, doubt, expected_error, rivals  # noqa: E402
from matting.files.reading.read_photo import read_photo  # noqa: E402
from matting.predictor import Predictor  # noqa: E402
from models.catalogue.load import load_predictor  # noqa: E402

SALIENT = ROOT.parent / "shared" / "data" / "salient"
U2NETP = ROOT.parent / "shared" / "weights" / "u2netp.pth"
BAD = 0.25
HALVES = {"chosen": 0, "held-out": 2}


def ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rank of each value, ties sharing their mean rank."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return np.asarray((ends - (counts - 1) / 2)[place])


def spearman(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Spearman's rank correlation in [-1, 1]; 0 when one side is constant."""
    a, b = ranks(one), ranks(other)
    if a.std() == 0 or b.std() == 0:
        return 0.0
    return float(np.corrcoef(a, b)[0, 1])


def true_error(probability: NDArray[np.float32], mask: NDArray[np.bool_]) -> float:
    """1 − IoU of a map (classes, h, w), brought to the mask's size, with the mask (H, W)."""
    height, width = mask.shape
    likeliest = probability.max(axis=0)
    selected = cv2.resize(likeliest, (width, height), interpolation=cv2.INTER_LINEAR) >= 0.5
    return 1.0 - float((selected & mask).sum()) / max(int((selected | mask).sum()), 1)


def terms(probability: NDArray[np.float32]) -> dict[str, float]:
    """The score and what it is made of."""
    likeliest = probability.max(axis=0)
    subject = likeliest >= 0.5
    area = int(subject.sum())
    return {
        "doubt": doubt(probability),
        "expected error": expected_error(likeliest, subject) if area else 1.0,
        "rivals": rivals(subject, area) if area else 0.0,
        "border": border_share(subject),
        "1 - maximum": 1.0 - float(likeliest.max()),
    }


def measure(predictor: Predictor, stems: list[str]) -> tuple[dict[str, NDArray[np.float64]], NDArray[np.float64]]:
    """Every term, and the true error, of every photo."""
    rows, errors = [], []
    for stem in stems:
        photo = read_photo(SALIENT / "images" / f"{stem}.jpg")
        mask = np.asarray(cv2.imread(str(SALIENT / "masks" / f"{stem}.png"), cv2.IMREAD_GRAYSCALE))
        probability = predictor.predict(photo.rgb8())
        rows.append(terms(probability))
        errors.append(true_error(probability, np.asarray(mask > 127)))
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}, np.array(errors)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", action="append", help="default: u2net-small, and u2netp where it is at hand")
    parser.add_argument("--photos", type=int, default=200)
    parser.add_argument("--half", choices=HALVES, default="held-out")
    args = parser.parse_args()
    if not SALIENT.is_dir():
        sys.exit("the reference photos (../shared/data/salient) are not here")
    chosen = sorted(path.stem for path in (SALIENT / "images").iterdir())[HALVES[args.half] :: 4][: args.photos]
    models = args.model or ["u2net-small", *([str(U2NETP)] if U2NETP.exists() else [])]

    print(f"{len(chosen)} {args.half} photos; {platform.machine()}, {os.cpu_count()} cores\n")
    columns: list[str] = []
    for model in models:
        values, errors = measure(load_predictor(model, "cpu"), chosen)
        if not columns:
            columns = list(values)
            print(f"{'Spearman with the true error':<30}" + "".join(f"{name:>16}" for name in columns))
        print(f"{Path(model).stem:<30}" + "".join(f"{spearman(values[name], errors):>16.3f}" for name in columns))
        flagged, bad = values["doubt"] >= WANTS_A_LOOK, errors > BAD
        print(
            f"    mean error {errors.mean():.3f}; {flagged.mean():.0%} want a look (doubt ≥ {WANTS_A_LOOK}): "
            f"{(flagged & bad).sum()} of the {bad.sum()} with error > {BAD}, and {(flagged & ~bad).sum()} others"
        )


if __name__ == "__main__":
    main()
