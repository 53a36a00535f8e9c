"""A folder is watched: photos are cut as they arrive, failures are kept and tried again, a second start knows all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import pytest

from matting.batch.jobs import Job, JobResult, JobState
from matting.batch.journal import Journal
from matting.batch.patterns import Patterns
from matting.errors import KirieError, PhotoDamaged
from matting.settings import Existing, OutputSettings
from matting.system.control import Control
from matting.watch.watcher import Watched, Watcher
from tests.matting.batch.batch_help import FAST, Brightness, files_in, save_photo


class Studio:
    """A watched folder whose time stands still but for its waits: between two looks ``steps`` happen, one a wait."""

    def __init__(self, folder: Path) -> None:
        self.photos, self.out = folder / "in", folder / "out"
        self.photos.mkdir(parents=True, exist_ok=True)
        self.results: list[JobResult] = []
        self.troubles: list[KirieError | None] = []
        self.failing: list[set[str]] = []
        self.predictor = Brightness()
        self.now = 0.0
        self.waits: list[float] = []

    def watch(
        self, *steps: Callable[[], object], existing: Existing = Existing.SKIP, patterns: Patterns | None = None
    ) -> Watcher:
        """Watch until the steps are used up; each look is followed by the next step and by enough time to settle."""
        control, left = Control(), iter(steps)

        def wait(seconds: float) -> None:
            self.waits.append(seconds)
            self.now += 10
            step = next(left, None)
            if step is None:
                control.wind_down()
            else:
                step()

        with Journal(self.out) as journal:
            watcher = Watcher(
                Watched(
                    [self.photos],
                    OutputSettings(self.out, existing=existing),
                    lambda photo: Job(photo.path, photo.root, FAST),
                    patterns or Patterns(),
                    settle_s=5,
                ),
                self.predictor,
                on_result=self.results.append,
                on_trouble=self.troubles.append,
                on_failing=lambda failing: self.failing.append({path.name for path in failing}),
                clock=lambda: self.now,
                wait=wait,
            )
            watcher.run(journal, control)
        return watcher


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    """Return an empty watched folder."""
    return Studio(tmp_path)


def nothing() -> None:
    """Let time pass."""


def test_photos_are_cut_as_they_arrive(studio: Studio) -> None:
    save_photo(studio.photos / "a.jpg")
    studio.watch(
        nothing,
        lambda: save_photo(studio.photos / "sub/b.png"),
        lambda: save_photo(studio.photos / "c-draft.jpg"),
        nothing,
        nothing,
        patterns=Patterns(exclude=("*-draft*",)),
    )
    assert files_in(studio.out) == {"a-cutout.png", "sub/b-cutout.png"}
    assert [(result.job.source.name, result.state) for result in studio.results] == [
        ("a.jpg", JobState.DONE),
        ("b.png", JobState.DONE),
    ]


def test_a_file_that_grows_is_left_until_it_is_whole(studio: Studio) -> None:
    whole = save_photo(studio.photos.parent / "whole.bmp", side=200).read_bytes()
    path = studio.photos / "a.bmp"
    pieces = [whole[: len(whole) * part // 8] for part in range(1, 8)]
    studio.watch(
        *(lambda piece=piece: path.write_bytes(piece) for piece in pieces),
        lambda: path.write_bytes(whole),
        nothing,
        nothing,
    )
    assert [result.state for result in studio.results] == [JobState.DONE]
    assert studio.predictor.count == 1


def test_names_never_meet_whenever_photos_arrive(studio: Studio) -> None:
    save_photo(studio.photos / "a.jpg")
    studio.watch(nothing, lambda: save_photo(studio.photos / "a.png"), nothing, nothing)
    assert files_in(studio.out) == {"a-cutout.png", "a-png-cutout.png"}
    again = len(studio.results)
    studio.watch(nothing)
    assert {result.state for result in studio.results[again:]} == {JobState.SKIPPED}
    assert studio.predictor.count == 2


def test_a_failure_is_listed_and_tried_again_when_the_file_changes(studio: Studio) -> None:
    bad = studio.photos / "a.jpg"
    bad.write_bytes(b"\xff\xd8\xff not a photo")
    save_photo(studio.photos / "b.jpg")
    studio.watch(nothing, nothing, nothing, lambda: save_photo(bad), nothing, nothing)
    states = [(result.job.source.name, result.state) for result in studio.results]
    assert sorted(states[:2]) == [("a.jpg", JobState.FAILED), ("b.jpg", JobState.DONE)]
    assert states[2:] == [("a.jpg", JobState.DONE)]
    assert isinstance(studio.results[0].error or studio.results[1].error, PhotoDamaged)
    assert {"a.jpg"} in studio.failing
    assert studio.failing[-1] == set()


def test_a_failing_photo_that_is_taken_away_leaves_the_list(studio: Studio) -> None:
    bad = studio.photos / "a.jpg"
    bad.write_bytes(b"\xff\xd8\xff not a photo")
    studio.watch(nothing, bad.unlink, nothing)
    assert {"a.jpg"} in studio.failing
    assert studio.failing[-1] == set()


def test_a_changed_photo_is_cut_again(studio: Studio) -> None:
    photo = save_photo(studio.photos / "a.jpg")
    before: list[bytes] = []

    def change() -> None:
        before.append((studio.out / "a-cutout.png").read_bytes())
        save_photo(photo, seed=5)

    studio.watch(nothing, change, nothing, nothing)
    assert studio.predictor.count == 2
    assert (studio.out / "a-cutout.png").read_bytes() != before[0]


def test_reused_names_keep_both_cutouts_when_asked(studio: Studio) -> None:
    """A camera counts from IMG_0001 again, after the first one was moved away."""
    photo = save_photo(studio.photos / "IMG_0001.jpg")
    arrive = lambda: save_photo(photo, seed=3)  # noqa: E731
    studio.watch(nothing, photo.unlink, arrive, nothing, nothing, existing=Existing.RENAME)
    assert files_in(studio.out) == {"IMG_0001-cutout.png", "IMG_0001-cutout-2.png"}


def test_a_second_start_cuts_nothing_again(studio: Studio) -> None:
    for number in range(4):
        save_photo(studio.photos / f"{number}.jpg", seed=number)
    studio.watch(nothing)
    written = {path: path.stat().st_mtime_ns for path in studio.out.iterdir()}
    studio.watch(nothing, lambda: save_photo(studio.photos / "new.jpg"), nothing, nothing)
    assert studio.predictor.count == 5
    assert {path: path.stat().st_mtime_ns for path in written} == written


def test_a_folder_that_is_away_for_a_while_loses_nothing(studio: Studio) -> None:
    """A network drive is unmounted and comes back."""
    away = studio.photos.with_name("away")
    save_photo(studio.photos / "a.jpg")
    studio.watch(
        nothing, lambda: studio.photos.rename(away), nothing, lambda: away.rename(studio.photos), nothing, nothing
    )
    assert studio.predictor.count == 1
    assert files_in(studio.out) == {"a-cutout.png"}


def test_an_output_folder_that_cannot_be_written_is_waited_for(studio: Studio) -> None:
    save_photo(studio.photos / "a.jpg")
    studio.out.write_bytes(b"a file where the folder should be")

    def later() -> None:
        studio.now += 100

    def mend() -> None:
        studio.out.unlink()
        later()

    studio.watch(nothing, nothing, mend, nothing)
    assert files_in(studio.out) == {"a-cutout.png"}
    assert len(studio.troubles) == 2
    assert str(studio.out) in str(studio.troubles[0])
    assert studio.troubles[1] is None


def test_outputs_inside_the_watched_folder_are_no_photos(studio: Studio) -> None:
    studio.out = studio.photos / "cutouts"
    save_photo(studio.photos / "a.jpg")
    studio.watch(nothing, nothing, nothing, nothing)
    assert studio.predictor.count == 1
    assert files_in(studio.photos) == {"a.jpg", "cutouts/a-cutout.png"}
    assert cv2.imread(str(studio.out / "a-cutout.png"), cv2.IMREAD_UNCHANGED).shape[2] == 4


def test_what_a_hold_left_undone_is_cut_when_it_goes_on(studio: Studio) -> None:
    for number in range(8):
        save_photo(studio.photos / f"{number}.jpg", seed=number)
    control = Control()
    predictor = Brightness(lambda count: control.wind_down() if count == 2 else None)
    watched = Watched([studio.photos], OutputSettings(studio.out), lambda photo: Job(photo.path, photo.root, FAST))

    def wait(_seconds: float) -> None:
        studio.now += 10
        if studio.now > 100:
            control.wind_down()

    watcher = Watcher(watched, predictor, on_result=studio.results.append, clock=lambda: studio.now, wait=wait)
    with Journal(studio.out) as journal:
        watcher.run(journal, control)
    assert len(studio.results) < 8
    control = Control()
    with Journal(studio.out) as journal:
        watcher.run(journal, control)
    assert files_in(studio.out) == {f"{number}-cutout.png" for number in range(8)}
    assert predictor.count == len(studio.results) == 8
