"""The batch engine as the window and the command line use it."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from matting.alpha.strokes import Stroke
from matting.batch.batch import Batch
from matting.batch.find_photos import find_photos
from matting.batch.jobs import Job, JobResult, JobState, Progress
from matting.batch.journal import Journal
from matting.settings import CutSettings, Edges, Existing, Format, OutputSettings, Write
from matting.system.control import Control
from tests.matting.batch.batch_help import FAST, Brightness, files_in, jobs_for, save_photo


def _alpha(path: Path) -> NDArray[np.uint8]:
    read = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    assert read is not None
    return np.asarray(read[..., 3])


def test_every_photo_is_cut_and_reported_once(tmp_path: Path, photos: Path) -> None:
    started: list[int] = []
    results: list[JobResult] = []
    progress: list[Progress] = []
    predictor = Brightness()
    output = OutputSettings(tmp_path / "out", writes=(Write.CUTOUT, Write.MASK, Write.PROBABILITY))
    summary = Batch(
        jobs_for(photos),
        output,
        predictor,
        on_start=lambda index, _: started.append(index),
        on_result=results.append,
        on_progress=progress.append,
    ).run()
    assert summary.counts == {JobState.DONE: 6}
    assert sorted(started) == sorted(result.index for result in results) == list(range(6))
    assert [result.index for result in summary.results] == list(range(6))
    assert predictor.threads == {threading.get_ident()}
    assert files_in(tmp_path / "out") == {f"{n}-{kind}.png" for n in range(6) for kind in Write}
    assert [step.done for step in progress] == [1, 2, 3, 4, 5, 6]
    assert progress[-1].total == 6
    assert progress[-1].rate
    assert progress[-1].remaining_s == 0
    first = summary.results[0]
    assert (first.width, first.height) == (48, 48)
    assert first.seconds > 0
    assert set(first.outputs) == {tmp_path / f"out/0-{kind}.png" for kind in Write}
    alpha = _alpha(tmp_path / "out/0-cutout.png")
    assert alpha[24, 24] == 255
    assert alpha[0, 0] == 0
    mask = cv2.imread(str(tmp_path / "out/0-mask.png"), cv2.IMREAD_UNCHANGED)
    assert np.array_equal(mask, alpha)


def test_the_probability_map_is_written_at_photo_size_as_computed(tmp_path: Path) -> None:
    photo = np.full((60, 90, 3), 51, np.uint8)
    photo[:, 45:] = 204
    cv2.imwrite(str(tmp_path / "a.png"), photo)
    Batch(
        jobs_for(tmp_path / "a.png"), OutputSettings(tmp_path / "out", writes=(Write.PROBABILITY,)), Brightness()
    ).run()
    written = cv2.imread(str(tmp_path / "out/a-probability.png"), cv2.IMREAD_UNCHANGED)
    assert written is not None
    assert written.shape == (60, 90)
    assert abs(int(written[30, 10]) - 51) <= 1
    assert abs(int(written[30, 80]) - 204) <= 1


def test_the_tree_is_mirrored_and_odd_names_are_kept(tmp_path: Path) -> None:
    names = ["a.png", "sub/a.png", "sub/a.jpg", 'with space/it\'s "a".png', "🦊/照片.png", "é.png"]
    for number, name in enumerate(names):
        save_photo(tmp_path / "in" / name, seed=number)
    summary = Batch(jobs_for(tmp_path / "in", tmp_path / "in"), OutputSettings(tmp_path / "out"), Brightness()).run()
    assert summary.counts == {JobState.DONE: 6}
    assert files_in(tmp_path / "out") == {
        "a-cutout.png",
        "sub/a-png-cutout.png",
        "sub/a-jpg-cutout.png",
        'with space/it\'s "a"-cutout.png',
        "🦊/照片-cutout.png",
        "é-cutout.png",
    }


def test_no_subject_is_said_and_written_only_when_asked(tmp_path: Path) -> None:
    save_photo(tmp_path / "in/blank.png", blank=True)
    output = OutputSettings(tmp_path / "out", writes=(Write.CUTOUT, Write.PROBABILITY))
    summary = Batch(jobs_for(tmp_path / "in"), output, Brightness()).run()
    assert summary.counts == {JobState.NO_SUBJECT: 1}
    assert summary.results[0].wants_a_look
    # The map says what the network saw, and does not depend on the threshold.
    assert files_in(tmp_path / "out") == {"blank-probability.png"}
    summary = Batch(jobs_for(tmp_path / "in"), replace(output, write_empty=True), Brightness()).run()
    assert summary.counts == {JobState.NO_SUBJECT: 1}
    assert "blank-cutout.png" in files_in(tmp_path / "out")
    assert not _alpha(tmp_path / "out/blank-cutout.png").any()


def test_a_keep_stroke_makes_a_subject_where_the_network_found_none(tmp_path: Path) -> None:
    save_photo(tmp_path / "in/blank.png", blank=True)
    stroke = Stroke(keep=True, radius=8, hardness=1, points=((20, 20, 1), (28, 28, 1)))
    job = replace(jobs_for(tmp_path / "in")[0], strokes=(stroke,))
    summary = Batch([job], OutputSettings(tmp_path / "out"), Brightness()).run()
    assert summary.counts == {JobState.DONE: 1}
    assert _alpha(tmp_path / "out/blank-cutout.png")[24, 24] == 255


def test_several_classes_get_a_mask_each_and_one_cutout(tmp_path: Path, photos: Path) -> None:
    class Halves(Brightness):
        classes = ("left", "right")

        def predict(self, _: NDArray[np.uint8]) -> NDArray[np.float32]:
            maps = np.zeros((2, 8, 8), np.float32)
            maps[0, :, :3], maps[1, :, 5:] = 1, 1
            return maps

    output = OutputSettings(tmp_path / "out", writes=(Write.CUTOUT, Write.MASK))
    Batch(jobs_for(photos / "0.png"), output, Halves()).run()
    left, right = (
        cv2.imread(str(tmp_path / f"out/0-mask-{side}.png"), cv2.IMREAD_UNCHANGED) for side in Halves.classes
    )
    assert left is not None
    assert right is not None
    assert (left[24, 2], left[24, 45], right[24, 2], right[24, 45]) == (255, 0, 0, 255)
    assert _alpha(tmp_path / "out/0-cutout.png")[24, [2, 24, 45]].tolist() == [255, 0, 255]


def test_jpeg_has_a_white_ground_unless_another_is_chosen(tmp_path: Path, photos: Path) -> None:
    output = OutputSettings(tmp_path / "out", format=Format.JPG)
    Batch(jobs_for(photos / "0.png"), output, Brightness()).run()
    white = cv2.imread(str(tmp_path / "out/0-cutout.jpg"))
    assert white is not None
    assert (white[1, 1] > 250).all()
    navy = CutSettings(edges=Edges.OFF, background="#000080")
    Batch(jobs_for(photos / "1.png", settings=navy), output, Brightness()).run()
    blue = cv2.imread(str(tmp_path / "out/1-cutout.jpg"))
    assert blue is not None
    assert blue[1, 1, 0] > 100 > blue[1, 1, 1]


def test_a_second_run_does_nothing_and_changed_settings_cut_again(tmp_path: Path, photos: Path) -> None:
    save_photo(photos / "blank.png", blank=True)
    output = OutputSettings(tmp_path / "out")

    def run(settings: CutSettings = FAST) -> tuple[int, dict[JobState, int]]:
        predictor = Brightness()
        with Journal(output.folder) as journal:
            jobs = jobs_for(photos, settings=settings)
            counts = dict(Batch(jobs, output, predictor, journal=journal).run().counts)
        return predictor.count, counts

    assert run()[1] == {JobState.DONE: 6, JobState.NO_SUBJECT: 1}
    before = {path: path.stat().st_mtime_ns for path in output.folder.iterdir()}
    assert run() == (0, {JobState.SKIPPED: 6, JobState.NO_SUBJECT: 1})
    assert {path: path.stat().st_mtime_ns for path in output.folder.iterdir()} == before
    assert run(replace(FAST, softness=0.1))[1] == {JobState.DONE: 6, JobState.NO_SUBJECT: 1}
    assert all(path.stat().st_mtime_ns != before[path] for path in output.folder.iterdir())
    (output.folder / "3-cutout.png").unlink()
    save_photo(photos / "4.png", seed=99)
    assert run(replace(FAST, softness=0.1))[1] == {JobState.SKIPPED: 4, JobState.DONE: 2, JobState.NO_SUBJECT: 1}


def test_existing_files_without_a_journal(tmp_path: Path, photos: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "0-cutout.png").write_bytes(b"theirs")

    def run(existing: Existing) -> JobResult:
        output = OutputSettings(out, existing=existing)
        return Batch(jobs_for(photos / "0.png"), output, Brightness()).run().results[0]

    skipped = run(Existing.SKIP)
    assert (skipped.state, skipped.outputs) == (JobState.SKIPPED, (out / "0-cutout.png",))
    assert run(Existing.RENAME).outputs == (out / "0-cutout-2.png",)
    assert (out / "0-cutout.png").read_bytes() == b"theirs"
    assert run(Existing.OVERWRITE).outputs == (out / "0-cutout.png",)
    assert _alpha(out / "0-cutout.png").any()


@pytest.mark.parametrize("when", [1, 3])
def test_cancel_ends_within_a_photo_and_a_second_run_does_the_rest(tmp_path: Path, when: int) -> None:
    for number in range(40):
        save_photo(tmp_path / f"in/{number}.png", seed=number)
    control = Control()
    predictor = Brightness(lambda count: control.cancel() if count == when else None)
    output = OutputSettings(tmp_path / "out")
    with Journal(output.folder) as journal:
        jobs = jobs_for(tmp_path / "in")
        summary = Batch(jobs, output, predictor, control=control, journal=journal).run()
        assert summary.cancelled
        assert predictor.count == when
        assert len(summary.results) < when + 1
        assert len(files_in(output.folder)) == len(summary.results)
        again = Batch(jobs, output, Brightness(), journal=journal).run()
    assert again.counts[JobState.DONE] + len(summary.results) == 40
    assert again.counts[JobState.SKIPPED] == len(summary.results)


def test_a_paused_batch_stands_still_and_goes_on(tmp_path: Path, photos: Path) -> None:
    control = Control()
    reached = threading.Event()

    def pause(count: int) -> None:
        if count == 2:
            control.pause()
            reached.set()

    predictor = Brightness(pause)
    batch = Batch(jobs_for(photos), OutputSettings(tmp_path / "out"), predictor, control=control)
    thread = threading.Thread(target=batch.run)
    thread.start()
    assert reached.wait(10)
    thread.join(0.2)
    assert thread.is_alive()
    assert predictor.count == 2
    control.resume()
    thread.join(10)
    assert predictor.count == 6
    assert len(files_in(tmp_path / "out")) == 6


def test_winding_down_finishes_what_was_begun(tmp_path: Path) -> None:
    for number in range(30):
        save_photo(tmp_path / f"in/{number}.png", seed=number)
    control = Control()
    started: list[int] = []
    predictor = Brightness(lambda count: control.wind_down() if count == 2 else None)
    summary = Batch(
        jobs_for(tmp_path / "in"),
        OutputSettings(tmp_path / "out"),
        predictor,
        control=control,
        on_start=lambda index, _: started.append(index),
    ).run()
    assert summary.cancelled
    assert sorted(result.index for result in summary.results) == sorted(started)
    assert 2 <= len(summary.results) < 30


def _most_at_a_time(tmp_path: Path, settings: CutSettings = FAST) -> int:
    """How many of twelve photos of 0.01 MP are in memory at once, with a budget of 0.025 MP."""
    for number in range(12):
        save_photo(tmp_path / f"in/{number}.png", side=100, seed=number)
    out, waiting = OutputSettings(tmp_path / "out"), set[int]()
    most = 0

    def started(index: int, _: Job) -> None:
        nonlocal most
        waiting.add(index)
        most = max(most, len(waiting))

    batch = Batch(
        jobs_for(tmp_path / "in", settings=settings),
        out,
        Brightness(),
        megapixels=0.025,
        workers=6,
        on_start=started,
        on_result=lambda result: waiting.discard(result.index),
    )
    assert batch.run().counts == {JobState.DONE: 12}
    return most


def test_more_memory_is_never_taken_than_the_budget_gives(tmp_path: Path) -> None:
    assert _most_at_a_time(tmp_path) <= 3  # two in flight, and one whose room is free though its result is not told yet
    giant = Batch(jobs_for(tmp_path / "in"), OutputSettings(tmp_path / "two"), Brightness(), megapixels=0.001).run()
    assert giant.counts == {JobState.DONE: 12}


def test_a_background_picture_takes_its_room_once(tmp_path: Path) -> None:
    behind = replace(FAST, background=save_photo(tmp_path / "wall.png", side=100))
    assert _most_at_a_time(tmp_path, behind) <= 2  # one in flight beside the picture, and one not told yet


def test_photos_of_an_earlier_output_folder_do_not_meet(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        save_photo(tmp_path / folder / "a.png", seed=len(folder))
    found = find_photos([tmp_path / "one", tmp_path / "two"])
    jobs = [Job(photo.path, photo.root, FAST) for photo in found]
    Batch(jobs, OutputSettings(tmp_path / "out"), Brightness()).run()
    assert files_in(tmp_path / "out") == {"one/a-cutout.png", "two/a-cutout.png"}


def test_photos_that_are_not_wanted_any_more_are_left_out(tmp_path: Path, photos: Path) -> None:
    removed: set[Path] = {photos / "5.png"}
    predictor = Brightness(before=lambda _: removed.update({photos / "0.png", photos / "3.png"}))
    progress: list[Progress] = []
    summary = Batch(
        jobs_for(photos),
        OutputSettings(tmp_path / "out"),
        predictor,
        is_wanted=lambda job: job.source not in removed,
        on_progress=progress.append,
        workers=1,
    ).run()
    assert files_in(tmp_path / "out") == {f"{number}-cutout.png" for number in (1, 2, 4)}
    assert [result.job.source.name for result in summary.results] == ["1.png", "2.png", "4.png"]
    assert (summary.total, summary.cancelled) == (3, False)
    assert (progress[-1].done, progress[-1].total) == (3, 3)
