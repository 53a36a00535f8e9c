"""``kirie evaluate``: figures that can be trusted and reproduced."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from commands.parser import run
from models.catalogue.catalogue import read_metadata
from models.training.events import Recorder
from models.training.run import start_run
from models.training.settings import VESSEL_AUGMENTATION, Source, TrainSettings
from tests.models.training.make_data import disc, make_dataset, write


@pytest.fixture
def discs(tmp_path: Path) -> Path:
    return make_dataset(tmp_path / "discs", 6)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Trained on the same photos as ``discs``."""
    folder = tmp_path_factory.mktemp("model")
    source = Source(make_dataset(folder / "discs", 6))
    settings = TrainSettings((source,), network="unet", width=4, epochs=4, size=32, batch=2, draws=16, lr=0.01, ema=0.9)
    start_run("m", settings, Recorder(), folder)
    return folder / "m" / "m.safetensors"


def evaluate(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict[str, float]:
    capsys.readouterr()
    assert run(["evaluate", *map(str, arguments), "--device", "cpu", "--json"]) == 0
    scores: dict[str, float] = json.loads(capsys.readouterr().out)
    return scores


def test_held_out_scores_are_those_of_the_file(model: Path, discs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scores = evaluate(capsys, discs, "--model", model, "--held-out")
    noted = read_metadata(model)["extra"]["scores"]
    assert scores["photos"] == 1
    # Kernels are kept in 16 bits, and prediction may run in another precision than training's average.
    assert {name: scores[name] for name in noted} == pytest.approx(noted, abs=0.01)
    assert evaluate(capsys, discs, "--model", model)["photos"] == 6


def test_each_photo(model: Path, discs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scores = evaluate(capsys, discs, "--model", model, "--each")
    each = scores["each"]
    assert [one["photo"] for one in each] == [f"photo{number}.png" for number in range(6)]  # type: ignore[attr-defined, index]
    assert scores["mae"] == pytest.approx(np.mean([one["mae"] for one in each]), abs=1e-4)  # type: ignore[attr-defined, index]


def test_in_words(model: Path, discs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (discs / "masks" / "photo1.png").unlink()
    assert run(["evaluate", str(discs), "--model", str(model)]) == 0
    shown = capsys.readouterr()
    assert "on 5 photos" in shown.out
    assert "max_f" in shown.out
    assert "1 no mask" in shown.err


def test_vessels_are_judged_inside_the_field_of_view(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "retinas"
    for number in range(21, 24):
        rgb, mask = disc(number, 64, 48)
        write(folder / "images" / f"{number}_training.tif", rgb)
        write(folder / "1st_manual" / f"{number}_manual1.png", mask)
        write(folder / "mask" / f"{number}_training_mask.png", np.full(mask.shape, 255, np.uint8))
    settings = TrainSettings(
        (Source(folder),), network="unet", width=4, mode="vessel", epochs=1, size=32, batch=2, draws=4, val=0.4
    )
    settings = TrainSettings(**{**vars(settings), "augmentation": VESSEL_AUGMENTATION})
    start_run("v", settings, Recorder(), tmp_path)
    scores = evaluate(capsys, folder, "--model", tmp_path / "v" / "v.safetensors", "--held-out", "--threshold", "0")
    assert scores["mode"] == "vessel"
    assert scores["sensitivity"] == 1.0  # everything is vessel at threshold 0
    assert 0 <= scores["auc"] <= 1
    table = tmp_path / "density.csv"
    arguments = ["cut", folder / "images", "-o", tmp_path / "out", "--model", tmp_path / "v" / "v.safetensors"]
    arguments += ["--threshold", "0.5", "--measure", table, "--write", "mask", "--write-empty", "-q"]
    assert run(list(map(str, arguments))) == 0
    first = table.read_text("utf-8")
    assert [line.split(",")[0] for line in first.splitlines()] == [
        "photo",
        *(f"{n}_training.tif" for n in (21, 22, 23)),
    ]
    assert run(list(map(str, arguments))) == 0  # nothing is cut again, and nothing is lost from the table
    assert table.read_text("utf-8") == first


def test_only_vessels_are_measured(discs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["cut", str(discs / "images"), "-o", str(tmp_path / "out"), "--measure", str(tmp_path / "a.csv")]
    assert run(arguments) == 2
    assert "vessel models" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [("nowhere",), ("discs", "--model", "no-such-model")])
def test_failures_are_sentences(
    discs: Path, arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(discs.parent)
    assert run(["evaluate", *arguments]) == 1
    assert "kirie: " in capsys.readouterr().err


def test_held_out_photos_of_a_model_that_names_none(discs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["evaluate", str(discs), "--held-out"]) == 1
    assert "without --held-out" in capsys.readouterr().err


def test_further_looks_change_what_their_mode_is_for(
    model: Path, discs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A doubtful cutout is looked at in the mirror; flips are for vessels, and a wrong choice is said, not ignored."""
    plain = evaluate(capsys, discs, "--model", model)
    assert evaluate(capsys, discs, "--model", model, "--second-look")["mae"] != plain["mae"]
    assert run(["evaluate", str(discs), "--model", str(model), "--flips"]) == 2
    assert "--flips is for vessel models" in capsys.readouterr().err
    assert run(["cut", str(discs / "images"), "-o", str(tmp_path / "out"), "--flips"]) == 2
    assert "--flips is for vessel models" in capsys.readouterr().err
    ready = ["cut", str(discs / "images"), "-o", str(tmp_path / "out"), "--probability-from", str(discs / "masks")]
    assert run([*ready, "--flips"]) == 2
    assert "--flips is for vessel models" in capsys.readouterr().err
    vessels = [evaluate(capsys, discs, "--model", "unet-vessel", *flips)["auc"] for flips in ((), ("--flips",))]
    assert vessels[0] != vessels[1]
