"""What can go wrong in training, in the user's words."""

from __future__ import annotations

from matting.errors import KirieError, PhotoError


class TrainingError(KirieError):
    """Training cannot start or go on."""


class DatasetMissing(TrainingError):
    """The folder is not there."""

    sentence = "{path} is not a folder; name a dataset: a folder with images/ and masks/."


class DatasetNotRecognised(TrainingError):
    """A folder without the two subfolders; ``found`` lists what is in it."""

    sentence = (
        "{path} is not a dataset: it needs a folder of photos (images, image, imgs or photos) and a folder of masks "
        "(masks, mask, labels or 1st_manual); it has {found}."
    )


class DatasetUnusable(TrainingError):
    """No or too few pairs are left after the check; ``reason`` counts what the check found."""

    sentence = "{path} cannot be trained on: {reason}. “--check” shows every file."


class ClassesDiffer(TrainingError):
    """Two datasets, or a dataset and the start, name different classes."""

    sentence = "{path} has the classes {found}, {other} has {expected}; datasets that are trained together must agree."


class TooFewPhotos(TrainingError):
    """Nothing is left to learn from, or to judge by."""

    sentence = (
        "{count} usable pairs are too few: at least two are needed, one to learn from and one to judge by. "
        "Add photos with masks, or name a dataset to judge by (--val)."
    )


class TrainingNeedsMemory(TrainingError):
    """Not even one crop at a time fits."""

    sentence = "Training needs more memory than there is, even one crop at a time; choose a smaller size or network."


class TrainingDiverged(TrainingError):
    """The loss is no number any more."""

    sentence = (
        "Training went astray at step {step}: the loss is no number any more. The best weights so far are kept; "
        "run again with a smaller learning rate (--lr, it was {lr:g})."
    )


class RunExists(TrainingError):
    """The name is taken by an earlier run."""

    sentence = "There is a run “{name}” in {folder} already; resume it, or choose another name."


class RunMissing(TrainingError):
    """Nothing to resume."""

    sentence = "There is no run “{name}” to resume in {folder}."


class RunBusy(TrainingError):
    """Another process trains it."""

    sentence = "The run “{name}” is being trained by another Kirie; wait until it ends or stop it there."


class RunDamaged(TrainingError):
    """What a run left behind cannot be read; ``found``, of ``RunProblem``, says why."""

    sentence = (
        "The run in {folder} cannot be resumed ({found}); its best weights are in {best}. Start a new run from it."
    )


class DataChanged(TrainingError):
    """The datasets are not those that the run began with."""

    sentence = (
        "The datasets have changed since the run “{name}” began ({before} pairs then, {now} now); "
        "put them back, or start a new run from its best weights."
    )


class CannotMix(TrainingError):
    """A run that has no weights yet, or began from scratch or with other classes."""

    sentence = "“{name}” has nothing to mix: it began from scratch or with other classes, or has no weights yet."


class NameListed(TrainingError):
    """A run's name, which becomes its model's, is that of a model in the catalogue."""

    sentence = "“{name}” is the name of a model in the catalogue; choose another name for yours."


class TrainingUnexpected(TrainingError):
    """A defect of Kirie ended training; ``kind`` names the exception, the traceback is in the log."""

    sentence = "Training ended because of an unexpected error ({kind}); the log file has the details."


class CannotStartFrom(TrainingError):
    """The chosen weights cannot be the start of the chosen network."""

    sentence = "{start} is a {found}, not a {wanted}; leave out --network and --width, or choose --from scratch."


class CannotTeach(TrainingError):
    """The chosen teacher finds other things than the network; ``reason``, of ``TeacherProblem``, says what differs."""

    sentence = "{teacher} cannot teach this network: {reason}. Choose another --teacher."


class HeldOutUnknown(TrainingError):
    """The model does not say which photos were kept aside."""

    sentence = "{model} does not say which photos were kept aside in training; evaluate it without --held-out."


class MaskUnclear(PhotoError):
    """A mask whose values are not understood; ``values`` names them."""

    sentence = "The mask {path} has values that are not understood: {values}."


class MaskLabels(PhotoError):
    """A mask of labels that nobody named; ``values`` names them."""

    sentence = (
        "The mask {path} holds labels ({values}); name their classes in classes.txt, or, if they number the instances "
        "of one class, name that class in instances.txt."
    )
