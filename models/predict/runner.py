"""Run a network on the best way that works, and give way when it stops working."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import partial

import torch
from torch import Tensor

from matting.phrases import Phrase
from models.errors import DeviceProblem, DeviceUnavailable, OutOfMemory
from models.predict.device import DeviceReport, Rung

Run = Callable[[Tensor], Tensor]

_log = logging.getLogger(__name__)


class Runner:
    """Predictions in micro-batches on the highest rung of a ladder that works.

    ``make`` builds the network on a rung; ``trial`` is a tiny batch that each rung must predict. Afterwards, out of
    memory halves the micro-batch, and a rung that cannot hold one photo, or gives values that are no numbers (fp16
    reaches only 65,504), is left for the next. ``report`` always names the present one and why better ones were left.

    Raises ``DeviceUnavailable`` when no rung passes the trial.
    """

    def __init__(self, make: Callable[[Rung], Run], rungs: Sequence[Rung], trial: Tensor) -> None:
        # Bound one by one, so that the parameters behind the last one are let go once it is made.
        self._left = [(rung, partial(make, rung)) for rung in rungs]
        self._trial = trial
        self._rejected: Phrase | None = None
        self._climb_down_until_it_works()

    @property
    def report(self) -> DeviceReport:
        """Where predictions run now."""
        return DeviceReport(self._rung.device, self._rung.precision, self._rejected)

    def __call__(self, x: Tensor) -> Tensor:
        """Turn prepared photos (n, c, h, w), float32, into probabilities (n, classes, h, w), float32 in [0, 1].

        Raises ``OutOfMemory`` when even the last rung cannot hold one photo.
        """
        outputs: list[Tensor] = []
        start = 0
        while start < len(x):
            part = x[start : start + self._micro_batch]
            problem: Phrase | None = None
            try:
                output = self._run(part)
                if not bool(output.isfinite().all()):
                    problem = DeviceProblem.NOT_FINITE
            except (RuntimeError, MemoryError) as error:
                if not is_out_of_memory(error):
                    raise
                problem = DeviceProblem.NO_MEMORY
            # Outside the handler, so that the failed attempt's own memory is free again.
            if problem is not None:
                self._give_way(problem, len(part))
                continue
            outputs.append(output)
            start += len(part)
        return torch.cat(outputs)

    def _give_way(self, problem: Phrase, attempted: int) -> None:
        if self._rung.device == "cuda":
            torch.cuda.empty_cache()
        if problem is DeviceProblem.NO_MEMORY and attempted > 1:
            self._micro_batch = attempted // 2
            _log.warning("%s is out of memory; trying %d photos at once", self._rung, self._micro_batch)
            return
        if not self._left:
            raise OutOfMemory(device=str(self._rung), problem=problem)
        self._reject(problem)
        self._climb_down_until_it_works()

    def _climb_down_until_it_works(self) -> None:
        while self._left:
            self._rung, make = self._left.pop(0)
            self._micro_batch = self._rung.micro_batch
            try:
                self._run = make()
                if bool(self._run(self._trial).isfinite().all()):
                    return
                problem = DeviceProblem.TRIAL_NOT_FINITE
            except (RuntimeError, NotImplementedError, TypeError, AssertionError) as error:
                problem = DeviceProblem.OTHER(words=(str(error).strip().splitlines() or [type(error).__name__])[0])
            self._reject(problem)
        raise DeviceUnavailable(device=str(self._rung), reason=self._rejected or DeviceProblem.UNTRIED)

    def _reject(self, problem: Phrase) -> None:
        # The best choice that failed is what the user wants to know about; the log has the others.
        self._rejected = self._rejected or DeviceProblem.OF_DEVICE(device=str(self._rung), problem=problem)
        _log.warning("%s was left: %s", self._rung, problem)


def is_out_of_memory(error: BaseException) -> bool:
    """Whether torch ran out of memory: CUDA has a type for it, MPS and the CPU have only words."""
    words = ("out of memory", "can't allocate memory", "not enough memory")
    return isinstance(error, torch.OutOfMemoryError | MemoryError) or any(word in str(error).lower() for word in words)
