"""Workers of a real local Ray cluster: blocks come back once each, also when workers and nodes are killed."""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("ray", reason="kirie[cluster] is not installed")
import ray
from ray.cluster_utils import Cluster

from commands.cluster.block import Block, Task
from commands.cluster.pool import Pool, Workers
from matting.batch.jobs import Job
from matting.settings import CutSettings


class Notes:
    """Notes each photo that it is given; one called "poison" ends the process, "once" only the first time."""

    def __init__(self, notes: Path) -> None:
        self._notes = notes

    def start(self) -> int:
        return os.getpid()

    def cut(self, block: Block) -> list[str]:
        names = [task.job.source.name for task in block.tasks]
        with self._notes.open("a") as notes:
            notes.writelines(f"{name}\n" for name in names)
        first_time = self._notes.read_text().count("once\n") == 1
        if "poison" in names or ("once" in names and first_time):
            os.kill(os.getpid(), signal.SIGKILL)
        return names


class Started:
    """Tells with what environment its process was started."""

    def start(self) -> list[str]:
        return Path("/proc/self/environ").read_text().split("\0")

    def cut(self, block: Block) -> list[str]:
        return [task.job.source.name for task in block.tasks]


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    """Yield a cluster of three nodes with one core each, and join it."""
    node = {"num_cpus": 1, "num_gpus": 0, "object_store_memory": 80_000_000}
    three = Cluster(initialize_head=True, head_node_args={**node, "include_dashboard": False})
    for _ in range(2):
        three.add_node(**node)
    ray.init(address=three.address, log_to_driver=False, logging_level="ERROR")
    yield three
    ray.shutdown()
    three.shutdown()


def blocks(*names: str, size: int = 1) -> list[Block]:
    tasks = [Task(number, Job(Path(name), None, CutSettings()), {}, name) for number, name in enumerate(names)]
    return [Block(tuple(tasks[start : start + size])) for start in range(0, len(tasks), size)]


def test_a_photo_that_ends_its_worker_is_tried_three_times_and_the_others_go_on(
    cluster: Cluster, tmp_path: Path
) -> None:
    pool = Pool(Notes, (tmp_path / "notes",), Workers(count=2, cpus=1, gpus=0))
    work = blocks("a", "poison", "once", "b", "c", "d", "e", size=4)
    came = {task.key: cut for block, cut in pool.run(iter(work), lambda: False) for task in block.tasks}
    assert came.pop("poison") is None
    assert sorted(came) == ["a", "b", "c", "d", "e", "once"]
    assert all(cut is not None for cut in came.values())
    assert Counter((tmp_path / "notes").read_text().split())["poison"] == 3


def test_a_node_that_dies_costs_no_photo(cluster: Cluster, tmp_path: Path) -> None:
    pool = Pool(Notes, (tmp_path / "notes",), Workers(count=3, cpus=1, gpus=0))
    names = [f"{number:03}" for number in range(60)]
    came: list[str] = []
    for block, cut in pool.run(iter(blocks(*names)), lambda: False):
        assert cut is not None
        came += [task.key for task in block.tasks]
        if len(came) == 10:
            cluster.remove_node(next(iter(cluster.worker_nodes)), allow_graceful=False)
    assert sorted(came) == names


def test_winding_down_begins_no_other_block(cluster: Cluster, tmp_path: Path) -> None:
    pool = Pool(Notes, (tmp_path / "notes",), Workers(count=1, cpus=1, gpus=0))
    came: list[str] = []

    def two_came() -> bool:
        return len(came) >= 2

    for block, _ in pool.run(iter(blocks("a", "b", "c", "d")), two_came):
        came.extend(task.key for task in block.tasks)
    assert came == ["a", "b"] == (tmp_path / "notes").read_text().split()


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="only Linux tells")
def test_numpy_and_torch_of_a_worker_are_told_how_to_wait_before_they_are_loaded(
    monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    for name in ("OMP_WAIT_POLICY", "OPENBLAS_NUM_THREADS"):
        monkeypatch.delenv(name, raising=False)  # else the nodes of this computer would inherit them
    request.getfixturevalue("cluster")
    pool = Pool(Started, (), Workers(1, 1, 0))
    assert {"OMP_WAIT_POLICY=PASSIVE", "OPENBLAS_NUM_THREADS=1"} <= set(pool.facts)
