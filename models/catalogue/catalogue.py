"""Which models there are: bundled, installed by the user, or offered for download.

Nothing here loads torch, so that lists and ``--help`` are there at once. Installed models lie in
``folders.models_folder()``: ``NAME.safetensors`` (or ``NAME.onnx``), and beside it ``NAME.json``, a receipt that
says where the file came from and its SHA-256.
"""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import resources
from matting.phrases import Lists, listed
from matting.settings import Mode
from matting.system import folders
from matting.system.os_errors import system_reason
from models.catalogue.entries import Entry, Measured, read_entries
from models.catalogue.errors import BundledModel, ModelInUse, ModelNotInstalled, NameHint, UnknownModel
from models.catalogue.install_lock import model_lock
from models.catalogue.model_files import INSTALLED_SUFFIXES, new_file, part_files, receipt_file
from models.catalogue.names import WEIGHTS_SUFFIXES, check_name, nearest_names, same_name, shown_name
from models.errors import WeightsMissing

DEFAULT_MODEL = "u2net-small"

_FREE = re.compile(r"(MIT|Apache[- ]2\.0|BSD-[23]-Clause|ISC|CC0|CC BY 4\.0|CC-BY-4\.0)(?![-\w])")
"""Licences under which anybody may earn money with a model; a word may follow, as in "MIT (parameters)"."""


@dataclass(frozen=True)
class ModelInfo:
    """What a user chooses from. ``size`` in bytes: of the file where installed, else of the download.

    ``path`` is ``None`` exactly when the model is not installed. ``default_threshold`` in [0, 1] suits the model.
    """

    name: str
    title: str
    network: str
    mode: Mode
    bundled: bool
    installed: bool
    size: int
    licence: str
    path: Path | None
    description: str
    downloadable: bool = False
    homepage: str = ""
    scores: Mapping[str, float] = field(default_factory=dict)
    measured: Measured | None = None
    default_threshold: float = 0.5

    @property
    def restricted(self) -> bool:
        """Whether its licence, as Kirie words it, forbids commercial use."""
        return "not for commercial use" in self.licence

    @property
    def free_for_work(self) -> bool | None:
        """Whether its licence allows commercial work; ``None`` where none of those we know is stated."""
        if self.restricted:
            return False
        return True if _FREE.match(self.licence) else None

    @property
    def file(self) -> Path:
        """The weights file. Raises ``ModelNotInstalled`` when there is none."""
        if self.path is None:
            raise ModelNotInstalled(name=self.name)
        return self.path

    @property
    def card(self) -> Path | None:
        """The model card (Markdown) beside the weights, where there is one."""
        card = self.path.with_suffix(".md") if self.path else None
        return card if card and card.is_file() else None


def list_models() -> list[ModelInfo]:
    """List every model: those of the catalogue in its order, then the user's own by name.

    A bundled model whose file is absent is left out: nobody could do anything about it.
    """
    entries = read_entries()
    files = _installed_files()
    models = []
    for entry in entries.values():
        path = resources.WEIGHTS / f"{entry.name}.safetensors"
        if entry.bundled or path.is_file():
            # The standalone program also brings models that others download.
            if path.is_file():
                models.append(_describe(entry.name, path, replace(entry, bundled=True)))
            continue
        models.append(_describe(entry.name, files.pop(entry.name.casefold(), None), entry))
    bundled = {model.name.casefold() for model in models if model.bundled}
    models += [_describe(path.stem, path, None) for key, path in sorted(files.items()) if key not in bundled]
    return _tell_apart(models)


def _tell_apart(models: list[ModelInfo]) -> list[ModelInfo]:
    """Return the same models; where several have one title, all after the first bear their name beside it."""
    seen: set[str] = set()
    apart = []
    for model in models:
        if model.title in seen:
            model = replace(model, title=f"{model.title} ({model.name})")
        seen.add(model.title)
        apart.append(model)
    return apart


def find_model(name_or_path: str) -> ModelInfo:
    """Return the model of that name, or the weights file at that path. Upper and lower case are the same.

    The model may be one that is not installed: ``ModelInfo.file`` says so when its weights are wanted.

    Raises:
        UnknownModel: no such name; names the nearest ones.
        WeightsMissing: it is a path and no file is there.
    """
    models = list_models()
    for model in models:
        if same_name(model.name, name_or_path):
            return model
    path = Path(name_or_path).expanduser()
    if _is_file(path):
        return _describe(path.stem, path, None)
    if "/" in name_or_path or "\\" in name_or_path or path.suffix.lower() in WEIGHTS_SUFFIXES:
        raise WeightsMissing(path)
    raise unknown_model(name_or_path, models)


def find_listed(name: str) -> ModelInfo:
    """Return the model of that name; paths are refused. Raises ``BadModelName`` or ``UnknownModel``."""
    models = list_models()
    for model in models:
        if same_name(model.name, name):
            return model
    check_name(name)
    raise unknown_model(name, models)


def unknown_model(name: str, models: list[ModelInfo]) -> UnknownModel:
    """Return the error for a name that no model has, with what was probably meant."""
    near = nearest_names(name, [model.name for model in models])
    if not near:
        return UnknownModel(name=shown_name(name), hint=NameHint.LIST)
    names = listed([NameHint.NAME(name=candidate) for candidate in near], Lists.OR)
    return UnknownModel(name=shown_name(name), hint=NameHint.NEAR(names=names))


def remove_model(name: str) -> ModelInfo:
    """Delete an installed model, or what a stopped download of it left; what it was is returned.

    Raises:
        UnknownModel, BadModelName: no such model.
        BundledModel: it comes with Kirie.
        ModelNotInstalled: there is nothing to delete.
        ModelInUse, ModelBusy: the system refused, or another program is installing it.
    """
    model = find_listed(name)
    if model.bundled:
        raise BundledModel(name=model.name)
    unfinished = [*part_files(model.name), *(new_file(model.name, suffix) for suffix in INSTALLED_SUFFIXES)]
    if model.path is None and not any(path.exists() for path in unfinished):
        raise ModelNotInstalled(name=model.name)
    installed = [model.path, receipt_file(model.name)] if model.path else []
    try:
        with model_lock(model.name):
            for path in [*installed, *unfinished]:
                path.unlink(missing_ok=True)
    except OSError as error:
        raise ModelInUse(name=model.name, reason=system_reason(error)) from error
    return model


def read_receipt(name: str) -> dict[str, Any]:
    """Return what was written down at installation: ``sha256`` of the file, ``origin``…; empty where nothing was."""
    try:
        content = json.loads(receipt_file(name).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def read_metadata(path: Path) -> dict[str, Any]:
    """Return the metadata of weights in our format, its values decoded; empty for any other file.

    Reads the header alone: eight bytes of length, then JSON (https://huggingface.co/docs/safetensors).
    """
    try:
        with path.open("rb") as file:
            (length,) = struct.unpack("<Q", file.read(8))
            if length > 100_000_000:
                return {}
            header = json.loads(file.read(length))["__metadata__"]
            return {key: json.loads(value) for key, value in header.items()} if "kirie_format" in header else {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, struct.error):
        return {}


def _installed_files() -> dict[str, Path]:
    """Return weights files in the models folder by their name without case."""
    try:
        files = sorted(folders.models_folder().iterdir())
    except OSError:
        return {}
    return {
        path.stem.casefold(): path
        for path in files
        if path.suffix.lower() in INSTALLED_SUFFIXES and not path.name.startswith(".") and path.is_file()
    }


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # too long a name, or a NUL in it
        return False


def _describe(name: str, path: Path | None, entry: Entry | None) -> ModelInfo:
    """Describe a model: what the file itself says comes first, then the receipt, then the catalogue."""
    metadata = read_metadata(path) if path else {}
    receipt = read_receipt(name) if path and not metadata else {}
    entry = entry or Entry(name)
    network = metadata.get("network") or receipt.get("network") or entry.network or "unknown"
    if network == "u2net" and metadata.get("size") == "small":
        network = "u2net-small"
    return ModelInfo(
        name=name,
        title=str(entry.title or metadata.get("title") or receipt.get("title") or name),
        network=str(network),
        mode=_mode(metadata.get("mode") or receipt.get("mode"), entry.mode),
        bundled=entry.bundled,
        installed=path is not None,
        size=path.stat().st_size if path else entry.size,
        licence=str(metadata.get("licence") or receipt.get("licence") or entry.licence),
        path=path,
        description=str(entry.description or receipt.get("description") or metadata.get("provenance") or ""),
        downloadable=entry.downloadable,
        homepage=entry.homepage,
        scores=entry.scores or _scores(metadata),
        measured=entry.measured,
        default_threshold=_threshold(metadata or receipt.get("preprocessing") or {}),
    )


def _mode(stored: object, otherwise: Mode) -> Mode:
    return Mode(stored) if isinstance(stored, str) and stored in tuple(Mode) else otherwise


def _threshold(stored: Any) -> float:
    value = stored.get("default_threshold") if isinstance(stored, dict) else None
    return float(value) if isinstance(value, int | float) and 0 <= value <= 1 else 0.5


def _scores(metadata: Mapping[str, Any]) -> dict[str, float]:
    """Return the scores that our trainer measured on the photos it kept aside."""
    extra = metadata.get("extra")
    scores = extra.get("scores") if isinstance(extra, dict) else None
    if not isinstance(scores, dict):
        return {}
    return {str(name): float(value) for name, value in scores.items() if isinstance(value, int | float)}
