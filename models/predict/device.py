"""Which devices and precisions there are, best first, and what the user is told about the choice."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import torch

from matting.phrases import Phrase
from models.errors import DeviceProblem, DeviceUnavailable

DEVICES = ("auto", "cpu", "cuda", "mps")
PRECISIONS: dict[str, torch.dtype] = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}


@dataclass(frozen=True)
class DeviceReport:
    """Where predictions run: ``device`` "cpu", "cuda" or "mps", ``precision`` "fp32", "bf16" or "fp16".

    ``rejected`` says which better choice failed and why, ``None`` when the best one works.
    """

    device: str
    precision: str
    rejected: Phrase | None = None

    def __str__(self) -> str:
        return f"{self.device.upper()} {self.precision}"


@dataclass(frozen=True)
class Setup:
    """One way to run a network: a device and a precision."""

    device: str
    precision: str

    def __str__(self) -> str:
        return f"{self.device.upper()} {self.precision}"

    @property
    def dtype(self) -> torch.dtype:
        """The type that parameters and features have."""
        return PRECISIONS[self.precision]

    @property
    def micro_batch(self) -> int:
        """How many photos go at once at first: a GPU needs several to be busy, a CPU is busy with one."""
        return 1 if self.device == "cpu" else 8


def fallbacks(wanted: str, precision: str = "auto") -> list[Setup]:
    """Return the ways to run on "auto", "cpu", "cuda" or "mps", best first, untried; the CPU is the last fallback.

    ``precision`` other than "auto" leaves only that one. Raises ``ValueError`` for unknown names and
    ``DeviceUnavailable`` for a device that this computer does not have.
    """
    if wanted not in DEVICES or precision not in ("auto", *PRECISIONS):
        raise ValueError(f"no such device or precision: {wanted}, {precision}")
    if wanted in ("cuda", "mps") and (reason := why_not(wanted)):
        raise DeviceUnavailable(device=wanted, reason=reason)
    setups: list[Setup] = []
    if wanted in ("auto", "cuda") and not why_not("cuda"):
        setups += [Setup("cuda", "fp16"), Setup("cuda", "fp32")]
    if wanted in ("auto", "mps") and not why_not("mps"):
        setups += [Setup("mps", "fp16"), Setup("mps", "fp32")]
    if cpu_has_native_bf16() or precision == "bf16":
        setups.append(Setup("cpu", "bf16"))
    setups.append(Setup("cpu", "fp32"))
    return [setup for setup in setups if precision in ("auto", setup.precision)] or [Setup("cpu", "fp32")]


def cpu_has_native_bf16() -> bool:
    """Tell whether this processor multiplies bf16 in hardware (AVX512-BF16 or AMX); emulation is slower."""
    checks = ("_is_avx512_bf16_supported", "_is_amx_tile_supported")
    return any(bool(getattr(torch.cpu, name)()) for name in checks if hasattr(torch.cpu, name))


def why_not(device: str) -> Phrase | None:
    """Return why "cuda" or "mps" cannot be used, ``None`` when it can."""
    if device == "mps":
        return None if torch.backends.mps.is_available() else DeviceProblem.NO_APPLE_GPU
    if torch.cuda.is_available():
        return None
    if not has_nvidia_driver():
        return DeviceProblem.NO_NVIDIA_GPU
    if torch.version.cuda is None:
        return DeviceProblem.NO_CUDA
    try:
        torch.cuda.init()  # type: ignore[no-untyped-call]
    except (RuntimeError, AssertionError) as error:
        return DeviceProblem.OTHER(words=str(error).strip().splitlines()[0])
    return DeviceProblem.CUDA_FINDS_NONE


def unused_gpu() -> Phrase | None:
    """Return what to tell a user who has an NVIDIA GPU that cannot be used; ``None`` if there is none or it works."""
    reason = why_not("cuda") if has_nvidia_driver() else None
    return DeviceProblem.OF_DEVICE(device="CUDA", problem=reason) if reason else None


def has_nvidia_driver() -> bool:
    """Tell whether this computer has a driver for NVIDIA GPUs, and so probably one."""
    return Path("/proc/driver/nvidia/version").exists() or shutil.which("nvidia-smi") is not None
