"""One prediction of each network: ours against PyTorch eager, ONNX Runtime and OpenVINO, and the matrix-product rate.

    python benchmarks/network.py [--networks small full unet] [--rounds 7] [--runs 3] [--threads N] [--clock wall|cpu]

Needs ``pip install onnx onnxruntime openvino`` beside Kirie; a side whose package is absent is left out, saying so.

Every side lives in a process of its own, so that no thread pool disturbs another, and all run the same parameters on
the same photo (320×320 for U²-Net, 512×512 for U-Net) with the same number of threads. Ours is the public prediction,
from the photo's uint8 pixels to the probability map; the others get the prepared floats and run network and sigmoid
alone. Sides take turns: in each round each warms up once and predicts ``--runs`` times. A ratio is the median over the
rounds of (ours / theirs) within the round. Reach: ahead of ONNX Runtime where the processor has native bf16, and at
most 1.15 times its time in fp32. On a machine that is busy with other things ``--clock cpu --threads 1`` counts the
processor time of each side instead: the ratios then hold for one thread.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

SIZES = {"small": 320, "full": 320, "unet": 512}
TITLES = {"small": "U²-Net small", "full": "U²-Net full", "unet": "U-Net"}
REFERENCE = "ONNX Runtime fp32"


@dataclass(frozen=True)
class Setting:
    """What a child process needs to know."""

    network: str
    threads: int
    onnx_file: Path
    clock: str

    def now(self) -> float:
        """Seconds, of the wall clock or of this process's own work."""
        return time.perf_counter() if self.clock == "wall" else time.process_time()


def make_weights(name: str) -> Any:
    """Parameters for one network: the same in every process. Speed does not depend on their values."""
    import torch

    from models.networks.weights import Weights, WeightsInfo, empty_network

    torch.manual_seed(0)
    size = SIZES[name]
    if name == "unet":
        info = WeightsInfo("unet", input_size=size)
    else:
        info = WeightsInfo("u2net", "full" if name == "full" else "small", input_size=size)
    state = empty_network(info).state_dict()
    return Weights({key: value for key, value in state.items() if not key.endswith("num_batches_tracked")}, info)


def make_photo(name: str) -> Any:
    return np.random.default_rng(0).integers(0, 256, (SIZES[name], SIZES[name], 3), np.uint8)


def make_input(name: str) -> Any:
    from models.networks.preprocess import Preprocessing, prepare

    return prepare(make_photo(name), SIZES[name], Preprocessing())[None]


def ours(precision: str) -> Callable[[Setting], Callable[[], Any]]:
    def start(setting: Setting) -> Callable[[], Any]:
        # As main.py does, before torch is loaded.
        os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
        import torch

        from models.predict.prediction import ModelPredictor

        torch.set_num_threads(setting.threads)
        predictor = ModelPredictor(make_weights(setting.network), "cpu", precision)
        photo = make_photo(setting.network)
        return lambda: predictor.predict(photo)

    return start


def torch_eager(setting: Setting) -> Callable[[], Any]:
    import torch

    from models.networks.weights import build_network

    torch.set_num_threads(setting.threads)
    network = build_network(make_weights(setting.network))
    x = torch.from_numpy(make_input(setting.network))

    def run() -> Any:
        with torch.inference_mode():
            return network(x).sigmoid()[0].numpy()

    return run


def onnx_runtime(setting: Setting) -> Callable[[], Any]:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = setting.threads
    session = onnxruntime.InferenceSession(str(setting.onnx_file), options, providers=["CPUExecutionProvider"])
    feed = {session.get_inputs()[0].name: make_input(setting.network)}
    return lambda: session.run(None, feed)[0][0]


def openvino(precision: str) -> Callable[[Setting], Callable[[], Any]]:
    def start(setting: Setting) -> Callable[[], Any]:
        import openvino

        core = openvino.Core()
        options = {
            "INFERENCE_PRECISION_HINT": precision,
            "INFERENCE_NUM_THREADS": setting.threads,
            "PERFORMANCE_HINT": "LATENCY",
        }
        model = core.compile_model(core.read_model(str(setting.onnx_file)), "CPU", options)
        x = make_input(setting.network)
        return lambda: model([x])[0][0]

    return start


SIDES: dict[str, tuple[Callable[[Setting], Callable[[], Any]], str]] = {
    "Kirie fp32": (ours("fp32"), "torch"),
    "Kirie bf16": (ours("bf16"), "torch"),
    "PyTorch eager fp32": (torch_eager, "torch"),
    REFERENCE: (onnx_runtime, "onnxruntime"),
    "OpenVINO fp32": (openvino("f32"), "openvino"),
    "OpenVINO bf16": (openvino("bf16"), "openvino"),
}


def serve(side: str, setting: Setting, pipe: Connection) -> None:
    """Run as the child process: make the side ready, then time it whenever asked to."""
    started = time.perf_counter()
    run = SIDES[side][0](setting)
    result = np.asarray(run())
    pipe.send((time.perf_counter() - started, result))
    while runs := pipe.recv():
        run()
        times = []
        for _ in range(runs):
            before = setting.now()
            run()
            times.append(setting.now() - before)
        pipe.send(min(times))


def export(name: str, folder: Path) -> Path:
    """Export the network with folded norms and its sigmoid as ONNX, as a careful user of ONNX Runtime would run it."""
    import warnings

    import torch

    from models.networks.weights import build_network
    from models.predict.engine import fold_norms

    network = torch.nn.Sequential(fold_norms(build_network(make_weights(name))), torch.nn.Sigmoid())
    path = folder / f"{name}.onnx"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(network, (torch.from_numpy(make_input(name)),), str(path), dynamo=False)
    return path


def count_flop(name: str) -> float:
    """Floating-point operations of one prediction: two for each multiplication in a convolution."""
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    from models.networks.weights import build_network

    with torch.inference_mode(), FlopCounterMode(display=False) as counter:
        build_network(make_weights(name))(torch.from_numpy(make_input(name)))
    return float(counter.get_total_flops())


def matrix_rate(setting: Setting) -> dict[str, float]:
    """Return the best rate of a square matrix product, in FLOP/s, by the fastest of the libraries at hand."""
    import torch

    torch.set_num_threads(setting.threads)
    side = 2048
    single = torch.rand(side, side)
    half = single.to(torch.bfloat16)
    array = single.numpy()
    products: dict[str, list[Callable[[], Any]]] = {
        "fp32": [
            lambda: single @ single,
            lambda: array @ array,
            # PyTorch's own product goes to MKL, which holds back on processors that are not Intel's.
            lambda: torch.ops.mkldnn._linear_pointwise(single, single, None, "none", [], ""),
        ],
        "bf16": [lambda: half @ half],
    }
    rates = {}
    for precision, ways in products.items():
        best = float("inf")
        for way in ways:
            for _ in range(6):
                before = setting.now()
                way()
                best = min(best, setting.now() - before)
        rates[precision] = 2 * side**3 / best
    return rates


def measure(setting: Setting, sides: list[str], rounds: int, runs: int) -> dict[str, list[float]]:
    context = multiprocessing.get_context("spawn")
    children = {}
    for side in sides:
        here, there = context.Pipe()
        process = context.Process(target=serve, args=(side, setting, there), daemon=True)
        process.start()
        children[side] = (process, here)
    results = {side: here.recv()[1] for side, (_, here) in children.items()}
    for side, result in results.items():
        difference = float(np.abs(result - results[sides[0]]).max())
        assert difference < 0.02, f"{side} computes something else: {difference}"
    times: dict[str, list[float]] = {side: [] for side in sides}
    for turn in range(rounds):
        for side in sides if turn % 2 == 0 else reversed(sides):
            children[side][1].send(runs)
            times[side].append(children[side][1].recv())
    for process, here in children.values():
        here.send(0)
        process.join()
    return times


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--networks", nargs="+", choices=sorted(SIZES), default=["small", "full", "unet"])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--clock", choices=["wall", "cpu"], default="wall")
    args = parser.parse_args()

    from models.predict.device import cpu_has_native_bf16

    sides = [side for side, (_, package) in SIDES.items() if find_spec(package)]
    for side in SIDES.keys() - sides:
        print(f"left out, {SIDES[side][1]} is not installed: {side}")
    if not find_spec("onnx"):
        sides = [side for side in sides if SIDES[side][1] == "torch"]
        print("left out, onnx is not installed: all but PyTorch")
    if not cpu_has_native_bf16():
        sides = [side for side in sides if not side.endswith("bf16")]
        print("left out, this processor has no native bf16: bf16")
    rates = matrix_rate(Setting("", args.threads, Path(), args.clock))
    print(f"{platform.machine()}, {args.threads} threads, {args.clock} clock, {args.rounds} rounds of {args.runs}")
    print("matrix product: " + ", ".join(f"{key} {rate / 1e9:.0f} GFLOP/s" for key, rate in rates.items()))
    columns = ("median", "lowest", "highest", "ratio", "GFLOP/s", "of matrix")
    print(f"{'network':14}{'side':20}" + "".join(f"{column:>11}" for column in columns))
    verdicts = []
    with tempfile.TemporaryDirectory() as folder:
        for name in args.networks:
            file = export(name, Path(folder)) if find_spec("onnx") else Path()
            flop = count_flop(name)
            times = measure(Setting(name, args.threads, file, args.clock), sides, args.rounds, args.runs)
            reference = times.get(REFERENCE) or times["PyTorch eager fp32"]
            for side in sides:
                spent = times[side]
                ratio = statistics.median(a / b for a, b in zip(spent, reference, strict=True))
                middle = statistics.median(spent)
                rate = flop / middle
                share = rate / rates["bf16" if side.endswith("bf16") else "fp32"]
                cells = [f"{seconds * 1e3:.1f} ms" for seconds in (middle, min(spent), max(spent))]
                cells += [f"{ratio:.2f}", f"{rate / 1e9:.0f}", f"{share:.0%}"]
                print(f"{TITLES[name]:14}{side:20}" + "".join(f"{cell:>11}" for cell in cells), flush=True)
                limit = {"Kirie fp32": 1.15, "Kirie bf16": 1.0}.get(side)
                if limit and REFERENCE in times:
                    reached = "reached" if ratio <= limit else "missed"
                    verdicts.append(f"{TITLES[name]}, {side}: {ratio:.2f} of {REFERENCE}, limit {limit:.2f}, {reached}")
    print(*verdicts, sep="\n")


if __name__ == "__main__":
    main()
