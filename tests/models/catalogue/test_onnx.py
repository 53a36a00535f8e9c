"""ONNX files: networks other than U²-Net run by recipe."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models.catalogue.catalogue import remove_model
from models.catalogue.import_model import import_model
from models.catalogue.load import load_predictor
from models.catalogue.verify import verify_model
from models.errors import WeightsDamaged, WeightsMissing
from models.predict.onnx_errors import OnnxUnusable, RecipeMissing, RecipeWrong
from models.predict.onnx_predictor import OnnxPredictor
from models.predict.onnx_recipe import OnnxRecipe, find_recipe, is_onnx, known_recipes, parse_recipe
from tests.models.onnx_help import PLAIN, node, photo, redness, save_graph

onnx = pytest.importorskip("onnx")
onnxruntime = pytest.importorskip("onnxruntime")

ROOT = Path(__file__).resolve().parents[3]


# --- other networks, by recipe ---------------------------------------------------------------------------------------


def test_preprocessing_follows_the_recipe(tmp_path: Path) -> None:
    path = redness(tmp_path / "net.onnx")
    plain = OnnxPredictor(path, PLAIN).predict(photo(51))
    assert plain.shape == (1, 8, 8)
    assert plain.dtype == np.float32
    np.testing.assert_allclose(plain[0, :, :4], 0.2, atol=1e-6)
    np.testing.assert_allclose(plain[0, :, 4:], 0.0, atol=1e-6)
    maximum = OnnxRecipe((8, 8), PLAIN.mean, PLAIN.deviation, "maximum")
    np.testing.assert_allclose(OnnxPredictor(path, maximum).predict(photo(100))[0, :, :4], 0.5, atol=1e-6)
    shifted = OnnxRecipe((8, 8), (-0.1, 0.0, 0.0), (2.0, 1.0, 1.0))
    np.testing.assert_allclose(OnnxPredictor(path, shifted).predict(photo(51))[0, :, :4], 0.15, atol=1e-6)


def test_logits_go_through_a_sigmoid_and_nothing_is_stretched(tmp_path: Path) -> None:
    path = redness(tmp_path / "net.onnx")
    recipe = OnnxRecipe((8, 8), (0.5, 0.0, 0.0), (0.05, 1.0, 1.0), activation="sigmoid")
    result = OnnxPredictor(path, recipe).predict(photo(255))
    np.testing.assert_allclose(result[0, :, :4], 1 / (1 + np.exp(-10)), atol=1e-5)
    np.testing.assert_allclose(result[0, :, 4:], 1 / (1 + np.exp(10)), atol=1e-5)
    faint = OnnxPredictor(path, PLAIN).predict(photo(26))
    assert faint.max() == pytest.approx(26 / 255), "an uncertain photo stays uncertain"


def test_values_that_are_no_probabilities_are_refused(tmp_path: Path) -> None:
    recipe = OnnxRecipe((8, 8), (0.5, 0.5, 0.5), (0.1, 0.1, 0.1))
    with pytest.raises(RecipeWrong, match="sigmoid"):
        OnnxPredictor(redness(tmp_path / "net.onnx"), recipe).predict(photo())


@pytest.mark.parametrize("side", ["height", -1, None])
def test_an_input_of_any_size_takes_the_recipes(side: Any, tmp_path: Path) -> None:
    recipe = OnnxRecipe((4, 6), (0.0, 0.0, 0.0), (1.0, 1.0, 1.0))
    assert OnnxPredictor(redness(tmp_path / "net.onnx", side=side), recipe).predict(photo()).shape == (1, 4, 6)


def test_several_classes(tmp_path: Path) -> None:
    path = redness(tmp_path / "net.onnx", classes=2)
    recipe = OnnxRecipe((8, 8), PLAIN.mean, PLAIN.deviation, classes=("shoe", "sole"))
    predictor = OnnxPredictor(path, recipe)
    assert predictor.classes == ("shoe", "sole")
    assert predictor.predict(photo()).shape == (2, 8, 8)
    with pytest.raises(OnnxUnusable, match="shape"):
        OnnxPredictor(path, PLAIN).predict(photo())


def test_the_key_changes_with_file_and_recipe(tmp_path: Path) -> None:
    path = redness(tmp_path / "net.onnx")
    keys = {
        OnnxPredictor(path, PLAIN).key,
        OnnxPredictor(path, PLAIN).key,
        OnnxPredictor(path, OnnxRecipe((8, 8))).key,
        OnnxPredictor(redness(tmp_path / "other.onnx", sigmoid=True), PLAIN).key,
    }
    assert len(keys) == 3


def test_what_is_no_network_for_photos_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "net.onnx"
    with pytest.raises(WeightsMissing):
        OnnxPredictor(path, PLAIN)
    path.write_bytes(b"\x08\x07 nonsense")
    with pytest.raises(OnnxUnusable):
        OnnxPredictor(path, PLAIN)
    save_graph(path, [node("Identity", ["x"], "y0")], {}, [1, 10])
    with pytest.raises(OnnxUnusable, match="1×10"):
        OnnxPredictor(path, PLAIN)
    save_graph(path, [node("ReduceMean", ["x"], "y0", keepdims=0)], {}, [1, 3, 8, 8])
    with pytest.raises(OnnxUnusable, match="first output"):
        OnnxPredictor(path, PLAIN).predict(photo())
    with pytest.raises(RecipeWrong, match="input_size"):
        OnnxPredictor(redness(path), OnnxRecipe((9, 8)))


def test_import_install_predict_verify_remove(tmp_path: Path) -> None:
    path = redness(tmp_path / "mine.onnx")
    with pytest.raises(RecipeMissing, match="isnet"):
        import_model(path)
    recipe = tmp_path / "recipe.json"
    recipe.write_text(json.dumps({"input_size": 8, "mean": [0, 0, 0], "deviation": [1, 1, 1], "title": "Redness"}))
    model = import_model(path, recipe=str(recipe))
    assert (model.name, model.title, model.network, model.mode) == ("mine", "Redness", "onnx", "cutout")
    path.unlink()
    recipe.unlink()
    verify_model("mine")
    predictor = load_predictor("mine")
    assert predictor.device.device == "cpu"
    assert predictor.predict(photo(51)).max() == pytest.approx(0.2)
    remove_model("mine")
    assert list(model.file.parent.glob("mine*")) == []


def test_a_recipe_that_does_not_fit_installs_nothing(tmp_path: Path, kirie_home: Path) -> None:
    path = redness(tmp_path / "mine.onnx")
    for wanted in ("isnet", "birefnet", str(tmp_path / "gone.json")):
        with pytest.raises(RecipeWrong):
            import_model(path, recipe=wanted)
    assert list((kirie_home / "models").glob("mine*")) == []


def test_a_catalogue_entry_may_hold_the_recipe(tmp_path: Path, kirie_home: Path) -> None:
    path = redness(tmp_path / "some file.onnx")
    kirie_home.mkdir()
    entry = {
        "name": "red",
        "title": "Red things",
        "network": "onnx",
        "licence": "MIT",
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "preprocessing": {"input_size": [8, 8], "mean": [0, 0, 0], "deviation": [1, 1, 1]},
    }
    (kirie_home / "catalogue.json").write_text(json.dumps({"version": 1, "models": [entry]}))
    model = import_model(path)
    assert (model.name, model.title, model.licence, model.network) == ("red", "Red things", "MIT", "onnx")
    assert load_predictor("red").predict(photo(51)).max() == pytest.approx(0.2)


def test_parameters_in_other_files_travel_along(tmp_path: Path) -> None:
    """As PyTorch exports today. What is installed needs no second file."""
    path = redness(tmp_path / "red.onnx")
    onnx.save(onnx.load(path), path, save_as_external_data=True, location="red.data", size_threshold=0)
    recipe = tmp_path / "recipe.json"
    recipe.write_text(json.dumps({"input_size": 8, "mean": [0, 0, 0], "deviation": [1, 1, 1]}))
    first = import_model(path, recipe=str(recipe))
    assert import_model(path, recipe=str(recipe)) == first, "the same once more"
    (tmp_path / "red.data").write_bytes(np.array([0, 1, 0], np.float32).tobytes())  # another network, the same .onnx
    second = import_model(path, recipe=str(recipe))
    (tmp_path / "red.data").unlink()
    assert second.name == "red-2"
    (kernel,) = onnx.load(first.file, load_external_data=False).graph.initializer
    assert onnx.numpy_helper.to_array(kernel).ravel().tolist() == [1, 0, 0]
    assert load_predictor("red").predict(photo(51)).max() == pytest.approx(0.2)
    assert load_predictor("red-2").predict(photo(51)).max() == 0, "green is looked at, and the photo has none"


@pytest.mark.parametrize("place", ["gone.data", "../outside.data", "short.data"])
def test_parameters_that_are_not_beside_the_file_are_named(place: str, tmp_path: Path) -> None:
    folder = tmp_path / "inside"
    folder.mkdir()
    path = redness(folder / "isnet.onnx")
    onnx.save(onnx.load(path), path, save_as_external_data=True, location="here.data", size_threshold=0)
    (tmp_path / "outside.data").write_bytes((folder / "here.data").read_bytes())
    (folder / "short.data").write_bytes(b"1234")
    model = onnx.load(path, load_external_data=False)
    for entry in model.graph.initializer[0].external_data:
        if entry.key == "location":
            entry.value = place
    path.write_bytes(model.SerializeToString())
    with pytest.raises((OnnxUnusable, WeightsDamaged), match=place):
        import_model(path)


def test_known_recipes_are_found_by_file_name() -> None:
    for name, values in known_recipes().items():
        recipe = parse_recipe(values, Path(name))
        assert find_recipe(Path(name), name) == recipe
    assert find_recipe(Path("BiRefNet-portrait-epoch_150.onnx")).activation == "sigmoid"
    assert find_recipe(Path("isnet-general-use.onnx")).mean == (0.5, 0.5, 0.5)
    with pytest.raises(RecipeMissing):
        find_recipe(Path("u2net_cloth_seg.onnx"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"input_size": 0},
        {"input_size": "big"},
        {"input_size": [1, 2, 3]},
        {"input_size": True},
        {"mean": [1, 2]},
        {"deviation": [1, 0, 1]},
        {"mean": ["a", "b", "c"]},
        {"scaling": "127"},
        {"activation": "softmax"},
        {"classes": []},
        {"default_threshold": 2},
        {"sise": 3},
    ],
)
def test_a_wrong_recipe_says_where(wrong: dict[str, Any]) -> None:
    with pytest.raises(RecipeWrong, match=next(iter(wrong))):
        parse_recipe(wrong, Path("recipe.json"))


def test_a_recipe_survives_its_receipt() -> None:
    recipe = OnnxRecipe((3, 5), (0.1, 0.2, 0.3), (1.0, 2.0, 3.0), "maximum", "sigmoid", ("a", "b"), 0.4, "Title")
    assert parse_recipe(json.loads(json.dumps(recipe.as_json())), Path("x")) == recipe


@pytest.mark.parametrize(("head", "answer"), [(b"\x08\x08\x12\x07pytorch", True), (b"PK\x03\x04", False), (b"", False)])
def test_onnx_is_told_by_its_content_too(head: bytes, answer: bool, tmp_path: Path) -> None:
    path = tmp_path / "download.part"
    path.write_bytes(head)
    assert is_onnx(path) is answer


def test_a_known_network_with_or_without_its_sigmoid_is_installed_rightly(tmp_path: Path) -> None:
    """Exporters differ under one name; the range of the output on a photo tells."""
    found = {}
    for ending in ("none", "sigmoid"):
        kernel = np.zeros((1, 3, 1, 1), np.float32)
        kernel[:, 0] = 4  # of red, minus ImageNet's mean: logits of about -8 to 9
        nodes = [node("Conv", ["x", "k"], "c" if ending == "sigmoid" else "y0")]
        if ending == "sigmoid":
            nodes.append(node("Sigmoid", ["c"], "y0"))
        path = save_graph(tmp_path / "bria-rmbg.onnx", nodes, {"k": kernel}, [1, 3, 1024, 1024])
        model = import_model(path, f"rmbg-{ending}")
        assert model.title.startswith("BRIA RMBG 2.0")
        assert model.restricted
        assert "CC BY-NC 4.0" in model.licence
        found[ending] = load_predictor(model.name).predict(photo(255))
    np.testing.assert_allclose(found["none"], found["sigmoid"], atol=1e-6)
    assert found["none"].max() > 0.99


def test_a_recipe_with_a_sigmoid_too_many_is_found_at_the_import(tmp_path: Path) -> None:
    path = redness(tmp_path / "net.onnx", sigmoid=True)
    recipe = tmp_path / "recipe.json"
    plain = {"input_size": 8, "mean": [0, 0, 0], "deviation": [1, 1, 1]}
    recipe.write_text(json.dumps({**plain, "activation": "sigmoid"}))
    with pytest.raises(RecipeWrong, match="probabilities already"):
        import_model(path, recipe=str(recipe))
    recipe.write_text(json.dumps({**plain, "deviation": [0.01, 1, 1]}))
    with pytest.raises(RecipeWrong, match="neither"):
        import_model(redness(tmp_path / "other.onnx"), recipe=str(recipe))


def test_an_unknown_opset_is_named(tmp_path: Path) -> None:
    path = redness(tmp_path / "net.onnx")
    model = onnx.load(path)
    model.opset_import[0].version = 99
    path.write_bytes(model.SerializeToString())
    with pytest.raises(OnnxUnusable, match=r"opset.*99"):
        OnnxPredictor(path, PLAIN)
