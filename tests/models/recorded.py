"""Networks whose parameters come from a formula, and a fixed input: their outputs can be recorded for good."""

from __future__ import annotations

import torch
from torch import Tensor, nn


def noise(count: int, seed: int) -> Tensor:
    """``count`` values in [-1, 1) by a formula, because torch's random generators may change between versions."""
    positions = torch.arange(count, dtype=torch.float64) * 12.9898 + seed * 78.233
    return 2 * torch.frac(torch.sin(positions).abs() * 43758.5453) - 1


def set_parameters(network: nn.Module) -> None:
    for seed, (name, tensor) in enumerate(network.state_dict().items()):
        if not tensor.is_floating_point():
            continue
        values = noise(tensor.numel(), seed).reshape(tensor.shape)
        if tensor.ndim > 1:
            values = values * (4 / tensor[0].numel()) ** 0.5
        elif name.endswith(("norm.weight", "running_var")):
            values = 1 + values / 10
        else:
            values = values / 10
        with torch.no_grad():
            tensor.copy_(values)


def sample_logits(network: nn.Module) -> Tensor:
    """Twenty logits spread over the output of an odd-sized input."""
    set_parameters(network.eval())
    x = noise(3 * 45 * 52, 1).float().reshape(1, 3, 45, 52)
    with torch.inference_mode():
        logits: Tensor = network(x)
    return logits[0, 0, ::11, ::13].flatten()
