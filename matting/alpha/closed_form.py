"""Closed-form matting without a matrix: alpha is locally a linear function of colour, solved by conjugate gradients.

Source: Levin, Lischinski, Weiss, "A Closed-Form Solution to Natural Image Matting", PAMI 2008 (the energy), and He,
Sun, Tang, "Fast Matting Using Large Kernel Matting Laplacians", CVPR 2010 (its product by box filters). With G the
colour-guided filter of the same window, the matting Laplacian is |w|·(1 - G), so one product costs nine box filters
of any size and no memory beyond a few planes.

The map enters as what it is, area averages: the mean of alpha over each cell of the map should be the cell's value.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor

import cv2
import numpy as np
from numpy.typing import NDArray

from matting.alpha.band_blocks import Blocks
from matting.alpha.numeric import Floats
from matting.alpha.resample import resize

RADIUS = 1
"""Window of the local colour model: 3 × 3 pixels of the image that is solved."""

_WINDOW = (2 * RADIUS + 1) ** 2


class LocalColours:
    """The local linear colour model of one image: alpha ≈ slope · colour + offset in every window.

    ``planes``: red, green and blue, each (h, w) float32, range 1; ``epsilon`` keeps flat windows flat (a variance of
    colour, at least about 1e-7).
    """

    def __init__(self, planes: Sequence[Floats], epsilon: float) -> None:
        self.planes = planes
        exact = [plane.astype(np.float64) for plane in self.planes]  # variances of 1e-7 drown in float32
        means = [_mean(plane) for plane in exact]

        def covariance(i: int, j: int) -> NDArray[np.float64]:
            return _mean(exact[i] * exact[j]) - means[i] * means[j] + (epsilon if i == j else 0.0)

        rr, rg, rb, gg, gb, bb = (covariance(*pair) for pair in ((0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2)))
        # The inverse of the symmetric 3 × 3 matrix by cofactors.
        c00, c01, c02 = gg * bb - gb * gb, rb * gb - rg * bb, rg * gb - rb * gg
        c11, c12, c22 = rr * bb - rb * rb, rg * rb - rr * gb, rr * gg - rg * rg
        scale = 1.0 / (rr * c00 + rg * c01 + rb * c02)
        i00, i01, i02, i11, i12, i22 = (
            (cofactor * scale).astype(np.float32) for cofactor in (c00, c01, c02, c11, c12, c22)
        )
        self._inverse = ((i00, i01, i02), (i01, i11, i12), (i02, i12, i22))
        self._means = [mean.astype(np.float32) for mean in means]

    def fit(self, alpha: Floats) -> tuple[list[Floats], Floats]:
        """Return the three slopes and the offset that explain ``alpha`` (h, w), averaged over its windows."""
        mean_alpha = _box(alpha)
        shared = [_box(plane * alpha) - mean * mean_alpha for plane, mean in zip(self.planes, self._means, strict=True)]
        slopes = []
        offset = mean_alpha
        for row, mean in zip(self._inverse, self._means, strict=True):
            slope = row[0] * shared[0]
            slope += row[1] * shared[1]
            slope += row[2] * shared[2]
            offset = offset - slope * mean
            slopes.append(_box(slope))
        return slopes, _box(offset)

    def filtered(self, alpha: Floats) -> Floats:
        """Return the guided filter G of ``alpha`` (h, w)."""
        slopes, result = self.fit(alpha)
        for slope, plane in zip(slopes, self.planes, strict=True):
            slope *= plane
            result += slope
        return result


class Solver:
    """Solves alpha on the blocks of one image that hold unknown pixels, on as many threads as ``pool`` has.

    ``rgb`` (h, w, 3) float32, centred on zero; ``unknown`` (h, w); ``cells``: how many cells of the map the image has
    in each direction, h and w being whole multiples of them.
    """

    def __init__(
        self, rgb: Floats, unknown: NDArray[np.bool_], cells: tuple[int, int], epsilon: float, pool: Executor
    ) -> None:
        self._cell = rgb.shape[0] // cells[0], rgb.shape[1] // cells[1]
        self._blocks = Blocks(unknown, self._cell)
        self._free = self._blocks.cores(unknown.astype(np.float32))
        self._inside = self._blocks.image(self._blocks.inside) > 0
        self._pool = pool
        planes = [np.ascontiguousarray(rgb[..., channel]) for channel in range(3)]
        strips = self._blocks.strips

        def colours(strip: slice) -> LocalColours:
            return LocalColours([self._blocks.strip_of_image(plane, strip) for plane in planes], epsilon)

        self._work = list(zip(strips, pool.map(colours, strips), strict=True))

    def solve(self, target: Floats, start: Floats, weight: Floats, iterations: int, tolerance: float = 1e-2) -> Floats:
        """Return alpha that follows the photo's colours and whose means over the cells are near those of ``target``.

        Minimises αᵀLα + Σ weight · (mean of α over the cell - mean of the target)² · (pixels of the cell) over the
        unknown pixels; the others keep their value of ``start``. ``target``, ``start`` and ``weight`` are (h, w); of
        the weight, too, the mean over a cell counts. Stops after ``iterations`` or when the residual fell to
        ``tolerance`` of the right side's. Returns (h, w), not clipped.
        """
        self._weight = self._cell_means(self._blocks.cores(weight)) * self._free
        aim = self._weight * self._cell_means(self._blocks.cores(target))
        alpha = self._blocks.cores(start)
        residual = aim - self._product(alpha, start)
        direction = residual.copy()
        energy = float(np.vdot(residual, residual))
        enough = (tolerance * max(float(np.linalg.norm(aim)), 1e-6)) ** 2
        for _ in range(iterations):
            if energy <= enough:
                break
            moved = self._product(direction, None)
            curvature = float(np.vdot(direction, moved))
            if curvature <= 0:
                break  # only rounding is left: the matrix has no such direction
            step = np.float32(energy / curvature)
            alpha += step * direction
            residual -= step * moved
            before, energy = energy, float(np.vdot(residual, residual))
            direction *= np.float32(energy / before)
            direction += residual
        return np.where(self._inside, self._blocks.image(alpha), start)

    def fit(self, alpha: Floats) -> Floats:
        """Return slopes for the three colours and offset (4, h, w) that explain ``alpha`` (h, w).

        Outside the blocks alpha is its own offset, so that what is interpolated across their border joins up.
        """
        cores = np.empty((4, *self._free.shape), np.float32)

        def fit(work: tuple[slice, LocalColours]) -> None:
            strip, colours = work
            slopes, offset = colours.fit(self._blocks.strip_of_image(alpha, strip))
            for plane, values in enumerate([*slopes, offset]):
                cores[plane, :, strip] = self._blocks.without_rims(values)

        list(self._pool.map(fit, self._work))
        planes = np.stack([self._blocks.image(plane) for plane in cores])
        planes[3] = np.where(self._inside, planes[3], alpha)
        return planes

    def _product(self, cores: Floats, image: Floats | None) -> Floats:
        """Return the energy's matrix times alpha given as ``cores``; outside them it is ``image``, or zero."""
        result = np.empty_like(cores)
        flat = np.append(cores.ravel(), np.float32(0)) if image is None else None

        def multiply(work: tuple[slice, LocalColours]) -> None:
            strip, colours = work
            if flat is None:
                assert image is not None
                pixels = self._blocks.strip_of_image(image, strip)
            else:
                pixels = self._blocks.strip_of_cores(flat, strip)
            pixels -= colours.filtered(pixels)
            result[:, strip] = self._blocks.without_rims(pixels)

        list(self._pool.map(multiply, self._work))
        result *= np.float32(_WINDOW) * self._free
        result += self._weight * self._cell_means(cores)
        return result

    def _cell_means(self, cores: Floats) -> Floats:
        """Replace each pixel's value by the mean over its cell."""
        wide = cores.reshape(cores.shape[0], -1)
        rows, columns = wide.shape
        means = resize(wide, rows // self._cell[0], columns // self._cell[1], cv2.INTER_AREA)
        return resize(means, rows, columns, cv2.INTER_NEAREST).reshape(cores.shape)


def _box(plane: Floats) -> Floats:
    # Reflection makes every pixel count equally often, which keeps G symmetric up to the border.
    return np.asarray(cv2.blur(plane, (2 * RADIUS + 1,) * 2, borderType=cv2.BORDER_REFLECT), np.float32)


def _mean(plane: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(cv2.blur(plane, (2 * RADIUS + 1,) * 2, borderType=cv2.BORDER_REFLECT), np.float64)
