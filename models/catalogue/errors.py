"""What can go wrong with names of models and files of weights, each a sentence that says the way on."""

from __future__ import annotations

from pathlib import Path

from matting.errors import KirieError


class ModelError(KirieError):
    """Base of what the catalogue refuses."""


class BadModelName(ModelError):
    """A name that cannot be a file name on every system; ``name`` and ``reason``."""

    sentence = "“{name}” cannot be the name of a model: {reason}."


class UnknownModel(ModelError):
    """No such model and no such file; ``hint`` is empty or holds a whole sentence with the nearest names."""

    sentence = "There is no model “{name}”.{hint}"


class ModelNotInstalled(ModelError):
    """The catalogue knows the model and its weights are not here."""

    sentence = (
        "The model “{name}” is not installed; run “kirie models download {name}”, "
        "or “kirie models import FILE” with a file you have."
    )


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
    """A catalogue file that is not what it should be; ``path`` and ``reason``."""

    sentence = "{path} is not a catalogue that Kirie understands ({reason}); correct it or move it away."

    def __init__(self, path: Path, **facts: object) -> None:
        super().__init__(path=path, **facts)
        self.path = path
