"""What was typed cannot be done as it stands; names of commands that more than one module knows."""

WINDOW_COMMAND = "selftest-window"
"""Not in the help: ``main`` answers it, since only the window loads Qt."""


class UsageError(Exception):
    """A sentence about the arguments; the program ends with status 2."""


def expect_vessels(option: str, mode: str) -> None:
    """Raise ``UsageError`` unless ``mode``, of the chosen model, is the one that ``option`` is for."""
    if mode != "vessel":
        raise UsageError(f"{option} is for vessel models such as --model unet-vessel")
