from __future__ import annotations

import json
import pickle
import struct
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import save_file

import resources
from matting.settings import Mode
from models.errors import (
    WeightsDamaged,
    WeightsError,
    WeightsMissing,
    WeightsNotRecognised,
    WeightsTooNew,
    WeightsUnsafe,
)
from models.networks.u2net import U2Net
from models.networks.unet import UNet
from models.networks.weights import WeightsInfo, build_network, load_weights, save_weights
from tests.models.networks.test_layouts import authors_state
from tests.models.recorded import sample_logits, set_parameters

BUNDLED = resources.WEIGHTS / "u2net-small.safetensors"


@pytest.fixture(scope="module")
def network() -> U2Net:
    network = U2Net(size="small")
    set_parameters(network.eval())
    return network


def check_sentence(error: WeightsError, path: Path) -> None:
    """One sentence that names the file."""
    text = str(error)
    assert str(path) in text
    assert "\n" not in text
    assert text.endswith(".")
    assert "{" not in text


INFO = WeightsInfo(
    "u2net",
    size="small",
    classes=("subject",),
    input_size=288,
    mean=(0.1, 0.2, 0.3),
    deviation=(0.4, 0.5, 0.6),
    scaling="maximum",
    default_threshold=0.37,
    doubt_limit=0.21,
    licence="MIT",
    provenance="made in a test, mit Umlaut ä and 中文",
    title="Test",
    extra={"recipe": {"epochs": 3}, "curve": [0.5, 0.25]},
)


@pytest.mark.parametrize("half", [True, False])
def test_what_is_saved_is_loaded_again(tmp_path: Path, network: U2Net, half: bool) -> None:
    path = tmp_path / "w.safetensors"
    save_weights(path, network.state_dict(), INFO, half)
    loaded = load_weights(path)
    assert loaded.info == INFO
    again = build_network(loaded)
    assert not again.training
    tolerance = 2e-2 if half else 0
    torch.testing.assert_close(sample(again), sample(network), rtol=0, atol=tolerance)
    assert path.stat().st_size < (2_450_000 if half else 4_700_000)


def sample(network: torch.nn.Module) -> torch.Tensor:
    torch.manual_seed(3)
    with torch.inference_mode():
        logits: torch.Tensor = network.eval()(torch.rand(1, 3, 40, 40))
    return logits


def test_metadata_are_json_that_any_safetensors_reader_shows(tmp_path: Path, network: U2Net) -> None:
    path = tmp_path / "w.safetensors"
    save_weights(path, network.state_dict(), INFO)
    raw = path.read_bytes()
    (length,) = struct.unpack("<Q", raw[:8])
    metadata = json.loads(raw[8 : 8 + length])["__metadata__"]
    assert json.loads(metadata["network"]) == "u2net"
    assert json.loads(metadata["mean"]) == [0.1, 0.2, 0.3]
    assert json.loads(metadata["default_threshold"]) == 0.37
    assert json.loads(metadata["mode"]) == "cutout"
    assert load_weights(path).info.mode is Mode.CUTOUT


def test_values_beyond_16_bits_stay_in_32(tmp_path: Path, network: U2Net) -> None:
    state = {key: tensor.clone() for key, tensor in network.state_dict().items()}
    state["fusion.weight"][0, 0] = 1e6
    save_weights(tmp_path / "w.safetensors", state, INFO)
    assert load_weights(tmp_path / "w.safetensors").state["fusion.weight"][0, 0] == 1e6


def wrap_plain(state: dict[str, torch.Tensor]) -> object:
    return state


def wrap_state_dict(state: dict[str, torch.Tensor]) -> object:
    return {"epoch": 3, "state_dict": state}


def wrap_parallel(state: dict[str, torch.Tensor]) -> object:
    return {f"module.{key}": tensor for key, tensor in state.items()}


def wrap_both(state: dict[str, torch.Tensor]) -> object:
    return {"model": wrap_parallel(state), "optimizer": {"step": 1}}


@pytest.mark.parametrize("wrap", [wrap_plain, wrap_state_dict, wrap_parallel, wrap_both])
@pytest.mark.parametrize("legacy", [True, False])
def test_wrapped_pytorch_files_load(tmp_path: Path, network: U2Net, wrap: object, legacy: bool) -> None:
    path = tmp_path / "some file.bin"
    torch.save(
        wrap(authors_state(network, "small")),  # type: ignore[operator]
        path,
        _use_new_zipfile_serialization=not legacy,
    )
    loaded = load_weights(path)
    assert (loaded.info.network, loaded.info.size) == ("u2net", "small")
    assert loaded.info.scaling == "maximum"
    assert torch.equal(sample(build_network(loaded)), sample(network))


def test_a_plain_state_dict_of_ours_tells_channels_classes_and_width(tmp_path: Path) -> None:
    torch.save(UNet(in_channels=1, out_channels=3, width=6).state_dict(), tmp_path / "w.pth")
    info = load_weights(tmp_path / "w.pth").info
    assert (info.network, info.width, info.in_channels, len(info.classes)) == ("unet", 6, 1, 3)
    assert info.mode == "vessel"
    assert len(info.mean) == 1


def test_safetensors_in_the_authors_layout_load(tmp_path: Path, network: U2Net) -> None:
    state = {key: tensor.contiguous() for key, tensor in authors_state(network, "small").items()}
    save_file(state, tmp_path / "w.safetensors")
    assert torch.equal(sample(build_network(load_weights(tmp_path / "w.safetensors"))), sample(network))


def test_the_same_parameters_have_the_same_fingerprint_in_any_layout(tmp_path: Path, network: U2Net) -> None:
    torch.save(authors_state(network, "small"), tmp_path / "theirs.pth")
    theirs = load_weights(tmp_path / "theirs.pth")
    save_weights(tmp_path / "ours.safetensors", theirs.state, theirs.info, half=False)
    ours = load_weights(tmp_path / "ours.safetensors")
    assert ours.fingerprint() == theirs.fingerprint()
    ours.state["sides.0.bias"] += 1e-3
    assert ours.fingerprint() != theirs.fingerprint()


class Trap:
    """Writes a file when unpickled."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> tuple[object, ...]:
        return (Path.touch, (self.marker,))


@pytest.mark.parametrize("new_format", [True, False])
def test_code_in_a_pickle_is_refused_and_never_run(tmp_path: Path, network: U2Net, new_format: bool) -> None:
    marker = tmp_path / "it ran"
    path = tmp_path / "evil.pth"
    content = {**authors_state(network, "small"), "x": Trap(marker)}
    if new_format:
        torch.save(content, path)
    else:
        path.write_bytes(pickle.dumps(Trap(marker)))
    with pytest.raises(WeightsError) as caught:
        load_weights(path)
    check_sentence(caught.value, path)
    assert not marker.exists()


def test_a_whole_pickled_network_is_refused_in_words(tmp_path: Path, network: U2Net) -> None:
    torch.save(network, tmp_path / "w.pth")
    with pytest.raises(WeightsUnsafe, match="never runs"):
        load_weights(tmp_path / "w.pth")


def wrong_files(folder: Path, network: U2Net) -> dict[str, tuple[Path, type[WeightsError]]]:
    good = folder / "good.safetensors"
    save_weights(good, network.state_dict(), INFO)
    raw = good.read_bytes()
    torch.save(network.state_dict(), folder / "good.pth")
    archive = (folder / "good.pth").read_bytes()
    nan = {key: tensor.clone() for key, tensor in network.state_dict().items()}
    nan["sides.2.weight"][0, 0, 0, 0] = float("nan")
    other = {"layer1.0.conv1.weight": torch.zeros(3), "fc.bias": torch.zeros(2)}
    reshaped = {**network.state_dict(), "encoder.2.down.1.conv.weight": torch.zeros(16, 17, 3, 3)}
    lacking = {key: tensor for key, tensor in network.state_dict().items() if key != "fusion.bias"}
    four = U2Net(in_channels=4, size="small").state_dict()
    cases: dict[str, tuple[bytes | object, type[WeightsError]]] = {
        "empty": (b"", WeightsDamaged),
        "photo": (b"\xff\xd8\xff\xe0" + bytes(500), WeightsNotRecognised),
        "text": (b"<html>404 not found</html>", WeightsNotRecognised),
        "truncated safetensors": (raw[:-1000], WeightsDamaged),
        "header alone": (raw[:200], WeightsDamaged),
        "truncated archive": (archive[: len(archive) // 2], WeightsDamaged),
        "metadata of nonsense": (raw.replace(b'"input_size":"288"', b'"input_size":"-88"'), WeightsDamaged),
        "metadata no JSON": (raw.replace(b'"input_size":"288"', b'"input_size":"2[8"'), WeightsDamaged),
        "future": (raw.replace(b'"kirie_format":"1"', b'"kirie_format":"7"'), WeightsTooNew),
        "not a number": (nan, WeightsDamaged),
        "other network": (other, WeightsNotRecognised),
        "wrong shape": (reshaped, WeightsNotRecognised),
        "one missing": (lacking, WeightsNotRecognised),
        "four channels": (four, WeightsNotRecognised),
        "other archive": (b"PK\x05\x06" + bytes(18), WeightsNotRecognised),
        "a list": ([1, 2, 3], WeightsNotRecognised),
        "a number": (7, WeightsNotRecognised),
        "another dictionary": ({"epoch": 3, "loss": 0.5}, WeightsNotRecognised),
        "no tensors": ({}, WeightsNotRecognised),
    }
    files = {}
    for name, (content, kind) in cases.items():
        path = folder / f"{name}.pth"
        if isinstance(content, bytes):
            assert name in ("truncated safetensors", "header alone") or content != raw
            path.write_bytes(content)
        else:
            torch.save(content, path)
        files[name] = (path, kind)
    return files


def test_wrong_files_are_refused_in_one_sentence_each(tmp_path: Path, network: U2Net) -> None:
    for name, (path, kind) in wrong_files(tmp_path, network).items():
        with pytest.raises(WeightsError) as caught:
            load_weights(path)
        assert type(caught.value) is kind, f"{name}: {caught.value!s}"
        check_sentence(caught.value, path)


def test_the_sentence_says_what_was_found_and_what_is_accepted(tmp_path: Path) -> None:
    torch.save({"layer1.0.conv1.weight": torch.zeros(3)}, tmp_path / "resnet.pth")
    with pytest.raises(WeightsNotRecognised) as caught:
        load_weights(tmp_path / "resnet.pth")
    assert "layer1.0.conv1.weight" in str(caught.value)
    assert "u2net_human_seg.pth" in str(caught.value)


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(WeightsMissing):
        load_weights(tmp_path / "none.pth")
    with pytest.raises(WeightsError) as caught:
        load_weights(tmp_path)
    check_sentence(caught.value, tmp_path)


@settings(max_examples=60)
@given(data=st.data())
def test_no_damage_to_a_file_gets_past_as_another_error(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    raw = bytearray(BUNDLED.read_bytes())
    header = 8 + struct.unpack("<Q", raw[:8])[0]
    for _ in range(data.draw(st.integers(1, 4))):
        position = data.draw(st.integers(0, header - 1) | st.integers(0, len(raw) - 1))
        raw[position] = data.draw(st.integers(0, 255))
    del raw[data.draw(st.integers(1, len(raw)) | st.just(len(raw))) :]
    path = tmp_path_factory.mktemp("damaged") / "w.safetensors"
    path.write_bytes(raw)
    try:
        loaded = load_weights(path)
    except WeightsError as error:
        check_sentence(error, path)
    else:
        assert all(tensor.isfinite().all() for tensor in loaded.state.values())


def test_the_bundled_weights_are_small_whole_and_documented() -> None:
    weights = load_weights(BUNDLED)
    assert BUNDLED.stat().st_size < 2_500_000
    assert weights.info.licence
    assert weights.info.provenance
    assert weights.info.scaling == "255"
    card = BUNDLED.with_suffix(".md").read_text("utf-8")
    assert str(weights.info.input_size) in card


def test_building_a_network_keeps_the_values(network: U2Net, tmp_path: Path) -> None:
    save_weights(tmp_path / "w.safetensors", network.state_dict(), INFO, half=False)
    built = build_network(load_weights(tmp_path / "w.safetensors"))
    np.testing.assert_array_equal(sample_logits(built).numpy(), sample_logits(network).numpy())


@pytest.mark.parametrize(
    "changes",
    [
        {"network": "resnet"},
        {"mode": "depth"},
        {"in_channels": 2},
        {"mean": (0.5,)},
        {"deviation": (0.0, 1.0, 1.0)},
        {"default_threshold": 1.5},
        {"doubt_limit": 0},
        {"input_size": 0},
        {"field_width": -1},
        {"classes": ()},
        {"scaling": "guess"},
    ],
)
def test_senseless_metadata_are_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        WeightsInfo(**{"network": "u2net", **changes})  # type: ignore[arg-type]
