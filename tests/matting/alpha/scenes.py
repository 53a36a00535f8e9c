"""Synthetic photos whose alpha and colours are known exactly."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from matting.photo import Photo

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Scene:
    """A photo, its true alpha (h, w), and the subject's own colours (h, w, 3) in [0, 1]."""

    photo: Photo
    alpha: Floats
    colours: Floats

    def coarse(self, factor: int) -> Floats:
        """Return the map a perfect network would give: true alpha averaged over cells of ``factor`` pixels."""
        height, width = self.alpha.shape
        return np.asarray(
            cv2.resize(self.alpha, (width // factor, height // factor), interpolation=cv2.INTER_AREA), np.float32
        )

    def over(self, colour: float) -> Floats:
        """Return the subject as it would look on a grey of that value."""
        a = self.alpha[..., None]
        return self.colours * a + np.float32(colour) * (1 - a)


def furry(height: int = 480, width: int = 640, seed: int = 3) -> Scene:
    """Draw a reddish blob with hairs and a soft outline before a blue-green background; both have gentle shading."""
    rng = np.random.default_rng(seed)
    alpha = np.zeros((height * 4, width * 4), np.uint8)
    unit = min(height, width) * 4
    centre = (width * 2, height * 2)
    cv2.circle(alpha, centre, round(unit * 0.28), 255, cv2.FILLED)
    for angle in rng.uniform(0, 2 * np.pi, 160):
        length = unit * rng.uniform(0.31, 0.40)
        end = (round(centre[0] + length * np.cos(angle)), round(centre[1] + length * np.sin(angle)))
        cv2.line(alpha, centre, end, 255, round(unit / 160))
    small = cv2.resize(cv2.GaussianBlur(alpha, (0, 0), 3), (width, height), interpolation=cv2.INTER_AREA)
    a = small.astype(np.float32) / 255
    shade = np.linspace(-0.08, 0.08, width, dtype=np.float32)[None, :, None]
    colours = np.float32([0.75, 0.25, 0.2]) + shade + np.zeros((height, 1, 1), np.float32)
    behind = np.float32([0.1, 0.45, 0.6]) - shade + np.zeros((height, 1, 1), np.float32)
    mixed = colours * a[..., None] + behind * (1 - a[..., None])
    noise = rng.normal(0, 0.004, mixed.shape)
    return Scene(Photo(np.uint8(np.clip(mixed + noise, 0, 1) * 255 + 0.5)), a, colours)


def disc(height: int, width: int, radius: float, soft: float = 1.0) -> Floats:
    """Draw a map with one disc in the middle, ``soft`` pixels of ramp."""
    y, x = np.mgrid[:height, :width]
    distance = np.hypot(y - (height - 1) / 2, x - (width - 1) / 2)
    return np.clip((radius - distance) / soft + 0.5, 0, 1).astype(np.float32)
