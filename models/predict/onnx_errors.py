"""What can go wrong with ONNX files."""

from __future__ import annotations

from models.errors import WeightsError


class OnnxNotInstalled(WeightsError):
    """ONNX Runtime, which is optional, is absent, and the network is no U²-Net, which needs nothing."""

    sentence = (
        "{path} is an ONNX file of another network than U²-Net, and ONNX Runtime for those is absent; "
        "where Kirie was installed with pip, add it: pip install onnxruntime."
    )


class OnnxUnusable(WeightsError):
    """Not a network that turns one photo into one probability map; ``found`` says what it is."""

    sentence = (
        "{path} cannot be used as a model: {found}. Kirie uses ONNX networks with one photo (1×3×height×width) as "
        "input and probability maps as first output."
    )


class RecipeMissing(WeightsError):
    """Nobody said how photos are prepared for this network; ``known`` names the recipes, ``beside`` the file of one."""

    sentence = (
        "{path} does not say how photos are prepared for it; put a recipe beside it as {beside}, or name one with "
        "“kirie models import FILE --recipe NAME” ({known})."
    )


class RecipeWrong(WeightsError):
    """A recipe that does not hold what it must, or does not fit the network; ``found`` says where."""

    sentence = "{path}: the recipe does not fit ({found}); correct it and try again."
