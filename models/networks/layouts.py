"""Recognise a state dict by its keys and shapes, and bring it to our own key names.

Nothing is guessed from a file's name. Where the layout of a third party can only be told from structure, the shapes
must fit exactly, or the file is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from torch import Tensor

from matting.phrases import Phrase
from models.errors import LayoutMisfit, LayoutName, Misfit
from models.networks.tutorial_layouts import translate_tutorial_u2net, translate_tutorial_unet
from models.networks.u2net import SIZES

State = dict[str, Tensor]


@dataclass(frozen=True)
class Layout:
    """One way to name the parameters of a network.

    ``signature`` is a key that only this layout has; ``translate`` returns the same tensors under our key names and
    raises ``LayoutMisfit`` with what does not belong. ``preprocessing`` says whose numbers such weights were trained
    with: the U²-Net authors' (sampled, by the photo's maximum, ImageNet's mean and deviation), the tutorial's (by 255,
    nothing else), or "imagenet" (by 255, ImageNet's mean and deviation). Our own files carry theirs in the metadata.
    """

    name: Phrase
    network: Literal["u2net", "unet"]
    signature: str
    translate: Callable[[State], State]
    preprocessing: Literal["authors", "tutorial", "imagenet"] = "imagenet"


_AUTHORS_UNIT = re.compile(r"stage(\d)(d?)\.rebnconv(in|\d)(d?)\.(conv_s1|bn_s1)\.(\w+)")
_AUTHORS_SIDE = re.compile(r"side(\d)\.(weight|bias)")
_AUTHORS_FUSION = re.compile(r"outconv\.(weight|bias)")


def _translate_authors(state: State) -> State:
    return {_rename_authors(key): tensor for key, tensor in state.items()}


def _rename_authors(key: str) -> str:
    """Rename the authors' keys; heights are the same in both sizes, so the names do not depend on the size."""
    table = SIZES["full"]
    if found := _AUTHORS_UNIT.fullmatch(key):
        stage, decoder, unit, up, part, name = found.groups()
        number = int(stage)
        rows = table.decoder[::-1] if decoder else table.encoder
        if 1 <= number <= len(rows):
            block = f"decoder.{len(rows) - number}" if decoder else f"encoder.{number - 1}"
            height = rows[number - 1].height
            place = "enter" if unit == "in" else f"up.{height - 1 - int(unit)}" if up else f"down.{int(unit) - 1}"
            return f"{block}.{place}.{'conv' if part == 'conv_s1' else 'norm'}.{name}"
    if found := _AUTHORS_SIDE.fullmatch(key):
        return f"sides.{int(found[1]) - 1}.{found[2]}"
    if found := _AUTHORS_FUSION.fullmatch(key):
        return f"fusion.{found[1]}"
    raise LayoutMisfit(Misfit.ENTRY(name=key))


def _keep(state: State) -> State:
    return state


LAYOUTS: tuple[Layout, ...] = (
    Layout(LayoutName.KIRIE_U2NET, "u2net", "encoder.0.enter.conv.weight", _keep),
    Layout(LayoutName.KIRIE_UNET, "unet", "encoder.0.0.conv.weight", _keep),
    Layout(LayoutName.AUTHORS_U2NET, "u2net", "stage1.rebnconvin.conv_s1.weight", _translate_authors, "authors"),
    Layout(LayoutName.TUTORIAL_U2NET, "u2net", "en_1.conv0.layer.0.weight", translate_tutorial_u2net, "tutorial"),
    Layout(LayoutName.TUTORIAL_UNET, "unet", "conv1.layer.0.weight", translate_tutorial_unet, "tutorial"),
)


def find_layout(state: Mapping[str, object]) -> Layout | None:
    """Return the layout whose signature is among the keys."""
    return next((layout for layout in LAYOUTS if layout.signature in state), None)


def translate(state: State, layout: Layout) -> State:
    """Return the same tensors under our key names, without batch norm's counters, which prediction does not need.

    Raises ``LayoutMisfit`` with what does not belong.
    """
    return layout.translate({key: tensor for key, tensor in state.items() if not key.endswith("num_batches_tracked")})


def strip_prefixes(state: State) -> State:
    """Return the state without what wrappers put before every key, as far as a known layout comes to light.

    ``DataParallel`` ("module."), ``torch.compile`` ("_orig_mod.") and Lightning's modules ("model.", "net.", whatever
    the network's attribute is called) do so, one around the other.
    """
    inner = state
    while find_layout(inner) is None:
        first = {key.partition(".")[0] for key in inner}
        if len(first) != 1 or not all("." in key for key in inner):
            return state
        inner = {key.partition(".")[2]: tensor for key, tensor in inner.items()}
    return inner
