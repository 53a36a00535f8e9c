from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gui.workspace.strokes_history import StrokesHistory
from matting.alpha.strokes import Stroke


def stroke(number: int) -> Stroke:
    return Stroke(keep=True, radius=1 + number, hardness=1, points=((0, 0, 1),))


@given(st.lists(st.sampled_from(["add", "clear", "undo", "redo"]), max_size=40))
def test_undo_goes_back_through_every_state_and_redo_forward_again(steps: list[str]) -> None:
    history = StrokesHistory()
    past: list[tuple[Stroke, ...]] = []
    future: list[tuple[Stroke, ...]] = []
    for number, step in enumerate(steps):
        before = history.strokes
        if step == "add":
            history.add(stroke(number))
            past.append(before)
            future.clear()
            assert history.strokes == (*before, stroke(number))
        elif step == "clear":
            history.clear()
            if before:
                past.append(before)
                future.clear()
            assert history.strokes == ()
        elif step == "undo":
            assert history.undo() is bool(past)
            if past:
                future.append(before)
                assert history.strokes == past.pop()
        else:
            assert history.redo() is bool(future)
            if future:
                past.append(before)
                assert history.strokes == future.pop()
        assert (history.can_undo, history.can_redo) == (bool(past), bool(future))


def test_stored_strokes_are_where_the_history_begins() -> None:
    history = StrokesHistory([stroke(1)])
    assert history.strokes == (stroke(1),)
    assert not history.can_undo
