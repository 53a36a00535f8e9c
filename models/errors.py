"""What can go wrong with weights and devices, in the user's words."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from matting.errors import KirieError
from matting.phrases import Phrase
from matting.system.os_errors import system_reason

ACCEPTED = (
    "Accepted: Kirie's own safetensors, the U²-Net authors' u2net.pth, u2netp.pth and u2net_human_seg.pth, "
    "a plain PyTorch state dict of U²-Net or U-Net, or an ONNX file."
)


class WeightsError(KirieError):
    """A weights file cannot be used; ``path`` names it, ``found``, of ``WeightsContent``, says what is in it."""

    sentence: ClassVar[str] = "{path} cannot be used as weights: {found}. " + ACCEPTED

    def __init__(self, path: Path, **facts: object) -> None:
        super().__init__(path=path, **facts)
        self.path = path


class WeightsContent:
    """What a file is that cannot be used as weights."""

    EMPTY = Phrase("it is empty")
    BAD_TABLE = Phrase("its table of contents does not fit its size")
    NO_TENSOR_FILE = Phrase("it is no PyTorch or safetensors file")
    PICKLED_OBJECT = Phrase("a whole pickled network or another Python object")
    TORCHSCRIPT = Phrase("a TorchScript program")
    PICKLE_CUT = Phrase("its pickle ends too soon or is scrambled")
    ARCHIVE_CUT = Phrase("its archive cannot be read to the end")
    ARCHIVE_WITHOUT_END = Phrase("its archive has no end")
    OTHER_ARCHIVE = Phrase("it is a ZIP archive of something else")
    EMPTY_DICTIONARY = Phrase("an empty dictionary")
    DICTIONARY = Phrase("a dictionary that holds {names}")
    OTHER_OBJECT = Phrase("a {kind} instead of a state dict")
    NO_PARAMETERS = Phrase("it holds no parameters")
    OTHER_NETWORK = Phrase("{count} tensors of another network ({names}…)")
    ONNX_CUT = Phrase("it is no complete ONNX model")
    OTHER_SIZES = Phrase("its parameters have other sizes than it says")
    COMPANION_CUT = Phrase("{file} is shorter than it says")
    WHEEL_WITHOUT_WEIGHTS = Phrase("it is a wheel without weights")
    WHEEL_OF_SEVERAL = Phrase("it is a wheel with several files of weights ({names}); unpack it first")
    BAD_METADATA = Phrase("its metadata is not what Kirie writes")
    NOT_THAT_LAYOUT = Phrase("it looks like {layout} but has {other}")
    PARAMETERS_LACK = Phrase("it looks like {layout} but lacks parameters")
    CHANNELS = Phrase("its network takes {channels} channels, a photo has 3, or 1 in grey")
    ENTRY_LACKS = Phrase("{entry} is missing from its {network}")
    ENTRY_OF_OTHER_SHAPE = Phrase("{entry} has the shape {shape} where {expected} belongs")
    ENTRY_NOT_FINITE = Phrase("{entry} holds values that are no numbers")
    ENTRY_TOO_MANY = Phrase("{entry} belongs to no {network}")


class LayoutName:
    """What a layout of parameters is called."""

    KIRIE_U2NET = Phrase("Kirie's U²-Net")
    KIRIE_UNET = Phrase("Kirie's U-Net")
    AUTHORS_U2NET = Phrase("the authors' U²-Net")
    TUTORIAL_U2NET = Phrase("the tutorial's U²-Net")
    TUTORIAL_UNET = Phrase("the tutorial's U-Net")


class Misfit:
    """What does not belong in a layout."""

    ENTRY = Phrase("the unknown entry {name}")
    BLOCK = Phrase("the unknown block {name}")
    UNIT = Phrase("the unknown unit {name}")
    STAGES = Phrase("the stages {names}")
    UNITS = Phrase("{count} units in {stage}")


class LayoutMisfit(ValueError):
    """A state dict is not of the layout that its signature promised; ``found`` is one of ``Misfit``."""

    def __init__(self, found: Phrase) -> None:
        super().__init__(str(found))
        self.found = found


class WeightsMissing(WeightsError):
    """The file is not there."""

    sentence = "{path} is not there; check its name and folder, or choose another model."


class WeightsUnreadable(WeightsError):
    """The system refused to open the file; ``reason`` as ``system_reason`` gives it."""

    sentence = "{path} could not be opened ({reason}); check its permissions."


class WeightsAreAFolder(WeightsUnreadable):
    """A folder where a file belongs."""

    sentence = "{path} is a folder; choose the file of weights in it."


def reading_failed(path: Path, error: OSError) -> WeightsError:
    """Return why a file of weights could not be read, as a type of its own."""
    if isinstance(error, FileNotFoundError):
        return WeightsMissing(path)
    if path.is_dir():  # asked, because systems report it in different ways
        return WeightsAreAFolder(path)
    return WeightsUnreadable(path, reason=system_reason(error))


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


class DeviceProblem:
    """Why a device is not used."""

    NO_APPLE_GPU = Phrase("this computer has no Apple GPU")
    NO_NVIDIA_GPU = Phrase("this computer has no NVIDIA GPU or no driver for it")
    NO_CUDA = Phrase("PyTorch was installed without CUDA")
    CUDA_FINDS_NONE = Phrase("CUDA finds no GPU")
    NOT_HERE = Phrase("this computer has none")
    NOT_FINITE = Phrase("it gave values that are no numbers")
    TRIAL_NOT_FINITE = Phrase("a tiny prediction gave values that are no numbers")
    NO_MEMORY = Phrase("out of memory")
    UNTRIED = Phrase("nothing was tried")
    OTHER = Phrase("PyTorch says “{words}”")
    OF_DEVICE = Phrase("{device}: {problem}")


class OutOfMemory(KirieError):
    """A photo does not fit into memory on any device; ``device`` was the last tried, ``problem`` what it said."""

    sentence = "This photo cannot be predicted on {device} ({problem}); close other programs or choose a smaller model."
