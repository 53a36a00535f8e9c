"""What Ray costs beside the plain batch, and whether anything is lost when workers, nodes and the command are killed.

    python benchmarks/cluster.py overhead [--photos 500]           both in one run, on this computer
    python benchmarks/cluster.py kills [--photos 300] [--kills 20] three nodes of one core each

Needs ``kirie[cluster]``. The photos are parts of the samples; the model is the bundled one.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import cv2

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = ("astronaut.jpg", "cat.jpg", "coffee.jpg", "rocket.jpg")
NODE = {"num_cpus": 1, "num_gpus": 0, "object_store_memory": 80_000_000}
PAUSE_S = 0.5, 3.0
A_KILL = 10
"""Photos that must have come since the last kill: a command needs seconds to start, and killing those shows nothing."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("overhead", "kills"))
    parser.add_argument("--photos", type=int)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["KIRIE_HOME"] = str(Path(folder) / "home")
        if args.what == "overhead":
            overhead(Path(folder), args.photos or 500)
        else:
            kills(Path(folder), args.photos or 300, args.kills, random.Random(args.seed))


def make_photos(folder: Path, count: int, side: int) -> Path:
    """Write ``count`` different parts of the samples, ``side`` pixels wide and high."""
    (folder / "in").mkdir()
    for number in range(count):
        photo = cv2.imread(str(ROOT / "resources" / "samples" / SAMPLES[number % len(SAMPLES)]))
        assert photo is not None
        height, width = photo.shape[:2]
        part = min(height, width) * 3 // 4
        y, x = number * 7 % (height - part + 1), number * 5 % (width - part + 1)
        square = cv2.resize(photo[y : y + part, x : x + part], (side, side), interpolation=cv2.INTER_AREA)
        cv2.imwrite(str(folder / "in" / f"{number:04}.png"), square)
    return folder / "in"


def command(photos: Path, out: Path, *more: str) -> list[str]:
    return [sys.executable, str(ROOT / "main.py"), "cut", str(photos), "-o", str(out), "--model", "u2net-small", *more]


def overhead(folder: Path, count: int) -> None:
    photos = make_photos(folder, count, 400)
    cores = str(os.cpu_count() or 1)
    seconds: dict[str, list[float]] = {"plain": [], "cluster": []}
    for turn in range(2):
        for name, more in (
            ("plain", ()),
            ("cluster", ("--cluster", "local", "--workers", "1", "--worker-cpus", cores)),
        ):
            began = time.perf_counter()
            subprocess.run(command(photos, folder / f"{name}{turn}", "--quiet", *more), check=True, capture_output=True)
            seconds[name].append(time.perf_counter() - began)
            print(f"{name}: {seconds[name][-1]:.1f} s for {count} photos", flush=True)
    ratio = min(seconds["cluster"]) / min(seconds["plain"])
    print(f"the quicker of two each: {ratio:.3f} of the plain time, starting Ray and its worker included")


def kills(folder: Path, count: int, wanted: int, chance: random.Random) -> None:
    import ray
    from ray.cluster_utils import Cluster

    photos, out = make_photos(folder, count, 96), folder / "out"
    subprocess.run(command(photos, folder / "plain", "--quiet"), check=True, capture_output=True)
    cluster = Cluster(initialize_head=True, head_node_args={**NODE, "include_dashboard": False})
    others = [cluster.add_node(**NODE) for _ in range(2)]
    cut = command(photos, out, "--quiet", "--cluster", cluster.address, "--workers", "2")
    killed: dict[str, int] = {"worker": 0, "node": 0, "command": 0}
    runs, there, began = 0, 0, time.perf_counter()
    while True:
        runs += 1
        running = subprocess.Popen(cut, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        while running.poll() is None and sum(killed.values()) < wanted:
            try:
                running.wait(chance.uniform(*PAUSE_S))
            except subprocess.TimeoutExpired:
                if len(list(out.glob("*.png"))) < there + A_KILL:
                    continue
                there = len(list(out.glob("*.png")))
                victim = chance.choice(("worker", "worker", "worker", "node", "command"))
                if victim == "node":
                    node = others.pop(0)
                    cluster.remove_node(node, allow_graceful=False)
                    others.append(cluster.add_node(**NODE))
                elif victim == "command":
                    running.kill()
                elif not kill_a_worker(chance):
                    continue
                killed[victim] += 1
                print(f"killed a {victim}; {there} of {count} are there", flush=True)
        status = running.wait()
        if status == 0 and sum(killed.values()) >= wanted:
            break
        if status == 0:  # all were cut before enough was killed: once more from the start
            shutil.rmtree(out)
            there = 0
    ray.shutdown()
    cluster.shutdown()
    print(f"{runs} runs, killed: {killed}, {time.perf_counter() - began:.0f} s")
    check(folder, count)


def kill_a_worker(chance: random.Random) -> bool:
    """Kill one of the processes that cut; whether there was one."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if b"ray::Cutter" in (place / "cmdline").read_bytes():
                found.append(int(place.name))
        except OSError:
            continue
    if found:
        os.kill(chance.choice(found), signal.SIGKILL)
    return bool(found)


def check(folder: Path, count: int) -> None:
    """Say whether each photo is there once, with the bytes of the plain batch, and finished once in the manifest."""
    plain = {path.name: path.read_bytes() for path in (folder / "plain").glob("*.png")}
    made = {path.name: path.read_bytes() for path in (folder / "out").glob("*.png")}
    left = [path.name for path in (folder / "out").rglob("*.tmp")]
    finished: dict[str, int] = {}
    for part in (folder / "out" / ".kirie-manifest").glob("*.jsonl"):
        for line in map(json.loads, part.read_text().splitlines()):
            seen: dict[str, Any] = line
            if seen["type"] != "begun" and seen["state"] in ("done", "no-subject"):
                finished[seen["source"]] = finished.get(seen["source"], 0) + 1
    print(f"{len(made)} files, {len(plain)} by the plain batch, the same bytes: {made == plain}")
    print(f"finished in the manifest: {len(finished)} of {count} photos, unfinished files left: {len(left)}")


if __name__ == "__main__":
    main()
