"""Which photos a user's paths mean."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matting.batch.find_photos import FoundPhoto, find_photos, natural_key


def _touch(*paths: Path) -> None:
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")


def _names(found: list[FoundPhoto], below: Path) -> list[str]:
    return [photo.path.relative_to(below).as_posix() for photo in found]


def test_a_folder_gives_its_photos_in_natural_order(tmp_path: Path) -> None:
    _touch(*(tmp_path / name for name in ("photo 10.jpg", "photo 2.JPG", "Photo 1.png", "sub/a.webp", "notes.txt")))
    found = find_photos([tmp_path])
    assert _names(found, tmp_path) == ["Photo 1.png", "photo 2.JPG", "photo 10.jpg", "sub/a.webp"]
    assert {photo.root for photo in found} == {tmp_path}


def test_subfolders_are_left_out_when_asked(tmp_path: Path) -> None:
    _touch(tmp_path / "a.jpg", tmp_path / "sub/b.jpg")
    assert _names(find_photos([tmp_path], recursive=False), tmp_path) == ["a.jpg"]


@pytest.mark.parametrize("name", ["._a.jpg", ".hidden/a.jpg", "@eaDir/a.jpg", "__MACOSX/a.jpg", "$RECYCLE.BIN/a.jpg"])
def test_what_other_programs_scatter_is_no_photo(tmp_path: Path, name: str) -> None:
    _touch(tmp_path / name, tmp_path / "a.jpg")
    assert _names(find_photos([tmp_path]), tmp_path) == ["a.jpg"]


def test_a_file_named_by_itself_is_taken_whatever_its_suffix(tmp_path: Path) -> None:
    _touch(tmp_path / "photo.dat", tmp_path / ".hidden.jpg")
    found = find_photos([tmp_path / "photo.dat", tmp_path / ".hidden.jpg", tmp_path / "gone.jpg"])
    assert _names(found, tmp_path) == ["photo.dat", ".hidden.jpg", "gone.jpg"]
    assert {photo.root for photo in found} == {None}


def test_the_same_file_and_folder_count_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _touch(tmp_path / "in/a.jpg", tmp_path / "in/b.jpg")
    monkeypatch.chdir(tmp_path)
    spellings = [Path("in/a.jpg"), tmp_path / "in" / "a.jpg", Path("in"), tmp_path / "in", Path("in/../in")]
    found = find_photos(spellings)
    assert [photo.path.name for photo in found] == ["a.jpg", "b.jpg"]


def test_a_folder_inside_another_given_one_adds_nothing_and_keeps_the_layout(tmp_path: Path) -> None:
    _touch(tmp_path / "in/a.jpg", tmp_path / "in/sub/b.jpg")
    for order in ([tmp_path / "in", tmp_path / "in/sub"], [tmp_path / "in/sub", tmp_path / "in"]):
        found = find_photos(order)
        assert _names(found, tmp_path / "in") == ["a.jpg", "sub/b.jpg"]
        assert {photo.root for photo in found} == {tmp_path / "in"}


def test_a_hidden_folder_given_by_itself_is_searched_too(tmp_path: Path) -> None:
    _touch(tmp_path / "a.jpg", tmp_path / ".secret/b.jpg")
    assert {photo.path.name for photo in find_photos([tmp_path, tmp_path / ".secret"])} == {"a.jpg", "b.jpg"}


def test_several_folders_keep_their_names_in_the_output(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _touch(tmp_path / "one/a.jpg", tmp_path / "two/a.jpg")
    found = find_photos([tmp_path / "one", tmp_path / "two"])
    assert [photo.path.parent.relative_to(photo.root or "").as_posix() for photo in found] == ["one", "two"]
    monkeypatch.chdir(tmp_path / "one")
    found = find_photos([Path(), Path("../two")])
    assert [photo.path.parent.relative_to(photo.root or "").name for photo in found] == ["one", "two"]


def test_loops_of_links_end_and_real_names_win(tmp_path: Path) -> None:
    _touch(tmp_path / "z/photo.jpg")
    (tmp_path / "a").symlink_to(tmp_path / "z", target_is_directory=True)
    (tmp_path / "z/loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "first.jpg").symlink_to(tmp_path / "z/photo.jpg")
    assert _names(find_photos([tmp_path]), tmp_path) == ["z/photo.jpg"]


def test_a_link_that_leads_nowhere_stays_in_the_list_to_be_reported(tmp_path: Path) -> None:
    (tmp_path / "self.jpg").symlink_to(tmp_path / "self.jpg")
    (tmp_path / "gone.jpg").symlink_to(tmp_path / "nowhere.jpg")
    assert _names(find_photos([tmp_path]), tmp_path) == ["gone.jpg", "self.jpg"]


def test_links_out_of_the_folder_are_followed(tmp_path: Path) -> None:
    _touch(tmp_path / "elsewhere/b.jpg", tmp_path / "elsewhere/c.jpg")
    (tmp_path / "in").mkdir()
    (tmp_path / "in/linked").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    (tmp_path / "in/a.jpg").symlink_to(tmp_path / "elsewhere/c.jpg")
    assert _names(find_photos([tmp_path / "in"]), tmp_path / "in") == ["a.jpg", "linked/b.jpg"]


def test_names_of_any_script_are_found(tmp_path: Path) -> None:
    names = {"with space.jpg", "quote'\".jpg", "🦊.png", "照片.webp", "a\nb.jpg"}
    _touch(*(tmp_path / name for name in names))
    assert {photo.path.name for photo in find_photos([tmp_path])} == names


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_names_that_are_no_text_are_found(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"caf\xe9.jpg")
    _touch(path)
    assert [photo.path for photo in find_photos([tmp_path])] == [path]


@given(st.lists(st.text(max_size=12)))
def test_any_names_can_be_sorted(names: list[str]) -> None:
    assert len(sorted(names, key=natural_key)) == len(names)


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_numbers_sort_as_numbers(one: int, other: int) -> None:
    assert (natural_key(f"a{one}b") < natural_key(f"a{other}b")) == (one < other)


def test_the_window_sorts_by_name_as_the_batch_does() -> None:
    from gui.workspace.entry import PhotoEntry
    from gui.workspace.order import Filter, Sort, arranged

    names = [
        "e\u0301 2.jpg",
        "\u00e9 10.jpg",
        "\u00e9 1.jpg",
        "f.jpg",
        "ｅ 3.jpg",
        "E 2.jpg",
        "Photo10.jpg",
        "photo9.jpg",
    ]
    entries = [PhotoEntry(Path("/photos") / name) for name in names]
    listed = [names[index] for index in arranged(entries, Sort.NAME, Filter.ALL)]
    assert listed == sorted(names, key=natural_key)
    accents = [name for name in listed if unicodedata.normalize("NFC", name).startswith("\u00e9")]
    assert [name.split()[1] for name in accents] == ["1.jpg", "2.jpg", "10.jpg"]
