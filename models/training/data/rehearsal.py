"""Rehearsal: the start's own maps of a few photos that ship, learned beside the user's, so that it forgets less.

Source: Robins, "Catastrophic forgetting, rehearsal and pseudorehearsal", Connection Science 1995; the start as its own
teacher: Li, Hoiem, "Learning without forgetting", ECCV 2016.
"""

from __future__ import annotations

from collections.abc import Sequence

import resources
from models.training.data.batches import Draw
from models.training.data.check import check_pair
from models.training.data.datasets import Pair

PHOTOS = ("astronaut.jpg", "cat.jpg", "coffee.jpg", "rocket.jpg")


def rehearsal_draws(learned: Sequence[Draw], share: float) -> tuple[Draw, ...]:
    """Return the photos to rehearse on, weighing together ``share`` in [0, 1) of all that is drawn."""
    rows = [check_pair(Pair(resources.SAMPLES / name, ()), 1) for name in PHOTOS] if share else []
    weight = sum(draw.weight for draw in learned) * share / (1 - share) / len(PHOTOS)
    return tuple(Draw(row, weight) for row in rows if row.usable)
