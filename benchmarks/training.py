"""One training step, crops included: ours against a plain PyTorch loop of the same network, in photos a second.

    python benchmarks/training.py [--network u2net-small] [--size 192] [--batch 8] [--steps 5] [--rounds 3]

The plain loop is what one writes first: 32-bit floats, PyTorch's own memory layout, crops made between the steps, the
same losses, AdamW and clipping. Both sides train on the same crops of generated photos on the same device and threads.
They alternate, each in processes of its own, and the best round of each counts, in wall-clock and in processor time
(which other programs on the machine disturb less). Prints one table.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from models.training.data.batches import Batches, Draw, Feeder
from models.training.data.check import check_dataset
from models.training.data.datasets import find_dataset
from models.training.distributed import Team
from models.training.settings import NETWORKS, Source, TrainSettings
from models.training.start_model import prepare_start
from models.training.steps.losses import training_loss
from models.training.steps.stepper import Stepper, choose_place
from tests.models.training.make_data import disc, write

SIDES = ("ours", "plain")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--network", choices=NETWORKS, default="u2net-small")
    parser.add_argument("--width", type=int, default=32)
    parser.add_argument("--size", type=int, default=192)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--steps", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--side", choices=SIDES, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.side:
        print(json.dumps(measure(args)))
        return
    rounds: dict[str, list[tuple[float, float]]] = {side: [] for side in SIDES}
    for _ in range(args.rounds):
        for side, results in rounds.items():
            command = [sys.executable, *sys.argv, "--side", side]
            results.append(json.loads(subprocess.run(command, capture_output=True, check=True).stdout))
    best = {side: [min(part) for part in zip(*results, strict=True)] for side, results in rounds.items()}
    place = choose_place("auto", Team())
    threads = torch.get_num_threads()
    print(f"{args.network}, {args.size} px, batches of {args.batch}, {place.device.type}, {threads} threads")
    print(f"{'side':<6} {'precision':<10} {'s/step':>8} {'photos/s':>9} {'times':>6} {'cpu s/step':>11} {'times':>6}")
    for side, (seconds, cpu) in best.items():
        precision = place.precision if side == "ours" else "fp32"
        wall = f"{seconds:>8.3f} {args.batch / seconds:>9.2f} {best['plain'][0] / seconds:>6.2f}"
        print(f"{side:<6} {precision:<10} {wall} {cpu:>11.3f} {best['plain'][1] / cpu:>6.2f}")


def measure(args: argparse.Namespace) -> tuple[float, float]:
    """Wall-clock and processor seconds a step of one side, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        source = Source(make_photos(Path(folder)))
        settings = TrainSettings((source,), network=args.network, width=args.width, size=args.size, batch=args.batch)
        step = (prepare_ours if args.side == "ours" else prepare_plain)(settings)
        step()  # the first step sets things up
        started, processor = time.perf_counter(), time.process_time()
        for _ in range(args.steps):
            step()
        return (time.perf_counter() - started) / args.steps, (time.process_time() - processor) / args.steps


def make_photos(folder: Path, count: int = 16) -> Path:
    """Photos of 400 × 300 px, the size of common datasets."""
    for number in range(count):
        rgb, mask = disc(number, 400, 300)
        write(folder / "images" / f"{number}.jpg", rgb)
        write(folder / "masks" / f"{number}.png", mask)
    return folder


def make_batches(settings: TrainSettings) -> tuple[Batches, torch.nn.Module]:
    start = prepare_start(settings, ("subject",))
    rows = check_dataset(find_dataset(settings.sources[0].folder)).usable
    return Batches([Draw(row) for row in rows], start.info, settings), start.network


def prepare_ours(settings: TrainSettings) -> Callable[[], object]:
    batches, network = make_batches(settings)
    stepper = Stepper(network, settings, choose_place("auto", Team()), Team())
    feeder = Feeder(batches, 0, lambda _: settings.size, 1)
    return lambda: stepper.step(feeder.take(), settings.lr)


def prepare_plain(settings: TrainSettings) -> Callable[[], object]:
    batches, network = make_batches(settings)
    device = choose_place("auto", Team()).device
    network = network.to(device).train()
    optimiser = torch.optim.AdamW(network.parameters(), lr=settings.lr)
    done = 0

    def step() -> float:
        nonlocal done
        batch = batches.stack([batches.sample(done, place, settings.size) for place in batches.places()])
        done += 1
        outputs = network(batch.x.contiguous().to(device))
        loss = training_loss(outputs, batch.target.to(device))
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), settings.clip)
        optimiser.step()
        return float(loss.detach())

    return step


if __name__ == "__main__":
    main()
