"""One default model for every command, chosen once, and one hint where a better one may be had."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

import resources
from main import main
from models.catalogue.catalogue import DEFAULT_MODEL, list_models, remove_model
from models.catalogue.default import default_model
from models.catalogue.import_model import import_model
from models.networks.u2net import U2Net
from models.networks.unet import UNet
from models.networks.weights import WeightsInfo, save_weights
from tests.matting.batch.batch_help import save_photo


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    save_photo(tmp_path / "in" / "a.jpg", seed=1)
    return tmp_path / "in" / "a.jpg"


@pytest.fixture
def mine(tmp_path: Path) -> str:
    """Return an installed model whose maps are 1 everywhere."""
    network = U2Net(size="small")
    torch.nn.init.zeros_(network.fusion.weight)
    torch.nn.init.constant_(network.fusion.bias, 20.0)
    save_weights(tmp_path / "mine.safetensors", network.state_dict(), WeightsInfo("u2net", size="small", input_size=32))
    return import_model(tmp_path / "mine.safetensors").name


def cut(photo: Path, capsys: pytest.CaptureFixture[str], *more: str) -> str:
    """Run ``kirie cut``; its first line."""
    always = ["--existing", "overwrite", "--redo", "--write-empty"]
    assert main(["cut", str(photo), "-o", str(photo.parent / "out"), *always, *more]) == 0
    return capsys.readouterr().err.splitlines()[0]


def test_the_chosen_model_is_used_until_it_is_gone(photo: Path, mine: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "default"]) == 0
    assert capsys.readouterr().out == f"{DEFAULT_MODEL}\n"
    assert main(["models", "default", "MINE"]) == 0
    assert main(["models", "default", "--json"]) == 0
    assert json.loads(capsys.readouterr().out.partition("\n")[2])["name"] == mine
    assert cut(photo, capsys).startswith("kirie: mine on ")
    assert cut(photo, capsys, "--model", DEFAULT_MODEL).startswith(f"kirie: {DEFAULT_MODEL} on ")
    remove_model(mine)
    assert default_model() == DEFAULT_MODEL


def test_what_cannot_be_the_default_is_refused(mine: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "default", "u2net"]) == 2
    assert "not installed" in capsys.readouterr().err
    assert main(["models", "default", "nothing-of-the-kind"]) == 2
    torch.save(UNet(width=4).state_dict(), tmp_path / "vessels.pth")
    info = WeightsInfo("unet", width=4, mode="vessel")  # type: ignore[arg-type]
    save_weights(tmp_path / "vessels.safetensors", UNet(width=4).state_dict(), info)
    import_model(tmp_path / "vessels.safetensors")
    assert main(["models", "default", "vessels"]) == 2
    assert "finds vessels" in capsys.readouterr().err
    assert default_model() == DEFAULT_MODEL


def test_a_better_model_is_named_once(
    photo: Path, mine: str, capsys: pytest.CaptureFixture[str], kirie_home: Path
) -> None:
    assert "“kirie models download u2net --default” (176 MB)" in cut(photo, capsys)
    assert "finer" not in cut(photo, capsys), "once"
    # Installed meanwhile: another thing to say, and again once.
    installed = kirie_home / "models"
    (installed / "mine.safetensors").rename(installed / "u2net.safetensors")
    assert "“kirie models default u2net”" in cut(photo, capsys)
    assert "finer" not in cut(photo, capsys)
    main(["models", "default", "u2net"])
    (kirie_home / "models.json").write_text(json.dumps({"default": "u2net"}))
    capsys.readouterr()
    assert "finer" not in cut(photo, capsys), "nothing is better"


def test_a_damaged_choice_is_no_choice(kirie_home: Path) -> None:
    kirie_home.mkdir(parents=True, exist_ok=True)
    for content in ("{", "[]", '{"default": 3}', '{"default": "../x"}'):
        (kirie_home / "models.json").write_text(content)
        assert default_model() == DEFAULT_MODEL


def test_an_optional_download_goes_on_in_one_line(
    kirie_home: Path, capsys: pytest.CaptureFixture[str], mine: str
) -> None:
    entry = {"name": "studio", "size": 10, "sha256": "a" * 64, "mirrors": ["http://127.0.0.1:9/x.pth"]}
    (kirie_home / "catalogue.json").write_text(json.dumps({"version": 1, "models": [entry]}))
    assert main(["models", "default", mine]) == 0
    assert main(["models", "download", "studio", "--default"]) == 1
    capsys.readouterr()
    assert main(["models", "download", "studio", "--default", "--optional"]) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 1
    assert err.startswith("kirie: going on with mine: “studio” could not be downloaded")
    assert default_model() == mine


def test_a_standalone_program_uses_what_it_brings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``build.spec`` puts the authors' small network beside the bundled one."""
    weights = tmp_path / "weights"
    weights.mkdir()
    for name in (DEFAULT_MODEL, "u2netp"):
        (weights / f"{name}.safetensors").write_bytes((resources.WEIGHTS / f"{DEFAULT_MODEL}.safetensors").read_bytes())
    monkeypatch.setattr(resources, "WEIGHTS", weights)
    assert default_model() == "u2netp"
    brought = {model.name: model for model in list_models()}["u2netp"]
    assert (brought.bundled, brought.installed, brought.title) == (True, True, "U²-Net small (authors)")
