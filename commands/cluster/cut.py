"""``kirie cut --cluster``: photos named here as on one machine, cut by workers, noted in a manifest."""

from __future__ import annotations

import argparse
import contextlib
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import ray

from commands.cluster.block import Block, Task, task_key
from commands.cluster.cutter import Cutter, Facts
from commands.cluster.manifest import Known, Manifest
from commands.cluster.pool import Pool, Workers, connect
from commands.cut_setup import job_of
from commands.terminal.interrupt import interruptible
from commands.terminal.progress import display_for
from commands.terminal.report import exit_status, summary_as_json, summary_as_text
from commands.usage import UsageError
from matting.batch.existing_outputs import settings_digest
from matting.batch.find_photos import FoundPhoto
from matting.batch.jobs import JobResult, JobState, Progress, Summary
from matting.batch.output_names import kinds_of, output_paths, without_own_outputs
from matting.batch.rate import Pace
from matting.errors import PhotoEndsWorker
from matting.settings import OutputSettings
from matting.system.control import Control

_LARGEST_BLOCK = 32
_BLOCKS_A_WORKER = 4  # so that none waits long for the last one


def cut_on_cluster(args: argparse.Namespace, found: Sequence[FoundPhoto], output: OutputSettings) -> int:
    """Cut the photos on a cluster; the exit status. Raises ``UsageError``, ``WriteError``."""
    try:
        connect(args.cluster)
    except ConnectionError as error:
        raise UsageError(f"there is no Ray cluster at {args.cluster}; “ray status” shows whether it runs") from error
    try:
        return _cut(args, found, output)
    finally:
        ray.shutdown()


def _cut(args: argparse.Namespace, found: Sequence[FoundPhoto], output: OutputSettings) -> int:
    control, started = Control(), time.monotonic()
    with interruptible(control) as interruption:
        pool = Pool(Cutter, (_for_workers(args),), Workers(args.workers, args.worker_cpus, args.worker_gpus))
        facts: Facts = pool.facts
        if not args.quiet:
            print(f"kirie: {facts.model} on {pool.size} workers ({facts.device})", file=sys.stderr)
        manifest = Manifest(output.folder.absolute())
        known = Known({}, frozenset()) if args.redo else manifest.read()
        tasks = _tasks(args, found, output, facts)
        left = [task for task in tasks if task.key not in known.finished]
        size = max(1, min(_LARGEST_BLOCK, len(left) // (pool.size * _BLOCKS_A_WORKER)))
        with contextlib.closing(display_for(len(tasks), args.json, args.quiet)) as display:
            results: list[JobResult] = []
            pace, failed = Pace(), 0

            def take(result: JobResult) -> None:
                nonlocal failed
                results.append(result)
                failed += result.state is JobState.FAILED
                if result.seconds:
                    pace.tick()
                display.on_result(result)
                rate = pace.rate()
                remaining = (len(tasks) - len(results)) / rate if rate else None
                display.on_progress(Progress(len(results), len(tasks), failed, rate, remaining))

            for task in tasks:
                if task.key in known.finished:
                    take(_remembered(task, known))
            outcomes = pool.run(
                _blocks(left, size, known),
                lambda: control.winding_down,
                lambda block: Block(block.tasks, (*block.ours, *manifest.begun(block)), block.tries),
            )
            for block, cut in outcomes:
                for result in cut or [_ended_workers(block.tasks[0])]:
                    take(result)
    results.sort(key=lambda result: result.index)
    cancelled = control.winding_down and len(results) < len(tasks)
    summary = Summary(tuple(results), len(tasks), time.monotonic() - started, cancelled)
    print(summary_as_text(summary), file=sys.stderr)
    display.end(summary_as_json(summary, facts.model, facts.device, facts.precision))
    return exit_status(summary) if interruption.status is None else interruption.status


def _for_workers(args: argparse.Namespace) -> argparse.Namespace:
    """Return the options as a worker needs them: it runs elsewhere, and has but its share of the cores."""
    places: dict[str, object] = {}
    for key in ("output", "marks", "probability_from", "background", "model", "preset"):
        value = getattr(args, key)
        if isinstance(value, Path):
            places[key] = value.absolute()
        elif isinstance(value, str) and Path(value).is_file():  # a file where a name may stand too
            places[key] = str(Path(value).absolute())
    jobs = args.jobs or max(1, int(args.worker_cpus))
    return argparse.Namespace(**{**vars(args), **places, "jobs": jobs, "quiet": True})


def _tasks(args: argparse.Namespace, found: Sequence[FoundPhoto], output: OutputSettings, facts: Facts) -> list[Task]:
    """Name the outputs of all photos together, so that two never share one, whichever machine cuts them."""
    kinds = kinds_of(output, facts.classes)
    photos = without_own_outputs(found, output, kinds, facts.model)
    tasks = []
    for index, (photo, planned) in enumerate(
        zip(photos, output_paths(photos, output, kinds, facts.model), strict=True)
    ):
        placed = FoundPhoto(photo.path.absolute(), photo.root and photo.root.absolute())
        job = job_of(placed, facts.settings, args.marks and args.marks.absolute())
        key = task_key(job.source, settings_digest(job, output, kinds, facts.key))
        tasks.append(Task(index, job, {kind: path.absolute() for kind, path in planned.items()}, key))
    return tasks


def _blocks(tasks: Sequence[Task], size: int, known: Known) -> Iterator[Block]:
    for start in range(0, len(tasks), size):
        chosen = tuple(tasks[start : start + size])
        paths = (path for task in chosen for path in task.planned.values())
        yield Block(chosen, tuple(path for path in paths if str(path) in known.begun))


def _remembered(task: Task, known: Known) -> JobResult:
    """Return what an earlier run made of a photo, as the one-machine command reports it."""
    line = known.finished[task.key]
    state = JobState.NO_SUBJECT if line["state"] == JobState.NO_SUBJECT else JobState.SKIPPED
    return JobResult(
        task.index,
        task.job,
        state,
        tuple(map(Path, line["outputs"])),
        line["doubt"],
        width=line["width"],
        height=line["height"],
        remembered=True,
        damaged=line["damaged"],
    )


def _ended_workers(task: Task) -> JobResult:
    return JobResult(task.index, task.job, JobState.FAILED, error=PhotoEndsWorker(task.job.source))
