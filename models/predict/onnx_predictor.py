"""Other people's networks, run by ONNX Runtime: the ``onnx`` extra."""

from __future__ import annotations

import hashlib
import importlib.util
import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matting.alpha.doubt_limit import WANTS_A_LOOK
from matting.settings import Mode
from models.errors import WeightsMissing
from models.networks.onnx_file import content_sha256
from models.networks.preprocess import normalise, resize
from models.predict.device import DeviceReport
from models.predict.onnx_errors import OnnxProblem, OnnxUnusable, RecipeProblem, RecipeWrong
from models.predict.onnx_recipe import Activation, OnnxRecipe
from models.predict.onnx_session import faster, open_session

# A network's own sigmoid may overshoot in 16 bits.
_SLACK = 0.01
# Logits of a photo's background reach far below; a probability that is off does not.
_LOGITS_BELOW = -1.0


class OnnxPredictor:
    """One-input image network in an ONNX file; implements ``matting.predictor.Predictor``.

    The first output, of shape (1, classes, h, w), (1, h, w) or (h, w), is the probability map. No code from the file
    is run: operators outside ONNX's own need libraries that are never loaded here.

    Raises:
        OnnxNotInstalled: the ``onnxruntime`` package is absent.
        OnnxUnusable: ONNX Runtime refuses the file, or its inputs are not one photo.
    """

    def __init__(self, path: Path, recipe: OnnxRecipe, device: str = "auto") -> None:
        self._path = path
        self._recipe = recipe
        if not path.is_file():
            raise WeightsMissing(path)
        opened = open_session(path)
        inputs = opened.session.get_inputs()
        if len(inputs) != 1:
            raise OnnxUnusable(path, found=OnnxProblem.INPUTS(count=len(inputs)))
        shape = inputs[0].shape
        if len(shape) != 4 or (isinstance(shape[1], int) and shape[1] != 3):
            raise OnnxUnusable(path, found=OnnxProblem.INPUT_SHAPE(shape="×".join(map(str, shape))))
        for wanted, fixed in zip(recipe.input_size, shape[2:], strict=True):
            if isinstance(fixed, int) and fixed != wanted:
                found = RecipeProblem.OTHER_SIZE(key="input_size", size=wanted, expected=fixed)
                raise RecipeWrong(path, found=found)
        self._input = inputs[0].name
        self._type = np.float16 if "float16" in inputs[0].type else np.float32
        feed = {self._input: np.zeros((1, 3, *recipe.input_size), self._type)}
        opened = faster(path, opened, device, feed)
        self._session = opened.session
        precision = "fp16" if self._type is np.float16 else "fp32"
        self._device = DeviceReport(opened.device, precision, opened.rejected)
        digest = hashlib.sha256(json.dumps(recipe.as_json(), sort_keys=True).encode())
        digest.update(content_sha256(path).encode())
        self._key = digest.hexdigest()

    @property
    def key(self) -> str:
        """Identity of file and recipe."""
        return self._key

    @property
    def classes(self) -> tuple[str, ...]:
        """Name of each output channel."""
        return self._recipe.classes

    @property
    def mode(self) -> Mode:
        """Cutouts: networks for vessels are not run as ONNX."""
        return Mode.CUTOUT

    @property
    def doubt_limit(self) -> float:
        """The usual limit: nobody measured this network's."""
        return WANTS_A_LOOK

    @property
    def default_threshold(self) -> float:
        """The threshold in [0, 1] that the recipe names."""
        return self._recipe.default_threshold

    @property
    def device(self) -> DeviceReport:
        """Where ONNX Runtime works."""
        return self._device

    def predict(self, rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Map a photo (h, w, 3), uint8, RGB, to probabilities (classes, h', w'), float32 in [0, 1].

        Raises:
            OnnxUnusable: the first output is no map for each class.
            RecipeWrong: it holds values that are no probabilities, so the recipe should say "sigmoid".
        """
        return self._probabilities(self._output(rgb))

    def check_activation(self, rgb: NDArray[np.uint8]) -> Activation:
        """Return the activation that the network's output needs, by its range on a photo (h, w, 3), uint8, RGB.

        What ends in a sigmoid stays in [0, 1]; logits of a photo reach below -1.

        Raises:
            OnnxUnusable: the first output is no map for each class.
            RecipeWrong: its values are neither.
        """
        maps = self._maps(self._output(rgb))
        low, high = float(maps.min()), float(maps.max())
        if low >= -_SLACK and high <= 1 + _SLACK:
            return "none"
        if low < _LOGITS_BELOW:
            return "sigmoid"
        raise RecipeWrong(self._path, found=RecipeProblem.NEITHER(low=f"{low:.1f}", high=f"{high:.1f}"))

    def _output(self, rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
        height, width = self._recipe.input_size
        x = normalise(resize(rgb, height, width), self._recipe.preprocessing)
        try:
            return np.asarray(self._session.run(None, {self._input: x[None].astype(self._type)})[0], np.float32)
        except Exception as error:  # types of a compiled module
            raise OnnxUnusable(self._path, found=OnnxProblem.FAILS(width=width, height=height)) from error

    def _maps(self, output: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the first output as (classes, h, w). Raise ``OnnxUnusable``."""
        maps = output[0] if output.ndim == 4 else output
        if maps.ndim == 2:
            maps = maps[None]
        if maps.ndim != 3 or len(maps) != len(self.classes) or (output.ndim == 4 and len(output) != 1):
            shape = "×".join(map(str, output.shape))
            raise OnnxUnusable(self._path, found=OnnxProblem.OUTPUT_SHAPE(shape=shape))
        return np.nan_to_num(maps, nan=0.0)

    def _probabilities(self, output: NDArray[np.float32]) -> NDArray[np.float32]:
        maps = self._maps(output)
        if self._recipe.activation == "sigmoid":
            # exp of a large number overflows to infinity, which divides to the right 0.
            with np.errstate(over="ignore"):
                maps = np.float32(1.0) / (np.float32(1.0) + np.exp(-maps))
        elif maps.min() < -_SLACK or maps.max() > 1 + _SLACK:
            found = RecipeProblem.NO_PROBABILITIES(low=f"{maps.min():.1f}", high=f"{maps.max():.1f}")
            raise RecipeWrong(self._path, found=found)
        return np.clip(maps, 0.0, 1.0).astype(np.float32)


def runtime_installed() -> bool:
    """Tell whether the package that runs such files is here; it is not loaded."""
    return importlib.util.find_spec("onnxruntime") is not None
