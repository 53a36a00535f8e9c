"""Install weights from a file that the user has. Loads torch."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import resources
from matting.errors import KirieError
from matting.files.reading.read_photo import read_photo
from matting.settings import Mode
from matting.system import folders
from matting.system.hashes import sha256_of
from models.catalogue.catalogue import ModelInfo, find_listed, list_models, read_metadata, read_receipt
from models.catalogue.entries import Entry, read_entries
from models.catalogue.errors import BundledModelsName, ModelExists, NotThatModel
from models.catalogue.install import explain_write_errors, install, install_copy, install_weights
from models.catalogue.install_lock import model_lock
from models.catalogue.names import check_name, name_from_stem, same_name
from models.catalogue.rembg import rembg_name
from models.catalogue.wheel import weights_in
from models.errors import reading_failed
from models.networks.onnx_file import companions, content_sha256, write_single_file
from models.networks.onnx_u2net import load_u2net_export
from models.networks.signature import same_network, signature
from models.networks.weights import Weights, load_weights
from models.predict.onnx_errors import RecipeProblem, RecipeWrong
from models.predict.onnx_predictor import OnnxPredictor
from models.predict.onnx_recipe import find_recipe, is_known_recipe, is_onnx


def import_model(file: Path, name: str | None = None, replace: bool = False, recipe: str | None = None) -> ModelInfo:
    """Install weights that the user has, in any layout that ``load_weights`` knows, or a network in an ONNX file.

    Without ``name``: the catalogue's, when the file is one that it offers; else made from the file's name, and numbered
    when that is taken. With ``replace`` an installed model of that name is replaced. A file that is installed already
    is not installed again. ``recipe`` says how photos are prepared for an ONNX network that is no U²-Net: the name of
    a known recipe or a JSON file (``models.predict.onnx_recipe.find_recipe``).

    Raises:
        WeightsError: the file cannot be used.
        BadModelName, ModelExists, BundledModel: the name cannot be used.
        WriteError: the models folder cannot be written.
    """
    with explain_write_errors(folders.models_folder() / file.name), weights_in(file) as weights:
        return _import(_look_into(weights), name, replace, recipe)


def take_over(files: Iterable[Path], replace: bool = False) -> Iterator[ModelInfo | KirieError]:
    """Import files of rembg's one by one; of each the model that came of it, or why none did.

    A model of the catalogue gets its name there, any other one that says where it comes from.
    """
    for file in files:
        try:
            with explain_write_errors(folders.models_folder() / file.name):
                found = _look_into(file)
                yield _import(found, None if found.entry else rembg_name(file), replace)
        except KirieError as error:
            yield error


def _import(found: _Found, name: str | None, replace: bool, recipe: str | None = None) -> ModelInfo:
    try:
        target, already = _choose_name(found, name, replace)
    except ModelExists as error:
        # What another import installs right now has its file before the receipt that tells where it came from.
        with model_lock(str(error.facts["name"])):
            target, already = _choose_name(found, name, replace)
    if already:
        return find_listed(target)
    with model_lock(target):
        return _install(target, found, recipe)


def install_checked(name: str, file: Path, entry: Entry, digest: str) -> ModelInfo:
    """Install a file that is the catalogue's model, in the caller's ``model_lock``; ``digest`` is its SHA-256."""
    return _install(name, _Found(file, digest, _weights(file), entry), None)


@dataclasses.dataclass(frozen=True)
class _Found:
    """A file, its SHA-256, its weights (``None``: a network for ONNX Runtime), and the catalogue's entry of it."""

    file: Path
    digest: str
    weights: Weights | None
    entry: Entry | None


def _look_into(file: Path) -> _Found:
    """Read a file and tell whether the catalogue knows it, by its SHA-256 or by what it computes."""
    try:
        digest = content_sha256(file) if is_onnx(file) else sha256_of(file)
    except OSError as error:
        raise reading_failed(file, error) from error
    entries = read_entries().values()
    entry = next((entry for entry in entries if digest in entry.hashes), None)
    weights = _weights(file)
    if entry is None and weights is not None and weights.info.network == "u2net" and not read_metadata(file):
        computed = signature(weights)
        entry = next((entry for entry in entries if same_network(computed, entry.signature)), None)
    return _Found(file, digest, weights, entry)


def _weights(file: Path) -> Weights | None:
    """Return the weights in a file, ``None`` for a network that ONNX Runtime is to run."""
    return load_u2net_export(file) if is_onnx(file) else load_weights(file)


def _install(name: str, found: _Found, recipe: str | None) -> ModelInfo:
    """Install a file under a name that was found free, in the caller's ``model_lock``."""
    file, entry = found.file, found.entry
    receipt = make_receipt(file.name, found.digest, entry)
    if found.weights is None:
        _install_onnx(name, file, entry, recipe, receipt)
    elif read_metadata(file):
        install_copy(name, file, ".safetensors", receipt)
    else:
        install_weights(name, describe_weights(found.weights, entry, file, name), receipt)
    return find_listed(name)


def _install_onnx(name: str, file: Path, entry: Entry | None, recipe: str | None, receipt: dict[str, Any]) -> None:
    """Install a network that ONNX Runtime is to run, when it turns a trial photo into probabilities."""
    chosen = find_recipe(file, recipe, entry.preprocessing if entry else None)
    sample = read_photo(sorted(resources.SAMPLES.glob("*.jpg"))[0]).rgb8()
    predictor = OnnxPredictor(file, chosen, "cpu")
    needed = predictor.check_activation(sample)
    if needed != chosen.activation and is_known_recipe(chosen):
        # Files of one name end in a sigmoid or do not, as their exporter liked.
        chosen = dataclasses.replace(chosen, activation=needed)
        predictor = OnnxPredictor(file, chosen, "cpu")
    elif needed != chosen.activation and needed == "none":
        raise RecipeWrong(file, found=RecipeProblem.SIGMOID_TWICE)
    predictor.predict(sample)
    known = {"network": "onnx", "mode": Mode.CUTOUT, "title": chosen.title or name, "licence": chosen.licence}
    receipt = {**receipt, **known, "preprocessing": chosen.as_json()}
    if companions(file):
        install(name, ".onnx", lambda target: write_single_file(file, target), receipt)
    else:
        install_copy(name, file, ".onnx", receipt)


def describe_weights(weights: Weights, entry: Entry | None, file: Path, name: str) -> Weights:
    """Return the weights with what the catalogue knows of them, where the file itself is silent.

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


def make_receipt(origin: str, digest: str, entry: Entry | None = None) -> dict[str, Any]:
    """Return what to remember of an installation: the file it came from, its SHA-256, and the catalogue's for it."""
    known = {"catalogue_sha256": entry.sha256} if entry and entry.sha256 else {}
    installed = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    return {"origin": origin, "origin_sha256": digest, **known, "installed": installed}


def _choose_name(found: _Found, name: str | None, replace: bool) -> tuple[str, bool]:
    """Return the name to install under, and whether that very model is there already.

    Raises:
        BadModelName, BundledModelsName, ModelExists, NotThatModel: the name asked for cannot be had.
    """
    models = list_models()
    if name is None:
        return _free_name(found, replace, models)
    wanted = check_name(name)
    holder = next((model for model in models if same_name(model.name, wanted)), None)
    if holder is None:
        return wanted, False
    if holder.installed and _came_of(found, holder) and not replace:
        return holder.name, True
    if holder.bundled:
        raise BundledModelsName(name=holder.name)
    if found.entry and found.entry.name == holder.name and not holder.installed:
        return holder.name, False
    listed = read_entries().get(holder.name)
    if listed and listed.hashes and listed != found.entry:
        raise NotThatModel(file=found.file, name=holder.name)
    if not replace:
        raise ModelExists(name=holder.name)
    return holder.name, False


def _free_name(found: _Found, replace: bool, models: list[ModelInfo]) -> tuple[str, bool]:
    """Return the catalogue's name for a file, else one made from the file's own, numbered where that is taken."""
    if not replace:
        for model in models:
            if model.installed and _came_of(found, model):
                return model.name, True
    wanted = found.entry.name if found.entry else name_from_stem(found.file.stem)
    while holder := next((model for model in models if same_name(model.name, wanted)), None):
        free = replace or not holder.installed
        if found.entry and found.entry.name == holder.name and not holder.bundled and free:
            return holder.name, False
        wanted = _next_name(wanted)
    return wanted, False


def _came_of(found: _Found, model: ModelInfo) -> bool:
    """Tell whether a model is of this file, or of another file of the same network in the catalogue."""
    entry, receipt = found.entry, read_receipt(model.name)
    if model.bundled:
        return entry is not None and entry.name == model.name
    same_entry = entry is not None and entry.sha256 and receipt.get("catalogue_sha256") == entry.sha256
    return bool(same_entry) or receipt.get("origin_sha256") == found.digest


def _next_name(name: str) -> str:
    stem, _, number = name.rpartition("-")
    if stem and number.isdecimal() and len(number) < 4:
        return f"{stem}-{int(number) + 1}"
    return f"{name[:58]}-2"
