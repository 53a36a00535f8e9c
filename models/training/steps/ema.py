"""A running average of the parameters: better weights than the last step's, for nothing.

Source: Polyak, Juditsky 1992; warm-up as in TensorFlow's ``ExponentialMovingAverage``.
"""

from __future__ import annotations

import copy

import torch
from torch import Tensor, nn


class Average:
    """The exponential moving average of a network's parameters and norms' statistics."""

    def __init__(self, network: nn.Module, decay: float) -> None:
        self.network = copy.deepcopy(network).eval().requires_grad_(False)
        self.decay = decay
        self.updates = 0

    @torch.no_grad()
    def update(self, network: nn.Module) -> None:
        """Move towards ``network``; the first steps move faster, so that a random start is soon forgotten."""
        self.updates += 1
        decay = min(self.decay, (1 + self.updates) / (10 + self.updates))
        ours, theirs = _floats(self.network), _floats(network)
        torch._foreach_lerp_(ours, theirs, 1 - decay)


def _floats(network: nn.Module) -> list[Tensor]:
    return [tensor for tensor in network.state_dict().values() if tensor.is_floating_point()]
