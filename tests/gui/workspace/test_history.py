"""Steps back and forward, and which changes are one step."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from gui.workspace.entry import PhotoEntry
from gui.workspace.history import MOST, Deed, History, Step
from gui.workspace.kept_work import KEPT_S, KeptWork
from matting.settings import CutSettings

PHOTO = PhotoEntry(Path("/a.jpg"), settings=CutSettings())


def edit(before: float, after: float) -> Step:
    old, new = (PHOTO.but(settings=CutSettings(threshold=value)) for value in (before, after))
    return Step(Deed.EDIT, ((old, new),), fields=("threshold",))


@given(st.lists(st.sampled_from(["do", "undo", "redo"]), max_size=40))
def test_undo_goes_back_through_every_step_and_redo_forward_again(deeds: list[str]) -> None:
    history = History()
    past: list[Step] = []
    future: list[Step] = []
    for number, deed in enumerate(deeds):
        if deed == "do":
            step = Step(Deed.CORRECT, count=number)
            assert history.record(step)
            past.append(step)
            future.clear()
        elif deed == "undo":
            assert history.undo() == (past[-1] if past else None)
            if past:
                future.append(past.pop())
        else:
            assert history.redo() == (future[-1] if future else None)
            if future:
                past.append(future.pop())
        assert (history.can_undo, history.can_redo) == (bool(past), bool(future))


def test_a_change_that_follows_soon_lengthens_the_step_and_one_after_a_rest_does_not() -> None:
    seconds = [0.0]
    history = History(lambda: seconds[0])
    assert history.record(edit(0.5, 0.4))
    seconds[0] = 0.5
    assert not history.record(edit(0.4, 0.3))
    step = history.undo()
    assert step is not None
    assert [entry.settings and entry.settings.threshold for entry in step.photos[0]] == [0.5, 0.3]
    history.redo()
    seconds[0] = 5.0
    assert history.record(edit(0.3, 0.2))


def test_only_so_many_steps_are_remembered() -> None:
    history = History()
    for _ in range(MOST + 5):
        history.record(Step(Deed.CORRECT))
    taken = 0
    while history.undo() is not None:
        taken += 1
    assert taken == MOST


def test_work_is_kept_for_thirty_days_and_untouched_photos_are_not() -> None:
    touched, plain = PHOTO, PhotoEntry(Path("/b.jpg"))
    kept = KeptWork()
    kept.keep([touched, plain], now=1000.0)
    assert set(kept.all()) == {touched.path}
    kept.keep([], now=1000.0 + KEPT_S - 1)
    assert kept.all()
    kept.keep([], now=1000.0 + KEPT_S + 1)
    assert not kept.all()
