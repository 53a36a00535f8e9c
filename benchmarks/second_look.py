"""What the second looks give, in the mirror and closer, and what they cost.

    python benchmarks/second_look.py [DATASET] [--model NAME] [--all] [--most 1.0]

Photos of the dataset (default: ``../shared/data/salient``) that were kept aside when the model was trained; ``--all``
for all of them, ``--most`` for those whose subject covers at most that part. For each kind of look, the mean over the
photos that got it: mean absolute error and overlap before and after, how many gained or lost more than 0.02 of
overlap, and the time of prediction as a multiple of one look.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from commands.evaluate import held_out_rows  # noqa: E402
from models.catalogue.catalogue import DEFAULT_MODEL, find_model  # noqa: E402
from models.catalogue.load import load_predictor  # noqa: E402
from models.predict.second_look import look_again, look_closer, look_in_the_mirror  # noqa: E402
from models.training.data.check import check_dataset  # noqa: E402
from models.training.data.datasets import find_dataset  # noqa: E402
from models.training.data.pictures import read_sample  # noqa: E402
from models.training.judging.judge import as_maps, enlarge  # noqa: E402
from models.training.judging.metrics import CutoutMeter  # noqa: E402

LOOKS: dict[str, Callable[..., NDArray[np.float32]]] = {
    "mirror": look_in_the_mirror,
    "closer": look_closer,
    "both": look_again,
}


def scores(map_: NDArray[np.float32], truth: NDArray[np.float32]) -> tuple[float, float]:
    """(mean absolute error, intersection over union at one half)."""
    meter = CutoutMeter()
    meter.add(enlarge(map_, *truth.shape)[0], truth)
    found = meter.scores()
    return found["mae"], found["iou"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset", nargs="?", type=Path, default=ROOT.parent / "shared" / "data" / "salient")
    parser.add_argument("--model", default=DEFAULT_MODEL)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--most", type=float, default=1.0)
    arguments = parser.parse_args()
    if not arguments.dataset.is_dir():
        sys.exit(f"skipped: {arguments.dataset} is not there")
    rows = check_dataset(find_dataset(arguments.dataset)).usable
    if not arguments.all:
        rows = held_out_rows(rows, find_model(arguments.model))
    predictor = load_predictor(arguments.model, "cpu")
    found: dict[str, list[tuple[float, ...]]] = {name: [] for name in LOOKS}
    photos, once = 0, 0.0
    for row in rows:
        assert row.pair is not None  # only usable rows are judged
        sample = read_sample(row.pair, 1)
        truth = as_maps(sample.target)[0]
        if truth.mean() > arguments.most:
            continue
        photos += 1
        begun = time.perf_counter()
        first = predictor.predict(sample.rgb)
        once += time.perf_counter() - begun
        for name, look in LOOKS.items():
            begun = time.perf_counter()
            again = look(predictor, sample.rgb, first)
            seconds = time.perf_counter() - begun
            if again is not first:
                found[name].append((*scores(first, truth), *scores(again, truth), seconds))
    print(f"{photos} photos\n{'look':8}{'photos':>8}{'gained':>8}{'lost':>6}{'error':>18}{'overlap':>16}{'time':>7}")
    for name, looked in found.items():
        if not looked:
            print(f"{name:8}{0:8}")
            continue
        mae, iou, mae_after, iou_after, seconds = np.array(looked).T
        gained, lost = (iou_after - iou > 0.02).sum(), (iou - iou_after > 0.02).sum()
        changed = f"{mae.mean():.4f} → {mae_after.mean():.4f}", f"{iou.mean():.3f} → {iou_after.mean():.3f}"
        print(
            f"{name:8}{len(looked):8}{gained:8}{lost:6}{changed[0]:>18}{changed[1]:>16}{1 + seconds.sum() / once:7.2f}"
        )


if __name__ == "__main__":
    main()
