"""What was typed cannot be done as it stands; names of commands that more than one module knows."""

from __future__ import annotations

from matting.settings import Mode

WINDOW_COMMAND = "selftest-window"
"""Not in the help: ``main`` answers it, since only the window loads Qt."""


class UsageError(Exception):
    """A sentence about the arguments; the program ends with status 2."""


def expect_vessels(option: str, mode: Mode) -> None:
    """Raise ``UsageError`` unless ``mode``, of the chosen model, is the one that ``option`` is for."""
    if mode != Mode.VESSEL:
        raise UsageError(f"{option} is for vessel models such as --model unet-vessel")
