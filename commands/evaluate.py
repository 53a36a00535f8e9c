"""``kirie evaluate``: how good a model is on photos with masks."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from commands.options import shared as options
from commands.usage import expect_vessels
from matting.system.streams import printable

if TYPE_CHECKING:
    from models.catalogue.catalogue import ModelInfo
    from models.training.data.check import Row

_DESCRIPTION = """\
Predict the photos of a dataset and compare with its masks.

Cutout models: mae, the mean absolute error; max_f, the largest F measure (β² = 0.3); iou, the
overlap at 0.5. Vessel models, inside the field of view: dice, auc, sensitivity, specificity.
DATASET is a folder as for “kirie train”, DRIVE's own included."""

_EPILOG = """\
examples:
  kirie evaluate shoes                          the default model on your photos
  kirie evaluate shoes --model runs/shoes.safetensors --held-out
  kirie evaluate shoes --second-look            … and what a second look changes
  kirie evaluate drive/training --model unet-vessel --flips

exit status: 0 done, 1 it could not be done, 2 bad usage"""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare ``kirie evaluate``."""
    parser = subparsers.add_parser(
        "evaluate",
        help="measure how good a model is",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("dataset", metavar="DATASET", type=Path, help="a folder with images/ and masks/")
    options.add_model(parser, "default: the bundled cutout model")
    parser.add_argument(
        "--held-out", action="store_true", help="only photos that were kept aside when the model was trained"
    )
    again = parser.add_mutually_exclusive_group()
    again.add_argument("--second-look", action="store_true", help="predict again, as “kirie cut --second-look” does")
    again.add_argument("--flips", action="store_true", help="vessels: mean over four mirrorings")
    parser.add_argument("--threshold", metavar="0…1", type=options.unit, help="for vessels (default: the model's)")
    options.add_device(parser, "default: auto")
    parser.add_argument("--each", action="store_true", help="print every photo's scores too")
    options.add_json(parser, "print JSON instead of text")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Predict, compare, print; the exit status."""
    from models.catalogue.catalogue import find_model
    from models.catalogue.default import default_model
    from models.catalogue.load import load_predictor
    from models.predict.prediction import with_further_looks
    from models.training.data.check import check_dataset
    from models.training.data.datasets import find_dataset
    from models.training.data.findings import Finding
    from models.training.data.pictures import Sample
    from models.training.errors import ClassesDiffer, DatasetUnusable
    from models.training.judging.judge import Floats, as_maps, judge
    from models.training.judging.metrics import make_meters

    model = find_model(args.model or default_model())
    if args.flips:
        expect_vessels("--flips", model.mode)
    report = check_dataset(find_dataset(args.dataset))
    if not report.usable:
        raise DatasetUnusable(path=args.dataset, reason=report.summary)
    rows = held_out_rows(report.usable, model) if args.held_out else report.usable
    if set(report.counts) != {Finding.OK}:
        print(printable(f"kirie: {args.dataset}: {report.summary}"), file=sys.stderr)
    predictor = load_predictor(str(model.file), args.device)
    classes = len(report.dataset.classes)
    if len(predictor.classes) != classes:
        raise ClassesDiffer(
            path=args.dataset,
            found=", ".join(report.dataset.classes),
            other=model.name,
            expected=", ".join(predictor.classes),
        )
    threshold = predictor.default_threshold if args.threshold is None else args.threshold
    each: list[dict[str, Any]] = []

    def score_one(row: Row, sample: Sample, map_: Floats) -> None:
        meters = make_meters(model.mode, classes, threshold)
        meters.add(map_, as_maps(sample.target), None if sample.inside is None else sample.inside > 127)
        each.append({"photo": row.path.name, **meters.scores()})

    finder = with_further_looks(predictor, second_look=args.second_look, flips=args.flips)
    scores = judge(finder.predict, rows, classes, model.mode, threshold, score_one if args.each else None)
    facts = {"model": model.name, "dataset": str(args.dataset), "photos": len(rows), "mode": model.mode}
    if args.json:
        print(json.dumps({**facts, **_rounded(scores), **({"each": list(map(_rounded, each))} if each else {})}))
        return 0
    for one in each:
        print(printable(f"{one.pop('photo')}: {_words(one)}"))
    print(printable(f"{model.name} on {len(rows)} photos of {args.dataset}: {_words(scores)}"))
    return 0


def held_out_rows(rows: list[Row], model: ModelInfo) -> list[Row]:
    """Return the photos that were kept aside when this model was trained. Raises ``HeldOutUnknown``."""
    from models.catalogue.catalogue import read_metadata
    from models.training.data.check import photo_digest
    from models.training.errors import HeldOutUnknown

    extra = read_metadata(model.file).get("extra", {})
    known = set(extra.get("held_out", []))
    found = [row for row in rows if photo_digest(row) in known]
    if not found:
        raise HeldOutUnknown(model=model.name)
    return found


def _words(scores: dict[str, Any]) -> str:
    return ", ".join(f"{name} {value:.4f}" for name, value in scores.items())


def _rounded(scores: dict[str, Any]) -> dict[str, Any]:
    return {name: round(value, 5) if isinstance(value, float) else value for name, value in scores.items()}
