"""How near to true alpha each way of enlarging a small map comes, how clean its colours are, and what it costs.

    OPENBLAS_NUM_THREADS=1 python benchmarks/edges.py [--venv FOLDER] [--sizes 12] [--softness 0.2]

For each photo of ``../shared/data/alpha`` the map that a perfect network would give (true alpha averaged over cells of
4 and of 10 pixels) goes through our product path, through rembg's recipe (trimap 240/10, erosion 10, closed form,
multi-level foreground: pymatting, in an environment of its own) and through a plain guided filter. Errors are over the
whole photo, as a part of plain bilinear enlargement's; SAD, MSE, and the gradient error of Rhemann et al. 2009.
"Colour" is the mean error of the composite on white, black and green over the photo's soft pixels, as a part of that of
rembg's default (bilinear map, photo's own colours); the true subject colours are closed form's on the true alpha
(Levin et al. 2008), since the data set has none. Networks' maps are another matter than perfect ones: the same again
with the bundled network's, and on ``salient`` photos, whose truth is hard. ``--sizes`` repeats the timing on photos
enlarged to that many MP.
"""

from __future__ import annotations

import argparse
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from matting.alpha.alpha import make_alpha  # noqa: E402
from matting.cutout.cut import finish  # noqa: E402
from matting.cutout.foreground import estimate_foreground  # noqa: E402
from matting.photo import Photo  # noqa: E402
from matting.settings import CutSettings, Edges  # noqa: E402
from models.catalogue.catalogue import DEFAULT_MODEL  # noqa: E402
from models.catalogue.load import load_predictor  # noqa: E402
from models.training.judging.metrics import CutoutMeter  # noqa: E402

DATA = ROOT.parent / "shared" / "data" / "alpha"
SALIENT = DATA.with_name("salient")
HELPER = Path(__file__).with_name("edges_pymatting.py")
BACKGROUNDS = ((1.0, 1.0, 1.0), (0.0, 0.0, 0.0), (0.0, 0.8, 0.0))
Image = NDArray[np.float32]


@dataclass(frozen=True)
class Case:
    """One photo with its truth: ``rgb`` uint8, ``alpha`` and ``colours`` in [0, 1]."""

    name: str
    rgb: NDArray[np.uint8]
    alpha: Image
    colours: Image

    def cells(self, factor: float) -> Image:
        """Return the map of a perfect network: alpha averaged over cells of ``factor`` pixels."""
        height, width = self.alpha.shape
        size = round(width / factor), round(height / factor)
        return np.asarray(cv2.resize(self.alpha, size, interpolation=cv2.INTER_AREA), np.float32)


@dataclass(frozen=True)
class Result:
    """What a method made of a case: alpha, colours in [0, 1], and the seconds it took."""

    alpha: Image
    colours: Image
    seconds: float


Method = Callable[[NDArray[np.uint8], Image], Result]


def bilinear(rgb: NDArray[np.uint8], cells: Image) -> Result:
    begun = time.perf_counter()
    alpha = cv2.resize(cells, (rgb.shape[1], rgb.shape[0]))
    return Result(np.asarray(alpha, np.float32), rgb.astype(np.float32) / 255, time.perf_counter() - begun)


def guided(rgb: NDArray[np.uint8], cells: Image) -> Result:
    """He et al.'s colour guided filter of the enlarged map, radius two cells."""
    begun = time.perf_counter()
    image = rgb.astype(np.float32) / 255
    enlarged = np.asarray(cv2.resize(cells, (rgb.shape[1], rgb.shape[0])), np.float32)
    side = 2 * round(2 * rgb.shape[0] / cells.shape[0]) + 1

    def mean(plane: NDArray[np.floating]) -> NDArray[np.floating]:
        return np.asarray(cv2.blur(plane, (side, side)))

    means = mean(image)
    covariance = mean(image * enlarged[..., None]) - means * mean(enlarged)[..., None]
    products = [mean(image[..., i] * image[..., j]) - means[..., i] * means[..., j] for i in range(3) for j in range(3)]
    matrix = np.stack(products, axis=-1).reshape(*enlarged.shape, 3, 3) + 1e-5 * np.eye(3)
    slope = np.linalg.solve(matrix, covariance[..., None])[..., 0].astype(np.float32)
    offset = mean(enlarged) - (slope * means).sum(axis=-1)
    alpha = np.clip((mean(slope) * image).sum(axis=-1) + mean(offset), 0, 1).astype(np.float32)
    return Result(alpha, image, time.perf_counter() - begun)


def ours(edges: Edges, softness: float) -> Method:
    settings = CutSettings(edges=edges, softness=softness)

    def cut_it(rgb: NDArray[np.uint8], cells: Image) -> Result:
        photo = Photo(rgb)
        begun = time.perf_counter()
        cutout = finish(photo, make_alpha(photo, cells, settings), settings)
        seconds = time.perf_counter() - begun
        return Result(cutout.alpha.astype(np.float32) / 255, cutout.rgb.astype(np.float32) / 255, seconds)

    return cut_it


def peers(python: Path) -> dict[str, Method]:
    """pymatting's side, in its own interpreter; times are its own, without start or compilation."""

    def call(what: str) -> Method:
        def method(rgb: NDArray[np.uint8], given: Image) -> Result:
            with tempfile.TemporaryDirectory() as folder:
                source, target = Path(folder, "in.npz"), Path(folder, "out.npz")
                np.savez(source, rgb=rgb, given=given)
                subprocess.run([python, HELPER, what, source, target], check=True)
                with np.load(target) as made:
                    return Result(made["alpha"], made["colours"], float(made["seconds"]))

        return method

    return {what: call(what) for what in ("recipe", "foreground_ml", "foreground_cf")}


def gradient_error(alpha: Image, truth: Image) -> float:
    """Sum of squared differences of the gradients' lengths, Gaussian derivatives of 1.4 pixels (Rhemann 2009)."""
    side = np.arange(-5, 6)
    bell = np.exp(-(side**2) / (2 * 1.4**2))
    bell /= bell.sum()
    slope = -side * bell / 1.4**2

    def length(image: Image) -> Image:
        across = cv2.sepFilter2D(image, cv2.CV_32F, slope, bell)
        down = cv2.sepFilter2D(image, cv2.CV_32F, bell, slope)
        return np.asarray(np.hypot(across, down), np.float32)

    return float(((length(alpha) - length(truth)) ** 2).sum())


def colour_error(case: Case, alpha: Image, colours: Image) -> float:
    soft = (case.alpha > 0) & (case.alpha < 1)
    if not soft.any():
        return float("nan")
    mine, true = alpha[soft][:, None], case.alpha[soft][:, None]
    errors = [
        np.abs(mine * colours[soft] + (1 - mine) * behind - true * case.colours[soft] - (1 - true) * behind).mean()
        for behind in np.float32(BACKGROUNDS)
    ]
    return float(np.mean(errors))


def measure(case: Case, result: Result) -> list[float]:
    off = result.alpha - case.alpha
    return [
        float(np.abs(off).sum()),
        float((off * off).sum()),
        gradient_error(result.alpha, case.alpha),
        colour_error(case, result.alpha, result.colours),
    ]


def load_cases(reference: Method) -> list[Case]:
    cases = []
    for file in sorted((DATA / "images").glob("*.png")):
        rgb = np.ascontiguousarray(cv2.imread(str(file))[..., ::-1])
        grey = cv2.imread(str(DATA / "masks" / file.name), cv2.IMREAD_GRAYSCALE)
        alpha = np.asarray(grey, np.float32) / 255
        cases.append(Case(file.stem, np.asarray(rgb, np.uint8), alpha, reference(rgb, alpha).colours))
    return cases


def load_salient(step: int) -> list[Case]:
    """Every so many photos with hard masks; their colours stay the photo's."""
    cases = []
    for file in sorted((SALIENT / "images").glob("*.jpg"))[::step]:
        rgb = np.ascontiguousarray(cv2.imread(str(file))[..., ::-1])
        grey = cv2.imread(str(SALIENT / "masks" / f"{file.stem}.png"), cv2.IMREAD_GRAYSCALE)
        cases.append(Case(file.stem, np.asarray(rgb, np.uint8), np.float32(grey > 127), rgb.astype(np.float32) / 255))
    return cases


def predicted(cases: list[Case], found: float = 0.0) -> tuple[list[Case], list[Image]]:
    """Return the bundled network's maps, and the cases whose subject it found with an IoU of at least ``found``."""
    predictor = load_predictor(DEFAULT_MODEL)
    pairs = [(case, predictor.predict(case.rgb).max(axis=0)) for case in cases]

    def overlap(case: Case, cells: Image) -> float:
        meter = CutoutMeter()
        meter.add(np.asarray(cv2.resize(cells, case.alpha.shape[::-1]), np.float32), case.alpha)
        return meter.scores()["iou"]

    kept = [pair for pair in pairs if overlap(*pair) >= found]
    return [case for case, _ in kept], [cells for _, cells in kept]


def compare(title: str, cases: list[Case], maps: list[Image], methods: dict[str, Method]) -> None:
    print(f"\n{title}, mean of {len(cases)} photos (first four columns: part of bilinear's)")
    print(f"{'':22}{'SAD':>8}{'MSE':>8}{'grad':>8}{'colour':>8}{'ms':>9}   SAD of each photo (at most nine)")
    ratios: dict[str, list[list[float]]] = {name: [] for name in methods}
    seconds: dict[str, list[float]] = {name: [] for name in methods}
    for case, cells in zip(cases, maps, strict=True):
        base = measure(case, bilinear(case.rgb, cells))
        for name, method in methods.items():
            result = method(case.rgb, cells)
            ratios[name].append([mine / plain for mine, plain in zip(measure(case, result), base, strict=True)])
            seconds[name].append(result.seconds)
    for name in methods:
        means = np.mean(ratios[name], axis=0)
        each = " ".join(f"{row[0]:.2f}" for row in ratios[name][:9])
        columns = "".join(f"{value:8.3f}" for value in means)
        print(f"{name:22}{columns}{1e3 * np.mean(seconds[name]):9.1f}   {each}")


def compare_foregrounds(cases: list[Case], methods: dict[str, Method]) -> None:
    """Compare the colour part alone: estimators on the true alpha."""

    def own(rgb: NDArray[np.uint8], alpha: Image) -> Result:
        begun = time.perf_counter()
        colours = estimate_foreground(rgb, np.round(alpha * 255).astype(np.uint8))
        return Result(alpha, colours.astype(np.float32) / 255, time.perf_counter() - begun)

    def photo_colours(rgb: NDArray[np.uint8], alpha: Image) -> Result:
        return Result(alpha, rgb.astype(np.float32) / 255, 0.0)

    print("\nForeground colours on the true alpha, mean error of the composites over soft pixels, against closed form")
    rows = {"photo's own colours": photo_colours, "ours": own, "pymatting multi-level": methods["foreground_ml"]}
    for name, method in rows.items():
        results = [method(case.rgb, case.alpha) for case in cases]
        errors = [colour_error(case, case.alpha, r.colours) for case, r in zip(cases, results, strict=True)]
        print(f"{name:22}{np.mean(errors):8.4f}{1e3 * np.mean([r.seconds for r in results]):9.1f} ms")


def compare_sizes(cases: list[Case], methods: dict[str, Method], sizes: list[float]) -> None:
    """Time of the whole stage as the photo grows, on two photos enlarged; the map stays at 320 pixels."""
    print("\nSeconds by photo size (map of 320 pixels; mean of two photos, enlarged)")
    print(f"{'':22}" + "".join(f"{size:>9g} MP" for size in sizes))
    for name, method in methods.items():
        row = []
        for size in sizes:
            times = []
            for case in (cases[2], cases[8]):
                factor = (size * 1e6 / case.alpha.size) ** 0.5
                rgb = cv2.resize(case.rgb, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC)
                step = max(case.alpha.shape) / 320
                height, width = case.alpha.shape
                cells = cv2.resize(
                    case.alpha, (round(width / step), round(height / step)), interpolation=cv2.INTER_AREA
                )
                times.append(method(np.asarray(rgb, np.uint8), np.asarray(cells, np.float32)).seconds)
            row.append(np.mean(times))
        print(f"{name:22}" + "".join(f"{seconds:12.3f}" for seconds in row))


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--venv", type=Path, help="an environment with pymatting; made when absent")
    parser.add_argument("--sizes", type=float, nargs="*", default=[0.5, 3], help="megapixels (12 takes minutes)")
    parser.add_argument("--softness", type=float, default=CutSettings().softness)
    args = parser.parse_args()
    if not DATA.is_dir():
        print(f"skipped: {DATA} is not here")
        return 0
    venv = args.venv or Path(tempfile.gettempdir()) / "kirie-bench-edges"
    python = venv / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", venv], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "pymatting"], check=True)
    theirs = peers(python)
    cases = load_cases(theirs["foreground_cf"])
    print(f"{platform.processor() or platform.machine()}, {cv2.getNumberOfCPUs()} cores, softness {args.softness}")
    methods: dict[str, Method] = {"bilinear": bilinear, "guided filter": guided}
    methods |= {f"ours {edges}": ours(edges, args.softness) for edges in Edges}
    plain = dict(methods)  # the recipe gives up where a map leaves nothing sure
    methods["rembg's recipe"] = theirs["recipe"]
    for factor in (10, 4):
        compare(f"Map at 1/{factor} of the photo", cases, [case.cells(factor) for case in cases], methods)
    compare("The bundled network's map, hair", *predicted(cases), methods)
    if SALIENT.is_dir():
        compare("The bundled network's map, hard truth, IoU ≥ 0.6", *predicted(load_salient(20), 0.6), plain)
    compare_foregrounds(cases, theirs)
    timed = {name: methods[name] for name in ("ours fine", "ours hair", "rembg's recipe")}
    compare_sizes(cases, timed, args.sizes)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
