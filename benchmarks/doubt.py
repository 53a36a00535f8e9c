"""Does the doubt score rank real errors? Spearman's correlation with the true IoU error, and what the limit finds.

    python benchmarks/doubt.py [--model NAME|FILE]... [--photos 200] [--half chosen|held-out]

The score was chosen on every fourth photo of ``../shared/data/salient`` ("chosen"); the figures that count are those
of other photos, as many ("held-out"); for a model that names the photos kept aside from its training, these alone. The
true error of a photo is 1 − IoU of its map, at photo resolution and threshold 0.5, with its mask. The single terms are
shown beside the score, so that one can see what each is worth. Recall is the share of the photos with an overlap under
0.9 that want a look, with its 95 % interval (bootstrap over photos); "at 30 %" is what the ranking alone would give if
exactly that share were named.
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

from benchmarks.default_path import Cached, interval, unseen  # noqa: E402
from matting.alpha.doubt import (  # noqa: E402
    border_share,
    doubt,
    expected_error,
    rivals,
    undecided_patch,
)
from matting.predictor import Predictor  # noqa: E402
from models.catalogue.load import load_predictor  # noqa: E402
from models.training.data.check import Row, check_dataset  # noqa: E402
from models.training.data.datasets import find_dataset  # noqa: E402
from models.training.data.pictures import read_sample  # noqa: E402
from models.training.judging.judge import as_maps  # noqa: E402

SALIENT = ROOT.parent / "shared" / "data" / "salient"
U2NETP = ROOT.parent / "shared" / "weights" / "u2netp.pth"
BAD = 0.1
HALVES = ("chosen", "held-out")


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
    """Return the score and what it is made of."""
    likeliest = probability.max(axis=0)
    subject = likeliest >= 0.5
    area = int(subject.sum())
    return {
        "doubt": doubt(probability),
        "expected error": expected_error(likeliest, subject) if area else 1.0,
        "undecided patch": undecided_patch(likeliest),
        "rivals": rivals(subject, area) if area else 0.0,
        "border": border_share(subject),
        "1 - maximum": 1.0 - float(likeliest.max()),
    }


def measure(predictor: Predictor, rows: list[Row]) -> tuple[dict[str, NDArray[np.float64]], NDArray[np.float64]]:
    """Return every term, and the true error, of every photo."""
    values, errors = [], []
    for row in rows:
        assert row.pair is not None  # only usable rows are judged
        sample = read_sample(row.pair, 1)
        probability = predictor.predict(sample.rgb)
        values.append(terms(probability))
        errors.append(true_error(probability, np.asarray(as_maps(sample.target)[0] >= 0.5)))
    return {name: np.array([value[name] for value in values]) for name in values[0]}, np.array(errors)


def recall(score: NDArray[np.float64], bad: NDArray[np.bool_], share: float) -> float:
    """Return the share of the ``bad`` photos among the ``share`` of highest score."""
    highest = np.argsort(-score, kind="stable")[: round(share * len(score))]
    return float(bad[highest].sum() / max(bad.sum(), 1))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", action="append", help="default: u2net-small, and u2netp where it is at hand")
    parser.add_argument("--photos", type=int, default=200)
    parser.add_argument("--cache", type=Path, help="a folder for the networks' maps")
    parser.add_argument("--half", choices=HALVES, default="held-out")
    args = parser.parse_args()
    if not SALIENT.is_dir():
        sys.exit("the reference photos (../shared/data/salient) are not here")
    usable = sorted(check_dataset(find_dataset(SALIENT)).usable, key=lambda row: row.path.name)
    models = args.model or ["u2net-small", *([str(U2NETP)] if U2NETP.exists() else [])]
    print(f"{args.half} photos; {platform.machine()}, {os.cpu_count()} cores")
    for model in models:
        rows = unseen(usable, model, args.photos) if args.half == "held-out" else usable[::4][: args.photos]
        predictor: Predictor = load_predictor(model, "cpu")
        if args.cache:
            predictor = Cached(predictor, args.cache)
        values, errors = measure(predictor, rows)
        flagged, bad = values["doubt"] >= predictor.doubt_limit, errors > BAD
        low, high = interval(flagged[bad].astype(np.float64))
        print(
            f"\n{Path(model).stem}, {len(rows)} photos, {bad.sum()} with an overlap under {1 - BAD:g}; "
            f"{flagged.mean():.0%} want a look (doubt ≥ {predictor.doubt_limit}), recall {flagged[bad].mean():.2f} "
            f"({low:.2f} … {high:.2f})"
        )
        for name, column in values.items():
            print(
                f"  {name:<18}Spearman {spearman(column, errors):+.3f}, recall at 30 % {recall(column, bad, 0.3):.2f}"
            )


if __name__ == "__main__":
    main()
