"""The workspace file gives back what it was given, whatever that was, and survives damage."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gui.canvas.view import View
from gui.workspace.entry import PhotoEntry, PhotoState
from gui.workspace.order import Sort
from gui.workspace.output import BY_HAND
from gui.workspace.snapshot import Snapshot
from gui.workspace.workspace_file import MIGRATIONS, VERSION, NewerWorkspace, load, save
from matting.alpha.strokes import Stroke
from matting.errors import DiskFull, PhotoDamaged, PhotoTooLarge
from matting.selection.marks import Mark, MarkKind
from matting.settings import CutSettings, Edges, Existing, Format, Mode, OutputSettings, Write
from models.errors import OutOfMemory

ROOT = Path(__file__).resolve().parents[3]

share = st.floats(0, 1, allow_nan=False)
names = st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=20)
paths = names.map(lambda name: Path("/photos") / ("p" + name))
places = st.floats(-5000, 50_000, allow_nan=False).map(lambda value: round(value, 2))
strokes = st.builds(
    Stroke,
    keep=st.booleans(),
    radius=st.floats(0.5, 500),
    hardness=share,
    points=st.lists(st.tuples(places, places, share.map(lambda value: round(value, 3))), min_size=1, max_size=5).map(
        tuple
    ),
)
marks = st.one_of(
    *(
        st.builds(
            Mark,
            keep=st.booleans(),
            kind=st.just(kind),
            points=st.lists(st.tuples(places, places), min_size=least, max_size=most).map(tuple),
            radius=st.floats(0, 500),
        )
        for kind, least, most in ((MarkKind.CLICK, 1, 1), (MarkKind.STROKE, 1, 5), (MarkKind.ONLY_BOX, 2, 2))
    )
)
cut_settings = st.builds(
    CutSettings,
    threshold=share,
    softness=share,
    edges=st.sampled_from(Edges),
    edge_shift=st.floats(-1, 1),
    feather=share,
    decontaminate=st.booleans(),
    largest_only=st.booleans(),
    fill_holes=st.booleans(),
    background=st.none() | st.just("#12ab9f") | paths,
    trim=st.booleans(),
    padding=st.integers(0, 500),
)
entries = st.builds(
    PhotoEntry,
    path=paths,
    root=st.none() | paths,
    state=st.sampled_from([state for state in PhotoState if state is not PhotoState.CUTTING]),
    doubt=st.none() | share,
    size=st.none() | st.tuples(st.integers(1, 60_000), st.integers(1, 60_000)),
    settings=st.none() | cut_settings,
    marks=st.lists(marks, max_size=3).map(tuple),
    strokes=st.lists(strokes, max_size=3).map(tuple),
    outputs=st.lists(paths, max_size=2).map(tuple),
)
workspaces = st.builds(
    Snapshot,
    entries=st.lists(entries, max_size=4).map(tuple),
    settings=cut_settings,
    output=st.none()
    | st.builds(
        OutputSettings,
        folder=paths,
        writes=st.lists(st.sampled_from(Write), min_size=1, unique=True).map(tuple),
        format=st.sampled_from(Format),
        name=st.none() | names,
        existing=st.sampled_from(Existing),
        write_empty=st.booleans(),
    ),
    by_hand=st.sets(st.sampled_from(BY_HAND)).map(frozenset),
    default_threshold=share,
    mode=st.sampled_from(Mode),
    models=st.dictionaries(st.sampled_from(Mode), names),
    looked_at=st.none() | paths,
)


@settings(max_examples=60)
@given(workspace=workspaces)
def test_what_is_saved_is_loaded(tmp_path_factory: pytest.TempPathFactory, workspace: Snapshot) -> None:
    file = tmp_path_factory.mktemp("workspace") / "workspace.json"
    save(workspace, file)
    assert load(file) == workspace


def test_a_photo_that_was_being_cut_is_waiting_again(tmp_path: Path) -> None:
    file = tmp_path / "workspace.json"
    save(Snapshot((PhotoEntry(Path("/a.jpg"), state=PhotoState.CUTTING),)), file)
    assert load(file).entries[0].state is PhotoState.WAITING


@pytest.mark.parametrize(
    "error",
    [
        PhotoDamaged(Path("/p/a.jpg")),
        PhotoTooLarge(Path("/p/a.jpg"), megapixels=400, limit=300),
        DiskFull(Path("/out/a.png")),
    ],
)
def test_a_failure_keeps_its_sentence(tmp_path: Path, error: PhotoDamaged) -> None:
    file = tmp_path / "workspace.json"
    save(Snapshot((PhotoEntry(Path("/p/a.jpg"), state=PhotoState.FAILED, error=error),)), file)
    loaded = load(file).entries[0].error
    assert type(loaded) is type(error)
    assert str(loaded) == str(error)


def test_file_names_that_are_no_text_survive(tmp_path: Path) -> None:
    odd = Path(b"/photos/caf\xe9.jpg".decode("utf-8", "surrogateescape"))
    file = tmp_path / "workspace.json"
    save(Snapshot((PhotoEntry(odd),)), file)
    assert load(file).entries[0].path == odd


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=150)
@given(data=st.data())
def test_a_file_with_any_value_anywhere_loads_without_an_error(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """One value of a good file is replaced by nonsense; the photos without it are all still there."""
    file = tmp_path_factory.mktemp("workspace") / "workspace.json"
    stroke = Stroke(True, 3.0, 0.5, ((1.0, 2.0, 1.0),))
    mark = Mark(True, MarkKind.CLICK, ((1.0, 2.0),), 3.0)
    good = PhotoEntry(
        Path("/good.jpg"), size=(3, 4), doubt=0.5, marks=(mark,), strokes=(stroke,), outputs=(Path("/o.png"),)
    )
    output = OutputSettings(Path("/out"))
    save(Snapshot((good, PhotoEntry(Path("/other.jpg"))), output=output, looked_at=good.path), file)
    stored = json.loads(file.read_text())
    place = data.draw(st.sampled_from([stored, stored["photos"][0], stored["settings"], stored["output"]]))
    key = data.draw(st.sampled_from(sorted(place)))
    if place is stored and key in ("photos", "version"):  # a later version is another matter
        key = "settings"
    place[key] = data.draw(json_values)
    file.write_text(json.dumps(stored))
    assert Path("/other.jpg") in [entry.path for entry in load(file).entries]


def test_a_file_that_is_no_workspace_is_set_aside(tmp_path: Path) -> None:
    file = tmp_path / "workspace.json"
    file.write_bytes(b'{"photos": [')
    assert load(file) == Snapshot()
    assert not file.exists()
    assert (tmp_path / "workspace.damaged.json").read_bytes() == b'{"photos": ['


def test_errors_of_models_are_known_before_any_model_is_loaded(tmp_path: Path) -> None:
    file = tmp_path / "workspace.json"
    error = OutOfMemory(device="cuda", problem="full")
    save(Snapshot((PhotoEntry(Path("/p/a.jpg"), state=PhotoState.FAILED, error=error),)), file)
    program = (
        "import sys\nfrom pathlib import Path\nfrom gui.workspace.workspace_file import load\n"
        "print(load(Path(sys.argv[1])).entries[0].error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(file)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == str(error)


# -- versions -------------------------------------------------------------------------------------------------------

VERSION_1 = {
    "version": 1,
    "settings": {"threshold": 0.7},
    "output": {
        "folder": "/mine", "writes": ["cutout"], "format": "png", "name": None, "existing": "rename",
        "write_empty": False,
    },
    "output_chosen": True,
    "mode": "vessel",
    "models": {"vessel": "unet-vessel"},
    "looked_at": "/a.jpg",
    "view": "mask",
    "sort": "name",
    "shown": "all",
    "photos": [{"path": "/a.jpg", "state": "done", "strokes": [
        {"keep": True, "radius": 2, "hardness": 1, "points": [[1, 2, 1]]}
    ]}],
}  # fmt: skip


def test_what_version_1_stored_is_brought_over(tmp_path: Path) -> None:
    file = tmp_path / "workspace.json"
    file.write_text(json.dumps(VERSION_1))
    assert load(file) == Snapshot(
        entries=(PhotoEntry(Path("/a.jpg"), state=PhotoState.DONE, strokes=(Stroke(True, 2, 1, ((1, 2, 1),)),)),),
        settings=CutSettings(threshold=0.7),
        default_threshold=0.5,
        output=OutputSettings(Path("/mine"), existing=Existing.RENAME),
        by_hand=frozenset({"folder", "existing"}),
        mode=Mode.VESSEL,
        models={Mode.VESSEL: "unet-vessel"},
        looked_at=Path("/a.jpg"),
        view=View.MASK,
        sort=Sort.NAME,
    )


def test_there_is_a_step_from_every_version_to_the_next() -> None:
    assert sorted(MIGRATIONS) == list(range(1, VERSION))


def test_a_later_versions_file_is_kept_whole_however_often_it_is_met(tmp_path: Path) -> None:
    file = tmp_path / "workspace.json"
    kept = []
    for content in ('{"version": 99, "photos": [], "new": 1}', '{"version": 99, "photos": [], "new": 2}'):
        file.write_text(content)
        with pytest.raises(NewerWorkspace) as newer:
            load(file)
        save(Snapshot(), file)
        kept.append(newer.value.kept)
    assert [json.loads(one.read_text())["new"] for one in kept] == [1, 2]


def test_a_file_laid_out_by_another_program_is_read(tmp_path: Path) -> None:
    file = tmp_path / "workspace.json"
    save(Snapshot((PhotoEntry(Path("/a.jpg")), PhotoEntry(Path("/b.jpg")))), file)
    whole = load(file)
    file.write_text(json.dumps(json.loads(file.read_text()), indent=2))
    assert load(file) == whole
