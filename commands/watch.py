"""``kirie watch``: cutouts of photos as they arrive."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from commands.cut_setup import check, job_of, load
from commands.options.watch import add_watch_parser
from commands.usage import UsageError
from matting.errors import KirieError, WriteError
from matting.settings import OutputSettings
from matting.system.streams import printable

if TYPE_CHECKING:
    from matting.batch.jobs import JobResult, JobState


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare ``kirie watch``."""
    add_watch_parser(subparsers).set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Watch until told to stop; the exit status."""
    # Here, so that --help does not load numpy and OpenCV.
    from commands.terminal.interrupt import interruptible
    from matting.batch.journal import Journal
    from matting.batch.patterns import Patterns
    from matting.system.control import Control
    from matting.watch.watcher import Watched, Watcher

    wanted = check(args)
    _check_folders(args, wanted.output)
    control = Control()
    with interruptible(control), Journal(wanted.output.folder) as journal:
        model, settings = load(args, wanted)
        watched = Watched(
            args.paths,
            wanted.output,
            lambda photo: job_of(photo, settings, args.marks),
            Patterns(args.include, args.exclude),
            args.recursive,
            args.settle,
            args.every,
        )
        log = _Log(args.json, args.quiet, args.failures)
        watcher = Watcher(
            watched,
            model.predictor,
            on_result=log.on_result,
            on_trouble=log.on_trouble,
            on_failing=log.on_failing,
            model=model.name,
            workers=args.jobs,
        )
        log.say(f"watching {', '.join(map(str, args.paths))}; Ctrl-C stops")
        for folder in args.paths:
            if not folder.is_dir():
                log.say(f"{folder} is not there; waiting for it")
        watcher.run(journal, control)
    log.end(watcher.counts)
    return 0


def _check_folders(args: argparse.Namespace, output: OutputSettings) -> None:
    for folder in args.paths:
        if folder.exists() and not folder.is_dir():
            raise UsageError(f"{folder} is a file; “kirie watch” takes folders")
        if folder.resolve() == output.folder.resolve():
            raise UsageError("-o must be another folder than the one that is watched; it may lie inside it")
    if "{index}" in (output.name or ""):
        raise UsageError("{index} is not for “kirie watch”: photos that arrive have no number; leave it out of --name")


class _Log:
    """What is said while watching: a line a photo, and a file with those that fail now."""

    def __init__(self, as_json: bool, quiet: bool, failures: Path | None) -> None:
        from commands.terminal.progress import JsonLines

        self._json = JsonLines() if as_json else None
        self._quiet, self._failures = quiet, failures
        self._written: str | None = None
        self._still = 0

    def say(self, text: str) -> None:
        print(printable(f"kirie: {text}"), file=sys.stderr, flush=True)

    def on_result(self, result: JobResult) -> None:
        from commands.terminal.report import describe
        from matting.batch.jobs import JobState

        if result.remembered:
            return  # finished before this start
        if self._json:
            self._json.on_result(result)
        if not self._quiet or result.state in (JobState.FAILED, JobState.NO_SUBJECT):
            print(describe(result), file=sys.stderr, flush=True)

    def on_trouble(self, error: KirieError | None) -> None:
        self.say(f"{error} Trying again from time to time." if error else "the folder can be written again")

    def on_failing(self, failing: Mapping[Path, KirieError]) -> None:
        from matting.system.atomic import write_atomic

        self._still = len(failing)
        if self._failures is None:
            return
        texts = {path: " ".join(str(error).split()) for path, error in failing.items()}
        lines = [text if str(path) in text else f"{path}: {text}" for path, text in texts.items()]
        content = "".join(f"{printable(line)}\n" for line in lines)
        if content != self._written:
            self._written = content
            try:
                write_atomic(self._failures, content.encode("utf-8"))
            except WriteError as error:
                self.say(str(error))

    def end(self, counts: Counter[JobState]) -> None:
        from matting.batch.jobs import JobState

        done, empty, failed = (counts[state] for state in (JobState.DONE, JobState.NO_SUBJECT, JobState.FAILED))
        self.say(f"{done} cut out, {empty} with no subject found, {failed} failed; {self._still} fail now")
        if self._json:
            facts = {"done": done, "no_subject": empty, "failed": failed, "fail_now": self._still}
            self._json.end({"type": "summary", **facts})
