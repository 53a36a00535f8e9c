"""Thousands of damaged photo files read in child processes: does anything crash, hang, print or eat memory?

    python benchmarks/damaged.py [--count 2000] [--seed 0]

Prints a row for each kind of damage: how many files still gave a photo and which errors the others met, then the
slowest file and the highest memory. Exit status 1 when a child died, hung, printed something or met another error.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.matting.files.damage import DAMAGES, Damaged, Outcome, damaged_files, read_all

BATCH = 200
SECONDS_A_FILE = 60


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    begun = time.perf_counter()
    files = list(damaged_files(args.count, args.seed))
    outcomes: list[Outcome] = []
    printed = ""
    with tempfile.TemporaryDirectory() as folder:
        for start in range(0, len(files), BATCH):
            batch = files[start : start + BATCH]
            for file in batch:
                (Path(folder) / file.name).write_bytes(file.data)
            try:
                found, noise = read_all(Path(folder), [file.name for file in batch], SECONDS_A_FILE * len(batch))
            except AssertionError as failure:
                print(f"FAILED: {failure}")
                return 1
            outcomes += found
            printed += noise
    report(files, outcomes)
    print(f"{len(files)} files in {time.perf_counter() - begun:.0f} s; printed by the readers: {printed or 'nothing'}")
    return 1 if printed else 0


def report(files: list[Damaged], outcomes: list[Outcome]) -> None:
    print(f"{'damage':<20} {'files':>6} {'read':>6}  errors")
    for damage in DAMAGES:
        met = [outcome.error for file, outcome in zip(files, outcomes, strict=True) if file.damage == damage]
        errors = Counter(error for error in met if error)
        told = ", ".join(f"{count} {error}" for error, count in errors.most_common())
        print(f"{damage:<20} {len(met):>6} {len(met) - sum(errors.values()):>6}  {told}")
    slowest = max(zip(files, outcomes, strict=True), key=lambda pair: pair[1].seconds)
    hungriest = max(outcomes, key=lambda outcome: outcome.peak)
    print(f"slowest: {slowest[1].seconds:.1f} s for three readings ({slowest[0].kind}, {slowest[0].damage})")
    print(f"highest memory of a child: {hungriest.peak / 1e6:.0f} MB")


if __name__ == "__main__":
    sys.exit(main())
