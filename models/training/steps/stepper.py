"""One step of training: forward, loss, backward, clipping, AdamW, average, in the device's best precision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from models.errors import DeviceProblem, DeviceUnavailable
from models.networks.u2net import U2Net
from models.predict.device import cpu_has_native_bf16
from models.predict.memory import keep_freed_memory
from models.predict.runner import is_out_of_memory
from models.training.data.batches import Batch
from models.training.distributed import Team
from models.training.errors import TrainingNeedsMemory
from models.training.settings import SCRATCH, TrainSettings
from models.training.steps.ema import Average
from models.training.steps.losses import training_loss
from models.training.steps.teacher import Pupil


@dataclass(frozen=True)
class Place:
    """Device and precision of the forward pass; parameters stay in 32 bits."""

    device: torch.device
    dtype: torch.dtype

    @property
    def precision(self) -> str:
        """``fp32``, ``bf16`` or ``fp16``."""
        return {torch.float32: "fp32", torch.bfloat16: "bf16", torch.float16: "fp16"}[self.dtype]

    def autocast(self) -> torch.autocast:
        """Run what follows in this precision."""
        return torch.autocast(self.device.type, self.dtype, enabled=self.dtype != torch.float32)


def choose_place(wanted: str, team: Team) -> Place:
    """Choose the best place to train on "auto", "cpu", "cuda" or "mps". Raises ``DeviceUnavailable``."""
    if wanted in ("auto", "cuda") and torch.cuda.is_available():
        dtype = torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16
        return Place(torch.device("cuda", team.local_rank), dtype)
    if wanted in ("auto", "mps") and torch.backends.mps.is_available():
        return Place(torch.device("mps"), torch.float32)
    if wanted in ("auto", "cpu"):
        return Place(torch.device("cpu"), torch.bfloat16 if cpu_has_native_bf16() else torch.float32)
    raise DeviceUnavailable(device=wanted, reason=DeviceProblem.NOT_HERE)


class Stepper:
    """A network with all that one step of training changes; ``teacher``: blocks of the same shape, on any device."""

    def __init__(
        self,
        network: nn.Module,
        settings: TrainSettings,
        place: Place,
        team: Team,
        teacher: U2Net | None = None,
    ) -> None:
        if place.device.type == "cpu":
            keep_freed_memory()
        self.settings = settings
        self.place = place
        self.network = network.to(place.device).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.average = Average(self.network, settings.ema)
        self.micro = settings.micro or settings.batch
        self._team = team
        self._taught = teacher is not None
        self._holds_norms = self._taught or settings.start != SCRATCH
        self._network = team.wrap(self.network if teacher is None else _beside(teacher, self.network, place))
        self._optimiser = torch.optim.AdamW(_groups(self.network, settings.weight_decay), lr=settings.lr)
        self._scaler = torch.amp.GradScaler(place.device.type, enabled=place.dtype == torch.float16)

    def step(self, batch: Batch, lr: float, apart: bool = False) -> float:
        """Train on one batch and return its loss. ``apart``: each block learns by itself, from the teacher alone.

        When memory runs out, this and later batches are taken in smaller parts (see ``micro``), with the same gradient
        but for the norms' statistics. Raises ``TrainingNeedsMemory`` when one crop at a time is too much.
        """
        for group in self._optimiser.param_groups:
            group["lr"] = lr
        while True:
            try:
                loss = self._accumulate(batch, apart)
                break
            except (RuntimeError, MemoryError) as error:
                if not is_out_of_memory(error) or self._team.size > 1:
                    raise
                if self.micro == 1:
                    raise TrainingNeedsMemory from error
                self.micro = (self.micro + 1) // 2
            if self.place.device.type == "cuda":
                torch.cuda.empty_cache()
        self._scaler.unscale_(self._optimiser)
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), self.settings.clip)
        self._scaler.step(self._optimiser)
        self._scaler.update()
        self.average.update(self.network)
        return loss

    def _accumulate(self, batch: Batch, apart: bool) -> float:
        self.network.train()
        if self._holds_norms and not apart:
            _hold_norms(self.network)
        self._optimiser.zero_grad(set_to_none=True)
        whole, total = len(batch.x), torch.zeros((), device=self.place.device)
        for start in range(0, whole, self.micro):
            x, target, inside = (_part(tensor, start, self.micro, self.place) for tensor in _tensors(batch))
            assert x is not None  # only ``inside`` may be absent
            assert target is not None
            with self.place.autocast():
                outputs, loss = self._network(x, apart) if self._taught else (self._network(x), x.new_zeros(()))
            if not apart:
                loss = loss + training_loss(outputs, target, inside, self.settings.side_weight, self.settings.soft_iou)
            loss = loss * (len(x) / whole)
            self._scaler.scale(loss).backward()
            total += loss.detach()
        return float(total)

    def state(self) -> dict[str, Any]:
        """All that a checkpoint needs; see ``load_state``."""
        return {
            "network": self.network.state_dict(),
            "average": self.average.network.state_dict(),
            "updates": self.average.updates,
            "optimiser": self._optimiser.state_dict(),
            "scaler": self._scaler.state_dict(),
            "micro": self.micro,
            "random": torch.get_rng_state(),
        }

    def load_state(self, state: dict[str, Any]) -> None:
        """Continue where ``state`` was taken. Raises ``KeyError``, ``RuntimeError`` or ``ValueError`` on a misfit."""
        self.network.load_state_dict(state["network"])
        self.average.network.load_state_dict(state["average"])
        self.average.updates = state["updates"]
        self._optimiser.load_state_dict(state["optimiser"])
        self._scaler.load_state_dict(state["scaler"])
        self.micro = state["micro"]
        torch.set_rng_state(state["random"])


def _beside(teacher: U2Net, network: nn.Module, place: Place) -> Pupil:
    assert isinstance(network, U2Net)  # load_teachers saw to it
    return Pupil(network, teacher.to(place.device).to(memory_format=torch.channels_last))  # type: ignore[call-overload]


def _hold_norms(network: nn.Module) -> None:
    """Hold the norms' statistics: a small batch's noise would add up over the blocks of a deep network."""
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.eval()


def _groups(network: nn.Module, decay: float) -> list[dict[str, Any]]:
    """Kernels decay; biases and norms do not (Goyal et al. 2017, section 3)."""
    kernels = [parameter for parameter in network.parameters() if parameter.ndim > 1]
    others = [parameter for parameter in network.parameters() if parameter.ndim <= 1]
    return [{"params": kernels, "weight_decay": decay}, {"params": others, "weight_decay": 0.0}]


def _tensors(batch: Batch) -> tuple[Tensor | None, ...]:
    return batch.x, batch.target, batch.inside


def _part(tensor: Tensor | None, start: int, count: int, place: Place) -> Tensor | None:
    return None if tensor is None else tensor[start : start + count].to(place.device, non_blocking=True)
