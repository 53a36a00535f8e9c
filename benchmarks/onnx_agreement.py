"""How closely our own U²-Net, read from an ONNX export, agrees with ONNX Runtime running that export.

    python benchmarks/onnx_agreement.py FILE.onnx [--photos 200]

Photos are those of ``../shared/data/salient``, evenly drawn. Both sides get the same prepared square. For fp32 and, on
processors that have it, bf16: max-F of each side, mean absolute difference of the maps (mean over photos, and of the
worst photo).
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from models.networks.onnx_u2net import load_u2net_export  # noqa: E402
from models.networks.preprocess import prepare  # noqa: E402
from models.predict.device import cpu_has_native_bf16  # noqa: E402
from models.predict.prediction import ModelPredictor  # noqa: E402
from models.training.data.check import check_dataset  # noqa: E402
from models.training.data.datasets import find_dataset  # noqa: E402
from models.training.data.pictures import read_sample  # noqa: E402
from models.training.judging.judge import as_maps, enlarge  # noqa: E402
from models.training.judging.metrics import CutoutMeter  # noqa: E402

SALIENT = ROOT.parent / "shared" / "data" / "salient"


class Side:
    """One way to run the network: its score, and how far its maps are from ONNX Runtime's."""

    def __init__(self) -> None:
        self.meter = CutoutMeter()
        self.distances: list[float] = []

    def take(self, map_: NDArray[np.float32], theirs: NDArray[np.float32], target: NDArray[np.float32]) -> None:
        """Count one photo's map (1, h, w), beside ONNX Runtime's and the true mask (1, H, W)."""
        self.meter.add(enlarge(map_, *target.shape[-2:]), target)
        self.distances.append(float(np.abs(map_ - theirs).mean()))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--photos", type=int, default=200)
    arguments = parser.parse_args()
    if not SALIENT.is_dir():
        print(f"skipped: {SALIENT} is not here")
        return 0
    weights = load_u2net_export(arguments.file)
    if weights is None:
        parser.error(f"{arguments.file.name} is no export of U²-Net")
    rows = check_dataset(find_dataset(SALIENT)).usable
    rows = rows[:: max(1, len(rows) // arguments.photos)][: arguments.photos]
    session = onnxruntime.InferenceSession(str(arguments.file), providers=["CPUExecutionProvider"])
    fed = session.get_inputs()[0].name
    precisions = ["fp32", "bf16"] if cpu_has_native_bf16() else ["fp32"]
    ours = {precision: ModelPredictor(weights, "cpu", precision) for precision in precisions}
    sides = {name: Side() for name in ("ONNX Runtime", *precisions)}
    for row in rows:
        assert row.pair is not None  # only usable rows are judged
        sample = read_sample(row.pair, 1)
        target = as_maps(sample.target)
        square = prepare(sample.rgb, weights.info.input_size, weights.info.preprocessing)
        theirs = np.asarray(session.run(None, {fed: square[None]})[0], np.float32)[0]
        sides["ONNX Runtime"].take(theirs, theirs, target)
        for precision, predictor in ours.items():
            sides[precision].take(predictor.predict(sample.rgb), theirs, target)
    print(f"{arguments.file.name}, {len(rows)} photos")
    print("| | max-F | error | distance | worst photo's |\n|---|---|---|---|---|")
    for name, side in sides.items():
        scores = side.meter.scores()
        print(
            f"| {name} | {scores['max_f']:.5f} | {scores['mae']:.5f} "
            f"| {np.mean(side.distances):.1e} | {max(side.distances):.1e} |"
        )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
