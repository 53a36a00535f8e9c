"""``kirie models`` as a user types it: what is printed, what is installed, and the exit status."""

from __future__ import annotations

import hashlib
import json
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from main import main
from models.catalogue.model_files import part_files
from models.networks.unet import UNet
from tests.commands.run_help import running
from tests.models.download import mirror
from tests.models.download.mirror import serve

NEEDED = {"name", "network", "mode", "bundled", "installed", "size", "licence"}
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def models(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run ``kirie models`` in this process: exit status, output, errors."""

    def run(*arguments: object) -> tuple[int, str, str]:
        status = main(["models", *map(str, arguments)])
        return status, *capsys.readouterr()

    return run


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    path = tmp_path / "shoes.pth"
    torch.manual_seed(2)
    torch.save(UNet(width=4).state_dict(), path)
    return path


def offer(home: Path, url: str, file: Path) -> None:
    home.mkdir(parents=True, exist_ok=True)
    content = file.read_bytes()
    entry = {"name": "studio", "size": len(content), "sha256": hashlib.sha256(content).hexdigest(), "mirrors": [url]}
    (home / "catalogue.json").write_text(json.dumps({"version": 1, "models": [entry]}))


def test_list_as_json_is_one_array(models: Run) -> None:
    status, out, err = models("list", "--json")
    listed: list[dict[str, Any]] = json.loads(out)
    assert (status, err) == (0, "")
    assert all(entry.keys() >= NEEDED for entry in listed)
    by_name = {entry["name"]: entry for entry in listed}
    assert by_name["u2net-small"]["bundled"]
    assert by_name["u2net-small"]["installed"]
    assert by_name["u2net"]["size"] == 176_290_937
    assert not by_name["u2net"]["installed"]


def test_list_is_a_table_of_a_line_a_model(models: Run) -> None:
    status, out, _ = models("list")
    assert status == 0
    lines = [line.split() for line in out.splitlines()]
    assert lines[0][:3] == ["u2net-small", "cutout", "bundled"]
    assert ["u2net", "cutout", "not", "installed", "176.3", "MB"] in [line[:6] for line in lines]


def test_show_tells_everything(models: Run) -> None:
    status, out, _ = models("show", "u2net")
    assert status == 0
    facts = ("Apache-2.0", "free for commercial work", "176.3 MB", "not installed", "iou 0.8887", "best all-round")
    for fact in (*facts, "https://github.com/xuebinqin/U-2-Net"):
        assert fact in out
    assert json.loads(models("show", "u2net", "--json")[1])["name"] == "u2net"


def test_import_show_verify_remove(models: Run, weights: Path) -> None:
    status, out, _ = models("import", weights, "--name", "my-shoes")
    assert status == 0
    assert out.startswith("my-shoes: installed")
    assert json.loads(models("show", "my-shoes", "--json")[1])["installed"]
    assert models("verify", "my-shoes") == (0, "my-shoes: whole and unchanged\n", "")
    status, out, _ = models("remove", "my-shoes", "--json")
    assert (status, json.loads(out)["done"]) == (0, "removed")
    assert models("show", "my-shoes")[0] == 2


def test_verify_fails_for_a_changed_model(models: Run, weights: Path, kirie_home: Path) -> None:
    models("import", weights)
    with (kirie_home / "models" / "shoes.safetensors").open("ab") as file:
        file.write(b"x")
    status, out, _ = models("verify", "--json")
    assert status == 1
    results = {entry["name"]: entry for entry in json.loads(out)}
    assert results["u2net-small"] == {"name": "u2net-small", "ok": True, "problem": None}
    assert "install it again" in results["shoes"]["problem"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["show", "u2nt"], "Did you mean “u2net”"),
        (["show", "/etc/passwd"], "cannot be the name"),
        (["download", "u2nt"], "Did you mean “u2net”"),
        (["remove", "../../etc/passwd"], "cannot be the name"),
        (["remove", "u2net-small"], "comes with Kirie and cannot be removed"),
        (["remove", "u2net"], "not installed"),
        (["verify", "u2net"], "not installed"),
        (["verify", "nothing"], "no model “nothing”"),
        (["import"], "either one FILE"),
        (["import", "x.pth", "--from-rembg"], "either one FILE"),
        (["frobnicate"], "invalid choice"),
        (["show"], "NAME"),
    ],
)
def test_bad_usage_is_status_2_and_says_why(arguments: list[str], said: str, models: Run) -> None:
    status, out, err = models(*arguments)
    assert (status, out) == (2, "")
    assert said in err


@pytest.mark.parametrize("name", ["a/b", "..", "nul", "x" * 300, "a b"])
def test_a_hostile_name_is_status_2(name: str, models: Run, weights: Path, kirie_home: Path) -> None:
    status, _, err = models("import", weights, "--name", name)
    assert status == 2
    assert "cannot be the name of a model" in err
    assert not (kirie_home / "models").exists()


def test_a_file_that_is_no_weights_is_status_1(models: Run, tmp_path: Path) -> None:
    path = tmp_path / "poem.pth"
    path.write_text("no weights")
    for wrong in (path, tmp_path / "gone.pth"):
        status, out, err = models("import", wrong)
        assert (status, out) == (1, "")
        assert len(err.splitlines()) == 1


def test_a_damaged_own_catalogue_is_said_and_stops_nothing(models: Run, kirie_home: Path) -> None:
    kirie_home.mkdir(exist_ok=True)
    (kirie_home / "catalogue.json").write_text("{")
    status, out, err = models("list", "--json")
    assert status == 0
    assert json.loads(out)
    assert "catalogue.json" in err


def test_rembgs_models_are_offered_and_taken_over(
    models: Run, shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("onnx")
    folder = tmp_path / "rembg"
    folder.mkdir()
    monkeypatch.setenv("U2NET_HOME", str(folder))
    assert models("import", "--from-rembg")[0] == 1
    content = (shared / "weights" / "u2netp.onnx").read_bytes()
    (folder / "u2netp.onnx").write_bytes(content)
    (folder / "u2net.onnx").write_bytes(content[:5000])
    assert "u2net.onnx, u2netp.onnx" in models("list")[1]
    status, out, err = models("import", "--from-rembg", "--json")
    assert status == 1, "one of the two is damaged"
    assert [entry["name"] for entry in json.loads(out)] == ["u2netp"]
    assert "u2net.onnx is damaged" in err
    assert "u2netp.onnx" not in models("list")[1]


def test_download_reports_and_installs(models: Run, weights: Path, kirie_home: Path) -> None:
    with serve(weights.read_bytes()) as one:
        offer(kirie_home, one.url, weights)
        status, out, err = models("download", "studio")
    assert status == 0
    assert out.startswith("studio: installed")
    assert "100 %" in err
    assert "\r" not in err, "plain lines without a terminal"
    assert models("verify", "studio")[0] == 0


def test_a_failed_download_is_status_1_in_one_sentence(models: Run, weights: Path, kirie_home: Path) -> None:
    with serve(weights.read_bytes(), mirror.status(404)) as one:
        offer(kirie_home, one.url, weights)
        status, out, err = models("download", "studio", "--json")
    assert (status, out) == (1, "")
    assert "HTTP 404" in err
    assert "use a file you have" in err


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGKILL])
def test_an_ended_program_continues_where_it_stopped(
    end: signal.Signals, models: Run, weights: Path, kirie_home: Path
) -> None:
    content = weights.read_bytes()
    with serve(content, mirror.stall_after(300_000), mirror.well) as one:
        offer(kirie_home, one.url, weights)
        with running("models", "download", "studio") as process:
            assert process.stderr is not None
            while not (shown := re.match(r"studio: (\d+) %", process.stderr.readline())) or int(shown[1]) < 50:
                assert process.poll() is None
            process.send_signal(end)
            assert process.wait(60) != 0
            if end == signal.SIGINT:
                assert "continues there" in process.stderr.read()
        kept = part_files("studio")[0].stat().st_size
        assert 200_000 <= kept <= 300_000
        assert models("download", "studio")[0] == 0
        assert one.asked[1]["range"] == f"bytes={kept}-"
    assert models("verify", "studio")[0] == 0


def test_help_and_list_load_no_torch() -> None:
    program = (
        "import sys; from main import main; main(['models', 'list', '--json']); main(['models', '--help'])\n"
        "loaded = {'torch', 'PySide6', 'cv2'} & set(sys.modules)\nsys.exit(str(loaded) if loaded else 0)"
    )
    root = Path(__file__).resolve().parents[2]
    subprocess.run([sys.executable, "-c", program], cwd=root, check=True, stdout=subprocess.DEVNULL)
