from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from matting.alpha.alpha import has_subject, make_alpha, opacity, shift_odds
from matting.cutout.cut import shrink_photo
from matting.photo import Photo
from matting.settings import CutSettings, Edges
from tests.matting.alpha.scenes import disc, furry

OFF = CutSettings(edges=Edges.OFF)


def grey_photo(height: int, width: int, dtype: type = np.uint8) -> Photo:
    return Photo(np.full((height, width, 3), np.iinfo(dtype).max // 3, dtype))


@given(threshold=st.floats(0, 1), softness=st.floats(0, 1))
def test_zero_stays_zero_and_one_becomes_opaque_at_any_setting(threshold: float, softness: float) -> None:
    ends = opacity(np.float32([[0, 1]]), CutSettings(threshold=threshold, softness=softness))
    assert ends.tolist() == [[0, 1]]


@given(st.floats(0.05, 0.95), st.floats(0, 0.5))
def test_opacity_rises_with_probability(threshold: float, softness: float) -> None:
    rising = opacity(
        np.linspace(0, 1, 101, dtype=np.float32)[None], CutSettings(threshold=threshold, softness=softness)
    )
    assert (np.diff(rising) >= 0).all()


def test_softness_zero_is_a_hard_mask_at_the_threshold() -> None:
    steps = np.linspace(0, 1, 21, dtype=np.float32)[None]
    hard = opacity(steps, CutSettings(threshold=0.5, softness=0))
    assert hard.tolist() == [[0.0] * 10 + [1.0] * 11]


def test_softness_is_the_smoothstep_between_threshold_minus_and_plus_softness() -> None:
    values = opacity(np.float32([[0.3, 0.4, 0.5, 0.6, 0.7]]), CutSettings(threshold=0.5, softness=0.2))
    np.testing.assert_allclose(values, [[0, 0.15625, 0.5, 0.84375, 1]], atol=1e-5)


@pytest.mark.parametrize("edges", list(Edges))
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_sure_maps_give_exact_ends_in_the_photos_own_depth(edges: Edges, dtype: type) -> None:
    photo = grey_photo(150, 200, dtype)
    for value in (0.0, 1.0):
        alpha = make_alpha(photo, np.full((16, 20), value, np.float32), CutSettings(edges=edges))
        assert alpha.dtype == dtype
        assert (alpha == value * np.iinfo(dtype).max).all()


@pytest.mark.parametrize("edges", list(Edges))
def test_a_softness_of_zero_leaves_no_grey(edges: Edges) -> None:
    scene = furry(240, 320)
    alpha = make_alpha(scene.photo, scene.coarse(10), CutSettings(edges=edges, softness=0))
    assert set(np.unique(alpha)) == {0, 255}


@pytest.mark.parametrize("size", [(1, 1), (1, 50), (50, 1), (3, 700), (129, 128)])
@pytest.mark.parametrize("edges", list(Edges))
@pytest.mark.parametrize("fill", [0.0, 0.5, 1.0])
def test_odd_sizes_and_flat_maps_are_sane(size: tuple[int, int], edges: Edges, fill: float) -> None:
    alpha = make_alpha(grey_photo(*size), np.full((32, 40), fill, np.float32), CutSettings(edges=edges))
    assert alpha.shape == size
    assert np.abs(alpha.astype(int) - 255 * fill).max() <= 2


def test_not_a_number_counts_as_background() -> None:
    cells = np.full((8, 8), np.nan, np.float32)
    assert not make_alpha(grey_photo(64, 64), cells, CutSettings()).any()
    assert not has_subject(cells, 0.5)


@pytest.mark.parametrize("edges", list(Edges))
def test_a_map_larger_than_the_photo_is_reduced(edges: Edges) -> None:
    alpha = make_alpha(grey_photo(40, 40), disc(200, 200, 60), CutSettings(edges=edges))
    assert alpha[20, 20] == 255
    assert alpha[0, 0] == 0


def test_a_subject_at_the_border_stays_opaque_up_to_it() -> None:
    cells = np.zeros((32, 32), np.float32)
    cells[16:, :] = 1
    rgb = np.full((320, 320, 3), 200, np.uint8)
    rgb[160:] = (40, 90, 160)
    for edges in Edges:
        alpha = make_alpha(Photo(rgb), cells, CutSettings(edges=edges))
        assert (alpha[170:] == 255).all(), edges
        assert (alpha[:150] == 0).all(), edges


def test_a_map_of_three_dimensions_is_refused() -> None:
    with pytest.raises(ValueError, match="probability map"):
        make_alpha(grey_photo(4, 4), np.zeros((1, 4, 4), np.float32), OFF)


def test_the_photos_own_alpha_multiplies() -> None:
    own = np.zeros((60, 80), np.uint8)
    own[:, 40:] = 128
    photo = Photo(np.full((60, 80, 3), 90, np.uint8), alpha=own)
    alpha = make_alpha(photo, np.ones((6, 8), np.float32), CutSettings())
    assert (alpha == own).all()


@given(hnp.arrays(np.float32, (5, 6), elements=st.floats(0, 1, width=32)), st.floats(0, 1))
def test_shifted_odds_keep_both_ends_and_stay_a_probability(cells: np.ndarray, threshold: float) -> None:
    shifted = shift_odds(cells, threshold)
    assert ((shifted >= 0) & (shifted <= 1)).all()
    assert (shifted[cells == 0] == 0).all()
    assert (shifted[cells == 1] == 1).all()


def test_a_higher_threshold_cuts_less_at_every_edge_setting() -> None:
    scene = furry(240, 320)
    cells = cv2.GaussianBlur(scene.coarse(10), (0, 0), 1.5)
    for edges in Edges:
        areas = [make_alpha(scene.photo, cells, CutSettings(edges=edges, threshold=t)).sum() for t in (0.2, 0.5, 0.8)]
        assert areas[0] > areas[1] > areas[2], edges


@pytest.mark.parametrize(("shift", "expected"), [(1.0, 4.0), (-1.0, -4.0), (0.3, 1.2)])
def test_edge_shift_moves_the_outline_by_hundredths_of_the_long_side(shift: float, expected: float) -> None:
    photo = grey_photo(400, 400)
    area = [
        (make_alpha(photo, disc(400, 400, 100), CutSettings(edges=Edges.OFF, edge_shift=s)) / 255.0).sum()
        for s in (0.0, shift)
    ]
    radii = np.sqrt(np.array(area) / np.pi)
    assert radii[1] - radii[0] == pytest.approx(expected, abs=0.35)


def test_feather_softens_without_moving_the_outline() -> None:
    photo = grey_photo(400, 400)
    cells = np.zeros((400, 400), np.float32)
    cells[:, 200:] = 1
    alpha = make_alpha(photo, cells, CutSettings(edges=Edges.OFF, feather=1.0))[200] / 255.0
    slope = np.diff(alpha)
    assert slope.max() == pytest.approx(1 / (4 * np.sqrt(2 * np.pi)), rel=0.1)  # a Gaussian of 4 pixels
    assert alpha[199:201].mean() == pytest.approx(0.5, abs=0.02)
    assert alpha[150] == 0
    assert alpha[250] == 1


def two_discs() -> np.ndarray:
    cells = np.zeros((60, 100), np.float32)
    cells[:, :50] = disc(60, 50, 18, soft=4)
    cells[:, 60:] = disc(60, 40, 8, soft=4)
    return cells


@pytest.mark.parametrize("edges", list(Edges))
def test_largest_only_drops_the_smaller_subject_with_its_soft_rim(edges: Edges) -> None:
    photo = grey_photo(300, 500)
    every = make_alpha(photo, two_discs(), CutSettings(edges=edges))
    largest = make_alpha(photo, two_discs(), CutSettings(edges=edges, largest_only=True))
    assert every[:, 300:].any()
    assert not largest[:, 300:].any()
    change = np.abs(largest[:, :225].astype(int) - every[:, :225])
    # Solved edges are computed again without the smaller one, and rounded again.
    assert change.max() <= (0 if edges is Edges.OFF else 1)
    assert largest[150, 125] == 255


def test_fill_holes_closes_inner_gaps_and_leaves_bays_open() -> None:
    cells = disc(64, 64, 28)
    cells[28:36, 20:28] = 0  # a hole
    cells[30:34, 40:] = 0  # a bay that reaches the border
    filled = make_alpha(grey_photo(640, 640), cells, CutSettings(edges=Edges.OFF, fill_holes=True))
    assert (filled[270:370, 190:290] == 255).all()
    assert filled[320, 500] == 0


@pytest.mark.parametrize("edges", list(Edges))
def test_a_photo_and_its_half_size_copy_are_cut_alike(edges: Edges) -> None:
    scene = furry(960, 1280)
    cells = cv2.resize(scene.alpha, (128, 96), interpolation=cv2.INTER_AREA)
    full = make_alpha(scene.photo, cells, CutSettings(edges=edges))
    half = make_alpha(shrink_photo(scene.photo, 640), cells, CutSettings(edges=edges))
    reduced = cv2.resize(full, (640, 480), interpolation=cv2.INTER_AREA)
    difference = np.abs(reduced.astype(float) - half) / 255
    band = (scene.alpha[::2, ::2] > 0) & (scene.alpha[::2, ::2] < 1)
    assert difference[band].mean() < 0.035
    assert difference.mean() < 0.006


@settings(max_examples=25)
@given(
    hnp.arrays(np.float32, hnp.array_shapes(min_dims=2, max_dims=2, max_side=12), elements=st.floats(0, 1, width=32)),
    st.integers(1, 70),
    st.integers(1, 70),
    st.sampled_from(list(Edges)),
)
def test_any_map_on_any_photo_gives_an_alpha_of_photo_size(
    cells: np.ndarray, height: int, width: int, edges: Edges
) -> None:
    rgb = np.random.default_rng(1).integers(0, 255, (height, width, 3), np.uint8)
    assert make_alpha(Photo(rgb), cells, CutSettings(edges=edges)).shape == (height, width)


def test_has_subject_is_about_the_threshold() -> None:
    cells = np.zeros((2, 4, 4), np.float32)
    assert not has_subject(cells, 0.0)
    cells[1, 2, 2] = 0.5
    assert has_subject(cells, 0.5)
    assert not has_subject(cells, 0.51)
