"""Pictures of edges to be looked at: each photo cut with edges off, fine and hair, on white and on black.

    python benchmarks/contact_sheets.py [PHOTO…] [--out FOLDER] [--model NAME] [--megapixels 12]

Without photos, the free samples that come with Kirie, into ``docs/images``. A row a setting: the whole cutout on white
and on black, and the most undecided place of the outline at full size, where a staircase of the network's small map or
a halo would show first. ``--megapixels`` enlarges the photo beforehand, as a large camera would have taken it.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import resources  # noqa: E402
from matting.alpha.alpha import make_alpha  # noqa: E402
from matting.alpha.numeric import to_unit  # noqa: E402
from matting.cutout.cut import finish  # noqa: E402
from matting.files.reading.read_photo import read_photo  # noqa: E402
from matting.photo import Photo  # noqa: E402
from matting.settings import CutSettings, Edges  # noqa: E402
from models.catalogue.catalogue import DEFAULT_MODEL  # noqa: E402
from models.catalogue.load import load_predictor  # noqa: E402
from models.predict.second_look import SecondLook  # noqa: E402

SAMPLES = ("cat.jpg", "astronaut.jpg", "coffee.jpg")
TILE = 300
GAP = 6
BACKGROUNDS = ("#ffffff", "#000000")
Picture = NDArray[np.uint8]


def fitted(picture: Picture) -> Picture:
    """Fit the whole picture in a tile."""
    factor = TILE / max(picture.shape[:2])
    size = max(1, round(picture.shape[1] * factor)), max(1, round(picture.shape[0] * factor))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    tile = np.full((TILE, TILE, 3), 200, np.uint8)
    tile[(TILE - size[1]) // 2 :, (TILE - size[0]) // 2 :][: size[1], : size[0]] = small
    return tile


def most_undecided(alpha: Picture, side: int) -> tuple[int, int]:
    """Top left pixel of the window of ``side`` with the most half-transparent pixels."""
    unit = to_unit(alpha)
    inside = cv2.boxFilter(unit * (1 - unit), -1, (side, side), normalize=False, borderType=cv2.BORDER_CONSTANT)
    half = side // 2
    possible = inside[half : max(half + 1, alpha.shape[0] - half), half : max(half + 1, alpha.shape[1] - half)]
    y, x = np.unravel_index(int(possible.argmax()), possible.shape)
    return int(y), int(x)


def sheet(photo: Photo, probability: NDArray[np.float32], settings: CutSettings) -> Picture:
    """All settings of one photo as one picture."""
    alphas = [make_alpha(photo, probability.max(axis=0), replace(settings, edges=edges)) for edges in Edges]
    side = min(TILE, photo.height, photo.width)
    y, x = most_undecided(alphas[-1], side)
    rows = []
    for alpha in alphas:
        pictures = [finish(photo, alpha, replace(settings, background=colour)).rgb for colour in BACKGROUNDS]
        tiles = [fitted(photo.rgb8()), *map(fitted, pictures)]
        tiles += [fitted(picture[y : y + side, x : x + side]) for picture in pictures]
        rows.append(np.hstack([np.pad(tile, ((0, GAP), (0, GAP), (0, 0)), constant_values=230) for tile in tiles]))
    return np.vstack(rows)


def enlarged(photo: Photo, megapixels: float) -> Photo:
    """Return the photo with that many megapixels, never fewer than it has."""
    factor = (megapixels * 1e6 / (photo.width * photo.height)) ** 0.5
    if factor <= 1:
        return photo
    size = round(photo.width * factor), round(photo.height * factor)
    return replace(photo, rgb=cv2.resize(photo.rgb, size, interpolation=cv2.INTER_CUBIC), alpha=None)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photos", nargs="*", type=Path)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "images")
    parser.add_argument("--model", default=DEFAULT_MODEL)
    parser.add_argument("--megapixels", type=float, default=0.0)
    arguments = parser.parse_args()
    predictor = load_predictor(arguments.model, "cpu")
    settings = CutSettings(threshold=predictor.default_threshold)
    arguments.out.mkdir(parents=True, exist_ok=True)
    for path in arguments.photos or [resources.SAMPLES / name for name in SAMPLES]:
        photo = enlarged(read_photo(path), arguments.megapixels)
        picture = sheet(photo, SecondLook(predictor).predict(photo.rgb8()), settings)
        file = arguments.out / f"edges-{path.stem}.jpg"
        cv2.imwrite(str(file), cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, 85])
        print(file)


if __name__ == "__main__":
    main()
