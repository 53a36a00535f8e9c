"""Maps come back from the disk as they were, also after a restart, and never take more room than they may."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gui.threads.map_cache import CachedPredictor, MapCache
from tests.matting.batch.batch_help import Brightness


class Counted(Brightness):
    def __init__(self) -> None:
        super().__init__()
        self.calls = 0

    def predict(self, rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
        self.calls += 1
        return super().predict(rgb)


def photo(seed: int) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 255, (40, 60, 3), np.uint8)


def test_a_photo_is_predicted_once_also_after_a_restart(tmp_path: Path) -> None:
    first = Counted()
    map_ = CachedPredictor(first, MapCache(tmp_path)).predict(photo(1))
    second = Counted()
    again = CachedPredictor(second, MapCache(tmp_path))
    assert np.array_equal(again.predict(photo(1).copy()), map_)
    assert (first.calls, second.calls) == (1, 0)
    again.predict(photo(2))
    assert second.calls == 1, "other pixels are another photo"


def test_a_file_that_was_cut_short_is_predicted_again(tmp_path: Path) -> None:
    CachedPredictor(Counted(), MapCache(tmp_path)).predict(photo(1))
    (file,) = tmp_path.glob("*.map")
    file.write_bytes(file.read_bytes()[:50])
    predictor = Counted()
    map_ = CachedPredictor(predictor, MapCache(tmp_path)).predict(photo(1))
    assert np.array_equal(map_, Brightness().predict(photo(1)))
    assert predictor.calls == 1


def test_what_was_not_used_for_longest_goes_first(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).random((1, 64, 64), np.float32)
    one = MapCache(tmp_path)
    one.put("0", noise)
    size = next(tmp_path.glob("*.map")).stat().st_size
    for number in range(1, 60):
        MapCache(tmp_path, limit_bytes=10 * size).put(str(number), noise)  # each new one looks at how much there is
        assert one.get("0") is not None, "it was used again and again"
    assert len(list(tmp_path.glob("*.map"))) <= 10


def test_a_folder_that_cannot_be_written_is_no_cache(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    predictor = Counted()
    cached = CachedPredictor(predictor, MapCache(tmp_path / "file"))
    for _ in range(2):
        cached.predict(photo(1))
    assert predictor.calls == 2
