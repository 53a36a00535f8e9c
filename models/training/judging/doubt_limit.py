"""From which doubt on a trained model's cutouts want a look."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from matting.alpha.doubt_limit import WANTS_A_LOOK

_NAMED = 0.3
_FEWEST_PHOTOS = 20
_LOWEST = 0.1


def measured_limit(doubts: Sequence[float]) -> float | None:
    """Return the doubt that names three of ten photos kept aside, ``None`` where they are too few to tell.

    ``doubts`` in [0, 1], one a photo. Never above the usual limit, and never so low that a model which is sure of all
    of them, rightly, names some.

    >>> measured_limit([0.05] * 14 + [0.2] * 6), measured_limit([0.01] * 20), measured_limit([0.2])
    (0.2, 0.1, None)
    """
    if len(doubts) < _FEWEST_PHOTOS:
        return None
    return float(np.clip(np.quantile(doubts, 1 - _NAMED, method="higher"), _LOWEST, WANTS_A_LOOK))
