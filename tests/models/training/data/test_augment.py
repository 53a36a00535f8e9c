"""Crops: right place, right shape, target and photo moved together, the same again from the same seed."""

from __future__ import annotations

import numpy as np
import pytest

from models.training.data.augment import vary_colours, vary_patch, vary_subject
from models.training.data.backgrounds import replace_background
from models.training.data.batches import epoch_order
from models.training.data.pictures import Sample
from models.training.settings import CUTOUT_AUGMENTATION, VESSEL_AUGMENTATION, Augmentation
from tests.models.training.make_data import disc

STILL = Augmentation(*[0.0] * 18)
PLACES_ONLY = Augmentation(
    **{**vars(STILL), "zoom": 0.35, "aspect": 0.15, "angle": 30.0, "flip": 0.5, "flip_down": 0.5}
)


def sample_of(number: int, classes: int = 1) -> Sample:
    rgb, mask = disc(number)
    return Sample(rgb, np.repeat(mask[..., None], classes, axis=2))


def test_without_variation_a_crop_is_the_squashed_photo() -> None:
    rgb, mask = disc(1, 40, 40)
    crop = vary_subject(Sample(rgb, mask[..., None]), sample_of(2), 40, STILL, np.random.default_rng(0))
    assert np.abs(crop.rgb.astype(int) - rgb).max() <= 1
    assert np.array_equal(crop.target[..., 0], mask)


@pytest.mark.parametrize("seed", range(8))
def test_target_and_photo_move_together(seed: int) -> None:
    # A photo that shows its own mask: after any move the two must still agree.
    mask = disc(seed)[1]
    sample = Sample(np.repeat(mask[..., None], 3, axis=2), mask[..., None])
    crop = vary_subject(sample, sample, 64, PLACES_ONLY, np.random.default_rng(seed))
    assert np.abs(crop.rgb[..., 0].astype(int) - crop.target[..., 0]).max() <= 2
    bent = Augmentation(**{**vars(PLACES_ONLY), "elastic": 1.0})
    patch = vary_patch(sample, 64, bent, np.random.default_rng(seed))
    assert np.abs(patch.rgb[..., 0].astype(int) - patch.target[..., 0]).max() <= 2


def test_the_same_seed_gives_the_same_crop() -> None:
    crops = [
        vary_subject(sample_of(1), sample_of(2), 48, CUTOUT_AUGMENTATION, np.random.default_rng(seed))
        for seed in (5, 5, 6)
    ]
    assert np.array_equal(crops[0].rgb, crops[1].rgb)
    assert np.array_equal(crops[0].target, crops[1].target)
    assert not np.array_equal(crops[0].rgb, crops[2].rgb)


@pytest.mark.parametrize("classes", [1, 2, 6])
def test_crops_keep_every_class(classes: int) -> None:
    crop = vary_subject(sample_of(1, classes), sample_of(2, classes), 32, CUTOUT_AUGMENTATION, np.random.default_rng(1))
    assert crop.rgb.shape == (32, 32, 3)
    assert crop.target.shape == (32, 32, classes)
    assert crop.rgb.dtype == crop.target.dtype == np.uint8


def test_patches_are_centred_inside_the_field_of_view() -> None:
    inside = np.zeros((200, 200), np.uint8)
    inside[150:, 150:] = 255
    rgb = np.zeros((200, 200, 3), np.uint8)
    for seed in range(20):
        patch = vary_patch(Sample(rgb, inside[..., None], inside), 33, VESSEL_AUGMENTATION, np.random.default_rng(seed))
        assert patch.inside is not None
        assert set(np.unique(patch.inside)) <= {0, 255}
        assert patch.inside[13:20, 13:20].any()


def test_a_new_background_leaves_subject_and_target() -> None:
    sample = sample_of(4)
    pasted = replace_background(sample, sample_of(5), np.random.default_rng(2))
    subject, ground = sample.target[..., 0] == 255, sample.target[..., 0] == 0
    assert np.abs(pasted.rgb[subject].astype(int) - sample.rgb[subject]).mean() < 3
    assert np.abs(pasted.rgb[ground].astype(int) - sample.rgb[ground]).mean() > 10
    assert np.array_equal(pasted.target, sample.target)


def test_colours_change_within_bounds() -> None:
    sample = sample_of(6)
    means = [vary_colours(sample, CUTOUT_AUGMENTATION, np.random.default_rng(seed)).rgb.mean() for seed in range(20)]
    assert len({round(mean, 1) for mean in means}) > 10
    assert all(sample.rgb.mean() / 2.5 < mean < sample.rgb.mean() * 2.5 for mean in means)


def test_an_epoch_draws_each_photo_by_its_weight() -> None:
    order = epoch_order([3, 1, 1], 50, seed=1, epoch=0)
    assert list(np.bincount(order)) == [30, 10, 10]
    uneven = np.bincount(epoch_order([1.0] * 7, 24, seed=1, epoch=0), minlength=7)
    assert uneven.sum() == 24
    assert uneven.min() >= 3
    assert not np.array_equal(order, epoch_order([3, 1, 1], 50, seed=1, epoch=1))
    assert np.array_equal(order, epoch_order([3, 1, 1], 50, seed=1, epoch=0))
