"""What happens to files that stand where a photo's outputs should go."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from matting.alpha.strokes import Stroke
from matting.batch.existing_outputs import Resolver, settings_digest
from matting.batch.jobs import Job
from matting.batch.journal import Entry, Journal, file_mark, path_text
from matting.settings import CutSettings, Existing, OutputSettings

JOB_SETTINGS = CutSettings()
STROKE = Stroke(keep=True, radius=3, hardness=1, points=((1, 1, 1), (2, 2, 1)))


@pytest.fixture
def job(tmp_path: Path) -> Job:
    source = tmp_path / "in/a.jpg"
    source.parent.mkdir()
    source.write_bytes(b"photo")
    (tmp_path / "out").mkdir()
    return Job(source, source.parent, JOB_SETTINGS)


def _made(journal: Journal, job: Job, key: str, **outputs: Path) -> None:
    """As if Kirie had cut the photo with settings ``key``."""
    mark = file_mark(job.source)
    assert mark
    for path in outputs.values():
        path.write_bytes(key.encode())
    named = {kind: (path_text(path), None) for kind, path in outputs.items()}
    journal.done(Entry(path_text(job.source), mark, key, named, "done", 0.1, 4, 3, bool(job.strokes)))


@pytest.mark.parametrize("existing", list(Existing))
def test_what_is_not_there_is_written(tmp_path: Path, job: Job, existing: Existing) -> None:
    planned = {"cutout": tmp_path / "out/a.png"}
    assert Resolver(existing).decide(job, planned, "key").targets == planned


def test_somebody_elses_file_is_skipped_replaced_or_gone_round(tmp_path: Path, job: Job) -> None:
    path = tmp_path / "out/a.png"
    path.write_bytes(b"theirs")
    planned = {"cutout": path}
    skipped = Resolver(Existing.SKIP).decide(job, planned, "key")
    assert (skipped.targets, skipped.present) == ({}, (path,))
    assert Resolver(Existing.OVERWRITE).decide(job, planned, "key").targets == planned
    renaming = Resolver(Existing.RENAME)
    assert renaming.decide(job, planned, "key").targets == {"cutout": tmp_path / "out/a-2.png"}
    # Not written yet, and still nobody else gets the same name.
    assert renaming.decide(job, planned, "key").targets == {"cutout": tmp_path / "out/a-3.png"}


def test_only_the_missing_one_of_two_files_is_written_when_skipping(tmp_path: Path, job: Job) -> None:
    planned = {"cutout": tmp_path / "out/a.png", "mask": tmp_path / "out/b.png"}
    planned["cutout"].write_bytes(b"theirs")
    decision = Resolver(Existing.SKIP).decide(job, planned, "key")
    assert decision.targets == {"mask": planned["mask"]}
    assert decision.present == (planned["cutout"],)


@pytest.mark.parametrize("existing", list(Existing))
def test_what_is_finished_with_the_same_settings_is_left_alone(tmp_path: Path, job: Job, existing: Existing) -> None:
    with Journal(tmp_path / "out") as journal:
        planned = {"cutout": tmp_path / "out/a.png"}
        _made(journal, job, "key", **planned)
        decision = Resolver(existing, journal).decide(job, planned, "key")
        assert not decision.targets
        assert decision.finished
        assert Resolver(existing, journal, redo=True).decide(job, planned, "key").targets


def test_our_own_file_is_made_again_when_settings_or_photo_changed(tmp_path: Path, job: Job) -> None:
    planned = {"cutout": tmp_path / "out/a.png"}
    with Journal(tmp_path / "out") as journal:
        _made(journal, job, "old", **planned)
        assert Resolver(Existing.SKIP, journal).decide(job, planned, "new").targets == planned
        assert Resolver(Existing.RENAME, journal).decide(job, planned, "new").targets != planned
        job.source.write_bytes(b"an edited photo")
        assert Resolver(Existing.SKIP, journal).decide(job, planned, "old").targets == planned


def test_our_own_file_that_a_person_changed_is_theirs(tmp_path: Path, job: Job) -> None:
    planned = {"cutout": tmp_path / "out/a.png"}
    with Journal(tmp_path / "out") as journal:
        _made(journal, job, "old", **planned)
        planned["cutout"].write_bytes(b"retouched")
        assert not Resolver(Existing.SKIP, journal).decide(job, planned, "new").targets


def test_a_cut_made_with_strokes_is_replaced_only_by_one_with_strokes(tmp_path: Path, job: Job) -> None:
    planned = {"cutout": tmp_path / "out/a.png"}
    by_hand = replace(job, strokes=(STROKE,))
    with Journal(tmp_path / "out") as journal:
        _made(journal, by_hand, "strokes", **planned)
        assert not Resolver(Existing.SKIP, journal).decide(job, planned, "plain").targets
        assert Resolver(Existing.SKIP, journal).decide(by_hand, planned, "other strokes").targets == planned


def test_another_photos_file_is_never_ours(tmp_path: Path, job: Job) -> None:
    planned = {"cutout": tmp_path / "out/a.png"}
    other = tmp_path / "other/a.jpg"
    other.parent.mkdir()
    other.write_bytes(b"photo")
    with Journal(tmp_path / "out") as journal:
        _made(journal, job, "key", **planned)
        decision = Resolver(Existing.SKIP, journal).decide(replace(job, source=other), planned, "key")
        assert decision.present == (planned["cutout"],)


def test_files_begun_before_a_kill_are_written_to_the_same_names(tmp_path: Path, job: Job) -> None:
    planned = {"cutout": tmp_path / "out/a.png", "mask": tmp_path / "out/b.png"}
    mark = file_mark(job.source)
    assert mark
    with Journal(tmp_path / "out") as journal:
        named = {kind: (path_text(path), None) for kind, path in planned.items()}
        journal.begin(Entry(path_text(job.source), mark, "key", named, "done", 0.1, 4, 3))
        planned["cutout"].write_bytes(b"made")
    for existing in Existing:
        with Journal(tmp_path / "out") as journal:
            assert Resolver(existing, journal).decide(job, planned, "key").targets == planned


@pytest.mark.parametrize("link", [False, True])
def test_the_photo_itself_is_never_replaced(tmp_path: Path, job: Job, link: bool) -> None:
    path = job.source
    if link:
        path = tmp_path / "out/a.jpg"
        os.link(job.source, path)
    decision = Resolver(Existing.OVERWRITE).decide(job, {"cutout": path}, "key")
    assert decision.targets == {"cutout": path.with_name("a-2.jpg")}


def test_a_broken_link_counts_as_there(tmp_path: Path, job: Job) -> None:
    path = tmp_path / "out/a.png"
    path.symlink_to(tmp_path / "nowhere")
    assert not Resolver(Existing.SKIP).decide(job, {"cutout": path}, "key").targets


def test_the_digest_follows_everything_that_shapes_the_files(tmp_path: Path, job: Job) -> None:
    picture = tmp_path / "behind.png"
    picture.write_bytes(b"one")
    output = OutputSettings(tmp_path / "out")

    def digest(
        changed_job: Job = job, changed: OutputSettings = output, kinds: tuple[str, ...] = ("cutout",), key: str = "m"
    ) -> str:
        return settings_digest(changed_job, changed, kinds, key)

    def with_settings(**changes: object) -> Job:
        return replace(job, settings=replace(JOB_SETTINGS, **changes))  # type: ignore[arg-type]

    behind = digest(with_settings(background=picture))
    picture.write_bytes(b"another picture")
    different = [
        digest(),
        digest(with_settings(threshold=0.4)),
        digest(with_settings(trim=True)),
        digest(with_settings(background="#ffffff")),
        digest(replace(job, strokes=(STROKE,))),
        digest(changed=replace(output, name="{stem}")),
        digest(changed=replace(output, write_empty=True)),
        digest(kinds=("cutout", "mask")),
        digest(key="another model"),
        behind,
        digest(with_settings(background=picture)),
    ]
    assert len(set(different)) == len(different)
    # Where files go and what to do with old ones does not shape them.
    same = replace(output, folder=tmp_path, existing=Existing.RENAME)
    assert digest(changed=same) == digest()
