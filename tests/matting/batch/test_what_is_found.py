"""What a file turns out to be reaches the batch's results: damage inside, full transparency, and the PSD's layer."""

from __future__ import annotations

import io
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from psd_tools import PSDImage

from commands.terminal.report import photo_as_json, summary_as_json, summary_as_text
from matting.batch.batch import Batch
from matting.batch.jobs import Job, JobState, Summary
from matting.batch.journal import Journal
from matting.cutout.cut import cut
from matting.files.writing.encode import encode
from matting.photo import Photo
from matting.settings import CutSettings, Format, OutputSettings
from tests.matting.batch.batch_help import FAST, Brightness, save_photo


def run(tmp_path: Path, jobs: list[Job], format: Format = Format.PNG) -> Summary:
    output = OutputSettings(tmp_path / "out", format=format)
    with Journal(tmp_path / "out", tmp_path / "journals") as journal:
        return Batch(jobs, output, Brightness(), journal=journal).run()


def test_a_damaged_jpeg_is_cut_and_wants_a_look(tmp_path: Path) -> None:
    path = save_photo(tmp_path / "in" / "shoe.jpg", side=200)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 2 // 3] + b"\xff\xd9")
    jobs = [Job(path, None, FAST), Job(save_photo(tmp_path / "in" / "mug.jpg"), None, FAST)]
    summary = run(tmp_path, jobs)
    shoe, mug = summary.results
    assert (shoe.state, shoe.damaged, shoe.wants_a_look) == (JobState.DONE, True, True)
    assert not mug.damaged
    assert (tmp_path / "out" / "shoe-cutout.png").exists()
    assert photo_as_json(shoe)["damaged"] is True
    assert summary_as_json(summary, "m", None, None)["damaged"] == 1
    assert "shoe.jpg (the file is damaged)" in summary_as_text(summary)
    again = run(tmp_path, jobs)
    assert [result.damaged for result in again.results] == [True, False], "the journal remembers"
    assert again.results[0].wants_a_look


@pytest.mark.parametrize("alpha", [0, 255])
def test_a_photo_that_is_wholly_transparent_has_no_subject(alpha: int, tmp_path: Path) -> None:
    path = tmp_path / "clear.png"
    Image.fromarray(np.dstack([np.full((40, 40, 3), 240, np.uint8), np.full((40, 40), alpha, np.uint8)])).save(path)
    summary = run(tmp_path, [Job(path, None, FAST)])
    assert summary.results[0].state is (JobState.DONE if alpha else JobState.NO_SUBJECT)
    assert (tmp_path / "out" / "clear-cutout.png").exists() == bool(alpha)


def test_a_bitmap_whose_alpha_nobody_filled_is_opaque(tmp_path: Path) -> None:
    path = tmp_path / "screen.bmp"
    head = struct.pack("<IiiHHIIiiII", 124, 40, 40, 1, 32, 3, 6400, 0, 0, 0, 0)  # BITMAPV5HEADER, BI_BITFIELDS
    head += struct.pack("<IIIII", 0xFF0000, 0xFF00, 0xFF, 0xFF000000, 0x73524742)
    path.write_bytes(
        b"BM" + struct.pack("<IHHI", 138 + 6400, 0, 0, 138) + head.ljust(124, b"\0") + b"\xf0\xf0\xf0\0" * 1600
    )
    with Image.open(path) as image:
        assert image.mode == "RGBA"
    assert run(tmp_path, [Job(path, None, FAST)]).results[0].state is JobState.DONE


@pytest.mark.parametrize("settings", [CutSettings(), FAST], ids=["clean edges", "plain"])
def test_the_psds_layer_is_the_photo_wherever_the_mask_is_0(settings: CutSettings, tmp_path: Path) -> None:
    path = save_photo(tmp_path / "切り絵 shoe.png", side=96)
    with Image.open(path) as image:
        photo = np.asarray(image)
    run(tmp_path, [Job(path, None, settings)], Format.PSD)
    (layer,) = PSDImage.open(tmp_path / "out" / "切り絵 shoe-cutout.psd")
    assert layer.name == "切り絵 shoe"
    colours, mask = pixels_of(layer)
    assert (mask == 0).mean() > 0.3
    assert np.array_equal(colours[mask == 0], photo[mask == 0])
    assert np.array_equal(colours[mask == 255], photo[mask == 255])


def test_a_trimmed_psd_has_the_photo_around_the_subject_too() -> None:
    photo = Photo(np.random.default_rng(2).integers(0, 256, (60, 80, 3)).astype(np.uint8))
    probability = np.zeros((1, 60, 80), np.float32)
    probability[0, 3:30, 20:50] = 1
    cutout = cut(photo, probability, CutSettings(trim=True, padding=9))
    (layer,) = PSDImage.open(io.BytesIO(encode(cutout, Format.PSD)))
    colours, mask = pixels_of(layer)
    x, y = map(int, cutout.box[:2])
    assert y < 0, "this padding reaches beyond the photo"
    around = np.pad(photo.rgb, ((9, 9), (9, 9), (0, 0)))[y + 9 :, x + 9 :][: mask.shape[0], : mask.shape[1]]
    assert np.array_equal(colours[mask == 0], around[mask == 0])


def pixels_of(layer: Any) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Colours and mask of a layer as psd-tools reads them."""
    colours, mask = layer.numpy("color"), layer.numpy("mask")[..., 0]
    return np.rint(colours * 255).astype(np.uint8), np.rint(mask * 255).astype(np.uint8)
