"""How fast a batch goes and how long it will take."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

_WINDOW = 30


class Pace:
    """Rate over the latest photos that were really worked on, so that it follows a change of speed or of size."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._times: deque[float] = deque([clock()], maxlen=_WINDOW + 1)

    def tick(self) -> None:
        """Count a photo that is done."""
        self._times.append(self._clock())

    def restart(self) -> None:
        """Go on after a pause: the pause is no part of the rate."""
        now, last = self._clock(), self._times[-1]
        self._times = deque((then + now - last for then in self._times), maxlen=_WINDOW + 1)

    def rate(self) -> float | None:
        """Return photos a second, ``None`` before the first one is done."""
        span = self._times[-1] - self._times[0]
        return (len(self._times) - 1) / span if len(self._times) > 1 and span > 0 else None
