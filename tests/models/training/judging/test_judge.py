"""Judging: the trainer predicts as the finished model does."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch

from matting.settings import Mode
from models.networks.weights import Weights, WeightsInfo, build_network, empty_network
from models.predict.prediction import ModelPredictor
from models.training.judging.judge import network_predict
from models.training.steps.stepper import Place
from tests.models.training.make_data import disc


@pytest.mark.parametrize(("mode", "field_width"), [(Mode.CUTOUT, 0), (Mode.VESSEL, 0), (Mode.VESSEL, 40)])
def test_the_trainer_sees_what_users_will_get(mode: Mode, field_width: int) -> None:
    torch.manual_seed(3)
    info = dataclasses.replace(WeightsInfo("unet", width=4), mode=mode, input_size=48, scaling="maximum")
    info = dataclasses.replace(info, field_width=field_width)
    state = {name: value for name, value in empty_network(info).state_dict().items() if "num_batches" not in name}
    weights = Weights(state, info)
    rgb = disc(1, 70, 50)[0] // 2
    ours = network_predict(build_network(weights), info, Place(torch.device("cpu"), torch.float32))(rgb)
    theirs = ModelPredictor(weights, "cpu", "fp32").predict(rgb)
    assert ours.shape == theirs.shape
    assert field_width or ours.shape == ((1, 50, 70) if mode == Mode.VESSEL else (1, 48, 48))
    assert np.abs(ours - theirs).max() < 1e-4


def test_judging_leaves_the_network_in_training() -> None:
    info = dataclasses.replace(WeightsInfo("u2net", size="small"), input_size=32)
    network = empty_network(info).train()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    network_predict(network, info, Place(torch.device("cpu"), torch.float32))(disc(2)[0])
    assert network.training
    assert all(torch.equal(before[name], value) for name, value in network.state_dict().items())
