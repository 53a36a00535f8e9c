"""The side of the GIMP plug-in that needs no GIMP: finding Kirie and asking it for a mask."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType

import cv2
import pytest

import resources
from tests.commands.run_help import ROOT, save_map
from tests.matting.batch.batch_help import save_photo

pytestmark = pytest.mark.skipif(os.name == "nt", reason="a shell script stands for the program")


@pytest.fixture
def plug_in() -> ModuleType:
    """Return the plug-in as a module; inside GIMP it is a program."""
    path = resources.ROOT / "integration/kirie-cutout/kirie-cutout.py"
    assert os.access(path, os.X_OK), "GIMP starts only files that are executable"
    spec = importlib.util.spec_from_file_location("kirie_cutout", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an installed Kirie, found on the PATH."""
    path = tmp_path / "bin/kirie"
    path.parent.mkdir()
    path.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{ROOT / "main.py"}" "$@"\n')
    path.chmod(0o755)
    monkeypatch.setenv("PATH", str(path.parent), prepend=os.pathsep)
    return path


def test_it_finds_kirie(plug_in: ModuleType, program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert plug_in.find_kirie() == str(program)
    monkeypatch.setenv("KIRIE", "/opt/kirie")
    assert plug_in.find_kirie() == "/opt/kirie"


def test_the_mask_of_a_layer(plug_in: ModuleType, program: Path, tmp_path: Path) -> None:
    photo, mask = save_photo(tmp_path / "layer.png", side=64), tmp_path / "mask.png"
    save_map(tmp_path / "maps/layer.png")
    assert plug_in.make_mask(str(program), photo, mask, "--probability-from", str(tmp_path / "maps")) is None
    grey = cv2.imread(str(mask), cv2.IMREAD_UNCHANGED)
    assert grey.shape == (64, 64)
    assert (grey[32, 32], grey[1, 1]) == (255, 0)


def test_what_went_wrong_is_a_sentence(plug_in: ModuleType, program: Path, tmp_path: Path) -> None:
    photo, mask = save_photo(tmp_path / "layer.png", side=64), tmp_path / "mask.png"
    save_map(tmp_path / "maps/layer.png", value=0)
    maps = ("--probability-from", str(tmp_path / "maps"))
    assert plug_in.make_mask(str(program), photo, mask, *maps) == "No subject was found in this layer."
    photo.write_bytes(b"\x89PNG\r\n\x1a\n")
    assert "is damaged or incomplete" in plug_in.make_mask(str(program), photo, mask, *maps)
    assert "is not a folder" in plug_in.make_mask(str(program), photo, mask, "--probability-from", "nowhere")
    assert "could not be started" in plug_in.make_mask(str(tmp_path / "none"), photo, mask)
