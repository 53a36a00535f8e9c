"""What can go wrong with names of models and files of weights, each a sentence that says the way on."""

from __future__ import annotations

from pathlib import Path

from matting.errors import KirieError
from matting.phrases import Phrase


class ModelError(KirieError):
    """Base of what the catalogue refuses."""


class BadModelName(ModelError):
    """A name that cannot be a file name on every system; ``name`` and ``reason``, of ``NameProblem``."""

    sentence = "“{name}” cannot be the name of a model: {reason}."


class NameProblem:
    """Why a name cannot be a model's."""

    EMPTY = Phrase("it is empty")
    LONG = Phrase("it is longer than {longest} characters")
    CHARACTERS = Phrase("it contains {characters}; use letters, digits, “-”, “_” and “.”")
    ENDS = Phrase("it must begin with a letter or digit and not end with a dot")
    RESERVED = Phrase("Windows keeps this name for a device")
    SUFFIX = Phrase("it looks like a file; leave the suffix out")


class UnknownModel(ModelError):
    """No such model and no such file; ``hint``, of ``NameHint``, says which there are."""

    sentence = "There is no model “{name}”. {hint}"


class NameHint:
    """What may have been meant by an unknown name."""

    NEAR = Phrase("Did you mean {names}?")
    NAME = Phrase("“{name}”")
    LIST = Phrase("“kirie models list” shows those there are.")


class ModelNotInstalled(ModelError):
    """The catalogue knows the model and its weights are not here."""

    sentence = (
        "The model “{name}” is not installed; run “kirie models download {name}”, "
        "or “kirie models import FILE” with a file you have."
    )


class NoCutoutModel(ModelError):
    """A model for vessels where one for subjects is wanted."""

    sentence = "“{name}” finds vessels; the default model is one that cuts subjects out."


class ModelExists(ModelError):
    """The name is taken by another installed or listed model."""

    sentence = "There is already a model “{name}”; choose another name, or remove it first."


class NotThatModel(ModelError):
    """A file given for a model of the catalogue whose SHA-256 is another's; ``file`` and ``name``."""

    sentence = "{file} is not the file that the catalogue lists as “{name}”; import it under another name."


class BundledModel(ModelError):
    """Models that come with Kirie stay."""

    sentence = "The model “{name}” comes with Kirie and cannot be removed."


class BundledModelsName(BundledModel):
    """A name asked for at an import that belongs to a model that comes with Kirie."""

    sentence = "“{name}” is the name of a model that comes with Kirie; choose another name."


class ModelInUse(ModelError):
    """The system refused to delete or replace the file, usually because a program has it open."""

    sentence = "The file of “{name}” could not be changed ({reason}); close other programs that use it and try again."


class ModelBusy(ModelError):
    """Another program, or another window of this one, is downloading or installing it."""

    sentence = "“{name}” is being downloaded or installed by another program; wait for it, or stop it there."


class ModelDamaged(ModelError):
    """The installed file is not the one that was installed."""

    sentence = "“{name}” was changed or damaged since it was installed ({path}); remove it and install it again."


class CatalogueDamaged(ModelError):
    """A catalogue file that is not what it should be; ``path`` and ``reason``, of ``CatalogueProblem``."""

    sentence = "{path} is not a catalogue that Kirie understands ({reason}); correct it or move it away."

    def __init__(self, path: Path, **facts: object) -> None:
        super().__init__(path=path, **facts)
        self.path = path


class CatalogueProblem:
    """What is wrong with a catalogue file."""

    BUNDLED = Phrase("“{name}” cannot be bundled: that means it comes with Kirie")
    NO_TEXT = Phrase("it is no text in UTF-8")
    NO_JSON = Phrase("it is no JSON: line {line}, column {column}")
    NO_MODELS = Phrase("“models” with a list is missing")
    VERSION = Phrase("its version is {version}, known is {known}")
    IN_MODEL = Phrase("model {number}: {problem}")
    BAD_NAME = Phrase("“{name}” cannot be a name: {reason}")
    MISSING = Phrase("a “{key}” is missing")
    UNKNOWN_KEY = Phrase("“{key}” is unknown")
    KIND = Phrase("“{key}” is of the wrong kind")
    CHOICES = Phrase("“{key}” must be one of {choices}")
    ADDRESSES = Phrase("“mirrors” must be http or https addresses")
    SHA256 = Phrase("“sha256” of 64 hexadecimal digits is missing")
    SIZE = Phrase("“size” in bytes is missing")
