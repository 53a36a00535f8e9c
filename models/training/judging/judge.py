"""Predicting photos that were kept aside, and scoring the result: the same for the trainer and ``kirie evaluate``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from matting.settings import Mode
from models.networks.preprocess import prepare
from models.networks.weights import WeightsInfo
from models.predict.retina import predict_retina
from models.training.data.check import Row
from models.training.data.masks import Bytes
from models.training.data.pictures import Sample, read_sample
from models.training.judging.metrics import make_meters
from models.training.steps.stepper import Place

Floats = NDArray[np.float32]
Predict = Callable[[Bytes], Floats]
"""From a photo (h, w, 3), uint8, to probabilities (classes, any h, any w), float32 in [0, 1]."""


def judge(
    predict: Predict,
    rows: Sequence[Row],
    classes: int,
    mode: Mode,
    threshold: float | None = 0.5,
    on_photo: Callable[[Row, Sample, Floats], None] | None = None,
) -> dict[str, float]:
    """Return the scores of predictions at the masks' own resolution, see ``judging.metrics`` (for ``threshold``, too).

    ``on_photo`` is given each photo with its map at that resolution. Raises ``PhotoError`` types.
    """
    meters = make_meters(mode, classes, threshold)
    for row in rows:
        assert row.pair is not None  # only usable rows are judged
        sample = read_sample(row.pair, classes)
        if mode == Mode.VESSEL:
            sample = sample.with_field()
        map_ = enlarge(predict(sample.rgb), *sample.rgb.shape[:2])
        meters.add(map_, as_maps(sample.target), None if sample.inside is None else sample.inside > 127)
        if on_photo:
            on_photo(row, sample, map_)
    return meters.scores()


def photo_error(sample: Sample, map_: Floats) -> float:
    """Return the mean absolute error of one photo's map (classes, h, w), in [0, 1]."""
    return float(np.abs(map_ - as_maps(sample.target)).mean())


def as_maps(target: Bytes) -> Floats:
    """Return a target (h, w, classes), uint8, as (classes, h, w), float32 in [0, 1]."""
    return target.transpose(2, 0, 1).astype(np.float32) * np.float32(1 / 255)


def enlarge(map_: Floats, height: int, width: int) -> Floats:
    """Return a map (classes, h, w) at another resolution, bilinear."""
    if map_.shape[1:] == (height, width):
        return map_
    layers = [cv2.resize(layer, (width, height), interpolation=cv2.INTER_LINEAR) for layer in map_]
    return cast(Floats, np.stack(layers))


def network_predict(network: nn.Module, info: WeightsInfo, place: Place) -> Predict:
    """Predict with a network that is in training, or with its average, as the finished model will.

    Cutouts are squashed to the input size; for retinas see ``models.predict.retina``.
    """

    @torch.inference_mode()
    def run(pixels: Floats) -> Floats:
        x = torch.from_numpy(pixels)[None].to(place.device, memory_format=torch.channels_last)
        training = network.training
        network.eval()
        with place.autocast():
            logits = network(x)
        network.train(training)
        return np.asarray(logits.float().sigmoid()[0].cpu().numpy(), np.float32)

    def predict(rgb: Bytes) -> Floats:
        if info.mode != Mode.VESSEL:
            return run(prepare(rgb, info.input_size, info.preprocessing))
        return predict_retina(rgb, info, run)

    return predict
