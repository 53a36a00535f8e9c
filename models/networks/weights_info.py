"""What must be known about parameters to use them, and how it is stored beside them."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Literal, get_args

from matting.settings import Mode
from models.networks.preprocess import (
    IMAGENET_DEVIATION,
    IMAGENET_MEAN,
    SCALINGS,
    SHRINKINGS,
    Preprocessing,
    Scaling,
    Shrinking,
)
from models.networks.u2net import SIZES, Size

Network = Literal["u2net", "unet"]

FORMAT = 1
FORMAT_KEY = "kirie_format"


@dataclass(frozen=True)
class WeightsInfo:
    """The metadata of weights.

    ``network`` is "u2net" (then ``size``) or "unet" (then ``width``, channels at full resolution); ``in_channels`` 3
    for RGB or 1 for grey; ``classes`` names each output channel. ``input_size`` in pixels: in cutout mode the side of
    the square that a photo is squashed to, in vessel mode the side of the crops it was trained on. ``field_width``: in
    vessel mode, how many pixels wide the network sees the field of view, 0 where photos keep their size; ``border``:
    how many mirrored pixels then surround the photo. ``mean``, ``deviation``, ``scaling``, ``shrinking``: see
    ``models.networks.preprocess``. ``default_threshold`` in [0, 1].
    ``doubt_limit`` in (0, 1): from which doubt on a cutout wants a look; ``None`` where it was not measured.
    ``provenance`` says where the parameters come from and how they were made, ``extra`` holds what a trainer wants to
    keep (recipe, curve…; JSON only). Raises ``ValueError`` for values that make no sense.
    """

    network: Network
    size: Size = "full"
    width: int = 64
    in_channels: int = 3
    classes: tuple[str, ...] = ("subject",)
    mode: Mode = Mode.CUTOUT
    input_size: int = 320
    field_width: int = 0
    border: int = 32
    mean: tuple[float, ...] = IMAGENET_MEAN
    deviation: tuple[float, ...] = IMAGENET_DEVIATION
    scaling: Scaling = "255"
    shrinking: Shrinking = "average"
    default_threshold: float = 0.5
    doubt_limit: float | None = None
    licence: str = ""
    provenance: str = ""
    title: str = ""
    extra: dict[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        choices = ((self.network, get_args(Network)), (self.mode, tuple(Mode)), (self.size, tuple(SIZES)))
        for value, allowed in (
            *choices,
            (self.scaling, SCALINGS),
            (self.shrinking, SHRINKINGS),
            (self.in_channels, (1, 3)),
        ):
            if value not in allowed:
                raise ValueError(f"{value!r} is none of {allowed}")
        if not self.classes or self.input_size < 1 or self.width < 1 or self.field_width < 0 or self.border < 0:
            raise ValueError("no classes, or sizes below 1")
        if not len(self.mean) == len(self.deviation) == self.in_channels:
            raise ValueError("mean and deviation need one value a channel")
        if not all(map(math.isfinite, (*self.mean, *self.deviation))) or not all(self.deviation):
            raise ValueError("mean and deviation must be finite, and deviation not zero")
        if not 0 <= self.default_threshold <= 1:
            raise ValueError("the default threshold must be between 0 and 1")
        if self.doubt_limit is not None and not 0 < self.doubt_limit < 1:
            raise ValueError("the limit of doubt must be between 0 and 1")

    @property
    def preprocessing(self) -> Preprocessing:
        """How pixels become the network's floats."""
        return Preprocessing(self.mean, self.deviation, self.scaling, self.shrinking)


def to_metadata(info: WeightsInfo) -> dict[str, str]:
    """Return one entry a field, each value as JSON, and the version of the format."""
    return {FORMAT_KEY: str(FORMAT), **{key: json.dumps(value) for key, value in asdict(info).items()}}


def from_metadata(metadata: Mapping[str, str]) -> WeightsInfo:
    """Invert ``to_metadata``; unknown entries are ignored. Raises ``ValueError`` or ``TypeError``."""
    known = {entry.name for entry in fields(WeightsInfo)}
    values = {key: json.loads(value) for key, value in metadata.items() if key in known}
    if "mode" in values:
        values["mode"] = Mode(values["mode"])
    for key in ("classes", "mean", "deviation"):
        if key in values:
            values[key] = tuple(values[key])
    return WeightsInfo(**values)
