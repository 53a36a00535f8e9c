"""Workers on a Ray cluster, and blocks on their way to them.

A worker gets its next block when it has given back the last one, so no more photos are in flight than the workers hold.
"""

from __future__ import annotations

import contextlib
import os
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, TypeVar

# Before Ray is loaded: it would report to its makers, and hide GPUs from workers that ask for none with a warning.
os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")

import ray
from ray.exceptions import RayError, RayTaskError

from commands.cluster.block import Block
from matting.system.waiting_threads import QUIET_WAITING

MOST_TRIES = 3
_OBJECT_STORE_BYTES = 200_000_000  # holds names and results, never pixels
Result = TypeVar("Result")


@dataclass(frozen=True)
class Workers:
    """How many workers are wanted (``count`` ``None``: as many as there is room for), and what each of them takes."""

    count: int | None
    cpus: float
    gpus: float

    def fit(self) -> int:
        """Return how many there will be."""
        if self.count:
            return self.count
        room = ray.cluster_resources()
        by_gpus = room.get("GPU", 0) // self.gpus if self.gpus else float("inf")
        return max(1, int(min(room.get("CPU", 0) // self.cpus, by_gpus)))


def connect(address: str) -> None:
    """Join the cluster at an address.

    ``auto`` is the one of this computer, started where there is none; ``local`` always starts one. Raises
    ``ConnectionError``.
    """
    quiet: dict[str, Any] = {"log_to_driver": False, "logging_level": "ERROR"}
    if address != "local":
        try:
            ray.init(address=address, **quiet)
            return
        except ConnectionError:
            if address != "auto":
                raise
    ray.init(address="local", include_dashboard=False, object_store_memory=_OBJECT_STORE_BYTES, **quiet)


class Pool:
    """Workers that hold ``worker(*arguments)``, which has ``start()`` and ``cut(block)``."""

    def __init__(self, worker: type, arguments: tuple[Any, ...], wanted: Workers) -> None:
        """Start the workers. Raises what ``start`` of the first one raises."""
        quiet = {"env_vars": QUIET_WAITING}  # by Ray, as a worker has loaded numpy before it runs a line of ours
        self._remote = ray.remote(num_cpus=wanted.cpus, num_gpus=wanted.gpus, runtime_env=quiet)(worker)
        self._arguments = arguments
        self.size = wanted.fit()
        self._busy: dict[Any, tuple[Any, Block | None]] = {}
        first = self._start()
        self.facts = answer(first)
        for _ in range(self.size - 1):
            self._start()

    def run(
        self,
        blocks: Iterator[Block],
        winding_down: Callable[[], bool],
        after_death: Callable[[Block], Block] = lambda block: block,
    ) -> Iterator[tuple[Block, Any]]:
        """Yield each block with what came of it, ``None`` for one photo alone that no worker survived.

        When a worker dies, its block is cut photo by photo by others; ``after_death`` may change it before. Raises
        what ``cut`` raises.
        """
        again: deque[Block] = deque()
        idle: list[Any] = []
        while True:
            while idle and not winding_down() and (block := again.popleft() if again else next(blocks, None)):
                actor = idle.pop()
                self._busy[actor.cut.remote(block)] = actor, block
            # Workers that are still starting are worth waiting for only while there is something left for them.
            if not any(block for _, block in self._busy.values()) and (idle or winding_down()):
                return
            ready, _ = ray.wait(list(self._busy), timeout=0.5)
            for reference in ready:
                actor, block = self._busy.pop(reference)
                try:
                    result = answer(reference)
                except RayError:
                    with contextlib.suppress(RayError):
                        ray.kill(actor)
                    self._start()
                    if block is not None:
                        alone = _alone(after_death(replace(block, tries=block.tries + 1)))
                        again.extend(each for each in alone if each.tries < MOST_TRIES)
                        yield from ((each, None) for each in alone if each.tries >= MOST_TRIES)
                    continue
                idle.append(actor)
                if block is not None:
                    yield block, result

    def _start(self) -> Any:
        actor = self._remote.remote(*self._arguments)
        reference = actor.start.remote()
        self._busy[reference] = actor, None
        return reference


def answer(reference: Any) -> Any:
    """Return what a worker answered; raise what it raised, or ``RayError`` when it died."""
    try:
        return ray.get(reference)
    except RayTaskError as error:
        raise error.cause from error


def _alone(block: Block) -> list[Block]:
    if len(block.tasks) == 1:
        return [block]
    return [
        Block((task,), tuple(path for path in block.ours if path in set(task.planned.values())), block.tries)
        for task in block.tasks
    ]
