"""A teacher of any network: its maps are made once, kept on disk, and are what a network learns."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from matting.settings import Mode
from matting.system import folders
from models.training.data import teacher_maps
from models.training.data.check import Row, check_dataset
from models.training.data.datasets import find_dataset
from models.training.data.split import hold_out
from models.training.data.teacher_maps import TeacherMaps, mixed
from models.training.events import Command, Event, Finished, Labelling, Recorder
from models.training.run import resume_run, start_run
from models.training.settings import Source, TrainSettings
from tests.models.training.make_data import disc, make_dataset, write


class Bright:
    """Finds what is brighter than the middle, in each of its classes; a predictor of no network at all."""

    def __init__(self, key: str = "bright", classes: tuple[str, ...] = ("subject",)) -> None:
        self.key, self.classes, self.mode = key, classes, Mode.CUTOUT
        self.default_threshold, self.doubt_limit = 0.5, 0.3
        self.seen = 0

    def predict(self, rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
        self.seen += 1
        bright = (rgb.mean(axis=2) > 127).astype(np.float32)
        return np.stack([bright * (n + 1) / len(self.classes) for n in range(len(self.classes))])


def photos(folder: Path, count: int = 3) -> Path:
    """Discs without masks, straight in the folder."""
    for number in range(count):
        write(folder / f"photo{number}.png", disc(100 + number)[0])
    return folder


def rows(folder: Path) -> list[Row]:
    return check_dataset(find_dataset(folder, taught=True)).usable


def last(steps: Iterator[int]) -> int:
    return list(steps)[-1]


def test_photos_alone_are_a_dataset_when_there_is_a_teacher(tmp_path: Path) -> None:
    plain = find_dataset(photos(tmp_path / "plain"), taught=True)
    photos(tmp_path / "inside" / "images")
    inside = find_dataset(tmp_path / "inside", taught=True)
    assert [pair.name for pair in plain.pairs] == [pair.name for pair in inside.pairs]
    assert len(plain.pairs) == 3
    assert not any(pair.labelled for pair in plain.pairs)
    assert str(check_dataset(plain).summary) == "3 ok"


def test_only_photos_with_masks_judge(tmp_path: Path) -> None:
    """Photos that lack a mask in a labelled folder are learned from, and never held out."""
    folder = make_dataset(tmp_path / "discs", 4)
    photos(folder / "images", 3)
    for number in range(3):  # other names than the labelled ones'
        (folder / "images" / f"photo{number}.png").replace(folder / "images" / f"more{number}.png")
    make_dataset(folder, 4)
    found = rows(folder)
    assert len(found) == 7
    held = hold_out(found, 0.9, seed=0)
    assert len(held) == 3
    assert all(row.pair is not None and row.pair.labelled for row in held)


def test_a_teacher_is_asked_once(tmp_path: Path) -> None:
    teacher, found = Bright(), rows(photos(tmp_path / "photos"))
    maps = TeacherMaps([teacher], second_opinion=False)
    assert last(maps.make(found)) == 3
    assert teacher.seen == 3
    read = maps.read(found[0], 20, 24)
    assert read.shape == (20, 24, 1)
    assert read.dtype == np.uint8
    subject = disc(100)[1][::2, ::2] > 127
    assert np.mean((read[..., 0] > 127) == subject) > 0.97
    again = TeacherMaps([teacher], second_opinion=False)
    assert last(again.make(found)) == 3
    assert teacher.seen == 3, "the maps on disk are used"
    np.testing.assert_array_equal(again.read(found[0], 20, 24), read)
    assert last(TeacherMaps([Bright("another")], second_opinion=False).make(found)) == 3
    assert len(list((folders.home() / "teacher-maps").iterdir())) == 2


def test_faint_maps_stay_faint(tmp_path: Path) -> None:
    """A map whose largest value is 1 of 255 is no mask of zeros and ones."""

    class Faint(Bright):
        def predict(self, rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
            return super().predict(rgb) / np.float32(255)

    found = rows(photos(tmp_path / "photos", 1))
    maps = TeacherMaps([Faint()], second_opinion=False)
    assert last(maps.make(found)) == 1
    assert maps.read(found[0], 40, 48).max() == 1


def test_classes_and_several_teachers(tmp_path: Path) -> None:
    found = rows(photos(tmp_path / "photos", 1))
    two = [Bright("a", ("half", "whole")), Bright("b", ("half", "whole"))]
    maps = TeacherMaps(two, second_opinion=False)
    assert last(maps.make(found)) == 1
    read = maps.read(found[0], 40, 48)
    assert read.shape == (40, 48, 2)
    assert sorted(np.unique(read)) == [0, 128, 255]


def test_labels_count_for_more_than_a_second_opinion() -> None:
    label, map_ = np.array([0, 0, 255, 255], np.uint8), np.array([0, 255, 0, 255], np.uint8)
    np.testing.assert_array_equal(mixed(label, map_), [0, 85, 170, 255])


def test_the_longest_unused_maps_go_when_there_are_too_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = rows(photos(tmp_path / "photos", 6))
    teacher = Bright()
    maps = TeacherMaps([teacher], second_opinion=False)
    assert last(maps.make(found)) == 6
    files = sorted((folders.home() / "teacher-maps").glob("*/*.png"))
    for number, file in enumerate(files):
        os.utime(file, (number, number))
    monkeypatch.setattr(teacher_maps, "KEPT_BYTES", sum(file.stat().st_size for file in files[3:]))
    assert list(maps.make([])) == []
    assert [file.exists() for file in files] == [False] * 3 + [True] * 3


def bright_model(path: Path) -> Path:
    """``Bright`` as an ONNX file with its recipe."""
    onnx = pytest.importorskip("onnx")
    pytest.importorskip("onnxruntime")
    floats = onnx.TensorProto.FLOAT
    kernel = onnx.numpy_helper.from_array(np.full((1, 3, 1, 1), 20, np.float32), "k")
    graph = onnx.helper.make_graph(
        [onnx.helper.make_node("Conv", ["x", "k"], ["c"]), onnx.helper.make_node("Sigmoid", ["c"], ["y"])],
        "bright",
        [onnx.helper.make_tensor_value_info("x", floats, [1, 3, 48, 48])],
        [onnx.helper.make_tensor_value_info("y", floats, None)],
        [kernel],
    )
    onnx.save(onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 17)], ir_version=8), path)
    recipe = {"input_size": 48, "mean": [0.5] * 3, "deviation": [1.0] * 3}
    path.with_suffix(".json").write_text(json.dumps(recipe), "utf-8")
    return path


def recipe(tmp_path: Path) -> TrainSettings:
    """Learn from discs without masks, judged by discs with masks."""
    teacher = bright_model(tmp_path / "bright.onnx")
    judged = make_dataset(tmp_path / "judged", 4)
    return TrainSettings(
        (Source(photos(tmp_path / "photos", 12)),),
        network="unet",
        width=4,
        teachers=(str(teacher),),
        mode=Mode.CUTOUT,
        epochs=6,  # other processors add in another order: what three epochs reach differs by .1 of IoU
        seed=2,
        draws=32,
        size=32,
        batch=4,
        lr=0.01,
        ema=0.8,
        val=judged,
        device="cpu",
    )


def test_a_network_learns_from_an_onnx_model_without_any_mask(tmp_path: Path) -> None:
    channel = Recorder()
    start_run("taught", recipe(tmp_path), channel, tmp_path / "runs")
    (finished,) = [event for event in channel.events if isinstance(event, Finished)]
    assert finished.scores["iou"] > 0.8
    assert finished.model is not None
    assert b"taught by bright.onnx" in finished.model.read_bytes()


class StopAtOnce(Recorder):
    """Asks to stop as soon as the teacher has begun."""

    def emit(self, event: Event) -> None:
        super().emit(event)
        if isinstance(event, Labelling):
            self.commands.put(Command.STOP)


def test_a_stop_while_the_teacher_labels_loses_nothing(tmp_path: Path) -> None:
    settings, channel = recipe(tmp_path), StopAtOnce()
    start_run("taught", settings, channel, tmp_path / "runs")
    stopped = channel.events[-1]
    assert isinstance(stopped, Finished)
    assert not stopped.complete
    assert "labelled" in str(stopped.sentence)
    done = len(list((folders.home() / "teacher-maps").glob("*/*.png")))
    assert 0 < done < 12
    resumed = Recorder()
    resume_run("taught", resumed, tmp_path / "runs", epochs=1)
    finished = resumed.events[-1]
    assert isinstance(finished, Finished)
    assert finished.complete
