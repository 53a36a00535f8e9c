from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from models.networks.conv_unit import ConvUnit
from models.networks.u2net import SIZES, Block, Size, U2Net
from tests.models.recorded import sample_logits


def count(network: torch.nn.Module) -> int:
    return sum(parameter.numel() for parameter in network.parameters())


@pytest.mark.parametrize(("size", "parameters"), [("full", 44_009_869), ("small", 1_131_181)])
def test_has_as_many_parameters_as_the_published_one(size: Size, parameters: int) -> None:
    with torch.device("meta"):
        assert count(U2Net(size=size)) == parameters


@pytest.mark.parametrize("part", ["encoder", "decoder"])
@pytest.mark.parametrize("size", list(SIZES))
def test_every_row_of_the_table_makes_its_own_block(size: Size, part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    table = SIZES[size]
    rows: tuple[Block, ...] = getattr(table, part)
    with torch.device("meta"):
        plain = count(U2Net(size=size))
        for number, row in enumerate(rows):
            for changed in (replace(row, inside=row.inside + 8), replace(row, height=row.height + 1)):
                other = (*rows[:number], changed, *rows[number + 1 :])
                monkeypatch.setitem(SIZES, size, replace(table, **{part: other}))
                assert count(U2Net(size=size)) > plain, (number, changed)


def test_the_blocks_are_those_of_the_paper() -> None:
    for table in SIZES.values():
        assert [row.height for row in table.encoder] == [7, 6, 5, 4, 4, 4]
        assert [row.height for row in table.decoder] == [4, 4, 5, 6, 7]
        assert [row.dilated for row in table.encoder] == [False] * 4 + [True] * 2
        assert [row.dilated for row in table.decoder] == [True] + [False] * 4


@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 64), (37, 1000), (33, 65), (64, 64)])
def test_any_size_gives_a_map_of_that_size(height: int, width: int) -> None:
    network = U2Net(out_channels=2, size="small").eval()
    with torch.inference_mode():
        logits = network(torch.rand(1, 3, height, width))
    assert logits.shape == (1, 2, height, width)
    assert logits.isfinite().all()


def test_training_gives_seven_outputs_and_evaluation_the_first_of_them() -> None:
    torch.manual_seed(0)
    network = U2Net(in_channels=1, out_channels=3, size="small")
    x = torch.rand(2, 1, 48, 40)
    outputs = network(x)
    assert [output.shape for output in outputs] == [(2, 3, 48, 40)] * 7
    # The same statistics in both modes, so that only the number of outputs differs.
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.eval()
    with torch.no_grad():
        fused = network(x)[0]
        torch.testing.assert_close(network.eval()(x), fused)


@pytest.mark.parametrize("size", ["full", "small"])
def test_gradients_reach_every_parameter(size: Size) -> None:
    torch.manual_seed(0)
    network = U2Net(size=size)
    outputs = network(torch.rand(2, 3, 32, 32))
    # The fused output alone: it depends on the whole network.
    outputs[0].square().mean().backward()
    assert not [name for name, parameter in network.named_parameters() if parameter.grad is None]
    starved = [n for n, p in network.named_parameters() if not p.grad.abs().sum() > 0 and not n.endswith("conv.bias")]
    assert not starved


RECORDED = {
    "full": "-0.27831 -0.19102 0.46962 0.42032 0.06395 0.19516 0.46571 0.72782 0.55298 0.45973 "
    "1.03676 1.08218 0.47207 0.53158 0.7162 0.4371 0.09363 0.00533 0.27508 0.37161",
    "small": "-0.25315 -0.43252 0.1295 0.43047 0.58482 0.52478 0.65145 1.10718 0.91436 1.12452 "
    "1.5987 1.26403 1.04076 1.76003 1.91583 1.21195 0.70383 1.15622 1.20262 0.76984",
}


@pytest.mark.parametrize("size", ["full", "small"])
def test_output_equals_the_recorded_one(size: Size) -> None:
    """Recorded when the small one was found equal to the authors' network in ONNX Runtime (test_parity.py)."""
    recorded = torch.tensor([float(value) for value in RECORDED[size].split()])
    torch.testing.assert_close(sample_logits(U2Net(size=size)), recorded, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("bias", [True, False])
def test_a_held_norm_in_training_changes_neither_output_nor_gradients(bias: bool) -> None:
    """What a unit computes with its norm folded in is what convolution, norm and ReLU give one by one."""
    torch.manual_seed(3)
    unit = ConvUnit(4, 6, dilation=2, bias=bias).train()
    for tensor in (unit.norm.weight.data, unit.norm.bias.data, unit.norm.running_mean):
        assert tensor is not None
        tensor.normal_()
    assert unit.norm.running_var is not None
    unit.norm.running_var.uniform_(0.5, 2)
    unit.norm.eval()
    x, seen = torch.randn(2, 4, 9, 7), []
    for output in (unit(x), torch.relu(unit.norm(unit.conv(x)))):
        unit.zero_grad()
        output.square().sum().backward()
        seen.append((output.detach(), [parameter.grad for parameter in unit.parameters()]))
    (ours, gradients), (wanted, expected) = seen
    torch.testing.assert_close(ours, wanted)
    torch.testing.assert_close(gradients, expected, rtol=1e-4, atol=1e-4)
