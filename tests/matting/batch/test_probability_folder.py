"""Ready maps from a folder in place of a network."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from matting.batch.batch import Batch
from matting.batch.jobs import JobState
from matting.batch.probability_folder import ProbabilityFolder
from matting.errors import PhotoDamaged, PhotoMissing, ProbabilityMissing, ProbabilityUnclear
from matting.predictor import SourcePredictor
from matting.settings import OutputSettings, Write
from tests.matting.batch.batch_help import Brightness, jobs_for, save_photo

NO_PIXELS = np.zeros((1, 1, 3), np.uint8)


def _map(path: Path, value: int, dtype: type[np.unsignedinteger] = np.uint8) -> Path:  # type: ignore[type-arg]
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), np.full((4, 6), value, dtype))
    return path


def _of(maps: ProbabilityFolder, source: Path, root: Path | None = None) -> NDArray[np.float32]:
    return maps.predict_source(source, root, NO_PIXELS)


@pytest.mark.parametrize("name", ["a.png", "a-probability.png", "a-jpg-probability.png", "a.webp", "a.bmp"])
def test_a_map_is_found_by_the_photos_name(tmp_path: Path, name: str) -> None:
    _map(tmp_path / "maps" / name, 255)
    _map(tmp_path / "maps" / "b.png", 0)
    found = _of(ProbabilityFolder(tmp_path / "maps"), Path("photos/a.jpg"))
    assert found.shape == (1, 4, 6)
    assert found.dtype == np.float32
    assert (found == 1).all()


def test_values_are_kept_in_8_and_16_bits(tmp_path: Path) -> None:
    _map(tmp_path / "a.png", 51)
    _map(tmp_path / "b.png", 13107, np.uint16)
    maps = ProbabilityFolder(tmp_path)
    assert np.allclose(_of(maps, Path("a.jpg")), 0.2, atol=1e-6)
    assert np.allclose(_of(maps, Path("b.jpg")), 0.2, atol=1e-6)


def test_a_coloured_map_counts_by_its_mean(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "a.png"), np.full((3, 3, 3), (0, 102, 204), np.uint8))
    assert np.allclose(_of(ProbabilityFolder(tmp_path), Path("a.jpg")), 102 / 255, atol=1 / 255)


def test_the_map_in_the_same_subfolder_comes_first_and_one_elsewhere_is_not_taken(tmp_path: Path) -> None:
    _map(tmp_path / "maps/x/a.png", 255)
    _map(tmp_path / "maps/a.png", 51)
    maps = ProbabilityFolder(tmp_path / "maps")
    root = tmp_path / "in"
    assert maps.find(root / "x/a.jpg", root) == tmp_path / "maps/x/a.png"
    assert maps.find(root / "y/a.jpg", root) == tmp_path / "maps/a.png"
    (tmp_path / "maps/a.png").unlink()
    with pytest.raises(ProbabilityMissing, match=r"y/a\.jpg"):
        ProbabilityFolder(tmp_path / "maps").find(root / "y/a.jpg", root)


def test_the_photo_itself_is_no_map(tmp_path: Path) -> None:
    save_photo(tmp_path / "a.png")
    with pytest.raises(ProbabilityMissing):
        ProbabilityFolder(tmp_path).find(tmp_path / "a.png", tmp_path)
    own = _map(tmp_path / "a-probability.png", 9)
    assert ProbabilityFolder(tmp_path).find(tmp_path / "a.png", tmp_path) == own


def test_a_damaged_map_is_named(tmp_path: Path) -> None:
    path = _map(tmp_path / "a.png", 9)
    path.write_bytes(path.read_bytes()[:40])
    with pytest.raises(PhotoDamaged) as caught:
        _of(ProbabilityFolder(tmp_path), Path("a.jpg"))
    assert caught.value.path == path


def test_the_key_follows_the_files(tmp_path: Path) -> None:
    _map(tmp_path / "a.png", 9)
    first = ProbabilityFolder(tmp_path).key
    assert ProbabilityFolder(tmp_path).key == first
    _map(tmp_path / "b.png", 9)
    assert ProbabilityFolder(tmp_path).key != first


def test_maps_that_were_written_give_the_same_cut_again(tmp_path: Path) -> None:
    for name in ("a.png", "sub/a.png", "sub/a.jpg"):
        save_photo(tmp_path / "in" / name, seed=len(name))
    jobs = jobs_for(tmp_path / "in")
    both = OutputSettings(tmp_path / "first", (Write.CUTOUT, Write.PROBABILITY))
    Batch(jobs, both, Brightness()).run()
    maps = ProbabilityFolder(tmp_path / "first")
    assert isinstance(maps, SourcePredictor)
    summary = Batch(jobs, OutputSettings(tmp_path / "second"), maps).run()
    assert summary.counts == {JobState.DONE: 3}
    for result in summary.results:
        one, other = (
            cv2.imread(str(folder / result.outputs[0].relative_to(tmp_path / "second")), cv2.IMREAD_UNCHANGED)
            for folder in (tmp_path / "first", tmp_path / "second")
        )
        assert one is not None
        assert other is not None
        assert np.abs(one[..., 3].astype(int) - other[..., 3]).max() <= 6  # the map went through 8 bits


def test_a_photo_without_a_map_fails_alone(tmp_path: Path) -> None:
    for name in ("a.png", "b.png"):
        save_photo(tmp_path / "in" / name)
    _map(tmp_path / "maps/a.png", 255)
    summary = Batch(
        jobs_for(tmp_path / "in"), OutputSettings(tmp_path / "out"), ProbabilityFolder(tmp_path / "maps")
    ).run()
    assert summary.counts == {JobState.DONE: 1, JobState.FAILED: 1}
    assert isinstance(summary.results[1].error, ProbabilityMissing)


@pytest.mark.parametrize(
    ("photo", "name"),
    [("caf\u00e9.jpg", "cafe\u0301.png"), ("cafe\u0301.jpg", "caf\u00e9-probability.png"), ("IMG_1.JPG", "img_1.png")],
)
def test_unicode_form_and_case_of_names_do_not_count(tmp_path: Path, photo: str, name: str) -> None:
    path = _map(tmp_path / name, 255)
    assert ProbabilityFolder(tmp_path).find(Path("photos") / photo, None) == path


def test_a_name_that_is_exactly_right_comes_first(tmp_path: Path) -> None:
    small, large = _map(tmp_path / "a.png", 0), _map(tmp_path / "A.png", 255)
    maps = ProbabilityFolder(tmp_path)
    assert (maps.find(Path("photos/a.jpg"), None), maps.find(Path("photos/A.jpg"), None)) == (small, large)


def test_a_map_is_not_shared_by_photos_of_one_stem(tmp_path: Path) -> None:
    for name in ("a.jpg", "a.png"):
        save_photo(tmp_path / "in" / name)
    path = _map(tmp_path / "maps/a.png", 255)
    maps = ProbabilityFolder(tmp_path / "maps")
    assert maps.find(tmp_path / "in/a.png", None) == path
    with pytest.raises(ProbabilityMissing):
        maps.find(tmp_path / "in/a.jpg", None)


def test_several_maps_of_one_photo_are_named(tmp_path: Path) -> None:
    for name in ("a.png", "a.bmp"):
        _map(tmp_path / "maps" / name, 255)
    with pytest.raises(ProbabilityUnclear, match=r"a\.bmp, a\.png"):
        ProbabilityFolder(tmp_path / "maps").find(tmp_path / "a.jpg", None)


def test_a_link_that_leads_nowhere_fails_its_photo_alone(tmp_path: Path) -> None:
    _map(tmp_path / "maps/a.png", 255)
    (tmp_path / "maps/x.png").symlink_to(tmp_path / "gone.png")
    maps = ProbabilityFolder(tmp_path / "maps")
    assert (_of(maps, Path("a.jpg")) == 1).all()
    with pytest.raises(PhotoMissing):
        _of(maps, Path("x.jpg"))
