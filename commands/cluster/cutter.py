"""A worker: holds the model and cuts block after block with the stages of the one-machine batch."""

from __future__ import annotations

import argparse
import os
from dataclasses import dataclass, replace

from commands.cluster.block import Block
from commands.cluster.manifest import Manifest
from commands.cut_setup import check, load
from matting.batch.batch import Batch
from matting.batch.jobs import JobResult
from matting.settings import CutSettings


@dataclass(frozen=True)
class Facts:
    """What the command must know of the model, which it does not load itself."""

    key: str
    classes: tuple[str, ...]
    settings: CutSettings
    model: str
    device: str | None
    precision: str | None


class Cutter:
    """Cuts blocks with the options of the command; in each worker one, called from one thread."""

    def __init__(self, args: argparse.Namespace) -> None:
        self._args = args

    def start(self) -> Facts:
        """Load the model. Raises ``UsageError``."""
        wanted = check(self._args)
        self._model, settings = load(self._args, wanted)
        self._output = wanted.output
        self._manifest = Manifest(wanted.output.folder)
        finder = self._model.predictor
        return Facts(finder.key, finder.classes, settings, self._model.name, self._model.device, self._model.precision)

    def cut(self, block: Block) -> list[JobResult]:
        """Cut the photos and note them in the manifest; what became of each, in order. Raises ``WriteError``."""
        for path in block.ours:
            path.unlink(missing_ok=True)
        targets = [path for task in block.tasks for path in task.planned.values()]
        self._manifest.begin(block, [path for path in targets if not os.path.lexists(path)])
        batch = Batch(
            [task.job for task in block.tasks],
            self._output,
            self._model.predictor,
            workers=self._args.jobs,
            model=self._model.name,
            planned=[task.planned for task in block.tasks],
        )
        results = [replace(result, index=block.tasks[result.index].index) for result in batch.run().results]
        self._manifest.finish(block, results)
        return results
