"""Is the trained model better than the one it started from? In plain words."""

from __future__ import annotations

from matting.settings import Mode
from models.training.judging.metrics import LEADING, overall

# Smaller differences say more about which photos were kept aside than about the models.
_NOTICEABLE = 0.004

_NAMES = {"max_f": "F", "mae": "error", "iou": "overlap", "dice": "Dice", "auc": "AUC"}


def compare(mode: Mode, scores: dict[str, float], before: dict[str, float] | None, photos: int) -> tuple[str, str]:
    """``("better" | "worse" | "same" | "", sentence)`` for the best scores and those of the start, if there was one."""
    if not scores:
        return "", "Stopped before the first photos were judged; there are no weights to use yet."
    leading = LEADING[mode]
    name, photo = _NAMES[leading], "photo" if photos == 1 else "photos"
    if before is None:
        return "", f"{name} {scores[leading]:.3f} on {photos} {photo} kept aside."
    gain = overall(mode, scores) - overall(mode, before)
    numbers = ", ".join(f"{_NAMES[key]} {before[key]:.3f} → {scores[key]:.3f}" for key in _NAMES if key in scores)
    on = f"on {photos} {photo} kept aside ({numbers})"
    if gain > _NOTICEABLE:
        return "better", f"Better than the model it started from, {on}."
    if gain < -_NOTICEABLE:
        return "worse", f"Worse than the model it started from, {on}; keep using that one."
    return "same", f"No noticeable difference from the model it started from, {on}."
