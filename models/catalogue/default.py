"""The model that is used where none is named: one choice, shared by the window and the command line."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import resources
from matting.errors import WriteError
from matting.settings import Mode
from matting.system import folders
from matting.system.atomic import write_atomic
from models.catalogue.catalogue import DEFAULT_MODEL, ModelInfo, find_listed, list_models
from models.catalogue.errors import ModelNotInstalled, NoCutoutModel
from models.catalogue.model_files import INSTALLED_SUFFIXES

_RANKED = ("u2net", "u2netp", DEFAULT_MODEL)
"""For subjects of any kind, the best first: 200 photos that none has learned from, max-F .952, .945, .931."""

_STANDALONE_DEFAULT = "u2netp"
"""The standalone program brings it (``build.spec``) and uses it where nobody has chosen."""

_log = logging.getLogger(__name__)


def choices_file() -> Path:
    """Return where the choice is kept, whether the file exists or not."""
    return folders.home() / "models.json"


def default_model() -> str:
    """Return the name of the default model: the user's choice while it is installed, else one that comes with Kirie."""
    chosen = _read().get("default")
    if isinstance(chosen, str) and _is_here(chosen):
        return chosen
    return _STANDALONE_DEFAULT if _is_bundled(_STANDALONE_DEFAULT) else DEFAULT_MODEL


def set_default_model(name: str) -> ModelInfo:
    """Choose the default model, for the window and the command line.

    Raises:
        UnknownModel, BadModelName, ModelNotInstalled: there is no such model here.
        NoCutoutModel: it is for vessels.
        WriteError: Kirie's folder cannot be written to.
    """
    model = find_listed(name)
    if not model.installed:
        raise ModelNotInstalled(name=model.name)
    if model.mode != Mode.CUTOUT:
        raise NoCutoutModel(name=model.name)
    _write({**_read(), "default": model.name})
    return model


def better_model(name: str) -> ModelInfo | None:
    """Return a model with finer outlines than the ranked one of that name: the best installed, else the best offered.

    ``None`` where there is none, and for a model of the user's own.
    """
    if name not in _RANKED:
        return None
    models = {model.name: model for model in list_models()}
    better = [models[each] for each in _RANKED[: _RANKED.index(name)] if each in models]
    ordered = sorted(better, key=lambda model: not model.installed)
    return next((model for model in ordered if model.installed or model.downloadable), None)


def first_time(about: str) -> bool:
    """Tell whether the user has not been told ``about`` something before; from now on they have."""
    content = _read()
    told = content.get("told")
    known = [str(each) for each in told] if isinstance(told, list) else []
    if about in known:
        return False
    try:
        _write({**content, "told": [*known, about]})
    except WriteError:
        _log.info("%s cannot be written, so the hint will come again", choices_file())
    return True


def _is_here(name: str) -> bool:
    folder = folders.models_folder()
    return _is_bundled(name) or any((folder / f"{name}{suffix}").is_file() for suffix in INSTALLED_SUFFIXES)


def _is_bundled(name: str) -> bool:
    return (resources.WEIGHTS / f"{name}.safetensors").is_file()


def _read() -> dict[str, Any]:
    try:
        content = json.loads(choices_file().read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _write(content: dict[str, Any]) -> None:
    write_atomic(choices_file(), json.dumps(content, ensure_ascii=False, indent=1).encode())
