"""The figures that models are judged by."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.training.judging.metrics import CutoutMeter, VesselMeter, make_meters, overall


def random_photo(seed: int, side: int = 24) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    target = (rng.random((side, side)) < rng.uniform(0.05, 0.6)).astype(np.float32)
    probability = (0.5 * rng.random((side, side)) + 0.5 * target * rng.random((side, side))).astype(np.float32)
    return probability, target


def test_a_perfect_cutout_has_the_best_scores() -> None:
    meter = CutoutMeter()
    _, target = random_photo(1)
    meter.add(target, target)
    assert meter.scores() == pytest.approx({"mae": 0.0, "max_f": 1.0, "iou": 1.0})


def test_cutout_scores_follow_their_definitions() -> None:
    photos = [random_photo(seed) for seed in range(3)]
    meter = CutoutMeter()
    for probability, target in photos:
        meter.add(probability, target)

    best = 0.0
    for level in range(256):
        precisions, recalls = [], []
        for probability, target in photos:
            found = np.round(probability * 255) >= level
            hits = (found & (target > 0)).sum()
            precisions.append(hits / found.sum() if found.any() else 1.0)
            recalls.append(hits / target.sum())
        p, r = np.mean(precisions), np.mean(recalls)
        best = max(best, 1.3 * p * r / (0.3 * p + r))
    cut = [(p >= 0.5, t >= 0.5) for p, t in photos]
    scores = meter.scores()
    assert scores["max_f"] == pytest.approx(best)
    assert scores["mae"] == pytest.approx(np.mean([np.abs(p - t).mean() for p, t in photos]))
    assert scores["iou"] == pytest.approx(np.mean([(a & b).sum() / (a | b).sum() for a, b in cut]))


def test_an_empty_photo_predicted_empty_is_right() -> None:
    meter = CutoutMeter()
    nothing = np.zeros((8, 8), np.float32)
    meter.add(nothing, nothing)
    assert meter.scores() == pytest.approx({"mae": 0.0, "max_f": 1.0, "iou": 1.0})


@settings(max_examples=30)
@given(st.integers(0, 10_000), st.integers(4, 60))
def test_vessel_scores_follow_their_definitions(seed: int, part: int) -> None:
    threshold = part / 64  # the meter counts by a power of two: no probability lies between it and the step below
    probability, target = random_photo(seed)
    vessel, found = target > 0, probability >= threshold
    meter = VesselMeter(threshold)
    meter.add(probability, target)
    scores = meter.scores()
    # The share of pairs (vessel, other) in the right order is the area under the curve.
    above = probability[vessel][:, None] > probability[~vessel][None]
    equal = probability[vessel][:, None] == probability[~vessel][None]
    assert scores["auc"] == pytest.approx((above + 0.5 * equal).mean(), abs=2e-4)
    assert scores["dice"] == pytest.approx(2 * (vessel & found).sum() / (vessel.sum() + found.sum()), abs=5e-3)
    assert scores["sensitivity"] == pytest.approx((vessel & found).sum() / vessel.sum(), abs=5e-3)
    assert scores["specificity"] == pytest.approx((~vessel & ~found).sum() / (~vessel).sum(), abs=5e-3)


def test_the_best_threshold_has_the_best_dice() -> None:
    probability, target = random_photo(9)
    best = VesselMeter(None)
    best.add(probability, target)
    chosen = best.scores()
    for threshold in (0.2, 0.4, 0.6, 0.8, chosen["threshold"]):
        meter = VesselMeter(threshold)
        meter.add(probability, target)
        assert meter.scores()["dice"] <= chosen["dice"]
    assert meter.scores() == chosen


def test_pixels_outside_the_field_of_view_do_not_count() -> None:
    probability, target = random_photo(3)
    inside = np.zeros(target.shape, bool)
    inside[:12] = True
    whole, part = VesselMeter(), VesselMeter()
    whole.add(np.where(inside, probability, 1 - target), target, inside)
    part.add(probability[:12], target[:12])
    assert whole.scores() == part.scores()


def test_pixels_are_pooled_over_photos() -> None:
    photos = [random_photo(seed) for seed in (4, 5)]
    apart, together = VesselMeter(), VesselMeter()
    for probability, target in photos:
        apart.add(probability, target)
    together.add(np.hstack([p for p, _ in photos]), np.hstack([t for _, t in photos]))
    assert apart.scores() == together.scores()


def test_several_classes_are_averaged() -> None:
    one, other = random_photo(6), random_photo(7)
    both = make_meters("cutout", 2)
    both.add(np.stack([one[0], other[0]]), np.stack([one[1], other[1]]))
    apart = [CutoutMeter(), CutoutMeter()]
    for meter, photo in zip(apart, (one, other), strict=True):
        meter.add(*photo)
    assert both.scores()["mae"] == pytest.approx(np.mean([meter.scores()["mae"] for meter in apart]))


def test_better_maps_have_a_larger_overall_score() -> None:
    probability, target = random_photo(8)
    for mode in ("cutout", "vessel"):
        good, bad = make_meters(mode, 1), make_meters(mode, 1)
        good.add((0.3 * probability + 0.7 * target)[None], target[None])
        bad.add(probability[None], target[None])
        assert overall(mode, good.scores()) > overall(mode, bad.scores())


def test_a_map_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="against a target"):
        CutoutMeter().add(np.zeros((4, 4), np.float32), np.zeros((5, 4), np.float32))
