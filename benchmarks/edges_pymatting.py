"""pymatting's part of ``edges.py``; runs in an environment of its own, because pymatting brings numba.

python edges_pymatting.py recipe|foreground_ml|foreground_cf IN.npz OUT.npz
"""

from __future__ import annotations

import sys
import time

import numpy as np
from pymatting import estimate_alpha_cf, estimate_foreground_cf, estimate_foreground_ml
from scipy.ndimage import binary_erosion, zoom


def recipe(image, cells):
    """rembg's ``alpha_matting_cutout`` with its default numbers."""
    height, width = image.shape[:2]
    enlarged = zoom(cells, (height / cells.shape[0], width / cells.shape[1]), order=1, grid_mode=True, mode="nearest")
    mask = np.clip(enlarged * 255 + 0.5, 0, 255).astype(np.uint8)
    structure = np.ones((10, 10), np.uint8)
    foreground = binary_erosion(mask > 240, structure=structure)
    background = binary_erosion(mask < 10, structure=structure, border_value=1)
    trimap = np.full(mask.shape, 0.5)
    trimap[foreground], trimap[background] = 1.0, 0.0
    alpha = estimate_alpha_cf(image, trimap)
    return alpha, estimate_foreground_ml(image, alpha)


def work(what, image, given):
    if what == "recipe":
        return recipe(image, given)
    estimate = estimate_foreground_ml if what == "foreground_ml" else estimate_foreground_cf
    return given, estimate(image, given.astype(np.float64))


def main():
    what, source, target = sys.argv[1:]
    with np.load(source) as arrays:
        image, given = arrays["rgb"] / 255.0, arrays["given"]
    if what != "foreground_cf":  # the reference is not timed
        ramp = np.clip(np.linspace(-1, 2, 48), 0, 1)[:, None].repeat(48, 1)
        work(what, np.random.default_rng(1).random((48, 48, 3)), ramp)  # compiles
    begun = time.perf_counter()
    alpha, colours = work(what, image, given)
    seconds = time.perf_counter() - begun
    np.savez(target, alpha=np.float32(alpha), colours=np.float32(colours), seconds=seconds)


if __name__ == "__main__":
    main()
