"""Photos of 12 megapixels for the other benchmarks, made from the small ones of ``../shared/data/parity/photos``."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
PARITY = SHARED / "data" / "parity" / "photos"
U2NETP = SHARED / "weights" / "u2netp.pth"


def make_large_photos(folder: Path, count: int, megapixels: float = 12.0, grain: float = 0.0) -> list[Path]:
    """``count`` JPEGs of about that size in ``folder``: the parity photos enlarged, then mirrored, then upside down.

    Enlarged photos are smoother than a camera's; ``grain`` is the deviation of noise to add, in 8-bit levels (a camera
    at ISO 400: about 4).
    """
    random = np.random.default_rng(0)
    sources = sorted(PARITY.iterdir())
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for number in range(count):
        source, turn = sources[number % len(sources)], number // len(sources) % 4
        path = folder / f"{number:03d}-{source.stem}.jpg"
        if not path.exists():
            photo = cv2.imdecode(np.frombuffer(source.read_bytes(), np.uint8), cv2.IMREAD_COLOR)
            assert photo is not None
            scale = (megapixels * 1e6 / (photo.shape[0] * photo.shape[1])) ** 0.5
            large = cv2.resize(photo, None, fx=scale, fy=scale, interpolation=cv2.INTER_LANCZOS4)
            if turn:
                large = cv2.flip(large, turn - 2)
            if grain:
                noisy = large + random.normal(0, grain, large.shape).astype(np.float32)
                large = np.clip(np.rint(noisy), 0, 255).astype(np.uint8)
            coded, data = cv2.imencode(".jpg", large, [cv2.IMWRITE_JPEG_QUALITY, 92])
            assert coded
            path.write_bytes(data.tobytes())
        made.append(path)
    return made
