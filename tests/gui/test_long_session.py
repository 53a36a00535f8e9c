from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_a_long_session_does_not_use_up_none() -> None:
    """More calls without a result than there are references to None when the window starts."""
    program = (
        "import gui\n"
        "from PySide6.QtCore import QObject\n"
        "thing = QObject()\n"
        "for _ in range(400_000):\n"
        "    thing.setObjectName('x')\n"
        "    thing == 5\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
