"""What a change of settings makes of photos: each entry as it is, with what it becomes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from gui.workspace.entry import FINISHED, PhotoEntry
from gui.workspace.history import Step
from matting.settings import CutSettings, OutputSettings

Pairs = Iterator[tuple[PhotoEntry, PhotoEntry]]


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
