"""Whether a trained model still finds in other photos what its start found there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

import resources
from matting.files.reading.read_photo import read_photo
from matting.phrases import Phrase
from models.networks.weights import Weights, build_network
from models.training.judging.judge import Predict, network_predict
from models.training.mixing import mix_weights
from models.training.phrases import Verdict
from models.training.steps.stepper import Place

MIXES = (0.8, 0.6, 0.4, 0.2)
"""Mixtures with the start that are tried, the one with most of what was learned first."""

FORGOTTEN = 0.01
"""A larger mean difference is told, and mixtures are tried; see ``docs/decisions/0049-nothing-forgotten.md``."""


@dataclass(frozen=True)
class Others:
    """How far a model has moved from its start on other photos: ``change``, the mean absolute difference of the maps.

    ``mix`` is the largest mixture with the start that stays within ``FORGOTTEN``, ``None`` where the model does itself.
    """

    change: float
    mix: float | None = None

    @property
    def sentence(self) -> Phrase:
        """Say it in words."""
        change = f"{self.change:.3f}"
        if self.mix is None:
            return Verdict.OTHERS_KEPT(change=change)
        return Verdict.OTHERS_LOST(change=change, mix=f"{self.mix:g}")


def judge_others(start: Weights, trained: Weights, place: Place) -> Others:
    """Compare the maps of both on photos that ship and that no training learns from."""
    photos = [read_photo(path).rgb8() for path in sorted(resources.OTHER_PHOTOS.glob("*.jpg"))]
    # Both at the trained one's size, so that the maps have one shape.
    before = _predict(Weights(start.state, trained.info), place)
    wanted = [before(rgb) for rgb in photos]

    def change(weights: Weights) -> float:
        predict = _predict(weights, place)
        each = [np.abs(predict(rgb) - map_).mean() for rgb, map_ in zip(photos, wanted, strict=True)]
        return float(np.mean(each))

    moved = change(trained)
    if moved <= FORGOTTEN:
        return Others(moved)
    kept = (mix for mix in MIXES if change(mix_weights(start, trained, mix)) <= FORGOTTEN)
    return Others(moved, next(kept, MIXES[-1]))


def _predict(weights: Weights, place: Place) -> Predict:
    return network_predict(build_network(weights).to(place.device), weights.info, place)
