"""Weights that a user has: any layout goes in, wrong files stay out, nothing is overwritten by accident."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import shutil
import threading
from pathlib import Path

import pytest
import torch

import resources
from matting.errors import FolderNotWritable
from models.catalogue.catalogue import find_model, list_models, read_receipt, remove_model
from models.catalogue.errors import (
    BadModelName,
    BundledModel,
    ModelBusy,
    ModelDamaged,
    ModelError,
    ModelExists,
    ModelNotInstalled,
    NotThatModel,
)
from models.catalogue.import_model import import_model
from models.catalogue.install_lock import model_lock
from models.catalogue.load import load_predictor
from models.catalogue.rembg import rembg_files, rembg_folder
from models.catalogue.verify import verify_model
from models.errors import WeightsAreAFolder, WeightsDamaged, WeightsError, WeightsMissing
from models.networks.unet import UNet
from models.networks.weights import WeightsInfo, load_weights, save_weights

BUNDLED = resources.WEIGHTS / "u2net-small.safetensors"
INFO = WeightsInfo("unet", width=4, mode="vessel", classes=("vessel",), title="Mine", licence="CC0-1.0")


def make_unet(seed: int = 0) -> UNet:
    torch.manual_seed(seed)
    return UNet(width=4)


@pytest.fixture
def foreign(tmp_path: Path) -> Path:
    """Save a state dict as PyTorch programs write it."""
    path = tmp_path / "Some shoes (v2).pth"
    torch.save({"state_dict": {f"module.{key}": value for key, value in make_unet().state_dict().items()}}, path)
    return path


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    """Save a file of our own format."""
    path = tmp_path / "trained.safetensors"
    save_weights(path, make_unet().state_dict(), dataclasses.replace(INFO, extra={"curve": [1, 2]}))
    return path


def offer(home: Path, file: Path, name: str) -> None:
    """List the file in the user's own catalogue."""
    home.mkdir(parents=True, exist_ok=True)
    entry = {"name": name, "title": "Listed", "licence": "MIT", "sha256": hashlib.sha256(file.read_bytes()).hexdigest()}
    (home / "catalogue.json").write_text(json.dumps({"version": 1, "models": [entry]}))


def test_a_foreign_layout_is_converted_with_all_its_digits(foreign: Path) -> None:
    model = import_model(foreign)
    assert model.name == "Some-shoes-v2"
    assert model.file.suffix == ".safetensors"
    before, after = load_weights(foreign), load_weights(model.file)
    assert before.state.keys() == after.state.keys()
    assert all(torch.equal(before.state[name], after.state[name]) for name in before.state)
    assert "Some shoes (v2).pth" in after.info.provenance


def test_our_own_format_is_copied_as_it_is(ours: Path) -> None:
    model = import_model(ours)
    assert (model.name, model.title, model.mode, model.licence) == ("trained", "Mine", "vessel", "CC0-1.0")
    assert model.file.read_bytes() == ours.read_bytes()


def test_the_original_is_never_touched(foreign: Path) -> None:
    before = foreign.read_bytes()
    import_model(foreign)
    remove_model("Some-shoes-v2")
    assert foreign.read_bytes() == before


def test_the_same_file_is_installed_once(foreign: Path) -> None:
    assert import_model(foreign) == import_model(foreign) == import_model(foreign, "some-SHOES-v2")
    assert sum(model.installed and not model.bundled for model in list_models()) == 1


def test_a_copy_under_another_file_name_is_the_same_file(foreign: Path, tmp_path: Path) -> None:
    first = import_model(foreign)
    assert import_model(Path(shutil.copy(foreign, tmp_path / "copy.pth"))) == first


def test_the_title_is_the_name_that_was_chosen(foreign: Path) -> None:
    assert import_model(foreign).title == "Some shoes (v2)"
    assert import_model(foreign, "winter-boots").title == "winter-boots"


def test_another_file_of_the_same_name_is_numbered(foreign: Path) -> None:
    import_model(foreign)
    for number in (2, 3):
        torch.save(make_unet(number).state_dict(), foreign)
        assert import_model(foreign).name == f"Some-shoes-v2-{number}"
    assert len({model.name for model in list_models() if model.installed and not model.bundled}) == 3


def test_a_chosen_name_that_is_taken_is_said(foreign: Path, ours: Path) -> None:
    import_model(foreign, "shoes")
    with pytest.raises(ModelExists, match="shoes"):
        import_model(ours, "Shoes")
    kept = find_model("shoes").file.read_bytes()
    replaced = import_model(ours, "Shoes", replace=True)
    assert replaced.name == "shoes"
    assert replaced.file.read_bytes() != kept


@pytest.mark.parametrize("name", ["u2net-small", "U2NET-SMALL"])
def test_a_bundled_name_is_refused(name: str, foreign: Path) -> None:
    with pytest.raises(BundledModel):
        import_model(foreign, name, replace=True)


def test_a_listed_name_takes_only_the_listed_file(foreign: Path, ours: Path, kirie_home: Path) -> None:
    offer(kirie_home, foreign, "studio")
    with pytest.raises(NotThatModel, match="studio"):
        import_model(ours, "studio")
    model = import_model(foreign, "studio")
    assert (model.name, model.title, model.licence) == ("studio", "Listed", "MIT")


def test_a_listed_file_is_known_without_its_name(foreign: Path, kirie_home: Path) -> None:
    offer(kirie_home, foreign, "studio")
    assert import_model(foreign).name == "studio"
    assert import_model(foreign, "mine").name == "mine", "and may be installed under another as well"


def test_a_file_called_as_a_listed_model_gets_a_number(ours: Path, tmp_path: Path) -> None:
    assert import_model(ours.rename(tmp_path / "u2net.safetensors")).name == "u2net-2"
    assert not find_model("u2net").installed


@pytest.mark.parametrize("name", ["../x", "a/b", "nul", "x" * 300])
def test_a_bad_name_writes_nothing(name: str, foreign: Path, kirie_home: Path) -> None:
    with pytest.raises(BadModelName):
        import_model(foreign, name)
    assert not kirie_home.exists()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", WeightsDamaged),
        (b"hello", WeightsError),
        (b"\x08\x07 not really a graph", WeightsDamaged),
        (b"PK\x03\x04 not really an archive", WeightsError),
        (b"\x10\0\0\0\0\0\0\0{ not really a header", WeightsDamaged),
    ],
)
def test_what_is_no_weights_is_refused_and_leaves_nothing(
    content: bytes, kind: type[WeightsError], tmp_path: Path
) -> None:
    path = tmp_path / "x.pth"
    path.write_bytes(content)
    with pytest.raises(kind):
        import_model(path)
    assert all(model.bundled for model in list_models() if model.installed)


def test_a_missing_file_and_a_folder_are_said(tmp_path: Path) -> None:
    with pytest.raises(WeightsMissing):
        import_model(tmp_path / "gone.pth")
    with pytest.raises(WeightsAreAFolder, match="is a folder"):
        import_model(tmp_path)


def test_a_failed_replacement_keeps_the_old_model(foreign: Path, tmp_path: Path) -> None:
    old = import_model(foreign, "shoes").file.read_bytes()
    bad = tmp_path / "bad.pth"
    bad.write_bytes(foreign.read_bytes()[:5000])
    with pytest.raises(WeightsError):
        import_model(bad, "shoes", replace=True)
    assert find_model("shoes").file.read_bytes() == old
    verify_model("shoes")


def test_a_folder_that_cannot_be_written_is_said(foreign: Path, kirie_home: Path) -> None:
    kirie_home.write_text("a file where the folder belongs")
    with pytest.raises(FolderNotWritable):
        import_model(foreign)


def test_two_at_once_do_not_collide(foreign: Path) -> None:
    results: list[object] = []

    def work() -> None:
        try:
            results.append(import_model(foreign, "shoes").name)
        except ModelError as error:
            results.append(type(error))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert "shoes" in results
    assert set(results) <= {"shoes", ModelBusy}
    verify_model("shoes")


def test_a_crash_half_way_leaves_no_model(foreign: Path) -> None:
    with model_lock("shoes"), pytest.raises(ModelBusy):
        import_model(foreign, "shoes")
    with pytest.raises(ModelError):
        find_model("shoes")
    assert import_model(foreign, "shoes").installed


def test_an_imported_model_predicts_like_its_file(foreign: Path) -> None:
    photo = torch.arange(30 * 40 * 3).reshape(30, 40, 3).remainder(251).byte().numpy()
    model = import_model(foreign)
    from_file, from_name = (load_predictor(str(which), "cpu") for which in (foreign, model.name))
    assert (from_file.predict(photo) == from_name.predict(photo)).all()


@pytest.mark.parametrize("damage", ["flipped", "cut", "other"])
def test_verify_sees_any_change(damage: str, foreign: Path, ours: Path) -> None:
    path = import_model(foreign, "shoes").file
    verify_model("shoes")
    content = path.read_bytes()
    if damage == "flipped":
        path.write_bytes(content[:-10] + bytes([content[-10] ^ 1]) + content[-9:])
    else:
        path.write_bytes(content[:-10] if damage == "cut" else ours.read_bytes())
    with pytest.raises(ModelDamaged, match="install it again"):
        verify_model("shoes")


def test_verify_without_a_receipt_still_loads_it(ours: Path, kirie_home: Path) -> None:
    (kirie_home / "models").mkdir(parents=True)
    path = ours.rename(kirie_home / "models" / "trained.safetensors")
    verify_model("trained")
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(WeightsDamaged):
        verify_model("trained")


def test_verify_needs_something_to_verify() -> None:
    verify_model("u2net-small")
    with pytest.raises(ModelNotInstalled):
        verify_model("u2net")


def test_the_receipt_says_where_it_came_from(foreign: Path) -> None:
    receipt = read_receipt(import_model(foreign).name)
    assert receipt["origin"] == foreign.name
    assert receipt["origin_sha256"] == hashlib.sha256(foreign.read_bytes()).hexdigest()


def test_rembgs_folder_is_looked_into(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("U2NET_HOME", str(tmp_path / "named"))
    assert rembg_files() == []
    (tmp_path / "named").mkdir()
    for name in ("u2net.onnx", "U2NETP.onnx", "isnet-general-use.onnx", "birefnet-portrait.onnx"):
        (tmp_path / "named" / name).write_bytes(b"x")
    for name in ("u2net_cloth_seg.onnx", "vit_b-decoder-quant.onnx", "u2net.txt", "u2net.onnx.part"):
        (tmp_path / "named" / name).write_bytes(b"x")
    assert [file.name for file in rembg_files()] == [
        "U2NETP.onnx", "birefnet-portrait.onnx", "isnet-general-use.onnx", "u2net.onnx",
    ]  # fmt: skip


def test_rembgs_folder_is_where_its_version_has_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Since 2.0.80 REMBG_HOME, XDG_DATA_HOME/rembg or ~/.rembg, a folder a model; .u2net before; U2NET_HOME wins."""
    for name in ("U2NET_HOME", "REMBG_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert rembg_folder() == tmp_path / ".rembg", "nothing is there"
    places = {
        "XDG_DATA_HOME": (tmp_path / "data", tmp_path / "data/rembg/models/u2net/u2net.onnx"),
        "REMBG_HOME": (tmp_path / "own", tmp_path / "own/models/u2net/u2net.onnx"),
        "U2NET_HOME": (tmp_path / "legacy", tmp_path / "legacy/u2net.onnx"),
    }
    for file in (tmp_path / ".u2net/u2netp.onnx", tmp_path / ".rembg/models/u2netp/u2netp.onnx"):
        file.parent.mkdir(parents=True)
        file.write_bytes(b"x")
        assert rembg_files() == [file], "the newer folder comes first"
    for name, (value, file) in places.items():
        file.parent.mkdir(parents=True)
        file.write_bytes(b"x")
        monkeypatch.setenv(name, str(value))
        assert rembg_files()[0] == file
        assert file.is_relative_to(rembg_folder())
    assert len(rembg_files()) == 1, "U2NET_HOME alone"


def test_a_name_of_a_bundled_model_is_refused_in_its_own_words(foreign: Path) -> None:
    with pytest.raises(BundledModel, match="is the name of a model that comes with Kirie"):
        import_model(foreign, "u2net-small")
