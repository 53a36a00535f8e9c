from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from models.networks.layouts import find_layout, strip_prefixes, translate
from models.networks.u2net import SIZES, Size, U2Net
from models.networks.unet import UNet
from tests.models.recorded import set_parameters

State = dict[str, Tensor]


def authors_state(network: U2Net, size: Size) -> State:
    """Return the keys as the authors' code writes them, built stage by stage from the paper's table."""
    ours = network.state_dict()
    state: State = {}
    table = SIZES[size]
    stages = [(f"stage{n}", f"encoder.{n - 1}", row.height) for n, row in enumerate(table.encoder, 1)]
    stages += [(f"stage{5 - n}d", f"decoder.{n}", row.height) for n, row in enumerate(table.decoder)]
    for theirs, mine, height in stages:
        units = [("rebnconvin", "enter")]
        units += [(f"rebnconv{level}", f"down.{level - 1}") for level in range(1, height + 1)]
        units += [(f"rebnconv{level}d", f"up.{height - 1 - level}") for level in range(height - 1, 0, -1)]
        for their_unit, my_unit in units:
            for their_part, my_part in (("conv_s1", "conv"), ("bn_s1", "norm")):
                prefix = f"{mine}.{my_unit}.{my_part}."
                state |= {
                    f"{theirs}.{their_unit}.{their_part}.{key.removeprefix(prefix)}": tensor
                    for key, tensor in ours.items()
                    if key.startswith(prefix)
                }
    for number in range(6):
        for name in ("weight", "bias"):
            state[f"side{number + 1}.{name}"] = ours[f"sides.{number}.{name}"]
    state |= {f"outconv.{name}": ours[f"fusion.{name}"] for name in ("weight", "bias")}
    return state


class TutorialUnit(nn.Module):
    """A unit of the tutorial's U²-Net with the convolution that its forward pass never uses."""

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        self.conv_s1 = nn.Conv2d(in_channels, out_channels, 3, padding=1)
        self.layer = nn.Sequential(
            nn.Conv2d(in_channels, out_channels, 3, padding=1), nn.BatchNorm2d(out_channels), nn.ReLU()
        )


def tutorial_u2net_state(network: U2Net, size: Size, ups_last: bool) -> State:
    ours = network.state_dict()
    table = SIZES[size]
    state: State = {}
    stages = [(f"en_{n}", f"encoder.{n - 1}", row.height) for n, row in enumerate(table.encoder, 1)]
    stages += [(f"de_{5 - n}", f"decoder.{n}", row.height) for n, row in enumerate(table.decoder)]
    for theirs, mine, height in stages:
        ups = [f"up.{n}" for n in range(height - 1)]
        units = ["enter", *(f"down.{n}" for n in range(height)), *(ups if ups_last else ups[::-1])]
        for number, unit in enumerate(units):
            weight = ours[f"{mine}.{unit}.conv.weight"]
            full = TutorialUnit(weight.shape[1], weight.shape[0])
            full.layer[0].load_state_dict(strip(ours, f"{mine}.{unit}.conv."))
            full.layer[1].load_state_dict(strip(ours, f"{mine}.{unit}.norm."))
            state |= {f"{theirs}.conv{number}.{key}": tensor for key, tensor in full.state_dict().items()}
    for number in range(6, 0, -1):
        state |= {f"convS{number}.{name}": ours[f"sides.{number - 1}.{name}"] for name in ("weight", "bias")}
    return state | {f"out.{name}": ours[f"fusion.{name}"] for name in ("weight", "bias")}


def strip(state: State, prefix: str) -> State:
    return {key.removeprefix(prefix): tensor for key, tensor in state.items() if key.startswith(prefix)}


class TutorialUNet(nn.Module):
    """The tutorial's U-Net with biases in its convolutions, which ours leaves out."""

    def __init__(self, width: int, bias: bool) -> None:
        super().__init__()
        channels = [width * 2**level for level in range(5)]
        for number, (before, after) in enumerate(zip([3, *channels], channels, strict=False), 1):
            self.add_module(f"conv{number}", self.block(before, after, bias))
        for number, (deep, shallow) in enumerate(zip(channels[:0:-1], channels[-2::-1], strict=True), 1):
            up = nn.Module()
            up.layer = nn.Sequential(nn.ConvTranspose2d(deep, shallow, 2, stride=2), nn.LeakyReLU())
            self.add_module(f"up{number}", up)
            self.add_module(f"conv{number + 5}", self.block(deep, shallow, bias))
        self.out = nn.Conv2d(width, 1, 3, padding=1)

    @staticmethod
    def block(before: int, after: int, bias: bool) -> nn.Module:
        block = nn.Module()
        block.layer = nn.Sequential(
            nn.Conv2d(before, after, 3, padding=1, bias=bias),
            nn.BatchNorm2d(after),
            nn.ReLU(),
            nn.Conv2d(after, after, 3, padding=1, bias=bias),
            nn.BatchNorm2d(after),
            nn.ReLU(),
        )
        return block


def translated(state: State) -> State:
    layout = find_layout(state)
    assert layout is not None
    return translate(state, layout)


def assert_equal_states(found: State, expected: State) -> None:
    expected = {key: tensor for key, tensor in expected.items() if not key.endswith("num_batches_tracked")}
    assert found.keys() == expected.keys()
    for key, tensor in expected.items():
        assert torch.equal(found[key], tensor), key


@pytest.mark.parametrize("size", ["full", "small"])
def test_the_authors_layout_is_ours_under_other_names(size: Size) -> None:
    network = U2Net(size=size)
    set_parameters(network)
    assert_equal_states(translated(authors_state(network, size)), network.state_dict())


@pytest.mark.parametrize("ups_last", [True, False])
def test_the_tutorials_u2net_is_read_without_its_unused_twins(ups_last: bool) -> None:
    network = U2Net()
    set_parameters(network)
    assert_equal_states(translated(tutorial_u2net_state(network, "full", ups_last)), network.state_dict())


def test_biases_of_the_tutorials_unet_move_into_the_norms() -> None:
    """Ours has none; a bias before a norm is the same as a lower running mean in it."""
    plain, biased = TutorialUNet(8, False), TutorialUNet(8, True)
    set_parameters(plain.eval())
    state = {**biased.state_dict(), **plain.state_dict()}
    for name in [name for name in state if name not in plain.state_dict()]:
        state[name] = torch.full_like(state[name], 0.25)
        unit, index = name.removesuffix(".bias").rsplit(".", 1)
        state[f"{unit}.{int(index) + 1}.running_mean"] = state[f"{unit}.{int(index) + 1}.running_mean"] + 0.25
    found, expected = translated(state), translated(plain.state_dict())
    assert found.keys() == expected.keys()
    for name, tensor in expected.items():
        torch.testing.assert_close(found[name], tensor, msg=name)


@pytest.mark.parametrize("prefix", ["module.", "_orig_mod.", "model.", "net.", "module._orig_mod.model."])
def test_prefixes_of_wrappers_are_taken_off_however_deep(prefix: str) -> None:
    plain = UNet(width=4).state_dict()
    assert list(strip_prefixes({prefix + key: tensor for key, tensor in plain.items()})) == list(plain)


def test_prefixes_of_what_is_no_known_network_stay() -> None:
    mixed = {"module.a.weight": torch.zeros(1), "b.weight": torch.zeros(1)}
    other = {"model.layer1.0.conv1.weight": torch.zeros(1)}
    assert strip_prefixes(mixed) == mixed
    assert strip_prefixes(other) == other
    assert strip_prefixes({}) == {}


def test_another_network_is_not_recognised() -> None:
    assert find_layout({"layer1.0.conv1.weight": torch.zeros(1)}) is None
    assert find_layout({}) is None


@pytest.mark.parametrize(
    "key", ["stage9.rebnconvin.conv_s1.weight", "stage1.rebnconv8.attention.weight", "side1.scale"]
)
def test_unknown_entries_are_named(key: str) -> None:
    state = authors_state(U2Net(size="small"), "small")
    state[key] = torch.zeros(1)
    with pytest.raises(ValueError, match=key):
        translated(state)


def test_a_tutorial_file_with_a_missing_unit_is_refused() -> None:
    state = tutorial_u2net_state(U2Net(), "full", True)
    short = {key: tensor for key, tensor in state.items() if not key.startswith("en_3.conv4.")}
    with pytest.raises(ValueError, match="en_3"):
        translated(short)


def test_unet_is_told_from_u2net_by_its_keys() -> None:
    assert find_layout(UNet(width=4).state_dict()).network == "unet"  # type: ignore[union-attr]
    assert find_layout(U2Net(size="small").state_dict()).network == "u2net"  # type: ignore[union-attr]
