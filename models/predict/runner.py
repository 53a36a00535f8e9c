"""Run a network on the best device and precision that work, with fallbacks when they stop working."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import partial

import torch
from torch import Tensor

from matting.phrases import Phrase
from models.errors import DeviceProblem, DeviceUnavailable, OutOfMemory
from models.predict.device import DeviceReport, Setup

Run = Callable[[Tensor], Tensor]

_log = logging.getLogger(__name__)


class Runner:
    """Predictions in micro-batches on the first setup that works; the setups after it are its fallbacks.

    ``make`` builds the network for a setup; ``trial`` is a tiny batch that each setup must predict. Afterwards, out of
    memory halves the micro-batch, and a setup that cannot hold one photo, or gives values that are no numbers (fp16
    reaches only 65,504), is given up for the next. ``report`` always names the present one and why the best failed.

    Raises ``DeviceUnavailable`` when no setup passes the trial.
    """

    def __init__(self, make: Callable[[Setup], Run], setups: Sequence[Setup], trial: Tensor) -> None:
        # ``make`` is bound to each setup and popped with it: making the last one frees the parameters that it holds.
        self._untried = [(setup, partial(make, setup)) for setup in setups]
        self._trial = trial
        self._rejected: Phrase | None = None
        self._fall_back_until_it_works()

    @property
    def report(self) -> DeviceReport:
        """Where predictions run now."""
        return DeviceReport(self._setup.device, self._setup.precision, self._rejected)

    def __call__(self, x: Tensor) -> Tensor:
        """Turn prepared photos (n, c, h, w), float32, into probabilities (n, classes, h, w), float32 in [0, 1].

        Raises ``OutOfMemory`` when even the last setup cannot hold one photo.
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
                self._recover(problem, len(part))
                continue
            outputs.append(output)
            start += len(part)
        return torch.cat(outputs)

    def _recover(self, problem: Phrase, attempted: int) -> None:
        if self._setup.device == "cuda":
            torch.cuda.empty_cache()
        if problem is DeviceProblem.NO_MEMORY and attempted > 1:
            self._micro_batch = attempted // 2
            _log.warning("%s is out of memory; trying %d photos at once", self._setup, self._micro_batch)
            return
        if not self._untried:
            raise OutOfMemory(device=str(self._setup), problem=problem)
        self._reject(problem)
        self._fall_back_until_it_works()

    def _fall_back_until_it_works(self) -> None:
        while self._untried:
            self._setup, make = self._untried.pop(0)
            self._micro_batch = self._setup.micro_batch
            try:
                self._run = make()
                if bool(self._run(self._trial).isfinite().all()):
                    return
                problem = DeviceProblem.TRIAL_NOT_FINITE
            except (RuntimeError, NotImplementedError, TypeError, AssertionError) as error:
                problem = DeviceProblem.OTHER(words=(str(error).strip().splitlines() or [type(error).__name__])[0])
            self._reject(problem)
        raise DeviceUnavailable(device=str(self._setup), reason=self._rejected or DeviceProblem.UNTRIED)

    def _reject(self, problem: Phrase) -> None:
        # The report names the best setup that failed; the log has the others.
        self._rejected = self._rejected or DeviceProblem.OF_DEVICE(device=str(self._setup), problem=problem)
        _log.warning("%s was given up: %s", self._setup, problem)


def is_out_of_memory(error: BaseException) -> bool:
    """Tell whether torch ran out of memory: CUDA has a type for it, MPS and the CPU have only words."""
    words = ("out of memory", "can't allocate memory", "not enough memory")
    return isinstance(error, torch.OutOfMemoryError | MemoryError) or any(word in str(error).lower() for word in words)
