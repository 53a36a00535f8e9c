"""Names of output files: never two photos on one file, never a photo itself."""

from __future__ import annotations

import os
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matting.batch.find_photos import FoundPhoto
from matting.batch.output_names import (
    LONGEST_NAME,
    check_template,
    example_name,
    kinds_of,
    numbered,
    output_paths,
    without_own_outputs,
)
from matting.errors import BadTemplate
from matting.settings import CanvasSize, Format, OutputSettings, Write

OUT = Path("/out")
IN = Path("/in")


def _plan(names: list[str], kinds: tuple[str, ...] = ("cutout",), **settings: object) -> list[dict[str, str]]:
    photos = [FoundPhoto(IN / name, IN) for name in names]
    output = OutputSettings(OUT, **settings)  # type: ignore[arg-type]
    planned = output_paths(photos, output, kinds)
    return [{kind: path.relative_to(OUT).as_posix() for kind, path in named.items()} for named in planned]


def test_the_tree_is_mirrored() -> None:
    assert _plan(["a.jpg", "x/a.jpg", "x/y/a.jpg"]) == [
        {"cutout": "a-cutout.png"},
        {"cutout": "x/a-cutout.png"},
        {"cutout": "x/y/a-cutout.png"},
    ]


def test_a_photo_named_by_itself_goes_to_the_top() -> None:
    planned = output_paths([FoundPhoto(Path("deep/down/a.jpg"), None)], OutputSettings(OUT), ("cutout",))
    assert planned == [{"cutout": OUT / "a-cutout.png"}]


def test_photos_that_would_meet_take_their_suffix_whatever_their_order() -> None:
    names = ["a.jpg", "a.png", "b.jpg"]
    expected = {"a.jpg": "a-jpg-cutout.png", "a.png": "a-png-cutout.png", "b.jpg": "b-cutout.png"}
    for order in (names, names[::-1]):
        assert [named["cutout"] for named in _plan(order)] == [expected[name] for name in order]


def test_case_and_unicode_form_count_as_the_same_name() -> None:
    one, other = unicodedata.normalize("NFC", "é.jpg"), unicodedata.normalize("NFD", "é.jpg")
    for pair in (["a.jpg", "A.jpg"], [one, other]):
        first, second = (named["cutout"] for named in _plan(pair))
        assert unicodedata.normalize("NFC", first).casefold() != unicodedata.normalize("NFC", second).casefold()


def test_each_kind_and_format_has_its_suffix() -> None:
    assert _plan(["a.jpg"], ("cutout", "mask", "probability"), format=Format.WEBP) == [
        {"cutout": "a-cutout.webp", "mask": "a-mask.png", "probability": "a-probability.png"}
    ]


def test_a_template_makes_folders_numbers_and_model_names() -> None:
    photos = [FoundPhoto(IN / f"{letter}.jpg", IN) for letter in "abcdefghijkl"]
    output = OutputSettings(OUT, name="{kind}/{index}_{stem}_{model}")
    planned = output_paths(photos, output, ("cutout", "mask"), "u2/net:x")
    assert planned[0] == {
        "cutout": OUT / "cutout/01_a_u2-net-x.png",
        "mask": OUT / "mask/01_a_u2-net-x.png",
    }


def test_a_template_without_kind_gets_it_when_several_files_are_written() -> None:
    assert _plan(["a.jpg"], ("cutout", "mask"), name="{stem}") == [{"cutout": "a-cutout.png", "mask": "a-mask.png"}]
    assert _plan(["a.jpg"], ("cutout",), name="{stem}") == [{"cutout": "a.png"}]


def test_a_template_that_names_all_photos_alike_numbers_them() -> None:
    named = [each["cutout"] for each in _plan(["a.jpg", "b.jpg", "c.jpg"], name="same")]
    assert named == ["same.png", "same-2.png", "same-3.png"]


def test_braces_in_a_photo_name_are_only_text() -> None:
    assert _plan(["{stem}{0}.jpg"]) == [{"cutout": "{stem}{0}-cutout.png"}]


def test_no_output_is_a_photo_of_the_batch(tmp_path: Path) -> None:
    names = ["a.jpg", "a-2.jpg", "b.jpg"]
    photos = [FoundPhoto(tmp_path / name, tmp_path) for name in names]
    output = OutputSettings(tmp_path, format=Format.JPG, name="{stem}")
    planned = [named["cutout"].name for named in output_paths(photos, output, ("cutout",))]
    assert not set(planned) & set(names)
    assert len(set(planned)) == 3


def test_no_output_is_a_photo_reached_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real", target_is_directory=True)
    (tmp_path / "real/a.jpg").touch()
    photos = [FoundPhoto(tmp_path / "link/a.jpg", tmp_path / "link")]
    output = OutputSettings(tmp_path / "real", format=Format.JPG, name="{stem}")
    assert output_paths(photos, output, ("cutout",))[0]["cutout"].name == "a-2.jpg"


def test_long_names_are_shortened_and_stay_apart() -> None:
    long = ["照" * 80 + "1.jpg", "照" * 80 + "2.jpg", "x" * 250 + ".jpg"]
    named = [each["cutout"] for each in _plan(long)]
    assert len(set(named)) == 3
    assert all(len(os.fsencode(name)) <= LONGEST_NAME for name in named)
    assert all(name.endswith("-cutout.png") for name in named)


def test_several_classes_have_a_mask_each_and_one_cutout() -> None:
    output = OutputSettings(Path(), (Write.CUTOUT, Write.MASK, Write.MASK, Write.PROBABILITY))
    assert kinds_of(output, ("artery", "vein")) == (
        "cutout",
        "mask-artery",
        "mask-vein",
        "probability-artery",
        "probability-vein",
    )
    assert kinds_of(output, ("subject",)) == ("cutout", "mask", "probability")


def test_each_of_several_canvases_has_a_cutout_with_its_size_in_the_name() -> None:
    one, other = CanvasSize(2000, 2000), CanvasSize(4, 5, ratio=True)
    output = OutputSettings(Path("out"), canvases=(one,), format=Format.JPG)
    assert kinds_of(output, ("subject",)) == ("cutout",)
    output = replace(output, canvases=(one, other, one), name="{stem}")
    kinds = kinds_of(output, ("subject",))
    (named,) = output_paths([FoundPhoto(Path("a.png"), None)], output, kinds)
    assert list(named.values()) == [Path("out/a-cutout-2000x2000.jpg"), Path("out/a-cutout-4-5.jpg")]


@pytest.mark.parametrize("template", ["{stem}-{kind}", "{index}", "out/{model}/{stem}", "{{x}} {stem}", "照片 {stem}"])
def test_good_templates_are_accepted(template: str) -> None:
    check_template(template)


@pytest.mark.parametrize(
    "template",
    ["", "{stem", "{what}", "{}", "{0}", "{stem!r}", "{stem:>9}", "{stem.x}", "../{stem}", "/{stem}", "a//{stem}",
     "{stem}/", "con", "com¹", "a:b", "a\\b", "x\0", "{stem}.", "{stem} ", "."],
)  # fmt: skip
def test_bad_templates_are_refused_with_the_way_on(template: str) -> None:
    with pytest.raises(BadTemplate, match=r"\{stem\}, \{kind\}, \{model\} and \{index\}"):
        check_template(template)
    with pytest.raises(BadTemplate):
        output_paths([FoundPhoto(IN / "a.jpg", IN)], OutputSettings(OUT, name=template or "{"), ("cutout",))


def test_the_example_follows_the_template() -> None:
    assert example_name(None, "mask", stem="shoe") == "shoe-mask.png"
    assert example_name("{kind}/{stem}", format=Format.PSD, stem="shoe") == "cutout/shoe.psd"


def test_numbers_stand_before_the_suffix() -> None:
    assert numbered(Path("x/a-cutout.png"), 2) == Path("x/a-cutout-2.png")


def test_results_beside_their_photos_are_not_cut_again(tmp_path: Path) -> None:
    names = ["a.jpg", "a-cutout.png", "b.jpg", "b.png", "b-jpg-cutout.png", "c-cutout.png", "other.png"]
    photos = [FoundPhoto(tmp_path / name, tmp_path) for name in names]
    known = [tmp_path / "other.png"]
    left = without_own_outputs(photos, OutputSettings(tmp_path), ("cutout",), known=lambda: known)
    assert [photo.path.name for photo in left] == ["a.jpg", "b.jpg", "b.png", "c-cutout.png"]
    elsewhere = without_own_outputs(photos, OutputSettings(tmp_path / "out"), ("cutout",), known=lambda: known)
    assert elsewhere == photos


_names = st.text(st.sampled_from("aAbé\u0301-2ß ."), min_size=1, max_size=4).filter(lambda name: name.strip(". "))
_photos = st.lists(
    st.builds(lambda folder, stem, suffix: f"{folder}{stem}.{suffix}", st.sampled_from(["", "x/", "X/"]), _names,
              st.sampled_from(["jpg", "png", "JPG"])),
    min_size=1, max_size=12, unique=True,
)  # fmt: skip


@given(
    _photos,
    st.sampled_from([None, "{stem}", "same", "{index}", "{kind}/{stem}", "{stem}-2"]),
    st.sampled_from([("cutout",), ("cutout", "mask")]),
    st.sampled_from([OUT, IN, IN / "x"]),
    st.sampled_from([Format.PNG, Format.JPG]),
)
def test_outputs_never_meet_each_other_or_a_photo(
    names: list[str], template: str | None, kinds: tuple[str, ...], folder: Path, format: Format
) -> None:
    photos = [FoundPhoto(IN / name, IN) for name in names]
    output = OutputSettings(folder, name=template, format=format)
    planned = output_paths(photos, output, kinds)
    paths = [unicodedata.normalize("NFC", str(path)).casefold() for named in planned for path in named.values()]
    assert len(set(paths)) == len(paths) == len(names) * len(kinds)
    assert not set(paths) & {unicodedata.normalize("NFC", str(IN / name)).casefold() for name in names}
    assert output_paths(photos, output, kinds) == planned
