"""Is the trained model better than the one it started from? In plain words."""

from __future__ import annotations

from matting.phrases import Phrase, listed
from matting.settings import Mode
from models.training.judging.metrics import LEADING, overall
from models.training.phrases import ScoreName, Verdict

# Smaller differences say more about which photos were kept aside than about the models.
_NOTICEABLE = 0.004

_NAMES = {
    "max_f": ScoreName.MAX_F,
    "mae": ScoreName.MAE,
    "iou": ScoreName.IOU,
    "dice": ScoreName.DICE,
    "auc": ScoreName.AUC,
}


def compare(mode: Mode, scores: dict[str, float], before: dict[str, float] | None, photos: int) -> tuple[str, Phrase]:
    """``("better" | "worse" | "same" | "", sentence)`` for the best scores and those of the start, if there was one."""
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
    if gain > _NOTICEABLE:
        return "better", Verdict.BETTER(photos=on, numbers=numbers)
    if gain < -_NOTICEABLE:
        return "worse", Verdict.WORSE(photos=on, numbers=numbers)
    return "same", Verdict.SAME(photos=on, numbers=numbers)
