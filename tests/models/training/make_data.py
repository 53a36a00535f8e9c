"""Small datasets for tests: coloured discs on grounds of another colour."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np


def disc(number: int, width: int = 48, height: int = 40) -> tuple[np.ndarray, np.ndarray]:
    """Draw a photo (height, width, 3) and its soft mask (height, width), both uint8, different for each number."""
    rng = np.random.default_rng(number)
    mask = np.zeros((height, width), np.uint8)
    centre = int(rng.integers(width // 3, 2 * width // 3)), int(rng.integers(height // 3, 2 * height // 3))
    cv2.circle(mask, centre, min(width, height) // 4, 255, -1)
    mask = np.asarray(cv2.GaussianBlur(mask, (3, 3), 0), np.uint8)
    ground = rng.integers(0, 90, 3) + rng.normal(0, 8, (height, width, 3))
    subject = rng.integers(150, 255, 3)
    rgb = ground + (subject - ground) * (mask[..., None] / 255)
    return rgb.clip(0, 255).astype(np.uint8), mask


def write(path: Path, pixels: np.ndarray) -> Path:
    """Write (h, w) or (h, w, 3), RGB, by the suffix of its name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    assert cv2.imwrite(str(path), pixels[..., ::-1] if pixels.ndim == 3 else pixels)
    return path


def make_dataset(folder: Path, count: int = 6, images: str = "images", masks: str = "masks", first: int = 0) -> Path:
    """Make a folder of ``count`` pairs."""
    for number in range(first, first + count):
        rgb, mask = disc(number)
        write(folder / images / f"photo{number}.png", rgb)
        write(folder / masks / f"photo{number}.png", mask)
    return folder
