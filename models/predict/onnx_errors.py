"""What can go wrong with ONNX files."""

from __future__ import annotations

from matting.phrases import Phrase
from models.errors import WeightsError


class OnnxNotInstalled(WeightsError):
    """ONNX Runtime, which is optional, is absent, and the network is no U²-Net, which needs nothing."""

    sentence = (
        "{path} is an ONNX file of another network than U²-Net, and ONNX Runtime for those is absent; "
        "where Kirie was installed with pip, add it: pip install onnxruntime."
    )


class OnnxUnusable(WeightsError):
    """Not a network that turns one photo into one probability map; ``found`` is one of ``OnnxProblem``."""

    sentence = (
        "{path} cannot be used as a model: {found}. Kirie uses ONNX networks with one photo (1×3×height×width) as "
        "input and probability maps as first output."
    )


class OnnxProblem:
    """Why an ONNX network cannot be used."""

    OUTSIDE = Phrase("its parameters lie outside its folder, in {file}")
    NOT_BESIDE = Phrase("its parameters lie in {file}, which is not beside it")
    REFUSED = Phrase("ONNX Runtime cannot load it and says “{words}”")
    OPSET = Phrase("ONNX Runtime does not know its opset, {opset}; update it, or export with an older one")
    WITHOUT_CUDA = Phrase("the installed ONNX Runtime is one without CUDA; the package onnxruntime-gpu has it")
    NOT_STARTED = Phrase("ONNX Runtime could not start it; its libraries may be missing")
    TOO_SLOW = Phrase("no prediction within {seconds} s")
    WORDS = Phrase("ONNX Runtime says “{words}”")
    INPUTS = Phrase("it has {count} inputs")
    INPUT_SHAPE = Phrase("its input has the shape {shape}")
    OUTPUT_SHAPE = Phrase("its first output has the shape {shape}")
    FAILS = Phrase("it fails on a photo of {width}×{height}")


class RecipeProblem:
    """What is wrong in a recipe."""

    UNKNOWN_KEY = Phrase("“{key}” is unknown")
    SIZE = Phrase("“{key}” must be one or two numbers of pixels")
    THREE_NUMBERS = Phrase("“{key}” must be three numbers")
    ZERO = Phrase("“{key}” must not be 0")
    CHOICES = Phrase("“{key}” must be one of {choices}")
    NAMES = Phrase("“{key}” must be a list of names")
    UNIT = Phrase("“{key}” must be from 0 to 1")
    OTHER_SIZE = Phrase("“{key}” is {size} where the network takes {expected}")
    NO_FILE = Phrase("it is neither a file nor one of {recipes}")
    NO_JSON = Phrase("it cannot be read as JSON")
    NO_OBJECT = Phrase("it is no JSON object")
    SIGMOID_TWICE = Phrase("its values are probabilities already; “activation” must be “none”, not “sigmoid”")
    NEITHER = Phrase("values from {low} to {high} are neither probabilities nor logits")
    NO_PROBABILITIES = Phrase("values from {low} to {high} are no probabilities; try “activation”: “sigmoid”")


class RecipeMissing(WeightsError):
    """Nobody said how photos are prepared for this network; ``known`` names the recipes, ``beside`` the file of one."""

    sentence = (
        "{path} does not say how photos are prepared for it; put a recipe beside it as {beside}, or name one with "
        "“kirie models import FILE --recipe NAME” ({known})."
    )


class RecipeWrong(WeightsError):
    """A recipe that does not hold what it must, or does not fit the network; ``found`` is one of ``RecipeProblem``."""

    sentence = "{path}: the recipe does not fit ({found}); correct it and try again."
