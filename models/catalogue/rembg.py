"""The weights that rembg has downloaded already: offered, never touched."""

from __future__ import annotations

import fnmatch
import os
from collections.abc import Iterable
from pathlib import Path

from models.catalogue.catalogue import ModelInfo
from models.catalogue.names import WEIGHTS_SUFFIXES
from models.predict.onnx_recipe import known_recipes


def rembg_folders() -> list[Path]:
    """Return where rembg keeps its models, the likeliest first.

    ``U2NET_HOME`` alone where it is set. Else since its version 2.0.80 ``REMBG_HOME``, or ``rembg`` in
    ``XDG_DATA_HOME``, or ``.rembg`` in the home folder; before it ``.u2net`` in ``XDG_DATA_HOME`` or the home folder.
    """
    if named := os.environ.get("U2NET_HOME"):
        return [Path(named).expanduser()]
    base, home = os.environ.get("XDG_DATA_HOME"), os.environ.get("REMBG_HOME")
    present = home or (f"{base}/rembg" if base else "~/.rembg")
    return [Path(present).expanduser(), Path(base or "~").expanduser() / ".u2net"]


def rembg_folder() -> Path:
    """Return the folder of ``rembg_folders`` that holds models, the first where none does."""
    folders = rembg_folders()
    return next((folder for folder in folders if _models_in(folder)), folders[0])


def rembg_files() -> list[Path]:
    """Return the files there that Kirie knows how to use, by name; whether they are whole shows at the import."""
    by_name: dict[str, Path] = {}
    for folder in rembg_folders():
        for file in _models_in(folder):
            by_name.setdefault(file.stem, file)
    return sorted(by_name.values(), key=lambda file: file.name)


def _models_in(folder: Path) -> list[Path]:
    """Return the usable files of a folder: ``NAME.onnx``, and since 2.0.80 ``models/NAME/NAME.onnx``."""
    patterns = [pattern for values in known_recipes().values() for pattern in values["files"]]
    try:
        files = [*folder.iterdir(), *folder.glob("models/*/*")]
    except OSError:
        return []
    return [
        file
        for file in files
        if file.suffix.lower() in WEIGHTS_SUFFIXES
        and file.is_file()
        and any(fnmatch.fnmatchcase(file.stem.lower(), pattern) for pattern in patterns)
    ]


def not_imported(models: Iterable[ModelInfo]) -> list[Path]:
    """Return those of ``rembg_files`` that are not among the models yet."""
    here = {model.name for model in models if model.installed}
    return [file for file in rembg_files() if not here & {rembg_name(file), file.stem}]


def rembg_name(file: Path) -> str:
    """Return the name of an imported file of rembg's, apart from the models of the catalogue."""
    return f"rembg-{file.stem}"
