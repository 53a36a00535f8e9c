"""What is said about a batch: a line a photo, the summary, JSON, and the exit status."""

from __future__ import annotations

from typing import Any

from matting.batch.jobs import JobResult, JobState, Summary
from matting.system.streams import printable

_NAMED = 10


def describe(result: JobResult) -> str:
    """Return one line about a photo."""
    return printable(_described(result))


def _described(result: JobResult) -> str:
    source = result.job.source
    if result.state is JobState.FAILED:
        text = str(result.error)
        return text if str(source) in text else f"{source}: {text}"
    if result.state is JobState.NO_SUBJECT:
        return f"{source}: no subject found" + ("" if result.outputs else ", nothing written")
    if result.state is JobState.SKIPPED:
        why = "finished earlier" if result.remembered else "already there"
        return f"{source}: skipped, {why}: {', '.join(str(path) for path in result.outputs)}"
    damaged = ": the file is damaged" if result.damaged else ""
    look = f" (wants a look{damaged})" if result.wants_a_look else ""
    return f"{source} → {', '.join(str(path) for path in result.outputs)}{look}"


def photo_as_json(result: JobResult) -> dict[str, Any]:
    """Return a photo's result; ``error`` is the sentence, ``error_type`` the type that programs can go by."""
    return {
        "type": "photo",
        "source": str(result.job.source),
        "state": str(result.state),
        "outputs": [str(path) for path in result.outputs],
        "doubt": None if result.doubt is None else round(result.doubt, 4),
        "wants_a_look": result.wants_a_look,
        "damaged": result.damaged,
        "error": None if result.error is None else str(result.error),
        "error_type": None if result.error is None else type(result.error).__name__,
        "seconds": round(result.seconds, 3),
        "width": result.width,
        "height": result.height,
        "scale": None if result.scale is None else round(result.scale, 4),
        "wanted_scale": None if result.wanted_scale is None else round(result.wanted_scale, 4),
    }


def summary_as_json(summary: Summary, model: str, device: str | None, precision: str | None) -> dict[str, Any]:
    """Return the batch at its end; ``device`` and ``precision`` are ``None`` when no network ran."""
    counts = summary.counts
    return {
        "type": "summary",
        "total": summary.total,
        "done": counts[JobState.DONE],
        "no_subject": counts[JobState.NO_SUBJECT],
        "failed": counts[JobState.FAILED],
        "skipped": counts[JobState.SKIPPED],
        "not_reached": summary.total - len(summary.results),
        "wants_a_look": summary.wants_a_look,
        "damaged": sum(result.damaged for result in summary.results),
        "cancelled": summary.cancelled,
        "seconds": round(summary.seconds, 3),
        "model": model,
        "device": device,
        "precision": precision,
    }


def summary_as_text(summary: Summary) -> str:
    """Return a few lines for people: counts, what wants a look, what failed."""
    counts, total = summary.counts, summary.total
    parts = [f"{counts[JobState.DONE]} cut out"]
    if counts[JobState.NO_SUBJECT]:
        parts.append(f"{counts[JobState.NO_SUBJECT]} with no subject found")
    if counts[JobState.SKIPPED]:
        parts.append(f"{counts[JobState.SKIPPED]} skipped")
    if counts[JobState.FAILED]:
        parts.append(f"{counts[JobState.FAILED]} failed")
    if total > len(summary.results):
        parts.append(f"{total - len(summary.results)} not reached")
    lines = [f"{total} {'photo' if total == 1 else 'photos'}: {', '.join(parts)}, in {summary.seconds:.1f} s."]
    looks = sorted((result for result in summary.results if result.wants_a_look), key=_worst_first)
    if looks:
        verb = "wants" if len(looks) == 1 else "want"
        lines.append(f"{len(looks)} of {total} {verb} a look:")
        lines += [printable(f"  {result.job.source}{_why(result)}") for result in looks[:_NAMED]]
        lines += [f"  … and {len(looks) - _NAMED} more (--json names them all)"] if len(looks) > _NAMED else []
    if any(result.state is JobState.NO_SUBJECT and not result.outputs for result in summary.results):
        lines.append("Where no subject was found nothing was written; --write-empty writes those too.")
    if small := sum(result.too_small for result in summary.results):
        lines.append(f"{small} of {total} fill less of the canvas than asked; --enlarge would enlarge their subjects.")
    if enlarged := sum(result.enlarged for result in summary.results):
        most = max(result.scale or 0 for result in summary.results)
        lines.append(f"{enlarged} of {total} have an enlarged subject, {100 * most:.0f} % at most.")
    return "\n".join(lines)


def exit_status(summary: Summary) -> int:
    """Return 0 when every photo is done (cut, skipped, no subject), 1 when one failed or was not reached."""
    return 1 if summary.failed or len(summary.results) < summary.total else 0


def _worst_first(result: JobResult) -> float:
    return -1.0 if result.doubt is None or result.damaged else -result.doubt


def _why(result: JobResult) -> str:
    if result.state is JobState.NO_SUBJECT:
        return " (no subject found)"
    if result.damaged:
        return " (the file is damaged)"
    return "" if result.doubt is None else f" (doubt {result.doubt:.2f})"
