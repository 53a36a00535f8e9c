"""Everything that a training run is told, in one value that is saved with the weights."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal

from matting.settings import Mode

NetworkName = Literal["u2net", "u2net-small", "unet"]
NETWORKS: tuple[NetworkName, ...] = ("u2net", "u2net-small", "unet")

SCRATCH = "scratch"


@dataclass(frozen=True)
class Source:
    """A dataset folder and how often each of its photos is drawn, compared with the others' (above 0)."""

    folder: Path
    weight: float = 1.0


@dataclass(frozen=True)
class Augmentation:
    """How photos are varied; each number is a probability in [0, 1] or the largest deviation from the photo.

    ``zoom`` and ``aspect`` are in natural logarithms, ``angle`` in degrees to either side. ``flip_down``: upside down
    as well. ``light`` and ``tint`` scale all channels and each one, ``gamma``, ``contrast``, ``saturation`` likewise
    in natural logarithms. ``grey``, ``green`` (the green channel alone), ``clahe`` (local contrast), ``blur``,
    ``jpeg``, ``noise``, ``elastic`` and ``background`` (subject pasted on another background) are probabilities.
    """

    zoom: float = 0.35
    aspect: float = 0.15
    angle: float = 12.0
    flip: float = 0.5
    flip_down: float = 0.0
    light: float = 0.25
    tint: float = 0.08
    gamma: float = 0.25
    contrast: float = 0.25
    saturation: float = 0.4
    grey: float = 0.05
    green: float = 0.0
    clahe: float = 0.0
    blur: float = 0.1
    jpeg: float = 0.1
    noise: float = 0.1
    elastic: float = 0.0
    background: float = 0.15


CUTOUT_AUGMENTATION = Augmentation()

# A retina has no upright; its vessels are thin, so nothing that wipes them out.
VESSEL_AUGMENTATION = Augmentation(
    zoom=0.2,
    aspect=0.08,
    angle=180.0,
    flip_down=0.5,
    light=0.15,
    tint=0.15,
    gamma=0.35,
    contrast=0.25,
    saturation=0.3,
    grey=0.05,
    green=0.1,
    clahe=0.15,
    blur=0.05,
    jpeg=0.0,
    noise=0.1,
    elastic=0.3,
    background=0.0,
)


@dataclass(frozen=True)
class TrainSettings:
    """The recipe of a run.

    Either ``epochs`` or ``minutes`` (of this computer's time, evaluation included) is set. ``size`` is the side of
    the crops in pixels, ``sizes`` the stages before it, each for an equal share of the run (progressive training).
    ``start`` is ``scratch``, a model's name or a weights file; ``teachers`` are models or files. ``val`` is the
    share held out, or a dataset to judge by. ``draws``: photos an epoch, 0 for each one as often as its dataset's
    weight says, and at least 32 batches. ``rehearsal``: the share of the draws, in [0, 1), that keeps the start's
    abilities, see ``data.rehearsal``.
    ``field_width``: see ``WeightsInfo``; ``None`` for the start's, or ``retina.FIELD_WIDTH`` from scratch.
    ``micro``: crops at a time, where a batch does not fit into memory at once; 0 for the whole batch.
    """

    sources: tuple[Source, ...]
    network: NetworkName = "u2net-small"
    width: int = 32
    start: str = SCRATCH
    teachers: tuple[str, ...] = ()
    mode: Mode = Mode.CUTOUT
    epochs: int | None = 20
    minutes: float | None = None
    size: int = 256
    sizes: tuple[int, ...] = ()
    field_width: int | None = None
    batch: int = 8
    micro: int = 0
    lr: float = 1e-3
    weight_decay: float = 0.01
    warmup: float = 0.02
    clip: float = 1.0
    ema: float = 0.998
    side_weight: float = 0.4
    soft_iou: float = 0.5
    val: float | Path = 0.1
    draws: int = 0
    rehearsal: float = 0.0
    seed: int = 0
    device: str = "auto"
    augmentation: Augmentation = field(default_factory=Augmentation)
    licence: str = ""
    title: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return plain values, paths as text: for the run's file and the weights' metadata."""
        plain: dict[str, Any] = json.loads(json.dumps(asdict(self), default=str))
        return plain

    def to_share(self) -> dict[str, Any]:
        """Return ``to_json`` with folders and files by name alone: the full paths are private."""
        plain = self.to_json()
        for source in plain["sources"]:
            source["folder"] = Path(source["folder"]).name
        for key in ("val", "start"):
            plain[key] = Path(plain[key]).name if isinstance(plain[key], str) else plain[key]
        plain["teachers"] = [Path(teacher).name for teacher in plain["teachers"]]
        return plain

    @staticmethod
    def from_json(values: dict[str, Any]) -> TrainSettings:
        """Reverse ``to_json``; unknown entries are left out. Raises ``TypeError``, ``KeyError``, ``ValueError``."""
        known = {entry.name for entry in fields(TrainSettings)}
        chosen = {key: value for key, value in values.items() if key in known}
        chosen["sources"] = tuple(Source(Path(one["folder"]), one["weight"]) for one in values["sources"])
        chosen["mode"] = Mode(chosen.get("mode", Mode.CUTOUT))
        chosen["sizes"] = tuple(chosen.get("sizes", ()))
        # A run of an earlier version has at most one teacher.
        one = (values["teacher"],) if values.get("teacher") else ()
        chosen["teachers"] = tuple(chosen.get("teachers", one))
        chosen["val"] = Path(chosen["val"]) if isinstance(chosen["val"], str) else chosen["val"]
        chosen["augmentation"] = Augmentation(**chosen.get("augmentation", {}))
        return TrainSettings(**chosen)

    def size_at(self, progress: float) -> int:
        """Return the side of the crops when ``progress`` (in [0, 1]) of the run is done."""
        stages = (*self.sizes, self.size)
        return stages[min(int(progress * len(stages)), len(stages) - 1)]
