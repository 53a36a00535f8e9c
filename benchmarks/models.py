"""The figures of the models page: what each model finds on the same photos, and how long it takes for one.

    python benchmarks/models.py u2netp u2net [--rounds 5] [--pictures FOLDER]

Photos are those of ``../shared/data/salient`` that the bundled model names as kept aside from its training (they chose
its checkpoint); the authors' networks have learned from none of that folder. Scores are those of ``kirie evaluate``.
Time is what the public prediction of one photo takes of the processor, with one thread, so that other programs do not
count; models take turns within each round, and the ratio is the median over the rounds of (model / bundled).
The figures stand in ``resources/catalogue.json`` under ``measured``. ``--pictures`` measures nothing; it writes, for
the models page (``resources/models``), what each model makes of one photo.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from pathlib import Path

import cv2
import numpy as np
import torch

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import resources  # noqa: E402
from commands.evaluate import held_out_rows  # noqa: E402
from gui.canvas.painting import VESSELS  # noqa: E402
from matting.cutout.cut import cut  # noqa: E402
from matting.files.reading.read_photo import read_photo  # noqa: E402
from matting.predictor import Predictor  # noqa: E402
from matting.settings import CutSettings, Mode, settings_for  # noqa: E402
from models.catalogue.catalogue import DEFAULT_MODEL, find_model  # noqa: E402
from models.catalogue.load import load_predictor  # noqa: E402
from models.training.data.check import check_dataset  # noqa: E402
from models.training.data.datasets import find_dataset  # noqa: E402
from models.training.data.pictures import read_sample  # noqa: E402
from models.training.judging.judge import judge  # noqa: E402

SALIENT = ROOT.parent / "shared" / "data" / "salient"
PHOTO = resources.OTHER_PHOTOS / "portrait.jpg"
HEAD = np.s_[:300, 90:390]
EYE = np.s_[80:530, 60:510]
SIDE = 144
"""Of the written picture, in pixels: its place in the window at two pixels to one."""
A_ROUND = 8
"""Photos that each model predicts in a round."""


def write_picture(predictor: Predictor, file: Path) -> None:
    """Write the head of the photo with what the model found, on transparent; of a retina the vessels, on grey."""
    if predictor.mode is Mode.VESSEL:
        retina = read_photo(resources.SAMPLES / "retina.jpg")
        alpha = cut(retina, predictor.predict(retina.rgb), settings_for(Mode.VESSEL, CutSettings(0.4))).alpha
        grey = cv2.cvtColor(cv2.cvtColor(retina.rgb, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2BGR)
        share = alpha[..., None] / 255
        shown = grey * (1 - share) + np.array(VESSELS.getRgb()[2::-1]) * share
        small = cv2.resize(shown[EYE].astype(np.uint8), (SIDE, SIDE), interpolation=cv2.INTER_AREA)
        cv2.imwrite(str(file), small, [cv2.IMWRITE_PNG_COMPRESSION, 9])
        return
    photo = read_photo(PHOTO)
    rgb, alpha = cut(photo, predictor.predict(photo.rgb), CutSettings()).flat()
    rgba = np.dstack([rgb[..., ::-1], alpha])[HEAD]
    small = cv2.resize(rgba, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    cv2.imwrite(str(file), small, [cv2.IMWRITE_PNG_COMPRESSION, 9])


def main() -> None:
    """Measure, then print one line a model."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="*", metavar="MODEL")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--pictures", type=Path)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    names = [DEFAULT_MODEL, *arguments.models]
    rows = held_out_rows(check_dataset(find_dataset(SALIENT)).usable, find_model(DEFAULT_MODEL))
    predictors = {name: load_predictor(name, "cpu") for name in names}
    if arguments.pictures:
        for name, predictor in predictors.items():
            write_picture(predictor, arguments.pictures / f"{name}.png")
        return
    photos = [read_sample(row.pair, 1).rgb for row in rows[:A_ROUND] if row.pair is not None]
    ratios: dict[str, list[float]] = {name: [] for name in names}
    for _ in range(arguments.rounds):
        seconds = {name: seconds_a_photo(predictor, photos) for name, predictor in predictors.items()}
        for name in names:
            ratios[name].append(seconds[name] / seconds[DEFAULT_MODEL])
    print(f"{len(rows)} photos, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}", flush=True)
    for name, predictor in predictors.items():
        spread = f"{min(ratios[name]):.2f} to {max(ratios[name]):.2f}"
        time_ = f"time {statistics.median(ratios[name]):.2f} of {DEFAULT_MODEL} ({spread}), {predictor.device}"
        print(f"{name}: {time_}", flush=True)
    for name, predictor in predictors.items():
        scores = judge(predictor.predict, rows, 1, predictor.mode)
        print(f"{name}: " + ", ".join(f"{key} {value:.4f}" for key, value in scores.items()), flush=True)


def seconds_a_photo(predictor: Predictor, photos: list[np.ndarray]) -> float:
    """Return the processor's seconds for one photo, after one that does not count."""
    predictor.predict(photos[0])
    began = time.process_time()
    for photo in photos:
        predictor.predict(photo)
    return (time.process_time() - began) / len(photos)


if __name__ == "__main__":
    main()
