"""The five things that a designer does without reading anything, in the real program with the bundled model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QSlider
from skimage import data

from tests.app.e2e.conftest import Play
from tests.app.e2e.user import User
from tests.gui.conftest import disc

SIDE = 0.13
"""Part of the canvas's width at which there is ground beside the subject."""
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Photos in a tree, two of them with the same name."""
    top = tmp_path / "shoot"
    for name, centre in (("front.jpg", 0.5), ("shoes/front.jpg", 0.4), ("shoes/red/side.png", 0.6)):
        path = top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(disc(240, 180, centre)).save(path)
    return top


def orange(user: User) -> bool:
    """Whether the subject is seen in the middle."""
    middle = user.colour(0.5, 0.5)
    return middle.red() - middle.blue() > 120


def clear(user: User, x: float) -> bool:
    """Whether the checkerboard is seen there, half way down."""
    colour = user.colour(x, 0.5)
    return colour.lightness() > 220 and colour.saturation() < 10


def dark(user: User) -> bool:
    """Whether the photo's own ground is seen beside the subject, without any tint."""
    colour = user.colour(SIDE, 0.5)
    return abs(colour.red() - 36) < 14 and abs(colour.green() - 66) < 14 and abs(colour.blue() - 86) < 14


def ready(user: User) -> bool:
    """Tell whether the cutout is on the canvas: the subject in the middle, at its side no dark ground any more."""
    return orange(user) and clear(user, SIDE)


def test_drop_a_folder_press_the_button_find_the_cutouts_in_the_mirrored_tree(play: Play, folder: Path) -> None:
    def scene(user: User) -> None:
        user.photograph("empty")
        user.drop(folder)
        user.wait(lambda: len(user.rows()) == 3)
        user.wait(lambda: all("240 × 180" in row for row in user.rows()))
        user.photograph("thumbnails")
        user.click("Export 3 photos")
        user.wait(lambda: all("exported" in row for row in user.rows()))
        user.wait(lambda: user.find(QAbstractButton, "Export again").isEnabled())
        user.photograph("done")

    play(scene)
    out = folder / "cutouts"
    written = sorted(str(path.relative_to(out)) for path in out.rglob("*.png"))
    assert written == ["front-cutout.png", "shoes/front-cutout.png", "shoes/red/side-cutout.png"]
    with Image.open(out / "front-cutout.png") as cutout:
        assert (cutout.mode, cutout.size) == ("RGBA", (240, 180))
        alpha = np.asarray(cutout)[..., 3]
    assert alpha[90, 120] > 250
    assert alpha[5, 5] < 5


def test_drag_the_threshold_see_it_follow_and_apply_it_to_all_or_keep_it(play: Play, folder: Path) -> None:
    def scene(user: User) -> None:
        user.drop(folder)
        user.wait(lambda: len(user.rows()) == 3 and ready(user))
        user.press(Qt.Key.Key_2)  # the mask
        before = user.picture()
        seen: list[bool] = []
        user.drag_slider("What is kept", 0.97, between=lambda: seen.append(user.picture() != before))
        user.wait(lambda: user.picture() != before)
        user.photograph("threshold")
        own = [row for row in user.rows() if "own settings" in row]
        assert own == [user.rows()[0]], "kept for this photo only"
        value = user.find(QSlider, "What is kept").value()
        user.click("Apply to all")
        assert not [row for row in user.rows() if "own settings" in row]
        user.press(Qt.Key.Key_PageDown)
        user.wait(lambda: user.find(QSlider, "What is kept").value() == value)

    play(scene)


def test_paint_undo_redo_export_and_find_the_strokes_again_after_a_restart(play: Play, folder: Path) -> None:
    def scene(user: User) -> None:
        user.drop(folder / "front.jpg")
        user.wait(lambda: ready(user))
        user.press(Qt.Key.Key_B)
        user.click("Erase")
        user.paint((0.45, 0.5), (0.5, 0.5), (0.55, 0.5))
        user.wait(lambda: clear(user, 0.5))
        user.photograph("erased")
        user.press(Qt.Key.Key_Z, CTRL)
        user.wait(lambda: orange(user))
        user.press(Qt.Key.Key_Y, CTRL)
        user.wait(lambda: clear(user, 0.5))
        user.press(Qt.Key.Key_X, on=user.canvas)
        user.paint((SIDE, 0.5), (SIDE + 0.02, 0.5))
        user.wait(lambda: dark(user))
        user.photograph("kept")
        user.click("Export 1 photo")
        user.wait(lambda: "exported" in user.rows()[0])
        user.close()

    def again(user: User) -> None:
        user.wait(lambda: len(user.rows()) == 1 and "corrected by hand" in user.rows()[0])
        user.wait(lambda: dark(user) and clear(user, 0.5))
        user.press(Qt.Key.Key_Z, CTRL)
        user.wait(lambda: clear(user, SIDE))
        assert "changed since" in user.rows()[0] or "wants a look" in user.rows()[0], (
            "what was written does not show this any more"
        )

    play(scene)
    with Image.open(folder / "cutouts" / "front-cutout.png") as cutout:
        alpha = np.asarray(cutout)[..., 3]
    assert alpha[90, 120] == 0, "erased in the middle"
    assert alpha[90, 15:45].max() == 255, "kept at the side"
    play(again)


def test_background_trim_format_and_a_name_with_its_live_example(play: Play, folder: Path) -> None:
    def scene(user: User) -> None:
        user.drop(folder / "front.jpg")
        user.wait(lambda: ready(user))
        user.click("Background and shadow")
        user.click("Colour")
        user.wait(lambda: not clear(user, SIDE) or user.colour(SIDE, 0.5).name() == "#ffffff")
        user.click("Canvas")
        user.click("Trim to the subject", QCheckBox)
        user.click("Export")
        user.choose("Format", "WebP")
        user.click("More")
        user.type("Name template", "{stem}_web")
        user.photograph("output")
        user.click("Export 1 photo")
        user.wait(lambda: "exported" in user.rows()[0])

    play(scene)
    with Image.open(folder / "cutouts" / "front_web.webp") as cutout:
        assert cutout.width < 240
        assert cutout.height < 180


def test_switch_to_vessel_mode_and_get_a_mask_of_a_retina_at_native_resolution(play: Play, tmp_path: Path) -> None:
    retina = tmp_path / "eye.png"
    Image.fromarray(data.retina()[450:834, 200:712]).save(retina)

    def scene(user: User) -> None:
        user.drop(retina)
        user.wait(lambda: len(user.rows()) == 1)
        user.trigger("Retina photos")
        user.press(Qt.Key.Key_2)
        user.wait(lambda: "Finding" not in user.canvas.accessibleDescription())
        user.click("Export 1 photo")
        user.wait(lambda: "exported" in user.rows()[0])
        user.photograph("vessels")

    play(scene)
    with Image.open(tmp_path / "cutouts" / "eye-mask.png") as mask:
        assert mask.size == (512, 384)
        share = np.asarray(mask.convert("L"), np.float32).mean() / 255
    assert 0.02 < share < 0.35, "vessels are thin and there"
