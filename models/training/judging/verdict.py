"""Is the trained model better than the one it started from? In plain words."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import mean, stdev

from matting.phrases import Phrase, listed
from matting.settings import Mode
from models.training.judging.metrics import LEADING, overall
from models.training.phrases import ScoreName, Verdict

# Smaller differences say more about which photos were kept aside than about the models.
_NOTICEABLE = 0.004

FEW = 20
"""Below, photos kept aside must agree before a difference is called one."""

_NAMES = {
    "max_f": ScoreName.MAX_F,
    "mae": ScoreName.MAE,
    "iou": ScoreName.IOU,
    "dice": ScoreName.DICE,
    "auc": ScoreName.AUC,
}


def compare(
    mode: Mode, scores: dict[str, float], before: dict[str, float] | None, photos: int, gains: Sequence[float] = ()
) -> tuple[str, Phrase]:
    """``("better" | "worse" | "same" | "", sentence)`` for the best scores and those of the start, if there was one.

    ``gains``: by how much each photo's error became smaller, where that is known. Fewer than ``FEW`` photos that
    disagree, or a single one, are too few to tell.
    """
    if not scores:
        return "", Verdict.NOTHING
    on = Verdict.PHOTO if photos == 1 else Verdict.PHOTOS(count=photos)
    if before is None:
        leading = LEADING[mode]
        return "", Verdict.ALONE(name=_NAMES[leading], score=f"{scores[leading]:.3f}", photos=on)
    numbers = listed(
        Verdict.CHANGE(name=name, before=f"{before[key]:.3f}", after=f"{scores[key]:.3f}")
        for key, name in _NAMES.items()
        if key in scores
    )
    gain = overall(mode, scores) - overall(mode, before)
    if gains and abs(gain) > _NOTICEABLE and not _tells(gains):
        spread = f"{_spread(gains):.3f}" if len(gains) > 1 else "?"
        return "same", Verdict.TOO_FEW(photos=on, numbers=numbers, gain=f"{-mean(gains):+.3f}", spread=spread)
    if gain > _NOTICEABLE:
        return "better", Verdict.BETTER(photos=on, numbers=numbers)
    if gain < -_NOTICEABLE:
        return "worse", Verdict.WORSE(photos=on, numbers=numbers)
    return "same", Verdict.SAME(photos=on, numbers=numbers)


def _spread(gains: Sequence[float]) -> float:
    """Return twice the standard error of the mean gain."""
    return float(2 * stdev(gains) / len(gains) ** 0.5)


def _tells(gains: Sequence[float]) -> bool:
    return len(gains) >= FEW or (len(gains) > 1 and abs(mean(gains)) > _spread(gains))
