"""``kirie cut --cluster``: what one machine writes and reports, from the workers of a real local Ray."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("ray", reason="kirie[cluster] is not installed")

from commands.cluster.block import Block
from commands.cluster.manifest import Manifest
from tests.commands.run_help import Ended, kirie, save_map
from tests.matting.batch.batch_help import files_in, save_photo

NAMES = ("a.jpg", "a.png", "shoes/c.jpg", "shoes/图.jpg", "d 2.jpg", "d 10.webp")
DIFFERS = ("seconds", "type", "outputs")
MANIFEST = ".kirie-manifest"


def cut(folder: Path, out: str, *more: str) -> Ended:
    """Cut with ready maps, masks beside cutouts; ``broken.jpg`` fails and ``empty.png`` has no subject."""
    maps, chosen = str(folder / "maps"), ("--write", "cutout", "--write", "mask", "--json")
    return kirie("cut", folder / "in", "-o", folder / out, "--probability-from", maps, *chosen, *more)


def on_cluster(folder: Path, out: str, *more: str) -> Ended:
    return cut(folder, out, "--cluster", "local", "--workers", "1", "--worker-cpus", "1", *more)


def photos(ended: Ended) -> list[dict[str, object]]:
    """Return the lines about photos in the order of their names, without what two runs cannot have in common."""
    lines = [
        {key: value for key, value in line.items() if key not in DIFFERS}
        for line in ended.lines
        if line["type"] == "photo"
    ]
    return sorted(lines, key=lambda line: str(line["source"]))


def written(folder: Path) -> set[str]:
    return {name for name in files_in(folder) if not name.startswith(MANIFEST)}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for seed, name in enumerate(NAMES):
        save_photo(tmp_path / "in" / name, seed=seed)
        save_map(tmp_path / "maps" / f"{name.replace('.', '-')}-probability.png")
    save_photo(tmp_path / "in" / "empty.png", blank=True)
    save_map(tmp_path / "maps" / "empty-probability.png", value=1)
    (tmp_path / "in" / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 cut off")
    return tmp_path


def test_a_cluster_writes_and_reports_what_one_machine_does_and_goes_on_where_it_stopped(folder: Path) -> None:
    alone, together = cut(folder, "alone"), on_cluster(folder, "together")
    assert together.status == alone.status == 1, together.err
    assert together.lines, together.err
    assert photos(together) == photos(alone)
    names = written(folder / "alone")
    assert written(folder / "together") == names
    assert len(names) == 2 * len(NAMES)
    for name in names:
        assert (folder / "together" / name).read_bytes() == (folder / "alone" / name).read_bytes(), name

    # As a worker leaves it that is killed between the files of a photo: one there, one not, nothing said of either.
    parts = list((folder / "together" / MANIFEST).glob("*.jsonl"))
    lost = [folder / "together" / "a-jpg-cutout.png", folder / "together" / "a-jpg-mask.png"]
    for part in parts:
        lines = part.read_text().splitlines(keepends=True)
        part.write_text("".join(line for line in lines if json.loads(line)["source"] != str(folder / "in" / "a.jpg")))
    Manifest(folder / "together").begin(Block(()), lost)
    lost[0].write_bytes(b"half")
    lost[1].unlink()

    again = on_cluster(folder, "together")
    states = {Path(str(line["source"])).name: line["state"] for line in photos(again)}
    assert states.pop("a.jpg") == "done"
    assert states.pop("broken.jpg") == "failed"
    assert states.pop("empty.png") == "no-subject"
    assert set(states.values()) == {"skipped"}
    for name in names:
        assert (folder / "together" / name).read_bytes() == (folder / "alone" / name).read_bytes(), name
