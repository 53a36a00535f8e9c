"""From a model's name to something that predicts. Loads torch."""

from __future__ import annotations

from matting.system import folders
from models.catalogue.catalogue import find_model
from models.networks.onnx_u2net import load_u2net_export
from models.networks.weights import load_weights
from models.predict.onnx_predictor import OnnxPredictor
from models.predict.onnx_recipe import find_recipe, is_onnx
from models.predict.prediction import ModelPredictor


def load_predictor(name_or_path: str, device: str = "auto") -> ModelPredictor | OnnxPredictor:
    """Return a predictor for a model of the catalogue or a weights file, on "auto", "cpu", "cuda" or "mps".

    Raises ``WeightsError``, ``DeviceUnavailable``, and what ``find_model`` raises.
    """
    path = find_model(name_or_path).file
    if not is_onnx(path):
        return ModelPredictor(load_weights(path), device)
    # What lies in the models folder as ONNX was found to be no U²-Net when it was installed.
    if path.parent != folders.models_folder() and (weights := load_u2net_export(path)) is not None:
        return ModelPredictor(weights, device)
    return OnnxPredictor(path, find_recipe(path), device)
