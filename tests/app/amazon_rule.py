"""Check pictures against Amazon's rule for main images: ``python -m tests.app.amazon_rule FILE…``.

Pure white at the corners, the product on at least 85 % of the limiting side, 2000 × 2000 pixels, JPEG in sRGB, no
places. It reads files with Pillow and, where it is installed, ExifTool; nothing of Kirie takes part.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageCms

SIDE = 2000
LEAST_SHARE = 0.85
WHITE = 250
"""From this value on a pixel counts as background: JPEG moves white by a few steps beside an edge."""
_GPS, _ISOLATED = 0x8825, 20


def violations(file: Path) -> list[str]:
    """Return what breaks the rule, a clause each; nothing when the picture keeps to it."""
    picture = Image.open(file)
    pixels = np.asarray(picture.convert("RGB"))
    found = []
    if picture.format != "JPEG" or picture.size != (SIDE, SIDE):
        found.append(f"{picture.format} of {picture.size}")
    corners = pixels[[0, 0, -1, -1], [0, -1, 0, -1]]
    if (corners != 255).any():
        found.append(f"corners {corners.tolist()}")
    if (share := share_of(pixels)) < LEAST_SHARE:
        found.append(f"the product fills {share:.3f}")
    icc = picture.info.get("icc_profile")
    if not icc or "sRGB" not in ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(icc))):
        found.append("no sRGB profile")
    if _GPS in picture.getexif() or _places(file):
        found.append("places in its metadata")
    return found


def share_of(pixels: np.ndarray) -> float:
    """Return the larger part of height and width that the product takes; lines of a few pixels do not count."""
    seen = (pixels < WHITE).any(axis=2)
    sides = []
    for axis in (0, 1):
        lines = np.flatnonzero(seen.sum(axis=axis) > _ISOLATED)
        sides.append((lines[-1] + 1 - lines[0]) / seen.shape[1 - axis] if lines.size else 0.0)
    return float(max(sides))


def _places(file: Path) -> bool:
    if shutil.which("exiftool") is None:
        return False
    command = ["exiftool", "-a", "-G1", "-*GPS*", "-*SerialNumber", "-City", file]
    return bool(subprocess.run(command, capture_output=True, check=True).stdout.strip())


if __name__ == "__main__":
    wrong = {name: violations(Path(name)) for name in sys.argv[1:]}
    for name, clauses in wrong.items():
        print(f"{Path(name).name}: {'; '.join(clauses) or 'keeps to the rule'}")
    sys.exit(any(wrong.values()))
