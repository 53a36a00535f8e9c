"""Finding the pairs in a dataset: a folder of photos, a folder of masks, equal stems.

Known layouts: ``images`` + ``masks`` (and the usual other names), one folder of masks a class inside the masks folder,
index images with a ``classes.txt`` or an ``instances.txt``, and DRIVE's ``images/21_training.tif`` +
``1st_manual/21_manual1.gif`` + ``mask/21_training_mask.gif`` (Staal et al. 2004), whose third folder is the field of
view.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from matting.batch.find_photos import natural_key
from matting.files.suffixes import PHOTO_SUFFIXES
from models.training.errors import ClassesDiffer, DatasetMissing, DatasetNotRecognised
from models.training.phrases import DatasetProblem

PHOTO_FOLDERS = ("images", "image", "imgs", "img", "photos", "photo")
MASK_FOLDERS = ("1st_manual", "masks", "mask", "labels", "label", "alpha", "gt", "targets", "annotations")
FIELD_FOLDERS = ("fov", "field", "mask")
"""Where a field of view may lie; ``mask`` only where another folder holds the masks."""

CLASSES_FILE = "classes.txt"
INSTANCES_FILE = "instances.txt"

# What DRIVE, STARE and others add to a number that photo and mask share.
_TAIL = re.compile(
    r"[_-](training|test|manual\d*|1st_?ho|2nd_?ho|mask|fov|gt|label|labels|seg|segmentation|matte)$", re.I
)


class Labels(StrEnum):
    """What the numbers in a mask are: nothing but opacity, classes (``classes.txt``) or instances of one class."""

    NONE = "none"
    CLASSES = "classes"
    INSTANCES = "instances"


@dataclass(frozen=True)
class Pair:
    """A photo and its masks: one file a class, a single image of ``labels``, none where a teacher labels."""

    photo: Path
    masks: tuple[Path | None, ...]
    field: Path | None = None
    labels: Labels = Labels.NONE

    @property
    def name(self) -> str:
        """What the user calls it."""
        return self.photo.name

    @property
    def labelled(self) -> bool:
        """Whether somebody made masks for it."""
        return bool(self.masks)


@dataclass(frozen=True)
class Dataset:
    """A folder's pairs, in natural order, and the files that found no partner; no ``classes`` where all lack masks.

    ``unclear`` are photos and masks of equal stems of which nobody can tell which belong together.
    """

    folder: Path
    classes: tuple[str, ...]
    pairs: tuple[Pair, ...]
    photos_alone: tuple[Path, ...] = ()
    masks_alone: tuple[Path, ...] = ()
    unclear: tuple[Path, ...] = ()


def find_dataset(folder: Path, taught: bool = False) -> Dataset:
    """Find the pairs in a folder, by names alone; ``models.training.data.check`` looks into the files.

    When ``taught`` a teacher labels what has no mask: those photos are pairs as well, and photos alone are a dataset.
    Raises ``DatasetMissing`` or ``DatasetNotRecognised``.
    """
    if not folder.is_dir():
        raise DatasetMissing(path=folder)
    children = {entry.name.casefold(): entry for entry in sorted(folder.iterdir()) if entry.is_dir()}
    photo_folder = next((children[name] for name in PHOTO_FOLDERS if name in children), None)
    mask_folder = next((children[name] for name in MASK_FOLDERS if name in children), None)
    if taught and mask_folder is None and (photos := _files(photo_folder or folder)):
        return Dataset(folder, (), tuple(Pair(photo, ()) for photo in photos))
    if photo_folder is None or mask_folder is None:
        found = ", ".join(sorted(children)) or DatasetProblem.NO_FOLDERS
        raise DatasetNotRecognised(path=folder, found=found)
    fields = [children[name] for name in FIELD_FOLDERS if name in children and children[name] != mask_folder]
    classes, labels = _classes(folder, mask_folder)
    photos = _files(photo_folder)
    inside = [mask_folder / name for name in classes] if len(_class_folders(mask_folder)) else [mask_folder]
    matches = [match_names(photos, _files(place)) for place in inside]
    views = match_names(photos, _files(fields[0])).partners if fields else {}
    unclear = {path for match in matches for path in match.unclear}
    every = [
        _pair(photo, tuple(match.partners.get(photo) for match in matches), views.get(photo), labels)
        for photo in photos
        if photo not in unclear
    ]
    pairs = tuple(pair for pair in every if taught or pair.labelled)
    masks = [mask for place in inside for mask in _files(place)]
    told = unclear.union(*(pair.masks for pair in pairs))
    return Dataset(
        folder,
        classes,
        pairs,
        tuple(pair.photo for pair in every if not taught and not pair.labelled),
        tuple(mask for mask in masks if mask not in told),
        tuple(path for path in (*photos, *masks) if path in unclear),
    )


def _pair(photo: Path, masks: tuple[Path | None, ...], field: Path | None, labels: Labels) -> Pair:
    return Pair(photo, masks, field, labels) if any(masks) else Pair(photo, (), field)


def common_classes(datasets: Iterable[Dataset]) -> tuple[str, ...]:
    """Return the classes that all labelled datasets share; empty when none is labelled. Raises ``ClassesDiffer``."""
    first, *others = sorted(datasets, key=lambda dataset: not dataset.classes)
    for other in others:
        if other.classes and other.classes != first.classes:
            raise ClassesDiffer(
                path=other.folder,
                found=", ".join(other.classes),
                other=first.folder,
                expected=", ".join(first.classes),
            )
    return first.classes


def _classes(folder: Path, mask_folder: Path) -> tuple[tuple[str, ...], Labels]:
    """Return the names of the classes, and what numbers in the masks are."""
    if inside := _class_folders(mask_folder):
        return tuple(place.name for place in inside), Labels.NONE
    for place in (mask_folder, folder):
        if names := _lines(place / CLASSES_FILE):
            return names, Labels.CLASSES
        if names := _lines(place / INSTANCES_FILE):
            return names[:1], Labels.INSTANCES
    return ("vessel" if mask_folder.name.casefold() == "1st_manual" else "subject",), Labels.NONE


def _lines(listing: Path) -> tuple[str, ...]:
    if not listing.is_file():
        return ()
    names = (line.strip() for line in listing.read_text("utf-8-sig").splitlines())
    return tuple(name for name in names if name)


def _class_folders(mask_folder: Path) -> list[Path]:
    found = [entry for entry in mask_folder.iterdir() if entry.is_dir() and not entry.name.startswith(".")]
    return sorted((place for place in found if _files(place)), key=lambda place: natural_key(place.name))


def _files(folder: Path) -> list[Path]:
    """Return the picture files of a folder, in natural order."""
    found = [
        entry
        for entry in folder.iterdir()
        if entry.suffix.lower() in PHOTO_SUFFIXES and not entry.name.startswith(".") and entry.is_file()
    ]
    return sorted(found, key=lambda path: natural_key(path.name))


@dataclass
class Match:
    """``partners`` of photos, and the photos and others of which nobody can tell which belong together."""

    partners: dict[Path, Path] = field(default_factory=dict)
    unclear: set[Path] = field(default_factory=set)


def match_names(photos: Sequence[Path], others: Sequence[Path]) -> Match:
    """Find each photo's partner: equal names first, then equal stems, then equal without what datasets append.

    Case and Unicode form do not count: a Mac writes é as two characters. Where several photos and others share a stem
    and their full names do not settle all of them, nobody can tell, not even about those with equal names.
    """
    match = Match()
    for photo, other in _equal(photos, others, _name):
        match.partners[photo] = other
    stems: dict[str, tuple[list[Path], list[Path]]] = defaultdict(lambda: ([], []))
    for side, paths in enumerate((photos, others)):
        for path in paths:
            stems[_stem(path)][side].append(path)
    taken = set(match.partners.values())
    for ours, theirs in stems.values():
        open_photos = [photo for photo in ours if photo not in match.partners]
        open_others = [other for other in theirs if other not in taken]
        if not open_photos or not open_others:
            continue
        if len(ours) == len(theirs) == 1:
            match.partners[ours[0]] = theirs[0]
        else:
            match.unclear.update(ours, theirs)
    match.partners = {photo: other for photo, other in match.partners.items() if photo not in match.unclear}
    done = {*match.partners, *match.partners.values(), *match.unclear}
    rest = [[path for path in paths if path not in done] for paths in (photos, others)]
    # Two annotators of one photo, as in CHASE DB1, end alike here: the first counts.
    match.partners.update(_equal(rest[0], rest[1], _short))
    return match


def _equal(photos: Sequence[Path], others: Sequence[Path], key: Callable[[Path], str]) -> list[tuple[Path, Path]]:
    """Return photos and others of equal keys; each other once, the first of several."""
    by_key = {key(other): other for other in reversed(others)}
    return [(photo, other) for photo in photos if (other := by_key.pop(key(photo), None)) is not None]


def _name(path: Path) -> str:
    return unicodedata.normalize("NFC", path.name).casefold()


def _stem(path: Path) -> str:
    return unicodedata.normalize("NFC", path.stem).casefold()


def _short(path: Path) -> str:
    """Return the stem without its tails: ``21_training_mask`` and ``21_manual1`` are both ``21``."""
    stem = _stem(path)
    while (shorter := _TAIL.sub("", stem)) and shorter != stem:
        stem = shorter
    return stem
