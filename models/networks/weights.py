"""Weights files: our own format, and every layout of other people's that we accept.

Our format is safetensors (https://huggingface.co/docs/safetensors) with one metadata entry for each field of
``WeightsInfo``, each value as JSON. Other files are PyTorch state dicts, read with ``weights_only=True`` always: no
code from a file is ever run.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import save
from torch import Tensor, nn

from matting.settings import Mode
from matting.system.atomic import write_atomic
from models.errors import LayoutMisfit, WeightsContent, WeightsDamaged, WeightsNotRecognised, WeightsTooNew
from models.networks.layouts import Layout, State, find_layout, translate
from models.networks.preprocess import IMAGENET_DEVIATION, IMAGENET_MEAN
from models.networks.state_files import describe_state, read_state
from models.networks.u2net import SIZES, U2Net
from models.networks.unet import UNet
from models.networks.weights_info import FORMAT, FORMAT_KEY, WeightsInfo, from_metadata, to_metadata

__all__ = ["Weights", "WeightsInfo", "build_network", "empty_network", "load_weights", "save_weights"]


@dataclass(frozen=True)
class Weights:
    """Parameters under our key names, float32 on the CPU, and their metadata."""

    state: State
    info: WeightsInfo

    def fingerprint(self) -> str:
        """Return the identity of parameters and preprocessing: 16 hexadecimal digits, the same in every file layout.

        What the metadata says beside them (title, licence…) does not count.
        """
        digest = hashlib.blake2b(digest_size=8)
        facts = (self.info.network, self.info.mode, self.info.input_size, self.info.preprocessing)
        digest.update(repr(facts).encode())
        if self.info.field_width:
            digest.update(b"field %d" % self.info.field_width)
        if self.info.border != WeightsInfo.border:
            digest.update(b"border %d" % self.info.border)
        for name in sorted(self.state):
            digest.update(name.encode())
            digest.update(self.state[name].numpy().tobytes())
        return digest.hexdigest()


def empty_network(info: WeightsInfo) -> nn.Module:
    """Return the network that ``info`` describes, with random parameters, in training mode."""
    if info.network == "u2net":
        return U2Net(info.in_channels, len(info.classes), info.size)
    return UNet(info.in_channels, len(info.classes), info.width)


def build_network(weights: Weights) -> nn.Module:
    """Return the network with these parameters, float32 on the CPU, in evaluation mode.

    It shares memory with ``weights``: to keep those while training, train a copy.
    """
    # Built without storage and filled by assignment: random initial values of 44 million parameters cost a second.
    with torch.device("meta"):
        network = empty_network(weights.info)
    counters = {
        name: torch.zeros((), dtype=torch.int64)
        for name, _ in network.named_buffers()
        if name.endswith("num_batches_tracked")
    }
    network.load_state_dict({**weights.state, **counters}, assign=True)
    return network.eval()


def load_weights(path: Path) -> Weights:
    """Read weights of any accepted layout, told apart by content alone.

    Raises ``WeightsError`` subclasses: missing, unreadable, damaged, holding code, of something else, too new.
    """
    state, metadata = read_state(path)
    layout = find_layout(state)
    if layout is None:
        raise WeightsNotRecognised(path, found=describe_state(state))
    try:
        ours = translate(state, layout)
    except LayoutMisfit as error:
        found = WeightsContent.NOT_THAT_LAYOUT(layout=layout.name, other=error.found)
        raise WeightsNotRecognised(path, found=found) from error
    info = _read_info(path, metadata) if FORMAT_KEY in metadata else _infer_info(path, ours, layout)
    _check(path, ours, info)
    return Weights({name: tensor.float().contiguous() for name, tensor in ours.items()}, info)


def save_weights(path: Path, state: Mapping[str, Tensor], info: WeightsInfo, half: bool = True) -> None:
    """Write our format; ``state`` uses our key names (``network.state_dict()``).

    With ``half``, kernels are stored in 16 bits: half the bytes, and the probability map stays the same to 3 digits.
    Norms and biases stay in 32 bits, being few and wide in range. Raises ``WriteError``.
    """
    tensors = {
        name: _shrink(tensor) if half else tensor.detach().float().cpu().contiguous()
        for name, tensor in state.items()
        if not name.endswith(".num_batches_tracked")
    }
    write_atomic(path, save(tensors, to_metadata(info)))


def _shrink(tensor: Tensor) -> Tensor:
    tensor = tensor.detach().float().cpu().contiguous()
    small = tensor.half()
    return small if tensor.ndim > 1 and bool(small.isfinite().all()) else tensor


def _read_info(path: Path, metadata: Mapping[str, str]) -> WeightsInfo:
    try:
        version = int(metadata[FORMAT_KEY])
        if version > FORMAT:
            raise WeightsTooNew(path, version=version, known=FORMAT)
        return from_metadata(metadata)
    except (ValueError, TypeError) as error:
        raise WeightsDamaged(path, found=WeightsContent.BAD_METADATA) from error


def _infer_info(path: Path, state: State, layout: Layout) -> WeightsInfo:
    """Infer what shapes tell. The rest is what the layout's own authors do to a photo."""
    u2net = layout.network == "u2net"
    try:
        entry = state["encoder.0.enter.conv.weight" if u2net else "encoder.0.0.conv.weight"]
        channels, width = entry.shape[1], entry.shape[0]
        outputs = state["fusion.weight" if u2net else "head.weight"].shape[0]
        inside = state["encoder.0.down.0.conv.weight"].shape[0] if u2net else 0
    except (KeyError, IndexError) as error:
        raise WeightsNotRecognised(path, found=WeightsContent.PARAMETERS_LACK(layout=layout.name)) from error
    if channels not in (1, 3):
        raise WeightsNotRecognised(path, found=WeightsContent.CHANNELS(channels=channels))
    subject = "subject" if u2net else "vessel"
    authors, tutorial = (layout.preprocessing == who for who in ("authors", "tutorial"))
    return WeightsInfo(
        layout.network,
        size=next((size for size, table in SIZES.items() if table.encoder[0].inside == inside), "full"),
        width=width,
        in_channels=channels,
        classes=(subject,) if outputs == 1 else tuple(f"class {number}" for number in range(1, outputs + 1)),
        mode=Mode.CUTOUT if u2net else Mode.VESSEL,
        mean=(0.0,) * channels if tutorial else IMAGENET_MEAN[:channels],
        deviation=(1.0,) * channels if tutorial else IMAGENET_DEVIATION[:channels],
        # The tutorial predicts a photo as it is, with the zeros around it that its convolutions add.
        border=0 if tutorial else WeightsInfo.border,
        scaling="maximum" if authors else "255",
        shrinking="sample" if authors else "average",
        title=path.stem,
    )


def _check(path: Path, state: State, info: WeightsInfo) -> None:
    """Check that every parameter is there, has the right shape and is a number."""
    with torch.device("meta"):
        network = empty_network(info)
    expected = {
        name: tensor.shape for name, tensor in network.state_dict().items() if not name.endswith(".num_batches_tracked")
    }
    for name, shape in expected.items():
        if name not in state:
            raise WeightsNotRecognised(path, found=WeightsContent.ENTRY_LACKS(entry=name, network=info.network))
        if state[name].shape != shape:
            found = WeightsContent.ENTRY_OF_OTHER_SHAPE(
                entry=name, shape=str(tuple(state[name].shape)), expected=str(tuple(shape))
            )
            raise WeightsNotRecognised(path, found=found)
        if not state[name].isfinite().all():
            raise WeightsDamaged(path, found=WeightsContent.ENTRY_NOT_FINITE(entry=name))
    for name in state.keys() - expected.keys():
        raise WeightsNotRecognised(path, found=WeightsContent.ENTRY_TOO_MANY(entry=name, network=info.network))
