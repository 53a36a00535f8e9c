from __future__ import annotations

import numpy as np
import pytest

from matting.alpha.strokes import Stroke
from matting.cutout.cut import cut, finish, shrink_photo
from matting.photo import Metadata, Photo
from matting.settings import CutSettings, Edges
from tests.matting.alpha.scenes import Scene, disc, furry


def naive(scene: Scene, cells: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """rembg's default: the photo's own colours with the enlarged map as alpha."""
    import cv2

    height, width = scene.alpha.shape
    return scene.photo.rgb / 255.0, cv2.resize(cells, (width, height), interpolation=cv2.INTER_LANCZOS4).clip(0, 1)


def composite_error(scene: Scene, rgb: np.ndarray, alpha: np.ndarray, behind: float) -> float:
    near = (scene.alpha > 0) & (scene.alpha < 1)
    a = alpha[..., None]
    return float(np.abs(rgb * a + behind * (1 - a) - scene.over(behind))[near].mean())


@pytest.mark.parametrize(("edges", "limit"), [(Edges.FINE, 0.045), (Edges.HAIR, 0.045)])
def test_on_white_and_on_black_there_is_no_rim(edges: Edges, limit: float) -> None:
    scene = furry()
    cells = scene.coarse(10)
    cutout = cut(scene.photo, cells[None], CutSettings(edges=edges))
    for behind in (1.0, 0.0):
        ours = composite_error(scene, cutout.rgb / 255.0, cutout.alpha / 255.0, behind)
        theirs = composite_error(scene, *naive(scene, cells), behind)
        assert ours < limit
        assert ours < theirs / 4


def test_without_decontamination_the_photos_colours_stay() -> None:
    scene = furry(200, 260)
    cutout = cut(scene.photo, scene.coarse(10)[None], CutSettings(decontaminate=False))
    seen = cutout.alpha > 0
    assert (cutout.rgb[seen] == scene.photo.rgb[seen]).all()
    assert not cutout.rgb[~seen].any()


def test_several_classes_are_cut_as_their_union() -> None:
    photo = Photo(np.full((100, 200, 3), 80, np.uint8))
    left, right = np.zeros((2, 10, 20), np.float32)
    left[:, :8], right[:, 12:] = 1, 1
    alpha = cut(photo, np.stack([left, right]), CutSettings(edges=Edges.OFF)).alpha
    assert (alpha[:, :70] == 255).all()
    assert (alpha[:, 130:] == 255).all()
    assert (alpha[:, 90:110] == 0).all()


def test_maps_come_as_classes() -> None:
    with pytest.raises(ValueError, match="classes"):
        cut(Photo(np.zeros((4, 4, 3), np.uint8)), np.zeros((4, 4), np.float32), CutSettings())


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_trim_cuts_to_the_subject_and_padding_reaches_beyond_the_photo(dtype: type) -> None:
    photo = Photo(np.full((100, 120, 3), 90, dtype), metadata=Metadata(dpi=(300.0, 300.0)))
    cells = np.zeros((100, 120), np.float32)
    cells[:40, 30:80] = 1
    plain = CutSettings(edges=Edges.OFF, softness=0, trim=True)
    cutout = cut(photo, cells[None], plain)
    assert (cutout.alpha.shape, cutout.box) == ((40, 50), (30, 0, 50, 40))
    assert cutout.metadata == photo.metadata
    padded = finish(
        photo,
        cut(photo, cells[None], CutSettings(edges=Edges.OFF, softness=0)).alpha,
        CutSettings(trim=True, padding=7),
    )
    assert (padded.alpha.shape, padded.rgb.shape, padded.box) == ((54, 64), (54, 64, 3), (23, -7, 64, 54))
    assert (padded.alpha[7:-7, 7:-7] == np.iinfo(dtype).max).all()
    assert not padded.alpha[:7].any()


def test_trim_of_nothing_leaves_the_photos_size() -> None:
    cutout = cut(Photo(np.zeros((30, 40, 3), np.uint8)), np.zeros((1, 3, 4), np.float32), CutSettings(trim=True))
    assert cutout.alpha.shape == (30, 40)
    assert cutout.box == (0, 0, 40, 30)


def test_a_background_makes_the_cutout_opaque() -> None:
    photo = Photo(np.full((200, 200, 3), (10, 20, 30), np.uint8))
    rgb, alpha = cut(photo, disc(50, 50, 15)[None], CutSettings(background="#ff0000")).flat()
    assert (alpha == 255).all()
    assert rgb[100, 100].tolist() == [10, 20, 30]
    assert rgb[0, 0].tolist() == [255, 0, 0]


def test_preview_and_export_agree_with_strokes_scaled() -> None:
    """The window's preview is the same cut on a shrunken photo with scaled strokes."""
    import cv2

    from matting.alpha.strokes import scale_strokes

    scene = furry(800, 1000)
    strokes = [Stroke(False, 60, 0.6, ((500.0, 300.0, 1.0), (640.0, 320.0, 0.8)))]
    full = cut(scene.photo, scene.coarse(10)[None], CutSettings(), strokes).alpha
    preview = cut(shrink_photo(scene.photo, 500), scene.coarse(10)[None], CutSettings(), scale_strokes(strokes, 0.5))
    reduced = cv2.resize(full, (500, 400), interpolation=cv2.INTER_AREA)
    assert np.abs(reduced.astype(float) - preview.alpha).mean() / 255 < 0.006


def test_shrinking_keeps_the_shape_the_depth_and_the_alpha_and_never_enlarges() -> None:
    photo = Photo(np.full((100, 301, 3), 500, np.uint16), alpha=np.full((100, 301), 65_535, np.uint16))
    small = shrink_photo(photo, 30)
    assert small.rgb.shape == (10, 30, 3)
    assert small.rgb.dtype == np.uint16
    assert small.alpha is not None
    assert (small.alpha == 65_535).all()
    assert shrink_photo(photo, 301) is photo
    assert shrink_photo(Photo(np.zeros((1, 5000, 3), np.uint8)), 100).rgb.shape == (1, 100, 3)
