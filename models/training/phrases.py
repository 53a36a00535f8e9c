"""What training has to say, as phrases that each language words."""

from __future__ import annotations

from matting.phrases import Phrase


class DatasetProblem:
    """What a folder or a dataset holds instead of usable pairs."""

    NO_FOLDERS = Phrase("no folders")
    NO_PHOTOS = Phrase("no photos")
    COUNT = Phrase("{count} {finding}")


class FindingName:
    """What the check of a dataset finds about a file; the names are those of ``check.Finding``."""

    OK = Phrase("ok")
    SCALED = Phrase("mask of another size")
    NO_MASK = Phrase("no mask")
    NO_PHOTO = Phrase("no photo")
    SIZES_DIFFER = Phrase("sizes do not fit")
    EMPTY = Phrase("empty file")
    UNREADABLE = Phrase("unreadable")
    ALL_BLACK = Phrase("mask all black")
    ALL_WHITE = Phrase("mask all white")
    INVERTED = Phrase("mask perhaps inverted")
    UNCLEAR = Phrase("mask values unclear")
    LABELS = Phrase("labels without names")
    AMBIGUOUS = Phrase("several of that name")
    BAD_INDEX = Phrase("unknown class")
    TWICE = Phrase("same photo twice")


class FindingDetail:
    """The facts behind a finding."""

    FILES = Phrase("{names}")
    INDEX = Phrase("{file} has index {index} of {classes}")
    VALUES = Phrase("{file}: {values}")
    SIZES = Phrase("photo {photo}, {file} {mask}")
    SCALED = Phrase("photo {photo}, {file} {mask}; the mask is scaled")


class RunProblem:
    """Why a run cannot be resumed."""

    RECIPE_FOREIGN = Phrase("its run.json is not what Kirie writes")
    RECIPE_UNREADABLE = Phrase("its run.json cannot be read")
    CHECKPOINT_CUT = Phrase("its checkpoint cannot be read to the end")
    CHECKPOINT_VERSION = Phrase("its checkpoint is of another version of Kirie")
    CHECKPOINT_MISFIT = Phrase("its checkpoint does not fit its recipe")


class TeacherProblem:
    """Why a model cannot teach a network."""

    FINDS_VESSELS = Phrase("it finds vessels, not subjects")
    FINDS_SUBJECTS = Phrase("it finds subjects, not vessels")
    CLASSES = Phrase("it has {count} classes, the data {expected}")


class NetworkKind:
    """A network in words."""

    PLAIN = Phrase("{network}")
    OF_WIDTH = Phrase("{network} of width {width}")


class TrainingNotice:
    """What the user should know that stops nothing."""

    JUDGED_ONLY = Phrase("{count} photos to judge by were also in the datasets; they are not learned.")
    SMALLER_PARTS = Phrase("Memory ran out: {now} crops at a time from now on instead of {before}.")
    NEW_LAST_LAYERS = Phrase("{start} has {before} classes, the data {now}: its last layers begin anew.")


class Verdict:
    """How a run ended, compared with its start."""

    LABELLING = Phrase(
        "Stopped when the teacher had labelled {done} of {total} photos; whoever continues the run goes on there."
    )
    NOTHING = Phrase("Stopped before the first photos were judged; there are no weights to use yet.")
    ALONE = Phrase("{name} {score} on {photos} kept aside.")
    BETTER = Phrase("Better than the model it started from, on {photos} kept aside ({numbers}).")
    WORSE = Phrase("Worse than the model it started from, on {photos} kept aside ({numbers}); keep using that one.")
    SAME = Phrase("No noticeable difference from the model it started from, on {photos} kept aside ({numbers}).")
    OTHERS_KEPT = Phrase("On other photos it finds what its start found (mean difference {change}).")
    OTHERS_LOST = Phrase(
        "On other photos it now finds something else than its start (mean difference {change}); "
        "a mixture of {mix} stays closer to it."
    )
    TOO_FEW = Phrase(
        "Too few photos to tell: on {photos} kept aside the error changed by {gain} ± {spread} ({numbers}). "
        "Correct more photos, or keep more aside (--val 0.3)."
    )
    CHANGE = Phrase("{name} {before} → {after}")
    PHOTO = Phrase("1 photo")
    PHOTOS = Phrase("{count} photos")


class ScoreName:
    """What a score is called; the names are those of ``judging.metrics``."""

    MAX_F = Phrase("F")
    MAE = Phrase("error")
    IOU = Phrase("overlap")
    DICE = Phrase("Dice")
    AUC = Phrase("AUC")
