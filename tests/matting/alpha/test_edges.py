from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from matting.alpha.alpha import make_alpha
from matting.alpha.closed_form import LocalColours
from matting.alpha.edges import true_size
from matting.photo import Photo
from matting.settings import CutSettings, Edges
from tests.matting.alpha.scenes import furry

# Sum of absolute differences as a part of plain bilinear enlargement's, recorded; 1 % worse fails.
SYNTHETIC = {Edges.FINE: 0.0586, Edges.HAIR: 0.0382}
REAL = {
    ("GT06", Edges.FINE): 0.1915,
    ("GT06", Edges.HAIR): 0.1563,
    ("GT10", Edges.FINE): 0.2876,
    ("GT10", Edges.HAIR): 0.2414,
}


def part_of_bilinear(rgb: np.ndarray, truth: np.ndarray, factor: int, edges: Edges) -> float:
    height, width = truth.shape
    size = round(width / factor), round(height / factor)
    cells = cv2.resize(truth.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    bilinear = cv2.resize(cells, (width, height))
    alpha = make_alpha(Photo(rgb), cells, CutSettings(edges=edges)) / 255.0
    return float(np.abs(alpha - truth).sum() / np.abs(bilinear - truth).sum())


@pytest.mark.parametrize("edges", [Edges.FINE, Edges.HAIR])
def test_recorded_quality_on_hairs_with_known_truth(edges: Edges) -> None:
    scene = furry()
    assert part_of_bilinear(scene.photo.rgb, scene.alpha, 10, edges) <= SYNTHETIC[edges] * 1.01


@pytest.mark.parametrize(("name", "edges"), list(REAL))
def test_recorded_quality_on_real_photos_with_known_truth(name: str, edges: Edges, shared: Path) -> None:
    rgb = cv2.imread(str(shared / "data" / "alpha" / "images" / f"{name}.png"))[..., ::-1]
    truth = cv2.imread(str(shared / "data" / "alpha" / "masks" / f"{name}.png"), cv2.IMREAD_GRAYSCALE)
    assert part_of_bilinear(np.ascontiguousarray(rgb), truth / 255.0, 10, edges) <= REAL[name, edges] * 1.01


def test_the_colour_model_is_a_guided_filter_that_keeps_what_colour_explains() -> None:
    """Alpha that is a linear function of colour passes unchanged, up to the regularisation."""
    rng = np.random.default_rng(4)
    planes = [rng.normal(0, 0.2, (40, 50)).astype(np.float32) for _ in range(3)]
    alpha = (0.3 * planes[0] - 0.5 * planes[1] + 0.2).astype(np.float32)
    np.testing.assert_allclose(LocalColours(planes, 1e-6).filtered(alpha), alpha, atol=1e-3)


def test_the_colour_model_is_symmetric_up_to_the_border() -> None:
    """Conjugate gradients need it: ⟨x, Gy⟩ = ⟨Gx, y⟩."""
    rng = np.random.default_rng(4)
    colours = LocalColours([rng.uniform(-0.5, 0.5, (24, 31)).astype(np.float32) for _ in range(3)], 1e-4)
    x, y = rng.normal(size=(2, 24, 31)).astype(np.float32)
    assert float((x * colours.filtered(y)).sum()) == pytest.approx(float((y * colours.filtered(x)).sum()), rel=1e-3)


@pytest.mark.parametrize("edges", [Edges.FINE, Edges.HAIR])
def test_a_blurred_map_snaps_to_a_sharp_outline(edges: Edges) -> None:
    rgb = np.full((600, 800, 3), (40, 60, 80), np.uint8)
    cv2.rectangle(rgb, (250, 150), (560, 430), (220, 190, 120), cv2.FILLED)
    truth = (rgb[..., 0] == 220).astype(np.float32)
    cells = cv2.GaussianBlur(cv2.resize(truth, (80, 60), interpolation=cv2.INTER_AREA), (0, 0), 1.2)
    alpha = make_alpha(Photo(rgb), cells, CutSettings(edges=edges)) / 255.0
    assert np.abs(alpha - truth).max() < 0.35
    assert np.abs(alpha - truth).mean() < 0.002


@pytest.mark.parametrize("edges", [Edges.FINE, Edges.HAIR])
def test_grey_doubt_far_from_the_outline_leaves_no_ghost(edges: Edges) -> None:
    scene = furry()
    cells = scene.coarse(10)
    cells[4:20, 2:9] = 0.3
    alpha = make_alpha(scene.photo, cells, CutSettings(edges=edges))
    assert alpha[60:180, 0:60].mean() < 12


def test_a_map_saved_at_photo_size_is_taken_for_what_it_is() -> None:
    scene = furry()
    cells = scene.coarse(10)
    enlarged = cv2.resize(cells, (640, 480), interpolation=cv2.INTER_CUBIC).clip(0, 1)
    assert max(true_size(enlarged).shape) < 300
    assert true_size(scene.alpha).shape == scene.alpha.shape
    alpha = make_alpha(scene.photo, enlarged, CutSettings()) / 255.0
    bilinear = cv2.resize(cells, (640, 480))
    assert np.abs(alpha - scene.alpha).sum() < 0.6 * np.abs(bilinear - scene.alpha).sum()


@pytest.mark.parametrize("column", range(30, 40))
def test_no_line_where_the_solved_part_ends(column: int) -> None:
    """Inside the subject, wherever the map stops being quite sure, alpha has no seam."""
    rng = np.random.default_rng(4)
    rgb = rng.integers(110, 120, (300, 451, 3), np.uint8)
    cells = np.ones((64, 96), np.float32)
    cells[:, :column] = 0.97
    cells[:, : column - 3] = 0
    outline = round((column - 3) * 451 / 96)
    rgb[:, :outline] //= 4
    alpha = make_alpha(Photo(rgb), cells, CutSettings(edges=Edges.FINE))
    assert alpha[:, outline + 10 :].min() > 230


@pytest.mark.parametrize("edges", [Edges.FINE, Edges.HAIR])
@pytest.mark.parametrize("height", [1, 2])
@pytest.mark.filterwarnings("error::RuntimeWarning")
def test_a_strip_of_a_photo_is_solved_without_overflow(height: int, edges: Edges) -> None:
    """Three pixels to a window: their colours explain any alpha, and nothing but rounding is left to minimise."""
    rng = np.random.default_rng(1)
    for width in range(10, 60, 4):
        photo = Photo(rng.integers(0, 255, (height, width, 3), np.uint8))
        cells = rng.choice(np.float32([0, 0.02, 0.5, 0.98, 1]), (9, 10))
        assert make_alpha(photo, cells, CutSettings(edges=edges)).shape == (height, width)
