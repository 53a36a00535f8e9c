"""What can go wrong with weights and devices, in the user's words."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from matting.errors import KirieError

ACCEPTED = (
    "Accepted: Kirie's own safetensors, the U²-Net authors' u2net.pth, u2netp.pth and u2net_human_seg.pth, "
    "a plain PyTorch state dict of U²-Net or U-Net, or an ONNX file."
)


class WeightsError(KirieError):
    """A weights file cannot be used; ``path`` names it, ``found`` says what is in it."""

    sentence: ClassVar[str] = "{path} cannot be used as weights: {found}. " + ACCEPTED

    def __init__(self, path: Path, **facts: object) -> None:
        super().__init__(path=path, **facts)
        self.path = path


class WeightsMissing(WeightsError):
    """The file is not there."""

    sentence = "{path} is not there; check its name and folder, or choose another model."


class WeightsUnreadable(WeightsError):
    """The system refused to open the file; ``reason`` is its own word."""

    sentence = "{path} could not be opened ({reason}); check its permissions."


class WeightsAreAFolder(WeightsUnreadable):
    """A folder where a file belongs."""

    sentence = "{path} is a folder; choose the file of weights in it."


def reading_failed(path: Path, error: OSError) -> WeightsError:
    """Why a file of weights could not be read, as a type of its own."""
    if isinstance(error, FileNotFoundError):
        return WeightsMissing(path)
    if path.is_dir():  # asked, because systems report it in different ways
        return WeightsAreAFolder(path)
    return WeightsUnreadable(path, reason=error.strerror or error)


class WeightsDamaged(WeightsError):
    """Truncated or corrupted; ``found`` says where it shows."""

    sentence = "{path} is damaged or incomplete ({found}); download or copy it again."


class WeightsUnsafe(WeightsError):
    """A pickle that asks for more than tensors; nothing of it was run."""

    sentence = "{path} holds program code ({found}), which Kirie never runs. " + ACCEPTED


class WeightsNotRecognised(WeightsError):
    """A readable file of something else; ``found`` describes its content."""


class WeightsTooNew(WeightsError):
    """Written by a later Kirie; ``version`` is the file's format, ``known`` the newest known here."""

    sentence = "{path} was written by a newer Kirie (format {version}, known up to {known}); update Kirie."


class DeviceUnavailable(KirieError):
    """The device asked for cannot be used; ``device`` names it, ``reason`` says why."""

    sentence = "The device {device} cannot be used ({reason}); choose auto or cpu."


class OutOfMemory(KirieError):
    """A photo does not fit into memory on any device; ``device`` was the last tried, ``problem`` what it said."""

    sentence = "This photo cannot be predicted on {device} ({problem}); close other programs or choose a smaller model."
