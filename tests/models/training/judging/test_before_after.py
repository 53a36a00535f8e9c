"""Photos of a run as its start and its result cut them out."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from models.catalogue.catalogue import DEFAULT_MODEL, read_metadata
from models.training.data.check import check_dataset, photo_digest
from models.training.data.datasets import find_dataset
from models.training.judging.before_after import SHOWN, before_and_after
from models.training.run_folder import RunFolder
from tests.models.training.runs import recipe, start


def test_photos_kept_aside_come_first_and_each_is_cut_by_both(discs: Path, tmp_path: Path) -> None:
    start("d", recipe(discs, epochs=1), tmp_path)
    run = RunFolder(tmp_path / "d")
    pictures = before_and_after(run, 1.0, DEFAULT_MODEL)
    assert len(pictures) == SHOWN
    aside = set(read_metadata(run.model)["extra"]["held_out"])
    rows = {row.path: photo_digest(row) in aside for row in check_dataset(find_dataset(discs)).usable}
    assert [one.kept_aside for one in pictures] == [rows[one.photo] for one in pictures]
    assert [one.kept_aside for one in pictures] == sorted(rows.values(), reverse=True)[:SHOWN]
    for one in pictures:
        assert one.before.alpha.shape == one.after.alpha.shape
        assert not np.array_equal(one.before.alpha, one.after.alpha)


def test_photos_that_have_gone_are_left_out(discs: Path, tmp_path: Path) -> None:
    start("d", recipe(discs, epochs=1), tmp_path)
    for photo in (discs / "images").iterdir():
        photo.unlink()
    assert before_and_after(RunFolder(tmp_path / "d"), 1.0, DEFAULT_MODEL) == []
