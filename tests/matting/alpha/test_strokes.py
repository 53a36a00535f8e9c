from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from matting.alpha.alpha import make_alpha
from matting.alpha.strokes import DrawnStroke, Stroke, scale_strokes, strokes_on
from matting.alpha.tiles import Tile
from matting.photo import Photo
from matting.settings import CutSettings, Edges


def apply_strokes(alpha: np.ndarray, strokes: Sequence[Stroke]) -> np.ndarray:
    """Alpha after the strokes, as one tile."""
    height, width = alpha.shape
    painted, unpainted = strokes_on(
        [DrawnStroke(stroke, height, width) for stroke in strokes], Tile(0, height, 0, width)
    )
    return np.asarray(painted + unpainted * alpha)


def line(keep: bool, radius: float = 20, hardness: float = 1.0) -> Stroke:
    return Stroke(keep, radius, hardness, ((50.0, 100.0, 1.0), (250.0, 100.0, 1.0)))


def test_a_hard_stroke_is_exact_inside_and_absent_outside() -> None:
    alpha = apply_strokes(np.zeros((200, 300), np.float32), [line(True)])
    y, x = np.mgrid[:200, :300] + 0.5
    distance = np.hypot(x - np.clip(x, 50, 250), y - 100)
    assert (alpha[distance < 18.5] == 1).all()
    assert (alpha[distance > 21.5] == 0).all()
    assert alpha.sum() == pytest.approx(200 * 40 + np.pi * 400, rel=0.01)


@pytest.mark.parametrize("radius", [10.0, 40.0, 95.0])
def test_a_soft_stroke_falls_from_its_core_to_its_radius(radius: float) -> None:
    stroke = Stroke(True, radius, 0.5, ((150.0, 100.0, 1.0),))
    alpha = apply_strokes(np.zeros((200, 300), np.float32), [stroke])
    row = alpha[100, 150:]
    assert (row[: int(radius * 0.45)] >= 0.99).all()
    assert row[int(radius * 0.75)] == pytest.approx(0.5, abs=0.12)
    assert (np.diff(row) <= 1e-3).all()
    assert (row[round(radius) + 3 :] == 0).all()


def test_pressure_scales_the_radius() -> None:
    stroke = Stroke(True, 40, 1.0, ((60.0, 100.0, 1.0), (240.0, 100.0, 0.25)))
    alpha = apply_strokes(np.zeros((200, 300), np.float32), [stroke])
    assert alpha[:, 60].sum() == pytest.approx(80, abs=4)
    assert alpha[:, 240].sum() == pytest.approx(20, abs=4)
    assert alpha[:, 150].sum() == pytest.approx(50, abs=5)


def test_the_later_stroke_wins() -> None:
    start = np.full((200, 300), 0.5, np.float32)
    assert apply_strokes(start, [line(True), line(False)])[100, 150] == 0
    assert apply_strokes(start, [line(False), line(True)])[100, 150] == 1


def test_strokes_outside_the_photo_and_without_points_do_nothing() -> None:
    start = np.full((20, 30), 0.5, np.float32)
    away = Stroke(True, 5, 1.0, ((500.0, 500.0, 1.0),))
    assert (apply_strokes(start, [away, Stroke(True, 5, 1.0, ()), Stroke(False, 0, 1.0, ((5, 5, 1),))]) == start).all()


def test_scaled_strokes_cover_the_scaled_area() -> None:
    small = apply_strokes(np.zeros((200, 300), np.float32), [line(True, hardness=0.4)])
    large = apply_strokes(np.zeros((600, 900), np.float32), scale_strokes([line(True, hardness=0.4)], 3))
    assert large.mean() == pytest.approx(small.mean(), rel=0.02)


@pytest.mark.parametrize("edges", list(Edges))
@pytest.mark.parametrize("hardness", [0.0, 0.5, 1.0])
def test_the_core_of_a_stroke_is_a_hard_constraint_at_every_edge_setting(edges: Edges, hardness: float) -> None:
    rgb = np.random.default_rng(2).integers(0, 255, (400, 600, 3), np.uint8)
    cells = np.zeros((40, 60), np.float32)
    cells[:, 30:] = 1
    keep = Stroke(True, 40, hardness, ((100.0, 100.0, 1.0), (200.0, 100.0, 1.0)))
    erase = Stroke(False, 40, hardness, ((450.0, 300.0, 1.0),))
    alpha = make_alpha(Photo(rgb), cells, CutSettings(edges=edges), [keep, erase])
    assert (alpha[95:105, 100:200] == 255).all()
    assert (alpha[296:304, 446:454] == 0).all()
    assert (alpha[200:400, :180] == 0).all()
    assert (alpha[:200, 420:] == 255).all()


def test_a_hard_stroke_is_the_users_own_outline_at_every_edge_setting() -> None:
    photo = Photo(np.full((400, 600, 3), 120, np.uint8))
    stroke = Stroke(True, 60, 1.0, ((300.0, 200.0, 1.0),))
    for edges in Edges:
        alpha = make_alpha(photo, np.zeros((40, 60), np.float32), CutSettings(edges=edges), [stroke]) / 255.0
        assert alpha.sum() == pytest.approx(np.pi * 3600, rel=0.02), edges


@pytest.mark.parametrize("edges", [Edges.FINE, Edges.HAIR])
def test_the_feathered_rim_of_a_stroke_follows_the_photo(edges: Edges) -> None:
    """A limb that the map missed, painted with a soft brush: the cut snaps to the limb and not to the brush."""
    rgb = np.full((400, 600, 3), (60, 120, 180), np.uint8)
    rgb[170:230, :] = (200, 80, 40)
    noise = np.random.default_rng(5).normal(0, 2, rgb.shape)
    photo = Photo(np.clip(rgb + noise, 0, 255).astype(np.uint8))
    brush = Stroke(True, 60, 0.2, ((0.0, 200.0, 1.0), (600.0, 200.0, 1.0)))
    alpha = make_alpha(photo, np.zeros((40, 60), np.float32), CutSettings(edges=edges), [brush])
    middle = alpha[:, 200:400].mean(axis=1) / 255
    assert middle[175:225].min() > 0.9
    assert middle[:163].max() < 0.15
    assert middle[237:].max() < 0.15
