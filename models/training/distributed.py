"""Training with several processes, one a GPU: what ``torchrun`` starts.

Source: https://docs.pytorch.org/docs/stable/elastic/run.html; gradients are averaged by DistributedDataParallel.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import distributed as dist
from torch import nn
from torch.nn.parallel import DistributedDataParallel


@dataclass(frozen=True)
class Team:
    """This process among those that train together; rank 0 leads: it judges, saves and reports."""

    rank: int = 0
    size: int = 1
    local_rank: int = 0

    @property
    def leads(self) -> bool:
        """Whether this process judges, saves and reports."""
        return self.rank == 0

    def agree(self, value: float) -> float:
        """Return the leader's value, in every process; each must call this at the same point."""
        if self.size == 1:
            return value
        shared = torch.tensor([value], dtype=torch.float64)
        if dist.get_backend() == "nccl":
            shared = shared.cuda(self.local_rank)
        dist.broadcast(shared, src=0)
        return float(shared.item())

    def wrap(self, network: nn.Module) -> nn.Module:
        """Return the network with its gradients averaged over the team."""
        if self.size == 1:
            return network
        on_gpu = next(network.parameters()).is_cuda
        return DistributedDataParallel(network, device_ids=[self.local_rank] if on_gpu else None)


@contextmanager
def team() -> Iterator[Team]:
    """Join the processes that ``torchrun`` started; a process on its own is a team of one."""
    size = int(os.environ.get("WORLD_SIZE", "1"))
    if size == 1:
        yield Team()
        return
    local_rank = int(os.environ.get("LOCAL_RANK", "0"))
    on_gpu = torch.cuda.is_available() and torch.cuda.device_count() > local_rank
    if on_gpu:
        torch.cuda.set_device(local_rank)
    dist.init_process_group("nccl" if on_gpu else "gloo")
    try:
        yield Team(dist.get_rank(), dist.get_world_size(), local_rank)
    finally:
        dist.destroy_process_group()
