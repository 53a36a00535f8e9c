"""Undo and redo of what a user corrects on a photo."""

from __future__ import annotations

from dataclasses import dataclass, replace

from matting.alpha.strokes import Stroke
from matting.selection.marks import Mark


@dataclass(frozen=True)
class Corrections:
    """A photo's corrections by hand: ``marks`` change its probability map, ``strokes`` its alpha after that."""

    marks: tuple[Mark, ...] = ()
    strokes: tuple[Stroke, ...] = ()

    def with_one(self, correction: Mark | Stroke) -> Corrections:
        """Return these corrections and one more, the last of its kind."""
        if isinstance(correction, Mark):
            return replace(self, marks=(*self.marks, correction))
        return replace(self, strokes=(*self.strokes, correction))


class CorrectionsHistory:
    """The corrections of one photo, and every state they were in. Clearing is a step that can be undone too.

    Each correction from the workspace's file is a step that can be undone, the last stroke first.
    """

    def __init__(self, corrections: Corrections = Corrections()) -> None:
        self._states = [Corrections()]
        given: tuple[Mark | Stroke, ...] = (*corrections.marks, *corrections.strokes)
        for correction in given:
            self._states.append(self._states[-1].with_one(correction))
        self._at = len(self._states) - 1

    @property
    def now(self) -> Corrections:
        """The corrections as they are."""
        return self._states[self._at]

    @property
    def can_undo(self) -> bool:
        """Whether there is a step back."""
        return self._at > 0

    @property
    def can_redo(self) -> bool:
        """Whether there is a step forward again."""
        return self._at < len(self._states) - 1

    def add(self, correction: Mark | Stroke) -> None:
        """Add a mark or stroke; what had been undone is gone."""
        self.become(self.now.with_one(correction))

    def become(self, corrections: Corrections) -> None:
        """Replace all corrections in one step; no step where nothing changes."""
        if corrections != self.now:
            del self._states[self._at + 1 :]
            self._states.append(corrections)
            self._at += 1

    def undo(self) -> bool:
        """Go one step back; ``False`` where there is none."""
        if not self.can_undo:
            return False
        self._at -= 1
        return True

    def redo(self) -> bool:
        """Go one step forward again; ``False`` where there is none."""
        if not self.can_redo:
            return False
        self._at += 1
        return True
