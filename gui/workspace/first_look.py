"""What a model finds on a photo before any export, and what that makes of the photo's entry."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gui.workspace.entry import PhotoEntry, PhotoState
from matting.alpha.doubt_limit import Reason
from matting.errors import KirieError, PhotoMissing


@dataclass(frozen=True)
class FirstLook:
    """``doubt`` in [0, 1], ``None`` where it does not count; ``reason`` where the photo wants a look.

    ``size`` is the photo's (width, height). With ``error`` the photo could not be read.
    """

    path: Path
    model: str
    doubt: float | None = None
    reason: Reason | None = None
    size: tuple[int, int] | None = None
    error: KirieError | None = None


def changes_by(looks: Iterable[FirstLook], model: str) -> dict[Path, dict[str, Any]]:
    """Return the fields that looks of ``model`` change, by photo; looks of other models came too late."""
    changes: dict[Path, dict[str, Any]] = {}
    for look in looks:
        if look.model != model:
            continue
        if look.error is None:
            changes[look.path] = {"looked": model, "doubt": look.doubt, "reason": look.reason, "size": look.size}
        elif isinstance(look.error, PhotoMissing):
            changes[look.path] = {"state": PhotoState.MISSING}
        else:
            changes[look.path] = {"state": PhotoState.FAILED, "error": look.error}
    return changes


def without_look(entry: PhotoEntry) -> PhotoEntry:
    """Return the entry as no model has looked at it; what was written of it has changed since."""
    return entry.edited(looked="", doubt=None, reason=None, reviewed=False)
