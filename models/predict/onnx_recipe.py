"""How photos become the input of an ONNX network, and its output probabilities: what the file itself does not say."""

from __future__ import annotations

import fnmatch
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Literal

import resources
from models.networks.preprocess import IMAGENET_DEVIATION, IMAGENET_MEAN, SCALINGS, Preprocessing, Scaling
from models.predict.onnx_errors import RecipeMissing, RecipeProblem, RecipeWrong

Activation = Literal["none", "sigmoid"]


@dataclass(frozen=True)
class OnnxRecipe:
    """Preprocessing of one network, as in a catalogue entry.

    ``input_size`` is the side in pixels of the square that a photo is squashed to, or (height, width).
    ``mean``, ``deviation``, ``scaling`` as in ``models.networks.preprocess``, in RGB. ``activation`` "none" where
    the network ends with a sigmoid of its own, "sigmoid" where it gives logits. ``classes`` names the output channels,
    ``licence`` the terms of the network.
    """

    input_size: tuple[int, int] = (1024, 1024)
    mean: tuple[float, ...] = IMAGENET_MEAN
    deviation: tuple[float, ...] = IMAGENET_DEVIATION
    scaling: Scaling = "255"
    activation: Activation = "none"
    classes: tuple[str, ...] = ("subject",)
    default_threshold: float = 0.5
    title: str = ""
    licence: str = ""

    @property
    def preprocessing(self) -> Preprocessing:
        """How pixels become the network's floats."""
        return Preprocessing(self.mean, self.deviation, self.scaling)

    def as_json(self) -> dict[str, Any]:
        """Return plain values, as ``parse_recipe`` takes them."""
        return asdict(self)


def is_onnx(path: Path) -> bool:
    """Tell whether a file is to be read as ONNX: by its suffix, or its first field, since the format has no mark.

    An ONNX file begins with the version of its format, field 1 of the protobuf message. Raises ``OSError``.
    """
    if path.suffix.lower() == ".onnx":
        return True
    with path.open("rb") as file:
        head = file.read(9)
    return head[:1] == b"\x08" and head[8:] != b"{"


def parse_recipe(values: Mapping[str, Any], source: Path) -> OnnxRecipe:
    """Parse a recipe from JSON values; ``source`` is named in errors. Raises ``RecipeWrong``."""
    known = {entry.name for entry in fields(OnnxRecipe)}
    if unknown := set(values) - known - {"files"}:
        raise RecipeWrong(source, found=RecipeProblem.UNKNOWN_KEY(key=min(unknown)))
    size = values.get("input_size", 1024)
    height, width = size if isinstance(size, list | tuple) and len(size) == 2 else (size, size)
    if not all(isinstance(side, int) and not isinstance(side, bool) and 0 < side <= 8192 for side in (height, width)):
        raise RecipeWrong(source, found=RecipeProblem.SIZE(key="input_size"))
    numbers = {}
    for key, usual in (("mean", IMAGENET_MEAN), ("deviation", IMAGENET_DEVIATION)):
        given = values.get(key, usual)
        if not isinstance(given, list | tuple) or len(given) != 3 or not all(_is_number(item) for item in given):
            raise RecipeWrong(source, found=RecipeProblem.THREE_NUMBERS(key=key))
        numbers[key] = tuple(float(item) for item in given)
    if 0.0 in numbers["deviation"]:
        raise RecipeWrong(source, found=RecipeProblem.ZERO(key="deviation"))
    scaling, activation = values.get("scaling", "255"), values.get("activation", "none")
    if scaling not in SCALINGS:
        raise RecipeWrong(source, found=RecipeProblem.CHOICES(key="scaling", choices=", ".join(SCALINGS)))
    if activation not in ("none", "sigmoid"):
        raise RecipeWrong(source, found=RecipeProblem.CHOICES(key="activation", choices="none, sigmoid"))
    classes = values.get("classes", ("subject",))
    if not isinstance(classes, list | tuple) or not classes or not all(isinstance(name, str) for name in classes):
        raise RecipeWrong(source, found=RecipeProblem.NAMES(key="classes"))
    threshold = values.get("default_threshold", 0.5)
    if not _is_number(threshold) or not 0 <= threshold <= 1:
        raise RecipeWrong(source, found=RecipeProblem.UNIT(key="default_threshold"))
    return OnnxRecipe(
        (height, width),
        numbers["mean"],
        numbers["deviation"],
        scaling,
        activation,
        tuple(classes),
        float(threshold),
        str(values.get("title", "")),
        str(values.get("licence", "")),
    )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def known_recipes() -> dict[str, Mapping[str, Any]]:
    """Return the recipes that come with Kirie, as JSON values, by name."""
    content = json.loads((resources.ROOT / "onnx_recipes.json").read_text("utf-8"))
    recipes: dict[str, Mapping[str, Any]] = content["recipes"]
    return recipes


def find_recipe(file: Path, wanted: str | None = None, listed: Mapping[str, Any] | None = None) -> OnnxRecipe:
    """Find the recipe for an ONNX file.

    The first of: ``wanted`` (a known name, or a JSON file), the one ``listed`` in the file's catalogue entry, a JSON
    file of the same stem beside it, the one that its file name is known for.

    Raises:
        RecipeMissing: none of these.
        RecipeWrong: it cannot be read or does not hold what it must.
    """
    recipes = known_recipes()
    if wanted is not None and wanted in recipes:
        return parse_recipe(recipes[wanted], Path(wanted))
    if wanted is None and listed is not None:
        return parse_recipe(listed, file)
    beside = file.with_suffix(".json")
    if wanted is not None or beside.is_file():
        return _read_recipe(Path(wanted).expanduser() if wanted is not None else beside, recipes)
    for values in recipes.values():
        if any(fnmatch.fnmatchcase(file.stem.lower(), pattern) for pattern in values["files"]):
            return parse_recipe(values, file)
    raise RecipeMissing(file, known=", ".join(recipes), beside=beside.name)


def is_known_recipe(recipe: OnnxRecipe) -> bool:
    """Tell whether a recipe is one of those that come with Kirie."""
    return any(parse_recipe(values, Path(name)) == recipe for name, values in known_recipes().items())


def _read_recipe(path: Path, recipes: Mapping[str, object]) -> OnnxRecipe:
    try:
        content = json.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise RecipeWrong(path, found=RecipeProblem.NO_FILE(recipes=", ".join(recipes))) from error
    except (OSError, ValueError) as error:
        raise RecipeWrong(path, found=RecipeProblem.NO_JSON) from error
    # The receipt of an installed model holds its recipe among other things.
    if isinstance(content, dict) and isinstance(content.get("preprocessing"), dict):
        content = content["preprocessing"]
    if not isinstance(content, dict):
        raise RecipeWrong(path, found=RecipeProblem.NO_OBJECT)
    return parse_recipe(content, path)
