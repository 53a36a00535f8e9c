"""The weights that rembg has downloaded already: offered, never touched."""

from __future__ import annotations

import fnmatch
import os
from collections.abc import Iterable
from pathlib import Path

from models.catalogue.catalogue import ModelInfo
from models.catalogue.names import WEIGHTS_SUFFIXES
from models.predict.onnx_recipe import known_recipes


def rembg_folder() -> Path:
    """Where rembg keeps its models: ``U2NET_HOME``, else ``.u2net`` in ``XDG_DATA_HOME`` or the home folder."""
    named = os.environ.get("U2NET_HOME")
    base = os.environ.get("XDG_DATA_HOME") or "~"
    return Path(named).expanduser() if named else Path(base).expanduser() / ".u2net"


def rembg_files() -> list[Path]:
    """Files there that Kirie knows how to use, by name; whether they are whole shows at the import."""
    patterns = [pattern for values in known_recipes().values() for pattern in values["files"]]
    try:
        files = sorted(rembg_folder().iterdir())
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
    """Those of ``rembg_files`` that are not among the models yet."""
    here = {model.name for model in models if model.installed}
    return [file for file in rembg_files() if not here & {rembg_name(file), file.stem}]


def rembg_name(file: Path) -> str:
    """What an imported file of rembg's is called, apart from the models of the catalogue."""
    return f"rembg-{file.stem}"
