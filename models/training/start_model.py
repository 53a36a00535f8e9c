"""Where training starts from: an installed model, a weights file, or random parameters."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import nn

from matting.phrases import Phrase
from matting.settings import Mode
from models.catalogue.catalogue import find_model, list_models
from models.catalogue.names import same_name
from models.networks.weights import Weights, WeightsInfo, build_network, empty_network, load_weights
from models.predict.retina import FIELD_WIDTH
from models.training.errors import CannotStartFrom
from models.training.phrases import NetworkKind, TrainingNotice
from models.training.settings import SCRATCH, NetworkName, TrainSettings

_HEADS = ("sides.", "fusion.", "head.")
"""The layers whose shape depends on the number of classes."""


@dataclass(frozen=True)
class Start:
    """A network to train, what its file will say, and the weights it came from (``None``: from scratch)."""

    network: nn.Module
    info: WeightsInfo
    weights: Weights | None = None
    notice: Phrase | None = None

    @property
    def comparable(self) -> bool:
        """Whether the start predicts the same classes, so that it can be judged beside the result."""
        return self.weights is not None and len(self.weights.info.classes) == len(self.info.classes)

    @property
    def rehearses(self) -> bool:
        """Whether what the start finds in other photos is worth keeping."""
        if self.weights is None or not self.comparable:
            return False
        return self.info.mode == self.weights.info.mode == Mode.CUTOUT


def prepare_start(settings: TrainSettings, classes: tuple[str, ...]) -> Start:
    """Build the network of the settings, with the parameters of ``settings.start``.

    With other classes than the start's, all layers but the last are taken over.
    Raises ``WeightsError`` types, ``UnknownModel``, ``CannotStartFrom``.
    """
    torch.manual_seed(settings.seed)
    name = "unet" if settings.network == "unet" else "u2net"
    info = WeightsInfo(
        "unet" if name == "unet" else "u2net",
        size="small" if settings.network == "u2net-small" else "full",
        width=settings.width,
        classes=classes,
        mode=settings.mode,
        input_size=settings.size,
        field_width=_field_width(settings),
        title=settings.title,
        licence=settings.licence,
    )
    if settings.start == SCRATCH:
        network = empty_network(info)
        _initialise(network)
        return Start(network.train(), info)
    weights = load_weights(find_model(settings.start).file)
    before = weights.info
    if network_name(before) != settings.network or (name == "unet" and before.width != settings.width):
        raise CannotStartFrom(start=settings.start, found=_describe(before), wanted=_describe(info))
    # The start's numbers stay: what it learned fits them.
    info = replace(
        info,
        in_channels=before.in_channels,
        mean=before.mean,
        deviation=before.deviation,
        scaling=before.scaling,
        default_threshold=before.default_threshold,
        doubt_limit=before.doubt_limit,
        field_width=_field_width(settings, before),
    )
    if len(before.classes) == len(classes):
        return Start(build_network(weights).train(), info, weights)
    network = empty_network(info)
    _initialise(network)
    kept = {key: value for key, value in weights.state.items() if not key.startswith(_HEADS)}
    network.load_state_dict(kept, strict=False)
    notice = TrainingNotice.NEW_LAST_LAYERS(start=settings.start, before=len(before.classes), now=len(classes))
    return Start(network.train(), info, weights, notice)


def anywhere(settings: TrainSettings) -> TrainSettings:
    """Return the same settings with absolute paths, so that the run can be resumed from any folder."""
    return replace(
        settings,
        sources=tuple(replace(source, folder=source.folder.absolute()) for source in settings.sources),
        val=settings.val.absolute() if isinstance(settings.val, Path) else settings.val,
        start=_anywhere(settings.start),
        teachers=tuple(map(_anywhere, settings.teachers)),
    )


def _anywhere(model: str) -> str:
    """Return a model's name as it is, a file's path made absolute."""
    path = Path(model).expanduser()
    if model == SCRATCH or not path.is_file() or any(same_name(model, known.name) for known in list_models()):
        return model
    return str(path.absolute())


def network_name(info: WeightsInfo) -> NetworkName:
    """Return what the command line calls a network."""
    if info.network == "unet":
        return "unet"
    return "u2net-small" if info.size == "small" else "u2net"


def _field_width(settings: TrainSettings, before: WeightsInfo | None = None) -> int:
    if settings.mode != Mode.VESSEL:
        return 0
    if settings.field_width is not None:
        return settings.field_width
    return before.field_width if before is not None and before.mode == Mode.VESSEL else FIELD_WIDTH


def _describe(info: WeightsInfo) -> Phrase:
    name = network_name(info)
    return NetworkKind.OF_WIDTH(network=name, width=info.width) if name == "unet" else NetworkKind.PLAIN(network=name)


def _initialise(network: nn.Module) -> None:
    """Initialise normally after He et al. (2015), for layers followed by ReLU; biases zero."""
    for module in network.modules():
        if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
            nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
            if module.bias is not None:
                nn.init.zeros_(module.bias)
