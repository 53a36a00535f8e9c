"""ONNX Runtime's providers: tried within a time limit, and named with the reason when not used."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models.predict.onnx_predictor import OnnxPredictor
from models.predict.onnx_session import faster, open_session
from tests.models.onnx_help import PLAIN, photo, redness

onnx = pytest.importorskip("onnx")
onnxruntime = pytest.importorskip("onnxruntime")


@pytest.mark.parametrize(("provider", "title"), [("OpenVINO", "OpenVINO"), ("Dml", "DirectML"), ("CoreML", "CoreML")])
def test_a_provider_that_does_not_start_is_named_with_the_reason(
    provider: str, title: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The installed ONNX Runtime has none of them; asked for one, it goes on with the CPU by itself."""
    name = f"{provider}ExecutionProvider"
    assert name not in onnxruntime.get_available_providers()
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: [name, "CPUExecutionProvider"])
    predictor = OnnxPredictor(redness(tmp_path / "net.onnx"), PLAIN)
    assert predictor.device.device == "cpu"
    assert title in str(predictor.device.rejected)
    assert predictor.predict(photo(51)).max() == pytest.approx(0.2)
    assert title not in str(OnnxPredictor(redness(tmp_path / "net.onnx"), PLAIN, "cpu").device.rejected)


def test_a_provider_that_hangs_is_left_after_a_while(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hangs = threading.Event()
    real = onnxruntime.InferenceSession

    def open_or_hang(*args: Any, providers: list[str], **options: Any) -> Any:
        if "OpenVINOExecutionProvider" in providers:
            hangs.wait(60)
        return real(*args, providers=["CPUExecutionProvider"], **options)

    monkeypatch.setattr(onnxruntime, "InferenceSession", open_or_hang)
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: ["OpenVINOExecutionProvider"])
    path = redness(tmp_path / "net.onnx")
    opened = open_session(path)
    feed = {"x": np.zeros((1, 3, 8, 8), np.float32)}
    outcome = faster(path, opened, "auto", feed, limit_s=0.1)
    hangs.set()
    assert outcome.session is opened.session
    assert "no prediction within 0.1 s" in str(outcome.rejected)
