"""What the stage after the network costs: upsample, edges, foreground and composition, without files.

    OPENBLAS_NUM_THREADS=1 python benchmarks/finish.py [--rounds 5] [--plot FILE.png]

First table: photos of ``../shared/data/parity`` enlarged to 12 MP with soft maps of 320 pixels, best of the rounds, the
settings taking turns within each round. Reach on 2 quiet cores: off 60 ms, fine 250 ms, hair 1500 ms. Second table: the
same outline on ever larger photos, and ever longer outlines on a photo of 12 MP; cost should follow the second.
"""

from __future__ import annotations

import argparse
import platform
import sys
import time
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from matting.cutout.cut import cut  # noqa: E402
from matting.photo import Photo  # noqa: E402
from matting.settings import CutSettings, Edges  # noqa: E402

PARITY = ROOT.parent / "shared" / "data" / "parity"
REACH = {Edges.OFF: 60, Edges.FINE: 250, Edges.HAIR: 1500}
SIDE = 320  # of the networks' maps


def enlarged(rgb: NDArray[np.uint8], megapixels: float) -> Photo:
    factor = (megapixels * 1e6 / (rgb.shape[0] * rgb.shape[1])) ** 0.5
    return Photo(np.asarray(cv2.resize(rgb, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC), np.uint8))


def real_cases(megapixels: float) -> dict[str, tuple[Photo, NDArray[np.float32]]]:
    """Large photos and the authors' own masks for them, reduced to the network's size."""
    cases = {}
    for photo in sorted((PARITY / "photos").glob("*.jpg")):
        mask = next(PARITY.glob(f"*/{photo.stem}.png"), None)
        rgb = cv2.imread(str(photo))
        if mask is None or rgb is None:
            continue
        grey = cv2.resize(cv2.imread(str(mask), cv2.IMREAD_GRAYSCALE), (SIDE, SIDE), interpolation=cv2.INTER_AREA)
        cases[photo.stem] = enlarged(np.asarray(rgb[..., ::-1], np.uint8), megapixels), np.float32(grey) / 255
    return cases


def combs(teeth: int, megapixels: float) -> tuple[Photo, NDArray[np.float32], float]:
    """Draw a comb of ``teeth`` teeth over half the photo: area stays, outline grows. Also its outline in widths."""
    x = (np.arange(SIDE) * teeth * 2 // SIDE) % 2 if teeth else (np.arange(SIDE) > SIDE // 2)
    cells = np.tile(np.float32(x), (SIDE, 1))
    cells[:10], cells[-10:] = 0, 0
    rng = np.random.default_rng(0)
    rgb = cv2.resize(cells, (1000, 1000))[..., None] * 120 + rng.normal(60, 6, (1000, 1000, 3))
    outline = np.abs(np.diff(cells, axis=1)).sum() / SIDE + np.abs(np.diff(cells, axis=0)).sum() / SIDE
    return enlarged(np.clip(rgb, 0, 255).astype(np.uint8), megapixels), cv2.GaussianBlur(cells, (0, 0), 1), outline


def milliseconds(photo: Photo, cells: NDArray[np.float32], edges: Edges) -> float:
    begun = time.perf_counter()
    cut(photo, cells[None], CutSettings(edges=edges))
    return 1e3 * (time.perf_counter() - begun)


def best(photo: Photo, cells: NDArray[np.float32], rounds: int) -> list[float]:
    """Return the least time of each setting; the settings take turns."""
    times = [[milliseconds(photo, cells, edges) for edges in Edges] for _ in range(rounds)]
    return [float(value) for value in np.min(times, axis=0)]


def print_row(name: str, values: list[float]) -> None:
    print(f"{name:28}" + "".join(f"{value:9.0f}" for value in values))


def plot(path: Path, areas: list[tuple[float, list[float]]], outlines: list[tuple[float, list[float]]]) -> None:
    """Two panels: milliseconds against area (fixed outline) and against outline (fixed area)."""
    colours = {Edges.OFF: (140, 140, 140), Edges.FINE: (40, 120, 220), Edges.HAIR: (200, 90, 30)}
    picture = np.full((360, 960, 3), 255, np.uint8)
    top = max(value for _, row in areas + outlines for value in row) * 1.1
    panels = (("ms against megapixels, same outline", areas), ("ms against outline (photo widths), 12 MP", outlines))
    for panel, (title, rows) in enumerate(panels):
        left, width, base, height = 60 + panel * 480, 390, 310, 250
        cv2.putText(picture, title, (left, 36), cv2.FONT_HERSHEY_SIMPLEX, 0.5, 0, 1, cv2.LINE_AA)
        cv2.rectangle(picture, (left, base - height), (left + width, base), (210, 210, 210))
        cv2.putText(picture, f"{top:.0f}", (left - 48, base - height + 6), cv2.FONT_HERSHEY_SIMPLEX, 0.42, 0, 1)
        end = max(x for x, _ in rows)
        for index, edges in enumerate(Edges):
            points = [(left + round(width * x / end), base - round(height * row[index] / top)) for x, row in rows]
            cv2.polylines(picture, [np.array(points)], False, colours[edges], 2, cv2.LINE_AA)
            cv2.putText(picture, edges, (points[-1][0] - 40, points[-1][1] - 8), cv2.FONT_HERSHEY_SIMPLEX, 0.45, 0, 1)
        free = 0
        for x, _ in sorted(rows, key=lambda row: row[0]):
            at = left + round(width * x / end)
            if at < free:
                continue
            free = at + 30
            cv2.putText(picture, f"{x:.3g}", (at - 10, base + 18), cv2.FONT_HERSHEY_SIMPLEX, 0.4, 0, 1)
    cv2.imwrite(str(path), picture)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--plot", type=Path, help="also draw the second table")
    args = parser.parse_args()
    print(f"{platform.processor() or platform.machine()}, {cv2.getNumberOfCPUs()} cores; milliseconds\n")
    print(f"{'12 MP photo':28}" + "".join(f"{edges:>9}" for edges in Edges))
    cases = real_cases(12) if PARITY.is_dir() else {}
    rows = []
    for name, (photo, cells) in cases.items():
        rows.append(best(photo, cells, args.rounds))
        print_row(name, rows[-1])
    if rows:
        print_row("mean", [float(value) for value in np.mean(rows, axis=0)])
        print_row("reach", [float(REACH[edges]) for edges in Edges])
    else:
        print(f"skipped: {PARITY} is not here")
    areas, outlines = [], []
    print()
    for size in (1, 3, 12, 48):
        photo, cells, outline = combs(4, size)
        areas.append((float(size), best(photo, cells, args.rounds)))
        print_row(f"outline {outline:4.0f}, {size} MP", areas[-1][1])
    for teeth in (0, 1, 2, 4, 8, 16):
        photo, cells, outline = combs(teeth, 12)
        outlines.append((outline, best(photo, cells, args.rounds)))
        print_row(f"outline {outline:4.0f}, 12 MP", outlines[-1][1])
    if args.plot:
        plot(args.plot, areas, outlines)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
