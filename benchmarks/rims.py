"""The ground's hue in the rim of a cutout: photos whose alpha and colours are known, on coloured grounds.

    python benchmarks/rims.py [--every 2]

The subjects of ``../shared/data/alpha`` (true alpha, colours estimated with it), at half size, are laid on grounds cut
from product photos and on two recoloured ones, blurred as by a lens, stored as JPEG with halved colour, and cut with
the map of a perfect network of 320 pixels. The truth is the same subject photographed on white. "error" is the mean
difference on white within four pixels of the outline in steps of 255, "hue" the part of it that is no brightness; the
rows compare cutouts without and with the rim's cleaning. "as drawn" is without lens and JPEG.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import cv2
import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from matting.alpha.alpha import make_alpha  # noqa: E402
from matting.cutout.foreground import estimate_foreground  # noqa: E402
from matting.photo import Photo  # noqa: E402
from matting.settings import CutSettings  # noqa: E402

DATA = ROOT.parent / "shared" / "data"
GROUNDS = {
    "bright red": "validation_hat_d9024c75",
    "dark red": "train_t-shirt_bc9b690a",
    "crimson": "validation_shirt_e7ec7ab5",
    "red floor": "train_pants_3d7484b1",
}
Image = NDArray[np.float32]
Case = tuple[Image, Image]


def read(path: Path) -> NDArray[np.uint8]:
    return np.asarray(cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB), np.uint8)


def subjects(every: int) -> list[Case]:
    """Return subjects: colours times alpha (h, w, 3), and alpha (h, w)."""
    cases = []
    for path in sorted((DATA / "alpha" / "images").glob("*.png"))[::every]:
        alpha = cv2.imread(str(path.parent.with_name("masks") / path.name), cv2.IMREAD_GRAYSCALE)
        with mock.patch("matting.cutout.foreground.clean_rim"):
            colours = estimate_foreground(read(path), np.asarray(alpha, np.uint8)).astype(np.float32)
        a = np.asarray(alpha, np.float32) / 255
        size = (a.shape[1] // 2, a.shape[0] // 2)
        small = [cv2.resize(part, size, interpolation=cv2.INTER_AREA) for part in (colours * a[..., None], a)]
        cases.append((np.asarray(small[0], np.float32), np.asarray(small[1], np.float32)))
    return cases


def grounds() -> dict[str, NDArray[np.uint8]]:
    """Return strips of real grounds, and a blue and a grey one made of them."""
    folder = DATA / "unlabelled-products" / "images"
    found = {name: read(next(folder.glob(f"{stem}*")))[:48] for name, stem in GROUNDS.items()}
    grey = cv2.cvtColor(found["dark red"], cv2.COLOR_RGB2GRAY)
    return {**found, "blue": found["bright red"][..., ::-1], "grey": np.repeat(grey[..., None], 3, axis=2)}


def spread(strip: NDArray[np.uint8], height: int, width: int) -> Image:
    """Cover a photo with a strip of ground, mirrored again and again."""
    strip = np.asarray(cv2.resize(strip, (width, 48)), np.uint8)
    return np.concatenate([strip[:: 1 - 2 * (i % 2)] for i in range(height // 48 + 1)])[:height].astype(np.float32)


def photographed(case: Case, strip: NDArray[np.uint8], lens: bool) -> tuple[NDArray[np.uint8], Image]:
    """Return the photo on the ground, and the truth: the same on white."""
    colours, alpha = case
    behind = 1 - alpha[..., None]
    photo, white = colours + spread(strip, *alpha.shape) * behind, colours + 255 * behind
    if lens:
        photo, white = (np.asarray(cv2.GaussianBlur(one, (0, 0), 0.6), np.float32) for one in (photo, white))
    pixels = np.clip(photo + 0.5, 0, 255).astype(np.uint8)
    if lens:
        data = cv2.imencode(".jpg", pixels[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 85])[1]
        pixels = np.ascontiguousarray(cv2.imdecode(data, cv2.IMREAD_COLOR)[..., ::-1])
    return pixels, white


def errors(cases: list[Case], strip: NDArray[np.uint8], lens: bool) -> Iterator[tuple[float, float]]:
    for case in cases:
        photo, white = photographed(case, strip, lens)
        network = np.asarray(cv2.resize(case[1], (320, 320), interpolation=cv2.INTER_AREA), np.float32)
        alpha = make_alpha(Photo(photo), network, CutSettings())
        a = alpha[..., None] / 255.0
        shown = estimate_foreground(photo, alpha) * a + 255 * (1 - a)
        outline = cv2.morphologyEx((case[1] > 0.5).astype(np.uint8), cv2.MORPH_GRADIENT, np.ones((9, 9), np.uint8)) > 0
        off = (shown - white)[outline]
        yield float(np.abs(off).mean()), float(np.abs(off - off.mean(axis=1, keepdims=True)).mean())


def fastest_ms(rgb: NDArray[np.uint8], alpha: NDArray[np.uint8]) -> float:
    taken = []
    for _ in range(5):
        begun = time.perf_counter()
        estimate_foreground(rgb, alpha)
        taken.append(time.perf_counter() - begun)
    return min(taken) * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--every", type=int, default=1, help="take each so-many-th subject")
    cases = subjects(parser.parse_args().every)
    print(f"{'ground':12} {'photo':10} {'error':>14} {'hue':>14}   (without → with cleaning)")
    for lens in (True, False):
        for name, strip in grounds().items():
            with mock.patch("matting.cutout.foreground.clean_rim"):
                before = np.mean(list(errors(cases, strip, lens)), axis=0)
            after = np.mean(list(errors(cases, strip, lens)), axis=0)
            figures = "".join(f" {was:6.2f} → {now:5.2f}" for was, now in zip(before, after, strict=True))
            print(f"{name:12} {'JPEG' if lens else 'as drawn':10}{figures}", flush=True)
    random = np.random.default_rng(0)
    rgb = random.integers(0, 256, (3000, 4000, 3), np.uint8)
    alpha = np.zeros((3000, 4000), np.uint8)
    cv2.circle(alpha, (2000, 1500), 1200, 255, -1, cv2.LINE_AA)
    with mock.patch("matting.cutout.foreground.clean_rim"):
        before_ms = fastest_ms(rgb, alpha)
    print(f"12 MP: {before_ms:.0f} → {fastest_ms(rgb, alpha):.0f} ms")


if __name__ == "__main__":
    main()
