"""One undo for everything that a user's hand changes: settings, marks and strokes, the list, what is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from time import monotonic

from gui.workspace.entry import PhotoEntry
from matting.settings import CutSettings, OutputSettings

MOST = 200
"""Steps that are remembered."""
MERGE_S = 1.0
"""Changes of the same setting that follow each other so soon are one step: a slider that is dragged."""


class Deed(StrEnum):
    """What a step did."""

    EDIT = "edit"
    CORRECT = "correct"
    APPLY = "apply"
    REMOVE = "remove"
    OUTPUT = "output"


@dataclass(frozen=True)
class Step:
    """From one state of the workspace to the next.

    ``photos`` are entries as they were and as they became; of these only what the hand made counts. ``shared`` and
    ``output`` are settings before and after. ``removed`` are entries with their places in the list. ``count`` says how
    many photos it concerns; ``fields`` names the settings that a control changed, which may go on changing them.
    """

    deed: Deed
    photos: tuple[tuple[PhotoEntry, PhotoEntry], ...] = ()
    shared: tuple[CutSettings, CutSettings] | None = None
    output: tuple[OutputSettings, OutputSettings] | None = None
    removed: tuple[tuple[int, PhotoEntry], ...] = ()
    count: int = 1
    fields: tuple[str, ...] = ()

    def continues(self, other: Step) -> bool:
        """Return whether this step goes on with what the other one began: the same setting of the same photo."""
        if not self.fields or (self.deed, self.fields) != (other.deed, other.fields):
            return False
        return [old.path for old, _ in self.photos[:1]] == [old.path for old, _ in other.photos[:1]]


def differing(one: CutSettings | OutputSettings, other: CutSettings | OutputSettings) -> tuple[str, ...]:
    """Return the names of the settings in which two are different."""
    return tuple(field.name for field in fields(one) if getattr(one, field.name) != getattr(other, field.name))


class History:
    """Steps back and forward. ``now`` tells seconds; it is there for tests."""

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self._past: list[Step] = []
        self._future: list[Step] = []
        self._now = now
        self._last = float("-inf")

    @property
    def can_undo(self) -> bool:
        """Whether there is a step back."""
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        """Whether there is a step forward again."""
        return bool(self._future)

    def record(self, step: Step) -> bool:
        """Add a step, or lengthen the last one; return whether it is a new one. What had been undone is gone."""
        self._future.clear()
        now, before = self._now(), self._last
        self._last = now
        if self._past and now - before <= MERGE_S and step.continues(self._past[-1]):
            self._past[-1] = _joined(self._past[-1], step)
            return False
        self._past.append(step)
        del self._past[:-MOST]
        return True

    def undo(self) -> Step | None:
        """Return the step to take back, if there is one."""
        if not self._past:
            return None
        self._last = float("-inf")
        self._future.append(self._past.pop())
        return self._future[-1]

    def redo(self) -> Step | None:
        """Return the step to make again, if there is one."""
        if not self._future:
            return None
        self._past.append(self._future.pop())
        return self._past[-1]

    def undone(self, step: Step) -> None:
        """Remember a step that was taken back although it was made before the history began."""
        self._future.append(step)


def _joined(first: Step, then: Step) -> Step:
    before = {old.path: old for old, _ in first.photos}
    return replace(
        then,
        photos=tuple((before.get(old.path, old), new) for old, new in then.photos),
        shared=(first.shared[0], then.shared[1]) if first.shared and then.shared else then.shared,
        output=(first.output[0], then.output[1]) if first.output and then.output else then.output,
    )
