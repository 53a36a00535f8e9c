"""What each optional step does to the cutouts of each model, on photos that the model did not learn from.

    python benchmarks/default_path.py MODEL... [--cache FOLDER] [--photos 200] [--steps fine hair …]

MODEL is a name of ``kirie models list`` or a weights file (also ONNX). Photos are those of ``../shared/data/salient``:
for a model that names the photos kept aside from its training, these; for others at most every fourth one,
about ``--photos``. A step is compared with the plain map, edges off: mean absolute error, overlap (IoU of alpha ≥ 0.5),
boundary F (outlines within 2 px) and the share of photos that lose (gain) more than 0.02 of overlap. Behind each mean
stands the 95 % interval of the difference to the plain map (bootstrap over photos). ``--cache`` keeps the networks'
maps, so that a second run takes minutes.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from commands.evaluate import held_out_rows  # noqa: E402
from matting.alpha.alpha import make_alpha  # noqa: E402
from matting.photo import Photo  # noqa: E402
from matting.predictor import Around, Predictor  # noqa: E402
from matting.settings import CutSettings, Edges  # noqa: E402
from models.catalogue.catalogue import find_model  # noqa: E402
from models.catalogue.load import load_predictor  # noqa: E402
from models.predict.second_look import look_closer, look_in_the_mirror  # noqa: E402
from models.training.data.check import Row, check_dataset  # noqa: E402
from models.training.data.datasets import find_dataset  # noqa: E402
from models.training.data.pictures import read_sample  # noqa: E402
from models.training.errors import HeldOutUnknown  # noqa: E402
from models.training.judging.judge import as_maps  # noqa: E402

SALIENT = ROOT.parent / "shared" / "data" / "salient"
DRAWS = 2000
LOSS = 0.02

Floats = NDArray[np.float32]
Step = Callable[[Predictor, NDArray[np.uint8]], NDArray[np.uint8]]


class Cached(Around):
    """A predictor whose maps are kept in ``folder`` as 16-bit floats, by the photo's pixels."""

    def __init__(self, predictor: Predictor, folder: Path) -> None:
        super().__init__(predictor)
        self._folder = folder / predictor.key[:16]
        self._folder.mkdir(parents=True, exist_ok=True)

    def predict(self, rgb: NDArray[np.uint8]) -> Floats:
        """See ``Predictor.predict``; read from the folder where it is there."""
        pixels = np.ascontiguousarray(rgb)
        file = self._folder / f"{hashlib.sha256(pixels).hexdigest()[:32]}-{rgb.shape[0]}x{rgb.shape[1]}.npy"
        if not file.exists():
            np.save(file, self._predictor.predict(pixels).astype(np.float16))
        return np.asarray(np.load(file), np.float32)


def cutting(settings: CutSettings, look: Callable[..., Floats] | None = None) -> Step:
    """Return alpha of a photo with these settings, after ``look`` (predictor, photo, first map) where one is given."""

    def step(predictor: Predictor, rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
        probability = predictor.predict(rgb)
        if look is not None:
            probability = look(predictor, rgb, probability)
        return np.asarray(make_alpha(Photo(rgb), probability.max(axis=0), settings), np.uint8)

    return step


def mirror_always(predictor: Predictor, rgb: NDArray[np.uint8], first: Floats) -> Floats:
    mirrored = predictor.predict(np.ascontiguousarray(rgb[:, ::-1]))
    return np.asarray((first + mirrored[..., ::-1]) / 2, np.float32)


OFF = CutSettings(edges=Edges.OFF)
PLAIN = "edges off"
STEPS: dict[str, Step] = {
    PLAIN: cutting(OFF),
    "fine": cutting(CutSettings(edges=Edges.FINE)),
    "hair": cutting(CutSettings(edges=Edges.HAIR)),
    "mirror in doubt": cutting(OFF, look_in_the_mirror),
    "mirror always": cutting(OFF, mirror_always),
    "closer": cutting(OFF, look_closer),
    "largest only": cutting(CutSettings(edges=Edges.OFF, largest_only=True)),
    "fill holes": cutting(CutSettings(edges=Edges.OFF, fill_holes=True)),
}


def score(alpha: NDArray[np.uint8], truth: NDArray[np.bool_]) -> tuple[float, float, float]:
    """Return (mean absolute error, overlap at one half, boundary F within 2 px) of an alpha (h, w)."""
    subject = alpha >= 128
    overlap = np.count_nonzero(subject & truth) / max(np.count_nonzero(subject | truth), 1)
    return float(np.abs(alpha / 255.0 - truth).mean()), overlap, boundary_f(subject, truth)


def boundary_f(one: NDArray[np.bool_], other: NDArray[np.bool_], reach: int = 2) -> float:
    """Return the F measure of two outlines: the parts of each that lie within ``reach`` pixels of the other."""
    edges = [mask.astype(np.uint8) - cv2.erode(mask.astype(np.uint8), np.ones((3, 3))) for mask in (one, other)]
    if not edges[0].any() or not edges[1].any():
        return float(edges[0].any() == edges[1].any())
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1,) * 2)
    near = [cv2.dilate(edge, disc) for edge in edges]
    precision = np.count_nonzero(edges[0] & near[1]) / np.count_nonzero(edges[0])
    recall = np.count_nonzero(edges[1] & near[0]) / np.count_nonzero(edges[1])
    return 2 * precision * recall / max(precision + recall, 1e-9)


def unseen(rows: list[Row], model: str, photos: int) -> list[Row]:
    """Return the rows that the model did not learn from: those that it names as kept aside, else every fourth."""
    try:
        return held_out_rows(rows, find_model(model))
    except HeldOutUnknown:
        others = sorted(rows, key=lambda row: row.path.name)[2::4]
        return others[:: max(1, len(others) // photos)]


def interval(difference: NDArray[np.float64]) -> tuple[float, float]:
    """Return the 95 % interval of a mean, by drawing photos again (Efron's percentile bootstrap)."""
    draws = np.random.default_rng(0).integers(0, len(difference), (DRAWS, len(difference)))
    low, high = np.percentile(difference[draws].mean(axis=1), (2.5, 97.5))
    return float(low), float(high)


def line(name: str, scores: NDArray[np.float64], plain: NDArray[np.float64]) -> str:
    """Format one row of the table."""
    cells = []
    for column in range(3):
        low, high = interval(scores[:, column] - plain[:, column])
        cells.append(f"{scores[:, column].mean():.4f} ({low:+.4f} … {high:+.4f})")
    changed = scores[:, 1] - plain[:, 1]
    lost, gained = (changed < -LOSS).mean(), (changed > LOSS).mean()
    return f"| {name} | " + " | ".join(cells) + f" | {lost:.1%} | {gained:.1%} |"


def measure(predictor: Predictor, rows: Iterable[Row], names: list[str]) -> dict[str, NDArray[np.float64]]:
    """Return the scores (photos, 3) of every step."""
    scores: dict[str, list[tuple[float, float, float]]] = {name: [] for name in names}
    for row in rows:
        assert row.pair is not None  # only usable rows are judged
        sample = read_sample(row.pair, 1)
        truth = np.asarray(as_maps(sample.target)[0] >= 0.5)
        for name in names:
            scores[name].append(score(STEPS[name](predictor, sample.rgb), truth))
    return {name: np.array(values) for name, values in scores.items()}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="*", default=["u2net-small"])
    parser.add_argument("--cache", type=Path, help="a folder for the networks' maps")
    parser.add_argument("--photos", type=int, default=200)
    parser.add_argument("--steps", nargs="*", choices=list(STEPS), default=list(STEPS))
    arguments = parser.parse_args()
    if not SALIENT.is_dir():
        print(f"skipped: {SALIENT} is not here")
        return 0
    usable = check_dataset(find_dataset(SALIENT)).usable
    for model in arguments.models:
        predictor: Predictor = load_predictor(model, "cpu")
        if arguments.cache:
            predictor = Cached(predictor, arguments.cache)
        rows = unseen(usable, model, arguments.photos)
        scores = measure(predictor, rows, list(dict.fromkeys([PLAIN, *arguments.steps])))
        print(f"\n{Path(model).stem}, {len(rows)} photos")
        print("| step | error | overlap | boundary F | lost | gained |\n|---|---|---|---|---|---|")
        for name, values in scores.items():
            print(line(name, values, scores[PLAIN]), flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
