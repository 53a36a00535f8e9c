"""Files of tensors, read without ever running code from them."""

from __future__ import annotations

import pickle
import struct
import warnings
import zipfile
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from matting.phrases import Phrase
from models.errors import (
    WeightsContent,
    WeightsDamaged,
    WeightsNotRecognised,
    WeightsUnsafe,
    reading_failed,
)
from models.networks.layouts import State, strip_prefixes

# Wrappers that people put around a state dict when they save more than it.
_WRAPPERS = ("state_dict", "model_state_dict", "model", "net", "params")

_ZIP = b"PK"
_PICKLE = b"\x80"


def read_state(path: Path) -> tuple[State, dict[str, str]]:
    """Read the tensors of a safetensors or PyTorch file, told apart by content, and the metadata of the former.

    PyTorch files are read with ``weights_only=True``. Wrappers and the prefixes of ``DataParallel`` are taken off.
    Raises ``WeightsError`` subclasses: missing, unreadable, damaged, holding code, of something else.
    """
    try:
        with path.open("rb") as file:
            head = file.read(16)
    except OSError as error:
        raise reading_failed(path, error) from error
    if not head:
        raise WeightsDamaged(path, found=WeightsContent.EMPTY)
    # Safetensors begins with the length of a JSON table in eight bytes, then the table.
    state, metadata = _read_safetensors(path) if head[8:9] == b"{" else (_read_torch(path, head), {})
    return strip_prefixes(state), metadata


def _read_safetensors(path: Path) -> tuple[State, dict[str, str]]:
    try:
        with safe_open(path, framework="pt") as file:
            return {key: file.get_tensor(key) for key in file.keys()}, file.metadata() or {}  # noqa: SIM118
    except (SafetensorError, struct.error, ValueError) as error:
        raise WeightsDamaged(path, found=WeightsContent.BAD_TABLE) from error


def _read_torch(path: Path, head: bytes) -> State:
    if head.startswith(_ZIP):
        _check_archive(path)
    elif not head.startswith(_PICKLE):
        raise WeightsNotRecognised(path, found=WeightsContent.NO_TENSOR_FILE)
    try:
        with warnings.catch_warnings():
            # About old pickle protocols; such files load or are refused, and either is said below.
            warnings.simplefilter("ignore")
            content = torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        # What the unpickler does not know is not run: a whole pickled network, or a trap.
        if "unsupported" in str(error).lower():
            raise WeightsUnsafe(path, found=WeightsContent.PICKLED_OBJECT) from error
        raise WeightsDamaged(path, found=WeightsContent.PICKLE_CUT) from error
    except Exception as error:
        # A damaged archive surfaces as RuntimeError, EOFError, KeyError, ValueError… from deep inside torch.
        raise WeightsDamaged(path, found=WeightsContent.ARCHIVE_CUT) from error
    return _unwrap(path, content)


def _check_archive(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            names = {name.rpartition("/")[2] for name in archive.namelist()}
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise WeightsDamaged(path, found=WeightsContent.ARCHIVE_WITHOUT_END) from error
    if "constants.pkl" in names:
        raise WeightsUnsafe(path, found=WeightsContent.TORCHSCRIPT)
    if "data.pkl" not in names:
        raise WeightsNotRecognised(path, found=WeightsContent.OTHER_ARCHIVE)


def _unwrap(path: Path, content: object) -> State:
    if isinstance(content, Mapping):
        if content and all(isinstance(value, Tensor) for value in content.values()):
            return {str(key): value for key, value in content.items()}
        for wrapper in _WRAPPERS:
            if isinstance(content.get(wrapper), Mapping):
                return _unwrap(path, content[wrapper])
        if not content:
            raise WeightsNotRecognised(path, found=WeightsContent.EMPTY_DICTIONARY)
        names = ", ".join(str(key) for key in list(content)[:5])
        raise WeightsNotRecognised(path, found=WeightsContent.DICTIONARY(names=names))
    raise WeightsNotRecognised(path, found=WeightsContent.OTHER_OBJECT(kind=type(content).__name__))


def describe_state(state: State) -> Phrase:
    """Say what a file of tensors holds, for the sentence that refuses it."""
    if not state:
        return WeightsContent.NO_PARAMETERS
    names = ", ".join(list(state)[:3])
    return WeightsContent.OTHER_NETWORK(count=len(state), names=names)
