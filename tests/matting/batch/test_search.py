"""Kirie's own files are not taken for photos, whichever folder they were written to."""

from __future__ import annotations

from pathlib import Path

import pytest

from matting.batch.batch import Batch
from matting.batch.jobs import Job
from matting.batch.journal import Journal, noted_outputs
from matting.batch.search import search
from matting.settings import OutputSettings
from tests.matting.batch.batch_help import FAST, Brightness, save_photo


def cut(photo: Path, folder: Path) -> Path:
    """Run a real batch of one photo; return its cutout."""
    with Journal(folder) as journal:
        summary = Batch([Job(photo, None, FAST)], OutputSettings(folder), Brightness(), journal=journal).run()
    return summary.results[0].outputs[0]


@pytest.fixture
def shoes(tmp_path: Path) -> Path:
    """Return a folder of two photos, one of which has a cutout in ``cutouts``."""
    save_photo(tmp_path / "shoes" / "b.png")
    cut(save_photo(tmp_path / "shoes" / "a.png"), tmp_path / "shoes" / "cutouts")
    return tmp_path / "shoes"


def names(photos: list[Path]) -> list[str]:
    return [path.name for path in photos]


def test_the_output_folder_is_stayed_out_of(shoes: Path) -> None:
    found = search([shoes], shoes / "cutouts")
    assert names([photo.path for photo in found.photos]) == ["a.png", "b.png"]
    assert names(found.own) == ["a-cutout.png"]


def test_an_earlier_output_folder_is_known_by_its_journal(shoes: Path, tmp_path: Path) -> None:
    mine = save_photo(shoes / "cutouts" / "mine.png")
    found = search([shoes], tmp_path / "elsewhere")
    assert names([photo.path for photo in found.photos]) == ["a.png", "b.png", mine.name]
    assert names(found.own) == ["a-cutout.png"]


def test_cutouts_beside_their_photos_are_known_by_the_journal(tmp_path: Path) -> None:
    cut(save_photo(tmp_path / "a.png"), tmp_path)
    found = search([tmp_path], tmp_path)
    assert names([photo.path for photo in found.photos]) == ["a.png"]
    assert names(found.own) == ["a-cutout.png"]


def test_a_folder_of_cutouts_named_by_itself_can_be_cut_into_another_folder(shoes: Path, tmp_path: Path) -> None:
    found = search([shoes / "cutouts"], tmp_path / "again")
    assert names([photo.path for photo in found.photos]) == ["a-cutout.png"]
    assert search([shoes / "cutouts"], shoes / "cutouts").photos == []


def test_a_file_named_by_itself_is_ours_only_in_the_output_folder(shoes: Path, tmp_path: Path) -> None:
    cutout = shoes / "cutouts" / "a-cutout.png"
    assert names(search([cutout], shoes / "cutouts").own) == [cutout.name]
    assert search([cutout], tmp_path / "again").own == []
    other = save_photo(shoes / "cutouts" / "new.png")
    assert [photo.path for photo in search([other], shoes / "cutouts").photos] == [other]


def test_what_a_journal_notes_is_read_while_a_batch_holds_it(shoes: Path) -> None:
    with Journal(shoes / "cutouts"):
        assert names(list(noted_outputs(shoes / "cutouts"))) == ["a-cutout.png"]
    assert noted_outputs(shoes) == set()
