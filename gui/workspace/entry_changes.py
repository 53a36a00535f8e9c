"""What becomes of photos' entries: after a look, after other settings, after a step back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from gui.workspace.entry import FINISHED, PhotoEntry, PhotoState
from gui.workspace.history import Step
from matting.alpha.doubt_limit import Reason
from matting.errors import KirieError, PhotoMissing
from matting.settings import CutSettings, OutputSettings

Pairs = Iterator[tuple[PhotoEntry, PhotoEntry]]
"""Entries as they are, with what they become."""


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


def given(entries: Iterable[PhotoEntry], settings: CutSettings, shared: CutSettings) -> list[PhotoEntry]:
    """Return the entries that do not have these settings yet; ``shared`` are those of photos without their own."""
    as_shared = settings == shared
    return [one for one in entries if not (as_shared if one.settings is None else one.settings == settings)]


def sharing(entries: Iterable[PhotoEntry], settings: CutSettings, *, changed: bool, forget_own: bool) -> Pairs:
    """Yield what becomes of photos once ``settings`` are shared by those without their own, or by all of them.

    ``changed``: other settings were shared before.
    """
    for entry in entries:
        if entry.settings is None:
            yield entry, entry.edited() if changed else entry
        elif forget_own:
            yield entry, entry.but(settings=None) if entry.settings == settings else entry.edited(settings=None)


def written_otherwise(
    entries: Iterable[PhotoEntry], before: OutputSettings, after: OutputSettings, edited: Mapping[Path, CutSettings]
) -> Pairs:
    """Yield finished photos whose files would be others now, and photos that get the settings in ``edited`` with it.

    What was written of them has changed since.
    """
    other_files = replace(after, existing=before.existing, write_empty=before.write_empty) != before
    for one in entries:
        if one.path in edited:
            yield one, one.edited(settings=edited[one.path])
        elif other_files and one.state in FINISHED:
            yield one, one.edited()


def taken(entries: Iterable[PhotoEntry], step: Step, back: bool) -> Pairs:
    """Yield what a step makes of photos when it is taken ``back`` or made again; only a hand's work is replaced."""
    targets = {old.path: old if back else new for old, new in step.photos}
    for entry in entries:
        target = targets.get(entry.path)
        if target is not None:
            yield entry, entry.edited(**target.by_hand)
        elif step.shared or step.output:
            yield entry, entry.edited()
