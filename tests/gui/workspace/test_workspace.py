"""The workspace alone, without a display: what each change means, and that it is told once."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from gui.canvas.view import View
from gui.workspace.change import Change, Part
from gui.workspace.entry import FINISHED, PhotoEntry, PhotoState
from gui.workspace.entry_changes import FirstLook
from gui.workspace.history import Deed
from gui.workspace.order import Filter, Sort
from gui.workspace.output import OutputDefaults
from gui.workspace.workspace import Workspace
from matting.alpha.doubt_limit import Reason
from matting.alpha.strokes import Stroke
from matting.batch.jobs import JobResult, JobState
from matting.errors import PhotoDamaged
from matting.selection.marks import Mark, MarkKind
from matting.settings import CutSettings, Edges, Existing, Format, Mode

ROOT = Path(__file__).resolve().parents[3]
PICTURES = Path("/pictures/Kirie")
DONE, WAITING = PhotoState.DONE, PhotoState.WAITING
BOLD = CutSettings(threshold=0.8)


def path(name: str) -> Path:
    return Path("/photos") / name


def entry(name: str, state: PhotoState = WAITING, doubt: float | None = None) -> PhotoEntry:
    return PhotoEntry(path(name), Path("/photos"), state, doubt=doubt)


def mark(number: int) -> Mark:
    return Mark(keep=False, kind=MarkKind.CLICK, points=((number, number),), radius=2)


def stroke(number: int) -> Stroke:
    return Stroke(keep=True, radius=1 + number, hardness=1, points=((0, 0, 1),))


@pytest.fixture
def workspace() -> Workspace:
    return Workspace(OutputDefaults(PICTURES))


@pytest.fixture
def told(workspace: Workspace) -> list[Change]:
    changes: list[Change] = []
    workspace.subscribe(changes.append)
    return changes


def states(workspace: Workspace) -> dict[str, PhotoState]:
    return {one.path.name: one.state for one in workspace.photos}


def test_the_window_s_truth_knows_no_qt() -> None:
    names = [file.stem for file in (ROOT / "gui" / "workspace").glob("*.py") if file.stem not in ("saver", "__init__")]
    program = (
        f"import importlib, sys\nfor name in {names!r}:\n    importlib.import_module('gui.workspace.' + name)\n"
        "sys.exit(', '.join(name for name in sys.modules if name.startswith(('PySide6', 'torch'))) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


# -- telling --------------------------------------------------------------------------------------------------------


def test_many_photos_are_one_change(workspace: Workspace, told: list[Change]) -> None:
    workspace.add([entry(f"{number}") for number in range(50)])
    workspace.change_many({one.path: {"state": DONE, "doubt": 0.1} for one in workspace.photos})
    assert len(told) == 2
    assert len(told[0].added) == len(told[1].replaced) == 50
    workspace.change_many({path("7"): {"state": DONE}, path("none"): {"state": DONE}})
    assert len(told) == 2, "nothing changed"


def test_a_change_made_while_one_is_told_reaches_everybody_after_it(workspace: Workspace) -> None:
    seen: list[str] = []

    def ask(change: Change) -> None:
        if change.added:
            workspace.show(View.MASK)

    workspace.subscribe(ask)
    workspace.subscribe(lambda change: seen.append("added" if change.added else "view"))
    workspace.add([entry("a")])
    assert seen == ["added", "view"]


def test_counts_follow_every_change(workspace: Workspace) -> None:
    workspace.add([entry("a"), entry("b", DONE), entry("c", DONE)])
    workspace.change_many({path("a"): {"state": DONE}, path("b"): {"state": PhotoState.FAILED}})
    workspace.remove([path("c")])
    for state in PhotoState:
        assert workspace.photos.count([state]) == list(states(workspace).values()).count(state)


# -- the list and what is looked at ---------------------------------------------------------------------------------


def test_with_photos_there_is_always_one_looked_at(workspace: Workspace) -> None:
    workspace.add([entry("a"), entry("b"), entry("c")])
    assert workspace.looked_at == path("a")
    workspace.add([entry("d")])
    assert workspace.looked_at == path("d"), "what has just come"
    workspace.look_at(path("b"))
    workspace.remove([path("b")])
    assert workspace.looked_at == path("c"), "the neighbour"
    workspace.remove([path("c"), path("d")])
    assert workspace.looked_at == path("a")
    workspace.remove([path("a")])
    assert workspace.looked_at is None


def test_the_next_photo_that_wants_a_look_is_found_around_the_end(workspace: Workspace) -> None:
    workspace.add([entry("a", DONE, 0.9), entry("b", DONE, 0.1), entry("c", DONE, 0.7)])
    doubtful = [workspace.photos.step(path(name), 1, lambda one: one.doubtful, around=True) for name in "abc"]
    assert doubtful == [path("c"), path("c"), path("a")]
    assert workspace.photos.step(path("c"), 1, lambda _: True) is None
    assert workspace.photos.step(path("b"), -1, lambda _: True) == path("a")


def test_rows_stay_until_they_are_asked_to_move(workspace: Workspace) -> None:
    workspace.add([entry("a", DONE, 0.1), entry("b", DONE, 0.2)])
    workspace.arrange(Sort.DOUBT, Filter.ALL)
    assert workspace.photos.rows == (path("b"), path("a"))
    workspace.change_many({path("a"): {"doubt": 0.9}})
    assert workspace.photos.rows == (path("b"), path("a"))
    workspace.rearrange()
    assert workspace.photos.rows == (path("a"), path("b"))


# -- settings and strokes -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", PhotoState)
def test_an_edited_photo_waits_again_only_when_it_was_finished(workspace: Workspace, state: PhotoState) -> None:
    workspace.add([entry("a", state), entry("b", state)])
    workspace.edit(BOLD)
    expected = WAITING if state in FINISHED else state
    assert states(workspace) == {"a": state, "b": state} | {workspace.looked_at.name: expected}  # type: ignore[union-attr]
    workspace.edit(BOLD)
    assert workspace.photos[path("b")].settings is None


def test_apply_to_all_touches_what_differs_in_one_step(workspace: Workspace, told: list[Change]) -> None:
    workspace.add([entry(name, DONE) for name in "abc"])
    workspace.look_at(path("b"))
    workspace.edit(BOLD)
    workspace.change_many({path("c"): {"settings": BOLD}, path("b"): {"state": DONE}})
    told.clear()
    workspace.apply_to_all()
    assert len(told) == 1
    assert workspace.shared == BOLD
    assert [one.settings for one in workspace.photos] == [None, None, None]
    assert states(workspace) == {"a": WAITING, "b": DONE, "c": DONE}


def test_apply_to_selected_leaves_those_that_have_these_settings_already(workspace: Workspace) -> None:
    workspace.add([entry(name, DONE) for name in "abcd"])
    workspace.look_at(path("a"))
    workspace.edit(BOLD)
    workspace.change_many({path("c"): {"settings": BOLD}})
    workspace.apply_to([path("b"), path("c")])
    assert states(workspace) == {"a": WAITING, "b": WAITING, "c": DONE, "d": DONE}
    assert [workspace.settings_of(one) for one in workspace.photos] == [BOLD, BOLD, BOLD, CutSettings()]


def test_vessels_are_drawn_with_their_own_edges(workspace: Workspace) -> None:
    workspace.add([entry("a")])
    assert workspace.drawn_with(workspace.photos[path("a")]).edges is Edges.FINE
    workspace.use_model(Mode.VESSEL, "unet-vessel")
    assert workspace.drawn_with(workspace.photos[path("a")]).edges is Edges.OFF


def test_each_photo_has_its_own_history_and_loses_it_with_its_place_in_the_list(workspace: Workspace) -> None:
    workspace.add([entry("a", DONE), entry("b", DONE)])
    for number in range(2):
        workspace.correct(stroke(number))
    workspace.undo()
    assert workspace.current is not None
    assert workspace.current.strokes == (stroke(0),)
    assert workspace.current.state is WAITING
    workspace.look_at(path("b"))
    workspace.redo()
    assert workspace.looked_at == path("a"), "what changes is seen"
    workspace.clear_corrections()
    workspace.undo()
    assert workspace.current.strokes == (stroke(0), stroke(1))


def test_marks_and_strokes_are_taken_back_in_the_order_they_were_made(workspace: Workspace) -> None:
    workspace.add([entry("a", DONE)])
    workspace.correct(mark(1))
    workspace.correct(stroke(2))
    workspace.correct(mark(3))
    assert workspace.current is not None
    assert workspace.current.state is WAITING
    for marks, strokes in (((mark(1),), (stroke(2),)), ((mark(1),), ()), ((), ())):
        workspace.undo()
        assert (workspace.current.marks, workspace.current.strokes) == (marks, strokes)
    workspace.redo()
    assert workspace.current.marks == (mark(1),)


def test_marks_of_a_file_replace_those_of_a_photo_in_one_step(workspace: Workspace) -> None:
    workspace.add([entry("a", DONE), entry("b", DONE)])
    workspace.correct(mark(1))
    workspace.set_marks({path("a"): (mark(2), mark(3)), path("gone"): (mark(4),)})
    assert workspace.current is not None
    assert workspace.current.marks == (mark(2), mark(3))
    assert states(workspace) == {"a": WAITING, "b": DONE}
    workspace.undo()
    assert workspace.current.marks == (mark(1),)


def test_a_batch_gets_marks_for_cutouts_and_none_for_vessels(workspace: Workspace) -> None:
    workspace.add([entry("a")])
    workspace.correct(mark(1))
    for mode, marks in ((Mode.CUTOUT, (mark(1),)), (Mode.VESSEL, ())):
        workspace.use_model(mode, "any")
        make_jobs, _ = workspace.begin_batch([path("a")])
        assert [job.marks for job in make_jobs()] == [marks]


def test_strokes_of_the_last_session_can_be_undone_one_by_one(workspace: Workspace) -> None:
    workspace.add([replace(entry("a"), strokes=(stroke(1), stroke(2)))])
    workspace.undo()
    assert workspace.photos[path("a")].strokes == (stroke(1),)


def test_a_slider_that_is_dragged_is_one_step_and_another_slider_the_next(workspace: Workspace) -> None:
    workspace.add([entry("a"), entry("b")])
    for threshold in (0.4, 0.3, 0.2):
        workspace.edit(CutSettings(threshold=threshold))
    workspace.edit(CutSettings(threshold=0.2, softness=0.9))
    for settings in (CutSettings(threshold=0.2), CutSettings()):
        workspace.undo()
        assert workspace.current_settings() == settings
    assert not workspace.can_undo
    workspace.redo()
    assert workspace.current_settings() == CutSettings(threshold=0.2)


def test_applying_to_all_is_taken_back_with_what_each_photo_had(workspace: Workspace, told: list[Change]) -> None:
    own = CutSettings(threshold=0.9)
    workspace.add([entry("a"), replace(entry("b", DONE), settings=own), entry("c")])
    workspace.edit(CutSettings(threshold=0.1))
    told.clear()
    workspace.apply_to_all()
    assert [(change.step.deed, change.step.count) for change in told if change.step] == [(Deed.APPLY, 3)]
    workspace.undo()
    used = {one.path.name: workspace.settings_of(one).threshold for one in workspace.photos}
    assert used == {"a": 0.1, "b": 0.9, "c": 0.5}
    workspace.redo()
    assert {workspace.settings_of(one).threshold for one in workspace.photos} == {0.1}


def test_photos_taken_off_the_list_come_back_to_their_places_with_their_work(workspace: Workspace) -> None:
    workspace.add([entry(name) for name in "abcd"])
    workspace.look_at(path("b"))
    workspace.correct(stroke(1))
    workspace.remove([path("b"), path("d")])
    workspace.undo()
    assert [one.path.name for one in workspace.photos] == list("abcd")
    assert workspace.photos[path("b")].strokes == (stroke(1),)
    assert workspace.looked_at == path("b")
    workspace.redo()
    assert [one.path.name for one in workspace.photos] == ["a", "c"]


def test_work_on_a_removed_photo_is_there_when_it_is_added_again_also_after_a_restart(workspace: Workspace) -> None:
    workspace.add([entry("a"), entry("b")])
    workspace.correct(stroke(1))
    workspace.remove([path("a")])
    later = Workspace(OutputDefaults(PICTURES))
    later.restore(workspace.snapshot())
    later.add([entry("a")])
    assert later.photos[path("a")].strokes == (stroke(1),)


def test_what_is_written_is_taken_back_too(workspace: Workspace) -> None:
    before = workspace.output
    workspace.edit_output(replace(before, format=Format.WEBP))
    workspace.edit_output(replace(workspace.output, existing=Existing.OVERWRITE))
    workspace.undo()
    assert workspace.output == replace(before, format=Format.WEBP)
    workspace.undo()
    assert workspace.output == before


# -- output ---------------------------------------------------------------------------------------------------------


def test_cutouts_go_beside_the_first_photos_until_a_folder_is_chosen(workspace: Workspace) -> None:
    assert workspace.output.folder == PICTURES
    workspace.add([entry("a")])
    assert workspace.output.folder == Path("/photos/cutouts")
    workspace.add([PhotoEntry(Path("/others/b"), Path("/others"))])
    assert workspace.output.folder == Path("/photos/cutouts")
    workspace.edit_output(replace(workspace.output, folder=Path("/mine")))
    workspace.remove([one.path for one in workspace.photos])
    workspace.add([PhotoEntry(Path("/others/b"), Path("/others"))])
    assert workspace.output.folder == Path("/mine")


def test_photos_of_ours_get_no_cutouts_beside_them() -> None:
    workspace = Workspace(OutputDefaults(PICTURES, not_beside=(Path("/photos"),)))
    workspace.add([entry("a")])
    assert workspace.output.folder == PICTURES


def test_the_programs_settings_hold_until_the_hand_and_again_when_they_change(workspace: Workspace) -> None:
    defaults = OutputDefaults(PICTURES, Path("/default"), Existing.OVERWRITE)
    workspace.add([entry("a")])
    workspace.use_defaults(defaults)
    assert (workspace.output.folder, workspace.output.existing) == (Path("/default"), Existing.OVERWRITE)
    workspace.edit_output(replace(workspace.output, folder=Path("/mine")))
    workspace.use_defaults(replace(defaults, existing=Existing.RENAME))
    assert (workspace.output.folder, workspace.output.existing) == (Path("/mine"), Existing.RENAME)
    workspace.use_defaults(replace(defaults, folder=None))
    assert workspace.output.folder == Path("/photos/cutouts"), "no default any more: beside the photos"


def test_a_new_default_holds_from_the_second_start_on_too(workspace: Workspace) -> None:
    workspace.add([entry("a")])
    second = Workspace(OutputDefaults(PICTURES, Path("/default"), Existing.OVERWRITE))
    second.restore(workspace.snapshot())
    assert (second.output.folder, second.output.existing) == (Path("/default"), Existing.OVERWRITE)
    workspace.edit_output(replace(workspace.output, folder=Path("/mine"), existing=Existing.RENAME))
    second.restore(workspace.snapshot())
    assert second.output == workspace.output, "what was chosen by hand stays"


# -- models ---------------------------------------------------------------------------------------------------------


def test_the_threshold_follows_the_model_while_nobody_has_moved_it(workspace: Workspace) -> None:
    workspace.use_model(Mode.CUTOUT, "one", 0.4)
    assert workspace.shared.threshold == 0.4
    workspace.edit(replace(workspace.shared, threshold=0.7))
    workspace.use_model(Mode.CUTOUT, "two", 0.5)
    assert (workspace.shared.threshold, workspace.default_threshold) == (0.7, 0.5)


def test_a_threshold_moved_to_the_usual_default_survives_a_restart(workspace: Workspace) -> None:
    workspace.use_model(Mode.CUTOUT, "one", 0.4)
    workspace.edit(replace(workspace.shared, threshold=0.5))
    second = Workspace(OutputDefaults(PICTURES))
    second.restore(workspace.snapshot())
    second.use_model(Mode.CUTOUT, "one", 0.4)
    assert second.shared.threshold == 0.5


def test_another_model_is_told_once_with_its_threshold(workspace: Workspace, told: list[Change]) -> None:
    workspace.use_model(Mode.VESSEL, "unet-vessel", 0.3)
    assert [change.parts for change in told] == [{Part.MODEL, Part.SETTINGS, Part.OUTPUT}]
    workspace.use_model(Mode.VESSEL, "unet-vessel", 0.3)
    assert len(told) == 1


# -- batches --------------------------------------------------------------------------------------------------------


def test_an_export_takes_what_waits_and_else_everything_that_can_be_read_again(workspace: Workspace) -> None:
    workspace.add([entry("a", DONE), entry("b"), entry("c", PhotoState.FAILED), entry("d", PhotoState.MISSING)])
    assert workspace.to_cut() == ([path("b")], False)
    assert workspace.failed() == [path("c"), path("d")]
    workspace.change_many({path("b"): {"state": DONE}})
    assert workspace.to_cut() == ([path("a"), path("b")], True)


def test_looks_belong_to_their_model_and_survive_settings(workspace: Workspace) -> None:
    workspace.use_model(Mode.CUTOUT, "small")
    workspace.add([entry("a"), entry("b")])
    workspace.take_looks(
        [FirstLook(path("a"), "small", 0.9, Reason.EDGE, (30, 20)), FirstLook(path("b"), "large", 0.9)]
    )
    found = workspace.photos[path("a")]
    assert (found.doubtful, found.reason, found.size, found.looked) == (True, Reason.EDGE, (30, 20), "small")
    assert not workspace.photos[path("b")].looked, "a look of another model comes too late"
    workspace.look_at(path("a"))
    workspace.edit(CutSettings(threshold=0.3))
    workspace.apply_to_all()
    assert workspace.photos[path("a")].doubtful
    workspace.review(path("a"))
    assert not workspace.photos[path("a")].doubtful
    workspace.use_model(Mode.CUTOUT, "large")
    workspace.expire_looks()
    fresh = workspace.photos[path("a")]
    assert (fresh.looked, fresh.doubt, fresh.reviewed) == ("", None, False)


def test_what_is_written_has_changed_once_another_file_would_be(workspace: Workspace) -> None:
    workspace.add([entry("a", DONE), entry("b", DONE)])
    workspace.edit_output(replace(workspace.output, existing=Existing.OVERWRITE))
    assert {one.state for one in workspace.photos} == {DONE}
    workspace.edit_output(replace(workspace.output, format=Format.WEBP))
    assert {one.state for one in workspace.photos} == {PhotoState.WAITING}


def test_a_batch_from_its_begin_to_its_end(workspace: Workspace, told: list[Change]) -> None:
    workspace.add([entry(name, DONE) for name in "abcde"])
    told.clear()
    make_jobs, only = workspace.begin_batch([path(name) for name in "abcd"])
    jobs = make_jobs()
    assert (len(jobs), only, len(told)) == (5, {0, 1, 2, 3}, 1), "all jobs give the outputs their names"
    assert states(workspace) == dict.fromkeys("abcd", WAITING) | {"e": DONE}
    workspace.follow_batch([path("a"), path("b"), path("c"), path("d")], [])
    workspace.look_at(path("b"))
    workspace.edit(BOLD)
    out = (Path("/out/a-cutout.png"),)
    results = [
        JobResult(0, jobs[0], JobState.DONE, out, 0.3, width=4, height=3),
        JobResult(1, jobs[1], JobState.DONE, out, 0.1),
        JobResult(2, jobs[2], JobState.FAILED, error=PhotoDamaged(path("c"))),
    ]
    told.clear()
    workspace.follow_batch([], results)
    workspace.end_batch()
    assert len(told) == 2
    a, b, c, d, _ = workspace.photos
    assert (a.state, a.outputs, a.doubt, a.size) == (DONE, out, 0.3, (4, 3))
    assert b.state is WAITING, "changed by hand meanwhile"
    assert (c.state, str(c.error)) == (PhotoState.FAILED, str(PhotoDamaged(path("c"))))
    assert d.state is WAITING, "not begun, or cut off"


def test_what_an_earlier_run_finished_is_done(workspace: Workspace) -> None:
    workspace.add([entry("a"), entry("b")])
    make_jobs, _ = workspace.begin_batch([path("a"), path("b")])
    skipped = [JobResult(n, job, JobState.SKIPPED, remembered=n == 0) for n, job in enumerate(make_jobs())]
    workspace.follow_batch([], skipped)
    assert states(workspace) == {"a": DONE, "b": PhotoState.SKIPPED}


def test_missing_photos_are_marked_and_come_back(workspace: Workspace, told: list[Change]) -> None:
    workspace.add([entry("a", DONE), entry("b", DONE)])
    told.clear()
    workspace.mark_missing({path("a")})
    assert states(workspace) == {"a": PhotoState.MISSING, "b": DONE}
    workspace.mark_missing(set())
    assert states(workspace) == {"a": WAITING, "b": DONE}
    assert len(told) == 2


# -- keeping --------------------------------------------------------------------------------------------------------


def test_a_snapshot_restores_everything(workspace: Workspace) -> None:
    workspace.add([entry("b", DONE, 0.9), entry("a")])
    workspace.edit(BOLD)
    workspace.correct(stroke(1))
    workspace.choose_model("mine")
    workspace.use_model(Mode.CUTOUT, "mine", 0.4)
    workspace.edit_output(replace(workspace.output, folder=Path("/mine")))
    workspace.arrange(Sort.NAME, Filter.ALL)
    workspace.look_at(path("a"))
    workspace.show(View.SPLIT)
    second = Workspace(OutputDefaults(PICTURES))
    second.restore(workspace.snapshot())
    assert second.snapshot() == workspace.snapshot()
    assert second.photos.rows == (path("a"), path("b"))


def test_photos_that_came_before_the_last_session_was_read_follow_it(workspace: Workspace) -> None:
    workspace.add([entry("old")])
    second = Workspace(OutputDefaults(PICTURES))
    second.add([PhotoEntry(Path("/new/n")), entry("old")])
    second.restore(workspace.snapshot())
    assert [one.path.name for one in second.photos] == ["old", "n"]
    assert second.looked_at == Path("/new/n")
    assert second.output.folder == Path("/photos/cutouts")


def test_an_entry_takes_only_fields_that_it_has() -> None:
    with pytest.raises(TypeError, match="colour"):
        entry("a").but(colour="red")
    assert entry("a").but(doubt=0.5) == replace(entry("a"), doubt=0.5)
