"""The contract between the batch engine and whatever turns photos into probability maps."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from matting.settings import Mode


class Predictor(Protocol):
    """Anything that finds subjects: our networks, a folder of ready maps, a user's own model.

    Called from one thread at a time. Raises ``KirieError`` for what a user can act on.
    """

    @property
    def key(self) -> str:
        """Identity of model, weights and input size: equal keys give equal maps (for caches and the journal)."""
        ...

    @property
    def classes(self) -> tuple[str, ...]:
        """Name of each output channel, e.g. ``("subject",)``."""
        ...

    @property
    def mode(self) -> Mode:
        """Whether subjects or vessels are found; solved edges and doubt are for subjects alone."""
        ...

    @property
    def default_threshold(self) -> float:
        """The threshold in [0, 1] that suits this model."""
        ...

    @property
    def doubt_limit(self) -> float:
        """The doubt in (0, 1) of ``matting.alpha.doubt`` from which on this model's cutouts want a look."""
        ...

    def predict(self, rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Map a photo (height, width, 3), RGB, to probabilities in [0, 1].

        Shape (classes, h, w); h and w are the network's own resolution, not the photo's; the map covers the
        whole photo edge to edge.
        """
        ...


@runtime_checkable
class SourcePredictor(Predictor, Protocol):
    """A predictor that goes by a photo's file: where one is given, ``predict_source`` is called instead."""

    def predict_source(self, source: Path, root: Path | None, rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Do what ``predict`` does for the photo read from ``source``; ``root`` is the folder that it was found in."""
        ...


class Around:
    """A predictor around another: all but ``predict`` is the other's, ``suffix`` tells its maps from the other's."""

    def __init__(self, predictor: Predictor, suffix: str = "") -> None:
        self._predictor = predictor
        self.key = predictor.key + suffix
        self.classes = predictor.classes
        self.default_threshold = predictor.default_threshold
        self.doubt_limit = predictor.doubt_limit
        self.mode = predictor.mode

    @property
    def device(self) -> object:
        """Where the predictor computes now, if it says so; may change while it works."""
        return getattr(self._predictor, "device", None)
