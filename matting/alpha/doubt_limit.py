"""From which doubt on a person should look at a cutout."""

from __future__ import annotations

from enum import StrEnum

WANTS_A_LOOK = 0.28
"""From this doubt on a person should look at the cutout: its expected IoU is under 0.72, or a patch is undecided."""


class Reason(StrEnum):
    """What makes most of a cutout's doubt (``matting.alpha.doubt.reason``)."""

    NOTHING = "nothing"
    """Nothing was found."""
    EDGE = "edge"
    """The map is unsure all along."""
    PATCH = "patch"
    """One patch is undecided."""
    PARTS = "parts"
    """Several parts lie apart."""
    BORDER = "border"
    """The subject goes on beyond the photo's border."""


def on_one_scale(doubt: float, limit: float) -> float:
    """Return a doubt in [0, 1] such that ``WANTS_A_LOOK`` means for every model what ``limit``, in (0, 1), means for
    this one.

    The better a network, the surer its maps, also where they are wrong: the limit is measured for each model
    (``benchmarks/doubt.py``), and the scale is stretched to both sides of it.

    >>> [round(on_one_scale(doubt, 0.14), 2) for doubt in (0.0, 0.07, 0.14, 0.57, 1.0)]
    [0.0, 0.14, 0.28, 0.64, 1.0]
    """
    if doubt < limit:
        return doubt * WANTS_A_LOOK / limit
    return 1.0 - (1.0 - doubt) * (1.0 - WANTS_A_LOOK) / (1.0 - limit)
