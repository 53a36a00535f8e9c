"""``kirie cut`` with a vessel model, on a part of the sample retina."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

import resources
from commands.parser import run


@pytest.fixture
def retina(tmp_path: Path) -> Path:
    photo = cv2.imread(str(resources.SAMPLES / "retina.jpg"))
    assert photo is not None
    cv2.imwrite(str(tmp_path / "eye.png"), photo[300:556, 100:400])
    return tmp_path / "eye.png"


def cut(retina: Path, output: Path, capsys: pytest.CaptureFixture[str], *options: str) -> tuple[dict[str, object], str]:
    arguments = ["cut", str(retina), "-o", str(output), "--model", "unet-vessel", "--device", "cpu", "--json"]
    assert run([*arguments, "--write", "mask", *options]) == 0
    shown = capsys.readouterr()
    result: dict[str, object] = json.loads(shown.out.splitlines()[0])
    return result, shown.err


def test_vessels_do_not_all_want_a_look(retina: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Doubt measures how surely a subject has an outline; vessels are outline all over."""
    result, said = cut(retina, tmp_path / "out", capsys, "--measure", str(tmp_path / "density.csv"))
    assert result["state"] == "done"
    assert result["doubt"] is None
    assert "look" not in said


def test_the_mask_has_the_vessels_that_the_network_found(
    retina: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An outline solved as for subjects loses the thin ones, half of all vessels."""
    cut(retina, tmp_path / "out", capsys, "--write", "probability", "--threshold", "0.4")
    mask, map_ = (
        np.asarray(cv2.imread(str(tmp_path / "out" / f"eye-{kind}.png"), cv2.IMREAD_GRAYSCALE))
        for kind in ("mask", "probability")
    )
    written, found = mask > 127, map_ >= 0.4 * 255
    assert found.mean() > 0.05
    assert 2 * (written & found).sum() / (written.sum() + found.sum()) > 0.97


def test_edges_solved_for_subjects_are_refused(
    retina: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["cut", str(retina), "-o", str(tmp_path / "out"), "--model", "unet-vessel", "--device", "cpu"]
    assert run([*options, "--edges", "fine"]) == 2
    assert "--edges is for cutouts" in capsys.readouterr().err
    assert run([*options, "--edges", "off"]) == 0


def test_four_mirrorings_are_another_mask(retina: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cut(retina, tmp_path / "one", capsys)
    four, _ = cut(retina, tmp_path / "four", capsys, "--flips")
    assert four["doubt"] is None
    masks = [cv2.imread(str(tmp_path / name / "eye-mask.png"), cv2.IMREAD_GRAYSCALE) for name in ("one", "four")]
    vessels = [np.asarray(mask) > 127 for mask in masks]
    overlap = (vessels[0] & vessels[1]).sum() / (vessels[0] | vessels[1]).sum()
    assert 0.7 < overlap < 1
