"""Which files of a dataset belong together, and what the check says about the others."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from models.training.data.check import check_dataset, fingerprint
from models.training.data.datasets import common_classes, find_dataset
from models.training.data.findings import Finding
from models.training.data.masks import read_mask
from models.training.data.pictures import read_sample
from models.training.errors import ClassesDiffer, DatasetMissing, DatasetNotRecognised
from models.training.phrases import FindingDetail
from tests.models.training.make_data import disc, make_dataset, write


@pytest.mark.parametrize(
    ("images", "masks"), [("images", "masks"), ("image", "mask"), ("imgs", "labels"), ("Images", "GT")]
)
def test_the_usual_folder_names_pair_by_stem(tmp_path: Path, images: str, masks: str) -> None:
    dataset = find_dataset(make_dataset(tmp_path, 3, images, masks))
    assert [pair.photo.stem for pair in dataset.pairs] == ["photo0", "photo1", "photo2"]
    assert all(pair.masks[0] and pair.masks[0].stem == pair.photo.stem for pair in dataset.pairs)
    assert dataset.classes == ("subject",)


def make_drive(folder: Path, count: int = 2) -> Path:
    """Make a dataset in the layout, names and formats of DRIVE."""
    for number in range(21, 21 + count):
        rgb, mask = disc(number)
        write(folder / "images" / f"{number}_training.tif", rgb)
        for name, pixels in (
            (f"1st_manual/{number}_manual1.gif", mask > 127),
            (f"mask/{number}_training_mask.gif", mask < 300),
        ):
            path = folder / name
            path.parent.mkdir(exist_ok=True)
            Image.fromarray(pixels.astype(np.uint8) * 255).save(path)
    return folder


def test_drive_is_read_with_its_fields_of_view(tmp_path: Path) -> None:
    report = check_dataset(find_dataset(make_drive(tmp_path)))
    assert report.counts == {Finding.OK: 2}
    assert report.dataset.classes == ("vessel",)
    pair = report.rows[0].pair
    assert pair is not None
    assert pair.masks[0] is not None
    assert (pair.masks[0].name, pair.field and pair.field.name) == ("21_manual1.gif", "21_training_mask.gif")
    sample = read_sample(pair, 1)
    assert set(np.unique(sample.target)) == {0, 255}
    assert sample.inside is not None
    assert sample.inside.min() == 255


def test_the_real_drive_is_read(shared: Path) -> None:
    report = check_dataset(find_dataset(shared / "data" / "drive" / "training"))
    assert report.counts == {Finding.OK: 20}
    sample = read_sample(report.rows[0].pair, 1)  # type: ignore[arg-type]
    assert sample.rgb.shape == (584, 565, 3)
    assert 0.05 < (sample.target > 0).mean() < 0.2
    assert sample.inside is not None
    assert 0.6 < (sample.inside > 0).mean() < 0.75


def test_a_folder_of_masks_a_class(tmp_path: Path) -> None:
    make_dataset(tmp_path, 2)
    for number in range(2):
        (tmp_path / "masks" / f"photo{number}.png").unlink()
        write(tmp_path / "masks" / "cup" / f"photo{number}.png", disc(number)[1])
    write(tmp_path / "masks" / "spoon" / "photo1.png", 255 - disc(1)[1])
    report = check_dataset(find_dataset(tmp_path))
    assert report.dataset.classes == ("cup", "spoon")
    assert len(report.usable) == 2
    first, second = (read_sample(row.pair, 2) for row in report.usable)  # type: ignore[arg-type]
    assert first.target[..., 1].max() == 0  # no spoon in the first
    assert np.array_equal(second.target[..., 1], 255 - second.target[..., 0])


def test_index_images_with_names_of_classes(tmp_path: Path) -> None:
    rgb, _ = disc(1)
    index = np.zeros(rgb.shape[:2], np.uint8)
    index[5:15, 5:15], index[20:30, 5:15] = 1, 2
    write(tmp_path / "images" / "a.png", rgb)
    (tmp_path / "masks").mkdir()
    picture = Image.fromarray(index, "P")
    picture.putpalette([0, 0, 0, 200, 0, 0, 0, 200, 0])
    picture.save(tmp_path / "masks" / "a.png")
    (tmp_path / "classes.txt").write_text("cup\nspoon\n", "utf-8")
    report = check_dataset(find_dataset(tmp_path))
    assert report.dataset.classes == ("cup", "spoon")
    target = read_sample(report.usable[0].pair, 2).target  # type: ignore[arg-type]
    assert np.array_equal(target, np.stack([index == 1, index == 2], axis=-1) * 255)


def test_an_index_beyond_the_named_classes_is_told(tmp_path: Path) -> None:
    write(tmp_path / "images" / "a.png", disc(1)[0])
    write(tmp_path / "masks" / "a.png", np.full((40, 48), 7, np.uint8))
    (tmp_path / "classes.txt").write_text("cup\n", "utf-8")
    assert check_dataset(find_dataset(tmp_path)).counts == {Finding.BAD_INDEX: 1}


def test_every_kind_of_bad_file_is_listed_and_left_out(tmp_path: Path) -> None:
    make_dataset(tmp_path, 8)
    images, masks = tmp_path / "images", tmp_path / "masks"
    (masks / "photo1.png").unlink()
    (images / "photo2.png").unlink()
    write(masks / "photo3.png", np.zeros((40, 48), np.uint8))
    write(masks / "photo4.png", np.full((60, 48), 255, np.uint8))
    (images / "photo5.png").write_bytes(b"")
    (masks / "photo6.png").write_bytes((masks / "photo6.png").read_bytes()[:60])
    (images / "photo7.png").write_bytes((images / "photo0.png").read_bytes())
    (images / "notes.txt").write_text("no photo", "utf-8")
    report = check_dataset(find_dataset(tmp_path))
    assert report.counts == {
        Finding.OK: 1,
        Finding.NO_MASK: 1,
        Finding.NO_PHOTO: 1,
        Finding.SIZES_DIFFER: 1,
        Finding.EMPTY: 1,
        Finding.UNREADABLE: 1,
        Finding.ALL_BLACK: 1,
        Finding.TWICE: 1,
    }
    by_finding = {row.finding: row for row in report.rows}
    assert by_finding[Finding.NO_PHOTO].path.name == "photo2.png"
    assert by_finding[Finding.SIZES_DIFFER].detail == FindingDetail.SIZES(
        photo="48×40", file="photo4.png", mask="48×60"
    )
    assert by_finding[Finding.OK].path.name == "photo0.png"


def test_a_smaller_mask_of_the_same_picture_is_scaled(tmp_path: Path) -> None:
    make_dataset(tmp_path, 1)
    small = cv2.resize(disc(0)[1], (24, 20), interpolation=cv2.INTER_AREA)
    write(tmp_path / "masks" / "photo0.png", np.asarray(small, np.uint8))
    report = check_dataset(find_dataset(tmp_path))
    assert report.counts == {Finding.SCALED: 1}
    target = read_sample(report.usable[0].pair, 1).target  # type: ignore[arg-type]
    assert target.shape == (40, 48, 1)
    assert np.abs(target[..., 0].astype(int) - disc(0)[1]).mean() < 6


@pytest.mark.parametrize("kind", ["grey", "rgb", "ones", "16 bit", "rgba", "1", "palette"])
def test_masks_of_every_kind_read_alike(tmp_path: Path, kind: str) -> None:
    hard = (disc(2)[1] > 127).astype(np.uint8) * 255
    path = tmp_path / "mask.png"
    pictures = {
        "grey": lambda: Image.fromarray(hard),
        "rgb": lambda: Image.fromarray(np.repeat(hard[..., None], 3, axis=2)),
        "ones": lambda: Image.fromarray(hard // 255),
        "16 bit": lambda: Image.fromarray(hard.astype(np.uint16) * 257),
        "rgba": lambda: Image.fromarray(np.dstack([np.full((*hard.shape, 3), 90, np.uint8), hard])),
        "1": lambda: Image.fromarray(hard).convert("1"),
        "palette": lambda: Image.fromarray(hard).convert("P"),
    }
    pictures[kind]().save(path)
    assert np.array_equal(read_mask(path), hard)


def test_soft_masks_stay_soft(tmp_path: Path) -> None:
    mask = disc(3)[1]
    assert len(np.unique(mask)) > 4
    assert np.array_equal(read_mask(write(tmp_path / "soft.png", mask)), mask)


def test_a_folder_that_is_no_dataset_says_what_it_has(tmp_path: Path) -> None:
    (tmp_path / "holiday").mkdir()
    with pytest.raises(DatasetNotRecognised, match="it has holiday"):
        find_dataset(tmp_path)
    with pytest.raises(DatasetMissing):
        find_dataset(tmp_path / "nowhere")


def test_datasets_of_other_classes_do_not_mix(tmp_path: Path) -> None:
    one, other = find_dataset(make_dataset(tmp_path / "a", 1)), find_dataset(make_drive(tmp_path / "b", 1))
    with pytest.raises(ClassesDiffer, match="vessel"):
        common_classes([one, other])


def test_the_fingerprint_knows_content_not_names(tmp_path: Path) -> None:
    one = check_dataset(find_dataset(make_dataset(tmp_path / "a", 3)))
    other = make_dataset(tmp_path / "b", 3)
    for place in ("images", "masks"):
        (other / place / "photo0.png").rename(other / place / "zebra.png")
    renamed = check_dataset(find_dataset(other))
    assert fingerprint(one.usable) == fingerprint(renamed.usable)
    write(other / "masks" / "zebra.png", 255 - disc(0)[1])
    assert fingerprint(check_dataset(find_dataset(other)).usable) != fingerprint(one.usable)


def test_names_pair_in_every_unicode_form_and_case(tmp_path: Path) -> None:
    write(tmp_path / "images" / "\u00c9t\u00e9 1.png", disc(1)[0])
    write(tmp_path / "masks" / "e\u0301te\u0301 1.png", disc(1)[1])
    assert check_dataset(find_dataset(tmp_path)).counts == {Finding.OK: 1}


def _named(folder: Path, images: str, masks: str) -> Path:
    for number, name in enumerate(images.split()):
        write(folder / "images" / name, disc(number)[0])
    for number, name in enumerate(masks.split()):
        write(folder / "masks" / name, disc(number)[1])
    return folder


def _pairs(folder: Path) -> dict[str, str]:
    return {pair.photo.name: pair.masks[0].name for pair in find_dataset(folder).pairs if pair.masks[0]}


def test_a_pair_is_a_pair_by_full_name_first(tmp_path: Path) -> None:
    folder = _named(tmp_path / "one", "shoe.jpg shoe.png", "shoe.png")
    assert _pairs(folder) == {"shoe.png": "shoe.png"}
    assert check_dataset(find_dataset(folder)).counts == {Finding.OK: 1, Finding.NO_MASK: 1}
    both = _named(tmp_path / "both", "shoe.jpg shoe.png", "shoe.jpg shoe.png")
    assert _pairs(both) == {"shoe.jpg": "shoe.jpg", "shoe.png": "shoe.png"}


@pytest.mark.parametrize(
    ("images", "masks"), [("p.jpg p.png", "p.bmp p.png"), ("p.jpg p.png", "p.bmp"), ("p.jpg", "p.bmp p.png")]
)
def test_where_nobody_can_tell_which_belong_together_all_are_listed(tmp_path: Path, images: str, masks: str) -> None:
    folder = _named(tmp_path, f"{images} other.jpg", f"{masks} other.png")
    report = check_dataset(find_dataset(folder))
    assert report.counts == {Finding.OK: 1, Finding.AMBIGUOUS: len(images.split()) + len(masks.split())}
    assert _pairs(folder) == {"other.jpg": "other.png"}


def test_of_two_annotators_the_first_counts(tmp_path: Path) -> None:
    """As in CHASE DB1."""
    folder = _named(tmp_path, "Image_01L.jpg", "Image_01L_1stHO.png Image_01L_2ndHO.png")
    assert _pairs(folder) == {"Image_01L.jpg": "Image_01L_1stHO.png"}


def test_the_sizes_of_all_classes_are_compared(tmp_path: Path) -> None:
    rgb, mask = disc(0)
    write(tmp_path / "images" / "a.png", rgb)
    write(tmp_path / "masks" / "a" / "a.png", np.asarray(cv2.resize(mask, (24, 20)), np.uint8))
    write(tmp_path / "masks" / "b" / "a.png", mask)
    report = check_dataset(find_dataset(tmp_path))
    assert report.counts == {Finding.SCALED: 1}
    assert str(report.rows[0].detail) == "photo 48×40, a.png 24×20; the mask is scaled"


@pytest.mark.parametrize("orientation", [5, 6, 7, 8])
def test_a_mask_that_lies_as_the_camera_stored_its_photo_is_turned_with_it(tmp_path: Path, orientation: int) -> None:
    rgb, mask = disc(3)
    exif = Image.Exif()
    exif[0x0112] = orientation
    (tmp_path / "images").mkdir()
    Image.fromarray(rgb).save(tmp_path / "images" / "a.jpg", exif=exif, quality=95)
    write(tmp_path / "masks" / "a.png", mask)
    report = check_dataset(find_dataset(tmp_path))
    assert report.counts == {Finding.OK: 1}
    (row,) = report.rows
    assert row.pair is not None
    sample = read_sample(row.pair, 1)
    assert sample.rgb.shape[:2] == mask.shape[::-1]
    inside = sample.target[..., 0] > 127
    assert sample.rgb[inside].mean() > sample.rgb[~inside].mean() + 60, "the mask lies on the bright disc"


def test_a_mask_that_lies_without_a_reason_is_refused(tmp_path: Path) -> None:
    rgb, mask = disc(3)
    write(tmp_path / "images" / "a.png", rgb)
    write(tmp_path / "masks" / "a.png", np.ascontiguousarray(mask.T))
    assert check_dataset(find_dataset(tmp_path)).counts == {Finding.SIZES_DIFFER: 1}


def test_a_pixel_more_or_less_is_no_other_picture(tmp_path: Path) -> None:
    rgb, mask = disc(3)
    write(tmp_path / "images" / "a.png", rgb)
    write(tmp_path / "masks" / "a.png", mask[:, 1:])
    (row,) = check_dataset(find_dataset(tmp_path)).usable
    assert row.pair is not None
    assert read_sample(row.pair, 1).target.shape[:2] == mask.shape
