"""How the window starts."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_first_picture_waits_for_neither_torch_nor_opencv_nor_the_web() -> None:
    code = "import sys, gui.app; sys.exit(', '.join({'torch', 'cv2', 'ssl'} & set(sys.modules)) or None)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
