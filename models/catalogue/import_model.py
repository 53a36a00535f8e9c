"""Install weights from a file that the user has."""

from __future__ import annotations

import dataclasses
import time
from pathlib import Path
from typing import Any

import numpy as np

from matting.settings import Mode
from matting.system import folders
from models.catalogue.catalogue import ModelInfo, find_listed, list_models, read_metadata, read_receipt
from models.catalogue.entries import Entry, read_entries
from models.catalogue.errors import BundledModel, ModelExists, NotThatModel
from models.catalogue.install import explain_write_errors, install_copy, install_weights, sha256_of
from models.catalogue.install_lock import model_lock
from models.catalogue.names import check_name, name_from_stem, same_name
from models.errors import reading_failed
from models.networks.onnx_u2net import load_u2net_export
from models.networks.weights import Weights, load_weights
from models.predict.onnx_predictor import OnnxPredictor
from models.predict.onnx_recipe import find_recipe, is_onnx


def import_weights(file: Path, name: str | None, replace: bool, recipe: str | None) -> ModelInfo:
    """See ``models.catalogue.catalogue.import_model``."""
    digest = _digest(file)
    entry = next((entry for entry in read_entries().values() if entry.sha256 == digest), None)
    target, already = _choose_name(file, name, replace, digest, entry)
    if already:
        return find_listed(target)
    with explain_write_errors(folders.models_folder() / target), model_lock(target):
        return install_checked(target, file, entry, digest, recipe)


def install_checked(name: str, file: Path, entry: Entry | None, digest: str, recipe: str | None = None) -> ModelInfo:
    """Install a file under a name that was found free, in the caller's ``model_lock``.

    ``digest`` is its SHA-256, ``entry`` what the catalogue knows of it, ``recipe`` as in ``import_model``.
    """
    receipt = make_receipt(file.name, digest)
    if is_onnx(file):
        weights = load_u2net_export(file)
        if weights is None:
            return _install_onnx(name, file, entry, recipe, receipt)
    else:
        weights = load_weights(file)
    if read_metadata(file):
        return install_copy(name, file, ".safetensors", receipt)
    return install_weights(name, describe_weights(weights, entry, file, name), receipt)


def _install_onnx(name: str, file: Path, entry: Entry | None, recipe: str | None, receipt: dict[str, Any]) -> ModelInfo:
    """Install a network that ONNX Runtime is to run, when it turns a trial photo into probabilities."""
    chosen = find_recipe(file, recipe, entry.preprocessing if entry else None)
    height, width = chosen.input_size
    trial = np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8)
    OnnxPredictor(file, chosen, "cpu").predict(trial)
    known = {"network": "onnx", "mode": Mode.CUTOUT, "title": chosen.title or name}
    return install_copy(name, file, ".onnx", {**receipt, **known, "preprocessing": chosen.as_json()})


def describe_weights(weights: Weights, entry: Entry | None, file: Path, name: str) -> Weights:
    """The weights with what the catalogue knows of them, where the file itself is silent.

    A file of others has no title but its stem, which stands as long as the model's ``name`` is made from it.
    """
    info = weights.info
    if entry is None:
        title = info.title if name == name_from_stem(info.title) else name
        info = dataclasses.replace(info, title=title, provenance=info.provenance or f"Imported from {file.name}.")
    else:
        provenance = f"{entry.title}: {entry.homepage or file.name}"
        info = dataclasses.replace(info, title=entry.title, licence=entry.licence, provenance=provenance)
    return dataclasses.replace(weights, info=info)


def make_receipt(origin: str, digest: str) -> dict[str, Any]:
    """What to remember of an installation; ``digest`` is the SHA-256 of the file it came from."""
    return {"origin": origin, "origin_sha256": digest, "installed": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}


def _choose_name(file: Path, name: str | None, replace: bool, digest: str, entry: Entry | None) -> tuple[str, bool]:
    """The name to install under, and whether that very file is installed there already."""
    models = list_models()
    if name is None and not replace:
        for model in models:
            if model.installed and read_receipt(model.name).get("origin_sha256") == digest:
                return model.name, True
    wanted = check_name(name) if name is not None else entry.name if entry else name_from_stem(file.stem)
    while holder := next((model for model in models if same_name(model.name, wanted)), None):
        if holder.installed and read_receipt(holder.name).get("origin_sha256") == digest and not replace:
            return holder.name, True
        listed = read_entries().get(holder.name)
        if not holder.bundled and listed and listed.sha256 == digest and (replace or not holder.installed):
            return holder.name, False
        if name is None:
            wanted = _next_name(wanted)
            continue
        if holder.bundled:
            raise BundledModel(name=holder.name)
        if listed and listed.sha256:
            raise NotThatModel(file=file, name=holder.name)
        if not replace:
            raise ModelExists(name=holder.name)
        return holder.name, False
    return wanted, False


def _next_name(name: str) -> str:
    stem, _, number = name.rpartition("-")
    if stem and number.isdecimal() and len(number) < 4:
        return f"{stem}-{int(number) + 1}"
    return f"{name[:58]}-2"


def _digest(file: Path) -> str:
    try:
        return sha256_of(file)
    except OSError as error:
        raise reading_failed(file, error) from error
