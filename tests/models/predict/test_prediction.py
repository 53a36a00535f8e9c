from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from matting.predictor import Predictor
from models.catalogue.catalogue import DEFAULT_MODEL, find_model
from models.catalogue.load import load_predictor
from models.networks.preprocess import Preprocessing, prepare
from models.networks.u2net import U2Net
from models.networks.unet import UNet
from models.networks.weights import Weights, WeightsInfo, build_network, load_weights, save_weights
from models.predict.device import cpu_has_native_bf16
from models.predict.engine import Engine, fold_norms
from models.predict.prediction import ModelPredictor
from tests.models.recorded import set_parameters

CPU = torch.device("cpu")


def made_up(network: torch.nn.Module, info: WeightsInfo) -> Weights:
    set_parameters(network.eval())
    state = {key: tensor for key, tensor in network.state_dict().items() if not key.endswith("num_batches_tracked")}
    return Weights(state, info)


def photo(height: int, width: int) -> NDArray[np.uint8]:
    """Draw a bright disc on a dark gradient."""
    y, x = np.mgrid[:height, :width]
    inside = (y / height - 0.5) ** 2 + (x / width - 0.5) ** 2 < 0.09
    rgb = np.stack([x * 80 // width, y * 80 // height, np.full_like(x, 40)], axis=-1)
    rgb[inside] = (230, 180, 60)
    return rgb.astype(np.uint8)


@pytest.fixture(scope="module")
def bundled() -> ModelPredictor:
    return load_predictor(DEFAULT_MODEL, "cpu")


def test_the_bundled_model_finds_a_bright_disc(bundled: ModelPredictor) -> None:
    size = bundled.info.input_size
    for height, width in ((300, 300), (200, 500), (900, 300)):
        probability = bundled.predict(photo(height, width))
        assert probability.shape == (1, size, size)
        assert probability.dtype == np.float32
        assert 0 <= probability.min() <= probability.max() <= 1
        y, x = np.mgrid[:size, :size] / size - 0.5
        truth = y**2 + x**2 < 0.09
        found = probability[0] >= bundled.default_threshold
        assert (truth & found).sum() / (truth | found).sum() > 0.8


def test_it_is_what_the_batch_engine_expects(bundled: ModelPredictor) -> None:
    predictor: Predictor = bundled
    assert predictor.classes == ("subject",)
    assert 0 < predictor.default_threshold < 1
    assert predictor.key == load_predictor(DEFAULT_MODEL, "cpu").key


@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 3000), (2500, 2), (37, 1000)])
def test_photos_of_any_shape_are_predicted(bundled: ModelPredictor, height: int, width: int) -> None:
    probability = bundled.predict(np.full((height, width, 3), 90, np.uint8))
    assert probability.shape == (1, bundled.info.input_size, bundled.info.input_size)
    assert np.isfinite(probability).all()


def test_the_scale_is_kept_an_empty_photo_stays_empty(bundled: ModelPredictor) -> None:
    """Stretched to the full range, as the authors do, an empty photo would get a full mask."""
    assert bundled.predict(np.full((300, 400, 3), 128, np.uint8)).max() < 0.9
    grey = bundled.predict(photo(300, 300))
    np.testing.assert_array_equal(grey, bundled.predict(photo(300, 300)))


def test_many_photos_at_once_give_the_same_as_one_by_one(bundled: ModelPredictor) -> None:
    photos = [photo(100, 200), photo(50, 50), photo(300, 80)]
    for together, alone in zip(bundled.predict_many(photos), map(bundled.predict, photos), strict=True):
        np.testing.assert_allclose(together, alone, atol=1e-3)
    assert bundled.predict_many([]) == []


def test_the_key_follows_what_changes_the_map() -> None:
    network = UNet(width=2)
    keys = set()
    for changes in (
        {},
        {"input_size": 64},
        {"scaling": "maximum"},
        {"mode": "vessel"},
        {"mean": (0.0, 0.0, 0.0)},
        {"field_width": 9},
    ):
        info = WeightsInfo("unet", width=2, **changes)  # type: ignore[arg-type]
        keys.add(ModelPredictor(made_up(network, info), "cpu").key)
    assert len(keys) == 6
    renamed = ModelPredictor(
        made_up(network, WeightsInfo("unet", width=2, title="Other", default_threshold=0.3)), "cpu"
    )
    assert renamed.key in keys


def test_a_weights_file_is_loaded_by_its_path(tmp_path: Path) -> None:
    weights = made_up(
        U2Net(out_channels=2, size="small"), WeightsInfo("u2net", "small", classes=("cat", "dog"), input_size=64)
    )
    save_weights(tmp_path / "mine.safetensors", weights.state, weights.info)
    predictor = load_predictor(str(tmp_path / "mine.safetensors"), "cpu")
    assert predictor.classes == ("cat", "dog")
    assert predictor.predict(photo(90, 70)).shape == (2, 64, 64)


@pytest.mark.parametrize("channels", [1, 3])
def test_vessel_mode_keeps_the_photos_own_resolution(channels: int) -> None:
    info = WeightsInfo(
        "unet", width=4, in_channels=channels, mode="vessel", mean=(0.5,) * channels, deviation=(0.2,) * channels
    )
    weights = made_up(UNet(channels, 1, width=4), info)
    predictor = ModelPredictor(weights, "cpu", "fp32")
    for height, width in ((1, 1), (37, 130), (811, 900)):
        probability = predictor.predict(photo(height, width))
        assert probability.shape == (1, height, width)
        assert 0 <= probability.min() <= probability.max() <= 1


def test_vessel_mode_is_the_network_itself_away_from_the_border() -> None:
    info = WeightsInfo("unet", width=4, mode="vessel", classes=("vessel",))
    weights = made_up(UNet(width=4), info)
    rgb = np.random.default_rng(0).integers(0, 256, (352, 352, 3), np.uint8)
    tiled = ModelPredictor(weights, "cpu", "fp32").predict(rgb)
    with torch.inference_mode():
        plain = build_network(weights)(torch.from_numpy(prepare(rgb, 352, Preprocessing()))[None]).sigmoid()[0]
    np.testing.assert_allclose(tiled[:, 160:192, 160:192], plain[:, 160:192, 160:192].numpy(), atol=1e-4)


@pytest.mark.parametrize("network", [U2Net(size="small"), U2Net(in_channels=1, out_channels=2), UNet(width=8)])
def test_folding_and_fusing_change_nothing_that_can_be_seen(network: torch.nn.Module) -> None:
    set_parameters(network.eval())
    channels = next(network.parameters()).shape[1]
    x = torch.randn(2, channels, 80, 72, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        expected = network(x).sigmoid()
    state = network.state_dict()
    before = {key: tensor.clone() for key, tensor in state.items()}
    engine = Engine(network, CPU, torch.float32)
    torch.testing.assert_close(engine(x), expected, rtol=0, atol=1e-5)
    # A second size after the first: kernels were packed for that one.
    assert engine(x[:1, :, :33, :41]).shape == (1, expected.shape[1], 33, 41)
    assert all(torch.equal(state[key], tensor) for key, tensor in before.items())


def test_bf16_stays_close_to_fp32(bundled: ModelPredictor) -> None:
    if not cpu_has_native_bf16():
        pytest.skip("this processor has no native bf16")
    assert bundled.device.precision == "bf16"
    exact = ModelPredictor(load_weights(find_model(DEFAULT_MODEL).file), "cpu", "fp32")
    difference = np.abs(bundled.predict(photo(300, 400)) - exact.predict(photo(300, 400)))
    assert difference.mean() < 0.01


def test_folding_leaves_no_norm_behind() -> None:
    for network in (U2Net(size="small"), UNet(width=2)):
        assert not [m for m in fold_norms(network).modules() if isinstance(m, torch.nn.BatchNorm2d)]


def test_two_threads_may_share_a_predictor(bundled: ModelPredictor) -> None:
    photos = [photo(64 + step, 90) for step in range(6)]
    expected = [bundled.predict(rgb) for rgb in photos]
    found: dict[int, NDArray[np.float32]] = {}

    def work(start: int) -> None:
        for index in range(start, len(photos), 2):
            found[index] = bundled.predict(photos[index])

    threads = [threading.Thread(target=work, args=(start,)) for start in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for index, probability in enumerate(expected):
        np.testing.assert_array_equal(found[index], probability)


def test_where_large_numbers_cancel_bf16_gives_way_to_fp32() -> None:
    """As in the authors' U²-Net small: a bias of 228 that the next unit takes away again."""
    network = U2Net(size="small")
    set_parameters(network.eval())
    first, second = network.decoder[3].up[3:5]  # type: ignore[index]
    with torch.no_grad():
        first.norm.bias += 228
        taken = second.conv.weight[:, : first.conv.out_channels].sum(dim=(1, 2, 3)) * 228
        second.norm.running_mean += taken
        second.norm.weight *= 5
    x = torch.randn(1, 3, 96, 96, generator=torch.Generator().manual_seed(0))
    state = {key: tensor.clone() for key, tensor in network.state_dict().items()}
    expected = Engine(network, CPU, torch.float32)(x)
    again = U2Net(size="small")
    again.load_state_dict(state)
    found = Engine(again, CPU, torch.bfloat16)(x)
    assert expected.std() > 0.05
    assert (found - expected).abs().mean() < 0.005
