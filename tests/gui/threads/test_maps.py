"""Maps for the canvas: the newest request wins, neighbours are there before they are asked for."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageCms
from pytestqt.qtbot import QtBot

from gui.canvas.view import Box
from gui.current.controller import _crop
from gui.threads.maps import SCREEN_SIDE, MapService, PhotoMap
from gui.threads.predicting import PredictingThread
from matting.cutout.cut import Cutout
from matting.errors import PhotoDamaged, PhotoMissing
from matting.files.reading.read_photo import read_photo, read_thumbnail
from matting.predictor import Predictor
from tests.gui.conftest import MakePhoto
from tests.matting.batch.batch_help import Brightness
from tests.matting.files import profiles


class Counting:
    """Loads one brightness predictor that can be held and counts its predictions."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.gate.set()
        self.predictor = Brightness(before=lambda _: self.gate.wait(30))

    def load(self, _name: str) -> Brightness:
        return self.predictor


class Loading:
    """Loads a predictor of its own each time, whose maps are 0.1, 0.2 … in the order loaded; predictions are held."""

    def __init__(self) -> None:
        self.loaded, self.predicted = 0, 0
        self.begun, self.begun_twice, self.gate = threading.Event(), threading.Event(), threading.Event()

    def load(self, _name: str) -> Predictor:
        self.loaded += 1
        return Constant(self.loaded / 10, self._hold)

    def _hold(self) -> None:
        self.predicted += 1
        (self.begun if self.predicted == 1 else self.begun_twice).set()
        assert self.gate.wait(30)


class Constant(Brightness):
    def __init__(self, value: float, before: Callable[[], object]) -> None:
        super().__init__(before=lambda _: before())
        self._value = value

    def predict(self, rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
        return np.full_like(super().predict(rgb), self._value)


@pytest.fixture
def counting() -> Counting:
    return Counting()


@pytest.fixture
def maps(qtbot: QtBot, counting: Counting) -> Iterator[MapService]:
    predicting = PredictingThread(counting.load)
    service = MapService(predicting)
    predicting.start()
    yield service
    counting.gate.set()
    predicting.close()
    service.close()


def test_the_screen_size_copy_comes_first_and_then_the_map(
    qtbot: QtBot, maps: MapService, make_photo: MakePhoto
) -> None:
    path = make_photo("large.jpg", 2400, 1600)
    order: list[str] = []
    maps.photo_ready.connect(lambda *_: order.append("photo"))
    maps.map_ready.connect(lambda *_: order.append("map"))
    with qtbot.waitSignal(maps.map_ready, timeout=20_000) as ready:
        maps.request(path, "m")
    made = ready.args[2]  # type: ignore[index]
    assert isinstance(made, PhotoMap)
    assert ready.args[:2] == [path, "m"]  # type: ignore[index]
    assert made.full_size == (2400, 1600)
    assert made.photo.width == SCREEN_SIDE
    assert made.peak == pytest.approx(float(made.probability.max()))
    assert order == ["photo", "map"]


def test_nobody_hears_of_a_photo_that_is_no_longer_looked_at(
    qtbot: QtBot, maps: MapService, counting: Counting, make_photo: MakePhoto
) -> None:
    first, second, third = (make_photo(f"{name}.jpg") for name in "abc")
    heard: list[Path] = []
    maps.map_ready.connect(lambda path, _model, _map: heard.append(path))
    counting.gate.clear()
    with qtbot.waitSignal(maps.photo_ready, timeout=20_000):
        maps.request(first, "m")
    maps.request(second, "m")
    maps.request(third, "m")
    counting.gate.set()
    qtbot.waitUntil(lambda: heard == [third], timeout=20_000)
    assert counting.predictor.count <= 2, "the one in between was never computed"


def test_a_neighbour_made_ahead_needs_no_second_prediction(
    qtbot: QtBot, maps: MapService, counting: Counting, make_photo: MakePhoto
) -> None:
    first, second = make_photo("a.jpg"), make_photo("b.jpg")
    maps.request(first, "m")
    maps.request(second, "m", ahead=True)
    qtbot.waitUntil(lambda: counting.predictor.count == 2, timeout=20_000)
    with qtbot.waitSignal(maps.map_ready, timeout=20_000) as ready:
        maps.request(second, "m")
    assert ready.args[0] == second  # type: ignore[index]
    assert counting.predictor.count == 2


def test_a_photo_that_changed_on_disk_is_read_again(
    qtbot: QtBot, maps: MapService, counting: Counting, make_photo: MakePhoto
) -> None:
    path = make_photo("a.png", 40, 30)
    with qtbot.waitSignal(maps.map_ready, timeout=20_000):
        maps.request(path, "m")
    Image.new("RGB", (50, 20)).save(path)
    with qtbot.waitSignal(maps.map_ready, timeout=20_000) as ready:
        maps.request(path, "m")
    assert ready.args[2].full_size == (50, 20)  # type: ignore[index]
    assert counting.predictor.count == 2


def test_what_is_wrong_with_a_photo_comes_as_its_error(
    qtbot: QtBot, maps: MapService, make_photo: MakePhoto, tmp_path: Path
) -> None:
    cut_off = make_photo("a.jpg", 400, 300)
    cut_off.write_bytes(cut_off.read_bytes()[:900])
    for path, kind in ((tmp_path / "gone.jpg", PhotoMissing), (cut_off, PhotoDamaged)):
        with qtbot.waitSignal(maps.map_failed, timeout=20_000) as failed:
            maps.request(path, "m")
        assert failed.args[0] == path  # type: ignore[index]
        assert isinstance(failed.args[1], kind)  # type: ignore[index]


@pytest.fixture
def loading() -> Loading:
    return Loading()


@pytest.fixture
def changing(qtbot: QtBot, loading: Loading) -> Iterator[MapService]:
    """Return a service whose model is another one after each ``forget``."""
    predicting = PredictingThread(loading.load)
    service = MapService(predicting)
    predicting.start()
    yield service
    loading.gate.set()
    predicting.close()
    service.close()


def peaks_of(maps: MapService) -> list[float]:
    peaks: list[float] = []
    maps.map_ready.connect(lambda _path, _model, made: peaks.append(round(made.peak, 3)))
    return peaks


@pytest.mark.parametrize("asked_again", [False, True])
def test_a_map_predicted_before_forget_is_neither_shown_nor_kept(
    qtbot: QtBot, changing: MapService, loading: Loading, make_photo: MakePhoto, asked_again: bool
) -> None:
    photo = make_photo("a.jpg")
    peaks = peaks_of(changing)
    changing.request(photo, "m")
    assert loading.begun.wait(20)
    changing.forget()
    if asked_again:
        changing.request(photo, "m")
    loading.gate.set()
    qtbot.waitUntil(lambda: bool(peaks), timeout=20_000)
    with qtbot.waitSignal(changing.map_ready, timeout=20_000):
        changing.request(photo, "m")
    assert set(peaks) == {0.2}, "only the model loaded after forget is heard"


def test_a_map_that_was_on_its_way_to_the_window_at_forget_is_not_shown(
    qtbot: QtBot, changing: MapService, loading: Loading, make_photo: MakePhoto
) -> None:
    loading.gate.set()
    peaks = peaks_of(changing)
    changing.request(make_photo("a.jpg"), "m")
    changing.request(make_photo("b.jpg"), "m", ahead=True)
    assert loading.begun_twice.wait(20), "the neighbour's turn comes when the first map is made"
    changing.forget()
    qtbot.waitUntil(lambda: bool(peaks), timeout=20_000)
    assert peaks == [0.2]


def test_a_neighbours_map_predicted_before_forget_is_predicted_anew(
    qtbot: QtBot, changing: MapService, loading: Loading, make_photo: MakePhoto
) -> None:
    neighbour = make_photo("b.jpg")
    peaks = peaks_of(changing)
    changing.request(neighbour, "m", ahead=True)
    assert loading.begun.wait(20)
    changing.forget()
    loading.gate.set()
    changing.request(neighbour, "m")
    qtbot.waitUntil(lambda: bool(peaks), timeout=20_000)
    assert peaks == [0.2]


def test_the_canvas_gets_the_colours_that_the_thumbnail_shows(maps: MapService, qtbot: QtBot, tmp_path: Path) -> None:
    """Adobe RGB as LittleCMS shows it: the canvas knows no profiles, the written file has its own."""
    path = tmp_path / "camera.png"
    flat = np.full((80, 120, 3), (60, 190, 70), np.uint8)
    Image.fromarray(flat).save(path, icc_profile=profiles.adobe_like_rgb())
    source = ImageCms.ImageCmsProfile(io.BytesIO(profiles.adobe_like_rgb()))
    screen = ImageCms.profileToProfile(Image.fromarray(flat), source, ImageCms.createProfile("sRGB"))
    expected = np.asarray(screen).astype(int)
    assert np.abs(expected - flat).max() > 20
    with qtbot.waitSignal(maps.photo_ready, timeout=20_000) as shown:
        maps.request(path, "any")
    assert shown.args is not None
    assert np.abs(shown.args[1].rgb8() - expected).max() <= 2
    assert np.abs(read_thumbnail(path, 40) - expected[:27, :40]).max() <= 2
    opaque = np.full(flat.shape[:2], 255, np.uint8)
    photo = read_photo(path)
    part, cutout, _ = _crop(photo, Cutout(photo.rgb, opaque, photo.metadata), Box(10, 10, 30, 20))
    assert np.abs(np.asarray(part).astype(int) - expected[:21, :31]).max() <= 2
    assert np.abs(cutout.rgb.astype(int) - expected[:21, :31]).max() <= 2
