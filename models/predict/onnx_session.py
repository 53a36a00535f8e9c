"""Open an ONNX network with ONNX Runtime, on the fastest of its execution providers that works here."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from matting.phrases import Lists, Phrase, listed
from models.errors import DeviceProblem
from models.networks.onnx_file import read_graph
from models.predict.device import has_nvidia_driver
from models.predict.onnx_errors import OnnxNotInstalled, OnnxProblem, OnnxUnusable

TRIAL_LIMIT_S = 90.0
"""For loading the network and one prediction; CoreML and OpenVINO compile it first."""

_CPU = "CPUExecutionProvider"


@dataclass(frozen=True)
class _Provider:
    """``device``: what users ask for to get it; ``title``: what it is called in reports."""

    name: str
    device: str
    title: str


_PROVIDERS = (
    _Provider("CUDAExecutionProvider", "cuda", "CUDA"),
    _Provider("MIGraphXExecutionProvider", "cuda", "ROCm"),  # as PyTorch, whose ROCm answers to "cuda" too
    _Provider("ROCMExecutionProvider", "cuda", "ROCm"),
    _Provider("DmlExecutionProvider", "auto", "DirectML"),
    _Provider("CoreMLExecutionProvider", "mps", "CoreML"),
    _Provider("OpenVINOExecutionProvider", "auto", "OpenVINO"),
)
"""The fastest first; which of them are there depends on the package of ONNX Runtime that is installed."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Opened:
    """A session of ONNX Runtime, the device it works on as users call it, and why faster ones were not used."""

    session: Any
    device: str
    rejected: Phrase | None = None


def open_session(path: Path) -> Opened:
    """Open a network on the CPU.

    Raises:
        OnnxNotInstalled: the ``onnxruntime`` package is absent.
        OnnxUnusable: ONNX Runtime refuses the file.
    """
    try:
        import onnxruntime
    except ImportError as error:
        raise OnnxNotInstalled(path) from error
    try:
        return Opened(onnxruntime.InferenceSession(str(path), _options(3), providers=[_CPU]), "cpu")
    except Exception as error:  # types of a compiled module
        _log.info("%s refused by ONNX Runtime", path, exc_info=True)
        words = str(error)
        if "opset" in words.lower():
            raise OnnxUnusable(path, found=OnnxProblem.OPSET(opset=read_graph(path).opset)) from error
        raise OnnxUnusable(path, found=OnnxProblem.REFUSED(words=_last_words(words))) from error


def faster(path: Path, opened: Opened, device: str, feed: dict[str, Any], limit_s: float = TRIAL_LIMIT_S) -> Opened:
    """Return the session on the fastest provider that predicts ``feed`` within ``limit_s`` seconds, else ``opened``.

    ``device`` is "auto", "cpu", "cuda" or "mps". Each provider that is installed is tried on a thread of its own, which
    is left to itself when the time is up: nothing can end a driver that hangs.
    """
    import onnxruntime

    available = onnxruntime.get_available_providers()
    rejected: list[Phrase] = []
    if device in ("auto", "cuda") and has_nvidia_driver() and "CUDAExecutionProvider" not in available:
        rejected.append(DeviceProblem.OF_DEVICE(device="CUDA", problem=OnnxProblem.WITHOUT_CUDA))
    for provider in _PROVIDERS:
        if provider.name in available and device in ("auto", provider.device):
            outcome = _try(path, provider, feed, limit_s)
            if not isinstance(outcome, Phrase):
                return Opened(outcome, provider.title, _joined(rejected))
            rejected.append(DeviceProblem.OF_DEVICE(device=provider.title, problem=outcome))
    return Opened(opened.session, opened.device, _joined(rejected))


def _joined(rejected: list[Phrase]) -> Phrase | None:
    reasons = listed(rejected, Lists.THEN) if rejected else None
    return reasons if isinstance(reasons, Phrase) else None


def _try(path: Path, provider: _Provider, feed: dict[str, Any], limit_s: float) -> Any:
    """Return a session that works, or a phrase that says why it does not."""
    import onnxruntime

    def attempt() -> Any:
        session = onnxruntime.InferenceSession(str(path), _options(4), providers=[provider.name, _CPU])
        if session.get_providers()[0] != provider.name:
            return OnnxProblem.NOT_STARTED  # ONNX Runtime goes on with the CPU by itself
        output = np.asarray(session.run(None, feed)[0])
        return session if np.isfinite(output).all() else DeviceProblem.TRIAL_NOT_FINITE

    outcome = _within(attempt, limit_s)
    _log.info("%s on %s: %s", path.name, provider.title, outcome)
    return outcome


def _within(work: Callable[[], Any], limit_s: float) -> Any:
    """Return what ``work`` returns, or a phrase where it fails or takes longer."""
    outcome: list[Any] = []

    def run() -> None:
        try:
            outcome.append(work())
        except Exception as error:  # types of a compiled module
            _log.info("a provider of ONNX Runtime failed", exc_info=True)
            outcome.append(OnnxProblem.WORDS(words=_last_words(str(error))))

    thread = threading.Thread(target=run, name="onnx-trial", daemon=True)
    thread.start()
    thread.join(limit_s)
    return outcome[0] if outcome else OnnxProblem.TOO_SLOW(seconds=f"{limit_s:g}")


def _last_words(text: str) -> str:
    """Return the end of what ONNX Runtime says, where the reason is; its own source files come before it."""
    words = " ".join(text.split())
    return words if len(words) <= 160 else f"…{words[-160:]}"


def _options(severity: int) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = severity
    return options
