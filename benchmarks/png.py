"""Our PNG writer against OpenCV's and Pillow's, on cutouts of 12 megapixels.

    python benchmarks/png.py [--photos 6] [--rounds 3] [--threads N]

The cutouts are photos of ``../shared/data/parity`` enlarged (cubic), given grain of ±2 levels so that they are no
smoother than a camera's, and cut with the masks that lie beside them; hidden colours are cleared in all writers'
input alike. Each round runs the writers one after another; the table shows the median of each, and what
it is in proportion to ours. Everything written is read back by OpenCV and compared.
"""

from __future__ import annotations

import argparse
import io
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from matting.files.reading.read_photo import read_photo  # noqa: E402
from matting.files.writing.encode import merge  # noqa: E402
from matting.files.writing.png import encode_png  # noqa: E402

PARITY = ROOT.parent / "shared" / "data" / "parity"
PIXELS = 12e6
Rgba = NDArray[np.uint8]


def make_cutout(photo: Path) -> Rgba:
    rgb = read_photo(photo).rgb
    factor = (PIXELS / rgb.shape[0] / rgb.shape[1]) ** 0.5
    size = (round(rgb.shape[1] * factor), round(rgb.shape[0] * factor))
    grain = np.random.default_rng(1).normal(0, 2, (size[1], size[0], 3))
    rgb = np.clip(cv2.resize(rgb, size, interpolation=cv2.INTER_CUBIC) + grain, 0, 255).astype(np.uint8)
    mask = cv2.imread(str(PARITY / "u2netp" / f"{photo.stem}.png"), cv2.IMREAD_GRAYSCALE)
    alpha = cv2.resize(mask, size, interpolation=cv2.INTER_CUBIC).astype(float)
    return np.asarray(merge(rgb, np.clip((alpha - 90) * 255 / 75, 0, 255).astype(np.uint8)), np.uint8)


def opencv(*options: int) -> Callable[[Rgba], bytes]:
    def write(rgba: Rgba) -> bytes:
        return cv2.imencode(".png", cv2.cvtColor(rgba, cv2.COLOR_RGBA2BGRA), list(options))[1].tobytes()

    return write


def pillow(**options: Any) -> Callable[[Rgba], bytes]:
    def write(rgba: Rgba) -> bytes:
        out = io.BytesIO()
        Image.fromarray(rgba).save(out, "PNG", **options)
        return out.getvalue()

    return write


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--photos", type=int, default=6)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=min(4, os.cpu_count() or 1), help="of our writer")
    args = parser.parse_args()
    if not PARITY.is_dir():
        print("skipped: ../shared/data/parity is not here")
        return 0
    writers: dict[str, Callable[[Rgba], bytes]] = {
        "Kirie": lambda rgba: encode_png(rgba, threads=args.threads),
        "OpenCV, level 1": opencv(cv2.IMWRITE_PNG_COMPRESSION, 1),
        "OpenCV, default": opencv(),
        "Pillow, level 1": pillow(compress_level=1),
        "Pillow, default": pillow(),
    }
    photos = sorted((PARITY / "photos").iterdir())
    cutouts = [make_cutout(photo) for photo in photos[:: max(1, len(photos) // args.photos)][: args.photos]]
    seconds: dict[str, list[float]] = {name: [] for name in writers}
    sizes = dict.fromkeys(writers, 0)
    for round_number in range(args.rounds):
        for cutout in cutouts:
            for name, write in writers.items():
                begun = time.perf_counter()
                data = write(cutout)
                seconds[name].append(time.perf_counter() - begun)
                if round_number == 0:
                    sizes[name] += len(data)
                    back = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
                    assert np.array_equal(cv2.cvtColor(back, cv2.COLOR_BGRA2RGBA), cutout), name

    machine = f"{platform.machine()}, {os.cpu_count()} cores, ours on {args.threads} threads"
    print(f"{len(cutouts)} RGBA cutouts of {PIXELS / 1e6:.0f} MP, median of {args.rounds} rounds; {machine}")
    print(f"{'writer':<16} {'s a cutout':>10} {'spread':>13} {'× ours':>7} {'MB a cutout':>12} {'× ours':>7}")
    ours, our_size = statistics.median(seconds["Kirie"]), sizes["Kirie"]
    for name, times in seconds.items():
        median = statistics.median(times)
        spread = f"{min(times):.2f}–{max(times):.2f}"
        megabytes = sizes[name] / len(cutouts) / 1e6
        print(
            f"{name:<16} {median:>10.3f} {spread:>13} {median / ours:>7.1f}"
            f" {megabytes:>12.2f} {sizes[name] / our_size:>7.2f}"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
