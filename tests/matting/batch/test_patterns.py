"""Patterns choose among the photos of a folder, as a person would read them."""

from __future__ import annotations

from pathlib import Path

import pytest

from matting.batch.find_photos import find_photos
from matting.batch.patterns import Patterns
from matting.batch.search import search

FILES = ("IMG_1.JPG", "IMG_2.png", "shoe-draft.jpg", "album/IMG_3.jpg", "album/drafts/IMG_4.jpg", "drafts/IMG_5.jpg")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder, itself below one named drafts, which must not count."""
    root = tmp_path / "drafts/photos"
    for name in FILES:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(b"")
    return root


@pytest.mark.parametrize(
    ("patterns", "left"),
    [
        (Patterns(), set(FILES)),
        (Patterns(include=("*.jpg",)), set(FILES) - {"IMG_2.png"}),
        (Patterns(include=("*.png", "shoe*")), {"IMG_2.png", "shoe-draft.jpg"}),
        (Patterns(exclude=("*-draft.*",)), set(FILES) - {"shoe-draft.jpg"}),
        (Patterns(exclude=("drafts",)), {"IMG_1.JPG", "IMG_2.png", "shoe-draft.jpg", "album/IMG_3.jpg"}),
        (Patterns(exclude=("drafts/*",)), {"IMG_1.JPG", "IMG_2.png", "shoe-draft.jpg", "album/IMG_3.jpg"}),
        (Patterns(exclude=("album/drafts/",)), set(FILES) - {"album/drafts/IMG_4.jpg"}),
        (Patterns(include=("album",), exclude=("IMG_4*",)), {"album/IMG_3.jpg"}),
        (Patterns(include=("img_[12].*",)), {"IMG_1.JPG", "IMG_2.png"}),
        (Patterns(include=("a*.jpg",)), set()),
    ],
)
def test_what_is_left(folder: Path, patterns: Patterns, left: set[str]) -> None:
    taken = [photo.path for photo in find_photos([folder]) if patterns.take(photo)]
    assert {path.relative_to(folder).as_posix() for path in taken} == left


def test_unicode_forms_are_the_same(tmp_path: Path) -> None:
    (tmp_path / "caf\u0065\u0301.jpg").write_bytes(b"")  # as macOS stores it
    assert search([tmp_path], tmp_path / "out", patterns=Patterns(include=("caf\u00e9*",))).photos
    assert not search([tmp_path], tmp_path / "out", patterns=Patterns(exclude=("CAFÉ*",))).photos


def test_photos_named_by_themselves_are_chosen_too(tmp_path: Path) -> None:
    photos = [tmp_path / "a.jpg", tmp_path / "a-draft.jpg"]
    for photo in photos:
        photo.write_bytes(b"")
    found = search(photos, tmp_path / "out", patterns=Patterns(exclude=("*-draft*",)))
    assert [photo.path for photo in found.photos] == photos[:1]
    several = search([tmp_path], tmp_path / "out", patterns=Patterns(include=("nothing",)))
    assert not several.photos
