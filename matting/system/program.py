"""How this very program is started once more, as a child process."""

from __future__ import annotations

import sys
from pathlib import Path


def program() -> list[str]:
    """Return the command that starts Kirie again, frozen or not; arguments may be added."""
    if getattr(sys, "frozen", False):
        # On Windows the console twin, whose standard streams are certain to be there.
        twin = Path(sys.executable).with_name("kirie-cli.exe")
        return [str(twin) if twin.is_file() else sys.executable]
    return [sys.executable, str(Path(__file__).resolve().parents[2] / "main.py")]
