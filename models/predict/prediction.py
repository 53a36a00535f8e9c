"""From photos to probability maps."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from matting.alpha.doubt_limit import WANTS_A_LOOK
from matting.predictor import Predictor
from matting.settings import Mode
from models.networks.preprocess import prepare
from models.networks.u2net import Size
from models.networks.weights import Weights, WeightsInfo, build_network
from models.predict.device import DeviceReport, Setup, fallbacks, unused_gpu
from models.predict.engine import Engine
from models.predict.mirrorings import FourMirrorings
from models.predict.onnx_predictor import OnnxPredictor
from models.predict.retina import predict_retina
from models.predict.runner import Runner
from models.predict.second_look import SecondLook

_TRIAL_SIDE = 64

_AUTHORS_DOUBT_LIMIT: dict[Size, float] = {"full": 0.155, "small": 0.23}
"""With these at most three of ten photos of ``benchmarks/doubt.py`` are named; the authors' files cannot say it."""


class ModelPredictor:
    """Network, weights and preprocessing on one device; implements ``matting.predictor.Predictor``.

    ``device`` is "auto", "cpu", "cuda" or "mps", ``precision`` "auto", "fp32", "bf16" or "fp16".
    Raises ``DeviceUnavailable`` when the device asked for by name cannot be used.
    """

    def __init__(self, weights: Weights, device: str = "auto", precision: str = "auto") -> None:
        self.weights = weights
        self.info: WeightsInfo = weights.info
        self._key = weights.fingerprint()
        self._lock = threading.Lock()
        trial = torch.zeros(1, weights.info.in_channels, _TRIAL_SIDE, _TRIAL_SIDE)

        def make(setup: Setup) -> Engine:
            return Engine(build_network(weights), torch.device(setup.device), setup.dtype)

        self._runner = Runner(make, fallbacks(device, precision), trial)
        self._unused_gpu = unused_gpu() if device == "auto" else None

    @property
    def key(self) -> str:
        """Identity of parameters and preprocessing; the same on every device."""
        return self._key

    @property
    def classes(self) -> tuple[str, ...]:
        """Name of each output channel."""
        return self.info.classes

    @property
    def default_threshold(self) -> float:
        """The threshold in [0, 1] that suits these weights."""
        return self.info.default_threshold

    @property
    def doubt_limit(self) -> float:
        """The doubt from which on cutouts of these weights want a look, measured with them where they say so."""
        if self.info.doubt_limit is not None:
            return self.info.doubt_limit
        return _AUTHORS_DOUBT_LIMIT[self.info.size] if _is_authors(self.info) else WANTS_A_LOOK

    @property
    def mode(self) -> Mode:
        """What these weights are for."""
        return self.info.mode

    @property
    def device(self) -> DeviceReport:
        """Where predictions run now; may change when a GPU runs out of memory."""
        report = self._runner.report
        return DeviceReport(report.device, report.precision, report.rejected or self._unused_gpu)

    def predict(self, rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Map a photo (h, w, 3), uint8, RGB, to probabilities (classes, h', w'), float32 in [0, 1].

        In cutout mode h' = w' = ``info.input_size``, the photo squashed to a square; in vessel mode they are
        those of ``models.predict.retina``, at most the photo's.
        Raises ``OutOfMemory``.
        """
        return self.predict_many([rgb])[0]

    def predict_many(self, photos: Sequence[NDArray[np.uint8]]) -> list[NDArray[np.float32]]:
        """Return what ``predict`` gives for each photo; a GPU takes several at once."""
        with self._lock:
            if self.info.mode == Mode.VESSEL:
                return [predict_retina(rgb, self.info, self._run_one) for rgb in photos]
            if not photos:
                return []
            prepared = [prepare(rgb, self.info.input_size, self.info.preprocessing) for rgb in photos]
            return list(self._runner(torch.from_numpy(np.stack(prepared))).numpy())

    def _run_one(self, x: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.asarray(self._runner(torch.from_numpy(x)[None])[0].numpy(), np.float32)


def with_further_looks(predictor: ModelPredictor | OnnxPredictor, *, second_look: bool, flips: bool) -> Predictor:
    """Return the predictor with the further looks of its mode: ``second_look`` for cutouts, ``flips`` for vessels."""
    if predictor.mode == Mode.VESSEL:
        return FourMirrorings(predictor) if flips else predictor
    return SecondLook(predictor) if second_look else predictor


def _is_authors(info: WeightsInfo) -> bool:
    """Return whether photos are prepared as the U²-Net authors do, which no other trainer does."""
    return info.network == "u2net" and info.scaling == "maximum"
