"""State dicts of a widespread PyTorch tutorial on U-Net and U²-Net, told apart by structure.

Its units hold an ``nn.Sequential`` called ``layer`` (``en_1.conv0.layer.0.weight``, ``conv1.layer.0.weight``); each
unit of its U²-Net also defines a convolution ``conv_s1`` that its forward pass never uses. Copies of the tutorial
differ in the other names, so the place of each convolution follows from its shape and from the order of definition,
which PyTorch keeps in the file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import torch
from torch import Tensor

from models.errors import LayoutMisfit, Misfit
from models.networks.u2net import SIZES, Block
from models.networks.unet import LEVELS

State = dict[str, Tensor]

_STAGE = re.compile(r"(en|de)_(\d)\.([^.]+)\..+")
_UNUSED_TWINS = ("conv_s1", "bn_s1")


@dataclass(frozen=True)
class _Operation:
    """One convolution or batch norm of the file: its key prefix and its tensors by name."""

    prefix: str
    tensors: dict[str, Tensor]

    @property
    def is_conv(self) -> bool:
        return self.tensors["weight"].ndim == 4

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(self.tensors["weight"].shape)


def translate_tutorial_u2net(state: State) -> State:
    """Return our key names for the tutorial's U²-Net. Raises ``LayoutMisfit`` with what does not belong."""
    stages: dict[str, dict[str, list[_Operation]]] = {}
    rest: list[_Operation] = []
    for operation in _operations(state):
        found = _STAGE.fullmatch(operation.prefix)
        if found is None:
            rest.append(operation)
            continue
        if operation.prefix.rpartition(".")[2] not in _UNUSED_TWINS:
            units = stages.setdefault(f"{found[1]}_{found[2]}", {})
            units.setdefault(found[3], []).append(operation)
    ours: State = {}
    table = SIZES["full"]
    count = len(table.decoder)
    places = {f"en_{number}": (f"encoder.{number - 1}", row) for number, row in enumerate(table.encoder, 1)}
    places |= {f"de_{count - index}": (f"decoder.{index}", row) for index, row in enumerate(table.decoder)}
    if stages.keys() != places.keys():
        raise LayoutMisfit(Misfit.STAGES(names=", ".join(sorted(stages))))
    for stage, (block, row) in places.items():
        found_units = list(stages[stage].values())
        for name, unit in zip(_unit_names(stage, found_units, row), found_units, strict=True):
            ours |= _rename_unit(unit, f"{block}.{name}")
    return ours | _translate_outputs(rest)


def _unit_names(stage: str, units: list[list[_Operation]], row: Block) -> list[str]:
    """Return our names for the units of one stage in the file's order: enter, way down, way up."""
    if len(units) != 2 * row.height:
        raise LayoutMisfit(Misfit.UNITS(count=len(units), stage=stage))
    ups = [f"up.{index}" for index in range(row.height - 1)]
    # The shallowest of the way up gives as many channels as the unit that enters; some copies define it first.
    if units[row.height + 1][0].shape[0] == units[0][0].shape[0] != units[-1][0].shape[0]:
        ups.reverse()
    return ["enter", *(f"down.{level}" for level in range(row.height)), *ups]


def _translate_outputs(operations: list[_Operation]) -> State:
    ours: State = {}
    for operation in operations:
        number = re.search(r"(\d)", operation.prefix)
        if operation.is_conv and operation.shape[2:] == (1, 1):
            ours |= _rename(operation, "fusion")
        elif operation.is_conv and number:
            ours |= _rename(operation, f"sides.{int(number[1]) - 1}")
        else:
            raise LayoutMisfit(Misfit.ENTRY(name=operation.prefix))
    return ours


def translate_tutorial_unet(state: State) -> State:
    """Return our key names for the tutorial's U-Net. Raises ``LayoutMisfit`` with what does not belong."""
    blocks: dict[str, list[_Operation]] = {}
    for operation in _operations(state):
        blocks.setdefault(operation.prefix.split(".")[0], []).append(operation)
    width = state["conv1.layer.0.weight"].shape[0]
    levels = {width * row.out: level for level, row in enumerate(LEVELS)}
    deepest = len(LEVELS) - 1
    ours: State = {}
    for name, operations in blocks.items():
        first = operations[0]
        if not first.is_conv:
            raise LayoutMisfit(Misfit.ENTRY(name=first.prefix))
        if first.shape[2:] == (2, 2) and first.shape[1] in levels:
            ours |= _rename(first, f"enlarge.{deepest - 1 - levels[first.shape[1]]}.conv")
        elif len(operations) == 1:
            ours |= _rename(first, "head")
        elif len(operations) == 4 and first.shape[0] in levels:
            outputs, inputs = first.shape[:2]
            level = levels[outputs]
            # On the way up a block takes its own width twice: from the skip and from below.
            decodes = inputs == 2 * outputs
            block = f"decoder.{deepest - 1 - level}" if decodes else f"encoder.{level}"
            entering = _rename_unit(operations[:2], f"{block}.0", with_bias=False)
            if decodes:
                # The tutorial joins the skip first and the enlarged features second; our network the other way round.
                kernel = entering[f"{block}.0.conv.weight"]
                entering[f"{block}.0.conv.weight"] = torch.cat((kernel[:, outputs:], kernel[:, :outputs]), dim=1)
            ours |= entering
            ours |= _rename_unit(operations[2:], f"{block}.1", with_bias=False)
        else:
            raise LayoutMisfit(Misfit.BLOCK(name=name))
    return ours


def _operations(state: State) -> list[_Operation]:
    grouped: dict[str, dict[str, Tensor]] = {}
    for key, tensor in state.items():
        prefix, _, name = key.rpartition(".")
        grouped.setdefault(prefix, {})[name] = tensor
    for prefix, tensors in grouped.items():
        if "weight" not in tensors:
            raise LayoutMisfit(Misfit.ENTRY(name=prefix))
    return [_Operation(prefix, tensors) for prefix, tensors in grouped.items()]


def _rename_unit(operations: list[_Operation], name: str, with_bias: bool = True) -> State:
    """Return a convolution and its batch norm, under our names.

    Without ``with_bias`` a convolution's bias moves into the norm's mean, where it has the same effect.
    """
    if len(operations) != 2 or not operations[0].is_conv or "running_mean" not in operations[1].tensors:
        raise LayoutMisfit(Misfit.UNIT(name=operations[0].prefix))
    conv, norm = (dict(operation.tensors) for operation in operations)
    if not with_bias and "bias" in conv:
        norm["running_mean"] = norm["running_mean"] - conv.pop("bias")
    return {
        **{f"{name}.conv.{key}": tensor for key, tensor in conv.items()},
        **{f"{name}.norm.{key}": tensor for key, tensor in norm.items()},
    }


def _rename(operation: _Operation, name: str) -> State:
    return {f"{name}.{key}": tensor for key, tensor in operation.tensors.items()}
