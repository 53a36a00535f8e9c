from __future__ import annotations

import pytest
import torch

from models.networks.unet import UNet, pad_to_multiple
from tests.models.recorded import sample_logits

RECORDED = [-0.16462, -0.12162, -0.1651, -0.01149, 0.05814, -0.01278, -0.03143, -0.15874, 0.04305, -0.04372]
RECORDED += [0.08241, -0.13464, -0.04311, -0.01023, 0.18632, -0.05992, -0.01022, -0.06608, 0.01436, 0.10106]


def test_has_as_many_parameters_as_designed() -> None:
    with torch.device("meta"):
        assert sum(parameter.numel() for parameter in UNet().parameters()) == 31_038_145


@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 40), (37, 1000), (17, 33), (64, 64)])
def test_any_size_gives_a_map_of_that_size(height: int, width: int) -> None:
    network = UNet(in_channels=1, out_channels=2, width=4).eval()
    with torch.inference_mode():
        logits = network(torch.rand(1, 1, height, width))
    assert logits.shape == (1, 2, height, width)
    assert logits.isfinite().all()


def test_gradients_reach_every_parameter() -> None:
    torch.manual_seed(0)
    network = UNet(width=4)
    network(torch.rand(2, 3, 32, 32)).square().mean().backward()
    starved = [n for n, p in network.named_parameters() if p.grad is None or not p.grad.abs().sum() > 0]
    assert not starved


def test_padding_mirrors_so_that_no_edge_is_drawn() -> None:
    x = torch.arange(18.0).expand(1, 1, 16, 18)
    assert pad_to_multiple(x, 16)[0, 0, 0, 18:].tolist() == [16.0 - step for step in range(14)]


def test_output_equals_the_recorded_one() -> None:
    torch.testing.assert_close(sample_logits(UNet(width=16)), torch.tensor(RECORDED), rtol=1e-3, atol=1e-4)
