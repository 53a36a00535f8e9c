"""``kirie train`` as its users and the window's child process run it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from commands.parser import build_parser, run
from commands.train import make_settings
from models.catalogue.catalogue import find_model, read_metadata
from models.training.settings import TrainSettings
from tests.commands.run_help import command, kirie
from tests.models.training.make_data import disc, make_dataset, write

TINY = ["--network", "unet", "--width", "4", "--mode", "cutout", "--size", "32", "--batch", "2", "--draws", "6"]
TWICE = [*TINY, "--epochs", "2"]
LONG = [*TINY, "--epochs", "5000"]


@pytest.fixture
def discs(tmp_path: Path) -> Path:
    return make_dataset(tmp_path / "discs", 6)


def settings_of(*arguments: object) -> TrainSettings:
    return make_settings(build_parser().parse_args(["train", *map(str, arguments)]))


def test_training_ends_with_a_model_that_can_be_evaluated(discs: Path, tmp_path: Path) -> None:
    ended = kirie("train", discs, *TWICE, "--runs", tmp_path / "runs")
    assert ended.status == 0, ended.err
    model = tmp_path / "runs" / "discs" / "discs.safetensors"
    assert f"the weights: {model}" in ended.out
    assert "epoch 2: loss" in ended.out
    assert read_metadata(model)["extra"]["recipe"]["epochs"] == 2


def test_json_lines_tell_everything_and_the_end_of_input_stops_nothing(discs: Path, tmp_path: Path) -> None:
    ended = kirie("train", discs, *TWICE, "--runs", tmp_path, "--name", "j", "--json")
    assert ended.status == 0, ended.err
    names = [line["event"] for line in ended.lines]
    assert names[:2] == ["checked", "started"]
    assert names[-2:] == ["saved", "finished"]
    assert names.count("stepped") == 6
    assert names.count("evaluated") == 2
    assert ended.lines[-1]["complete"] is True


def test_commands_come_over_standard_input(discs: Path, tmp_path: Path) -> None:
    arguments = ("train", discs, *LONG, "--runs", tmp_path, "--name", "c", "--json")
    process = subprocess.Popen(command(*arguments), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None
    assert process.stdout is not None
    seen = []
    for line in process.stdout:
        event = json.loads(line)["event"]
        seen.append(event)
        say = {("stepped", 0): "pause", ("paused", 1): "resume", ("resumed", 1): "stop"}.get(
            (event, int("paused" in seen))
        )
        if say:
            process.stdin.write(json.dumps({"command": say}) + "\n")
            process.stdin.flush()
    assert process.wait() == 0
    process.stdin.close()
    process.stdout.close()
    assert seen.index("paused") < seen.index("resumed") < seen.index("finished")


def test_ctrl_c_saves_and_resume_goes_on(discs: Path, tmp_path: Path) -> None:
    arguments = ("train", discs, *LONG, "--runs", tmp_path, "--name", "i")
    process = subprocess.Popen([*command(*arguments), "--json"], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    for line in process.stdout:
        if json.loads(line)["event"] == "stepped":
            process.send_signal(signal.SIGINT)
            break
    rest = [json.loads(line) for line in process.stdout]
    process.stdout.close()
    assert process.wait() == 0
    assert rest[-1]["event"] == "finished"
    assert rest[-1]["complete"] is False
    ended = kirie("train", "--resume", "--name", "i", "--runs", tmp_path, "--epochs", "1", "--json")
    (started,) = [line for line in ended.lines if line["event"] == "started"]
    assert started["step"] == rest[-1]["step"]


def test_install_adds_the_model_to_the_list(discs: Path, tmp_path: Path) -> None:
    assert run(["train", str(discs), *TWICE, "--runs", str(tmp_path), "--name", "mine", "--install"]) == 0
    assert find_model("mine").installed


@pytest.mark.parametrize("name", ["u2net", "u2net-small", "x.pth", "con", "my shoes"])
def test_a_name_that_cannot_be_installed_is_refused_before_anything_is_read(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["train", "/no/such/folder", *TWICE, "--name", name, "--install"]) == 1
    assert f"“{name}”" in capsys.readouterr().err


def test_a_folder_with_spaces_and_parentheses_names_its_run_and_is_installed(tmp_path: Path) -> None:
    folder = make_dataset(tmp_path / "31-dataset Shoes (2024)", 6)
    assert run(["train", str(folder), *TWICE, "--runs", str(tmp_path), "--install"]) == 0
    assert find_model("31-dataset-shoes-2024").installed


def test_a_check_that_fails_says_so_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["train", str(tmp_path / "none"), "--check", "--json"]) == 1
    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (last["event"], last["error"]["type"]) == ("failed", "DatasetMissing")


def test_check_lists_every_problem_and_trains_nothing(discs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (discs / "masks" / "photo0.png").unlink()
    write(discs / "masks" / "photo1.png", np.full((90, 48), 255, np.uint8))
    assert run(["train", str(discs), "--check"]) == 0
    out = capsys.readouterr().out
    assert "4 usable pairs" in out
    assert f"{discs / 'images' / 'photo0.png'}: no mask" in out
    assert "sizes do not fit (photo 48×40, photo1.png 48×90)" in out
    assert run(["train", str(discs), "--check", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["usable"] == 4
    assert {row["finding"] for row in report["rows"]} == {"ok", "no mask", "sizes do not fit"}


def test_failures_are_sentences_also_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = make_dataset(tmp_path / "black", 2)
    for path in (folder / "masks").iterdir():
        write(path, disc(0)[1] * 0)
    assert run(["train", str(folder), *TWICE]) == 1
    assert "cannot be trained on: 2 mask all black" in capsys.readouterr().err
    assert run(["train", str(folder), *TWICE, "--json"]) == 1
    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (last["event"], last["error"]["type"]) == ("failed", "DatasetUnusable")


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("d", "--epochs", "0"),
        ("d", "--minutes", "nan"),
        ("d", "--epochs", "3", "--minutes", "3"),
        ("d", "--val", "1.5"),
        ("d", "--progressive", "big"),
        ("d:-1",),
        ("--resume",),
    ],
)
def test_bad_usage_has_its_own_status(arguments: tuple[str, ...]) -> None:
    assert run(["train", *arguments]) == 2


def test_datasets_carry_weights_and_the_default_start_is_the_bundled_model(tmp_path: Path) -> None:
    odd = tmp_path / "takes:2"
    odd.mkdir()
    settings = settings_of("salient:3", odd, "--minutes", "5")
    assert [(source.folder, source.weight) for source in settings.sources] == [(Path("salient"), 3.0), (odd, 1.0)]
    assert settings.start == "u2net-small"
    assert settings.network == "u2net-small"
    assert settings.epochs is None


def test_teachers_and_how_photos_are_varied() -> None:
    settings = settings_of("d", "--teacher", "u2netp", "--teacher", "u2net", "--zoom", "0.1")
    assert settings.teachers == ("u2netp", "u2net")
    assert (settings.augmentation.zoom, settings.augmentation.background) == (0.1, 0.15)
    assert settings_of("d").teachers == ()


def test_with_a_teacher_photos_without_masks_are_no_problem(discs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (discs / "masks" / "photo0.png").unlink()
    assert run(["train", str(discs), "--check"]) == 0
    assert "no mask" in capsys.readouterr().out
    assert run(["train", str(discs), "--check", "--teacher", "u2net"]) == 0
    assert "no mask" not in capsys.readouterr().out


def test_the_default_start_is_the_bundled_model_of_that_network() -> None:
    assert settings_of("d", "--network", "u2net-small").start == "u2net-small"
    assert settings_of("d", "--network", "u2net").start == "scratch"
    vessel = settings_of("d", "--network", "unet")
    assert (vessel.start, vessel.mode) == ("unet-vessel", "vessel")
    assert settings_of("d", "--network", "unet", "--from", "scratch").start == "scratch"


def test_a_unet_is_for_vessels_and_another_width_begins_from_scratch() -> None:
    settings = settings_of("drive", "--network", "unet", "--width", "24", "--progressive", "--size", "128")
    assert (settings.mode, settings.start, settings.width) == ("vessel", "scratch", 24)
    assert settings.sizes == (48, 64, 80, 96)
    assert settings.augmentation.elastic > 0


def test_help_is_quick_to_load() -> None:
    code = "import sys; from commands.parser import build_parser, run; build_parser(); sys.exit('torch' in sys.modules)"
    root = Path(__file__).resolve().parents[2]
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0
