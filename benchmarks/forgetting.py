"""What learning a few corrected photos costs on all others, and what keeps it: rehearsal and mixing.

    python benchmarks/forgetting.py [--case horses] [--photos 24] [--judged 40] [--rehearsal 0 0.25] [--mixes 0.6 1]

The bundled model learns the photos of a dataset in ``../shared/data`` on which it does worst, corrected to their masks,
by the recipe of ``kirie train``. Own: the next photos it does worst on, never learned. Others: those of ``salient``
that were kept aside when the bundled model was made. Each row is a mixture of the start's parameters and the trained
ones (1: the trained ones); change: how far its maps are from the start's on the photos that ship to tell that.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from commands.evaluate import held_out_rows  # noqa: E402
from models.catalogue.catalogue import DEFAULT_MODEL, find_model  # noqa: E402
from models.networks.weights import Weights, build_network, load_weights  # noqa: E402
from models.training.data.check import Row, check_dataset  # noqa: E402
from models.training.data.datasets import find_dataset  # noqa: E402
from models.training.distributed import Team  # noqa: E402
from models.training.events import Recorder  # noqa: E402
from models.training.judging.judge import judge, network_predict  # noqa: E402
from models.training.judging.others import judge_others  # noqa: E402
from models.training.mixing import mix_weights  # noqa: E402
from models.training.run import start_run  # noqa: E402
from models.training.settings import Source, TrainSettings  # noqa: E402
from models.training.steps.stepper import choose_place  # noqa: E402

DATA = ROOT.parent / "shared" / "data"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--case", default="horses")
    parser.add_argument("--photos", type=int, default=24)
    parser.add_argument("--steps", type=int, default=45)
    parser.add_argument("--judged", type=int, default=40, help="others; half as many own")
    parser.add_argument("--size", type=int, default=160)
    parser.add_argument("--rehearsal", type=float, nargs="+", default=[0.0, 0.25])
    parser.add_argument("--mixes", type=float, nargs="+", default=[0.6, 1.0])
    args = parser.parse_args()
    if not DATA.is_dir():
        sys.exit(f"{DATA} is not there; there is nothing to compare on")
    start = load_weights(find_model(DEFAULT_MODEL).file)
    others = held_out_rows(check_dataset(find_dataset(DATA / "salient")).usable, find_model(DEFAULT_MODEL))[
        : args.judged
    ]
    candidates = check_dataset(find_dataset(DATA / args.case)).usable[: 4 * args.photos]
    ranked = sorted(candidates, key=lambda row: overlap(start, row))
    learned, own = (
        ranked[: 2 * args.photos : 2],
        [*ranked[1 : 2 * args.photos : 2], *ranked[2 * args.photos :]][: args.judged // 2],
    )
    heads = f"{'own: overlap':>12} {'max-F':>6}   {'others: max-F':>13} {'mae':>6} {'overlap':>7} {'change':>7}"
    print(f"{'':<14} {'mix':>4}   {heads}", flush=True)
    show("start", 0.0, start, own, others, 0.0)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        corrected = dataset(place / "corrected", learned)
        for rehearsal in args.rehearsal:
            name = f"rehearsed-{rehearsal:g}"
            settings = TrainSettings(
                (Source(corrected),), start=DEFAULT_MODEL, epochs=3, draws=args.steps * 8 // 3, size=args.size, lr=3e-4
            )
            settings = replace(settings, rehearsal=rehearsal)
            start_run(name, settings, Recorder(), place / "runs")
            trained = load_weights(place / "runs" / name / f"{name}.safetensors")
            for mix in args.mixes:
                mixed = mix_weights(start, trained, mix)
                moved = judge_others(start, mixed, choose_place("auto", Team())).change
                show(name, mix, mixed, own, others, moved)


def show(name: str, mix: float, weights: Weights, own: list[Row], others: list[Row], moved: float) -> None:
    """Print one row of the table."""
    mine, theirs = scores(weights, own), scores(weights, others)
    print(
        f"{name:<14} {mix:>4.1f}   {mine['iou']:>12.4f} {mine['max_f']:>6.4f}   "
        f"{theirs['max_f']:>13.4f} {theirs['mae']:>6.4f} {theirs['iou']:>7.4f} {moved:>7.4f}",
        flush=True,
    )


def scores(weights: Weights, rows: list[Row]) -> dict[str, float]:
    """Judge weights as their users have them."""
    place = choose_place("auto", Team())
    network = build_network(weights).to(place.device).eval()
    info = replace(weights.info, input_size=288)
    return judge(network_predict(network, info, place), rows, 1, info.mode)


def overlap(weights: Weights, row: Row) -> float:
    """Return how well one photo is cut."""
    return scores(weights, [row])["iou"]


def dataset(folder: Path, rows: list[Row]) -> Path:
    """Link the pairs to a dataset of their own."""
    for row in rows:
        assert row.pair is not None
        for place, file in (("images", row.pair.photo), ("masks", row.pair.masks[0])):
            assert file is not None
            (folder / place).mkdir(parents=True, exist_ok=True)
            (folder / place / file.name).symlink_to(file.resolve())
    return folder


if __name__ == "__main__":
    main()
