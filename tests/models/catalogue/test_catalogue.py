"""What models there are, under which names, and what becomes of the files."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import resources
from models.catalogue.catalogue import (
    DEFAULT_MODEL,
    find_listed,
    find_model,
    list_models,
    read_metadata,
    remove_model,
)
from models.catalogue.entries import catalogue_problem, parse_catalogue
from models.catalogue.errors import (
    BadModelName,
    BundledModel,
    CatalogueDamaged,
    ModelNotInstalled,
    UnknownModel,
)
from models.catalogue.names import check_name, name_from_stem
from models.errors import WeightsMissing

BUNDLED = resources.WEIGHTS / f"{DEFAULT_MODEL}.safetensors"
FULL_SHA = "10025a17f49cd3208afc342b589890e402ee63123d6f2d289a4a0903695cce58"


@pytest.fixture
def installed(kirie_home: Path) -> Callable[[str], Path]:
    """Put real weights into the models folder under a name."""

    def put(name: str) -> Path:
        path = kirie_home / "models" / f"{name}.safetensors"
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(BUNDLED, path)
        return path

    return put


@pytest.fixture
def own_catalogue(kirie_home: Path) -> Callable[[object], Path]:
    """Write the user's own catalogue."""

    def write(content: object) -> Path:
        kirie_home.mkdir(parents=True, exist_ok=True)
        path = kirie_home / "catalogue.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return path

    return write


def names() -> list[str]:
    return [model.name for model in list_models()]


def test_the_default_comes_first_and_is_there() -> None:
    first = list_models()[0]
    assert first.name == DEFAULT_MODEL
    assert first.bundled
    assert first.installed
    assert first.file == BUNDLED
    assert first.size == BUNDLED.stat().st_size
    assert (first.network, first.mode) == ("u2net-small", "cutout")


def test_the_authors_weights_are_offered_with_all_that_is_known() -> None:
    full = find_model("u2net")
    assert (full.installed, full.bundled, full.downloadable) == (False, False, True)
    assert (full.size, full.licence, full.network) == (176_290_937, "Apache-2.0", "u2net")
    entries = {entry.name: entry for entry in parse_catalogue(resources.ROOT / "catalogue.json")}
    assert entries["u2net"].sha256 == FULL_SHA
    for name in ("u2net", "u2netp", "u2net_human_seg"):
        assert len(entries[name].mirrors) >= 3
        assert all(url.startswith("https://") for url in entries[name].mirrors)
        assert entries[name].description


def test_what_is_not_installed_has_no_file() -> None:
    with pytest.raises(ModelNotInstalled, match="kirie models download u2net"):
        _ = find_model("u2net").file


def test_a_trained_model_appears_by_its_own_metadata(installed: Callable[[str], Path]) -> None:
    path = installed("my-shoes")
    found = find_model("my-shoes")
    assert (found.path, found.installed, found.bundled) == (path, True, False)
    assert found.network == "u2net-small"
    assert found.title == f"{read_metadata(BUNDLED)['title']} (my-shoes)"


def test_no_two_models_have_one_title(installed: Callable[[str], Path]) -> None:
    installed("my-shoes")
    installed("my-hats")
    titles = [model.title for model in list_models()]
    assert len(set(titles)) == len(titles)
    assert find_model(DEFAULT_MODEL).title == read_metadata(BUNDLED)["title"]


def test_a_trained_model_shows_its_scores(kirie_home: Path) -> None:
    from models.networks.unet import UNet
    from models.networks.weights import WeightsInfo, save_weights

    (kirie_home / "models").mkdir(parents=True)
    info = WeightsInfo("unet", width=4, extra={"scores": {"iou": 0.81, "note": "kept aside"}})
    save_weights(kirie_home / "models" / "trained.safetensors", UNet(width=4).state_dict(), info)
    assert find_model("trained").scores == {"iou": 0.81}
    assert find_model("u2net").scores["ECSSD MAE"] == 0.033


def test_names_ignore_case(installed: Callable[[str], Path]) -> None:
    installed("My-Shoes")
    assert find_model("my-SHOES").name == "My-Shoes"
    assert names().count("My-Shoes") == 1


def test_a_file_of_a_catalogue_name_is_that_model(installed: Callable[[str], Path]) -> None:
    installed("u2netp")
    assert find_model("u2netp").installed
    assert names().count("u2netp") == 1


def test_a_bundled_model_is_not_shadowed(installed: Callable[[str], Path]) -> None:
    installed(DEFAULT_MODEL)
    assert find_model(DEFAULT_MODEL).file == BUNDLED
    assert names().count(DEFAULT_MODEL) == 1


def test_what_is_no_weights_file_is_not_listed(kirie_home: Path) -> None:
    folder = kirie_home / "models"
    (folder / "folder.safetensors").mkdir(parents=True)
    (folder / ".hidden.safetensors").write_bytes(b"x")
    (folder / "notes.txt").write_text("x")
    (folder / "u2netp.json").write_text("{}")
    assert all(not model.installed or model.bundled for model in list_models())


def test_a_path_is_found_as_it_is(tmp_path: Path, installed: Callable[[str], Path]) -> None:
    path = installed("elsewhere").rename(tmp_path / "some weights.safetensors")
    found = find_model(str(path))
    assert (found.file, found.name) == (path, "some weights")


@pytest.mark.parametrize(
    "missing", ["/no/such/file.pth", "nothing.safetensors", "../gone", "C:\\gone", "a" * 3000 + "/b"]
)
def test_a_path_without_a_file_is_said(missing: str) -> None:
    with pytest.raises(WeightsMissing):
        find_model(missing)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("u2nt", "u2net"), ("U2-NET-P", "u2netp"), ("u2netsmall", "u2net-small"), ("human_seg", "human")],
)
def test_a_near_name_is_suggested(typed: str, meant: str) -> None:
    with pytest.raises(UnknownModel, match=meant):
        find_model(typed)


@pytest.mark.parametrize("typed", ["", "zzzzzz", "模型", "x" * 5000, "\0", "a\nb", "\ud800"])
def test_an_unknown_name_is_one_short_sentence(typed: str) -> None:
    with pytest.raises((UnknownModel, BadModelName)) as caught:
        find_listed(typed)
    assert len(str(caught.value)) < 300
    assert "\n" not in str(caught.value)
    str(caught.value).encode()
    with pytest.raises((UnknownModel, WeightsMissing)):
        find_model(typed)


BAD_NAMES = ["", ".", "..", "../x", "a/b", "a\\b", "C:x", "a b", "-x", ".x", "_x", "x.", "x" * 65]
DEVICE_NAMES = ["con", "NUL", "Com1", "lpt9.old", "COM¹"]
FILE_NAMES = ["model.pth", "model.SAFETENSORS", "model.onnx"]
ODD_NAMES = ["a\0b", "a\nb", "a*b", "a?b", '"a"', "a|b", "a<b", "\u202ea", "a\ud800"]


@pytest.mark.parametrize("name", BAD_NAMES + DEVICE_NAMES + FILE_NAMES + ODD_NAMES)
def test_names_that_are_no_file_name_somewhere_are_refused(name: str) -> None:
    with pytest.raises(BadModelName) as caught:
        check_name(name)
    str(caught.value).encode()
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("name", ["u2net", "my-shoes_2.1", "模型", "модель", "Käse", "हिन्दी", "x" * 64, "console", "7"])
def test_good_names_are_kept(name: str) -> None:
    assert check_name(name) == name


@given(st.text(max_size=300))
def test_any_file_name_gives_a_good_name(stem: str) -> None:
    name = name_from_stem(stem)
    assert check_name(name) == name


def test_removing_deletes_the_file_and_its_receipt(installed: Callable[[str], Path], kirie_home: Path) -> None:
    path = installed("mine")
    path.with_suffix(".json").write_text("{}")
    assert remove_model("MINE").name == "mine"
    assert [file.name for file in (kirie_home / "models").iterdir() if file.is_file()] == []
    with pytest.raises(UnknownModel):
        remove_model("mine")


def test_a_removed_catalogue_model_is_offered_again(installed: Callable[[str], Path]) -> None:
    installed("u2netp")
    remove_model("u2netp")
    assert not find_model("u2netp").installed
    with pytest.raises(ModelNotInstalled):
        remove_model("u2netp")


def test_bundled_models_stay() -> None:
    with pytest.raises(BundledModel, match="cannot be removed"):
        remove_model(DEFAULT_MODEL)
    assert BUNDLED.is_file()


@pytest.mark.parametrize("name", ["../mine", "..", "/etc/passwd", "models/../mine"])
def test_removing_never_leaves_the_folder(name: str, installed: Callable[[str], Path]) -> None:
    outside = installed("mine").rename(installed("mine").parent.parent / "mine.safetensors")
    with pytest.raises(BadModelName):
        remove_model(name)
    assert outside.is_file()


ENTRY = {"name": "studio", "size": 10, "sha256": "A" * 64, "mirrors": ["https://models.example/studio.pth"]}
MEASURED = {"max_f": 0.95, "mae": 0.03, "iou": 0.9, "time": 2, "source": "our test photos"}


def test_the_users_own_catalogue_adds_models(own_catalogue: Callable[[object], Path]) -> None:
    own_catalogue({"version": 1, "models": [{**ENTRY, "title": "Studio", "licence": "ours"}]})
    found = find_model("studio")
    assert (found.title, found.licence, found.downloadable, found.size) == ("Studio", "ours", True, 10)
    assert names()[0] == DEFAULT_MODEL


def test_it_replaces_ours_but_not_the_bundled(own_catalogue: Callable[[object], Path]) -> None:
    own_catalogue({"version": 1, "models": [{**ENTRY, "name": "u2net"}, {**ENTRY, "name": DEFAULT_MODEL.upper()}]})
    assert find_model("u2net").size == 10
    assert find_model(DEFAULT_MODEL).file == BUNDLED
    assert len(names()) == len({name.casefold() for name in names()})


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("{", "no JSON"),
        ("[]", "missing"),
        ({"version": 2, "models": []}, "version"),
        ({"version": 1, "models": [3]}, "model 1"),
        ({"version": 1, "models": [ENTRY, {"name": "../x"}]}, "model 2"),
        ({"version": 1, "models": [{**ENTRY, "sha256": "abc"}]}, "sha256"),
        ({"version": 1, "models": [{**ENTRY, "mirrors": ["file:///etc/passwd"]}]}, "mirrors"),
        ({"version": 1, "models": [{**ENTRY, "mirrors": "https://a"}]}, "mirrors"),
        ({"version": 1, "models": [{**ENTRY, "size": "10"}]}, "size"),
        ({"version": 1, "models": [{**ENTRY, "size": 0}]}, "size"),
        ({"version": 1, "models": [{**ENTRY, "mode": "sky"}]}, "mode"),
        ({"version": 1, "models": [{**ENTRY, "licens": "x"}]}, "licens"),
        ({"version": 1, "models": [{**ENTRY, "bundled": True}]}, "bundled"),
        ({"version": 1, "models": [{**ENTRY, "measured": {"iou": 0.9}}]}, "mae"),
        ({"version": 1, "models": [{**ENTRY, "measured": {**MEASURED, "time": "long"}}]}, "time"),
        ({"version": 1, "models": [{**ENTRY, "measured": {**MEASURED, "auc": 0.9}}]}, "auc"),
    ],
)
def test_a_damaged_catalogue_of_the_user_stops_nothing(
    content: object, reason: str, own_catalogue: Callable[[object], Path]
) -> None:
    path = own_catalogue(content)
    assert find_model(DEFAULT_MODEL).installed
    assert "studio" not in names()
    problem = catalogue_problem()
    assert isinstance(problem, CatalogueDamaged)
    assert problem.path == path
    assert reason in str(problem)


def test_measured_figures_are_told_of_the_model_they_stand_beside(own_catalogue: Callable[[object], Path]) -> None:
    own_catalogue({"version": 1, "models": [{**ENTRY, "measured": MEASURED}, {**ENTRY, "name": "another"}]})
    measured = find_model("studio").measured
    assert measured is not None
    assert (measured.iou, measured.time, measured.source) == (0.9, 2.0, "our test photos")
    assert find_model("another").measured is None


@pytest.mark.parametrize(
    ("licence", "free"),
    [
        ("MIT", True),
        ("MIT (parameters); see the model card for the data", True),
        ("Apache-2.0", True),
        ("CC BY 4.0", True),
        ("CC BY-NC 4.0, not for commercial use", False),
        ("BRIA RMBG-1.4, not for commercial use", False),
        ("", None),
        ("internal", None),
        ("MITRE, ask us", None),
        ("CC BY-NC 4.0", None),
    ],
)
def test_commercial_work_is_free_where_the_licence_says_so(
    licence: str, free: bool | None, own_catalogue: Callable[[object], Path]
) -> None:
    own_catalogue({"version": 1, "models": [{**ENTRY, "licence": licence}]})
    assert find_model("studio").free_for_work is free


def test_no_catalogue_of_the_user_is_no_problem() -> None:
    assert catalogue_problem() is None


def test_listing_loads_no_torch() -> None:
    program = (
        "import sys\nfrom models.catalogue.catalogue import list_models\nassert list_models()\n"
        "sys.exit('torch' in sys.modules or 'cv2' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], cwd=resources.ROOT.parent, check=True)


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04", b"\xff" * 20, b"\x10\0\0\0\0\0\0\0{}", b"\x02\0\0\0\0\0\0\0[]"]
)
def test_the_metadata_of_other_files_is_empty(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "weights.safetensors"
    path.write_bytes(content)
    assert read_metadata(path) == {}
