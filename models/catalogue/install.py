"""Put weights into the models folder: whole or not at all, with a receipt beside them."""

from __future__ import annotations

import contextlib
import errno
import json
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from matting.errors import DiskFull, FolderNotWritable, WriteError
from matting.system import folders
from matting.system.atomic import write_atomic
from matting.system.hashes import sha256_of
from matting.system.os_errors import system_reason
from models.catalogue.errors import ModelInUse
from models.catalogue.model_files import INSTALLED_SUFFIXES, new_file, receipt_file

if TYPE_CHECKING:
    from models.networks.weights import Weights

_NO_SPACE = {errno.ENOSPC, errno.EFBIG, errno.EDQUOT}
_BLOCK = 1 << 20


def install_weights(name: str, weights: Weights, receipt: Mapping[str, Any]) -> Path:
    """Install parameters of our networks in our format, with all their digits.

    Stored in 32 bits, because people compare an imported model with the program it came from.
    """
    from models.networks.weights import save_weights

    return install(name, ".safetensors", lambda path: save_weights(path, weights.state, weights.info, False), receipt)


def install_copy(name: str, source: Path, suffix: str, receipt: Mapping[str, Any]) -> Path:
    """Install a file as it is."""

    def write(path: Path) -> None:
        with source.open("rb") as src, path.open("wb") as dst:
            while block := src.read(_BLOCK):
                dst.write(block)

    return install(name, suffix, write, receipt)


def install(name: str, suffix: str, write: Callable[[Path], None], receipt: Mapping[str, Any]) -> Path:
    """Let ``write`` fill a file aside, then give it its name in one step; a model of that name is replaced.

    Return the installed file. The caller holds ``model_lock``.

    Raises:
        WriteError: the models folder cannot be written to, or the disk is full.
        ModelInUse: the system refuses to replace the file of that name.
    """
    target = folders.models_folder() / f"{name}{suffix}"
    with explain_write_errors(target):
        prepared = new_file(name, suffix)
        prepared.parent.mkdir(parents=True, exist_ok=True)
        try:
            write(prepared)
            with prepared.open("r+b") as file:
                os.fsync(file.fileno())
            checked = {"sha256": sha256_of(prepared), **receipt}
            # Without a receipt a model still works; with another's it would seem damaged. So it goes first.
            receipt_file(name).unlink(missing_ok=True)
            try:
                prepared.replace(target)
            except PermissionError as error:
                raise ModelInUse(name=name, reason=system_reason(error)) from error
            write_atomic(receipt_file(name), json.dumps(checked, ensure_ascii=False, indent=1).encode())
        finally:
            prepared.unlink(missing_ok=True)
        for other in INSTALLED_SUFFIXES:
            if other != suffix:
                target.with_name(f"{name}{other}").unlink(missing_ok=True)
    return target


@contextlib.contextmanager
def explain_write_errors(path: Path) -> Iterator[None]:
    """Turn the system's refusals to write into sentences."""
    try:
        yield
    except OSError as error:
        if error.errno in _NO_SPACE:
            raise DiskFull(path) from error
        if isinstance(error, PermissionError | FileNotFoundError | NotADirectoryError | FileExistsError):
            raise FolderNotWritable(path.parent, reason=system_reason(error)) from error
        raise WriteError(path, reason=system_reason(error)) from error
