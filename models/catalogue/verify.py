"""Whether an installed model is still what was installed."""

from __future__ import annotations

from matting.system.hashes import sha256_of
from models.catalogue.catalogue import find_listed, read_receipt
from models.catalogue.errors import ModelDamaged
from models.errors import reading_failed
from models.networks.weights import load_weights
from models.predict.onnx_predictor import OnnxPredictor
from models.predict.onnx_recipe import find_recipe, is_onnx


def verify_model(name: str) -> None:
    """Check the file against its receipt, where there is one, and that it loads with every parameter a number.

    Raises:
        UnknownModel, BadModelName, ModelNotInstalled: there is nothing to check.
        ModelDamaged: the file is another than the one that was installed.
        WeightsError: it cannot be used.
    """
    model = find_listed(name)
    try:
        digest = sha256_of(model.file)
    except OSError as error:
        raise reading_failed(model.file, error) from error
    if not model.bundled and read_receipt(model.name).get("sha256", digest) != digest:
        raise ModelDamaged(name=model.name, path=model.file)
    if is_onnx(model.file):
        OnnxPredictor(model.file, find_recipe(model.file), "cpu")
    else:
        load_weights(model.file)
