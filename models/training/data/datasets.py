"""Finding the pairs in a dataset: a folder of photos, a folder of masks, equal stems.

Known layouts: ``images`` + ``masks`` (and the usual other names), one folder of masks a class inside the masks folder,
index images with a ``classes.txt``, and DRIVE's ``images/21_training.tif`` + ``1st_manual/21_manual1.gif`` +
``mask/21_training_mask.gif`` (Staal et al. 2004), whose third folder is the field of view.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
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

# What DRIVE, STARE and others add to a number that photo and mask share.
_TAIL = re.compile(
    r"[_-](training|test|manual\d*|1st_?ho|2nd_?ho|mask|fov|gt|label|labels|seg|segmentation|matte)$", re.I
)


@dataclass(frozen=True)
class Pair:
    """A photo and its masks: one file a class, or a single index image where ``indexed``."""

    photo: Path
    masks: tuple[Path | None, ...]
    field: Path | None = None
    indexed: bool = False

    @property
    def name(self) -> str:
        """What the user calls it."""
        return self.photo.name


@dataclass(frozen=True)
class Dataset:
    """A folder's pairs, in natural order, and the files that found no partner."""

    folder: Path
    classes: tuple[str, ...]
    pairs: tuple[Pair, ...]
    photos_alone: tuple[Path, ...] = ()
    masks_alone: tuple[Path, ...] = ()

    @property
    def has_field(self) -> bool:
        """Whether it names fields of view: retina photos."""
        return any(pair.field for pair in self.pairs)


def find_dataset(folder: Path) -> Dataset:
    """The pairs in a folder, by names alone; ``models.training.data.check`` looks into the files.

    Raises ``DatasetMissing`` or ``DatasetNotRecognised``.
    """
    if not folder.is_dir():
        raise DatasetMissing(path=folder)
    children = {entry.name.casefold(): entry for entry in sorted(folder.iterdir()) if entry.is_dir()}
    photo_folder = next((children[name] for name in PHOTO_FOLDERS if name in children), None)
    mask_folder = next((children[name] for name in MASK_FOLDERS if name in children), None)
    if photo_folder is None or mask_folder is None:
        found = ", ".join(sorted(children)) or DatasetProblem.NO_FOLDERS
        raise DatasetNotRecognised(path=folder, found=found)
    fields = [children[name] for name in FIELD_FOLDERS if name in children and children[name] != mask_folder]
    classes, indexed = _classes(folder, mask_folder)
    photos = _files(photo_folder)
    inside = [mask_folder / name for name in classes] if len(_class_folders(mask_folder)) else [mask_folder]
    masks = [_match(photos, _files(place)) for place in inside]
    views = _match(photos, _files(fields[0])) if fields else {}
    pairs = tuple(
        Pair(photo, tuple(found.get(photo) for found in masks), views.get(photo), indexed)
        for photo in photos
        if any(photo in found for found in masks)
    )
    paired = {mask for pair in pairs for mask in pair.masks}
    return Dataset(
        folder,
        classes,
        pairs,
        tuple(photo for photo in photos if not any(photo in found for found in masks)),
        tuple(mask for place in inside for mask in _files(place) if mask not in paired),
    )


def common_classes(datasets: Iterable[Dataset]) -> tuple[str, ...]:
    """The classes that all datasets share. Raises ``ClassesDiffer``."""
    first, *others = datasets
    for other in others:
        if other.classes != first.classes:
            raise ClassesDiffer(
                path=other.folder,
                found=", ".join(other.classes),
                other=first.folder,
                expected=", ".join(first.classes),
            )
    return first.classes


def _classes(folder: Path, mask_folder: Path) -> tuple[tuple[str, ...], bool]:
    """Names of the classes, and whether the masks are index images."""
    if inside := _class_folders(mask_folder):
        return tuple(place.name for place in inside), False
    for place in (mask_folder, folder):
        listing = place / CLASSES_FILE
        if listing.is_file():
            names = [line.strip() for line in listing.read_text("utf-8-sig").splitlines()]
            return tuple(name for name in names if name), True
    return ("vessel" if mask_folder.name.casefold() == "1st_manual" else "subject",), False


def _class_folders(mask_folder: Path) -> list[Path]:
    found = [entry for entry in mask_folder.iterdir() if entry.is_dir() and not entry.name.startswith(".")]
    return sorted((place for place in found if _files(place)), key=lambda place: natural_key(place.name))


def _files(folder: Path) -> list[Path]:
    """Picture files of a folder, in natural order."""
    found = [
        entry
        for entry in folder.iterdir()
        if entry.suffix.lower() in PHOTO_SUFFIXES and not entry.name.startswith(".") and entry.is_file()
    ]
    return sorted(found, key=lambda path: natural_key(path.name))


def _match(photos: list[Path], others: list[Path]) -> Mapping[Path, Path]:
    """The partner of each photo that has one: equal stems first, then equal without what datasets append."""
    found: dict[Path, Path] = {}
    for key in (lambda path: path.stem.casefold(), _short):
        taken = set(found.values())
        by_key = {key(other): other for other in reversed(others) if other not in taken}
        for photo in photos:
            if photo not in found and (partner := by_key.pop(key(photo), None)):
                found[photo] = partner
    return found


def _short(path: Path) -> str:
    """The stem without its tails: ``21_training_mask`` and ``21_manual1`` are both ``21``."""
    stem = path.stem
    while (shorter := _TAIL.sub("", stem)) and shorter != stem:
        stem = shorter
    return stem.casefold()
