from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gui.workspace.corrections_history import Corrections, CorrectionsHistory
from matting.alpha.strokes import Stroke
from matting.selection.marks import Mark, MarkKind


def stroke(number: int) -> Stroke:
    return Stroke(keep=True, radius=1 + number, hardness=1, points=((0, 0, 1),))


def mark(number: int) -> Mark:
    return Mark(keep=False, kind=MarkKind.CLICK, points=((0, 0),), radius=1 + number)


@given(st.lists(st.sampled_from(["paint", "mark", "clear", "undo", "redo"]), max_size=40))
def test_undo_goes_back_through_every_state_and_redo_forward_again(steps: list[str]) -> None:
    history = CorrectionsHistory()
    past: list[Corrections] = []
    future: list[Corrections] = []
    for number, step in enumerate(steps):
        before = history.now
        if step in ("paint", "mark"):
            history.add(stroke(number) if step == "paint" else mark(number))
            past.append(before)
            future.clear()
            assert (history.now.strokes if step == "paint" else history.now.marks)[-1].radius == 1 + number
            assert len(history.now.marks) + len(history.now.strokes) == len(before.marks) + len(before.strokes) + 1
        elif step == "clear":
            history.become(Corrections())
            if before != Corrections():
                past.append(before)
                future.clear()
            assert history.now == Corrections()
        elif step == "undo":
            assert history.undo() is bool(past)
            if past:
                future.append(before)
                assert history.now == past.pop()
        else:
            assert history.redo() is bool(future)
            if future:
                past.append(before)
                assert history.now == future.pop()
        assert (history.can_undo, history.can_redo) == (bool(past), bool(future))


def test_stored_corrections_can_be_taken_back_one_by_one() -> None:
    stored = Corrections((mark(1), mark(2)), (stroke(3),))
    history = CorrectionsHistory(stored)
    assert history.now == stored
    history.undo()
    assert history.now == Corrections(stored.marks)
    history.undo()
    assert history.now == Corrections((mark(1),))
