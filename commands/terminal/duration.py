"""A time in words."""

from __future__ import annotations


def duration(seconds: float) -> str:
    """Return a time as people say it: ``11 s``, ``4 min``, ``2 h 5 min``."""
    if seconds < 99.5:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h {minutes % 60} min"
