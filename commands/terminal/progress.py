"""What is shown while a batch runs: a bar on a terminal, plain lines without one, JSON lines on request."""

from __future__ import annotations

import json
import os
import sys
from typing import Any

from tqdm import tqdm

from commands.terminal.duration import duration
from commands.terminal.report import describe, photo_as_json
from matting.batch.jobs import JobResult, JobState, Progress
from matting.errors import OutputLost

# Without a terminal a line a photo is a log; the photos that need no words are left out of a quiet one.
_WORTH_A_LINE = {JobState.FAILED, JobState.NO_SUBJECT}


class Display:
    """Where a batch's results and progress go; one call at a time, from any thread. This one shows nothing."""

    def on_result(self, result: JobResult) -> None:
        """Take what became of a photo."""

    def on_progress(self, progress: Progress) -> None:
        """Take how far the batch is, right after each result."""

    def close(self) -> None:
        """Be told that the batch is over."""

    def end(self, summary: dict[str, Any]) -> None:
        """Take the summary (``report.summary_as_json``), after ``close``."""


class Several(Display):
    """Hands everything on to others, in order."""

    def __init__(self, *displays: Display) -> None:
        self._displays = displays

    def on_result(self, result: JobResult) -> None:
        """See ``Display``."""
        for display in self._displays:
            display.on_result(result)

    def on_progress(self, progress: Progress) -> None:
        """See ``Display``."""
        for display in self._displays:
            display.on_progress(progress)

    def close(self) -> None:
        """See ``Display``."""
        for display in self._displays:
            display.close()

    def end(self, summary: dict[str, Any]) -> None:
        """See ``Display``."""
        for display in self._displays:
            display.end(summary)


class Bar(Display):
    """A bar with rate and remaining time on a terminal; photos with something to say about them scroll by above."""

    def __init__(self, total: int) -> None:
        tqdm.monitor_interval = 0  # no thread of its own
        has_size = all(os.get_terminal_size(sys.stderr.fileno()))  # pseudo-terminals may have none
        self._bar: tqdm[Any] = tqdm(
            total=total,
            file=sys.stderr,
            ncols=None if has_size else 80,
            nrows=None if has_size else 24,
            dynamic_ncols=has_size,
            bar_format="{bar:30} {n_fmt}/{total_fmt}{postfix}",
        )

    def on_result(self, result: JobResult) -> None:
        """Show a photo that failed or has no subject."""
        if result.state in _WORTH_A_LINE:
            self._bar.write(describe(result), file=sys.stderr)

    def on_progress(self, progress: Progress) -> None:
        """Move the bar."""
        self._bar.set_postfix_str(pace(progress).removeprefix(", "), refresh=False)
        self._bar.update(progress.done - self._bar.n)

    def close(self) -> None:
        """Leave the bar as it is."""
        self._bar.close()


class Lines(Display):
    """One plain line a photo, or only those with something to say about them."""

    def __init__(self, quiet: bool = False) -> None:
        self._quiet = quiet
        self._last: JobResult | None = None

    def on_result(self, result: JobResult) -> None:
        """Keep the result for the line that its progress completes."""
        self._last = result

    def on_progress(self, progress: Progress) -> None:
        """Print a line with the place in the batch, rate and remaining time."""
        if self._last and (not self._quiet or self._last.state in _WORTH_A_LINE):
            counted = f"[{progress.done}/{progress.total}{'' if self._quiet else pace(progress)}]"
            print(counted, describe(self._last), file=sys.stderr, flush=True)


class JsonLines(Display):
    """One JSON object a photo on standard output, and one for the summary.

    The photos are more than the words about them: where a line cannot be written the batch goes on without.
    """

    def __init__(self) -> None:
        self._lost: Exception | None = None

    def on_result(self, result: JobResult) -> None:
        """Print it at once, for whoever reads along."""
        if self._lost is None:
            try:
                print(json.dumps(photo_as_json(result)), flush=True)
            except (OSError, OutputLost) as error:
                self._lost = error

    def end(self, summary: dict[str, Any]) -> None:
        """Print the last line. Raises ``OutputLost`` or ``BrokenPipeError`` when any of them was not written."""
        if self._lost is not None:
            raise self._lost
        print(json.dumps(summary), flush=True)


def display_for(total: int, as_json: bool, quiet: bool) -> Display:
    """Return the display that suits the options and the terminal."""
    terminal = sys.stderr.isatty()
    people: Display
    # With JSON on the same terminal, a bar between the lines would tear them apart.
    if terminal and not quiet and not (as_json and sys.stdout.isatty()):
        people = Bar(total)
    else:
        people = Lines(quiet or (as_json and terminal))
    return Several(JsonLines(), people) if as_json else people


def pace(progress: Progress) -> str:
    """``, 1.4 photos/s, 11 s left, 2 failed``; empty while nothing is known."""
    parts = []
    if progress.rate:
        parts.append(f"{progress.rate:.1f} photos/s" if progress.rate >= 0.1 else f"{1 / progress.rate:.0f} s a photo")
    if progress.remaining_s is not None and progress.done < progress.total:
        parts.append(f"{duration(progress.remaining_s)} left")
    if progress.failed:
        parts.append(f"{progress.failed} failed")
    return "".join(f", {part}" for part in parts)
