"""Undo and redo of a photo's strokes."""

from __future__ import annotations

from collections.abc import Sequence

from matting.alpha.strokes import Stroke


class StrokesHistory:
    """The strokes of one photo, and every state they were in. Clearing is a step that can be undone too."""

    def __init__(self, strokes: Sequence[Stroke] = ()) -> None:
        self._states: list[tuple[Stroke, ...]] = [tuple(strokes)]
        self._at = 0

    @property
    def strokes(self) -> tuple[Stroke, ...]:
        """The strokes now."""
        return self._states[self._at]

    @property
    def can_undo(self) -> bool:
        """Whether there is a step back."""
        return self._at > 0

    @property
    def can_redo(self) -> bool:
        """Whether there is a step forward again."""
        return self._at < len(self._states) - 1

    def add(self, stroke: Stroke) -> None:
        """Add a last stroke; what had been undone is gone."""
        self._step((*self.strokes, stroke))

    def clear(self) -> None:
        """Remove all strokes; no step where there were none."""
        if self.strokes:
            self._step(())

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

    def _step(self, strokes: tuple[Stroke, ...]) -> None:
        del self._states[self._at + 1 :]
        self._states.append(strokes)
        self._at += 1
